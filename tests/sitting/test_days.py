"""A stored moment is told as a day that people write."""

from datetime import UTC, date, datetime

from hypothesis import given
from hypothesis import strategies as st

from poise.sitting.days import say_day


@given(st.dates(min_value=date(1900, 1, 1)))
def test_a_day_is_written_without_a_leading_zero_and_read_back(day: date) -> None:
    said = say_day(f"{day.isoformat()}T23:59:59+00:00")
    assert not said.startswith("0")
    assert datetime.strptime(said, "%d %B %Y").replace(tzinfo=UTC).date() == day


def test_it_reads_like_a_letter() -> None:
    assert say_day("2026-05-03") == "3 May 2026"
