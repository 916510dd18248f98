"""So many at once, then one after another; and never more within a time than both together allow."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from poise.hiring.pacing import Pace, count_one_more, wait_for

MINUTE = timedelta(minutes=1)
PACE = Pace(at_once=5, interval=MINUTE)
START = datetime(2026, 3, 4, 5, 6, tzinfo=UTC)


def let_in(times: list[datetime], pace: Pace = PACE) -> list[datetime]:
    """Return who of those that come at these times is let in."""
    free_at, came = None, []
    for now in times:
        if not wait_for(free_at, now, pace):
            free_at = count_one_more(free_at, now, pace)
            came.append(now)
    return came


def test_five_come_at_once_and_then_one_a_minute() -> None:
    assert len(let_in([START] * 8)) == 5
    later = [START + MINUTE * n / 4 for n in range(9)]
    assert let_in([START] * 5 + later)[5:] == [START + MINUTE, START + 2 * MINUTE]


def test_the_wait_that_is_told_is_just_long_enough() -> None:
    free_at = None
    for _ in range(5):
        free_at = count_one_more(free_at, START, PACE)
    now = START + timedelta(seconds=20)
    wait = wait_for(free_at, now, PACE)
    assert wait == timedelta(seconds=40)
    assert not wait_for(free_at, now + wait, PACE)
    assert wait_for(free_at, now + wait - timedelta(seconds=1), PACE)


def test_who_came_once_is_forgotten_after_one_interval() -> None:
    assert count_one_more(None, START, PACE) == START + MINUTE
    assert count_one_more(START - MINUTE, START, PACE) == START + MINUTE


@given(st.lists(st.integers(0, 1800), max_size=80).map(sorted), st.integers(0, 1800), st.integers(0, 900))
def test_no_span_of_time_holds_more_than_the_pace_allows(seconds: list[int], begin: int, length: int) -> None:
    came = let_in([START + timedelta(seconds=one) for one in seconds])
    first, last = (START + timedelta(seconds=one) for one in (begin, begin + length))
    assert sum(first <= one <= last for one in came) <= PACE.at_once + length // 60


@given(st.lists(st.integers(0, 1800), max_size=40).map(sorted))
def test_who_keeps_to_the_pace_is_never_sent_away(seconds: list[int]) -> None:
    times = [START + timedelta(seconds=one) + MINUTE * n for n, one in enumerate(seconds)]
    assert let_in(times) == times
