"""A planted sentence is found nowhere once it is erased: not in tables, files, logs, exports or a restored backup."""

import json
import os
from collections.abc import Iterator
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from sitting.test_journal import AT, name, rated
from storage.databases import POSTGRESQL, SQLITE, server

from poise.sitting.events import ReadingContested, TextErased
from poise.sitting.journal import Change, UnknownSittingError
from poise.storage import backup, doors, erasure, outbox, traces
from poise.storage.backup import BackupError, back_up, end_restoring, restore
from poise.storage.journal import DjangoJournal
from poise.storage.models import Answer, Decision, Invitation, Judgement, Sitting, StoredReport
from poise.storage.transaction import writing
from poise.web.working import Work, background

SENTENCE = "the zebra-striped umbrella stand wept"
PERSON = "Ada Quillfeather"
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def data(database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(settings, "POISE_DATA", tmp_path)
    if database == POSTGRESQL:
        monkeypatch.setenv("PATH", f"{server().programs}{os.pathsep}{os.environ['PATH']}")
    return tmp_path


@background
def fail_over(words: str) -> None:
    raise ValueError(words * 2)


def plant(library_hash: str, now: datetime) -> str:
    """Let a person say the sentence wherever words of a person go, and others quote it wherever they write."""
    token = doors.invite("harbour", "desk", PERSON, now=now, expires_at=now + timedelta(days=1))
    key = doors.open_sitting_for_invitation(token, library_hash, now).sitting.key
    journal = DjangoJournal("harbour")
    journal.append(key, 1, Change((rated(1),), {name(): f"My reply: {SENTENCE}", name(): SENTENCE * 300}))
    contested = name()
    event = ReadingContested(at=AT, scenario="s", moment="m", text=contested)
    journal.append(key, 2, Change((event,), {contested: f"I contest it: {SENTENCE}"}))
    row = Sitting.objects.get(key=key)
    said = {"organisation": row.organisation, "sitting": row, "by": "Ben", "account": "ben", "at": now}
    Judgement.objects.create(**said, leaning="open", words=f"They said: {SENTENCE}")
    Decision.objects.create(**said, number=1, outcome="go_on", reason=f"Because {SENTENCE}", report=1)
    Answer.objects.create(**said, kind="contest", about="s/m", words=f"About {SENTENCE}")
    figures = json.dumps({"patience": 0.5})
    StoredReport.objects.create(
        organisation=row.organisation,
        sitting=row,
        number=1,
        events=3,
        library=library_hash,
        program="poise",
        cause="finished",
        printed=figures,
        digest=sha256(figures.encode()).hexdigest(),
        at=now,
    )
    with writing():
        outbox.put_mail(row, "answer", f"{key}:1", "ada@example.com", (PERSON, SENTENCE), now)
        invitation = Invitation.objects.get(sitting=row)
        outbox.put_mail(invitation, "invitation", f"{key}:2", "ada@example.com", (PERSON, SENTENCE), now)
    return key


def rows_with(words: str) -> list[str]:
    """Return the tables that hold these words in any row, whatever the column."""
    found = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")  # noqa: S608  names of our own tables
            if any(words in str(row) for row in cursor.fetchall()):
                found.append(table)
    return sorted(found)


def files() -> Iterator[Path]:
    """Everything that the database and Poise keep on disk; on PostgreSQL but for the log of the server's writing."""
    yield from (path for path in Path(settings.POISE_DATA).rglob("*") if path.is_file())
    if connection.vendor == SQLITE:
        database = Path(connection.settings_dict["NAME"])
        yield from database.parent.glob(database.name + "*")
    else:
        yield from (path for path in server().data.rglob("*") if path.is_file() and "pg_wal" not in path.parts)


def files_with(words: str) -> list[str]:
    return sorted(path.name for path in files() if path.suffix != ".backup" and words.encode() in path.read_bytes())


def wal_with(words: str) -> int:
    return sum(words.encode() in path.read_bytes() for path in (server().data / "pg_wal").glob("0*"))


def test_after_everything_is_deleted_nothing_is_left(
    library_hash: str, now: datetime, data: Path, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    key = plant(library_hash, now)
    other = doors.start_open_sitting(library_hash, "is_it_for_me", now).sitting.key
    assert len(rows_with(SENTENCE)) >= 5, "it can be found while it is there"
    back_up(data / "before.backup")
    erasure.delete_sitting(key, "harbour")
    assert rows_with(SENTENCE) == rows_with(PERSON) == files_with(SENTENCE) == files_with(PERSON) == []
    assert rows_with(key) == ["storage_auditentry"], "a random key, that tells nothing"
    assert SENTENCE not in json.dumps(erasure.export_sitting(other, "open_door"))
    assert SENTENCE not in "".join(capfd.readouterr()) + caplog.text


def test_a_restored_backup_forgets_what_was_erased_since(library_hash: str, now: datetime, data: Path) -> None:
    gone, wordless, stays = (plant(library_hash, now) for _ in range(3))
    doors.invite("harbour", "desk", "Eve", now=now, expires_at=now + timedelta(days=1))
    unused = Invitation.objects.get(sitting=None)
    copy = data / "copy.backup"
    back_up(copy)
    erasure.delete_sitting(gone, "harbour")
    DjangoJournal("harbour").erase_texts(wordless, 3, Change((TextErased(at=AT),)))
    traces.remember_erasure("invitation", unused.token_hash, now)
    unused.delete()
    later = doors.start_open_sitting(library_hash, "is_it_for_me", now).sitting.key
    done = restore(copy)
    assert (done.words, done.sittings, done.invitations) == (1, 1, 1)
    journal = DjangoJournal("harbour")
    with pytest.raises(UnknownSittingError):
        journal.read(gone)
    assert journal.texts(wordless) == {}
    assert journal.read(wordless)[-1].kind == "text_erased"
    assert len(journal.texts(stays)) == 3
    assert not Invitation.objects.filter(sitting=None).exists()
    assert not Sitting.objects.filter(key=later).exists(), "it is the database of that day"
    assert "erased.jsonl" in files_with(gone)
    erasure.delete_sitting(stays, "harbour")
    erasure.delete_sitting(wordless, "harbour")
    assert rows_with(SENTENCE) == files_with(SENTENCE) == []


def test_words_written_after_an_erasure_are_kept(library_hash: str, now: datetime, data: Path) -> None:
    key = plant(library_hash, now)
    journal = DjangoJournal("harbour")
    journal.erase_texts(key, 3, Change((TextErased(at=AT),)))
    words, at = name(), "2026-04-01T00:00:00+00:00"
    journal.append(key, 4, Change((ReadingContested(at=at, scenario="s", moment="n", text=words),), {words: "new"}))
    back_up(data / "copy.backup")
    assert restore(data / "copy.backup").words == 0
    assert journal.texts(key) == {words: "new"}


def test_a_restore_that_is_killed_goes_on_at_the_next_start(
    library_hash: str, now: datetime, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = plant(library_hash, now)
    back_up(data / "copy.backup")
    erasure.delete_sitting(key, "harbour")

    def die(_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as killed:
        killed.setattr(backup, "cleanse", die)
        with pytest.raises(KeyboardInterrupt):
            restore(data / "copy.backup")
    assert Sitting.objects.filter(key=key).exists()
    end_restoring()
    assert not Sitting.objects.filter(key=key).exists()
    assert files_with(SENTENCE) == []
    end_restoring()


def test_the_list_of_another_machine_is_followed_too(library_hash: str, now: datetime, data: Path) -> None:
    key = plant(library_hash, now)
    back_up(data / "copy.backup")
    other = data / "other.jsonl"
    other.write_text(json.dumps({"what": "sitting", "key": key, "at": now.isoformat()}) + "\n")
    assert restore(data / "copy.backup", [other]).sittings == 1
    other.write_text("no line of ours\n")
    with pytest.raises(ValueError, match=r"other\.jsonl, line 1"):
        restore(data / "copy.backup", [other])


def test_what_is_no_backup_changes_nothing(library_hash: str, now: datetime, data: Path) -> None:
    key = plant(library_hash, now)
    (data / "text.backup").write_text("not a database")
    for wrong in ("text.backup", "missing.backup"):
        with pytest.raises(BackupError):
            restore(data / wrong)
    assert len(DjangoJournal("harbour").read(key)) == 3
    assert not (data / backup.RESTORING).exists()
    assert not (data / "missing.backup").exists()
    with pytest.raises(BackupError, match="exists"):
        back_up(data / "text.backup")


def test_a_backup_is_for_its_owner_only(library_hash: str, data: Path) -> None:  # noqa: ARG001  its rows must be there
    back_up(data / "copy.backup")
    assert (data / "copy.backup").stat().st_mode & 0o777 == 0o600


def test_what_a_failed_task_was_about_is_not_kept(library_hash: str) -> None:  # noqa: ARG001  as above
    fail_over.enqueue(name())
    with writing():
        pass
    Work((), lambda _: None).run_once()
    assert rows_with("ValueError") == ["django_tasks_database_dbtaskresult"]


@pytest.mark.databases(POSTGRESQL)
def test_the_log_of_a_server_that_uses_its_files_once_has_forgotten_as_well(library_hash: str, now: datetime) -> None:
    key = plant(library_hash, now)
    assert wal_with(SENTENCE) > 0, "it can be found while it is there"
    erasure.delete_sitting(key, "harbour")
    assert wal_with(SENTENCE) == 0


def test_after_the_words_are_erased_only_what_others_wrote_is_left(library_hash: str, now: datetime) -> None:
    key = plant(library_hash, now)
    DjangoJournal("harbour").erase_texts(key, 3, Change((TextErased(at=AT),)))
    assert rows_with("My reply") == rows_with("I contest it") == []
    assert files_with("My reply") == files_with("I contest it") == []
    assert rows_with(SENTENCE) == [
        "storage_answer",
        "storage_decision",
        "storage_judgement",
        "storage_mail",
    ], "what people of the organisation wrote stands until the sitting is deleted"
