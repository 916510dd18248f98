"""A real week in a job, as a page shows it before anybody is asked anything."""

from typing import Any

from poise.content.job import Job
from poise.content.library import Library

LONGEST_DAY = 20


def lay_week(job: Job, library: Library) -> dict[str, Any]:
    """Return the days, each with its name apart, and the conditions with what the job states of each."""
    known = {condition.key: condition for condition in library.conditions}
    return {
        "days": [_split_day(day) for day in job.preview.days],
        "conditions": [(known[key], stated) for key, stated in job.conditions.items() if key in known],
    }


def _split_day(day: str) -> tuple[str, str]:
    """Split a day into its name and what happens on it."""
    name, stop, words = day.partition(". ")
    return (f"{name}.", words) if stop and len(name) <= LONGEST_DAY else ("", day)
