"""A contested reading is kept, corrected by a person, and the evidence follows the correction."""

from collections.abc import Mapping

import pytest
from sitting.walked import CASE, walk

from poise.content.library import Library
from poise.measurement import Reading
from poise.sitting.contesting import (
    UnknownMomentError,
    Verdict,
    contest_reading,
    correct_reading,
    find_moment,
    list_moments,
)
from poise.sitting.decisions import InvalidAnswerError, StaleStepError, Written, erase_texts
from poise.sitting.events import AnyEvent, ReadingContested, ReadingCorrected, ReplySent, read_event, write_event
from poise.sitting.evidence import observe, observe_set_aside, posterior_of
from poise.sitting.journal import Change, MemoryJournal, perform
from poise.sitting.state import State, fold

AT = "2026-11-22T09:00:00+00:00"


@pytest.fixture(scope="module")
def events(library: Library) -> list[AnyEvent]:
    return list(walk(library).events)


@pytest.fixture
def state(events: list[AnyEvent]) -> State:
    return fold(events)


@pytest.fixture
def name(state: State, library: Library) -> str:
    """A moment that was read at one end of the scale."""
    return next(one.name for one in list_moments(state, library) if one.rating and one.rating.line.level <= 1)


def written(words: str, texts: Mapping[str, str] | None = None, key: str = "key") -> Written:
    return Written(words, key, lambda: texts or {})


def corrected(state: State, library: Library, name: str, level: int | None, seen: int = 0) -> State:
    decide = correct_reading(library, name, Verdict(level, "Ann Okafor", seen), written("It was meant kindly."), AT)
    return fold(decide(state).events, state)


def source_of(state: State, library: Library, name: str) -> Reading:
    [found] = [one.response for one in observe(state, library) if one.source == f"moment/{name}"]
    assert isinstance(found, Reading)
    return found


def test_every_moment_of_a_conversation_has_a_name(state: State, library: Library) -> None:
    moments = list_moments(state, library)
    talk = [one for one in observe(state, library) if one.kind == "customers"]
    assert [f"moment/{one.name}" for one in moments] == [one.source for one in talk]
    for one in moments:
        assert find_moment(state, library, one.name) == find_moment(state, library, f"moment/{one.name}") == one
        assert find_moment(state, library, one.moment.key) == one


def test_a_contest_changes_no_figure_and_its_words_lie_apart(state: State, library: Library, name: str) -> None:
    change = contest_reading(library, name, written("I meant it kindly."), AT)(state)
    assert change.texts == {"key": "I meant it kindly."}
    assert "kindly" not in "".join(write_event(one) for one in change.events)
    after = fold(change.events, state)
    assert [one.text for one in after.contested[name]] == ["key"]
    assert after.awaiting_answer == (name,)
    assert (posterior_of(after, library).mean == posterior_of(state, library).mean).all()
    again = contest_reading(library, name, written(" I meant it kindly. ", change.texts), AT)
    assert not again(after).events
    other = contest_reading(library, name, written("And she knew it.", change.texts, "key2"), AT)
    assert len(fold(other(after).events, after).contested[name]) == 2


def test_a_correction_counts_as_this_level_but_for_a_slip(state: State, library: Library, name: str) -> None:
    after = corrected(state, library, name, 4)
    found = source_of(after, library, name)
    assert found.probabilities == pytest.approx((0.01, 0.01, 0.01, 0.01, 0.96))
    assert found.base_rates == (0.2,) * 5
    [quality] = next(one.qualities for one in observe(after, library) if one.source == f"moment/{name}")
    assert posterior_of(after, library).mean_of(quality) > posterior_of(state, library).mean_of(quality)
    others = [one for one in observe(after, library) if one.source != f"moment/{name}"]
    assert others == [one for one in observe(state, library) if one.source != f"moment/{name}"]
    read = next(one for one in list_moments(after, library) if one.name == name)
    assert read.rating is not None, "the reading is kept beside it"
    assert read.rating.line.level <= 1


def test_the_last_correction_stands_and_all_are_kept(state: State, library: Library, name: str) -> None:
    twice = corrected(corrected(state, library, name, 4), library, name, 2, seen=1)
    assert [one.level for one in twice.corrected[name]] == [4, 2]
    assert max(source_of(twice, library, name).probabilities) == source_of(twice, library, name).probabilities[2]


