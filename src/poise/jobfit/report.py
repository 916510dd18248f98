"""The report of a sitting: what was seen, by quality and by kind of evidence, against each job; as data."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Literal

import numpy as np
from scipy.special import ndtr

from poise.content.claims import Claim
from poise.content.job import Job
from poise.content.library import Library
from poise.content.quality import Quality
from poise.jobfit.adapted import claim_no_comparison
from poise.jobfit.attending import AttentionView, view_attention
from poise.jobfit.demand import DemandView, Verdict, expect, verdict_on_job, view_demand
from poise.jobfit.tracing import Trace, trace
from poise.jobfit.transcript import ConversationView, view_conversations
from poise.jobfit.willing import ConditionView, Fit, fit_of_all, view_conditions
from poise.measurement import Posterior, score
from poise.sitting.evidence import KINDS, Kind, Observation, apart, observe, observe_set_aside, posterior_of, prior_of
from poise.sitting.state import State
from poise.sitting.steps import blueprint_of

Leaning = Literal["towards the high pole", "in between", "towards the low pole"]
LARGEST_SD = 0.8
"""A quality's own observations must leave no more than this standard deviation; the prior has 1."""
LEAST_KINDS = 2
LEAST_SEEN = 2
"""What people say of themselves is not enough: so many observations must come from what they did or judged."""
ONLY_WHERE_ASKED: frozenset[Kind] = frozenset({"knowledge"})
"""Kinds of evidence that few sittings ask for: nothing is said of them for a quality that they say nothing of."""
PLAINLY = 0.8
DISAGREE = 1.64
KIND_NAMES: dict[Kind, str] = {
    "statements": "What you say of yourself",
    "situations": "How you judge situations",
    "knowledge": "How you answer questions from a text",
    "customers": "How you served a customer",
}


@dataclass(frozen=True)
class KindView:
    """What one kind of evidence alone says of a quality: standardised, with its 80 % interval."""

    kind: Kind
    name: str
    observations: int
    mean: float
    low: float
    high: float
    leaning: Leaning


@dataclass(frozen=True)
class QualityView:
    """One quality: what was seen, how sure that is, and every observation behind it."""

    key: str
    name: str
    means: str
    high: str
    low: str
    enough: bool
    why_not: str
    mean: float
    low_end: float
    high_end: float
    leaning: Leaning
    words: str
    practise: str
    kinds: tuple[KindView, ...]
    kinds_disagree: bool
    traces: tuple[Trace, ...]


@dataclass(frozen=True)
class JobView:
    """One job: its demands, its conditions, and what they come to."""

    key: str
    name: str
    summary: str
    verdict: Verdict
    fit: Fit
    headline: str
    demands: tuple[DemandView, ...]
    conditions: tuple[ConditionView, ...]


@dataclass(frozen=True)
class Report:
    """Everything that is said of a sitting."""

    blueprint: str
    title: str
    started_at: str
    finished_at: str
    library: str
    library_version: str
    provisional: bool
    observations: int
    converged: bool
    claims: tuple[Claim, ...]
    qualities: tuple[QualityView, ...]
    jobs: tuple[JobView, ...]
    none_of_these: bool
    conversations: tuple[ConversationView, ...]
    attention: AttentionView | None = None

    def as_dict(self) -> dict[str, object]:
        """Return the report as plain values, for JSON."""
        plain = asdict(self)
        plain["claims"] = [claim.model_dump() for claim in self.claims]
        return plain


def report(state: State, library: Library, texts: Mapping[str, str]) -> Report:
    """Return the report of a sitting as far as it has come; the same events give the same figures."""
    observations = observe(state, library)
    posterior = posterior_of(state, library, observations)
    qualities = _view_qualities(state, library, texts, observations, posterior)
    enough = {view.key: view.enough for view in qualities}
    expectation = expect(posterior, library)
    blueprint = blueprint_of(state, library)
    jobs = []
    for key in blueprint.jobs:
        job = library.find(Job, key)
        demands = tuple(
            view_demand(library, quality, demand, expectation, enough=enough[quality])
            for quality, demand in job.demands.items()
        )
        verdict = verdict_on_job(job, expectation, demands)
        jobs.append(_view_job(job, demands, verdict, view_conditions(job, library, state.willingness)))
    return Report(
        blueprint=blueprint.key,
        title=blueprint.title,
        started_at=state.started_at,
        finished_at=state.finished_at,
        library=library.hash,
        library_version=library.version,
        provisional=library.provisional,
        observations=len(observations),
        converged=posterior.converged,
        claims=(*library.claims, *claim_no_comparison(state, library)),
        qualities=qualities,
        jobs=tuple(jobs),
        none_of_these=not any(_possible(job) for job in jobs),
        conversations=view_conversations(state, library, texts),
        attention=view_attention(state, library),
    )


def _possible(job: JobView) -> bool:
    return job.verdict in {"likely meets", "open"} and job.fit != "unwilling"


