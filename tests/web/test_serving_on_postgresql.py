"""`poise serve` on PostgreSQL with two processes: somebody comes by the open door and takes the first steps."""

import os
import re
import signal
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from pathlib import Path

import httpx
import psycopg
import pytest
from storage.databases import new_database
from walks.conftest import free_port

SERVE = "from poise.cli import main; main()"
SECRET = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')


class Served:
    """A server, the address of its database, and what it printed."""

    def __init__(self, folder: Path) -> None:
        self.url, self.port = new_database(uuid.uuid4().hex), free_port()
        self.printed = folder / "output"
        command = [sys.executable, "-c", SERVE, "serve", "--port", str(self.port), "--workers", "2"]
        environment = os.environ | {"POISE_DATA": str(folder), "DATABASE_URL": self.url}
        with self.printed.open("wb") as output:
            self.process = subprocess.Popen(
                command, env=environment, stdout=output, stderr=output, start_new_session=True
            )
        self._wait()

    def _wait(self) -> None:
        for _ in range(600):
            try:
                httpx.get(f"http://127.0.0.1:{self.port}/")
            except httpx.TransportError:
                assert self.process.poll() is None, self.printed.read_text()
                time.sleep(0.1)
            else:
                return
        raise AssertionError(self.printed.read_text())


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    running = Served(tmp_path_factory.mktemp("served"))
    yield running
    if running.process.poll() is None:
        os.killpg(running.process.pid, signal.SIGKILL)
        running.process.wait()


def test_somebody_takes_the_first_steps(served: Served) -> None:
    with httpx.Client(base_url=f"http://127.0.0.1:{served.port}", follow_redirects=True) as visitor:

        def send(address: str, page: httpx.Response, **answer: str) -> httpx.Response:
            found = SECRET.search(page.text)
            assert found, page.text
            return visitor.post(address, data={"csrfmiddlewaretoken": found[1], **answer})

        preview = send("/begin/", visitor.get("/"))
        consent = send(preview.url.path, preview)
        version = re.search(r'name="version" value="([^"]+)"', consent.text)
        assert version
        after = send(consent.url.path, consent, agree="yes", version=version[1])
        assert after.status_code == 200
        assert after.url.path.startswith("/s/")
        for _ in range(20):  # both processes answer, and each knows what the other stored
            assert visitor.get(after.url.path).status_code == 200
    with psycopg.connect(served.url) as database:
        kinds = database.execute("SELECT kind FROM storage_event ORDER BY number").fetchall()
        assert [kind for (kind,) in kinds][:3] == ["sitting_opened", "preview_seen", "consent_given"]
        (connections,) = database.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
        ).fetchone() or (0,)
        assert 1 <= connections <= 5, "at most one each of two threads in two processes, and the worker's"


def test_it_stops_with_its_worker_and_nothing_was_wrong(served: Served) -> None:
    served.process.send_signal(signal.SIGTERM)
    assert served.process.wait(timeout=30) == 0
    printed = served.printed.read_text()
    assert "Poise has stopped. Everything is saved." in printed
    assert "Traceback" not in printed
    assert is_gone(served.process.pid)


def is_gone(group: int) -> bool:
    """Say whether no process of a group is left within ten seconds."""
    for _ in range(100):
        try:
            os.killpg(group, 0)
        except ProcessLookupError:
            return True
        time.sleep(0.1)
    return False
