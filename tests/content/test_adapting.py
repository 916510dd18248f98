"""Copies of jobs and cases say where they came from; names that got lost in them are found wherever they stand."""

from pathlib import Path

import pytest

from poise.content.adapting import adapt_case, advise, copy_job, find_lost, find_other_standing, read_parts
from poise.content.editing import read_piece, write_piece
from poise.content.job import Job
from poise.content.library import Library
from poise.content.scenario import PolicySection, Remedy, Scenario
from poise.content.source import LibraryError, read_source

CASE = "late_lamp"


@pytest.fixture
def lamp(library: Library) -> Scenario:
    return library.find(Scenario, CASE)


def renamed(lamp: Scenario, old: str, new: str) -> list[Remedy]:
    return [one.model_copy(update={"key": new}) if one.key == old else one for one in lamp.remedies]


def test_a_copied_job_says_that_its_demands_are_priors_for_another(library: Library) -> None:
    original = library.find(Job, "complaints_desk")
    job = copy_job(library, original, "own_desk", "Our desk")
    assert job.copied_from is not None
    assert job.copied_from.model_dump() == {
        "library": library.key,
        "version": library.version,
        "job": "complaints_desk",
    }
    assert job.demands == original.demands
    assert "priors for that job" in job.sources[0]
    assert job.sources[1:] == original.sources
    assert read_piece("jobs", write_piece(job)) == job


def test_an_adapted_case_keeps_everything_but_what_was_replaced(library: Library, lamp: Scenario) -> None:
    sections = [PolicySection(key="refunds", title="1. Money", text="It comes back."), *lamp.policy[:1]]
    case = adapt_case(library, lamp, "our_lamp", policy=sections, job="contact_centre")
    assert case.adapted_from is not None
    assert (case.adapted_from.library, case.adapted_from.version, case.adapted_from.scenario) == (
        library.key,
        library.version,
        CASE,
    )
    fields = [name for name in Scenario.model_fields if getattr(case, name) != getattr(lamp, name)]
    assert fields == ["key", "job", "adapted_from", "policy"]
    assert read_piece("scenarios", write_piece(case)) == case


def test_a_case_that_was_not_adapted_keeps_its_canonical_form(lamp: Scenario) -> None:
    assert "adapted_from" not in lamp.model_dump()


def test_names_that_got_lost_are_found_in_rubrics_and_needs(library: Library, lamp: Scenario) -> None:
    assert list(find_lost(lamp)) == []
    case = adapt_case(library, lamp, "our_lamp", remedies=renamed(lamp, "claim_again", "the_form"))
    lost = list(find_lost(case))
    assert {one.fact for one in lost} == {"offered.claim_again"}
    assert {one.inside for one in lost} == {"moment lamp_bend, level 1", "moment lamp_solution, level 1"}
    assert "key claim_again" in advise("offered.claim_again", case)
    assert "the_form" in advise("offered.claim_again", case)
    case = adapt_case(library, lamp, "our_lamp", remedies=renamed(lamp, "shade_courier", "parcel"))
    assert "need lamp_whole" in {one.inside for one in find_lost(case)}
    case = adapt_case(library, lamp, "our_lamp", policy=lamp.policy[:1])
    assert "read_policy.refunds" in {one.fact for one in find_lost(case)}


def test_a_remedy_that_others_may_give_now_is_named(library: Library, lamp: Scenario) -> None:
    offers = [
        one.model_copy(update={"standing": "needs_approval"}) if one.key == "collect_refund" else one
        for one in lamp.remedies
    ]
    [told] = find_other_standing(lamp, adapt_case(library, lamp, "our_lamp", remedies=offers))
    assert "'collect_refund' was allowed and is for the team leader to approve now" in told


def test_too_few_remedies_are_refused_in_words(library: Library, lamp: Scenario) -> None:
    with pytest.raises(ValueError, match=r"remedies: .*at least 4"):
        adapt_case(library, lamp, "our_lamp", remedies=lamp.remedies[:2])


def test_ones_own_files_are_read_as_a_list_or_under_their_name(tmp_path: Path) -> None:
    written = "- key: refunds\n  title: Money\n  text: It comes back.\n"
    (tmp_path / "list.yaml").write_text(written)
    (tmp_path / "named.yaml").write_text("policy:\n" + written.replace("- ", "  - ").replace("\n  ", "\n    "))
    first, second = (
        read_parts(read_source(tmp_path / name, tmp_path), "read_policy") for name in ("list.yaml", "named.yaml")
    )
    assert first == second == (PolicySection(key="refunds", title="Money", text="It comes back."),)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("key: a\n", ["own.yaml:1: expected a list, written as policy in a case"]),
        ("[]\n", ["own.yaml:1: expected a list, written as policy in a case"]),
        (
            "- key: a\n  title: A\n- key: B\n  title: B\n  text: b\n- just words\n",
            ["own.yaml:1: text: Field required", "own.yaml:3: key: String should match", "own.yaml:6: PolicySection:"],
        ),
        (
            "- {key: a, title: A, text: a}\n- {key: a, title: A, text: a}\n- {key: any, title: A, text: a}\n",
            [
                "own.yaml:2: key 'a' is taken already, by line 1",
                "own.yaml:3: key 'any' is taken already, by the language",
            ],
        ),
    ],
)
def test_everything_wrong_in_ones_own_file_is_said_with_its_line(
    tmp_path: Path, text: str, expected: list[str]
) -> None:
    (tmp_path / "own.yaml").write_text(text)
    with pytest.raises(LibraryError) as error:
        read_parts(read_source(tmp_path / "own.yaml", tmp_path), "read_policy")
    told = [str(one) for one in error.value.complaints]
    assert len(told) == len(expected)
    assert all(one.startswith(start) for one, start in zip(told, expected, strict=True)), told
