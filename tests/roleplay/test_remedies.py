"""The frontier: what pleases the customer without damaging the business."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from poise.content.library import Library
from poise.content.scenario import Remedy, Scenario
from poise.roleplay.remedies import distance, efficient, find_option, frontier_of, net_cost, permitted

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


@given(st.lists(st.tuples(POINTS, POINTS), min_size=1, max_size=8), POINTS)
def test_one_pass_finds_what_comparing_all_pairs_finds(
    library: Library, pairs: list[tuple[int, int]], loss: int
) -> None:
    case = library.find(Scenario, "late_lamp").model_copy(update={"remedies": remedies(pairs), "loss": loss})

    def beats(other: Remedy, one: Remedy) -> bool:
        saved = 100 * (one.cost - other.cost) + loss * (other.value - one.value)
        return other.value >= one.value and saved >= 0 and (other.value > one.value or saved > 0)

    assert efficient(case) == {
        one.key for one in case.remedies if not any(beats(other, one) for other in case.remedies)
    }


def test_each_amount_is_a_point_of_its_own(library: Library) -> None:
    case = library.find(Scenario, "late_lamp")
    credit = next(remedy for remedy in case.remedies if remedy.amount)
    assert [option.what for option in credit.options] == [f"credit:{much}" for much in (10, 20, 30, 40, 50, 60)]
    assert not [option for option in permitted(case) if option.key == "credit"]
    assert [option.what for option in permitted(case, approved=True) if option.key == "credit"][-1] == "credit:40"
    assert find_option(case, "credit:50").standing == "forbidden"
    for wrong in ("credit", "credit:", "credit:15", "credit:70", "nothing"):
        with pytest.raises(KeyError):
            find_option(case, wrong)


def test_generous_amounts_are_efficient_where_losing_the_customer_costs_more(library: Library) -> None:
    base = library.find(Scenario, "late_lamp")
    amount = {"unit": "{amount}", "least": 0, "most": 100, "step": 25, "allowed_up_to": 50, "approval_up_to": 75}
    remedy = Remedy.model_validate(
        {
            "key": "credit",
            "label": "x",
            "price": "x",
            "why": "x",
            "amount": amount | {"value": (0, 80), "cost": (0, 40)},
        }
    )
    for loss, best in ((90, {"credit:50"}), (10, {"credit:0", "credit:25", "credit:50"})):
        assert efficient(base.model_copy(update={"remedies": (remedy,), "loss": loss})) == best


class TestAFinishedConversation:
    def test_a_doormat_a_stonewaller_and_neither(self, library: Library) -> None:
        for case in library.scenarios:
            kept = [option for option in permitted(case) if option.what in efficient(case)]
            good, gift = max(kept, key=lambda one: one.value), max(case.options, key=lambda one: one.cost)
            fair, doormat, nothing = (frontier_of(case, one) for one in ([good.what], [gift.what], []))
            assert (fair.doormat, fair.stonewaller, fair.distance) == (False, False, 0.0), case.key
            assert (doormat.doormat, doormat.stonewaller) == (True, False), case.key
            assert not nothing.doormat, case.key
            assert nothing.stonewaller == any(one.value >= 50 for one in permitted(case)), case.key
            cheapest = min(net_cost(one, case.loss) for one in permitted(case))
            assert nothing.distance == pytest.approx(max(0.0, case.loss - cheapest)), case.key
            assert frontier_of(case, [good.what, gift.what]).doormat, case.key

    def test_it_holds_every_point(self, library: Library) -> None:
        for case in library.scenarios:
            made = frontier_of(case, [])
            assert [point.what for point in made.points] == [option.what for option in case.options]
            assert set(made.efficient) == efficient(case)
            assert all(point.final_cost == net_cost(find_option(case, point.what), case.loss) for point in made.points)
