"""From filled forms to a job: one pass a person, rules that are stated, and agreement that is told."""

from collections.abc import Mapping

import numpy as np
import pytest
from content.filled_forms import JOB, fill_in_all

from poise.content.analysis import Analysis, analyse, check_questionnaires, make_job
from poise.content.check import cross_check
from poise.content.editing import put_piece, read_piece, write_piece
from poise.content.job import Job
from poise.content.jobform import read_forms
from poise.content.library import Library, LoadedLibrary
from poise.content.quality import QUALITIES
from poise.measurement.people.agreement import intraclass_correlations

Answers = dict[str, str]
LIKE_MINDED = {
    name: {f"{quality}.how_many": str(2 + number / 2 + step) for number, quality in enumerate(QUALITIES)}
    for name, step in (("A", 0.0), ("B", 0.5), ("C", 0.0), ("D", 0.5))
}


def analysis_of(library: Library, people: Mapping[str, Answers], supervisors: str = "D") -> Analysis:
    roles = {name: ("supervisor" if name in supervisors else "incumbent", said) for name, said in people.items()}
    return analyse(read_forms(fill_in_all(library, roles), library, library.find(Job, JOB)), library)


def changed(**answers: str) -> dict[str, Answers]:
    """Like-minded people of whom the first (A) answers some questions in another way; __ stands for the point."""
    people = {name: dict(said) for name, said in LIKE_MINDED.items()}
    people["A"] |= {name.replace("__", "."): words for name, words in answers.items()}
    return people


def job_of(library: Library, people: Mapping[str, Answers]) -> Job:
    return make_job(analysis_of(library, people), library, library.find(Job, JOB), "own_desk", "Our desk", "2026-11-20")


def test_each_person_is_one_pass_in_the_same_place_throughout(library: Library) -> None:
    job = job_of(library, LIKE_MINDED)
    for number, quality in enumerate(QUALITIES):
        assert job.demands[quality].passes == tuple(2 + number / 2 + step for step in (0.0, 0.5, 0.0, 0.5))
    assert job.sources[0].startswith(
        "Job analysis, 2026-11-20, n = 4: 3 incumbents and 1 supervisor. Each filled in the questionnaire job_analysis"
    )
    assert job.copied_from is None


def test_the_job_stands_in_a_library_and_comes_back_from_its_file(library: Library) -> None:
    job = job_of(library, LIKE_MINDED)
    assert read_piece("jobs", write_piece(job)) == job
    again = put_piece(library, "jobs", job)
    assert [one for one in cross_check(LoadedLibrary(library=again, places={})) if "own_desk" in one.message] == []


@pytest.mark.parametrize(
    ("weights", "musts", "weight", "must_have"),
    [
        ("5544", "yyyn", 4, True),  # between two, the lower
        ("5555", "yynn", 5, False),  # half of them is not two in three
        ("3344", "yyyy", 3, False),  # it does not cost so much
        ("4455", "yyyy", 4, True),
        ("1222", "nnnn", 2, False),
        ("1122", "yyyy", None, None),  # not demanded
    ],
)
def test_weight_and_must_have_follow_the_stated_rule(
    library: Library,
    weights: str,
    musts: str,
    weight: int | None,
    must_have: bool | None,  # noqa: FBT001  a table
) -> None:
    people = {
        name: said | {"policy.weight": mark, "policy.must_have": "yes" if must == "y" else "no"}
        for (name, said), mark, must in zip(LIKE_MINDED.items(), weights, musts, strict=True)
    }
    demand = job_of(library, people).demands.get("policy")
    assert (demand and demand.weight, demand and demand.must_have) == (weight, must_have)


def test_conditions_are_the_median_and_no_easier_than_half_the_people_say(library: Library) -> None:
    people = {name: dict(said) for name, said in LIKE_MINDED.items()}
    for name, level, figure in (
        ("A", "1", "hardly"),
        ("B", "3", "about 3 a day."),
        ("C", "2", ""),
        ("D", "3", "3 a day"),
    ):
        people[name] |= {"angry_customers.level": level, "angry_customers.figure": figure}
    conditions = job_of(library, people).conditions
    assert conditions["angry_customers"].level == 3
    assert conditions["angry_customers"].figure == "About 3 a day; 3 a day."
    assert conditions["angry_customers"].source == "job analysis, n = 4"
    assert conditions["abuse"].figure == next(one for one in library.conditions if one.key == "abuse").levels[2]
    assert set(conditions) == {one.key for one in library.conditions}


