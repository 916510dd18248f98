"""How each sitting stands, kept beside its events so that a list of thousands need not read them.

The journal writes it with each append. What was appended before this was kept is caught up with when it is first asked
for; the events alone count, and these figures can be thrown away at any time.
"""

from collections.abc import Sequence

from django.db.models import F

from poise.sitting.events import AnyEvent, read_event
from poise.sitting.standing import standing
from poise.sitting.state import fold
from poise.storage.models import Event, Sitting
from poise.storage.records import DamagedLibraryError, library
from poise.storage.transaction import reading, writing

AT_ONCE = 200
UNRECKONABLE = (LookupError, TypeError, ValueError, DamagedLibraryError)


def figures_of(digest: str, events: Sequence[AnyEvent]) -> dict[str, int | bool]:
    """Return what is kept of a sitting that began with this library, as the columns of its row.

    Where it cannot be reckoned nothing is kept: a list must never be the reason that an answer is not stored.
    """
    try:
        stands = standing(fold(events), library(digest))
    except UNRECKONABLE:
        return {}
    return {
        "stood_at": len(events),
        "percent": stands.percent,
        "minutes_left": stands.minutes_left,
        "asks_for_person": stands.asks_for_person,
        "contests": stands.contests,
    }


def catch_up(organisation: str) -> int:
    """Reckon how sittings stand whose figures are older than their events; return how many there were."""
    with reading():
        behind = Sitting.objects.filter(organisation__key=organisation).exclude(stood_at=F("version"))
        rows = list(behind.values_list("pk", "library__hash", "version"))
    for start in range(0, len(rows), AT_ONCE):
        with writing():
            for key, digest, version in rows[start : start + AT_ONCE]:
                stored = Event.objects.filter(sitting=key, number__lte=version).order_by("number")
                events = [read_event(data) for data in stored.values_list("data", flat=True)]
                figures = figures_of(digest, events)
                if figures:
                    Sitting.objects.filter(pk=key, version=version).update(**figures)
    return len(rows)
