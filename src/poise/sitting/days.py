"""Days as people write them: 3 May 2026."""

from datetime import date, datetime


def say_day(day: date) -> str:
    """Return a day as people write it."""
    return f"{day.day} {day:%B %Y}"


def say_day_of(at: str) -> str:
    """Return the day of a moment as events hold it, as people write it."""
    return say_day(datetime.fromisoformat(at))
