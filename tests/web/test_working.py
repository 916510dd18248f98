"""Background work: what is asked for is done, what fails is said and tried again, and a signal ends it cleanly."""

import os
import signal
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from poise.sitting.journal import JournalUnavailableError
from poise.storage.background import forget_done, take_back_lost
from poise.web import working
from poise.web.working import Chore, Work, background

DONE: list[int] = []
pytestmark = pytest.mark.django_db(transaction=True)


@background
def note(number: int) -> None:
    if number < 0:
        raise ValueError("the words of a person")
    DONE.append(number)


@pytest.fixture(autouse=True)
def _forget() -> None:
    DONE.clear()


def loop(*chores: Chore) -> tuple[Work, list[str]]:
    told: list[str] = []
    return Work(chores, told.append), told


def test_what_is_asked_for_is_done_once() -> None:
    for number in (1, 2):
        note.enqueue(number)
    work, told = loop()
    assert work.run_once()
    assert work.run_once()
    assert DONE == [1, 2]
    assert told == []


def test_of_a_task_that_fails_only_the_kind_of_error_is_kept(caplog: pytest.LogCaptureFixture) -> None:
    note.enqueue(-1)
    note.enqueue(3)
    loop()[0].run_once()
    assert DONE == [3]
    kept = DBTaskResult.objects.failed().get()
    assert "ValueError" in kept.traceback
    assert "words of a person" not in str(vars(kept))
    assert "A task failed: note" in caplog.text


def test_what_a_killed_worker_had_begun_is_done_again_and_what_is_done_is_forgotten() -> None:
    note.enqueue(4)
    row = DBTaskResult.objects.get()
    row.claim("a worker that was killed")
    now = timezone.now()
    assert take_back_lost(now) == 0, "it may still be at it"
    assert take_back_lost(now + timedelta(hours=2)) == 1
    loop()[0].run_once()
    assert DONE == [4]
    assert forget_done(now) == 0
    assert forget_done(now + timedelta(days=8)) == 1


def test_a_chore_that_fails_keeps_no_other_from_being_done() -> None:
    def fail() -> str:
        raise JournalUnavailableError("the database is away")

    def break_down() -> str:
        raise ValueError("the words of a person")

    work, told = loop(Chore("one", 60, fail), Chore("two", 60, break_down), Chore("three", 60, lambda: "Did it."))
    assert not work.run_once()
    assert told == [
        "Could not do one: the database is away. It is tried again.",
        "Could not do two; the log says where. It is tried again.",
        "Did it.",
    ]
    assert work.run_once(), "none is due again so soon"
    assert len(told) == 3


def start(folder: Path, *words: str) -> "subprocess.Popen[str]":
    command = [sys.executable, "-c", "from poise.cli import main; main()", "worker", *words]
    environment = os.environ | {"POISE_DATA": str(folder)}
    pipes: dict[str, Any] = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True}
    return subprocess.Popen(command, env=environment, **pipes)


def test_it_runs_until_it_is_told_to_stop(tmp_path: Path) -> None:
    with start(tmp_path) as worker:
        assert worker.stdout is not None
        assert working.HELLO in worker.stdout.readline()
        worker.send_signal(signal.SIGTERM)
        assert worker.wait(timeout=30) == 0
        assert working.GOOD_BYE in worker.stdout.read()


def test_once_does_what_is_due_and_ends(tmp_path: Path) -> None:
    with start(tmp_path, "--once") as worker:
        out, _ = worker.communicate(timeout=60)
    assert (worker.returncode, out) == (0, "")


def test_it_says_what_is_wrong_where_it_cannot_start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://ada:secret@127.0.0.1:9/poise")
    with start(tmp_path) as worker:
        out, _ = worker.communicate(timeout=60)
    assert worker.returncode == 1
    assert "cannot start" in out
    assert "127.0.0.1" in out
    assert "secret" not in out
    assert "Traceback" not in out


def test_beside_a_server_that_is_gone_it_ends() -> None:
    begun = time.monotonic()
    work = Work((), lambda _: None, beside=1)
    work.run()
    assert time.monotonic() - begun < 1
