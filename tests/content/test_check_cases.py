"""A case is held against itself: levels and needs that nothing in it can reach are named, with their line."""

import shutil
from pathlib import Path

import pytest

from poise.content.check import cross_check
from poise.content.check_cases import check_case, moments_of, possible_cases, unreachable_levels
from poise.content.library import STARTER, Library, read_library
from poise.content.rubric import Level, Moment
from poise.content.scenario import Need, Scenario

LAMP = "late_lamp.yaml"
LEVELS = ("Level 0.", "Level 1.", "Level 2.", "Level 3.", "Level 4.")


@pytest.fixture
def case(library: Library) -> Scenario:
    return library.find(Scenario, "late_lamp")


def moment(*conditions: str) -> Moment:
    """Make a moment with these conditions for levels 0 to 3; the rest is level 4."""
    lines = [*conditions, "otherwise"]
    return Moment(
        key="made_up",
        quality="patience",
        asks="Is it so?",
        rubric=tuple(Level(level=n, reads=LEVELS[n], when=when) for n, when in enumerate(lines)),
    )


@pytest.mark.parametrize(
    ("conditions", "missing"),
    [
        (("insult", "ask", "explain", "offer"), []),
        (("insult", "ask", "looked_up.order and not looked_up.any", "offer"), [2]),
        (("insult", "ask", "now.looked_up.order and not looked_up.order", "offer"), [2]),
        (("insult", "ask", "specific and not on_topic", "offer"), [2]),
        (("insult", "ask", "offered.efficient and not offered.allowed", "offer"), [2]),
        (("insult", "looked_up.any", "looked_up.order", "offer"), [2]),
        (("insult", "ask", "transferred.needed", "transferred.needless"), [2]),
        (("promised.any", "promised.keepable", "explain", "offer"), [1]),
    ],
)
def test_a_level_that_the_facts_of_the_case_cannot_give_is_seen(
    case: Scenario, conditions: tuple[str, ...], missing: list[int]
) -> None:
    assert not case.transfer_needed
    assert unreachable_levels(case, moment(*conditions), first=False) == missing


def test_nothing_is_earlier_than_the_first_reply(case: Scenario) -> None:
    earlier = moment("insult", "earlier.ask", "repeated", "warned")
    assert unreachable_levels(case, earlier, first=False) == []
    assert unreachable_levels(case, earlier, first=True) == [1, 2, 3]


def test_what_is_possible_is_no_more_than_all_and_holds_what_it_includes(case: Scenario) -> None:
    names = ["offered.any", "offered.credit", "now.offered.credit", "ask"]
    cases = possible_cases(case, names, first=False)
    assert len(cases) == 2 * 4  # of the offers: nothing, something, a credit before, a credit now
    assert not any(credit and not any_ for any_, credit, _, _ in cases.tolist())


def test_what_the_case_lacks_never_holds(case: Scenario) -> None:
    bare = case.model_copy(update={"hidden": (), "pledges": tuple(one for one in case.pledges if one.keepable)})
    assert unreachable_levels(bare, moment("insult", "found.any", "promised.unkeepable", "offer"), first=False) == [
        1,
        2,
    ]


def test_a_need_that_cannot_be_met_is_named(case: Scenario) -> None:
    need = Need(key="made_up", kind="remedy", reads="More.", met_by="looked_up.order and not looked_up.any")
    changed = case.model_copy(update={"needs": (*case.needs[:3], need)})
    assert [told for told in check_case(changed) if told[0] == "needs/made_up" and "always met or never" in told[1]]


def test_wordings_that_are_the_same_do_not_count_as_several(case: Scenario) -> None:
    probe = case.probes[0].model_copy(update={"says": ("One line.",) * 4})
    changed = case.model_copy(update={"probes": (probe, *case.probes[1:])})
    assert ("probes/" + probe.key, f"probe {probe.key} has 1 different wordings; at least 3") in set(
        check_case(changed)
    )


def test_every_moment_of_a_case_is_held_against_it(case: Scenario) -> None:
    found = list(moments_of(case))
    assert [one.key for _, _, one in found[: len(case.moments)]] == [one.key for one in case.moments]
    assert {first for within, first, _ in found if within.startswith(f"probes/{case.probes[0].key}/")} == {True}


def test_a_complaint_names_the_line_of_the_moment(tmp_path: Path) -> None:
    mine = tmp_path / "mine"
    shutil.copytree(STARTER, mine, ignore=lambda folder, names: set(names) - {LAMP} if "scenarios" in folder else ())
    lines = (mine / "scenarios" / LAMP).read_text().splitlines()
    number = next(number for number, line in enumerate(lines) if line.strip() == "quality: composure")
    lines[number] = lines[number].replace("composure", "composed")
    (mine / "scenarios" / LAMP).write_text("\n".join(lines))
    [found] = [one for one in cross_check(read_library(mine)) if "'composed'" in one.message]
    assert found.line == number  # the line of its key, which stands directly above
    assert "- key: " in lines[found.line - 1]
