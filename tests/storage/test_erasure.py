"""What a person asks to be gone is gone from the bytes of SQLite's files; what they ask to see is all there is."""

import json
import logging
import random
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.db import connection
from sitting.test_journal import AT, name, rated

from poise.sitting.events import SittingOpened, TextErased, read_event
from poise.sitting.journal import Change, UnknownSittingError
from poise.storage import doors, erasure, traces
from poise.storage.journal import DjangoJournal, Entry
from poise.storage.models import Event, Invitation, Sitting, Text

SENTENCE = "the zebra-striped umbrella stand wept"


def bytes_on_disk() -> bytes:
    database = Path(connection.settings_dict["NAME"])
    return b"".join(path.read_bytes() for path in sorted(database.parent.glob(database.name + "*")))


@contextmanager
def somebody_reading() -> Iterator[sqlite3.Connection]:
    other = sqlite3.connect(connection.settings_dict["NAME"], isolation_level=None)
    try:
        other.execute("BEGIN")
        other.execute("SELECT count(*) FROM storage_text").fetchone()
        yield other
    finally:
        other.close()


@pytest.fixture
def journal(library_hash: str) -> DjangoJournal:  # noqa: ARG001  its rows must be there
    return DjangoJournal("harbour", Entry(position="desk", candidate_name="Ada Quillfeather"))


def open_sitting(journal: DjangoJournal, library_hash: str, *said: str) -> str:
    sitting = name()
    opened = SittingOpened(at=AT, library=library_hash, blueprint="complaints_desk", seed=7, door="open")
    journal.open(sitting, Change((opened, rated(1)), {name(): text for text in said}))
    return sitting


@pytest.mark.databases("sqlite")
@pytest.mark.django_db(transaction=True)
class TestErasure:
    def test_an_erased_sentence_is_found_nowhere(self, journal: DjangoJournal, library_hash: str) -> None:
        sitting = open_sitting(journal, library_hash, SENTENCE, SENTENCE * 500)
        kept = open_sitting(journal, library_hash, "the other umbrella stayed dry")
        assert SENTENCE.encode() in bytes_on_disk(), "it can be found while it is there"
        journal.erase_texts(sitting, 2, Change((TextErased(at=AT),)))
        left = bytes_on_disk()
        assert SENTENCE.encode() not in left
        assert b"zebra" not in left
        assert b"the other umbrella stayed dry" in left
        assert [event.kind for event in journal.read(sitting)][-1] == "text_erased"
        assert len(journal.texts(kept)) == 1

    @pytest.mark.parametrize("course", range(3, 6))
    def test_no_older_copy_stays_behind_after_much_writing_and_erasing(
        self, journal: DjangoJournal, library_hash: str, course: int
    ) -> None:
        chance = random.Random(course)
        alive: list[tuple[str, bytes]] = []
        gone: list[bytes] = []
        for number in range(150):
            mark = f"<zebra {number:04} {chance.random():.9f}>"
            said = mark + "x" * int(10 ** chance.uniform(0, 3.2))
            alive.append((open_sitting(journal, library_hash, said), mark.encode()))
            if chance.random() < 0.6:
                sitting, erased = alive.pop(chance.randrange(len(alive)))
                journal.erase_texts(sitting, 2, Change((TextErased(at=AT),)))
                gone.append(erased)
        left = bytes_on_disk()
        assert len(gone) > 60
        assert [mark for mark in gone if mark in left] == []
        assert all(mark in left for _, mark in alive)

    def test_a_deleted_sitting_leaves_no_row_and_no_name(
        self, journal: DjangoJournal, library_hash: str, now: datetime
    ) -> None:
        token = doors.invite("harbour", "desk", "Ada Quillfeather", now=now, expires_at=now + timedelta(days=1))
        sitting = doors.open_sitting_for_invitation(token, library_hash, now).sitting.key
        journal.append(sitting, 1, Change((rated(2),), {name(): SENTENCE}))
        other = open_sitting(DjangoJournal("hill"), library_hash, "stays")
        erasure.delete_sitting(sitting, "harbour")
        left = bytes_on_disk()
        assert b"Quillfeather" not in left
        assert SENTENCE.encode() not in left
        assert left.count(sitting.encode()) == 1, "its random key, in the trail"
        assert not Invitation.objects.exists()
        assert set(Event.objects.values_list("sitting__key", flat=True)) == {other}
        assert set(Text.objects.values_list("sitting__key", flat=True)) == {other}
        assert doors.find_invitation(token, now).status == "unknown"
        with pytest.raises(UnknownSittingError):
            journal.read(sitting)

    def test_while_somebody_reads_the_traces_wait_for_the_next_wipe(
        self, journal: DjangoJournal, library_hash: str, caplog: pytest.LogCaptureFixture
    ) -> None:
        sitting = open_sitting(journal, library_hash, SENTENCE)
        connection.ensure_connection()
        connection.connection.execute("PRAGMA busy_timeout=50")
        try:
            with somebody_reading(), caplog.at_level(logging.WARNING):
                journal.erase_texts(sitting, 2, Change((TextErased(at=AT),)))
                assert journal.texts(sitting) == {}, "erased for everybody who asks"
            assert "could not be overwritten" in caplog.text
            assert traces.wipe_traces()
            assert SENTENCE.encode() not in bytes_on_disk()
        finally:
            connection.close()


