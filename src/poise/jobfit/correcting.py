"""What people said of a reading, in words: that it was contested, and what was put in its place."""

from collections.abc import Mapping
from dataclasses import dataclass

from poise.content.library import Library
from poise.content.rubric import Moment
from poise.sitting.contesting import list_moments
from poise.sitting.days import say_day
from poise.sitting.state import State, name_moment

ERASED = "(these words were erased)"


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


@dataclass(frozen=True)
class ReadingView:
    """A moment as it was read, and what people said of that; `level` is None where it could not be read."""

    name: str
    where: str
    quality: str
    asks: str
    level: int | None
    reads: str
    reply: str
    contested: tuple[ContestView, ...]
    corrected: tuple[CorrectionView, ...]


def view_readings(state: State, library: Library, texts: Mapping[str, str]) -> tuple[ReadingView, ...]:
    """Lay out every moment of a sitting's conversations, read or not; the reply is empty for a whole conversation."""
    qualities = {quality.key: quality.name for quality in library.qualities}
    views = []
    for one in list_moments(state, library):
        line = one.rating.line if one.rating else None
        level = line.level if line else None
        replies = state.conversations[one.case.key].replies
        views.append(
            ReadingView(
                name=one.name,
                where=f"{one.case.customer.name}, {f'reply {one.reply}' if one.reply else 'the whole conversation'}",
                quality=qualities.get(one.moment.quality, one.moment.quality),
                asks=one.moment.asks,
                level=level,
                reads=line.reads if line else "",
                reply=texts.get(replies[one.reply - 1].text, ERASED) if one.reply else "",
                contested=view_contests(one.case.key, one.moment, state, texts),
                corrected=view_corrections(one.case.key, one.moment, level, state, texts),
            )
        )
    return tuple(views)


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
            f" by {one.by} on {say_day(one.at)}, because: {reason}"
        )
        reads = "" if one.level is None else lines[one.level]
        views.append(CorrectionView(was, one.level, reads, one.by, one.at, reason, words))
        was = one.level
    return tuple(views)


def _say(level: int | None, nothing: str) -> str:
    return nothing if level is None else f"level {level}"
