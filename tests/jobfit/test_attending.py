"""What the report says of questions on a text, as a kind of its own, and of attention checks, which judge nobody."""

import json
from collections.abc import Mapping

import pytest
from sitting.knowledge_library import (
    ASKS_ALL,
    ASKS_NONE,
    BELIEF,
    CHECKS,
    FORM,
    answer_step,
    beginning,
    build_knowledge_library,
    form,
)

from poise.content.library import Library
from poise.jobfit.attending import AttentionView, say_attention
from poise.jobfit.report import Report, report
from poise.sitting import decisions as d
from poise.sitting.journal import MemoryJournal, perform
from poise.sitting.simulee import START
from poise.sitting.state import fold
from poise.sitting.steps import next_step

ALL_RIGHT = {question.key: question.right for question in form().questions}


@pytest.fixture(scope="module")
def asking(library: Library) -> Library:
    return build_knowledge_library(library)


def report_on(library: Library, answers: Mapping[str, int], blueprint: str = ASKS_ALL) -> Report:
    journal = MemoryJournal()
    journal.open("one", d.open_sitting(library, blueprint, 5, "open", START))
    for decide in beginning(library):
        perform(journal, "one", decide)
    while (step := next_step(state := fold(journal.read("one")), library)).kind != "finished":
        perform(journal, "one", answer_step(library, state, step, answers))
    return report(state, library, {})


class TestKnowledge:
    def test_it_is_a_kind_of_its_own_where_it_was_asked_and_only_there(self, asking: Library) -> None:
        made = report_on(asking, ALL_RIGHT)
        numbers = {quality.key: {kind.kind: kind.observations for kind in quality.kinds} for quality in made.qualities}
        assert {key: kinds["knowledge"] for key, kinds in numbers.items() if "knowledge" in kinds} == {
            "policy": 3,
            "expertise": 2,
            "judgement": 1,
        }
        plain = report_on(asking, {}, ASKS_NONE)
        assert {kind.kind for one in plain.qualities for kind in one.kinds} == {"statements", "situations", "customers"}

    def test_the_question_the_answer_the_right_one_and_why_are_shown(self, asking: Library) -> None:
        made = report_on(asking, ALL_RIGHT | {"proof": 1})
        traces = {trace.source: trace for one in made.qualities for trace in one.traces if trace.kind == "knowledge"}
        assert len(traces) == len(ALL_RIGHT)
        wrong, right = traces[f"knowledge/{FORM}/proof"], traces[f"knowledge/{FORM}/until"]
        assert wrong.where == "Question on a text: Parcels from the orchard, 1. When fruit arrives bruised"
        assert wrong.asks == "What must the customer send with the report?"
        assert wrong.done == "The answer: “The receipt”. The right one: “A photograph of the crate”."
        assert wrong.reads == "The text says so under claims."
        assert right.done == "The answer: “Within two days”. That is right."

    def test_it_counts_as_something_that_was_done_and_as_a_second_kind(self, asking: Library) -> None:
        sharp = BELIEF.model_copy(update={"discrimination": 3.0, "method_variance": 0.05})
        questions = [one.model_copy(update={"quality": "policy"}) for one in form().questions]
        parts = {name: getattr(asking, name) for name in Library.model_fields}
        parts["knowledge"] = (form().model_copy(update={"questions": tuple(questions)}),)
        parts["beliefs"] = asking.beliefs.model_copy(update={"knowledge": sharp})
        parts["statements"] = tuple(
            one.model_copy(update={"quality": "policy", "pole": "high"}) if one.rated else one
            for one in asking.statements
        )
        made = report_on(Library(**parts), ALL_RIGHT | {"until": 0})
        policy = next(one for one in made.qualities if one.key == "policy")
        assert policy.enough, policy.why_not
        without = report_on(Library(**parts), {}, ASKS_NONE)
        assert not next(one for one in without.qualities if one.key == "policy").enough

    def test_the_report_is_plain_values(self, asking: Library) -> None:
        written = json.loads(json.dumps(report_on(asking, ALL_RIGHT).as_dict()))
        assert written["attention"] == {"answered": 2, "as_asked": 1}


class TestAttention:
    @pytest.mark.parametrize(("answers", "as_asked"), [((2, 4), 2), ((2, 0), 1), ((0, 0), 0)])
    def test_how_many_of_how_many(self, asking: Library, answers: tuple[int, int], as_asked: int) -> None:
        given = {key: answer for (key, _, _), answer in zip(CHECKS, answers, strict=True)}
        made = report_on(asking, given)
        assert made.attention == AttentionView(2, as_asked)
        assert made.qualities == report_on(asking, {}).qualities
        assert made.jobs == report_on(asking, {}).jobs

    def test_where_none_was_shown_nothing_is_said(self, asking: Library) -> None:
        assert report_on(asking, {}, ASKS_NONE).attention is None

    @pytest.mark.parametrize(
        ("view", "said"),
        [
            (
                AttentionView(3, 2),
                "stood three lines that ask for one answer by name. You answered two of the three as asked.",
            ),
            (
                AttentionView(3, 3),
                "stood three lines that ask for one answer by name. You answered all three as asked.",
            ),
            (
                AttentionView(3, 0),
                "stood three lines that ask for one answer by name. You answered none of the three as asked.",
            ),
            (AttentionView(1, 1), "stood one line that asks for one answer by name. You answered it as asked."),
            (AttentionView(1, 0), "stood one line that asks for one answer by name. You gave it another answer."),
            (
                AttentionView(20, 13),
                "stood 20 lines that ask for one answer by name. You answered 13 of the 20 as asked.",
            ),
        ],
    )
    def test_it_is_said_in_words(self, view: AttentionView, said: str) -> None:
        told, judges_nobody = say_attention(view, "self")
        assert told.endswith(said)
        assert "This is no judgement of you and enters no score" in judges_nobody
        assert "a person looks at it" in judges_nobody

    def test_the_hirer_reads_the_same_of_the_candidate(self) -> None:
        told, judges_nobody = say_attention(AttentionView(3, 2), "hirer")
        assert "The candidate answered two of the three as asked." in told
        assert "no judgement of the candidate and enters no score" in judges_nobody
        assert "A person looks at it" in judges_nobody
        for word in ("pass", "fail", "reject", "careless", "dishonest"):
            assert word not in (told + judges_nobody).lower()
