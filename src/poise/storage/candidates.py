"""Everybody who was invited or has sat, for the table of candidates: two queries, however many there are."""

from poise.hiring.candidates import Line
from poise.storage.models import Invitation, Sitting
from poise.storage.transaction import reading

SAT = (
    "key",
    "purpose",
    "started_at",
    "last_at",
    "finished_at",
    "percent",
    "minutes_left",
    "asks_for_person",
    "contests",
    "requests",
)
ASKED = ("candidate_name", "position__key", "position__name", "pk", "email", "created_at", "expires_at", "revoked_at")


def list_lines(organisation: str, position: str = "") -> list[Line]:
    """Return everybody of an organisation, or of one of its positions, in no order."""
    asked = Invitation.objects.filter(organisation__key=organisation)
    alone = Sitting.objects.filter(organisation__key=organisation, invitation__isnull=True)
    if position:
        asked, alone = asked.filter(position__key=position), alone.filter(position__key=position)
    with reading():
        invited = list(asked.values_list(*ASKED, *(f"sitting__{name}" for name in SAT)))
        others = list(alone.values_list("candidate_name", "position__key", "position__name", *SAT))
    lines = [
        Line(*row[: len(ASKED)], *row[len(ASKED) :]) if row[len(ASKED)] else Line(*row[: len(ASKED)]) for row in invited
    ]
    nobody = (None, "", None, None, None)
    return lines + [Line(name, key or "", called or "", *nobody, *sat) for name, key, called, *sat in others]
