"""The interview guide: questions that all candidates of a position get, and some for what this sitting left open."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

from poise.content.interview import InterviewQuestion
from poise.content.job import Job
from poise.content.library import Library
from poise.content.scenario import Scenario
from poise.jobfit.demand import DemandView, list_demands, name_all
from poise.jobfit.quality import QualityView, view_qualities, weigh
from poise.jobfit.suiting import view_jobs
from poise.sitting.evidence import Kind
from poise.sitting.interviewing import standing_ratings
from poise.sitting.state import State

CORE = 4
"""So many questions are the same for all candidates of a position."""
MOST = 8
WIDE = 4.0
"""An 80 % interval wider than this, in moments of ten, leaves much open whatever the verdict."""
NOTHING_SEEN, DISAGREEING, UNDECIDED, VAGUE = 4, 3, 2, 1
CORE_REASON = "All candidates for this position are asked this, so that their answers can be held beside each other."


@dataclass(frozen=True)
class GivenRating:
    """What somebody gave for an answer so far."""

    rater: str
    level: int
    at: str
    times: int


@dataclass(frozen=True)
class GuideQuestion:
    """A question of the guide, what an answer at each level from 0 to 4 holds, and why it is asked."""

    key: str
    quality: str
    name: str
    asks: str
    follow_ups: tuple[str, ...]
    anchors: tuple[str, ...]
    core: bool
    why: str
    given: tuple[GivenRating, ...] = ()


@dataclass(frozen=True)
class Guide:
    """The questions of one interview in the order in which they are asked: first those that all candidates get."""

    job: str
    job_name: str
    questions: tuple[GuideQuestion, ...]
    about: tuple[str, ...]


@dataclass(frozen=True)
class _Need:
    """How much an answer on a quality would help, and why."""

    quality: str
    size: int
    why: str


TOLD: Mapping[Kind, str] = {
    "statements": "what is said of oneself",
    "situations": "how situations are judged",
    "knowledge": "answers from a text",
    "customers": "how customers were served",
    "interview": "an interview",
}
ABOUT = (
    "Ask all questions in the same words and in this order. Follow up only as far as the answer leaves things open.",
    "Rate each answer by its anchors right away, alone, and before you talk with anybody about it.",
    "Who has no example of the past is asked an “Imagine” question on the same quality, and is never rated 0 for it.",
    "Ratings enter the report as one more kind of evidence, with their own doubt. A person decides.",
)


def plan_interview(state: State, library: Library, job: str) -> Guide:
    """Return the guide to an interview with this person for this job.

    The questions rest on what the sitting showed before any interview, so the guide stays the same while ratings come
    in. The same events and library give the same guide.
    """
    wanted = library.find(Job, job)
    before = replace(state, interview=MappingProxyType({}))
    weighed = weigh(before, library)
    qualities = view_qualities(weighed, before, library, {})
    [view] = view_jobs([job], library, weighed, qualities, before.willingness)
    core = core_questions(library, wanted)
    own = tuple(_own_questions(library, view.demands, {one.key: one for one in qualities}, core))
    questions = tuple(_with_ratings(one, state) for one in (*core, *own))
    return Guide(job, wanted.name, questions, (*_about_talk(state, library), *ABOUT))


def _about_talk(state: State, library: Library) -> Iterator[str]:
    """Say that a talk with a person was asked for, where customers were left to it."""
    left = [library.find(Scenario, key).customer.name for key in state.left_to_person]
    if left:
        yield (
            f"A talk with a person was asked for in place of {name_all(left)}. Take the time for it here: the questions"
            " are about what these customers would have shown. Do not ask for the reason."
        )


def core_questions(library: Library, job: Job) -> tuple[GuideQuestion, ...]:
    """Return the questions that all candidates for a job are asked: one each on its heaviest demands.

    Must-haves come first, then what weighs more. They depend on the library and the job alone.
    """
    asked = [(quality, one) for quality, _ in list_demands(job) for one in _questions_on(library, quality)[:1]]
    names = {one.key: one.name for one in library.qualities}
    return tuple(_lay(question, names[quality], CORE_REASON, core=True) for quality, question in asked[:CORE])


def _questions_on(library: Library, quality: str) -> list[InterviewQuestion]:
    return [one for one in library.interview if one.quality == quality]


def _own_questions(
    library: Library, demands: Sequence[DemandView], qualities: Mapping[str, QualityView], core: Sequence[GuideQuestion]
) -> Iterator[GuideQuestion]:
    """Return questions for what is open about this person, the most needed first; none that is asked of all already.

    A quality on which all are asked needs a second answer half as much.
    """
    covered = {one.quality for one in core}
    weights = {one.quality: one.weight / (2 if one.quality in covered else 1) for one in demands}
    needs = [need for demand in demands for need in _needs(demand, qualities[demand.quality])]
    asked = {one.key for one in core}
    for need in sorted(needs, key=lambda need: -need.size * weights[need.quality])[: MOST - len(core)]:
        left = [one for one in _questions_on(library, need.quality) if one.key not in asked]
        for question in left[:1]:
            yield _lay(question, qualities[need.quality].name, need.why, core=False)


def _needs(demand: DemandView, quality: QualityView) -> Iterator[_Need]:
    """Say why an answer would help, if it would: the weightiest reason."""
    seen = f"{demand.seen_low:g} to {demand.seen_high:g} of ten moments"
    if not quality.enough:
        yield _Need(demand.quality, NOTHING_SEEN, f"Not enough was seen. {quality.why_not}")
    elif quality.kinds_disagree:
        yield _Need(demand.quality, DISAGREEING, f"The evidence points different ways: {_ways(quality)}.")
    elif demand.verdict == "open":
        why = f"The evidence does not settle it: {seen} are likely, the job asks for {demand.asked:g}."
        yield _Need(demand.quality, UNDECIDED, why)
    elif demand.seen_high - demand.seen_low > WIDE:
        yield _Need(demand.quality, VAGUE, f"What was seen leaves much open: {seen} are likely.")


def _ways(quality: QualityView) -> str:
    """Say which way each kind of evidence points, the highest first."""
    seen = sorted((kind for kind in quality.kinds if kind.observations), key=lambda kind: -kind.mean)
    return "; ".join(f"{TOLD[kind.kind]}, {kind.leaning}" for kind in seen)


def _lay(question: InterviewQuestion, name: str, why: str, *, core: bool) -> GuideQuestion:
    return GuideQuestion(
        key=question.key,
        quality=question.quality,
        name=name,
        asks=question.asks,
        follow_ups=question.follow_ups,
        anchors=question.anchors,
        core=core,
        why=why,
    )


def _with_ratings(question: GuideQuestion, state: State) -> GuideQuestion:
    """Add what was given for the answer so far: each rater's last rating."""
    times = {given[-1].rater: len(given) for given in state.interview.values() if given[-1].question == question.key}
    given = tuple(
        GivenRating(one.rater, one.level, one.at, times[one.rater])
        for one in standing_ratings(state)
        if one.question == question.key
    )
    return replace(question, given=given)
