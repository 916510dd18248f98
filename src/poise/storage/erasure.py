"""What a person may ask for at any time: everything that is kept of a sitting, and that it is gone."""

import json
from typing import Any

from django.db.models import Manager
from django.utils import timezone

from poise.sitting.journal import UnknownSittingError
from poise.storage.auditing import Deed, Doer, record_deed
from poise.storage.models import Sitting
from poise.storage.traces import remember_erasure, wipe_traces
from poise.storage.transaction import reading, writing
from poise.storage.views import sittings, view_sitting
from poise.storage.webhooks import announce


def export_sitting(key: str, organisation: str) -> dict[str, Any]:
    """Return all that is kept of a sitting, as data for JSON; raises UnknownSittingError."""
    with reading():
        row = _find(key, organisation)
        return {
            "sitting": view_sitting(row).as_data(),
            "events": [json.loads(data) for data in row.events.order_by("number").values_list("data", flat=True)],
            "answers": _list(row.answers, "kind", "about", "words", "by", "at"),
            "views_before_the_result": _list(row.judgements, "leaning", "words", "by", "at"),
            "decisions": _list(row.decisions, "number", "outcome", "reason", "by", "report", "at"),
            "reports": [
                {**one, "printed": json.loads(one["printed"])}
                for one in _list(row.reports, "number", "cause", "events", "library", "program", "printed", "at")
            ],
            "texts": dict(row.texts.order_by("pk").values_list("key", "words")),
            "ratings": [
                {
                    "rater": one.rater,
                    "scenario": one.scenario,
                    "moment": one.moment,
                    "round": one.round,
                    "level": one.level,
                    "at": one.at.isoformat(),
                }
                for one in row.human_ratings.order_by("pk")
            ],
        }


def delete_sitting(key: str, organisation: str, deed: Deed | None = None) -> None:
    """Delete a sitting with its events, its texts and its invitation; raises UnknownSittingError.

    Where a member does it, `deed` says who and why; else it was the person themselves.
    """
    remove_sitting(key, organisation, deed or Deed(Doer("the person", "", timezone.now()), "deleted_sitting"))
    wipe_traces()


def remove_sitting(key: str, organisation: str, deed: Deed) -> None:
    """Do the same but for the traces; whoever calls this wipes them, once for many.

    The trail keeps the key, which tells nothing of anybody, and counts.
    """
    with writing():
        row = _find(key, organisation)
        remember_erasure("sitting", key, deed.doer.at)
        detail = {"events": row.events.count(), "texts": row.texts.count(), **deed.detail}
        record_deed(row.organisation, deed.doer, deed.name, f"sitting:{key}", **detail)
        announce(row.organisation, "sitting.deleted", deed.doer.at, sitting=key)
        row.delete()


def _list(rows: Manager[Any], *fields: str) -> list[dict[str, Any]]:
    return [{**one, "at": one["at"].isoformat()} for one in rows.order_by("pk").values(*fields)]


def _find(key: str, organisation: str) -> Sitting:
    row = sittings().filter(key=key, organisation__key=organisation).first()
    if row is None:
        raise UnknownSittingError(key)
    return row
