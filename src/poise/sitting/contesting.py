"""Readings that the person does not agree with, and what somebody who looked at them put in their place."""

from dataclasses import dataclass

from poise.content.library import Library
from poise.content.rubric import LEVELS, Moment
from poise.content.scenario import Scenario
from poise.roleplay.conversation import moments_met
from poise.roleplay.rating import Rating
from poise.sitting import events as e
from poise.sitting.days import say_day
from poise.sitting.decisions import InvalidAnswerError, StaleStepError, Written
from poise.sitting.evidence import rate_conversation
from poise.sitting.journal import Change, Decide
from poise.sitting.queueing import case_for
from poise.sitting.state import State, name_moment

LONGEST_WORDS = 1200
LONGEST_NAME = 60


class UnknownMomentError(InvalidAnswerError):
    """The sitting has no such moment; the message names those that it has."""


@dataclass(frozen=True)
class ReadMoment:
    """A moment that came up in a sitting: how it was read, if it was, and what people said of that."""

    case: Scenario
    moment: Moment
    reply: int
    rating: Rating | None
    contested: tuple[e.ReadingContested, ...] = ()
    corrected: tuple[e.ReadingCorrected, ...] = ()

    @property
    def name(self) -> str:
        """The case and the moment."""
        return name_moment(self.case.key, self.moment.key)

    @property
    def correction(self) -> e.ReadingCorrected | None:
        """The correction that stands: the last one."""
        return self.corrected[-1] if self.corrected else None


@dataclass(frozen=True)
class Verdict:
    """What a person put in the place of a reading: a level, or None where the moment is not to be scored.

    `seen` is how many corrections of this moment they had before them, so that of two correctors the second is told.
    """

    level: int | None
    by: str
    seen: int = 0


def list_moments(state: State, library: Library) -> tuple[ReadMoment, ...]:
    """Return every moment that came up in the conversations of a sitting, read or not, in a fixed order."""
    found = []
    for key, conversation in sorted(state.conversations.items()):
        case = case_for(state, library, key)
        read = {rating.moment.key: rating for rating, _ in rate_conversation(conversation, case, library.beliefs)}
        for moment, reply in moments_met(case, len(conversation.replies), over=conversation.ended is not None):
            name = name_moment(key, moment.key)
            contested, corrected = state.contested.get(name, ()), state.corrected.get(name, ())
            found.append(ReadMoment(case, moment, reply, read.get(moment.key), contested, corrected))
    return tuple(found)


def find_moment(state: State, library: Library, name: str) -> ReadMoment:
    """Return the moment of this name, ``CASE/MOMENT``, or ``MOMENT`` alone where that is enough.

    Raises
    ------
    UnknownMomentError
        There is none, or more than one.
    """
    moments = list_moments(state, library)
    wanted = name.strip().removeprefix("moment/")
    found = [one for one in moments if wanted in {one.name, one.moment.key}]
    if len(found) == 1:
        return found[0]
    if not moments:
        raise UnknownMomentError("This sitting has no conversation with a customer, so nothing was read in it.")
    listed = ", ".join(one.name for one in found or moments)
    why = "is more than one moment" if found else "is no moment of this sitting"
    raise UnknownMomentError(f"{wanted!r} {why}. Choose one of: {listed}")


def contest_reading(library: Library, name: str, written: Written, at: str) -> Decide:
    """The person does not agree with how a moment was read, and says why; the same words again change nothing."""
    words = _check(written.words, "why you do not agree")

    def contest(state: State) -> Change:
        _check_finished(state)
        found = find_moment(state, library, name)
        texts = written.recall()
        if any(texts.get(one.text) == words for one in found.contested):
            return Change()
        event = e.ReadingContested(at=at, scenario=found.case.key, moment=found.moment.key, text=written.key)
        return Change((event,), {written.key: words})

    return contest


def correct_reading(library: Library, name: str, verdict: Verdict, written: Written, at: str) -> Decide:
    """Somebody looked at a moment and puts a level in the place of the reading, or takes the moment out, and says why.

    The same again changes nothing. Where somebody else was faster, nothing is stored and that is said.
    """
    reason = _check(written.words, "the reason")
    by = verdict.by.strip()
    if not 0 < len(by) <= LONGEST_NAME or not by.isprintable():
        raise InvalidAnswerError(f"Say who corrects it: a name of 1 to {LONGEST_NAME} characters.")
    if verdict.level is not None and verdict.level not in range(LEVELS):
        raise InvalidAnswerError(f"The level is {verdict.level}; give 0 to {LEVELS - 1}, or that it is not scored.")

    def correct(state: State) -> Change:
        _check_finished(state)
        found = find_moment(state, library, name)
        last = found.correction
        if last and (last.level, last.by) == (verdict.level, by) and written.recall().get(last.reason) == reason:
            return Change()
        if last and len(found.corrected) != verdict.seen:
            stands = "not scored" if last.level is None else f"level {last.level}"
            raise StaleStepError(
                f"{last.by} corrected this reading on {say_day(last.at)}: {stands}. Look at that first;"
                " yours was not stored."
            )
        if verdict.level is None and found.rating is None and last is None:
            raise InvalidAnswerError("This reply could not be read, so the moment is not scored as it is.")
        event = e.ReadingCorrected(
            at=at,
            scenario=found.case.key,
            moment=found.moment.key,
            level=verdict.level,
            by=by,
            reason=written.key,
        )
        return Change((event,), {written.key: reason})

    return correct


def _check(words: str, what: str) -> str:
    words = words.strip()
    if not words:
        raise InvalidAnswerError(f"Write {what}. A few words are enough.")
    if len(words) > LONGEST_WORDS:
        raise InvalidAnswerError(
            f"Your words have {len(words):,} characters; the limit is {LONGEST_WORDS:,}. Please shorten them."
        )
    return words


def _check_finished(state: State) -> None:
    if not state.finished_at:
        raise StaleStepError("This sitting is not finished. Readings are looked at once its report stands.")
