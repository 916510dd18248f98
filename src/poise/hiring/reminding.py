"""Who is reminded of an invitation, when, and in which words: once, and never somebody who has begun."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from poise.sitting.days import say_day

BEFORE = timedelta(days=3)
"""A reminder goes out so long before an invitation expires."""
AT_LEAST_AFTER = timedelta(days=2)
"""Nobody is reminded sooner after they were asked."""


@dataclass(frozen=True)
class Asked:
    """What is known of somebody who was asked to sit."""

    name: str
    organisation: str
    position: str
    contact: str
    letter: str
    link: str
    asked_at: datetime
    expires_at: datetime
    has_begun: bool
    is_revoked: bool


def is_due(asked: Asked, now: datetime) -> bool:
    """Say whether this person is to be reminded now, where they were not reminded before."""
    if asked.has_begun or asked.is_revoked:
        return False
    return max(asked.expires_at - BEFORE, asked.asked_at + AT_LEAST_AFTER) <= now < asked.expires_at


def write_reminder(asked: Asked) -> tuple[str, str]:
    """Return subject and body; where the link cannot be told, the letter that holds it is named."""
    help_with_it = f"write to {asked.contact}" if asked.contact else f"ask {asked.organisation}"
    begin = (
        f"To begin, open this link: {asked.link}"
        if asked.link
        else f"To begin, open the link in our letter of {say_day(asked.asked_at.isoformat())}. "
        f"Its subject is: {asked.letter}\nIf you cannot find it, {help_with_it} for a new one."
    )
    body = (
        f"Hello {asked.name},\n\n"
        f"{asked.organisation} invited you to try a piece of the work: {asked.position}. "
        f"You have not begun yet. The invitation is open until {say_day(asked.expires_at.isoformat())}.\n\n"
        f"{begin}\n\n"
        f"You need not do anything if you have changed your mind. This is the only reminder.\n"
    )
    return f"Open until {say_day(asked.expires_at.isoformat())}: {asked.position}", body
