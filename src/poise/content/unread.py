"""What of a library's files could not be read: what is wrong with it, and what its pieces may be called."""

import re
from collections.abc import Mapping
from typing import Any

from pydantic import Field

from poise.content.piece import Piece
from poise.content.source import Complaint

_NAME = re.compile(r"[a-z][a-z0-9_]*")


class Unread(Piece):
    """The pieces that could not be read, by section, so that nothing which only follows from them is complained of."""

    complaints: tuple[Complaint, ...] = ()
    names: dict[str, frozenset[str]] = Field(default_factory=dict)

    def lacks(self, *sections: str) -> bool:
        """Say whether any of these sections has a piece that could not be read: what it holds cannot be counted."""
        return any(section in self.names for section in sections)

    def may_hold(self, section: str, name: str) -> bool:
        """Say whether a piece that could not be read may have this name, or the part of it before a stroke."""
        return name.partition("/")[0] in self.names.get(section, ())


def names_in(data: Any) -> frozenset[str]:  # noqa: ANN401  YAML holds anything
    """Return what an unreadable piece may be called: its key, or else any of its short texts or words."""
    if isinstance(data, Mapping):
        key = data.get("key")
        named = [key] if isinstance(key, str) else data.values()
        return frozenset(one for one in named if isinstance(one, str))
    if isinstance(data, list):
        return frozenset().union(*map(names_in, data))
    return frozenset(_NAME.findall(str(data)))