@pytest.mark.django_db
class TestOtherOrganisations:
    def test_nobody_deletes_or_exports_the_sitting_of_another(self, journal: DjangoJournal, library_hash: str) -> None:
        sitting = open_sitting(journal, library_hash, SENTENCE)
        with pytest.raises(UnknownSittingError):
            erasure.delete_sitting(sitting, "hill")
        with pytest.raises(UnknownSittingError):
            erasure.export_sitting(sitting, "hill")
        assert Sitting.objects.filter(key=sitting).exists()


@pytest.mark.django_db
def test_an_export_holds_everything_and_can_be_written_as_json(journal: DjangoJournal, library_hash: str) -> None:
    sitting = open_sitting(journal, library_hash, SENTENCE)
    export = json.loads(json.dumps(erasure.export_sitting(sitting, "harbour")))
    assert [read_event(json.dumps(event)) for event in export["events"]] == list(journal.read(sitting))
    assert export["texts"] == dict(journal.texts(sitting))
    assert list(export["texts"].values()) == [SENTENCE]
    row = export["sitting"]
    assert (row["key"], row["candidate_name"], row["version"]) == (sitting, "Ada Quillfeather", 2)
    assert (row["position"]["name"], row["library"], row["finished_at"]) == ("Complaints desk", library_hash, None)
    assert row["started_at"] == AT


@pytest.mark.databases("sqlite")
@pytest.mark.django_db(transaction=True)
class TestAfterAKill:
    def test_what_a_killed_erasure_left_is_overwritten_at_the_next_start(
        self, journal: DjangoJournal, library_hash: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        sitting = open_sitting(journal, library_hash, SENTENCE * 40)
        with monkeypatch.context() as killed:
            killed.setattr("poise.storage.journal.wipe_traces", lambda: None)
            journal.erase_texts(sitting, 2, Change((TextErased(at=AT),)))
        assert SENTENCE.encode() in bytes_on_disk(), "it still lies in the log"
        traces.wipe_left_traces()
        assert SENTENCE.encode() not in bytes_on_disk()

    def test_a_start_with_nothing_left_does_nothing(self, library_hash: str, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: ARG002
        assert traces.wipe_traces()
        monkeypatch.setattr(traces, "wipe_traces", lambda: pytest.fail("there was nothing to overwrite"))
        traces.wipe_left_traces()

    def test_what_had_to_wait_is_done_at_the_next_start(self, journal: DjangoJournal, library_hash: str) -> None:
        sitting = open_sitting(journal, library_hash, SENTENCE)
        connection.cursor().execute("PRAGMA busy_timeout = 50")
        with somebody_reading():
            journal.erase_texts(sitting, 2, Change((TextErased(at=AT),)))
        traces.wipe_left_traces()
        assert SENTENCE.encode() not in bytes_on_disk()
