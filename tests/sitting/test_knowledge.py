"""Questions on a text and attention checks: asked once, resumed where they stopped, and scored as they should be."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError
from sitting.knowledge_library import (
    ASKS_ALL,
    ASKS_NONE,
    CHECKS,
    FORM,
    READER,
    answer_step,
    beginning,
    blueprint,
    build_knowledge_library,
    form,
)

from poise.content.blueprint import Blueprint
from poise.content.knowledge import KnowledgeForm
from poise.content.lasting import check_asked, questions_asked, seconds_in_all
from poise.content.library import Library, parse_library
from poise.content.quality import QUALITIES
from poise.measurement import Graded, Reading
from poise.measurement.people.styles import Style
from poise.sitting import decisions as d
from poise.sitting.events import AttentionAnswered, KnowledgeAnswered
from poise.sitting.evidence import observe, posterior_of
from poise.sitting.journal import MemoryJournal, perform
from poise.sitting.simulee import START, Simulee, draw_simulee, sit
from poise.sitting.state import State, fold
from poise.sitting.steps import next_step, progress, rated_pages

ALL_RIGHT = {question.key: question.right for question in form().questions}
ALL_WRONG = {question.key: (question.right + 1) % len(question.answers) for question in form().questions}
AS_ASKED = {key: answer for key, _, answer in CHECKS}


@pytest.fixture(scope="module")
def asking(library: Library) -> Library:
    return build_knowledge_library(library)


def begin(library: Library, key: str = ASKS_ALL) -> MemoryJournal:
    journal = MemoryJournal()
    journal.open("one", d.open_sitting(library, key, 5, "open", START))
    for decide in beginning(library):
        perform(journal, "one", decide)
    return journal


def walk(
    library: Library, answers: dict[str, int] | None = None, key: str = ASKS_ALL, until: str = ""
) -> MemoryJournal:
    """Answer step after step, to the end or until this step is due."""
    journal = begin(library, key)
    while (step := next_step(state := state_of(journal), library)).kind != "finished" and step.key != until:
        perform(journal, "one", answer_step(library, state, step, answers))
    return journal


def state_of(journal: MemoryJournal) -> State:
    return fold(journal.read("one"))


class TestWhatABlueprintAsks:
    def test_one_that_asks_neither_is_written_as_before(self, asking: Library) -> None:
        written = asking.find(Blueprint, ASKS_NONE).model_dump()
        assert not {"knowledge", "attention"} & set(written)
        assert "knowledge" not in written["seconds"]
        assert parse_library(asking.canonical) == asking

    def test_beliefs_without_knowledge_are_written_as_before(self, library: Library) -> None:
        without = build_knowledge_library(library, None).beliefs
        assert "knowledge" not in without.model_dump()

    def test_the_time_counts_every_question_and_every_line(self, asking: Library) -> None:
        full, bare = (asking.find(Blueprint, key) for key in (ASKS_ALL, ASKS_NONE))
        assert questions_asked(full, asking) == 6
        assert seconds_in_all(full, asking) - seconds_in_all(bare, asking) == 6 * 45 + 2 * 7

    @pytest.mark.parametrize(
        ("named", "message"),
        [
            ({"knowledge": ("unheard_of",)}, "knowledge form 'unheard_of' is not known; there are: orchard_parcels"),
            ({"attention": ("unheard_of",)}, "attention check 'unheard_of' is not known"),
            ({"attention": ("a", "b", "c", "d")}, "has 4 attention checks on 3 pages"),
        ],
    )
    def test_what_does_not_fit_is_said(self, asking: Library, named: dict[str, tuple[str, ...]], message: str) -> None:
        assert any(message in found for found in check_asked(blueprint(asking, "odd", **named), asking))

    def test_nothing_is_said_where_all_fits(self, asking: Library) -> None:
        assert list(check_asked(asking.find(Blueprint, ASKS_ALL), asking)) == []

    def test_questions_without_beliefs_are_refused(self, library: Library) -> None:
        without = build_knowledge_library(library, None)
        (found,) = check_asked(without.find(Blueprint, ASKS_ALL), without)
        assert "the beliefs do not say how they work" in found

    def test_a_key_stands_once(self, library: Library) -> None:
        rated = next(one.key for one in library.statements if one.rated)
        for named in ({"attention": ("a", "a")}, {"attention": (rated,)}, {"knowledge": (FORM, FORM)}):
            with pytest.raises(ValidationError, match="each key stands once"):
                blueprint(library, "odd", **named)
        twice = form().model_dump()
        twice["questions"] = [*twice["questions"], twice["questions"][0]]
        with pytest.raises(ValidationError, match="questions: a key stands once; found again: until"):
            KnowledgeForm.model_validate(twice)


class TestPlacesOfAttentionChecks:
    @given(st.integers(1, 60), st.data())
    def test_they_are_spread_one_a_page_and_never_come_first(
        self, library: Library, statements: int, data: st.DataObject
    ) -> None:
        plain = blueprint(library, "plain").model_copy(update={"rated": tuple(f"s{n}" for n in range(statements))})
        pages = len(rated_pages(plain))
        checks = tuple(f"a{n}" for n in range(data.draw(st.integers(0, pages))))
        laid = rated_pages(plain.model_copy(update={"attention": checks}))
        assert tuple(key for page in laid for key in page if key.startswith("s")) == plain.rated
        assert tuple(key for page in laid for key in page if key.startswith("a")) == checks
        assert all(page[0].startswith("s") for page in laid)
        holding = [number for number, page in enumerate(laid) if any(key in checks for key in page)]
        assert len(holding) == len(checks)
        gaps = np.diff([-0.5, *holding, pages - 0.5]) if checks else [0.0]
        assert max(gaps) <= pages / max(1, len(checks)) + 1.0

    def test_without_rated_statements_there_are_none(self, library: Library) -> None:
        bare = blueprint(library, "bare").model_copy(update={"rated": (), "attention": ("a",)})
        assert rated_pages(bare) == ()


class TestTheWay:
    def test_questions_come_after_situations_and_end_before_the_conditions(self, asking: Library) -> None:
        journal, kinds = begin(asking), []
        while (step := next_step(state := state_of(journal), asking)).kind != "finished":
            kinds.append(step.key)
            perform(journal, "one", answer_step(asking, state, step))
        tail = [asking.situations[0].key, FORM]
        assert kinds[-4:] == [f"situation/{tail[0]}", f"knowledge/{FORM}/1", f"knowledge/{FORM}/2", "willingness"]
        assert progress(state_of(journal), asking).percent == 100
        assert progress(state_of(journal), asking).done == seconds_in_all(asking.find(Blueprint, ASKS_ALL), asking)

    def test_a_page_is_stored_whole_with_its_check_in_its_place(self, asking: Library) -> None:
        events = list(walk(asking, AS_ASKED).read("one"))
        found = [event for event in events if isinstance(event, AttentionAnswered)]
        assert [(event.check, event.step) for event in found] == [(key, answer) for key, _, answer in CHECKS]
        answered = [event for event in events if isinstance(event, KnowledgeAnswered)]
        assert [event.question for event in answered] == [question.key for question in form().questions]

    def test_the_same_answer_again_changes_nothing_and_another_is_refused(self, asking: Library) -> None:
        journal = walk(asking, ALL_RIGHT, until=f"knowledge/{FORM}/2")
        before, page = state_of(journal), {key: ALL_RIGHT[key] for key in list(ALL_RIGHT)[:4]}
        assert perform(journal, "one", d.answer_questions(asking, FORM, 1, page, START)) == before
        with pytest.raises(d.StaleStepError, match="first answer counts"):
            perform(journal, "one", d.answer_questions(asking, FORM, 1, page | {"until": 0}, START))
        with pytest.raises(d.StaleStepError, match="not the one that is due"):
            perform(journal, "one", d.answer_questions(asking, FORM, 3, {}, START))
        assert state_of(journal) == before

    def test_what_does_not_answer_the_page_is_refused_in_words(self, asking: Library) -> None:
        journal = walk(asking, until=f"knowledge/{FORM}/1")
        whole = {"until": 0, "proof": 3, "short": 0, "pears": 4}
        for answers, words in (
            ({"until": 0}, "one answer for each question. 3 left"),
            (whole | {"until": 3}, "one of the answers that are shown"),
            (whole | {"until": -1}, "one answer for each question"),
            (whole | {"goodwill": 0}, "one answer for each question"),
        ):
            with pytest.raises(d.InvalidAnswerError, match=words):
                perform(journal, "one", d.answer_questions(asking, FORM, 1, answers, START))
        assert not state_of(journal).knowledge

    def test_a_page_without_its_attention_check_is_not_complete(self, asking: Library) -> None:
        journal = begin(asking)
        step = next_step(state_of(journal), asking)
        while step.kind != "rated":
            perform(journal, "one", answer_step(asking, state_of(journal), step))
            step = next_step(state_of(journal), asking)
        keys = rated_pages(asking.find(Blueprint, ASKS_ALL))[step.number - 1]
        assert len(keys) == 5
        given = {key: 2 for key in keys if key not in AS_ASKED}
        with pytest.raises(d.InvalidAnswerError, match="1 left"):
            perform(journal, "one", d.rate_statements(asking, step.number, given, START))


class TestEvidence:
    def test_each_question_is_one_observation_of_its_own_kind(self, asking: Library) -> None:
        state = state_of(walk(asking, ALL_RIGHT | {"proof": 0}))
        seen = {one.source: one for one in observe(state, asking) if one.kind == "knowledge"}
        assert set(seen) == {f"knowledge/{FORM}/{question.key}" for question in form().questions}
        assert [one.qualities for one in seen.values()] == [(question.quality,) for question in form().questions]
        assert isinstance(seen[f"knowledge/{FORM}/proof"].response, Graded)
        right = seen[f"knowledge/{FORM}/pears"].response
        assert isinstance(right, Reading)
        assert right.weights == pytest.approx((1 / 5, 1.0))

    def test_right_answers_raise_their_qualities_and_share_one_method(self, asking: Library) -> None:
        right, wrong = (posterior_of(state_of(walk(asking, answers)), asking) for answers in (ALL_RIGHT, ALL_WRONG))
        for quality in ("policy", "expertise", "judgement"):
            assert right.mean_of(quality) > wrong.mean_of(quality) + 0.1
        assert right.mean_of("knowledge") > wrong.mean_of("knowledge")

    def test_attention_checks_enter_no_score(self, asking: Library) -> None:
        missed = {key: (answer + 1) % 5 for key, answer in AS_ASKED.items()}
        heeded, not_heeded = (state_of(walk(asking, answers)) for answers in (AS_ASKED, missed))
        assert heeded.attention != not_heeded.attention
        assert observe(heeded, asking) == observe(not_heeded, asking)
        one, other = posterior_of(heeded, asking), posterior_of(not_heeded, asking)
        assert np.array_equal(one.mean, other.mean)
        assert np.array_equal(one.covariance, other.covariance)

    def test_without_beliefs_the_kind_does_not_exist(self, library: Library) -> None:
        without = build_knowledge_library(library, None)
        state = state_of(walk(without, ALL_RIGHT))
        assert state.knowledge
        assert all(one.kind != "knowledge" for one in observe(state, without))
        assert "knowledge" not in posterior_of(state, without).names

    def test_a_sitting_that_asks_none_scores_as_in_a_library_without(self, library: Library, asking: Library) -> None:
        bare = state_of(walk(asking, key=ASKS_NONE))
        without = build_knowledge_library(library, None)
        one, other = posterior_of(bare, asking), posterior_of(bare, without)
        for quality in QUALITIES:
            assert one.mean_of(quality) == pytest.approx(other.mean_of(quality), abs=1e-9)
            assert one.sd_of(quality) == pytest.approx(other.sd_of(quality), abs=1e-9)


class TestSimulees:
    def test_their_state_is_rebuilt_before_every_answer(self, asking: Library) -> None:
        journal = MemoryJournal()
        walked = sit(journal, "one", draw_simulee(asking, (), READER, 3), ASKS_ALL, 3)
        assert walked.equal == walked.answers > 10
        assert fold(journal.read("one")) == walked.state
        assert len(walked.state.knowledge) == 6
        assert dict(walked.state.attention) == AS_ASKED

    def test_who_knows_more_answers_more_and_who_knows_nothing_guesses(self, asking: Library) -> None:
        def share_right(level: float) -> float:
            right = []
            for seed in range(40):
                drawn = draw_simulee(asking, (), READER, seed)
                simulee = Simulee(dict.fromkeys(drawn.truth, level), drawn.rng, asking, READER)
                state = sit(MemoryJournal(), "one", simulee, ASKS_ALL, seed).state
                right += [state.knowledge[f"{FORM}/{key}"] == answer for key, answer in ALL_RIGHT.items()]
            return float(np.mean(right))

        guessing = np.mean([1 / len(question.answers) for question in form().questions])
        assert share_right(-12.0) == pytest.approx(guessing, abs=0.1)
        assert share_right(12.0) == 1.0

    def test_careless_people_miss_lines_that_fakers_read(self, asking: Library) -> None:
        def heeded(style: Style) -> float:
            states = [
                sit(MemoryJournal(), "one", draw_simulee(asking, (), READER, seed, style), ASKS_ALL, seed).state
                for seed in range(15)
            ]
            return float(
                np.mean([state.attention[key] == answer for state in states for key, answer in AS_ASKED.items()])
            )

        assert heeded(Style("careless", 1.0, None, 1.0)) < 0.5
        assert heeded(Style("faker", 1.0, None, 1.0)) == 1.0
