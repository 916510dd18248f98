"""A stored moment is told as a day that people write."""

from datetime import date, datetime

from hypothesis import given
from hypothesis import strategies as st

from poise.sitting.days import say_day, say_day_of


@given(st.datetimes(min_value=datetime(1900, 1, 1)))  # noqa: DTZ001  the strategy wants it so
def test_a_day_is_written_without_a_leading_zero_and_read_back(at: datetime) -> None:
    said = say_day_of(at.isoformat())
    assert said == say_day(at.date())
    assert not said.startswith("0")
    assert datetime.strptime(said, "%d %B %Y").date() == at.date()  # noqa: DTZ007  a day has no zone


def test_it_reads_like_a_letter() -> None:
    assert say_day(date(2026, 5, 3)) == "3 May 2026"
