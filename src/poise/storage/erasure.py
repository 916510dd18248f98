"""What a person may ask for at any time: everything that is kept of a sitting, and that it is gone."""

import json
import logging
from contextlib import suppress
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import InterfaceError, OperationalError, connection

from poise.sitting.journal import UnknownSittingError
from poise.storage.models import Sitting
from poise.storage.transaction import reading, writing
from poise.storage.views import sittings, view_sitting

logger = logging.getLogger(__name__)
LEFT = "traces_left"


def export_sitting(key: str, organisation: str) -> dict[str, Any]:
    """Return all that is kept of a sitting, as data for JSON; raises UnknownSittingError."""
    with reading():
        row = _find(key, organisation)
        return {
            "sitting": view_sitting(row).as_data(),
            "events": [json.loads(data) for data in row.events.order_by("number").values_list("data", flat=True)],
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


def delete_sitting(key: str, organisation: str) -> None:
    """Delete a sitting with its events, its texts and its invitation; raises UnknownSittingError."""
    with writing():
        _find(key, organisation).delete()
        note_traces()
    wipe_traces()


def note_traces() -> None:
    """Note in the data folder that words are being erased, so that a start after a kill can overwrite what is left."""
    with suppress(OSError):  # where nothing can be written, nothing is erased either, and that is said elsewhere
        _left().touch(mode=0o600)


def wipe_left_traces() -> bool:
    """Overwrite what an earlier erasure had no time or no room to overwrite, and say whether that was done now."""
    return _left().exists() and wipe_traces()


def wipe_traces() -> bool:
    """Overwrite what erased words may have left in SQLite's files, and say whether that was possible now.

    `secure_delete` overwrites rows where they last lay. But a page that was once rearranged can keep an older copy
    between its rows, and the write-ahead log keeps older pages: so the file is written anew and the log emptied. That
    takes time and memory in proportion to the database. While somebody else writes or reads for longer than the
    timeout it must wait: the next erasure or the next start does it.
    """
    if connection.vendor != "sqlite" or connection.in_atomic_block:
        return False
    note_traces()
    try:
        with connection.cursor() as cursor:
            cursor.execute("VACUUM")
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            done = bool(cursor.fetchone()[0] == 0)
    except (OperationalError, InterfaceError):
        done = False
    if done:
        _left().unlink(missing_ok=True)
    else:
        logger.warning("Traces of erased words could not be overwritten now; the next erasure or start will do it.")
    return done


def _left() -> Path:
    return Path(settings.POISE_DATA) / LEFT


def _find(key: str, organisation: str) -> Sitting:
    row = sittings().filter(key=key, organisation__key=organisation).first()
    if row is None:
        raise UnknownSittingError(key)
    return row
