"""Ratings of an interview: stored once, corrected by their rater, and weighed as what they are."""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pytest
from sitting.walked import walk

from poise.content.library import Library, parse_library
from poise.measurement import Posterior, answer_graded, draw_person, score
from poise.sitting.decisions import InvalidAnswerError, StaleStepError, Written, erase_texts
from poise.sitting.events import AnyEvent, InterviewRated, read_event, write_event
from poise.sitting.evidence import observe, posterior_of, prior_for, prior_of
from poise.sitting.interviewed import AnswerRating, rate_answer
from poise.sitting.interviewing import answer_item
from poise.sitting.journal import Change, MemoryJournal, perform
from poise.sitting.state import State, fold

AT = "2026-11-22T09:00:00+00:00"
QUALITY = "composure"
ASKED = ("composure", "judgement", "honesty", "patience")
PEOPLE = 150


@pytest.fixture(scope="module")
def events(library: Library) -> list[AnyEvent]:
    return list(walk(library).events)


@pytest.fixture
def state(events: list[AnyEvent]) -> State:
    return fold(events)


@pytest.fixture(scope="module")
def questions(library: Library) -> list[str]:
    return [one.key for one in library.interview if one.quality == QUALITY]


def notes(words: str = "", texts: Mapping[str, str] | None = None) -> Written:
    return Written(words, "key", lambda: texts or {})


def rated(state: State, library: Library, *given: AnswerRating) -> State:
    for one in given:
        state = fold(rate_answer(library, one, notes(), AT)(state).events, state)
    return state


def without_belief(library: Library) -> Library:
    """Return the library as it was before it said how interviews count."""
    parts = {name: getattr(library, name) for name in Library.model_fields}
    return Library(**parts | {"beliefs": library.beliefs.model_copy(update={"interview": None})})


def spread(state: State, library: Library) -> float:
    return posterior_of(state, library).sd_of(QUALITY)


class TestStoring:
    def test_the_last_rating_of_a_rater_stands(self, state: State, library: Library, questions: list[str]) -> None:
        one, other = AnswerRating(questions[0], 1, "ada"), AnswerRating(questions[0], 3, "ada", seen=1)
        twice, once = rated(state, library, one, other), rated(state, library, replace(other, seen=0))
        assert observe(twice, library) == observe(once, library)
        [found] = [seen for seen in observe(twice, library) if seen.kind == "interview"]
        assert found.qualities == (QUALITY,)
        assert found.rated is not None
        assert found.rated.level == 3

    def test_the_same_again_changes_nothing(self, state: State, library: Library, questions: list[str]) -> None:
        given = AnswerRating(questions[0], 2, "ada")
        texts: dict[str, str] = {}
        change = rate_answer(library, given, notes("Calm, and said how."), AT)(state)
        texts.update(change.texts)
        after = fold(change.events, state)
        assert rate_answer(library, given, notes("Calm, and said how.", texts), AT)(after) == Change()
        assert rate_answer(library, replace(given, seen=1), notes("Other words.", texts), AT)(after).events

    def test_two_windows_of_one_rater(self, state: State, library: Library, questions: list[str]) -> None:
        after = rated(state, library, AnswerRating(questions[0], 2, "ada"))
        with pytest.raises(StaleStepError, match="level 2, given on 22 November 2026"):
            rate_answer(library, AnswerRating(questions[0], 4, "ada"), notes(), AT)(after)

    def test_only_once_the_sitting_is_finished(
        self, events: list[AnyEvent], library: Library, questions: list[str]
    ) -> None:
        with pytest.raises(StaleStepError, match="not finished"):
            rate_answer(library, AnswerRating(questions[0], 2, "ada"), notes(), AT)(fold(events[:-1]))

    def test_everything_that_is_wrong_is_said_at_once(self, library: Library) -> None:
        unsaid = without_belief(library)
        with pytest.raises(InvalidAnswerError) as refused:
            rate_answer(unsaid, AnswerRating("no_such", 5, "Ada L."), notes("x" * 1201), AT)
        for what in ("does not say how interviews count", "no_such", "level is 5", "Ada L.", "1,201 characters"):
            assert what in str(refused.value)

    def test_notes_can_be_erased_and_the_rating_stays(
        self, events: list[AnyEvent], library: Library, questions: list[str]
    ) -> None:
        journal = MemoryJournal()
        journal.open("one", Change(tuple(events)))
        given = AnswerRating(questions[0], 1, "ada")
        after = perform(journal, "one", rate_answer(library, given, notes("Told of her sister."), AT))
        assert "Told of her sister." in journal.texts("one").values()
        assert not [row for row in journal._rows["one"] if "sister" in row]  # noqa: SLF001 - what is stored
        journal.erase_texts("one", after.version, erase_texts(AT)(after))
        erased = fold(journal.read("one"))
        assert not journal.texts("one")
        assert posterior_of(erased, library).mean_of(QUALITY) == posterior_of(after, library).mean_of(QUALITY)

    def test_an_event_is_written_and_read_back(self) -> None:
        event = InterviewRated(at=AT, quality=QUALITY, question="ask", level=0, rater="ada")
        assert read_event(write_event(event)) == event
        assert "notes" not in write_event(event)


