"""What people said of a reading, in words: that it was contested, and what was put in its place."""

from collections.abc import Mapping
from dataclasses import dataclass

from poise.content.rubric import Moment
from poise.sitting.state import State, name_moment

ERASED = "(words erased at the person's wish)"


@dataclass(frozen=True)
class ContestView:
    """That the person did not agree with a reading, when, and in which words."""

    at: str
    words: str


@dataclass(frozen=True)
class CorrectionView:
    """What somebody put in the place of a reading; both stand here, and why.

    `was` and `level` are None for what was not, or is not, scored; `reads` is the rubric's line of the new level.
    """

    was: int | None
    level: int | None
    reads: str
    by: str
    at: str
    reason: str
    words: str


def view_contests(scenario: str, moment: Moment, state: State, texts: Mapping[str, str]) -> tuple[ContestView, ...]:
    """Return in which words a moment was contested, in order."""
    contested = state.contested.get(name_moment(scenario, moment.key), ())
    return tuple(ContestView(one.at, texts.get(one.text, ERASED)) for one in contested)


def view_corrections(
    scenario: str, moment: Moment, read: int | None, state: State, texts: Mapping[str, str]
) -> tuple[CorrectionView, ...]:
    """Return the corrections of a moment, in order; the last one stands."""
    views, was = [], read
    lines = {line.level: line.reads for line in moment.rubric}
    for number, one in enumerate(state.corrected.get(name_moment(scenario, moment.key), ())):
        reason = texts.get(one.reason, ERASED)
        before = _say(was, "not scored" if number else "not read")
        verb = "confirmed as" if one.level == was else "corrected to"
        words = (
            f"Was {before} {'then' if number else 'by the reading'}, {verb} {_say(one.level, 'not scored')}"
            f" by {one.by} on {one.at[:10]}, because: {reason}"
        )
        reads = "" if one.level is None else lines[one.level]
        views.append(CorrectionView(was, one.level, reads, one.by, one.at, reason, words))
        was = one.level
    return tuple(views)


def _say(level: int | None, nothing: str) -> str:
    return nothing if level is None else f"level {level}"
