"""What erased words leave behind: in the files of the database, where they are overwritten, and in older backups.

For the backups a list is kept beside the database: what was erased and when, by random keys that tell nothing of
anybody. Whoever restores a backup erases all of it again.
"""

import json
import logging
import os
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal, TextIO

from django.apps import apps
from django.conf import settings
from django.db import DatabaseError, InterfaceError, connection

logger = logging.getLogger(__name__)
LEFT, LIST = "traces_left", "erased.jsonl"
WITHOUT_WORDS = ("event", "publishedlibrary", "storedreport", "auditentry")
"""Large tables that hold keys and numbers only, and what people publish; on PostgreSQL they are not written anew."""
Erased = Literal["words", "sitting", "invitation"]


@dataclass(frozen=True)
class Erasure:
    """That something was erased: the words of a sitting, a whole sitting, or an invitation by the hash of its token."""

    what: Erased
    key: str
    at: datetime


def remember_erasure(what: Erased, key: str, at: datetime) -> None:
    """Note, before it is done, that something is being erased.

    A start after a kill can then overwrite what is left, and a backup that is restored loses it again. What cannot be
    noted is erased all the same.
    """
    line = json.dumps({**asdict(Erasure(what, key, at)), "at": at.isoformat()}) + "\n"
    try:
        _left().touch(mode=0o600)
        with _open_list() as kept:
            kept.write(line)
            kept.flush()
            os.fsync(kept.fileno())
    except OSError as error:
        logger.warning("An erasure could not be noted for backups: %s", error.strerror)


def read_erasures(paths: Iterable[Path] = ()) -> Iterator[Erasure]:
    """Return what was erased, by the list of this data folder and by others.

    Raises
    ------
    ValueError
        A line cannot be read; the message names file and line.
    """
    own = Path(settings.POISE_DATA) / LIST
    for path in dict.fromkeys([*([own] if own.exists() else []), *paths]):
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
            try:
                found = json.loads(line)
                yield Erasure(found["what"], str(found["key"]), datetime.fromisoformat(found["at"]))
            except (ValueError, KeyError, TypeError) as error:
                raise ValueError(f"{path}, line {number}: this is no erasure; take the line out or mend it") from error


def leave_traces() -> None:
    """Note that something was overwritten whose traces are to be wiped; the worker or the next start does it."""
    with suppress(OSError):
        _left().touch(mode=0o600)


def wipe_left_traces() -> bool:
    """Overwrite what an earlier erasure had no time or no room to overwrite, and say whether that was done now."""
    return _left().exists() and wipe_traces()


def wipe_traces() -> bool:
    """Overwrite what erased words may have left in the database's files, and say whether that was possible now.

    SQLite's `secure_delete` overwrites rows where they last lay. But a page that was once rearranged can keep an older
    copy between its rows, and the write-ahead log keeps older pages: so the file is written anew and the log emptied.
    PostgreSQL keeps deleted rows until a table is written anew, and the log until it is used again. Either takes time
    in proportion to what is written. While somebody else uses it for longer than the timeout it must wait: the worker,
    the next erasure or the next start does it.
    """
    if connection.in_atomic_block:
        return False
    leave_traces()
    try:
        done = _rewrite_file() if connection.vendor == "sqlite" else _rewrite_tables()
    except (DatabaseError, InterfaceError):
        done = False
    if done:
        _left().unlink(missing_ok=True)
    else:
        logger.warning("Traces of erased words could not be overwritten now; the worker or the next start will do it.")
    return done


def _rewrite_file() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("VACUUM")
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        return bool(cursor.fetchone()[0] == 0)


def _rewrite_tables() -> bool:
    models = (*apps.get_app_config("storage").get_models(), *apps.get_app_config("mfa").get_models())
    tables = [model._meta.db_table for model in models if model._meta.model_name not in WITHOUT_WORDS]  # noqa: SLF001  Django documents it
    with connection.cursor() as cursor:
        cursor.execute(f"VACUUM (FULL) {', '.join(map(connection.ops.quote_name, tables))}")
        for statement in ("SELECT pg_switch_wal()", "CHECKPOINT"):
            with suppress(DatabaseError):  # an account that may not do this leaves it to the server's own time
                cursor.execute(statement)
    return True


def _left() -> Path:
    return Path(settings.POISE_DATA) / LEFT


def _open_list() -> TextIO:
    path = Path(settings.POISE_DATA) / LIST
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600), "a", encoding="utf-8")
