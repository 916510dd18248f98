"""When something counts as stored: whole and durable, or not at all; and who may write beside whom."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import DatabaseError, InterfaceError, OperationalError, connection, connections, transaction

from poise.sitting.journal import JournalUnavailableError

UNUSABLE = (OperationalError, InterfaceError, DatabaseError)
"""What the database raises when it is locked, full, read-only, gone or damaged; other kinds of DatabaseError are not
about the store but about what was asked of it."""
UNUSABLE_STATES = {"25006", "XX001", "XX002"}
"""PostgreSQL's names for read-only and for damaged, which come as another kind of DatabaseError."""
EMPTY = "the database lacks tables of Poise ({}): run `poise serve` or `poise sit` once, or lead to it by POISE_DATA"
"""What is said where tables are missing: most often the folder of the data is another one than was meant."""
NO_TABLE, NO_TABLE_STATE = "no such table", "42P01"
WRITERS, STARTERS = 1349480275, 1349480276
"""The numbers of PostgreSQL's advisory locks: any will do that no other program uses in this database."""


def is_unusable(error: BaseException | None) -> bool:
    """Say whether an error means that the database cannot be used just now."""
    if error is None:
        return False
    return type(error) in UNUSABLE or getattr(error.__cause__, "sqlstate", None) in UNUSABLE_STATES


@contextmanager
def reading() -> Iterator[None]:
    """Read; raises JournalUnavailableError where the database cannot be reached."""
    try:
        yield
    except (DatabaseError, InterfaceError) as error:
        if NO_TABLE in str(error) or getattr(error.__cause__, "sqlstate", None) == NO_TABLE_STATE:
            raise JournalUnavailableError(EMPTY.format(error)) from error
        if not is_unusable(error):
            raise
        raise JournalUnavailableError(f"the database cannot be used just now ({error}); nothing was stored") from error


@contextmanager
def writing(*, beside_others: bool = False) -> Iterator[None]:
    """Write in a transaction of its own, which is on disk when the block is left without an error.

    While the block runs nobody else writes, so that what it has read still holds when it writes.

    Parameters
    ----------
    beside_others
        Whether other such blocks may write at the same time. Only for a block that is safe by its own rows, as an
        append is by the version of its sitting. SQLite always writes one after another.

    Raises
    ------
    JournalUnavailableError
        The database is locked, full, read-only or gone; nothing of the block was stored.
    RuntimeError
        The block stands in another transaction, which could still undo what was acknowledged.
    """
    with reading(), transaction.atomic(durable=True):
        if connection.vendor == "postgresql":
            _take_turn(beside_others=beside_others)
        yield


@contextmanager
def starting() -> Iterator[None]:
    """Keep other machines that start on the same PostgreSQL waiting until the tables are as they should be.

    Raises
    ------
    JournalUnavailableError
        The database cannot be reached; the message names no password.
    """
    with reading():
        connection.ensure_connection()
        if connection.vendor != "postgresql":
            yield
            return
        with connection.cursor() as cursor:
            cursor.execute("SET lock_timeout = '10min'")
            cursor.execute("SELECT pg_advisory_lock(%s)", [STARTERS])
        try:
            yield
        finally:
            connection.close()  # which lets go of the lock, and forgets the patience


def let_go() -> None:
    """Close the connections of this thread, so that no process inherits an open one."""
    connections.close_all()


def _take_turn(*, beside_others: bool) -> None:
    function = "pg_advisory_xact_lock_shared" if beside_others else "pg_advisory_xact_lock"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {function}(%s)", [WRITERS])
