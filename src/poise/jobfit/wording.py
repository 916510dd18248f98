"""How a report may speak: of evidence for a job, never of unfit people, and of its own worth only by a claim."""

import re
from collections.abc import Iterator, Mapping

from poise.content.wording import find_forbidden_wording

_CLAIMING = re.compile(
    r"\b(?:predict\w*|valid(?:at\w+|ity)|reliabl[ey]|reliability|scientific\w*|objective(?:ly)?|unbiased"
    r"|proven|proves|accurate(?:ly)?|accuracy|certified|bias-free|percentile\w*"
    r"|better than \d+ (?:of|in|percent)|top \d+)\b",
    re.IGNORECASE,
)
_DECIDING = re.compile(
    r"\b(?:should|must|do) (?:not )?(?:be )?(?:hired?|reject(?:ed)?|invited?)\b|\bwe recommend\b"
    r"|\bhire (?:him|her|them)\b",
    re.IGNORECASE,
)
CLAIMS = "claims"
"""The one part of a report that speaks of what its scores are worth; its texts come from the library."""
OTHERS_WORDS = frozenset(
    {"reply", "quotes", "notes", "contested", "corrected", "customer", "last_words", "asks", "follow_ups"}
)
"""Parts of a report that hold what a person or a customer said, or what was put before the person word for word."""


def find_forbidden(text: str) -> Iterator[str]:
    """Say where a text judges a person, claims something for the scores, or takes a decision away from people."""
    yield from find_forbidden_wording(text)
    for match in _CLAIMING.finditer(text):
        yield f"{match.group()!r} claims something for the scores; only a claim of the library may"
    for match in _DECIDING.finditer(text):
        yield f"{match.group()!r} decides; a person decides, and gives a reason"


def told_in(made: object, where: str = "") -> Iterator[tuple[str, str]]:
    """Return every text that a report or letter says itself, with its place; nobody's own words, and no claims.

    Parameters
    ----------
    made : object
        Plain values, as `as_dict` gives them.
    where : str
        The place of these values.
    """
    if isinstance(made, str):
        yield where, made
    elif isinstance(made, Mapping):
        for name, value in made.items():
            if name != CLAIMS and name not in OTHERS_WORDS:
                yield from told_in(value, f"{where}.{name}".lstrip("."))
    elif isinstance(made, list | tuple):
        for number, value in enumerate(made):
            yield from told_in(value, f"{where}[{number}]")


def check_told(made: object) -> list[str]:
    """Return what a report or letter says that it must not say, each with its place."""
    return [f"{where}: {wrong}" for where, text in told_in(made) for wrong in find_forbidden(text)]
