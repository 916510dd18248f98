"""Study or selection: what a position is for, and who may see what comes of it.

In a study incumbents sit so that the instrument is examined, not they: their results stay hidden from the bosses. What
was promised when a sitting began holds for ever, so a sitting keeps its purpose when its position changes mode.
"""

from collections.abc import Collection
from typing import Literal

from poise.hiring.roles import DEEDS, may

Mode = Literal["study", "selection"]
Sight = Literal["named", "pseudonymous", "hidden"]
LONGEST_REASON = 1200


class ReasonMissingError(ValueError):
    """A choice that must be answered for has no reason, or one that is too long."""


def sight_of_results(role: str, purpose: str) -> Sight:
    """Return how a role may see the results of a sitting that began for this purpose."""
    return sight_by_deeds([deed for deed in DEEDS if may(role, deed)], purpose)


def sight_by_deeds(deeds: Collection[str], purpose: str) -> Sight:
    """Return how somebody who may do these deeds, a member or a key, may see the results of such a sitting."""
    if purpose == "study":
        return "pseudonymous" if "see_study" in deeds else "hidden"
    return "named" if purpose == "selection" and "see_results" in deeds else "hidden"


def check_reason(words: str, what: str) -> str:
    """Return a reason without spaces around it.

    Raises
    ------
    ReasonMissingError
        It is empty or has more than 1,200 characters.
    """
    words = words.strip()
    if not words:
        raise ReasonMissingError(f"Say why {what}. It is recorded with your name.")
    if len(words) > LONGEST_REASON:
        raise ReasonMissingError(
            f"The reason has {len(words):,} characters; the limit is {LONGEST_REASON:,}. Please shorten it."
        )
    return words
