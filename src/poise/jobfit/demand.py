"""What a job demands, held against what was seen: expected moments of ten on the published reference set."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from poise.content.job import Demand, Job
from poise.content.library import Library
from poise.content.quality import QUALITIES
from poise.content.scenario import Scenario
from poise.content.situation import Situation
from poise.measurement import GradedItem, Posterior, expected_share
from poise.sitting.evidence import Kind, moment_item, reaction_item

FloatArray = NDArray[np.float64]
Verdict = Literal["likely meets", "open", "likely not yet", "not enough evidence"]
WELL = 3
"""A moment is met well at level 3 or 4."""
LIKELY = 0.8
DRAWS = 4000
DRAW_SEED = 20261101
TEN = 10
PLACES = 400
"""So many evenly probable places stand for what one kind of evidence says."""
MOST_NAMED = 3
MUST_BE_MET = "Must be met by itself: nothing else makes up for it."
MADE_UP_BY_ANY = "May be made up for by other demands of this job, once there is something to spare in them."


@dataclass(frozen=True)
class Chance:
    """A chance, and how far it would be another by the authors' or analysts' other passes: lowest to highest."""

    value: float
    low: float
    high: float


@dataclass(frozen=True)
class DemandKindView:
    """What one kind of evidence alone says of a demand: moments of ten with their 80 % interval, and in a word."""

    kind: Kind
    observations: int
    seen: float
    seen_low: float
    seen_high: float
    verdict: Verdict


@dataclass(frozen=True)
class DemandView:
    """One demand of a job: what is asked and what was seen, in moments of ten with their spread; and the verdict.

    `seen` is the middle of what is expected. `chance` is None while parameters or demands are provisional. `made_up_by`
    names the demands in which the person likely has something to spare, empty for a must-have.
    """

    quality: str
    name: str
    asked: float
    asked_low: float
    asked_high: float
    seen: float
    seen_low: float
    seen_high: float
    verdict: Verdict
    must_have: bool
    weight: int
    because: str
    kinds: tuple[DemandKindView, ...] = ()
    chance: Chance | None = None
    made_up_by: tuple[str, ...] = ()
    compensation: str = ""


def reference_items(library: Library, quality: str) -> tuple[GradedItem, ...]:
    """Return the moments and reactions of the published reference set that belong to a quality."""
    items = []
    for name in library.reference.moments:
        scenario_key, _, key = name.partition("/")
        scenario = library.find(Scenario, scenario_key)
        moment = next(one for one in scenario.moments if one.key == key)
        if moment.quality == quality:
            items.append(moment_item(scenario, quality, moment.ease, library.beliefs))
    for name in library.reference.reactions:
        situation_key, _, key = name.partition("/")
        reaction = next(one for one in library.find(Situation, situation_key).reactions if one.key == key)
        if reaction.quality == quality:
            items.append(reaction_item(reaction, library.beliefs))
    return tuple(items)


def moments_of_ten(library: Library, quality: str, values: FloatArray) -> FloatArray:
    """Return how many of ten moments of the reference set would be met well at each value of the quality."""
    return TEN * expected_share(reference_items(library, quality), WELL, quality, values)


@dataclass(frozen=True)
class Expectation:
    """What a person would do on the reference set, by quality: shape (draws,), in moments of ten.

    `by_kind` has the same by one kind of evidence alone, at evenly probable places instead of draws.
    """

    by_quality: Mapping[str, FloatArray]
    by_kind: Mapping[tuple[Kind, str], FloatArray] = field(default_factory=dict)


def expect(posterior: Posterior, library: Library, by_kind: Mapping[Kind, Posterior] | None = None) -> Expectation:
    """Draw from the posterior (a fixed seed, so the same everywhere) what the person would do on the reference set."""
    draws = posterior.marginal(QUALITIES).draws(DRAWS, DRAW_SEED)
    places = ndtri((np.arange(PLACES) + 0.5) / PLACES)
    return Expectation(
        {quality: moments_of_ten(library, quality, draws[:, i]) for i, quality in enumerate(QUALITIES)},
        {
            (kind, quality): moments_of_ten(library, quality, alone.mean_of(quality) + alone.sd_of(quality) * places)
            for kind, alone in (by_kind or {}).items()
            for quality in QUALITIES
        },
    )


def chance_to_meet(expected: FloatArray, demand: Demand) -> float:
    """Return the chance that the expected score reaches the demand, each author's pass weighing the same."""
    return float(np.mean([np.mean(expected >= asked) for asked in demand.passes]))


