"""The interview guide: the same core for everybody, the rest where evidence is thin, and ratings that come back."""

from collections import Counter
from dataclasses import replace

import pytest
from jobfit.conftest import Sat

from poise.content.library import Library
from poise.jobfit.interview import CORE, CORE_REASON, MOST, Guide, core_questions, plan_interview
from poise.jobfit.report import report
from poise.sitting.contesting import list_moments
from poise.sitting.decisions import Written
from poise.sitting.events import ReadingCorrected
from poise.sitting.interviewed import AnswerRating, rate_answer
from poise.sitting.state import State, fold

JOB = "complaints_desk"
AT = "2026-11-22T09:00:00+00:00"


def rated(state: State, library: Library, question: str, level: int, rater: str = "ada", words: str = "") -> State:
    notes = Written(words, "notes", dict)
    return fold(rate_answer(library, AnswerRating(question, level, rater), notes, AT)(state).events, state)


@pytest.fixture(scope="module")
def guide(hothead: Sat, library: Library) -> Guide:
    return plan_interview(hothead.state, library, JOB)


def test_all_candidates_get_the_same_core_and_then_their_own(saint: Sat, guide: Guide, library: Library) -> None:
    other = plan_interview(saint.state, library, JOB)
    assert tuple(one for one in guide.questions if one.core) == core_questions(library, library.jobs[0])
    assert tuple(one for one in other.questions if one.core) == core_questions(library, library.jobs[0])
    assert [one.key for one in guide.questions] != [one.key for one in other.questions]
    assert [one.core for one in guide.questions] == sorted((one.core for one in guide.questions), reverse=True)


@pytest.mark.parametrize("job", ["complaints_desk", "contact_centre", "retail_sales", "field_service"])
def test_the_core_asks_about_the_must_haves_first_and_then_by_weight(job: str, library: Library) -> None:
    wanted = next(one for one in library.jobs if one.key == job)
    core = core_questions(library, wanted)
    asked = [wanted.demands[one.quality] for one in core]
    left = [demand for key, demand in wanted.demands.items() if key not in {one.quality for one in core}]
    assert len({one.quality for one in core}) == len(core) == CORE
    assert min((one.must_have, one.weight) for one in asked) >= max((one.must_have, one.weight) for one in left)
    assert all(one.why == CORE_REASON for one in core)


def test_no_question_stands_twice_and_each_is_whole(guide: Guide, library: Library) -> None:
    assert CORE <= len(guide.questions) <= MOST
    assert max(Counter(one.key for one in guide.questions).values()) == 1
    shipped = {one.key: one for one in library.interview}
    for one in guide.questions:
        source = shipped[one.key]
        assert (one.asks, one.anchors, one.follow_ups) == (source.asks, source.anchors, source.follow_ups)
        assert one.quality in library.jobs[0].demands
        assert one.why


def test_what_was_not_seen_is_asked_about_and_why_is_said(saint: Sat, library: Library) -> None:
    nothing = replace(saint.state, conversations={}, situations={}, rankings={}, ratings={})
    own = [one for one in plan_interview(nothing, library, JOB).questions if not one.core]
    assert len(own) == MOST - CORE
    assert {one.why for one in own} == {"Not enough was seen. It did not come up."}
    job, core = library.jobs[0], {one.quality for one in core_questions(library, library.jobs[0])}
    free = sorted((one.weight for key, one in job.demands.items() if key not in core), reverse=True)
    assert [job.demands[one.quality].weight for one in own] == free[: len(own)]


def test_kinds_that_disagree_are_asked_about_and_which_way_each_points_is_said(saint: Sat, library: Library) -> None:
    sharp = sharpened(library)
    poles = {one.key: one.pole for one in library.statements}
    bragging = {key: 4 if poles[key] == "high" else 0 for key in saint.state.ratings}
    rude = replace(saint.state, ratings=bragging, rankings={}, corrected=all_at(0, saint.state, library))
    split = {one.key for one in report(rude, sharp, saint.texts).qualities if one.kinds_disagree and one.enough}
    own = [one for one in plan_interview(rude, sharp, JOB).questions if not one.core]
    told = {one.quality for one in own if one.why.startswith("The evidence points different ways: what is said of one")}
    assert told
    assert told <= split
    assert all(
        one.why.endswith("how customers were served, towards the low pole.") for one in own if one.quality in told
    )


def sharpened(library: Library) -> Library:
    """The library with kinds of evidence that say so much that they can disagree."""
    beliefs = library.beliefs
    sure = {"discrimination": 3.0, "method_variance": 0.05}
    kinds = {name: getattr(beliefs, name).model_copy(update=sure) for name in ("statements", "customers")}
    sharp = beliefs.model_copy(update={**kinds, "self_view_variance": 0.05, "conversation_variance": 0.05})
    return Library(**{name: getattr(library, name) for name in Library.model_fields} | {"beliefs": sharp})


def all_at(level: int, state: State, library: Library) -> dict[str, tuple[ReadingCorrected, ...]]:
    """Put one level in the place of every reading."""
    return {
        one.name: (
            ReadingCorrected(
                at=AT, scenario=one.case.key, moment=one.moment.key, level=level, by="Ann", reason="r", slip=0.01
            ),
        )
        for one in list_moments(state, library)
    }


def test_the_guide_stays_the_same_while_ratings_come_in(hothead: Sat, guide: Guide, library: Library) -> None:
    first = guide.questions[0]
    once = rated(hothead.state, library, first.key, 1)
    after = plan_interview(rated(once, library, first.key, 3, "ben"), library, JOB)
    assert [replace(one, given=()) for one in after.questions] == list(guide.questions)
    assert [(one.rater, one.level, one.times) for one in after.questions[0].given] == [("ada", 1, 1), ("ben", 3, 1)]


def test_a_rating_stands_in_the_report_with_anchor_notes_and_effect(
    hothead: Sat, guide: Guide, library: Library
) -> None:
    question = next(one for one in guide.questions if one.quality == "composure")
    state = rated(hothead.state, library, question.key, 4, words="Named what sets her off.")
    made = report(state, library, {**hothead.texts, "notes": "Named what sets her off."})
    composure = next(one for one in made.qualities if one.key == "composure")
    before = next(one for one in hothead.report.qualities if one.key == "composure")
    [trace] = [one for one in composure.traces if one.kind == "interview"]
    assert (trace.level, trace.reads, trace.notes) == (4, question.anchors[4], "Named what sets her off.")
    assert trace.effect.moves > 0
    assert composure.mean > before.mean
    assert [kind.kind for kind in composure.kinds] == ["statements", "situations", "customers", "interview"]
    untouched = next(one for one in made.qualities if one.key == "policy")
    assert "interview" not in [kind.kind for kind in untouched.kinds]


def test_a_talk_that_was_asked_for_is_named_without_a_reason(saint: Sat, library: Library) -> None:
    left = replace(saint.state, conversations={}, left_to_person=("late_lamp", "birthday_voucher"))
    first, *_ = plan_interview(left, library, JOB).about
    assert "in place of Rosa Lindqvist and Graham Tolley." in first
    assert "Do not ask for the reason." in first
    assert first not in plan_interview(saint.state, library, JOB).about


def test_without_questions_there_is_nothing_to_ask(saint: Sat, library: Library) -> None:
    parts = {name: getattr(library, name) for name in Library.model_fields}
    assert plan_interview(saint.state, Library(**parts | {"interview": ()}), JOB).questions == ()