def test_agreement_is_that_of_the_table_and_roles_are_set_against_each_other(library: Library) -> None:
    found = analysis_of(library, LIKE_MINDED)
    table = np.array([[2 + n / 2 + step for step in (0.0, 0.5, 0.0, 0.5)] for n in range(12)])
    assert (found.single.value, found.average.value) == pytest.approx(intraclass_correlations(table))
    assert found.single.low is not None
    assert found.roles is not None
    assert found.roles.value is not None
    assert found.roles.value > 0.9
    assert found.outliers == ()
    assert found.remarks == ()


def test_who_stands_apart_is_named_with_file_and_answer(library: Library) -> None:
    one = analysis_of(library, changed(patience__how_many="9"))
    assert one.outliers == ("A (incumbent, A.csv), Patience: 9; the others 2 to 2.5",)
    assert one.remarks == ("Wide apart, talk about these first: Patience (2 to 9).",)
    upside_down = changed(**{f"{quality}__how_many": str(9 - n / 2) for n, quality in enumerate(QUALITIES)})
    told = analysis_of(library, upside_down).outliers
    assert told[0].startswith("A (incumbent, A.csv) is 3.")


def test_low_agreement_and_a_missing_role_are_warned_of(library: Library) -> None:
    people = {
        name: {f"{quality}.how_many": str((7 * n + 5 * k * n + 3 * k) % 11) for n, quality in enumerate(QUALITIES)}
        for k, name in enumerate("ABC")
    }
    told = "\n".join(analysis_of(library, people).remarks)
    assert "Agreement is low: ICC(2,3)" in told
    assert "Only incumbents answered; ask a supervisor too" in told
    alike = analysis_of(library, {name: {} for name in "ABCD"})
    assert "Agreement is low: ICC(2,4) none (all ratings are alike" in alike.remarks[0]


def test_conditions_on_which_people_differ_and_forms_of_another_version_are_named(library: Library) -> None:
    told = "\n".join(analysis_of(library, changed(abuse__level="4", library="starter 0.0.1")).remarks)
    assert "Being insulted: people chose the levels 4, 2, 2, 2; 2 is taken" in told
    assert "Forms of another version were filled in: starter 0.0.1" in told


def test_two_people_are_too_few_and_nothing_demanded_is_no_job(library: Library) -> None:
    with pytest.raises(ValueError, match=r"3 or more filled forms.*found 2\. Ask 1 more"):
        analysis_of(library, {name: LIKE_MINDED[name] for name in "AB"})
    light = {name: {f"{quality}.weight": "1" for quality in QUALITIES} for name in "ABC"}
    with pytest.raises(ValueError, match="nothing would be demanded"):
        analysis_of(library, light)


def test_a_questionnaire_tells_moments_of_the_reference_set_under_their_own_quality(library: Library) -> None:
    form = library.analysis[0]
    first, *others = form.qualities
    swapped = first.model_copy(update={"moments": others[0].moments})
    stray = first.moments[0].model_copy(update={"of": "five_fridays/nothing"})
    strange = first.model_copy(update={"moments": (stray, first.moments[1])})
    for quality, expected in (
        ((swapped, *others), "is a moment of attentiveness"),
        ((strange, *others), "'five_fridays/nothing' stands not in the reference set"),
        (tuple(others), "asks nothing about 'patience'"),
    ):
        wrong = put_piece(library, "analysis", form.model_copy(update={"qualities": quality}), form.key)
        told = [message for _, _, message in check_questionnaires(LoadedLibrary(library=wrong, places={}))]
        assert any(expected in message for message in told), told
    assert list(check_questionnaires(LoadedLibrary(library=library, places={}))) == []
