"""What a person may decide about a candidate, and what they may think beforehand, in plain words."""

from collections.abc import Mapping
from types import MappingProxyType

OUTCOMES: Mapping[str, str] = MappingProxyType(
    {
        "invite": "Invite to the next talk",
        "offer": "Offer the job",
        "later": "Not now, perhaps later",
        "decline": "Not for this position",
        "withdrew": "The candidate does not want to go on",
    }
)
"""How a decision may end. None is ever made by a program."""
LEANINGS: Mapping[str, str] = MappingProxyType(
    {"rather_yes": "Rather yes", "unsure": "I cannot say", "rather_no": "Rather no"}
)
"""What somebody may think of a candidate before they see the result."""


class UnknownChoiceError(ValueError):
    """A choice that is not offered, or none; the message says what is."""


def check_outcome(outcome: str) -> str:
    """Return the outcome; raises UnknownChoiceError."""
    return _check(outcome, OUTCOMES, "Choose what you decide")


def check_leaning(leaning: str) -> str:
    """Return the leaning; raises UnknownChoiceError."""
    return _check(leaning, LEANINGS, "Choose what you think so far")


def _check(given: str, offered: Mapping[str, str], ask: str) -> str:
    if given not in offered:
        raise UnknownChoiceError(f"{ask}: {', '.join(offered.values())}.")
    return given
