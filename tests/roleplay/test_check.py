"""The frontier of a case must show something: an allowed remedy that is as good as any, and worse ones beside it."""

from collections.abc import Callable

import pytest

from poise.content.library import Library, LoadedLibrary
from poise.content.scenario import Remedy, Scenario
from poise.roleplay.check import check_customers
from poise.roleplay.remedies import efficient

HELPS = {"value": 90, "cost": 2}


def told(library: Library, case: Scenario) -> list[str]:
    loaded = LoadedLibrary(library=library.model_copy(update={"scenarios": (case,)}), places={})
    return [one.message for one in check_customers(loaded)]


def remade(case: Scenario, change: Callable[[Remedy], dict[str, object]]) -> Scenario:
    remedies = tuple(
        Remedy.model_validate({**one.model_dump(exclude={"amount"}), **change(one)}) for one in case.remedies
    )
    return case.model_copy(update={"remedies": remedies})


def test_each_shipped_case_has_an_allowed_remedy_that_approval_does_not_beat(library: Library) -> None:
    for case in library.scenarios:
        assert efficient(case) & efficient(case, approved=True), case.key
        assert not [line for line in told(library, case) if "frontier" in line]


@pytest.mark.parametrize("loss", [0, 55])
def test_what_needs_approval_does_not_stand_in_for_what_is_allowed(library: Library, loss: int) -> None:
    lamp = library.find(Scenario, "late_lamp").model_copy(update={"loss": loss})
    asked = remade(lamp, lambda one: {"standing": "needs_approval"} if one.standing == "allowed" else {})
    assert [line for line in told(library, asked) if "no allowed remedy lies on the frontier" in line]
    dear = next(one.key for one in lamp.remedies if one.standing != "allowed")
    better = remade(lamp, lambda one: HELPS | {"standing": "needs_approval"} if one.key == dear else {})
    assert [line for line in told(library, better) if "no allowed remedy lies on the frontier" in line]


def test_where_a_customer_can_be_lost_something_allowed_is_worth_a_lot(library: Library) -> None:
    lamp = library.find(Scenario, "late_lamp")
    poor = remade(lamp, lambda one: {"value": min(one.value, 40)})
    assert lamp.loss
    assert [line for line in told(library, poor) if "is worth 50 or more" in line]
    assert not [line for line in told(library, poor.model_copy(update={"loss": 0})) if "is worth 50 or more" in line]
