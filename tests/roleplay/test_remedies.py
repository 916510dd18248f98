"""The frontier: what pleases the customer without damaging the business."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from poise.content.library import Library
from poise.content.scenario import Remedy, Scenario
from poise.roleplay.remedies import distance, efficient, net_cost, permitted

POINTS = st.integers(0, 100)


def remedies(pairs: list[tuple[int, int]]) -> tuple[Remedy, ...]:
    return tuple(
        Remedy(key=f"r{n}", label="x", value=value, cost=cost, price="x", standing="allowed", why="x")
        for n, (value, cost) in enumerate(pairs)
    )


@given(st.lists(st.tuples(POINTS, POINTS), min_size=1, max_size=8), POINTS)
def test_nothing_permitted_beats_an_efficient_remedy(library: Library, pairs: list[tuple[int, int]], loss: int) -> None:
    base = library.find(Scenario, "late_lamp")
    case = base.model_copy(update={"remedies": remedies(pairs), "loss": loss})
    best = efficient(case)
    assert best
    for one in case.remedies:
        beaten = any(
            other.value >= one.value and net_cost(other, loss) < net_cost(one, loss) for other in case.remedies
        )
        if one.key in best:
            assert not beaten
            assert distance(case, one) == pytest.approx(0.0)


def test_doormat_and_stonewaller_both_stand_off_the_frontier(library: Library) -> None:
    for scenario in library.scenarios:
        best = efficient(scenario)
        costly = max(scenario.remedies, key=lambda remedy: remedy.cost)
        mean = min(permitted(scenario), key=lambda remedy: remedy.value)
        assert costly.key not in best, scenario.key
        assert costly.standing != "allowed", scenario.key
        assert mean.key not in best, scenario.key
        assert distance(scenario, mean) > 0, scenario.key
        assert distance(scenario, costly) > 0, scenario.key


def test_approval_opens_what_needs_it(library: Library) -> None:
    for scenario in library.scenarios:
        closed, opened = permitted(scenario), permitted(scenario, approved=True)
        assert set(closed) <= set(opened)
        assert all(remedy.standing != "forbidden" for remedy in opened)
