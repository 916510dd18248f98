"""Copies of the whole database, and a restored one that has forgotten what was erased since it was made."""

import os
import sqlite3
import subprocess
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.db import connection
from psycopg.conninfo import make_conninfo
from psycopg.pq import Conninfo

from poise.sitting.decisions import erase_texts
from poise.sitting.journal import ATTEMPTS, JournalUnavailableError, VersionConflictError
from poise.sitting.state import fold
from poise.storage.journal import DjangoJournal
from poise.storage.models import Invitation, Sitting, Tally, Text
from poise.storage.traces import Erasure, read_erasures, wipe_traces
from poise.storage.transaction import let_go, reading, writing

PASSING = (Session, UserSession, Tally)
"""What is of the moment only and goes into no backup."""
RESTORING = "restoring"
"""Lies in the data folder from before a backup is put in until what was erased is erased again."""


class BackupError(RuntimeError):
    """A backup could not be made or restored; the message says why, and what stands as it stood."""


@dataclass(frozen=True)
class Cleansed:
    """How much of a restored backup was erased again."""

    words: int
    sittings: int
    invitations: int


def back_up(target: Path) -> None:
    """Write a copy of the database as it is at this moment to a new file that only its owner may read.

    Who is signed in just now is left out: the key of a session lets in whoever holds it, without a password.

    Raises
    ------
    BackupError
        The file exists, or the copy could not be made; nothing is left of it.
    """
    try:
        target.touch(mode=0o600, exist_ok=False)
    except OSError as error:
        raise BackupError(f"{target} cannot be made: {error.strerror}; name a new file") from error
    try:
        _write_copy(target)
    except (BackupError, sqlite3.Error, JournalUnavailableError) as error:
        target.unlink(missing_ok=True)
        raise BackupError(f"the backup could not be made: {error}") from error


def restore(source: Path, lists: Sequence[Path] = ()) -> Cleansed:
    """Put a backup in the place of all that is stored, and erase again what was erased since it was made.

    Nobody may use the database meanwhile. After a kill the next start goes on where this stopped.

    Parameters
    ----------
    source
        What `back_up` wrote, of the same kind of database.
    lists
        Lists of erasures of other machines, besides the one in the data folder.

    Raises
    ------
    BackupError
        The file is no backup; what is stored stays as it was.
    ValueError
        A list cannot be read; likewise.
    """
    erasures = list(read_erasures(lists))
    marker = Path(settings.POISE_DATA) / RESTORING
    marker.touch(mode=0o600)
    try:
        _put_in(source)
    except BackupError:
        marker.unlink()
        raise
    call_command("migrate", verbosity=0, interactive=False)
    cleansed = cleanse(erasures)
    marker.unlink()
    return cleansed


def end_restoring() -> None:
    """Go on where a restore was killed; for a start, before anybody can look."""
    marker = Path(settings.POISE_DATA) / RESTORING
    if marker.exists():
        cleanse(list(read_erasures()))
        marker.unlink()


def cleanse(erasures: Sequence[Erasure]) -> Cleansed:
    """Erase again what is still there of what was erased; doing it twice changes nothing."""
    done = {"words": 0, "sitting": 0, "invitation": 0}
    for erasure in erasures:
        done[erasure.what] += _AGAIN[erasure.what](erasure)
    wipe_traces()
    return Cleansed(done["words"], done["sitting"], done["invitation"])


def _erase_words(erasure: Erasure) -> bool:
    """Erase the words of a sitting where some are older than the erasure: then the backup is older as well."""
    with reading():
        row = Sitting.objects.select_related("organisation").filter(key=erasure.key).first()
        if row is None or not Text.objects.filter(sitting=row, created_at__lte=erasure.at).exists():
            return False
    journal = DjangoJournal(row.organisation.key)
    for _ in range(ATTEMPTS):
        state = fold(journal.read(erasure.key))
        try:
            journal.erase_texts(erasure.key, state.version, erase_texts(erasure.at.isoformat())(state))
        except VersionConflictError:
            continue
        return True
    raise JournalUnavailableError("somebody writes while a backup is restored; stop Poise first")


def _delete_sitting(erasure: Erasure) -> bool:
    with writing():
        return bool(Sitting.objects.filter(key=erasure.key).delete()[0])


def _delete_invitation(erasure: Erasure) -> bool:
    with writing():
        return bool(Invitation.objects.filter(token_hash=erasure.key, sitting__isnull=True).delete()[0])


_AGAIN = {"words": _erase_words, "sitting": _delete_sitting, "invitation": _delete_invitation}


def _write_copy(target: Path) -> None:
    passing = [model._meta.db_table for model in PASSING]  # noqa: SLF001  Django documents it
    if connection.vendor == "sqlite":
        with reading(), connection.cursor() as cursor:
            cursor.execute("VACUUM INTO %s", [str(target)])
        _empty(target, passing)
    else:
        without = (f"--exclude-table-data={table}" for table in passing)
        _run("pg_dump", "--format=custom", "--no-owner", "--no-privileges", *without, f"--file={target}")


def _empty(target: Path, tables: Sequence[str]) -> None:
    """Empty these tables of a copy, and overwrite what stood in them."""
    with closing(sqlite3.connect(target)) as copy:
        copy.executescript("PRAGMA journal_mode=MEMORY; PRAGMA secure_delete=ON")
        with copy:
            for table in tables:
                copy.execute(f"DELETE FROM {connection.ops.quote_name(table)}")  # noqa: S608  the names are Django's


def _put_in(source: Path) -> None:
    if connection.vendor == "sqlite":
        _put_in_file(source)
    else:
        _run("pg_restore", "--clean", "--if-exists", "--no-owner", "--no-privileges", "--single-transaction", source)


def _put_in_file(source: Path) -> None:
    """Write the pages of a backup over those of the database, in one transaction of SQLite's own."""
    try:
        with closing(sqlite3.connect(f"file:{source}?mode=ro", uri=True)) as kept:
            (state,) = kept.execute("PRAGMA quick_check").fetchone()
            kept.execute("SELECT count(*) FROM storage_sitting")
            if state != "ok":
                raise BackupError(f"{source} is damaged: {state}")
            let_go()
            with reading():
                connection.ensure_connection()
                kept.backup(connection.connection)
    except sqlite3.Error as error:
        raise BackupError(f"{source} is no backup of Poise, or the database is in use: {error}") from error
    finally:
        let_go()


def _run(program: str, *words: str | Path) -> None:
    """Run one of PostgreSQL's programs on the database; the password goes by the environment, where none can see it."""
    known = {one.keyword.decode() for one in Conninfo.get_defaults()}
    given = {name: value for name, value in connection.get_connection_params().items() if name in known}
    password = str(given.pop("password", ""))
    let_go()
    address = make_conninfo(**{name: value for name, value in given.items() if name != "options"})
    command = [program, f"--dbname={address}", *map(str, words)]
    environment = os.environ | ({"PGPASSWORD": password} if password else {})
    try:
        subprocess.run(command, env=environment, check=True, capture_output=True, text=True)  # noqa: S603  no shell
    except FileNotFoundError as error:
        raise BackupError(f"{program} is not installed; it comes with PostgreSQL's client programs") from error
    except subprocess.CalledProcessError as error:
        raise BackupError(f"{program} says: {error.stderr.strip()}") from error
