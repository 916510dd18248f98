"""What a library has too little of is advice: it is said, with its place, and keeps nothing from use."""

from typing import Any

import pytest

from poise.content.check import cross_check
from poise.content.check_coverage import remark_on_coverage
from poise.content.check_wording import check_wording, remark_on_wording
from poise.content.interview import InterviewQuestion
from poise.content.job import ConditionAsked
from poise.content.library import Library, LoadedLibrary
from poise.content.statement import AttentionCheck, Statement


def remarks(library: Library, **changes: Any) -> list[str]:
    return [str(one) for one in remark_on_coverage(loaded(library, **changes))]


def loaded(library: Library, **changes: Any) -> LoadedLibrary:
    return LoadedLibrary(library=library.model_copy(update=changes), places={})


def statements(library: Library, quality: str, **changes: Any) -> tuple[Statement, ...]:
    return tuple(one.model_copy(update=changes) if one.quality == quality else one for one in library.statements)


def said(found: list[str], *parts: str) -> bool:
    return any(all(part in one for part in parts) for one in found)


def test_poles_and_anchors_are_counted_by_quality(library: Library) -> None:
    assert not said(remarks(library), "policy", "low in pole")
    found = remarks(library, statements=statements(library, "policy", pole="high"))
    assert said(found, "policy: 0% of the statements are low in pole")
    assert said(found, "policy: no singly rated statement of the low pole")
    assert said(remarks(library, statements=library.statements[:3]), "has 3 statements")


def test_blocks_of_one_pole_are_seen(library: Library) -> None:
    poles = {one.key: one.pole for one in library.statements}
    alike = tuple(block for block in library.blocks if len({poles[key] for key in block.statements}) == 1)
    assert alike
    assert said(remarks(library, blocks=alike), "blocks are mixed in pole")


@pytest.mark.parametrize(
    ("passes", "told"),
    [
        ([(4.0, 4.0), (5.0, 5.0)], "the same everywhere"),
        ([(1.0, 3.0), (3.0, 1.0)], "correlate -1.00"),
        ([(2.0, 4.0), (5.0, 7.0)], "lie 2.0 apart"),
    ],
)
def test_passes_of_desirability_are_held_against_each_other(
    library: Library, passes: list[tuple[float, float]], told: str
) -> None:
    passed = tuple(
        one.model_copy(update={"desirability_passes": passes[number % 2]})
        for number, one in enumerate(library.statements)
    )
    assert said(remarks(library, statements=passed), told)


def test_passes_that_agree_are_not_remarked_on(library: Library) -> None:
    passed = tuple(
        one.model_copy(update={"desirability_passes": (1.0 + number % 5, 1.2 + number % 5)})
        for number, one in enumerate(library.statements)
    )
    assert not said(remarks(library, statements=passed), "desirability")


def test_a_section_that_is_not_there_is_one_remark(library: Library) -> None:
    found = remarks(library, interview=(), attention=(), knowledge=())
    assert sum("interview" in one for one in found) == 1
    assert sum("attention" in one for one in found) == 1


def test_all_five_steps_are_asked_for(library: Library) -> None:
    checks = tuple(AttentionCheck(key=f"attention_{n}", text="Please choose it.", answer=n % 4) for n in range(12))
    assert said(remarks(library, attention=checks), "no attention check asks for step 4")


def test_a_long_case_rates_all_twelve_qualities(library: Library) -> None:
    case = next(one for one in library.scenarios if len(one.probes) >= 6)
    quality = case.moments[0].quality
    probes = tuple(
        probe.model_copy(update={"moments": tuple(one for one in probe.moments if one.quality != quality)})
        for probe in case.probes
    )
    whole = tuple(one for one in case.whole if one.quality != quality)
    thin = case.model_copy(update={"probes": probes, "whole": whole})
    assert said(remarks(library, scenarios=(thin,)), f"no moment of {quality}")


def test_a_blueprint_needs_two_kinds_of_evidence_and_keeps_to_its_title(library: Library) -> None:
    [first, *_] = library.blueprints
    bare = first.model_copy(
        update={"job": None, "situations": (), "customers": (), "shift": None, "title": "In 3 minutes"}
    )
    found = remarks(library, blueprints=(bare,))
    assert said(found, "fewer than 2 kinds of evidence on", "patience")
    assert said(found, "the title says 3 minutes")


def test_a_question_that_may_not_be_asked_is_an_error(library: Library) -> None:
    statement = library.statements[0].model_copy(update={"text": "My husband says that I am patient."})
    wrong = loaded(library, statements=(statement, *library.statements[1:]))
    assert said([str(one) for one in check_wording(wrong)], statement.key, "asks about family")
    assert said([str(one) for one in cross_check(wrong)], statement.key, "asks about family")
    asked = ConditionAsked(
        key="evenings", name="Evenings", asks="Why are you free in the evening?", levels=("a", "b", "c", "d", "e")
    )
    assert said([str(one) for one in check_wording(loaded(library, conditions=(asked,)))], "asks for a reason")
    assert not check_wording(loaded(library))


def test_hard_reading_is_judged_on_pooled_text_only(library: Library) -> None:
    hard = "Describe organisational circumstances necessitating extraordinarily comprehensive negotiation"
    asked = InterviewQuestion(
        key="ask_patience_hard",
        quality="patience",
        asks=hard,
        follow_ups=(hard, hard),
        anchors=("a", "b", "c", "d", "e"),
    )
    one = remark_on_wording(loaded(library, interview=(asked,)))
    assert not [found for found in one if "interview questions read at grade" in found.message]
    many = tuple(asked.model_copy(update={"key": f"ask_patience_{n}"}) for n in range(5))
    found = [str(found) for found in remark_on_wording(loaded(library, interview=many))]
    assert said(found, "patience: interview questions read at grade")
