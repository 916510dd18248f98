"""`poise serve`: what it prints, that it starts again, and what it says when the port is taken."""

import os
import socket
import subprocess
import sys
import urllib.request

from walks.conftest import SERVE, LiveServer


def test_it_prints_three_ways_in_and_comes_back_with_the_same(own_server: LiveServer) -> None:
    first = own_server.printed()
    own_server.stop()
    own_server.start()
    again = own_server.printed().removeprefix(first)
    invitation = f"{own_server.base}/i/{own_server.secret('demo_invitation')}/"
    for words in (
        f"{own_server.base}/\n",
        invitation,
        f"{own_server.base}/sign-in/",
        own_server.secret("demo_password"),
    ):
        assert words in first
        assert words in again
    assert first.count("Poise is running") == again.count("Poise is running") == 1
    assert "Traceback" not in first + again
    with urllib.request.urlopen(invitation, timeout=10) as answer:  # noqa: S310  this machine's own server
        assert answer.status == 200


def test_a_port_that_is_taken_is_named_with_what_to_do(server: LiveServer) -> None:
    second = subprocess.run(
        [sys.executable, "-c", SERVE, str(server.port)],
        env=os.environ | {"POISE_DATA": str(server.folder)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert second.returncode == 1
    assert f"Port {server.port} cannot be used" in second.stderr
    assert "--port" in second.stderr
    assert "Traceback" not in second.stderr


def test_the_log_quotes_nothing_of_a_request_that_cannot_be_read(own_server: LiveServer) -> None:
    token = "a" * 43
    for request in (
        f"GET /s/{token}/ my own words HTTP/1.1\r\n\r\n",
        f"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nmy own words {token}\r\n\r\n",
        # A length that is too short: what is left of the form is taken for the next request.
        "POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 2\r\n\r\nxxmy own words\r\n\r\n",
    ):
        with socket.create_connection(("127.0.0.1", own_server.port), timeout=10) as visitor:
            visitor.sendall(request.encode())
            assert b"HTTP/1.1 4" in visitor.recv(4096)
    printed = own_server.printed()
    assert "Invalid request" in printed
    assert token not in printed
    assert "own words" not in printed


def test_nobody_else_on_the_machine_may_read_what_is_stored(own_server: LiveServer) -> None:
    own_server.folder.chmod(0o755)
    kept = [path for path in own_server.folder.iterdir() if path.name != "output"]
    assert {"poise.sqlite3", "secret_key", "demo_password", "demo_invitation"} <= {path.name for path in kept}
    assert [path.name for path in kept if path.stat().st_mode & 0o077] == []
