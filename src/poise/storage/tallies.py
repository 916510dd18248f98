"""How often something was tried of late: counted in the database, so that all processes count together."""

from datetime import datetime, timedelta

from django.utils.crypto import salted_hmac

from poise.hiring.pacing import Pace, count_one_more, wait_for
from poise.storage.models import Tally
from poise.storage.transaction import reading, writing


def name_tally(key: str, key_prefix: str, version: int) -> str:
    """Return under which name something is counted: what is counted, and of whom, cannot be read out of it.

    Django's cache asks for it. The secret key enters, because addresses are few enough to be guessed one by one.
    """
    return salted_hmac("poise.tally", f"{key_prefix}:{version}:{key}", algorithm="sha256").hexdigest()


def count_or_wait(what: str, pace: Pace, now: datetime) -> timedelta:
    """Count one more of something, inside the caller's transaction; or count nothing, and return how long to wait."""
    name = name_tally(what, "pace", 1)
    free_at = Tally.objects.filter(pk=name).values_list("expires", flat=True).first()
    wait = wait_for(free_at, now, pace)
    if not wait:
        Tally.objects.update_or_create(pk=name, defaults={"expires": count_one_more(free_at, now, pace)})
    return wait


def forget_tallies(now: datetime) -> int:
    """Delete what has expired, and return how much."""
    with reading():
        past = Tally.objects.filter(expires__lt=now)
        if not past.exists():
            return 0
    with writing():
        return past.delete()[0]
