"""A shift stands in an order that shows something, and a case after another one is the case with what is carried."""

import json
import re
import shutil
from collections.abc import Sequence
from pathlib import Path

import pytest
from pydantic import ValidationError
from ruamel.yaml import YAML
from sitting.shift_library import (
    ABUSIVE,
    ASKER,
    GENTLE,
    IN_A_ROW,
    QUEUE,
    SHOUTER,
    THANKER,
    blueprint,
    build_shift_library,
    carried_over,
    customers,
    scenario,
)

from poise.content.blueprint import Blueprint
from poise.content.check import cross_check
from poise.content.following import check_customers_of, kinds_of, served_after
from poise.content.library import STARTER, Library, LoadedLibrary, parse_library, read_library
from poise.content.scenario import Scenario
from poise.content.shift import Carried, KindOfCustomer, Shift

ROOT = Path(__file__).parents[2]
QUIET = {"anger": 349, "abusiveness": 2}


@pytest.mark.parametrize(
    ("anger", "abusiveness", "kinds"),
    [
        (0, 0, {"gentle"}),
        (349, 2, {"gentle"}),
        (350, 2, set()),
        (349, 3, set()),
        (649, 5, set()),
        (650, 5, {"angry"}),
        (100, 6, {"abusive"}),
        (1000, 10, {"abusive", "angry"}),
    ],
)
def test_the_kind_of_a_customer_is_read_off_their_temperament(
    anger: int, abusiveness: int, kinds: set[KindOfCustomer]
) -> None:
    assert kinds_of(scenario("one", {"anger": anger, "abusiveness": abusiveness})) == kinds


def test_after_an_abusive_customer_a_case_has_what_is_carried_and_is_else_the_same() -> None:
    known = customers()
    shouter, asker, thanker = (known[key] for key in QUEUE)
    assert served_after(asker, None) is asker
    assert served_after(asker, thanker) is asker
    assert served_after(shouter, shouter) is shouter
    after = served_after(asker, shouter)
    assert [one.key for one in after.probes[0].moments] == ["asker_welcome", "fresh", "unhurried"]
    assert [one.key for one in after.whole] == ["kind_throughout"]
    as_alone = after.model_copy(update={"probes": asker.probes, "whole": asker.whole})
    assert (as_alone, after.probes[1:]) == (asker, asker.probes[1:])
    assert "fresh" not in {one.key for one in asker.moments}


def wrong(served: Sequence[Scenario], alone: tuple[str, ...] = (), queue: Sequence[str] = ()) -> str:
    keys = tuple(queue) or tuple(one.key for one in served if one.key not in alone)
    return "\n".join(check_customers_of(blueprint("shift", alone, keys), served))


def test_a_shift_in_a_good_order_has_nothing_wrong() -> None:
    known = customers()
    assert wrong([*known.values()]) == ""
    assert wrong([known[key] for key in (THANKER, SHOUTER, ASKER)]) == ""


def test_an_order_that_shows_nothing_is_refused() -> None:
    known = customers()
    backwards = wrong([known[key] for key in (ASKER, THANKER, SHOUTER)])
    assert "abusive customer (abusiveness 6 or more) comes directly before a gentle one" in backwards
    assert "asker (gentle), thanker (gentle), shouter (abusive and angry)" in backwards
    between = scenario("between", {"anger": 500, "abusiveness": 4})
    assert "between (neither)" in wrong([known[SHOUTER], between, known[ASKER]]), "a gap shows nothing either"


def test_a_gentle_customer_after_an_abusive_one_must_show_resilience() -> None:
    shouter = scenario(SHOUTER, ABUSIVE)
    assert "asker follows shouter and carries no moment of resilience over" in wrong([shouter, scenario(ASKER, QUIET)])
    patient = [{**carried_over()[0], "moments": carried_over()[0]["moments"][1:]}]
    assert "no moment of resilience" in wrong([shouter, scenario(ASKER, GENTLE, carried=patient)])
    angry = [{**one, "after": "angry"} for one in carried_over()]
    assert wrong([shouter, scenario(ASKER, GENTLE, carried=angry)]) == "", "this one is angry as well"
    only_abusive = scenario(SHOUTER, {"anger": 600, "abusiveness": 8})
    assert "no moment of resilience" in wrong([only_abusive, scenario(ASKER, GENTLE, carried=angry)])