def chance_over_passes(expected: FloatArray, demand: Demand) -> Chance:
    """Return the chance that a demand is met, from the lowest to the highest by a single pass of the job analysis.

    What is not known of the person is in the chance itself. What is not known of the demand is between the passes, each
    of which has a chance of its own.
    """
    chances = [float(np.mean(expected >= asked)) for asked in demand.passes]
    return Chance(round(chance_to_meet(expected, demand), 2), round(min(chances), 2), round(max(chances), 2))


def verdict_for(chance: float) -> Verdict:
    """Put a chance into words: while parameters are provisional no more than words is said."""
    return "likely meets" if chance >= LIKELY else "likely not yet" if chance <= 1 - LIKELY else "open"


def view_demand(
    library: Library,
    quality: str,
    demand: Demand,
    expectation: Expectation,
    *,
    enough: bool,
    counted: Mapping[Kind, int] | None = None,
    figures: bool = False,
) -> DemandView:
    """Hold one demand against what was seen: in all and, where observations are counted, by kind of evidence."""
    expected = expectation.by_quality[quality]
    low, middle, high = (round(float(value), 1) for value in np.quantile(expected, [0.1, 0.5, 0.9]))
    names = {one.key: one.name for one in library.qualities}
    return DemandView(
        quality=quality,
        name=names[quality],
        asked=round(float(np.mean(demand.passes)), 1),
        asked_low=min(demand.passes),
        asked_high=max(demand.passes),
        seen=middle,
        seen_low=low,
        seen_high=high,
        verdict=verdict_for(chance_to_meet(expected, demand)) if enough else "not enough evidence",
        must_have=demand.must_have,
        weight=demand.weight,
        because=demand.because,
        kinds=tuple(
            _view_kind(kind, number, expectation.by_kind[kind, quality], demand)
            for kind, number in (counted or {}).items()
        ),
        chance=chance_over_passes(expected, demand) if figures and enough else None,
        compensation=MUST_BE_MET if demand.must_have else "",
    )


def _view_kind(kind: Kind, number: int, expected: FloatArray, demand: Demand) -> DemandKindView:
    low, middle, high = (round(float(value), 1) for value in np.quantile(expected, [0.1, 0.5, 0.9]))
    verdict: Verdict = verdict_for(chance_to_meet(expected, demand)) if number else "not enough evidence"
    return DemandKindView(kind, number, middle, low, high, verdict)


def tell_compensation(views: tuple[DemandView, ...]) -> tuple[DemandView, ...]:
    """Say of each demand that is no must-have what may make up for it, the most to spare first."""
    spare = sorted(
        (one for one in views if one.verdict != "not enough evidence" and one.seen > one.asked),
        key=lambda one: one.weight * (one.asked - one.seen),
    )
    told = []
    for view in views:
        others = tuple(one.name for one in spare if one.quality != view.quality)[:MOST_NAMED]
        words = f"May be made up for by {name_all(others)}." if others else MADE_UP_BY_ANY
        told.append(view if view.must_have else replace(view, made_up_by=others, compensation=words))
    return tuple(told)


def name_all(names: Sequence[str]) -> str:
    """Name some things in a row, with "and" before the last."""
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


def verdict_on_job(job: Job, expectation: Expectation, demands: tuple[DemandView, ...]) -> Verdict:
    """Return the verdict on a whole job, by three rules that a manager can read.

    Where most demands lack evidence, there is not enough. It is *likely not yet* where a must-have is, or where the
    weighted balance of all demands likely falls short. It *likely meets* where the balance likely does, and no
    must-have lacks evidence. Everything else is open.
    """
    if 2 * sum(one.verdict == "not enough evidence" for one in demands) > len(demands):
        return "not enough evidence"
    musts = {demand.verdict for demand in demands if demand.must_have}
    balance = verdict_for(chance_of_balance(job, expectation))
    if "likely not yet" in {balance, *musts}:
        return "likely not yet"
    return "likely meets" if balance == "likely meets" and "not enough evidence" not in musts else "open"


def list_demands(job: Job) -> list[tuple[str, Demand]]:
    """Return the demands of a job, must-haves first, then the heavier: the same order however a library was stored."""
    return sorted(job.demands.items(), key=lambda one: (not one[1].must_have, -one[1].weight, QUALITIES.index(one[0])))


def chance_of_balance(job: Job, expectation: Expectation) -> float:
    """Return the chance that the demands, weighed and made up for among themselves, are met on the whole.

    The authors' passes count one by one, each as a whole profile, so that their spread widens the verdict.
    """
    passes = min(len(demand.passes) for demand in job.demands.values())
    surplus = np.zeros((passes, DRAWS))
    for quality, demand in list_demands(job):
        asked = np.array(demand.passes[:passes])[:, None]
        surplus += demand.weight * (expectation.by_quality[quality] - asked)
    return float(np.mean(surplus >= 0))
