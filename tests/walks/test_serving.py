"""`poise serve`: what it prints, that it starts again, and what it says when the port is taken."""

import os
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
