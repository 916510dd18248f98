"""What a candidate waits for, until when, and who answers it."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from poise.hiring.answering import Answered, Request, may_answer, open_requests, term_of
from poise.sitting import events as e
from poise.sitting.state import State, fold

DAY = timedelta(days=1)
START = datetime(2026, 11, 2, 9, tzinfo=UTC)


def at(days: float) -> str:
    return (START + days * DAY).isoformat()


def state_of(*events: e.AnyEvent) -> State:
    opened = e.SittingOpened(at=at(0), library="0" * 64, blueprint="b", seed=1, door="invitation")
    return fold((opened, *events))


CONTESTED = e.ReadingContested(at=at(3), scenario="lamp", moment="hears", text="t1")


def test_each_request_waits_until_it_is_answered_after_it_was_made() -> None:
    state = state_of(
        e.AccommodationsChosen(at=at(1), human_alternative=True), e.HelpAsked(at=at(2), text="t0"), CONTESTED
    )
    waiting = open_requests(state, ())
    assert [(one.kind, one.about) for one in waiting] == [
        ("human_alternative", ""),
        ("accommodation", "t0"),
        ("contest", "lamp/hears"),
    ]
    answers = [
        Answered("human_alternative", "", START + 2 * DAY),
        Answered("accommodation", "t0", START + DAY),  # before it was asked
        Answered("contest", "lamp/other", START + 9 * DAY),
    ]
    assert [one.kind for one in open_requests(state, answers)] == ["accommodation", "contest"]


def test_a_correction_answers_a_contest_and_a_new_contest_waits_again() -> None:
    corrected = e.ReadingCorrected(at=at(4), scenario="lamp", moment="hears", level=3, by="Ann", reason="r")
    assert not open_requests(state_of(CONTESTED, corrected), ())
    again = e.ReadingContested(at=at(5), scenario="lamp", moment="hears", text="t2")
    (waiting,) = open_requests(state_of(CONTESTED, corrected, again), ())
    assert waiting.at == START + 5 * DAY
    assert waiting.texts == ("t1", "t2")


@given(st.integers(1, 90), st.integers(0, 200))
def test_an_answer_is_overdue_after_the_term_and_not_before(days: int, passed: int) -> None:
    term = term_of(Request("contest", "a/b", START), days, START + passed * DAY)
    assert term.is_overdue == (passed > days)


def test_readings_of_a_study_are_not_shown_to_bosses() -> None:
    assert may_answer("hirer", "contest", "selection")
    assert not may_answer("owner", "contest", "study")
    assert may_answer("analyst", "contest", "study")
    assert may_answer("hirer", "human_alternative", "study")
    assert not may_answer("analyst", "human_alternative", "study")
