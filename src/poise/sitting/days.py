"""Days as people write them."""

from calendar import month_name


def say_day(at: str) -> str:
    """Return the day of a moment, as events hold it, as people write it: 3 May 2026."""
    year, month, day = (int(part) for part in at[:10].split("-"))
    return f"{day} {month_name[month]} {year}"
