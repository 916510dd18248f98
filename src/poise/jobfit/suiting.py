"""A person and a job: able, willing, or which of the two is missing; and which other jobs suit better, and why."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from poise.content.job import Job
from poise.content.library import Library
from poise.jobfit.demand import (
    LIKELY,
    Chance,
    DemandView,
    Expectation,
    FloatArray,
    Verdict,
    expect,
    list_demands,
    tell_compensation,
    verdict_on_job,
    view_demand,
)
from poise.jobfit.quality import QualityView, Weighed
from poise.jobfit.willing import ConditionView, Fit, fit_of_all, view_conditions

Standing = Literal[
    "able and willing",
    "able, unsure about conditions",
    "able but unwilling",
    "willing but not yet able",
    "not yet able, unsure about conditions",
    "neither able yet nor willing",
    "open",
    "not enough evidence",
    "not asked yet",
]
STANDINGS: dict[tuple[Verdict, Fit], Standing] = {
    ("likely meets", "willing"): "able and willing",
    ("likely meets", "unsure"): "able, unsure about conditions",
    ("likely meets", "unwilling"): "able but unwilling",
    ("likely meets", "not asked"): "not asked yet",
    ("likely not yet", "willing"): "willing but not yet able",
    ("likely not yet", "unsure"): "not yet able, unsure about conditions",
    ("likely not yet", "unwilling"): "neither able yet nor willing",
    ("likely not yet", "not asked"): "not asked yet",
}
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
POSSIBLE: frozenset[Verdict] = frozenset({"likely meets", "open"})
KEENER: tuple[Fit, ...] = ("unwilling", "unsure", "not asked", "willing")
SURER: tuple[Verdict, ...] = ("not enough evidence", "likely not yet", "open", "likely meets")
TELLING = 0.05
"""A demand that makes less difference than this, in moments of ten, is not named."""
MOST_REASONS = 3


@dataclass(frozen=True)
class Reason:
    """A demand or a condition that makes one job suit better than another, in words that name nobody."""

    kind: Literal["demand", "condition"]
    key: str
    name: str
    words: str


@dataclass(frozen=True)
class BetterJob:
    """A job that suits better, and why; `chance` is that of having more to spare in it, None while provisional."""

    key: str
    name: str
    verdict: Verdict
    fit: Fit
    because: Literal["demands", "conditions", "both"]
    why: tuple[Reason, ...]
    chance: Chance | None


@dataclass(frozen=True)
class JobView:
    """One job: its demands, its conditions, what they come to, and which other jobs suit better."""

    key: str
    name: str
    summary: str
    verdict: Verdict
    fit: Fit
    standing: Standing
    headline: str
    demands: tuple[DemandView, ...]
    conditions: tuple[ConditionView, ...]
    provisional: bool
    chance: Chance | None = None
    better: tuple[BetterJob, ...] = ()

    @property
    def possible(self) -> bool:
        """Whether the job stays worth a closer look."""
        return self.verdict in POSSIBLE and self.fit != "unwilling"


def view_jobs(
    shown: Sequence[str],
    library: Library,
    weighed: Weighed,
    qualities: Sequence[QualityView],
    willingness: Mapping[str, int] | None,
    *,
    switched_on: bool = False,
) -> tuple[JobView, ...]:
    """Hold what was seen against each job that is shown, and say which of all jobs suit better than it.

    While the library or the job is provisional there are words only, unless an owner switched chances on.
    """
    expectation = expect(weighed.posterior, library, weighed.by_kind)
    enough = {view.key: view.enough for view in qualities}
    views, surplus = {}, {}
    for job in library.jobs:
        figures = switched_on or not (library.provisional or job.provisional)
        demands = tell_compensation(
            tuple(
                view_demand(
                    library,
                    quality,
                    demand,
                    expectation,
                    enough=enough[quality],
                    counted=weighed.count(quality),
                    figures=figures,
                )
                for quality, demand in list_demands(job)
            )
        )
        conditions = view_conditions(job, library, willingness)
        surplus[job.key] = weigh_surplus(job, expectation)
        views[job.key] = _view_job(job, demands, verdict_on_job(job, expectation, demands), conditions, figures=figures)
        views[job.key] = _with_chance(views[job.key], surplus[job.key], figures=figures)
    jobs = {job.key: job for job in library.jobs}
    comparing = _Comparing(jobs, views, surplus, expectation)
    return tuple(replace(views[key], better=comparing.better_than(key)) for key in shown)


def weigh_surplus(job: Job, expectation: Expectation) -> FloatArray:
    """Return what there is to spare on the demands of a job, on average by weight: shape (passes, draws).

    In moments of ten. Each pass of the job analysis counts as a whole profile.
    """
    passes = min(len(demand.passes) for demand in job.demands.values())
    total = sum(demand.weight for demand in job.demands.values())
    surplus: FloatArray = np.zeros((passes, 1))
    for quality, demand in list_demands(job):
        asked = np.array(demand.passes[:passes])[:, None]
        surplus = surplus + demand.weight / total * (expectation.by_quality[quality] - asked)
    return surplus


def _view_job(
    job: Job, demands: tuple[DemandView, ...], verdict: Verdict, conditions: tuple[ConditionView, ...], *, figures: bool
) -> JobView:
    fit = fit_of_all(conditions)
    nothing: Standing = "not enough evidence" if verdict == "not enough evidence" else "open"
    return JobView(
        key=job.key,
        name=job.name,
        summary=job.summary,
        verdict=verdict,
        fit=fit,
        standing=STANDINGS.get((verdict, fit), nothing),
        headline=HEADLINES.get((verdict, fit), "Not enough was seen to say"),
        demands=demands,
        conditions=conditions,
        provisional=not figures,
    )


def _with_chance(view: JobView, surplus: FloatArray, *, figures: bool) -> JobView:
    told = figures and view.verdict != "not enough evidence"
    return replace(view, chance=_chance_of(surplus >= 0)) if told else view


def _chance_of(holds: np.ndarray) -> Chance:
    """Return how often something holds, shape (passes, draws), and by a single pass from lowest to highest."""
    by_pass = np.mean(holds, axis=1)
    value, low, high = (round(float(one), 2) for one in (by_pass.mean(), by_pass.min(), by_pass.max()))
    return Chance(value, low, high)


@dataclass(frozen=True)
class _Comparing:
    """All jobs of a library as they stand to one person."""

    jobs: Mapping[str, Job]
    views: Mapping[str, JobView]
    surplus: Mapping[str, FloatArray]
    expectation: Expectation

    def better_than(self, own: str) -> tuple[BetterJob, ...]:
        """Return the jobs that suit better than this one, the best first."""
        others = [self._compare(own, other) for other in self.views if other != own]
        found = [one for one in others if one is not None]
        return tuple(sorted(found, key=lambda one: (-float(self.surplus[one.key].mean()), one.key)))

    def _compare(self, own: str, other: str) -> BetterJob | None:
        one, better = self.views[own], self.views[other]
        if not better.possible:
            return None
        passes = min(len(self.surplus[own]), len(self.surplus[other]))
        chance = _chance_of(self.surplus[other][:passes] > self.surplus[own][:passes])
        abler = chance.value >= LIKELY
        keener = KEENER.index(better.fit) > KEENER.index(one.fit)
        worse_fit = KEENER.index(better.fit) < KEENER.index(one.fit)
        as_able = SURER.index(better.verdict) >= SURER.index(one.verdict) and chance.value > 1 - LIKELY
        if worse_fit or not (abler or (keener and as_able)):
            return None
        demands = tuple(self._demands_for(own, other)) if abler else ()
        conditions = tuple(_conditions_for(one, better)) if keener else ()
        return BetterJob(
            key=other,
            name=better.name,
            verdict=better.verdict,
            fit=better.fit,
            because="both" if abler and keener else "demands" if abler else "conditions",
            why=(*demands[:MOST_REASONS], *conditions[:MOST_REASONS]),
            chance=None if one.provisional or better.provisional else chance,
        )

    def _demands_for(self, own: str, other: str) -> list[Reason]:
        """Return the demands that make the difference, the one that makes most of it first."""
        here, there = self._parts(own), self._parts(other)
        gain = {key: there.get(key, 0.0) - here.get(key, 0.0) for key in {**here, **there}}
        telling = sorted((key for key in gain if gain[key] > TELLING), key=lambda key: (-gain[key], key))
        return [self._say_demand(key, own, other) for key in telling]

    def _parts(self, key: str) -> dict[str, float]:
        """Return what each demand of a job adds to the mean surplus."""
        job = self.jobs[key]
        total = sum(demand.weight for demand in job.demands.values())
        return {
            quality: demand.weight / total * float(self.expectation.by_quality[quality].mean() - np.mean(demand.passes))
            for quality, demand in list_demands(job)
        }

    def _say_demand(self, quality: str, own: str, other: str) -> Reason:
        here = {one.quality: one for one in self.views[own].demands}.get(quality)
        there = {one.quality: one for one in self.views[other].demands}.get(quality)
        name = (here or there or self.views[own].demands[0]).name
        now, then = self.views[own].name, self.views[other].name
        if there is None and here is not None:
            words = f"{now} asks for it ({here.asked:g} of ten moments); {then} makes no demand of it."
        elif here is None and there is not None:
            words = f"{then} asks for it ({there.asked:g} of ten moments), and there is likely something to spare."
        elif here is not None and there is not None and here.asked != there.asked:
            words = f"{then} asks for {there.asked:g} of ten moments, {now} for {here.asked:g}."
        else:
            words = f"It weighs differently in {then} and in {now}."
        return Reason("demand", quality, name, words)


def _conditions_for(own: JobView, other: JobView) -> list[Reason]:
    """Return the conditions that stand in the way in one job and not, or less, in the other; the hardest first."""
    there = {one.key: one for one in other.conditions}
    freed = [one for one in own.conditions if KEENER.index(there[one.key].fit) > KEENER.index(one.fit)]
    return [
        Reason(
            "condition",
            one.key,
            one.name,
            f"{own.name}: {_ended(one.means)} {other.name}: {_ended(there[one.key].means)}"
            + (f" The answer was: {one.said}." if one.said else ""),
        )
        for one in sorted(freed, key=lambda one: KEENER.index(one.fit))
    ]


def _ended(words: str) -> str:
    return words if words.endswith((".", "!", "?")) else f"{words}."
