"""How long is kept what a person left: first their words go, later the whole sitting."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

Due = Literal["nothing", "words", "sitting"]


@dataclass(frozen=True)
class Terms:
    """An organisation's terms in days, counted from what happened last."""

    words_days: int
    sitting_days: int


@dataclass(frozen=True)
class Left:
    """What is kept of a sitting: when something last happened in it, when it was last decided on, and what waits.

    That words were erased is nothing that happened: else the erasing of words would begin the longer term anew.
    """

    last_at: datetime
    decided_at: datetime | None
    has_words: bool
    is_contested: bool


def due(left: Left, terms: Terms, now: datetime) -> Due:
    """Return what is to be deleted now; nothing while a person waits for an answer to what they contest."""
    if left.is_contested:
        return "nothing"
    since = max(left.last_at, left.decided_at or left.last_at)
    if now - since >= timedelta(days=terms.sitting_days):
        return "sitting"
    if left.has_words and now - since >= timedelta(days=terms.words_days):
        return "words"
    return "nothing"
