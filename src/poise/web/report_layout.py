"""A report as a page lays it out: what comes first, and in whose words; every figure is jobfit's own."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from poise.jobfit.attending import say_attention
from poise.jobfit.correcting import ERASED
from poise.jobfit.demand import Chance, DemandKindView, DemandView, Verdict
from poise.jobfit.report import JobView, KindView, QualityView, Report
from poise.jobfit.tracing import Effect, Trace
from poise.jobfit.transcript import ConversationView, RemedyView, TurnView
from poise.jobfit.willing import ConditionView, Fit
from poise.web.charts import say_span, say_steps, say_tens, say_width
from poise.web.report_answers import Answer, Ending, answer_of, ending_of
from poise.web.report_claims import ClaimsLaid, lay_claims
from poise.web.report_words import (
    CONDITION_WORDS,
    COUNTED,
    EFFECTS,
    FIT_WORDS,
    HIRER_HEADLINES,
    KINDS,
    LEANINGS,
    OWN_HEADLINES,
    STANDINGS,
    Reader,
)

LETTER_CLAIMS = ("provisional", "validity_unknown", "uncertainty")
FEW = 3
VERDICTS: tuple[Verdict, ...] = ("likely meets", "open", "likely not yet", "not enough evidence")
FITS: tuple[Fit, ...] = ("willing", "unsure", "not asked", "unwilling")
HARDEST_FIRST: tuple[Fit, ...] = ("unwilling", "unsure", "not asked", "willing")


@dataclass(frozen=True)
class DemandKindLaid:
    """What one kind of evidence says of a demand, in words."""

    view: DemandKindView
    name: str
    counted: str
    seen: str


@dataclass(frozen=True)
class DemandLaid:
    """A demand with its figures in words; `chance` is empty while figures are provisional."""

    view: DemandView
    asked: str
    passes: str
    seen: str
    chance: str
    kinds: tuple[DemandKindLaid, ...]


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
    chance: str
    without_conflict: int
    refused: tuple[str, ...]
    still_open: tuple[str, ...]


@dataclass(frozen=True)
class TraceLaid:
    """One observation, and how much it counts: in words, and how far it moves the middle of the band."""

    view: Trace
    effect: str
    moved: str


@dataclass(frozen=True)
class KindLaid:
    """What one kind of evidence says, in words beside its bar, and the observations behind it."""

    view: KindView
    name: str
    counted: str
    leaning: str
    span: str
    steps: str
    traces: tuple[TraceLaid, ...]


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
class PartLaid:
    """A part of serving a customer, and what of it was in one exchange: steps at the desk first, then words."""

    name: str
    key: str
    done: tuple[str, ...]


@dataclass(frozen=True)
class TurnLaid:
    """An exchange, and what was heard, thought and done in it; nothing of what was not seen."""

    view: TurnView
    parts: tuple[PartLaid, ...]


@dataclass(frozen=True)
class ConversationLaid:
    """A conversation with what its pictures need."""

    view: ConversationView
    turns: tuple[TurnLaid, ...]
    remedies: tuple[RemedyLaid, ...]
    best: tuple[str, ...]
    given: tuple[RemedyView, ...]
    unreadable: bool
    about_voices: str
    about_remedy: str


@dataclass(frozen=True)
class ReportLaid:
    """A report, laid out for its reader."""

    report: Report
    reader: Reader
    finished: datetime | None
    letter: tuple[str, ...]
    claims: ClaimsLaid
    ending: Ending
    answer: Answer
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
        claims=lay_claims(report.claims, reader, met_customers=bool(report.conversations)),
        ending=ending_of(report),
        answer=answer_of(report, [job.view for job in jobs], reader),
        jobs=jobs,
        able_unwilling=tuple(job for job in jobs if job.view.verdict == "likely meets" and job.view.fit == "unwilling"),
        qualities=enough,
        lacking=lacking,
        strengths=tuple(one.view.name for one in enough if one.view.low_end > 0),
        most_room=tuple(one.name for one in lowest[:FEW] if one.low_end <= 0),
        practise_first=tuple(lowest[:FEW]),
        practise_later=(*lowest[FEW:], *(one.view for one in lacking)),
        conversations=tuple(_lay_conversation(one) for one in sorted(report.conversations, key=lambda one: one.number)),
        words_erased=any(turn.reply == ERASED for one in report.conversations for turn in one.turns),
        attention=say_attention(report.attention, reader) if report.attention else (),
    )


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
        demands=tuple(_lay_demand(one, reader) for one in demands),
        conditions=tuple(ConditionLaid(one, CONDITION_WORDS[reader][one.fit]) for one in conditions),
        reason=_say_reason(job.verdict, demands),
        chance=_say_chance(job.chance),
        without_conflict=sum(one.fit == "willing" for one in conditions),
        refused=tuple(one.name for one in conditions if one.fit == "unwilling"),
        still_open=tuple(one.name for one in demands if one.verdict in {"open", "not enough evidence"}),
    )


def _say_reason(verdict: Verdict, demands: Sequence[DemandView]) -> str:
    """Say which of the published rules led to the verdict on a job."""
    musts = [one.name for one in demands if one.must_have and one.verdict == "likely not yet"]
    lacking = [one.name for one in demands if one.must_have and one.verdict == "not enough evidence"]
    reasons = {
        "likely meets": "On balance, what was seen likely meets what the job asks.",
        "open": f"Must-have, not seen often enough: {', '.join(lacking)}."
        if lacking
        else "On balance, the evidence does not decide.",
        "likely not yet": f"Must-have, likely not met yet: {', '.join(musts)}."
        if musts
        else "On balance, what was seen likely falls short of what the job asks.",
        "not enough evidence": "For most of what the job asks, not enough was seen.",
    }
    return reasons[verdict]


def _lay_demand(demand: DemandView, reader: Reader) -> DemandLaid:
    return DemandLaid(
        view=demand,
        asked=f"about {round(demand.asked)}",
        passes=f"{demand.asked_low:g} to {demand.asked_high:g}",
        seen="" if demand.verdict == "not enough evidence" else say_tens(demand.seen_low, demand.seen_high),
        chance=_say_chance(demand.chance),
        kinds=tuple(_lay_demand_kind(one, reader) for one in demand.kinds),
    )


def _lay_demand_kind(kind: DemandKindView, reader: Reader) -> DemandKindLaid:
    seen = say_tens(kind.seen_low, kind.seen_high) if kind.observations else ""
    return DemandKindLaid(kind, KINDS[reader][kind.kind], _say_count(kind.kind, kind.observations), seen)


def _say_count(kind: str, number: int) -> str:
    one, many = COUNTED[kind]
    return f"{number or 'no'} {one if number == 1 else many}"


def _say_chance(chance: Chance | None) -> str:
    """Say a chance with its spread over the passes; nothing while there is none to be told."""
    if chance is None:
        return ""
    value, low, high = (round(100 * one) for one in (chance.value, chance.low, chance.high))
    return f"{value} in 100" if low == high else f"{value} in 100 ({low} to {high})"


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
    telling = sorted(traces, key=lambda one: -abs(one.effect.moves))
    return KindLaid(
        view=kind,
        name=KINDS[reader][kind.kind],
        counted=_say_count(kind.kind, kind.observations),
        leaning=LEANINGS[kind.leaning],
        span=say_span(kind.low, kind.high),
        steps=say_steps(kind.low, kind.high),
        traces=tuple(_lay_trace(trace) for trace in telling if trace.kind == kind.kind),
    )


def _lay_trace(trace: Trace) -> TraceLaid:
    return TraceLaid(trace, _say_effect(trace.effect), f"{trace.effect.moves:+.2f}".replace("-", "−"))


def _say_effect(effect: Effect) -> str:
    words = EFFECTS[effect.word].capitalize()
    if effect.word == "none":
        return f"{words}."
    where = "lower" if effect.moves > 0 else "higher"
    return f"{words}: without it, the result would lie {abs(effect.moves):.2f} {where}."


def _lay_conversation(view: ConversationView) -> ConversationLaid:
    remedies = tuple(
        RemedyLaid(number, remedy, STANDINGS[remedy.standing]) for number, remedy in enumerate(view.remedies, start=1)
    )
    return ConversationLaid(
        view=view,
        turns=tuple(_lay_turn(turn) for turn in view.turns),
        remedies=remedies,
        best=tuple(remedy.label for remedy in view.remedies if remedy.best),
        given=tuple(remedy for remedy in view.remedies if remedy.given),
        unreadable=not all(turn.legible for turn in view.turns),
        about_voices=view.about_voices,
        about_remedy=view.about_remedy,
    )


def _lay_turn(turn: TurnView) -> TurnLaid:
    """Put steps at the desk and words together by what they are part of."""
    parts = (
        PartLaid("Hear", "hear", (*turn.steps.hear, *turn.hear)),
        PartLaid("Think", "think", (*turn.steps.think, *turn.think)),
        PartLaid("React", "react", (*turn.steps.react, *turn.react)),
        PartLaid("Harm", "harm", turn.harm),
    )
    return TurnLaid(turn, tuple(part for part in parts if part.done))


def moods(turns: Sequence[TurnView]) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Return the customer's anger and wish to come back after each reply, in thousandths."""
    return tuple(turn.anger for turn in turns), tuple(turn.would_return for turn in turns)