class TestWeighing:
    def test_without_an_interview_nothing_is_other_than_before(self, state: State, library: Library) -> None:
        plain = score(
            prior_of(library, tuple(sorted(state.conversations))), [o.response for o in observe(state, library)]
        )
        found = posterior_of(state, library)
        assert found.names == plain.names
        assert np.array_equal(found.mean, plain.mean)
        assert np.array_equal(found.covariance, plain.covariance)

    def test_a_library_of_before_keeps_its_bytes(self, library: Library) -> None:
        before = without_belief(library)
        assert '"answer_variance"' not in before.canonical
        assert parse_library(before.canonical).canonical == before.canonical

    @pytest.mark.parametrize(("level", "sign"), [(0, -1), (4, 1)])
    def test_a_rating_moves_its_quality_where_it_points(
        self, state: State, library: Library, questions: list[str], level: int, sign: int
    ) -> None:
        before, after = (
            posterior_of(one, library)
            for one in (state, rated(state, library, AnswerRating(questions[0], level, "ada")))
        )
        assert sign * (after.mean_of(QUALITY) - before.mean_of(QUALITY)) > 0.05
        assert after.sd_of(QUALITY) < before.sd_of(QUALITY)

    def test_a_second_rater_of_the_same_answer_tells_less_than_the_first(
        self, state: State, library: Library, questions: list[str]
    ) -> None:
        ratings = [AnswerRating(questions[0], 3, rater) for rater in ("ada", "ben", "cleo")]
        none, one, two, three = (spread(rated(state, library, *ratings[:n]), library) for n in range(4))
        assert none - one > 3 * (one - two) > 0
        assert one - two > two - three > 0

    def test_another_question_tells_more_than_another_rater(
        self, state: State, library: Library, questions: list[str]
    ) -> None:
        first = AnswerRating(questions[0], 3, "ada")
        rater = rated(state, library, first, AnswerRating(questions[0], 3, "ben"))
        question = rated(state, library, first, AnswerRating(questions[1], 3, "ada"))
        assert spread(question, library) < spread(rater, library)

    def test_a_rater_who_is_harsh_throughout_counts_as_harsh(self, state: State, library: Library) -> None:
        own = {quality.key: quality for quality in library.qualities}
        one_each = {one.quality: one.key for one in library.interview}
        harsh = [AnswerRating(one_each[key], 0, "ada") for key in own]
        after: Posterior = posterior_of(rated(state, library, *harsh), library)
        assert after.mean_of("rater:ada") < -0.2

    def test_intervals_hold_the_truth_as_often_as_they_say(self, library: Library) -> None:
        """Made-up people and raters, two raters over two answers each on four qualities; 80 % intervals."""
        belief, rng = library.beliefs.interview, np.random.default_rng(4)
        assert belief
        asked = [one for quality in ASKED for one in [q for q in library.interview if q.quality == quality][:2]]
        held, errors = 0, 0.0
        for _ in range(PEOPLE):
            state = State()
            given = [
                InterviewRated(at=AT, quality=q.quality, question=q.key, level=0, rater=r) for q in asked for r in "ab"
            ]
            prior = prior_for(fold(given, state), library)
            truth = draw_person(prior, rng)
            levels = [answer_graded(answer_item(g.question, g.quality, g.rater, belief), truth, rng) for g in given]
            told = fold([g.model_copy(update={"level": level}) for g, level in zip(given, levels, strict=True)], state)
            found = posterior_of(told, library)
            for quality in ASKED:
                low, high = found.interval(quality)
                held += low <= truth[quality] <= high
                errors += (found.mean_of(quality) - truth[quality]) / found.sd_of(quality)
        number = PEOPLE * len(ASKED)
        assert held / number == pytest.approx(0.8, abs=0.05)
        assert errors / number == pytest.approx(0.0, abs=0.1)

    def test_the_order_of_raters_makes_no_difference(
        self, state: State, library: Library, questions: list[str]
    ) -> None:
        one, other = AnswerRating(questions[0], 1, "ada"), AnswerRating(questions[1], 4, "ben")
        this, that = rated(state, library, one, other), rated(state, library, other, one)
        assert observe(this, library) == observe(that, library)
