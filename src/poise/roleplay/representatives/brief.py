"""A case in the words of somebody who serves it: what a record says and what the customer said, told to the customer.

Records are written in telegrams, and questions are known to the case by a few words of theirs. A brief gives both in
whole sentences, for all representatives alike. Where a case has none, the slots are filled from the desk itself.
"""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType

from pydantic import Field

from poise.content.piece import Key, Piece, Text
from poise.roleplay.representatives.policy import FOLDER, read_pieces

BRIEFS = FOLDER / "cases"


class Explained(Piece):
    """A record as it is named to a customer, and what is in it, a clause each."""

    name: Text
    facts: tuple[Text, ...] = Field(min_length=1)


class Brief(Piece):
    """One case in words that can be said to its customer.

    `felt` is what the customer went through; `said` what they said, by the key of the turn; `records` and `questions`
    are named by the keys of the case's records and of what is told only when asked.
    """

    case: Key
    topic: Text
    felt: tuple[Text, ...] = Field(min_length=1)
    said: dict[Key, Text]
    records: dict[Key, Explained]
    questions: dict[Key, Text]


@cache
def load_briefs(folder: Path = BRIEFS) -> Mapping[str, Brief]:
    """Return the brief of each case that has one, by the key of the case.

    Raises :class:`LibraryError` with file and line of everything that is wrong.
    """
    return MappingProxyType({one.case: one for one in read_pieces(folder, Brief, "brief")})
