"""Needs, answers, amounts, second messages: each slip is named with its place; what was published stays as it was."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ruamel.yaml import YAML

from poise.content.check import cross_check
from poise.content.library import STARTER, Library, LoadedLibrary, parse_library, read_library
from poise.content.scenario import Amount, Remedy, Scenario
from poise.content.source import LibraryError
from poise.roleplay.check import check_customers

LAMP = "scenarios/late_lamp.yaml"
RIGHT = (STARTER / LAMP).read_text()


def misread(folder: Path, text: str) -> list[str]:
    """Return what is said of a folder that holds this customer and nothing else."""
    (folder / "scenarios").mkdir()
    (folder / LAMP).write_text(text)
    with pytest.raises(LibraryError) as caught:
        read_library(folder)
    return [str(one) for one in caught.value.complaints]


def disagree(library: Library, text: str) -> list[str]:
    """Return what is said of a library with this customer in the place of the right one."""
    case = Scenario.model_validate(YAML(typ="safe", pure=True).load(text))
    changed = library.model_copy(update={"scenarios": (case,)})
    loaded = LoadedLibrary(library=changed, places={"scenarios/late_lamp": (LAMP, 1)})
    return [str(one) for one in (*cross_check(loaded), *check_customers(loaded))]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("    kind: recognition\n", "    kind: kindness\n", "Input should be 'recognition'"),
        ("met_by: own and looked_up.notes", "met_by: own and", "cannot read the condition"),
        ("met_by: own and looked_up.notes", "met_by: own and humming", "neither an act"),
        ('unit: "£{amount}"', 'unit: "pounds"', "unit needs {amount}"),
        ("      step: 10", "      step: 7", "whole steps of 7"),
        ("approval_up_to: 40", "approval_up_to: 400", "allowed_up_to <= approval_up_to <= most"),
        ("value: [12, 46]", "value: [46, 12]", "value goes from the least"),
        ("      step: 10", "      step: 0", "greater than or equal to 1"),
        ("  - key: credit\n", "  - key: credit\n    value: 99\n", "value follows from amount"),
        ("    volatility: 5", "    volatility: 5\n    patience: 11", "less than or equal to 10"),
        ("  temperament:", "  manner: rude\n  temperament:", "Input should be 'plain'"),
        ("    kind: two_messages", "    kind: question", "then is for the kind two_messages"),
        (
            "      - my neighbour has a Heron too, ",
            "      # my neighbour has a Heron too, ",
            "a line for each line of says",
        ),
    ],
)
def test_a_slip_is_named_with_its_line(tmp_path: Path, old: str, new: str, said: str) -> None:
    assert old in RIGHT
    found = [line for line in misread(tmp_path, RIGHT.replace(old, new, 1)) if said in line]
    assert found
    assert all(line.startswith(f"{LAMP}:") and int(line.split(":")[1]) > 1 for line in found)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("met_by: own and looked_up.notes", "met_by: own and looked_up.nothing", "names no looked up"),
        ("met_by: own and looked_up.notes", "met_by: own or not own", "always met or never"),
        ("  - key: right_shade\n", "  - key: mistake_named\n", "need 'mistake_named' stands twice"),
        (
            "      - order number\n",
            "      - by when\n",
            "'by when' also brings out what is hidden: saturday",
        ),
        ("  - key: order_number\n", "  - key: saturday\n", "hidden fact or answer 'saturday' stands twice"),
    ],
)
def test_what_does_not_agree_is_named_with_its_file(library: Library, old: str, new: str, said: str) -> None:
    found = [line for line in disagree(library, RIGHT.replace(old, new, 1)) if said in line]
    assert found
    assert all(line.startswith(f"{LAMP}:1:") for line in found)


def test_too_few_needs_are_named(library: Library) -> None:
    case = library.find(Scenario, "late_lamp")
    with pytest.raises(ValueError, match="3 or 4 needs"):
        Scenario.model_validate(case.model_dump() | {"needs": [case.needs[0].model_dump()]})


def test_waited_is_refused_where_nobody_can_wait(library: Library) -> None:
    start, end = RIGHT.index("    then:\n"), RIGHT.index("    moments:\n      - key: lamp_fit")
    assert any("no probe has a second message" in line for line in disagree(library, RIGHT[:start] + RIGHT[end:]))


def test_what_was_published_before_keeps_its_words_and_its_hash(library: Library) -> None:
    """A library without the later fields comes back to the same canonical JSON, which names none of them."""
    old = json.loads(library.canonical)
    for scenario in old["scenarios"]:
        for later in ("needs", "answers"):
            scenario.pop(later, None)
        for probe in scenario["probes"]:
            probe.pop("then", None)
        for pledge in scenario["pledges"]:
            pledge.pop("when", None)
        for remedy in scenario["remedies"]:
            remedy.pop("amount", None)
        scenario["customer"].pop("manner", None)
        scenario["customer"]["temperament"].pop("patience", None)
    for weight in (*old["appraisal"]["acts"].values(), *old["appraisal"]["facts"].values()):
        for later in ("face", "patience", "procedure", "treatment"):
            weight.pop(later, None)
    for later in ("one_word_percent", "stock_percent", "patience_per_reply", "justice", "tempers", "stock"):
        old["appraisal"].pop(later, None)
    old["voice"]["cells"].pop("answered", None)
    published = json.dumps(old, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    assert parse_library(published).canonical == published


@given(st.integers(0, 50), st.integers(1, 20), st.integers(1, 30), st.data())
def test_amounts_lie_on_a_line_of_whole_points(least: int, step: int, steps: int, data: st.DataObject) -> None:
    most = least + step * steps
    value, cost = (sorted(data.draw(st.tuples(st.integers(0, 100), st.integers(0, 100)))) for _ in range(2))
    allowed = data.draw(st.integers(0, most))
    amount = Amount.model_validate(
        {
            "unit": "{amount}",
            "least": least,
            "most": most,
            "step": step,
            "allowed_up_to": allowed,
            "approval_up_to": data.draw(st.integers(allowed, most)),
            "value": tuple(value),
            "cost": tuple(cost),
        }
    )
    points = [amount.points_of(one) for one in amount.amounts]
    assert points[0] == (value[0], cost[0])
    assert points[-1] == (value[1], cost[1])
    assert points == sorted(points)
    standings = [amount.standing_of(one) for one in amount.amounts]
    order = ["allowed", "needs_approval", "forbidden"]
    assert [order.index(one) for one in standings] == sorted(order.index(one) for one in standings)
    remedy = Remedy.model_validate({"key": "r", "label": "x", "price": "x", "why": "x", "amount": amount.model_dump()})
    assert Remedy.model_validate(remedy.model_dump()) == remedy
    assert (remedy.value, remedy.cost) == amount.points_of(amount.usual)
    assert remedy.standing == standings[amount.amounts.index(amount.usual)]
    assert len(remedy.options) == steps + 1
