"""Which kind of customer comes after which, and the case as it is served in its place of a shift."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from poise.content.blueprint import Blueprint
from poise.content.rubric import Moment
from poise.content.scenario import Scenario, Temperament
from poise.content.shift import WHOLE, KindOfCustomer

ABUSIVE = 6
"""From this abusiveness, of 10, a customer is abusive."""
MILD = 2
"""Up to this abusiveness a customer who comes in calm is gentle."""
CALM, HOT = 350, 650
"""The bands of anger, in thousandths, in which customers come in."""
CARRIES_OVER = "resilience"


def kinds_of(scenario: Scenario) -> frozenset[KindOfCustomer]:
    """Return what kind of customer this is, by temperament alone: the same for everybody who serves them."""
    temper: Temperament = scenario.customer.temperament
    kinds: dict[KindOfCustomer, bool] = {
        "abusive": temper.abusiveness >= ABUSIVE,
        "angry": temper.anger >= HOT,
        "gentle": temper.abusiveness <= MILD and temper.anger < CALM,
    }
    return frozenset(kind for kind, fits in kinds.items() if fits)


def served_after(scenario: Scenario, before: Scenario | None) -> Scenario:
    """Return the case as it is served directly after another one: with the moments that exist only then.

    After nobody, or after a kind that it says nothing of, it is the same as alone.
    """
    kinds = frozenset[KindOfCustomer]() if before is None else kinds_of(before)
    due = [carried for carried in scenario.carried if carried.after in kinds]
    if not due:
        return scenario

    def added(place: str) -> tuple[Moment, ...]:
        return tuple(moment for carried in due if carried.probe == place for moment in carried.moments)

    probes = tuple(
        probe.model_copy(update={"moments": probe.moments + added(probe.key)}) if added(probe.key) else probe
        for probe in scenario.probes
    )
    return scenario.model_copy(update={"probes": probes, "whole": scenario.whole + added(WHOLE)})


def before_in_shift(scenario: Scenario, blueprints: Iterable[Blueprint]) -> str:
    """Return the key of who is served directly before in the first shift that holds the case; empty where nobody is."""
    for blueprint in blueprints:
        queue = blueprint.shift.customers if blueprint.shift else ()
        for one, other in pairwise(queue):
            if other == scenario.key:
                return one
    return ""


def check_carried(scenario: Scenario) -> Iterator[str]:
    """Say what is wrong with the places at which moments are carried over into this case."""
    known = [probe.key for probe in scenario.probes]
    for carried in scenario.carried:
        if carried.probe not in {WHOLE, *known}:
            yield f"carried over after {carried.after}: no probe {carried.probe!r}; there are: {', '.join(known)}"


def check_customers_of(blueprint: Blueprint, scenarios: Sequence[Scenario]) -> Iterator[str]:
    """Say what is wrong with the customers of a blueprint: one pool, nobody twice, an order that shows something."""
    known = {scenario.key: scenario for scenario in scenarios}
    served = [known[key] for key in blueprint.everyone if key in known]
    twice = sorted({key for key in blueprint.everyone if blueprint.everyone.count(key) > 1})
    if twice:
        yield f"serves {_listed(twice)} more than once; a customer comes once in a sitting"
    pools = {scenario.purpose for scenario in served}
    if len(pools) > 1:
        practice = [scenario.key for scenario in served if scenario.purpose == "practice"]
        yield f"mixes the pools: {_listed(practice)} is for practice and others are for assessment"
    if blueprint.shift and all(key in known for key in blueprint.shift.customers):
        yield from _check_queue([known[key] for key in blueprint.shift.customers])


def _check_queue(queue: Sequence[Scenario]) -> Iterator[str]:
    jobs = sorted({scenario.job for scenario in queue})
    if len(jobs) > 1:
        yield f"the customers of a shift wait in one queue, of one job; these belong to {_listed(jobs)}"
    gentle = [
        (one, other) for one, other in pairwise(queue) if "abusive" in kinds_of(one) and "gentle" in kinds_of(other)
    ]
    if not gentle:
        yield (
            f"in a shift an abusive customer (abusiveness {ABUSIVE} or more) comes directly before a gentle one"
            f" (abusiveness {MILD} or less, anger below {CALM}); the order is {_described(queue)}"
        )
    for one, other in gentle:
        alone = {moment.key for moment in other.moments}
        added = {moment.quality for moment in served_after(other, one).moments if moment.key not in alone}
        if CARRIES_OVER not in added:
            yield f"{other.key} follows {one.key} and carries no moment of {CARRIES_OVER} over: see its field carried"


def _described(queue: Sequence[Scenario]) -> str:
    return ", ".join(f"{one.key} ({' and '.join(sorted(kinds_of(one))) or 'neither'})" for one in queue)


def _listed(keys: Iterable[str]) -> str:
    return ", ".join(repr(key) for key in keys)
