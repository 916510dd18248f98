"""A report as a page lays it out: what comes first, and in whose words; every figure is jobfit's own."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from poise.jobfit.attending import say_attention
from poise.jobfit.correcting import ERASED
from poise.jobfit.demand import DemandView, Verdict
from poise.jobfit.report import JobView, KindView, QualityView, Report
from poise.jobfit.tracing import Trace
from poise.jobfit.transcript import ConversationView, RemedyView, TurnView
from poise.jobfit.willing import ConditionView, Fit
from poise.web.charts import say_span, say_steps, say_tens, say_width

Reader = Literal["self", "hirer"]
Ending = Literal["some", "none", "too little"]
LETTER_CLAIMS = ("provisional", "validity_unknown", "uncertainty")
FEW = 3
VERDICTS: tuple[Verdict, ...] = ("likely meets", "open", "likely not yet", "not enough evidence")
FITS: tuple[Fit, ...] = ("willing", "unsure", "not asked", "unwilling")
HARDEST_FIRST: tuple[Fit, ...] = ("unwilling", "unsure", "not asked", "willing")
KINDS: dict[Reader, dict[str, str]] = {
    "self": {
        "statements": "What you say of yourself",
        "situations": "How you judge situations",
        "knowledge": "How you answer questions from a text",
        "customers": "How you served customers",
        "interview": "How you answered in an interview",
    },
    "hirer": {
        "statements": "What the candidate says of themselves",
        "situations": "How the candidate judges situations",
        "knowledge": "How the candidate answers questions from a text",
        "customers": "How the candidate served customers",
        "interview": "How the candidate answered in an interview",
    },
}
COUNTED = {
    "statements": ("answer", "answers"),
    "situations": ("judgement", "judgements"),
    "knowledge": ("question", "questions"),
    "customers": ("moment", "moments"),
    "interview": ("rating", "ratings"),
}
LEANINGS = {
    "towards the high pole": "leans to the high side",
    "in between": "in between, or not settled",
    "towards the low pole": "leans to the low side",
}
FIT_WORDS: dict[Reader, dict[Fit, str]] = {
    "self": {
        "willing": "you are willing",
        "unsure": "unsure about some",
        "unwilling": "some you do not want",
        "not asked": "not asked yet",
    },
    "hirer": {
        "willing": "willing",
        "unsure": "unsure about some",
        "unwilling": "does not want some",
        "not asked": "not asked yet",
    },
}
CONDITION_WORDS: dict[Reader, dict[Fit, str]] = {
    "self": {
        "willing": "no conflict",
        "unsure": "more than you would like",
        "unwilling": "much more than you want",
        "not asked": "not asked yet",
    },
    "hirer": {
        "willing": "no conflict",
        "unsure": "more than the candidate would like",
        "unwilling": "much more than the candidate wants",
        "not asked": "not asked yet",
    },
}
OWN_HEADLINES: dict[tuple[str, str], str] = {
    ("likely meets", "unwilling"): "Likely able, but you do not want its conditions",
    ("likely not yet", "willing"): "Willing, but likely not yet able",
    ("likely not yet", "unsure"): "Likely not yet, and you are unsure about some conditions",
    ("likely not yet", "unwilling"): "Likely not yet, and you do not want some conditions",
}
HIRER_HEADLINES: dict[tuple[str, str], str] = {
    ("likely meets", "willing"): "Likely able, and willing",
    ("likely meets", "unsure"): "Likely able; unsure about one or more conditions",
    ("likely meets", "unwilling"): "Likely able, but does not want its conditions",
    ("open", "willing"): "Open: willing, and the evidence does not settle it yet",
    ("open", "unsure"): "Open: the evidence does not decide; unsure about some conditions",
    ("open", "unwilling"): "Does not want its conditions; the rest is open",
    ("likely not yet", "willing"): "Willing, but likely not yet able",
    ("likely not yet", "unsure"): "Likely not yet, and unsure about some conditions",
    ("likely not yet", "unwilling"): "Likely not yet, and does not want its conditions",
}
STANDINGS = {
    "allowed": "allowed",
    "needs_approval": "only after a yes from above",
    "forbidden": "not allowed by the policy",
}


@dataclass(frozen=True)
class DemandLaid:
    """A demand with its figures in words."""

    view: DemandView
    asked: str
    passes: str
    seen: str


@dataclass(frozen=True)
class ConditionLaid:
    """A condition, and how it stands to what the person said, in words."""

    view: ConditionView
    fit: str


@dataclass(frozen=True)
class JobLaid:
    """A job: must-haves first, then what weighs most; conditions with a conflict first."""

    view: JobView
    headline: str
    fit: str
    demands: tuple[DemandLaid, ...]
    conditions: tuple[ConditionLaid, ...]
    reason: str
    refused: tuple[str, ...]
    still_open: tuple[str, ...]


@dataclass(frozen=True)
class KindLaid:
    """What one kind of evidence says, in words beside its bar, and the observations behind it."""

    view: KindView
    name: str
    counted: str
    leaning: str
    span: str
    steps: str
    traces: tuple[Trace, ...]


@dataclass(frozen=True)
class QualityLaid:
    """A quality with its kinds of evidence; `shows_in` names those that lean its way by themselves."""

    view: QualityView
    span: str
    steps: str
    width: str
    shows_in: tuple[str, ...]
    kinds: tuple[KindLaid, ...]


@dataclass(frozen=True)
class RemedyLaid:
    """A remedy, numbered as in the picture of the frontier."""

    number: int
    view: RemedyView
    standing: str


@dataclass(frozen=True)
class ConversationLaid:
    """A conversation with what its pictures need."""

    view: ConversationView
    remedies: tuple[RemedyLaid, ...]
    best: tuple[str, ...]
    given: tuple[RemedyView, ...]
    unreadable: bool
    about_voices: str


@dataclass(frozen=True)
class ReportLaid:
    """A report, laid out for its reader."""

    report: Report
    reader: Reader
    finished: datetime | None
    letter: tuple[str, ...]
    ending: Ending
    jobs: tuple[JobLaid, ...]
    able_unwilling: tuple[JobLaid, ...]
    qualities: tuple[QualityLaid, ...]
    lacking: tuple[QualityLaid, ...]
    strengths: tuple[str, ...]
    most_room: tuple[str, ...]
    practise_first: tuple[QualityView, ...]
    practise_later: tuple[QualityView, ...]
    conversations: tuple[ConversationLaid, ...]
    words_erased: bool
    attention: tuple[str, ...]

    @property
    def hirer(self) -> bool:
        """Whether it speaks about the person, and not to them."""
        return self.reader == "hirer"


def lay_report(report: Report, reader: Reader = "self") -> ReportLaid:
    """Lay out a report for the person themselves or for a hirer."""
    jobs = tuple(sorted((_lay_job(job, reader) for job in report.jobs), key=_by_promise))
    laid = [_lay_quality(quality, reader) for quality in report.qualities]
    enough = tuple(sorted((one for one in laid if one.view.enough), key=lambda one: -one.view.mean))
    lacking = tuple(one for one in laid if not one.view.enough)
    lowest = [one.view for one in reversed(enough)]
    claims = {claim.key: claim.text for claim in report.claims}
    return ReportLaid(
        report=report,
        reader=reader,
        finished=datetime.fromisoformat(report.finished_at) if report.finished_at else None,
        letter=tuple(claims[key] for key in LETTER_CLAIMS if key in claims),
        ending=_ending(report),
        jobs=jobs,
        able_unwilling=tuple(job for job in jobs if job.view.verdict == "likely meets" and job.view.fit == "unwilling"),
        qualities=enough,
        lacking=lacking,
        strengths=tuple(one.view.name for one in enough if one.view.low_end > 0),
        most_room=tuple(one.name for one in lowest[:FEW] if one.low_end <= 0),
        practise_first=tuple(lowest[:FEW]),
        practise_later=(*lowest[FEW:], *(one.view for one in lacking)),
        conversations=tuple(_lay_conversation(one) for one in report.conversations),
        words_erased=any(turn.reply == ERASED for one in report.conversations for turn in one.turns),
        attention=say_attention(report.attention, reader) if report.attention else (),
    )


def _ending(report: Report) -> Ending:
    """Say whether a job is left; where evidence is lacking for one, "none of these" would say too much."""
    if not report.none_of_these:
        return "some"
    settled = all(job.verdict != "not enough evidence" or job.fit == "unwilling" for job in report.jobs)
    return "none" if settled else "too little"


def _by_promise(job: JobLaid) -> tuple[int, int]:
    return VERDICTS.index(job.view.verdict), FITS.index(job.view.fit)


def _lay_job(job: JobView, reader: Reader) -> JobLaid:
    demands = sorted(job.demands, key=lambda one: (not one.must_have, -one.weight, one.name))
    conditions = sorted(job.conditions, key=lambda one: HARDEST_FIRST.index(one.fit))
    headlines = HIRER_HEADLINES if reader == "hirer" else OWN_HEADLINES
    return JobLaid(
        view=job,
        headline=headlines.get((job.verdict, job.fit), job.headline),
        fit=FIT_WORDS[reader][job.fit],
        demands=tuple(_lay_demand(one) for one in demands),
        conditions=tuple(ConditionLaid(one, CONDITION_WORDS[reader][one.fit]) for one in conditions),
        reason=_say_reason(job.verdict, demands),
        refused=tuple(one.name for one in conditions if one.fit == "unwilling"),
        still_open=tuple(one.name for one in demands if one.verdict in {"open", "not enough evidence"}),
    )


def _say_reason(verdict: Verdict, demands: Sequence[DemandView]) -> str:
    """Say which of the published rules led to the verdict on a job."""
    musts = [one.name for one in demands if one.must_have and one.verdict == "likely not yet"]
    lacking = [one.name for one in demands if one.must_have and one.verdict == "not enough evidence"]
    reasons = {
        "likely meets": "On balance, what was seen likely meets what the job asks.",
        "open": f"A must-have was not seen often enough: {', '.join(lacking)}."
        if lacking
        else "On balance, the evidence does not decide.",
        "likely not yet": f"A must-have is likely not met yet: {', '.join(musts)}."
        if musts
        else "On balance, what was seen likely falls short of what the job asks.",
        "not enough evidence": "For most of what the job asks, not enough was seen.",
    }
    return reasons[verdict]


def _lay_demand(demand: DemandView) -> DemandLaid:
    return DemandLaid(
        view=demand,
        asked=f"about {round(demand.asked)}",
        passes=f"{demand.asked_low:g} to {demand.asked_high:g}",
        seen="" if demand.verdict == "not enough evidence" else say_tens(demand.seen_low, demand.seen_high),
    )


def _lay_quality(quality: QualityView, reader: Reader) -> QualityLaid:
    leaning = [kind for kind in quality.kinds if kind.observations and kind.leaning == quality.leaning]
    return QualityLaid(
        view=quality,
        span=say_span(quality.low_end, quality.high_end),
        steps=say_steps(quality.low_end, quality.high_end),
        width=say_width(quality.low_end, quality.high_end),
        shows_in=tuple(KINDS[reader][kind.kind] for kind in leaning),
        kinds=tuple(_lay_kind(kind, quality.traces, reader) for kind in quality.kinds),
    )


def _lay_kind(kind: KindView, traces: Iterable[Trace], reader: Reader) -> KindLaid:
    one, many = COUNTED[kind.kind]
    return KindLaid(
        view=kind,
        name=KINDS[reader][kind.kind],
        counted=f"{kind.observations or 'no'} {one if kind.observations == 1 else many}",
        leaning=LEANINGS[kind.leaning],
        span=say_span(kind.low, kind.high),
        steps=say_steps(kind.low, kind.high),
        traces=tuple(trace for trace in traces if trace.kind == kind.kind),
    )


def _lay_conversation(view: ConversationView) -> ConversationLaid:
    remedies = tuple(
        RemedyLaid(number, remedy, STANDINGS[remedy.standing]) for number, remedy in enumerate(view.remedies, start=1)
    )
    return ConversationLaid(
        view=view,
        remedies=remedies,
        best=tuple(remedy.label for remedy in view.remedies if remedy.best),
        given=tuple(remedy for remedy in view.remedies if remedy.given),
        unreadable=not all(turn.legible for turn in view.turns),
        about_voices=view.about_voices,
    )


def moods(turns: Sequence[TurnView]) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Return the customer's anger and wish to come back after each reply, in thousandths."""
    return tuple(turn.anger for turn in turns), tuple(turn.would_return for turn in turns)
