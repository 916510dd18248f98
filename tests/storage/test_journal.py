"""The journal in the database keeps what every journal keeps, and holds under races, full disks and crashes."""

import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial

import pytest
from django.db import connection
from sitting.test_journal import AT, JournalContract, name, rated, seen

from poise.sitting.events import SittingFinished, SittingOpened, TextErased
from poise.sitting.journal import (
    Change,
    Decide,
    Journal,
    JournalUnavailableError,
    UnknownSittingError,
    VersionConflictError,
    perform,
)
from poise.sitting.state import State
from poise.storage.journal import DjangoJournal, Entry
from poise.storage.models import Event, Sitting, Text


class OnDjango(JournalContract):
    @pytest.fixture(autouse=True)
    def _publish(self, library_hash: str) -> None:
        self.library = library_hash

    def new_journal(self) -> Journal:
        return DjangoJournal("harbour")


class TestDjangoJournal(OnDjango):
    def test_the_row_of_a_sitting_says_how_far_it_is(self) -> None:
        journal, sitting = DjangoJournal("harbour", Entry("a" * 64, "desk", "Ada")), name()
        journal.open(sitting, self.opening())
        later = "2026-03-05T00:00:00+00:00"
        journal.append(sitting, 1, Change((rated(1), SittingFinished(at=later))))
        row = Sitting.objects.get(key=sitting)
        assert (row.version, row.resume_hash, row.candidate_name, row.door) == (3, "a" * 64, "Ada", "open")
        assert row.position is not None
        assert row.started_at == datetime.fromisoformat(AT)
        assert row.last_at == row.finished_at == datetime(2026, 3, 5, tzinfo=UTC)
        numbers = Event.objects.filter(sitting=row).values_list("number", "kind", "organisation")
        owner = row.organisation_id
        kinds = ("sitting_opened", "statement_rated", "sitting_finished")
        assert list(numbers) == [(number, kind, owner) for number, kind in enumerate(kinds, start=1)]

    def test_the_sittings_of_another_organisation_do_not_exist(self) -> None:
        mine, theirs = DjangoJournal("harbour"), DjangoJournal("hill")
        sitting = self.opened(mine)
        mine.append(sitting, 1, Change((seen(),), {name(): "words"}))
        with pytest.raises(UnknownSittingError):
            theirs.read(sitting)
        with pytest.raises(UnknownSittingError):
            theirs.texts(sitting)
        with pytest.raises(UnknownSittingError):
            theirs.append(sitting, 2, Change((seen(),)))
        with pytest.raises(UnknownSittingError):
            theirs.erase_texts(sitting, 2, Change((TextErased(at=AT),)))
        with pytest.raises(VersionConflictError):
            theirs.open(sitting, self.opening())
        assert len(mine.read(sitting)) == 2
        assert len(mine.texts(sitting)) == 1

    def test_a_sitting_begins_with_its_opening(self) -> None:
        with pytest.raises(ValueError, match="expected sitting_opened"):
            DjangoJournal("harbour").open(name(), Change((seen(),)))
        with pytest.raises(ValueError, match="expected sitting_opened"):
            DjangoJournal("harbour").open(name(), Change())

    def test_what_a_sitting_needs_must_be_there(self) -> None:
        opened = SittingOpened(at=AT, library="f" * 64, blueprint="b", seed=1, door="open")
        with pytest.raises(KeyError, match="f" * 64):
            DjangoJournal("harbour").open(name(), Change((opened,)))
        with pytest.raises(KeyError, match="nowhere"):
            DjangoJournal("nowhere").open(name(), self.opening())
        with pytest.raises(KeyError, match="attic"):
            DjangoJournal("harbour", Entry(position="attic")).open(name(), self.opening())
        assert not Sitting.objects.exists()

    def test_a_failure_after_the_events_takes_them_back(self, monkeypatch: pytest.MonkeyPatch) -> None:
        journal = DjangoJournal("harbour")
        sitting = self.opened(journal)

        def fail(*_: object) -> None:
            raise OSError("the cable was pulled")

        monkeypatch.setattr(type(Text.objects), "bulk_create", fail)
        with pytest.raises(OSError, match="cable"):
            journal.append(sitting, 1, Change((rated(1), rated(2)), {name(): "words"}))
        assert Sitting.objects.get(key=sitting).version == 1
        assert Event.objects.filter(sitting__key=sitting).count() == 1

    def test_a_text_key_that_is_taken_is_a_conflict(self) -> None:
        journal, key = DjangoJournal("harbour"), name()
        mine, other = self.opened(journal), self.opened(journal)
        journal.append(mine, 1, Change((seen(),), {key: "mine"}))
        with pytest.raises(VersionConflictError):
            journal.append(other, 1, Change((seen(),), {key: "other"}))
        assert len(journal.read(other)) == 1
        assert journal.texts(mine) == {key: "mine"}


@contextmanager
def another_connection() -> Iterator[sqlite3.Connection]:
    other = sqlite3.connect(connection.settings_dict["NAME"], isolation_level=None)
    try:
        yield other
    finally:
        other.close()


