"""What a process acknowledged is there after it was killed, on each database."""

import os
import random
import sqlite3
import subprocess
import sys
import time
import uuid
from contextlib import closing
from pathlib import Path
from typing import Any

import psycopg
import pytest
from storage.databases import BOTH, POSTGRESQL, new_database

APPENDING = Path(__file__).parent / "appending.py"


class Place:
    """A database of its own, for children that write to it and are killed."""

    def __init__(self, folder: Path, url: str) -> None:
        self.environment = {
            **os.environ,
            "POISE_DATA": str(folder),
            "DATABASE_URL": url,
            "DJANGO_SETTINGS_MODULE": "poise.settings",
            "PYTHONPATH": os.pathsep.join([str(APPENDING.parents[1]), os.environ.get("PYTHONPATH", "")]),
        }
        self.file, self.url = folder / "poise.sqlite3", url

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        command = [sys.executable, str(APPENDING), *arguments]
        return subprocess.Popen(command, env=self.environment, stdout=subprocess.PIPE, text=True)

    def prepare(self) -> str:
        out, _ = self.start().communicate(timeout=60)
        return out.strip()

    def rows(self, key: str) -> tuple[int, list[int], list[str]]:
        """Return version, numbers of events and words, read without Django."""
        ((row, version),) = self.ask("select id, version from storage_sitting where key = {}", key)
        numbers = self.ask("select number from storage_event where sitting_id = {} order by number", row)
        words = self.ask("select words from storage_text where sitting_id = {} order by id", row)
        return version, [number for (number,) in numbers], [text for (text,) in words]

    def ask(self, question: str, value: str | int) -> list[tuple[Any, ...]]:
        if self.url:
            with psycopg.connect(self.url) as server:
                return server.execute(question.format("%s").encode(), [value]).fetchall()
        with closing(sqlite3.connect(self.file)) as file:
            return file.execute(question.format("?"), [value]).fetchall()


@pytest.fixture(params=BOTH)
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Place:
    return Place(tmp_path, new_database(uuid.uuid4().hex) if request.param == POSTGRESQL else "")


def test_rows_survive_the_process_that_wrote_them(place: Place) -> None:
    key = place.prepare()
    out, _ = place.start(key).communicate(timeout=60)
    assert out.split()[-1] == "301"
    version, numbers, words = place.rows(key)
    assert (version, numbers) == (301, list(range(1, 302)))
    assert words == [f"words of {number}" for number in range(1, 301)]


def test_whoever_is_killed_while_writing_loses_nothing_acknowledged(place: Place) -> None:
    key = place.prepare()
    chance = random.Random(5)
    for _ in range(4):
        child = place.start(key)
        assert child.stdout is not None
        first = child.stdout.readline()
        time.sleep(chance.uniform(0.02, 0.3))
        child.kill()
        printed = [first, *child.stdout.readlines()]
        child.stdout.close()
        assert child.wait() == -9, "it was still writing"
        acknowledged = max(int(line) for line in printed if line.endswith("\n"))
        version, numbers, words = place.rows(key)
        assert numbers == list(range(1, version + 1)), "no gap"
        assert acknowledged <= version <= acknowledged + 1, "all that was acknowledged, and at most one more"
        assert words == [f"words of {number}" for number in range(1, version)], "each event with its text"