def test_a_moment_that_is_not_to_be_scored_says_nothing(state: State, library: Library, name: str) -> None:
    after = corrected(state, library, name, None)
    assert f"moment/{name}" not in {one.source for one in observe(after, library)}
    [aside] = observe_set_aside(after, library)
    assert aside.source == f"moment/{name}"
    assert isinstance(aside.response, Reading)
    assert len(set(aside.response.weights)) == 1
    assert not observe_set_aside(corrected(after, library, name, 3, seen=1), library)


def test_a_reply_that_could_not_be_read_can_be_rated_by_a_person(events: list[AnyEvent], library: Library) -> None:
    blind = fold(
        event.model_copy(update={"legible": False}) if isinstance(event, ReplySent) and event.reply == 2 else event
        for event in events
    )
    unread = next(one for one in list_moments(blind, library) if one.reply == 2)
    assert unread.rating is None
    assert source_of(corrected(blind, library, unread.name, 3), library, unread.name).probabilities[3] > 0.9
    with pytest.raises(InvalidAnswerError, match="could not be read"):
        corrected(blind, library, unread.name, None)


def test_of_two_correctors_the_second_is_told(state: State, library: Library, name: str) -> None:
    first = correct_reading(library, name, Verdict(3, "Ann"), written("Kind."), AT)
    second = correct_reading(library, name, Verdict(1, "Ben"), written("Cold."), AT)
    change = first(state)
    after = fold(change.events, state)
    with pytest.raises(StaleStepError, match=r"Ann corrected this reading on 22 November 2026: level 3"):
        second(after)
    again = correct_reading(library, name, Verdict(3, "Ann"), written("Kind.", change.texts), AT)
    assert not again(after).events, "the same again, as after a second click, changes nothing"
    seen = correct_reading(library, name, Verdict(1, "Ben", seen=1), written("Cold."), AT)
    assert len(seen(after).events) == 1


def test_a_correction_answers_a_contest_and_a_new_contest_waits_again(
    state: State, library: Library, name: str
) -> None:
    contest = contest_reading(library, name, written("No."), AT)
    after = corrected(fold(contest(state).events, state), library, name, 3)
    assert after.awaiting_answer == ()
    assert fold(contest(after).events, after).awaiting_answer == (name,)


def test_words_of_contests_and_reasons_are_erased_and_figures_stay(
    events: list[AnyEvent], library: Library, name: str
) -> None:
    journal = MemoryJournal()
    journal.open("one", Change(tuple(events)))
    state = perform(journal, "one", erase_texts(AT))
    assert state.texts_erased
    perform(journal, "one", contest_reading(library, name, Written("No.", "k1", lambda: journal.texts("one")), AT))
    verdict = Verdict(3, "Ann")
    state = perform(journal, "one", correct_reading(library, name, verdict, Written("Kind.", "k2", dict), AT))
    assert not state.texts_erased, "there are words again, which can be erased again"
    before = posterior_of(state, library).mean
    journal.erase_texts("one", state.version, erase_texts(AT)(state))
    assert journal.texts("one") == {}
    assert (posterior_of(fold(journal.read("one")), library).mean == before).all()


def test_bad_input_is_named_and_stores_nothing(events: list[AnyEvent], library: Library, name: str) -> None:
    state = fold(events)
    with pytest.raises(UnknownMomentError, match=rf"'late_lamp/no_such' is no moment.*{CASE}/"):
        contest_reading(library, f"{CASE}/no_such", written("No."), AT)(state)
    with pytest.raises(InvalidAnswerError, match="Write why"):
        contest_reading(library, name, written("  "), AT)
    with pytest.raises(InvalidAnswerError, match="1,201 characters"):
        contest_reading(library, name, written("x" * 1201), AT)
    with pytest.raises(InvalidAnswerError, match="level is 5"):
        correct_reading(library, name, Verdict(5, "Ann"), written("x"), AT)
    with pytest.raises(InvalidAnswerError, match="who corrects"):
        correct_reading(library, name, Verdict(3, " "), written("x"), AT)
    unfinished = fold(event for event in events if event.kind != "sitting_finished")
    with pytest.raises(StaleStepError, match="not finished"):
        contest_reading(library, name, written("No."), AT)(unfinished)
    begun = fold([*events[:1], events[-1]])
    with pytest.raises(UnknownMomentError, match="no conversation"):
        contest_reading(library, name, written("No."), AT)(begun)


def test_the_events_are_rows_like_the_others() -> None:
    for event in (
        ReadingContested(at=AT, scenario=CASE, moment="m", text="k"),
        ReadingCorrected(at=AT, scenario=CASE, moment="m", level=None, by="Ann", reason="k"),
    ):
        assert read_event(write_event(event)) == event
