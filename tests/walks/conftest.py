"""A real server with data of its own, and a real browser."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

CHROMIUM = "/usr/bin/chromium"
PATIENCE = 60
SERVE = "import sys; from poise.web.serving import serve; sys.exit(serve(int(sys.argv[1])))"


class LiveServer:
    """`poise serve` as a process, which can be killed and started again on the same data."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = free_port()
        self.base = f"http://127.0.0.1:{self.port}"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        environment = {key: value for key, value in os.environ.items() if not key.startswith("POISE_")}
        environment |= {"POISE_DATA": str(self.folder), "PYTHONWARNINGS": "default"}
        with (self.folder / "output").open("ab") as output:
            self._process = subprocess.Popen(
                [sys.executable, "-c", SERVE, str(self.port)],
                env=environment,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )
        self._wait()

    def kill(self) -> None:
        """Kill the server and its workers at once, as a power cut does."""
        self._stop(signal.SIGKILL)

    def stop(self) -> None:
        self._stop(signal.SIGTERM)

    def secret(self, name: str) -> str:
        return (self.folder / name).read_text().strip()

    def printed(self) -> str:
        return (self.folder / "output").read_text()

    def _stop(self, how: signal.Signals) -> None:
        if self._process is None:
            return
        os.killpg(self._process.pid, how)
        self._process.wait(timeout=PATIENCE)
        self._process = None

    def _wait(self) -> None:
        for _ in range(PATIENCE * 10):
            try:
                with urllib.request.urlopen(self.base, timeout=5):  # noqa: S310  this machine's own server
                    return
            except (urllib.error.URLError, ConnectionError, TimeoutError):
                if self._process and self._process.poll() is not None:
                    break
                time.sleep(0.1)
        raise AssertionError(f"the server does not answer; it printed:\n{self.printed()}")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def live_server(folder: Path) -> Iterator[LiveServer]:
    server = LiveServer(folder)
    server.start()
    try:
        yield server
    finally:
        server.stop()


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveServer]:
    with live_server(tmp_path_factory.mktemp("served")) as running:
        yield running


@pytest.fixture(scope="session")
def own_pages(server: LiveServer) -> dict[str, str]:
    """Desks with people at them, made once; the address of somebody's own pages by employer."""
    from walks.clerk import furnish_desks  # noqa: PLC0415  it needs this file first

    return furnish_desks(server)


@pytest.fixture
def own_server(tmp_path: Path) -> Iterator[LiveServer]:
    """A server that a test may kill."""
    with live_server(tmp_path) as running:
        yield running


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]
        )
        yield chromium
        chromium.close()