HEADLINES: dict[tuple[str, str], str] = {
    ("likely meets", "willing"): "Worth a closer look: likely able, and willing",
    ("likely meets", "unsure"): "Likely able; you are unsure about some conditions",
    ("likely meets", "unwilling"): "Able, but you do not want its conditions",
    ("open", "willing"): "Open: willing, and the evidence does not settle it yet",
    ("open", "unsure"): "Open: the evidence does not decide, and you are unsure about some conditions",
    ("open", "unwilling"): "You do not want its conditions; the rest is open",
    ("likely not yet", "willing"): "Willing, but likely not yet able",
    ("likely not yet", "unsure"): "Likely not yet, and you are unsure about some conditions",
    ("likely not yet", "unwilling"): "Likely not yet, and you do not want some conditions",
}


def _view_job(
    job: Job, demands: tuple[DemandView, ...], verdict: Verdict, conditions: tuple[ConditionView, ...]
) -> JobView:
    fit = fit_of_all(conditions)
    return JobView(
        key=job.key,
        name=job.name,
        summary=job.summary,
        verdict=verdict,
        fit=fit,
        headline=HEADLINES.get((verdict, fit), "Not enough was seen to say"),
        demands=demands,
        conditions=conditions,
    )


def _view_qualities(
    state: State,
    library: Library,
    texts: Mapping[str, str],
    observations: tuple[Observation, ...],
    posterior: Posterior,
) -> tuple[QualityView, ...]:
    conversations = tuple(sorted(state.conversations))
    own = score(apart(prior_of(library, conversations)), [one.response for one in observations])
    by_kind = {
        kind: score(
            apart(prior_of(library, conversations)),
            [one.response for one in observations if one.kind == kind],
        )
        for kind in KINDS
        if kind not in ONLY_WHERE_ASKED or any(one.kind == kind for one in observations)
    }
    views, set_aside = [], observe_set_aside(state, library)
    for quality in library.qualities:
        seen = tuple(one for one in observations if quality.key in one.qualities)
        named = [kind for kind in by_kind if kind not in ONLY_WHERE_ASKED or any(one.kind == kind for one in seen)]
        kinds = tuple(_view_kind(kind, quality.key, seen, by_kind[kind]) for kind in named)
        shown = (*seen, *(one for one in set_aside if quality.key in one.qualities))
        traces = tuple(trace(one, quality.key, state, library, texts) for one in shown)
        views.append(_view_quality(quality, posterior, own, kinds, traces))
    return tuple(views)


def _view_kind(kind: Kind, quality: str, seen: tuple[Observation, ...], posterior: Posterior) -> KindView:
    low, high = posterior.interval(quality)
    number = sum(one.kind == kind for one in seen)
    return KindView(
        kind=kind,
        name=KIND_NAMES[kind],
        observations=number,
        mean=round(posterior.mean_of(quality), 2),
        low=round(low, 2),
        high=round(high, 2),
        leaning=_leaning(_chance_above(posterior, quality)),
    )


def _leaning(up: float) -> Leaning:
    if up >= PLAINLY:
        return "towards the high pole"
    return "towards the low pole" if up <= 1 - PLAINLY else "in between"


def _chance_above(posterior: Posterior, quality: str) -> float:
    return float(ndtr(posterior.mean_of(quality) / posterior.sd_of(quality)))


def _view_quality(
    quality: Quality,
    posterior: Posterior,
    own: Posterior,
    kinds: tuple[KindView, ...],
    traces: tuple[Trace, ...],
) -> QualityView:
    why_not = _why_not_enough(own.sd_of(quality.key), kinds)
    low, high = posterior.interval(quality.key)
    up = _chance_above(posterior, quality.key)
    leaning = _leaning(up)
    words = {
        "towards the high pole": quality.strong,
        "in between": quality.middling,
        "towards the low pole": quality.weak,
    }[leaning]
    return QualityView(
        key=quality.key,
        name=quality.name,
        means=quality.means,
        high=quality.high,
        low=quality.low,
        enough=not why_not,
        why_not=why_not,
        mean=round(posterior.mean_of(quality.key), 2),
        low_end=round(low, 2),
        high_end=round(high, 2),
        leaning=leaning,
        words=words,
        practise=quality.practise,
        kinds=kinds,
        kinds_disagree=_disagree(kinds),
        traces=traces,
    )


def _why_not_enough(own_sd: float, kinds: tuple[KindView, ...]) -> str:
    seen = [kind for kind in kinds if kind.observations]
    if len(seen) < LEAST_KINDS:
        return "It was seen in only one kind of task." if seen else "It did not come up."
    if sum(kind.observations for kind in seen if kind.kind != "statements") < LEAST_SEEN or own_sd > LARGEST_SD:
        return "The few moments in which it came up do not say enough."
    return ""


def _disagree(kinds: tuple[KindView, ...]) -> bool:
    """Say whether two kinds of evidence point plainly different ways, by their own 80 % intervals."""
    seen = [kind for kind in kinds if kind.observations]
    width = 2 * 1.2816
    for i, one in enumerate(seen):
        for other in seen[i + 1 :]:
            spread = np.hypot((one.high - one.low) / width, (other.high - other.low) / width)
            if abs(one.mean - other.mean) > DISAGREE * spread:
                return True
    return False
