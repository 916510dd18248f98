"""Between two libraries every difference is named, and the rule decides whether scores compare."""

from typing import Any

import pytest

from poise.content.blueprint import Blueprint
from poise.content.differing import asked_in, compare
from poise.content.library import SINGLES, Library, parse_library
from poise.content.scenario import Scenario
from poise.content.situation import Situation


def changed(library: Library, section: str, key: str, **fields: Any) -> Library:
    pieces = tuple(one.model_copy(update=fields) if one.key == key else one for one in getattr(library, section))
    return library.model_copy(update={section: pieces})


def first_rated(library: Library) -> str:
    return next(one.key for one in library.statements if one.rated)


def test_a_library_does_not_differ_from_itself_as_it_is_stored(library: Library) -> None:
    found = compare(library, parse_library(library.canonical))
    assert found.comparable
    assert found.verdict == "Nothing differs."


@pytest.mark.parametrize(
    ("field", "value", "same"),
    [("text", "Other words.", False), ("ease", 2.9, False), ("pole", "low", False), ("desirability", 1.0, True)],
)
def test_what_is_asked_must_stay_and_how_good_it_sounds_need_not(
    library: Library,
    field: str,
    value: object,
    same: bool,  # noqa: FBT001  a table
) -> None:
    key = first_rated(library)
    old = changed(
        library, "statements", key, **{field: {"pole": "high"}.get(field, 0.1 if field != "text" else "Old.")}
    )
    found = compare(old, changed(old, "statements", key, **{field: value}))
    [change] = found.changes
    assert (change.section, change.key, change.field) == ("statements", key, field)
    assert found.comparable is same
    assert ("do not compare" in found.verdict) is not same


def test_a_statement_that_nobody_is_asked_makes_no_difference(library: Library) -> None:
    one = library.statements[0].model_copy(update={"key": "patience_made_up"})
    found = compare(library, library.model_copy(update={"statements": (*library.statements, one)}))
    assert [str(change) for change in found.changes] == ["added statements/patience_made_up: no score rests on it"]
    assert found.comparable
    gone = compare(library.model_copy(update={"statements": (*library.statements, one)}), library)
    assert gone.changes[0].how == "removed"
    assert gone.comparable


def test_the_rationale_and_the_preview_do_not_matter_and_the_reaction_does(library: Library) -> None:
    situation = library.find(Situation, library.blueprints[0].situations[0])
    [reaction, *rest] = situation.reactions
    for field, same in (("why", True), ("text", False)):
        other = (reaction.model_copy(update={field: "Other words."}), *rest)
        found = compare(library, changed(library, "situations", situation.key, reactions=other))
        [change] = found.changes
        assert change.field == f"reactions.{reaction.key}.{field}"
        assert found.comparable is same
    job = library.jobs[0]
    week = job.preview.model_copy(update={"best": "Other words."})
    assert compare(library, changed(library, "jobs", job.key, preview=week)).comparable
    demands = dict(job.demands)
    quality, demand = next(iter(demands.items()))
    demands[quality] = demand.model_copy(update={"weight": demand.weight % 5 + 1})
    found = compare(library, changed(library, "jobs", job.key, demands=demands))
    assert found.changes[0].field == f"demands.{quality}.weight"
    assert not found.comparable


@pytest.mark.parametrize("section", sorted(SINGLES))
def test_what_is_believed_and_how_customers_move_matters(library: Library, section: str) -> None:
    changes: dict[str, dict[str, Any]] = {
        "beliefs": {"common_correlation": 0.11},
        "consent": {"version": "made up"},
        "appraisal": {"turn_cap": 1},
        "voice": {"cells": {**library.voice.cells, "nothing": library.voice.cells["unclear"]}},
        "reference": {"moments": library.reference.moments[1:]},
    }
    if section not in changes:
        pytest.skip("a section that is told only")
    piece = getattr(library, section).model_copy(update=changes[section])
    found = compare(library, library.model_copy(update={section: piece}))
    assert found.changes
    assert found.comparable is (section == "consent")


def test_what_a_blueprint_asks_matters_and_its_name_does_not(library: Library) -> None:
    blueprint = library.blueprints[0]
    assert compare(library, changed(library, "blueprints", blueprint.key, title="Other words")).comparable
    fewer = changed(library, "blueprints", blueprint.key, situations=blueprint.situations[1:])
    assert [change.field for change in compare(library, fewer).changes] == ["situations"]
    assert not compare(library, fewer).comparable
    assert not compare(library, library.model_copy(update={"blocks": library.blocks[1:]})).comparable


def test_a_rubric_is_named_down_to_its_line_and_only_cases_that_are_served_matter(library: Library) -> None:
    served = next(key for blueprint in library.blueprints for key in blueprint.everyone)
    case = library.find(Scenario, served)
    [moment, *rest] = case.whole
    whole = (moment.model_copy(update={"ease": 1.9}), *rest)
    new = changed(library, "scenarios", served, whole=whole)
    found = compare(library, new)
    assert [change.field for change in found.changes] == [f"whole.{moment.key}.ease"]
    assert not found.comparable
    reference = library.reference.model_copy(update={"moments": ()})
    unserved = {"blueprints": (), "reference": reference}
    assert compare(library.model_copy(update=unserved), new.model_copy(update=unserved)).comparable


def test_every_key_of_a_blueprint_counts_as_asked(library: Library) -> None:
    asked = asked_in(library)
    for blueprint in library.blueprints:
        assert isinstance(blueprint, Blueprint)
        assert {("scenarios", key) for key in blueprint.everyone} <= asked
        drawn = {one.key for one in library.statements if one.rated and one.quality in blueprint.anchored}
        assert {("statements", key) for key in {*blueprint.rated, *drawn}} <= asked


def test_enemies_matter_where_blocks_are_given_and_not_for_what_is_rated_singly(library: Library) -> None:
    blueprint = library.blueprints[0].model_copy(update={"blocks": 3})
    given = library.model_copy(update={"blueprints": (blueprint,)})
    none = library.model_copy(update={"blueprints": (blueprint.model_copy(update={"blocks": 0}),)})
    enemy = {"enemies": ("made_up",)}
    paired = library.blocks[0].statements[0]
    assert not compare(given, changed(given, "statements", paired, **enemy)).comparable
    assert compare(none, changed(none, "statements", paired, **enemy)).comparable
    found = compare(given, changed(given, "statements", first_rated(library), **enemy))
    assert [change.field for change in found.changes] == ["enemies"]
    assert found.comparable


def test_the_order_of_pieces_is_told(library: Library) -> None:
    turned = library.model_copy(update={"claims": library.claims[::-1], "blocks": library.blocks[::-1]})
    found = {change.section: change for change in compare(library, turned).changes}
    assert found["claims"].field == "order"
    assert not found["claims"].why
    assert found["blocks"].why


def test_interview_questions_matter_once_their_ratings_count(library: Library) -> None:
    key, beliefs = library.interview[0].key, library.beliefs
    unsaid = library.model_copy(update={"beliefs": beliefs.model_copy(update={"interview": None})})
    for own, same in ((library, False), (unsaid, True)):
        found = compare(own, changed(own, "interview", key, asks="Other words?"))
        assert [change.field for change in found.changes] == ["asks"]
        assert found.comparable is same
