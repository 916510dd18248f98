"""What is due by the clock: each chore says in words what it did, or nothing where there was nothing to do."""

from django.conf import settings
from django.utils import timezone

from poise.storage.background import forget_done, take_back_lost
from poise.storage.outbox import put_reminders
from poise.storage.retention import delete_past_term
from poise.storage.tallies import forget_tallies
from poise.storage.traces import wipe_left_traces
from poise.web.delivering import deliver_messages
from poise.web.mailing import send_waiting
from poise.web.outgoing import link_to
from poise.web.working import Chore

MINUTE, HOUR = 60.0, 3600.0


def list_chores() -> tuple[Chore, ...]:
    """Return all chores, each with how often it is due."""
    return (
        Chore("the sending of mail", 2, send_waiting),
        Chore("the telling of webhooks", 5, deliver),
        Chore("reminders", 10 * MINUTE, remind),
        Chore("the deletion of what is past its term", HOUR, delete_past),
        Chore("the wiping of erased words", MINUTE, wipe_traces),
        Chore("the work of killed workers", 5 * MINUTE, take_back),
        Chore("the clearing of the queue", HOUR, clear_queue),
        Chore("the forgetting of who tried what how often", 5 * MINUTE, forget_tries),
    )


def deliver() -> str:
    """Send what waits for webhooks."""
    number = deliver_messages()
    return f"Told webhooks {number} time{'' if number == 1 else 's'}." if number else ""


def remind() -> str:
    """Put reminders into the outbox for those whose invitation is about to expire."""
    number = put_reminders(timezone.now(), _lead_in if settings.POISE_URL else None)
    return f"Wrote {number} reminder{'' if number == 1 else 's'}." if number else ""


def _lead_in(token: str) -> str:
    return link_to(None, "invitation", token)


def delete_past() -> str:
    """Delete what is past the term of its organisation."""
    done = delete_past_term(timezone.now())
    parts = (
        f"the words of {done.words} sittings" if done.words else "",
        f"{done.sittings} whole sittings" if done.sittings else "",
        f"{done.invitations} unused invitations" if done.invitations else "",
    )
    told = ", ".join(part for part in parts if part)
    return f"Deleted what was past its term: {told}." if told else ""


def wipe_traces() -> str:
    """Overwrite what an erasure could not overwrite at once."""
    return "Overwrote traces of erased words." if wipe_left_traces() else ""


def take_back() -> str:
    """Put tasks back into the queue that a killed worker had begun."""
    number = take_back_lost(timezone.now())
    return f"Took back {number} of a worker that was killed." if number else ""


def clear_queue() -> str:
    """Forget tasks that were done long ago."""
    forget_done(timezone.now())
    return ""


def forget_tries() -> str:
    """Forget who tried to sign in, or called, how often, as soon as it limits nobody any more."""
    forget_tallies(timezone.now())
    return ""
