"""What a person may ask for at any time: everything that is kept of a sitting, and that it is gone."""

import json
from typing import Any

from django.db.models import Manager
from django.utils import timezone

from poise.sitting.journal import UnknownSittingError
from poise.storage.auditing import Deed, record_deed
from poise.storage.models import Sitting
from poise.storage.traces import remember_erasure, wipe_traces
from poise.storage.transaction import reading, writing
from poise.storage.views import sittings, view_sitting


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

    Where a member does it, `deed` is recorded in the same transaction.
    """
    with writing():
        row = _find(key, organisation)
        remember_erasure("sitting", key, timezone.now())
        owner = row.organisation
        row.delete()
        if deed is not None:
            record_deed(owner, deed.doer, deed.name, f"sitting:{key}", **deed.detail)
    wipe_traces()


def _list(rows: Manager[Any], *fields: str) -> list[dict[str, Any]]:
    return [{**one, "at": one["at"].isoformat()} for one in rows.order_by("pk").values(*fields)]


def _find(key: str, organisation: str) -> Sitting:
    row = sittings().filter(key=key, organisation__key=organisation).first()
    if row is None:
        raise UnknownSittingError(key)
    return row
