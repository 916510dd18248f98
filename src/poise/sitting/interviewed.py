"""Decisions about an interview: somebody rates an answer, and may rate it anew."""

from dataclasses import dataclass

from poise.content.interview import InterviewQuestion
from poise.content.library import Library
from poise.content.rubric import LEVELS
from poise.sitting import events as e
from poise.sitting.contesting import LONGEST_WORDS
from poise.sitting.days import say_day
from poise.sitting.decisions import InvalidAnswerError, StaleStepError, Written
from poise.sitting.journal import Change, Decide
from poise.sitting.ratings import RATER, RATER_RULE
from poise.sitting.state import State, name_rating


@dataclass(frozen=True)
class AnswerRating:
    """What somebody gave for the answer to a question of an interview.

    `seen` is how many ratings of their own of this answer they had before them, so that a second window is told.
    """

    question: str
    level: int
    rater: str
    seen: int = 0


def rate_answer(library: Library, given: AnswerRating, notes: Written, at: str) -> Decide:
    """Somebody rates the answer to a question of an interview, with notes if they like; the same again changes nothing.

    A rater may rate an answer anew, and the last rating stands. Where the same rater was faster in another window,
    nothing is stored and that is said. Everything that is wrong with a rating is said at once.
    """
    words = notes.words.strip()
    question = next((one for one in library.interview if one.key == given.question), None)
    wrong = _find_wrong(library, given, question, words)
    if question is None or wrong:
        raise InvalidAnswerError(" ".join(wrong))

    def rate(state: State) -> Change:
        if not state.finished_at:
            raise StaleStepError("This sitting is not finished. Answers in an interview are rated once it is.")
        before = state.interview.get(name_rating(given.question, given.rater), ())
        last = before[-1] if before else None
        if last and last.level == given.level and (notes.recall().get(last.notes, "") if last.notes else "") == words:
            return Change()
        if len(before) != given.seen:
            stands = f"level {last.level}, given on {say_day(last.at)}" if last else "none"
            raise StaleStepError(f"Your rating of this answer is another by now: {stands}. This one was not stored.")
        event = e.InterviewRated(
            at=at,
            quality=question.quality,
            question=question.key,
            level=given.level,
            rater=given.rater,
            notes=notes.key if words else "",
        )
        return Change((event,), {notes.key: words} if words else {})

    return rate


def _find_wrong(library: Library, given: AnswerRating, question: InterviewQuestion | None, words: str) -> list[str]:
    wrong = []
    if library.beliefs.interview is None:
        wrong.append(
            f"Library {library.version} does not say how interviews count;"
            " add interview to beliefs.yaml and publish it anew."
        )
    if question is None:
        wrong.append(f"{given.question[:60]!r} is no question of the interview in library {library.version}.")
    if given.level not in range(LEVELS):
        wrong.append(f"The level is {given.level}; give 0 to {LEVELS - 1}.")
    if not RATER.fullmatch(given.rater):
        wrong.append(f"The rater is {given.rater[:60]!r}; expected {RATER_RULE}.")
    if len(words) > LONGEST_WORDS:
        wrong.append(f"The notes have {len(words):,} characters; the limit is {LONGEST_WORDS:,}. Please shorten them.")
    return wrong
