"""Keys by which other programs come in: how one is written, and which deeds it may hold.

A key reads ``poise_PREFIX_SECRET``. The prefix tells people which key it is and is no secret; of the whole only the
SHA-256 is kept. Its scopes are deeds, the same as those of roles, so that one table says what may be done.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from poise.hiring.roles import DEEDS, Deed

PREFIX_LENGTH, SECRET_LENGTH = 8, 40
LONGEST_NAME = 100
NEVER_BY_KEY: frozenset[Deed] = frozenset(
    {"manage_members", "manage_organisation", "connect", "set_mode", "author", "see_study"}
)
"""What stays with people who are signed in: who works here, what is promised and asked, and what came of a study."""
SCOPES: tuple[Deed, ...] = tuple(deed for deed in DEEDS if deed not in NEVER_BY_KEY)
_KEY = re.compile(rf"poise_([a-z0-9]{{{PREFIX_LENGTH}}})_[A-Za-z0-9]{{{SECRET_LENGTH}}}")


class KeyRequestError(ValueError):
    """A key cannot be made like this; `problems` lists everything that is wrong."""

    def __init__(self, problems: tuple[str, ...]) -> None:
        super().__init__(" ".join(problems))
        self.problems = problems


@dataclass(frozen=True)
class KeyRequest:
    """What a new key is called and may do."""

    name: str
    scopes: tuple[Deed, ...]


def prefix_of(presented: str) -> str | None:
    """Return the prefix of something that is written like a key, else None."""
    found = _KEY.fullmatch(presented)
    return found[1] if found else None


def check_request(name: str, scopes: Iterable[str], grantable: Iterable[Deed]) -> KeyRequest:
    """Return a request that can be granted by somebody who may do `grantable`; raises KeyRequestError."""
    name, asked, problems = name.strip(), tuple(dict.fromkeys(scopes)), []
    if not 0 < len(name) <= LONGEST_NAME or not name.isprintable():
        problems.append(f"Give the key a name of 1 to {LONGEST_NAME} characters, so that others know what it is for.")
    able = set(grantable)
    chosen = tuple(one for one in SCOPES if one in asked and one in able)
    refused = sorted(set(asked) - set(chosen))
    if refused:
        problems.append(f"A key of yours cannot hold: {', '.join(refused)}.")
    if not chosen and not refused:
        problems.append("Choose at least one thing that the key may do.")
    if problems:
        raise KeyRequestError(tuple(problems))
    return KeyRequest(name, chosen)
