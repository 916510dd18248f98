"""When something counts as stored: whole and durable, or not at all."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import DatabaseError, InterfaceError, OperationalError, transaction

from poise.sitting.journal import JournalUnavailableError

UNUSABLE = (OperationalError, InterfaceError, DatabaseError)
"""What the database raises when it is locked, full, read-only, gone or damaged; other kinds of DatabaseError are not
about the store but about what was asked of it."""


def is_unusable(error: BaseException | None) -> bool:
    """Say whether an error means that the database cannot be used just now."""
    return type(error) in UNUSABLE


@contextmanager
def reading() -> Iterator[None]:
    """Read; raises JournalUnavailableError where the database cannot be reached."""
    try:
        yield
    except UNUSABLE as error:
        if not is_unusable(error):
            raise
        raise JournalUnavailableError(f"the database cannot be used just now ({error}); nothing was stored") from error


@contextmanager
def writing() -> Iterator[None]:
    """Write in a transaction of its own, which is on disk when the block is left without an error.

    Raises
    ------
    JournalUnavailableError
        The database is locked, full, read-only or gone; nothing of the block was stored.
    RuntimeError
        The block stands in another transaction, which could still undo what was acknowledged.
    """
    with reading(), transaction.atomic(durable=True):
        yield