@pytest.mark.django_db(transaction=True)
class TestOnDisk(OnDjango):
    """With real commits, threads and files."""

    def test_of_two_who_race_exactly_one_wins(self) -> None:
        journal = self.new_journal()
        for _ in range(10):
            sitting = self.opened(journal)
            append = partial(journal.append, sitting, 1)
            changes = [Change((rated(number),), {name(): f"words {number}"}) for number in range(2)]
            results = run_together(*(partial(append, change) for change in changes))
            lost = [number for number, result in enumerate(results) if isinstance(result, VersionConflictError)]
            assert len(lost) == 1, results
            won = changes[1 - lost[0]]
            assert tuple(journal.read(sitting)[1:]) == won.events
            assert journal.texts(sitting) == won.texts

    def test_of_two_who_open_exactly_one_wins(self) -> None:
        journal, sitting = self.new_journal(), name()
        results = run_together(*(lambda: journal.open(sitting, self.opening()) for _ in range(2)))
        assert [type(result) for result in results if result] == [VersionConflictError]
        assert len(journal.read(sitting)) == 1

    def test_all_who_perform_together_get_their_turn(self) -> None:
        journal = self.new_journal()
        sitting = self.opened(journal)
        changes = [Change((rated(number),)) for number in range(4)]
        results = run_together(*(partial(perform, journal, sitting, decide_for(change)) for change in changes))
        assert all(isinstance(result, State) for result in results), results
        given = [event.category for event in journal.read(sitting)[1:] if event.kind == "statement_rated"]
        assert sorted(given) == [0, 1, 2, 3]

    @pytest.mark.databases("sqlite")
    def test_a_locked_database_is_said_to_be_unavailable_and_nothing_is_stored(self) -> None:
        journal = self.new_journal()
        sitting = self.opened(journal)
        connection.ensure_connection()
        connection.connection.execute("PRAGMA busy_timeout=50")
        try:
            with another_connection() as other:
                other.execute("BEGIN EXCLUSIVE")
                with pytest.raises(JournalUnavailableError, match="locked"):
                    journal.append(sitting, 1, Change((seen(),), {name(): "words"}))
                with pytest.raises(JournalUnavailableError, match="locked"):
                    journal.erase_texts(sitting, 1, Change((TextErased(at=AT),)))
                with pytest.raises(JournalUnavailableError, match="locked"):
                    journal.open(name(), self.opening())
                assert len(journal.read(sitting)) == 1, "who reads need not wait"
                other.execute("ROLLBACK")
            journal.append(sitting, 1, Change((seen(),), {name(): "words"}))
            assert len(journal.read(sitting)) == 2
        finally:
            connection.close()

    @pytest.mark.databases("sqlite")
    def test_a_full_disk_stores_nothing_by_half(self) -> None:
        journal = self.new_journal()
        sitting = self.opened(journal)
        connection.ensure_connection()
        raw = connection.connection
        (pages,) = raw.execute("PRAGMA page_count").fetchone()
        (free,) = raw.execute("PRAGMA freelist_count").fetchone()
        change = Change((rated(1), rated(2)), {name(): "x" * 4096 * (free + 8)})
        try:
            raw.execute(f"PRAGMA max_page_count={pages + 2}")
            with pytest.raises(JournalUnavailableError, match="full"):
                journal.append(sitting, 1, change)
            assert len(journal.read(sitting)) == Sitting.objects.get(key=sitting).version == 1
            assert journal.texts(sitting) == {}
            raw.execute("PRAGMA max_page_count=1000000")
            journal.append(sitting, 1, change)
            assert len(journal.read(sitting)) == Sitting.objects.get(key=sitting).version == 3
        finally:
            connection.close()

    @pytest.mark.databases("sqlite")
    def test_a_read_only_database_is_unavailable_for_writing(self) -> None:
        journal = self.new_journal()
        sitting = self.opened(journal)
        connection.ensure_connection()
        try:
            connection.connection.execute("PRAGMA query_only=ON")
            with pytest.raises(JournalUnavailableError, match="readonly"):
                journal.append(sitting, 1, Change((seen(),)))
            assert len(journal.read(sitting)) == 1
        finally:
            connection.close()

    def test_no_append_is_acknowledged_inside_a_transaction_that_could_undo_it(self) -> None:
        from django.db import transaction  # noqa: PLC0415  only this test misuses it

        journal = self.new_journal()
        sitting = self.opened(journal)
        with transaction.atomic(), pytest.raises(RuntimeError, match="durable"):
            journal.append(sitting, 1, Change((seen(),)))

    @pytest.mark.databases("sqlite")
    def test_the_connection_is_as_durable_and_as_forgetful_as_promised(self) -> None:
        with connection.cursor() as cursor:
            values = {
                pragma: cursor.execute(f"PRAGMA {pragma}").fetchone()[0]
                for pragma in ("journal_mode", "synchronous", "foreign_keys", "secure_delete", "busy_timeout")
            }
        assert values == {
            "journal_mode": "wal",
            "synchronous": 2,
            "foreign_keys": 1,
            "secure_delete": 1,
            "busy_timeout": 5000,
        }


def decide_for(change: Change) -> Decide:
    return lambda _: change


def run_together(*calls: Callable[[], object]) -> list[object]:
    """Call all at the same moment, each in a thread with its own connection; return results and exceptions."""
    results: list[object] = [None] * len(calls)
    start = threading.Barrier(len(calls))

    def run(number: int) -> None:
        try:
            connection.ensure_connection()
            start.wait(timeout=10)
            results[number] = calls[number]()
        except Exception as error:  # noqa: BLE001  the test looks at it
            results[number] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(number,)) for number in range(len(calls))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
        assert not thread.is_alive()
    return results
