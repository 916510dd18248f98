"""An endpoint may do what it wants: an answer comes in time, or a reason does."""

import re
import socket
import threading
from collections.abc import Iterator
from pathlib import Path
from time import monotonic, sleep

import pytest
from hypothesis import given
from hypothesis import strategies as st
from integrations.stand_in import BODIES, StandIn, completion, standing_in

from poise.integrations.endpoint import (
    EndpointError,
    EndpointSettings,
    SettingsError,
    ask_endpoint,
    read_answer,
    read_settings,
)

SECONDS = 0.4
ROOM = 3.0
"""What a busy machine may add; the stand-in hangs for longer."""
MESSAGES = [{"role": "user", "content": '{"line": "Where is my lamp?"}'}]


@pytest.fixture(scope="module")
def server() -> Iterator[StandIn]:
    with standing_in() as stand_in:
        yield stand_in


def settings(server: StandIn, behaviour: str = "well", **more: str) -> EndpointSettings:
    url = {"POISE_VOICE_URL": server.url(behaviour), "POISE_VOICE_SECONDS": str(SECONDS)}
    found = read_settings(url | more)
    assert found is not None
    return found


def test_a_good_endpoint_is_asked_in_the_usual_form(server: StandIn) -> None:
    named = settings(server, POISE_VOICE_MODEL="small-1", POISE_VOICE_KEY="k-123")
    assert ask_endpoint(named, MESSAGES) == "Where is my lamp?"
    assert server.paths[-1] == "/well/v1/chat/completions"
    assert server.payloads[-1] == {"model": "small-1", "messages": MESSAGES, "stream": False}
    assert server.headers[-1]["Authorization"] == "Bearer k-123"
    ask_endpoint(settings(server), MESSAGES)
    assert server.payloads[-1] == {"messages": MESSAGES, "stream": False}
    assert "Authorization" not in server.headers[-1]


@pytest.mark.parametrize("behaviour", ["hang", "drip", "drip_headers"])
def test_who_is_slow_is_left_in_time_and_the_thread_ends(server: StandIn, behaviour: str) -> None:
    begun = monotonic()
    with pytest.raises(EndpointError, match=r"within 0\.4 seconds"):
        ask_endpoint(settings(server, behaviour), MESSAGES)
    assert SECONDS * 0.9 < monotonic() - begun < SECONDS + ROOM
    for _ in range(300):
        if not any(thread.name == "poise-voice" for thread in threading.enumerate()):
            return
        sleep(0.01)
    pytest.fail("the thread still waits")


@pytest.mark.parametrize("behaviour", [*BODIES, "raw", "cut", "redirect", "500", "404", "204", "429", "endless"])
def test_rubbish_is_a_reason_and_never_a_line(server: StandIn, behaviour: str) -> None:
    begun = monotonic()
    with pytest.raises(EndpointError) as refused:
        ask_endpoint(settings(server, behaviour), MESSAGES)
    assert monotonic() - begun < SECONDS + ROOM
    assert "lamp" not in str(refused.value)
    assert "nice body" not in str(refused.value)


def test_a_redirect_is_not_followed(server: StandIn) -> None:
    with pytest.raises(EndpointError, match="status 302"):
        ask_endpoint(settings(server, "redirect"), MESSAGES)
    sleep(0.02)
    assert "/elsewhere" not in server.paths


def test_nobody_there_and_no_such_name_are_reasons() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
        for host in (f"127.0.0.1:{port}", "nowhere.invalid"):
            found = read_settings({"POISE_VOICE_URL": f"http://{host}/v1", "POISE_VOICE_SECONDS": "0.4"})
            assert found is not None
            begun = monotonic()
            with pytest.raises(EndpointError):
                ask_endpoint(found, MESSAGES)
            assert monotonic() - begun < SECONDS + ROOM


def test_a_proxy_of_the_environment_is_not_asked(server: StandIn, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    assert ask_endpoint(settings(server), MESSAGES) == "Where is my lamp?"


@given(st.binary(max_size=200))
def test_any_bytes_are_a_text_or_a_reason(body: bytes) -> None:
    with pytest.raises(EndpointError):
        read_answer(body)


@given(st.text(min_size=1).filter(str.strip))
def test_the_text_comes_back_as_it_was_sent(text: str) -> None:
    assert read_answer(completion(text)) == text


@pytest.mark.parametrize(
    ("url", "where"),
    [
        ("http://127.0.0.1:8080/v1", (False, "127.0.0.1", 8080, "/v1/chat/completions")),
        ("http://[::1]:1/v1/chat/completions", (False, "::1", 1, "/v1/chat/completions")),
        ("https://voice.example/v1/", (True, "voice.example", 443, "/v1/chat/completions")),
        ("http://voice.example", (False, "voice.example", 80, "/chat/completions")),
    ],
)
def test_addresses_are_read(url: str, where: tuple[bool, str, int, str]) -> None:
    found = read_settings({"POISE_VOICE_URL": url})
    assert found is not None
    assert (found.secure, found.host, found.port, found.path) == where
    assert (found.seconds, found.in_assessment, found.name) == (4.0, False, "the endpoint's default model")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("POISE_VOICE_URL", "ftp://voice.example/v1"),
        ("POISE_VOICE_URL", "file:///etc/passwd"),
        ("POISE_VOICE_URL", "voice.example/v1"),
        ("POISE_VOICE_URL", "http://"),
        ("POISE_VOICE_URL", "http://me:secret@voice.example/v1"),
        ("POISE_VOICE_URL", "http://voice.example/v1?key=secret"),
        ("POISE_VOICE_URL", "http://voice.example:99999/v1"),
        ("POISE_VOICE_URL", "http://voice.example/v 1"),
        ("POISE_VOICE_URL", "http://[::1/v1"),
        ("POISE_VOICE_MODEL", "a\nb"),
        ("POISE_VOICE_MODEL", "m" * 101),
        ("POISE_VOICE_KEY", "secret\r\nHost: elsewhere"),
        ("POISE_VOICE_SECONDS", "soon"),
        ("POISE_VOICE_SECONDS", "0"),
        ("POISE_VOICE_SECONDS", "nan"),
        ("POISE_VOICE_SECONDS", "3600"),
        ("POISE_VOICE_IN_ASSESSMENT", "perhaps"),
    ],
)
def test_a_wrong_setting_is_named_and_no_secret_shown(name: str, value: str) -> None:
    with pytest.raises(SettingsError, match=name) as refused:
        read_settings({"POISE_VOICE_URL": "http://127.0.0.1:1/v1"} | {name: value})
    assert "secret" not in str(refused.value)


def test_every_setting_is_documented() -> None:
    root = Path(__file__).parents[2]
    named = set(re.findall(r"POISE_VOICE_[A-Z_]+", (root / "src/poise/integrations/endpoint.py").read_text()))
    assert len(named) == 5
    told = (root / "docs/operating.md").read_text()
    assert [name for name in sorted(named) if f"`{name}`" not in told] == []


def test_without_an_address_there_is_no_voice() -> None:
    assert read_settings({"POISE_VOICE_MODEL": "small-1", "POISE_VOICE_URL": " "}) is None


def test_the_key_is_not_in_the_settings_own_words() -> None:
    found = read_settings({"POISE_VOICE_URL": "http://127.0.0.1:1", "POISE_VOICE_KEY": "k-secret"})
    assert "k-secret" not in repr(found)
