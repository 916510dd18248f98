"""On PostgreSQL the store is as durable, and says as plainly when it cannot be used, as on SQLite."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
import pytest
from django.db import connection, transaction
from sitting.test_journal import AT, name, seen
from storage.databases import POSTGRESQL, server
from storage.test_journal import run_together

from poise.sitting.events import SittingOpened
from poise.sitting.journal import Change, JournalUnavailableError
from poise.storage import records
from poise.storage.journal import DjangoJournal
from poise.storage.models import Organisation
from poise.storage.transaction import WRITERS, is_unusable, let_go, reading, starting, writing

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.databases(POSTGRESQL)]


@pytest.fixture
def sitting(library_hash: str) -> str:
    key = name()
    opened = SittingOpened(at=AT, library=library_hash, blueprint="complaints_desk", seed=7, door="open")
    DjangoJournal("harbour").open(key, Change((opened,)))
    return key


@contextmanager
def another_connection() -> Iterator[psycopg.Connection]:
    with psycopg.connect(server().url("poise_tests"), autocommit=True) as other:
        yield other


def test_the_connection_is_as_durable_as_promised() -> None:
    with connection.cursor() as cursor:
        shown = {}
        for value in ("synchronous_commit", "lock_timeout", "idle_in_transaction_session_timeout"):
            cursor.execute(f"SHOW {value}")
            shown[value] = cursor.fetchone()[0]
    assert shown == {
        "synchronous_commit": "on",
        "lock_timeout": "5s",
        "idle_in_transaction_session_timeout": "1min",
    }


def test_while_somebody_writes_alone_the_others_wait_or_are_told(sitting: str) -> None:
    journal = DjangoJournal("harbour")
    with connection.cursor() as cursor:
        cursor.execute("SET lock_timeout = '50ms'")
    with another_connection() as other:
        other.execute("SELECT pg_advisory_lock(%s)", [WRITERS])
        with pytest.raises(JournalUnavailableError, match="lock timeout"):
            journal.append(sitting, 1, Change((seen(),), {name(): "words"}))
        with pytest.raises(JournalUnavailableError, match="lock timeout"):
            records.ensure_organisation("mill", "Mill")
        assert len(journal.read(sitting)) == 1, "who reads need not wait"
    journal.append(sitting, 1, Change((seen(),), {name(): "words"}))
    assert len(journal.read(sitting)) == 2


def test_what_was_read_before_writing_still_holds(library_hash: str) -> None:  # noqa: ARG001  its rows must be there
    """Both look, find nothing, and would write: as on SQLite the second looks only when the first has written."""
    looked = threading.Barrier(2)

    def add(email: str) -> None:
        let_go()
        looked.wait(timeout=10)
        with writing():
            if not Organisation.objects.filter(name="Mill").exists():
                Organisation.objects.create(key=email, name="Mill")

    for _ in range(5):
        assert run_together(lambda: add("one"), lambda: add("two")) == [None, None]
        assert Organisation.objects.filter(name="Mill").count() == 1
        Organisation.objects.filter(name="Mill").delete()


def test_appends_to_different_sittings_do_not_wait_for_each_other(sitting: str) -> None:
    journal = DjangoJournal("harbour")
    with connection.cursor() as cursor:
        cursor.execute("SET lock_timeout = '50ms'")
    with another_connection() as other:
        other.execute("SELECT pg_advisory_lock_shared(%s)", [WRITERS])
        journal.append(sitting, 1, Change((seen(),)))
        with pytest.raises(JournalUnavailableError, match="lock timeout"):
            records.ensure_organisation("mill", "Mill")


def test_a_server_that_only_reads_stores_nothing(sitting: str) -> None:
    journal = DjangoJournal("harbour")
    with connection.cursor() as cursor:
        cursor.execute("SET default_transaction_read_only = on")
    try:
        with pytest.raises(JournalUnavailableError, match="read-only"):
            journal.append(sitting, 1, Change((seen(),)))
        assert len(journal.read(sitting)) == 1
    finally:
        connection.close()


def test_a_connection_that_the_server_cuts_is_said_to_be_unavailable_and_comes_back(sitting: str) -> None:
    journal = DjangoJournal("harbour")
    journal.read(sitting)
    with another_connection() as other:
        other.execute("SELECT pg_terminate_backend(%s)", [connection.connection.info.backend_pid])
    with pytest.raises(JournalUnavailableError):
        journal.append(sitting, 1, Change((seen(),)))
    connection.close_if_unusable_or_obsolete()  # as Django does at the end of each request
    journal.append(sitting, 1, Change((seen(),)))
    assert len(journal.read(sitting)) == 2


def test_what_was_asked_wrongly_is_no_trouble_of_the_store() -> None:
    with pytest.raises(Exception, match="syntax") as wrong, reading(), connection.cursor() as cursor:
        cursor.execute("SELEKT 1")
    assert not is_unusable(wrong.value)
    assert not is_unusable(None)


def test_one_machine_after_the_other_brings_the_tables_up_to_date() -> None:
    course: list[str] = []

    def start() -> None:
        with starting():
            course.append("in")
            threading.Event().wait(0.05)
            course.append("out")

    assert run_together(start, start) == [None, None]
    assert course == ["in", "out"] * 2


def test_no_transaction_stands_around_another(sitting: str) -> None:
    with transaction.atomic(), pytest.raises(RuntimeError, match="durable"):
        DjangoJournal("harbour").append(sitting, 1, Change((seen(),)))
