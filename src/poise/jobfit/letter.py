"""The report in the words for the person whom it is about: strengths first, and nothing kept from them."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Literal

from poise.content.claims import Claim
from poise.content.job import Job
from poise.content.library import Library
from poise.jobfit.attending import say_attention
from poise.jobfit.demand import DemandView, Verdict
from poise.jobfit.interview import Guide
from poise.jobfit.quality import KIND_NAMES, QualityView
from poise.jobfit.report import Report
from poise.jobfit.suiting import JobView
from poise.jobfit.tracing import Trace
from poise.jobfit.willing import ConditionView

Sureness = Literal["fairly sure", "with some doubt", "with much doubt"]
SURE, DOUBTFUL = 1.3, 1.8
"""Widths of an 80 % interval, in standard deviations among people; of somebody unknown it has 2.6."""
FEW = 3
TELLING = 2
OPENING = (
    "This is what was seen in your answers and your conversations. It describes some hours of work, not you as a"
    " person. A person decides about an application, and must give a reason."
)
MET: dict[Verdict, str] = {
    "likely meets": "it is likely met.",
    "open": "this is open, as the evidence does not settle it.",
    "likely not yet": "it is likely not met yet.",
    "not enough evidence": "Not enough was seen to say.",
}
CONTESTING = (
    "You do not agree with how a reply was read? Choose it on the page “I do not agree with a reading” and say why.",
    "A person looks at it and answers. They may put a level of their own in the place of the reading, or take it out.",
    "The report is then made again. Both versions are kept, and everybody who sees the report sees your words.",
    "If you cannot show what you can do in this way, ask for a talk with a person instead.",
)
SAME = (
    "Whoever offers the job sees the same figures, the same verdicts and the same evidence as you, in other words.",
    "They also get questions for an interview. What these are about stands below.",
)


@dataclass(frozen=True)
class EvidenceTold:
    """Something that was seen, where, and how much it counted."""

    place: str
    asks: str
    reads: str
    quotes: tuple[str, ...]
    effect: str


@dataclass(frozen=True)
class QualityTold:
    """One quality in plain words, what it rests on, and what to practise."""

    key: str
    name: str
    words: str
    sureness: Sureness | Literal["not enough was seen"]
    differing: str
    evidence: tuple[EvidenceTold, ...]
    practise: str


@dataclass(frozen=True)
class DemandTold:
    """What a job asks of a quality, and whether that is met, in words."""

    name: str
    words: str
    because: str
    compensation: str


@dataclass(frozen=True)
class JobTold:
    """One job in plain words: how it stands, each demand, what speaks against its conditions, and what suits better."""

    key: str
    name: str
    headline: str
    demands: tuple[DemandTold, ...]
    conditions: tuple[str, ...]
    better: tuple[str, ...]


@dataclass(frozen=True)
class WorkTold:
    """What a week of the work is like, its best and its worst."""

    job: str
    opening: str
    days: tuple[str, ...]
    best: str
    worst: str


@dataclass(frozen=True)
class Letter:
    """A report as its person reads it.

    `best` names what came out best, settled or not. Each of the twelve qualities stands in one of the four parts after.
    """

    opening: str
    best: tuple[str, ...]
    strengths: tuple[QualityTold, ...]
    between: tuple[QualityTold, ...]
    with_room: tuple[QualityTold, ...]
    not_seen: tuple[QualityTold, ...]
    practise: tuple[str, ...]
    jobs: tuple[JobTold, ...]
    none_of_these: bool
    work: tuple[WorkTold, ...]
    interview: tuple[str, ...]
    attention: tuple[str, ...]
    contest: tuple[str, ...]
    same: tuple[str, ...]
    claims: tuple[Claim, ...]

    def as_dict(self) -> dict[str, object]:
        """Return the letter as plain values, for JSON."""
        return asdict(self) | {"claims": [claim.model_dump() for claim in self.claims]}


def write_letter(report: Report, library: Library, guide: Guide | None = None) -> Letter:
    """Return the report in the words for its person; with the guide also what an interview will be about."""
    enough = sorted((one for one in report.qualities if one.enough), key=lambda one: -one.mean)
    leaning = {name: [one for one in enough if one.leaning == name] for name in ("towards the high pole", "in between")}
    low = [one for one in reversed(enough) if one.leaning == "towards the low pole"]
    lacking = [one for one in report.qualities if not one.enough]
    lowest = [*low, *(one for one in reversed(enough) if one not in low)]
    about = [report.job] if report.job else [job.key for job in report.jobs if job.possible][:1]
    return Letter(
        opening=OPENING,
        best=tuple(one.name for one in enough[:FEW] if one.mean > 0),
        strengths=_tell_all(leaning["towards the high pole"]),
        between=_tell_all(leaning["in between"]),
        with_room=_tell_all(low),
        not_seen=_tell_all(lacking),
        practise=tuple(f"{one.name}: {one.practise}" for one in (*lowest, *lacking)[:FEW]),
        jobs=tuple(_tell_job(job) for job in report.jobs),
        none_of_these=report.none_of_these,
        work=tuple(_tell_work(library.find(Job, key)) for key in about),
        interview=tuple(_tell_guide(guide)) if guide else (),
        attention=say_attention(report.attention, "self") if report.attention else (),
        contest=CONTESTING,
        same=SAME,
        claims=report.claims,
    )


def _tell_all(views: Sequence[QualityView]) -> tuple[QualityTold, ...]:
    return tuple(_tell_quality(view) for view in views)


def _tell_quality(view: QualityView) -> QualityTold:
    return QualityTold(
        key=view.key,
        name=view.name,
        words=view.words if view.enough else view.why_not,
        sureness=_say_sureness(view) if view.enough else "not enough was seen",
        differing=_say_difference(view) if view.kinds_disagree else "",
        evidence=tuple(_tell_evidence(one) for one in _most_telling(view)),
        practise=view.practise,
    )


def _say_sureness(view: QualityView) -> Sureness:
    width = view.high_end - view.low_end
    return "fairly sure" if width <= SURE else "with some doubt" if width <= DOUBTFUL else "with much doubt"


def _say_difference(view: QualityView) -> str:
    """Say which kinds of evidence came out highest and lowest, where they disagree."""
    seen = sorted((kind for kind in view.kinds if kind.observations), key=lambda kind: kind.mean)
    return f"“{KIND_NAMES[seen[-1].kind]}” came out higher than “{KIND_NAMES[seen[0].kind]}”."


def _most_telling(view: QualityView) -> list[Trace]:
    """Return what counted most towards how a quality came out: what was done before what was said of oneself."""
    sign = -1 if view.leaning == "towards the low pole" else 1
    speaking = [one for one in view.traces if sign * one.effect.moves > 0 and one.effect.word != "none"]
    return sorted(speaking, key=lambda one: (one.kind == "statements", -abs(one.effect.moves)))[:TELLING]


def _tell_evidence(one: Trace) -> EvidenceTold:
    return EvidenceTold(
        place=one.place or one.where,
        asks=one.asks,
        reads=" ".join(part for part in (one.done, one.reads) if part),
        quotes=tuple(quote.words for quote in one.quotes),
        effect=one.effect.word,
    )


def _tell_job(job: JobView) -> JobTold:
    return JobTold(
        key=job.key,
        name=job.name,
        headline=job.headline,
        demands=tuple(_tell_demand(one) for one in job.demands),
        conditions=tuple(_tell_conditions(job.conditions)),
        better=tuple(
            f"{one.name}: {' '.join(f'{reason.name}: {reason.words}' for reason in one.why)}".strip()
            for one in job.better
        ),
    )


def _tell_demand(one: DemandView) -> DemandTold:
    asked = f"The job asks for about {one.asked:g} of ten moments."
    likely = f"From what was seen, {one.seen_low:g} to {one.seen_high:g} are likely"
    words = (
        f"{asked} {MET[one.verdict]}"
        if one.verdict == "not enough evidence"
        else f"{asked} {likely}: {MET[one.verdict]}"
    )
    return DemandTold(one.name, words, one.because, one.compensation)


def _tell_conditions(conditions: Sequence[ConditionView]) -> Iterator[str]:
    for one in conditions:
        if one.fit in {"unsure", "unwilling"}:
            much = "more than you would like" if one.fit == "unsure" else "much more than you want"
            yield f"{one.name}: {one.means} You said: {one.said}. That is {much}."


def _tell_work(job: Job) -> WorkTold:
    return WorkTold(job.name, job.preview.opening, job.preview.days, job.preview.best, job.preview.worst)


def _tell_guide(guide: Guide) -> Iterator[str]:
    """Say what an interview will be about, and why; the questions themselves are the same for others and stay there."""
    core = [one.name for one in guide.questions if one.core]
    if core:
        yield f"All candidates are asked about: {', '.join(core)}."
    for one in guide.questions:
        if not one.core:
            yield f"You may also be asked about {one.name}. {one.why}"