def test_the_customers_of_a_shift_wait_in_one_queue_once_and_in_one_pool() -> None:
    known = customers()
    assert "'shouter' more than once" in wrong([*known.values()], alone=(SHOUTER,), queue=QUEUE)
    hotel = scenario(THANKER, GENTLE, job="hotel_reception")
    assert "'contact_centre', 'hotel_reception'" in wrong([known[SHOUTER], known[ASKER], hotel])
    practice = scenario("practice_one", GENTLE, purpose="practice")
    assert "'practice_one' is for practice" in wrong([*known.values(), practice], ("practice_one",), QUEUE)
    assert "pool" not in wrong([practice, scenario("other", GENTLE, purpose="practice")], ("practice_one", "other"))


def test_a_shift_has_two_customers_at_least_and_an_estimate() -> None:
    usual = {"title": "One", "about": "One.", "customers": QUEUE, "seconds": 200}
    assert Shift.model_validate(usual).before(ASKER) == SHOUTER
    assert [Shift.model_validate(usual).before(key) for key in (SHOUTER, "stranger")] == ["", ""]
    for change in ({"customers": [SHOUTER]}, {"seconds": 0}, {"timer": True}):
        with pytest.raises(ValidationError, match=next(iter(change))):
            Shift.model_validate(usual | change)


def test_what_is_wrong_in_a_file_is_named_with_file_and_line(tmp_path: Path, library: Library) -> None:
    folder = tmp_path / "library"
    shutil.copytree(STARTER, folder)
    made = build_shift_library(library)
    for key in QUEUE:
        written = json.dumps([made.find(Scenario, key).model_dump(mode="json")])
        if key == ASKER:
            written = written.replace('"probe": "opening"', '"probe": "openign"')
        (folder / "scenarios" / f"{key}.yaml").write_text(f"# {key}\n{written}")
    row = json.dumps([made.find(Blueprint, IN_A_ROW).model_dump(mode="json")])
    (folder / "blueprints" / "row.yaml").write_text("\n\n" + row.replace(f'"{THANKER}"', '"nobody_known"'))
    unknown_customer, no_such_probe = (str(one) for one in cross_check(read_library(folder)))
    assert unknown_customer.startswith(f"blueprints/row.yaml:3: {IN_A_ROW}: ")
    assert "customer 'nobody_known' is not known" in unknown_customer
    assert no_such_probe.startswith("scenarios/asker.yaml:2: asker: carried over after abusive: no probe 'openign'")


def test_moments_carried_over_are_checked_like_all_others(library: Library) -> None:
    first = carried_over()[0]["moments"][0]
    lines = [{**line, "when": "looked_up.nothing"} if line["level"] == 4 else line for line in first["rubric"]]
    doubled = {**first, "key": "asker_welcome", "rubric": lines}
    served = customers() | {ASKER: scenario(ASKER, GENTLE, carried=[{"after": "abusive", "moments": [first, doubled]}])}
    made = LoadedLibrary(library=build_shift_library(library, served), places={})
    found = [one.message for one in cross_check(made)]
    assert [one for one in found if "moment 'asker_welcome' stands twice" in one]
    assert [one for one in found if "'looked_up.nothing' names no looked up" in one]


def test_a_library_without_a_shift_is_written_as_before_and_one_with_it_comes_back(library: Library) -> None:
    assert '"shift"' not in library.find(Blueprint, "open_door").model_dump_json()
    assert '"carried":' not in scenario("alone", GENTLE).model_dump_json()
    made = build_shift_library(library)
    back = parse_library(made.canonical)
    assert (back, back.hash) == (made, made.hash)
    assert back.find(Blueprint, IN_A_ROW).everyone == QUEUE


def test_the_estimate_counts_each_customer_of_the_shift() -> None:
    alone, row = blueprint("alone", ("one",)), blueprint("row", ("one",), QUEUE)
    assert row.total_seconds - alone.total_seconds == 3 * 200
    assert [row.seconds_for(key) for key in ("one", ASKER)] == [300, 200]


def test_the_example_in_the_documents_is_one() -> None:
    text = (ROOT / "docs" / "authoring.md").read_text()
    part = text[text.index("## A shift") : text.index("## Claims, consent")]
    shift, carried = (YAML(typ="safe").load(one) for one in re.findall(r"```yaml\n(.*?)```", part, re.DOTALL))
    order = Shift.model_validate(shift["shift"]).customers
    moments = [moment for one in carried["carried"] for moment in Carried.model_validate(one).moments]
    assert not [moment.key for moment in moments if moment.scale.unreachable()]
    shown = [
        scenario(order[0], ABUSIVE),
        scenario(order[1], GENTLE, carried=carried["carried"]),
        scenario(order[2], GENTLE),
    ]
    assert wrong(shown) == ""
