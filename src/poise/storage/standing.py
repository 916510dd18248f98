"""How each sitting stands, kept beside its events so that a list of thousands need not read them.

The journal writes it with each append, and whoever answers a candidate with each answer. What was appended before this
was kept is caught up with when it is first asked for; the events and the answers alone count, and these figures can be
thrown away at any time.
"""

from collections import Counter
from collections.abc import Sequence

from django.db.models import F

from poise.hiring.answering import Answered, open_requests
from poise.sitting.events import AnyEvent, read_event
from poise.sitting.standing import standing
from poise.sitting.state import fold
from poise.storage.models import Answer, Event, Sitting
from poise.storage.records import DamagedLibraryError, library
from poise.storage.transaction import reading, writing

AT_ONCE = 200
UNRECKONABLE = (LookupError, TypeError, ValueError, DamagedLibraryError)


def figures_of(digest: str, events: Sequence[AnyEvent], answered: Sequence[Answered] = ()) -> dict[str, int | bool]:
    """Return what is kept of a sitting that began with this library, as the columns of its row.

    Where it cannot be reckoned nothing is kept: a list must never be the reason that an answer is not stored.
    """
    try:
        state = fold(events)
        stands = standing(state, library(digest))
    except UNRECKONABLE:
        return {}
    waits = Counter(one.kind for one in open_requests(state, answered))
    return {
        "stood_at": len(events),
        "percent": stands.percent,
        "minutes_left": stands.minutes_left,
        "asks_for_person": waits["human_alternative"] > 0,
        "contests": waits["contest"],
        "requests": waits["accommodation"],
    }


def answered_in(sitting: int) -> list[Answered]:
    """Return what people answered in a sitting, by the number of its row, inside the caller's transaction."""
    rows = Answer.objects.filter(sitting=sitting).order_by("pk")
    return [Answered(*row) for row in rows.values_list("kind", "about", "at")]


def reckon(sitting: int, digest: str, version: int) -> None:
    """Reckon how a sitting stands, by the number of its row, inside the caller's transaction."""
    stored = Event.objects.filter(sitting=sitting, number__lte=version).order_by("number")
    events = [read_event(data) for data in stored.values_list("data", flat=True)]
    figures = figures_of(digest, events, answered_in(sitting))
    if figures:
        Sitting.objects.filter(pk=sitting, version=version).update(**figures)


def catch_up(organisation: str) -> int:
    """Reckon how sittings stand whose figures are older than their events; return how many there were."""
    with reading():
        behind = Sitting.objects.filter(organisation__key=organisation).exclude(stood_at=F("version"))
        rows = list(behind.values_list("pk", "library__hash", "version"))
    for start in range(0, len(rows), AT_ONCE):
        with writing():
            for row in rows[start : start + AT_ONCE]:
                reckon(*row)
    return len(rows)
