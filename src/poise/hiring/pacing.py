"""How quickly the same may be done again and again: so many at once, and then one after another.

Only one moment is kept of all that was done before: when nothing of it counts any more. It needs no list of what was
done when, and whoever came once is forgotten after one interval (the generic cell rate algorithm).
"""

from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True)
class Pace:
    """So many at once, and then one in each interval."""

    at_once: int
    interval: timedelta

    @property
    def patience(self) -> timedelta:
        """How far ahead of one an interval somebody may be."""
        return self.interval * (self.at_once - 1)


def count_one_more(free_at: datetime | None, now: datetime, pace: Pace) -> datetime:
    """Return when nothing counts any more, if one more is done now.

    Parameters
    ----------
    free_at
        When nothing would count any more without it; none where nothing was done of late.
    """
    return max(free_at or now, now) + pace.interval


def wait_for(free_at: datetime | None, now: datetime, pace: Pace) -> timedelta:
    """Return how long to wait until one more may be done; nothing where it may be done now."""
    ahead = (free_at or now) - now
    return max(ahead - pace.patience, timedelta())
