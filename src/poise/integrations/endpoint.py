"""One question to an OpenAI-compatible endpoint, within a total time limit, whatever the other side does."""

import json
import re
import socket
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from queue import Empty, SimpleQueue
from threading import Event, Thread
from typing import Any
from urllib.parse import urlsplit

DEFAULT_SECONDS = 4.0
LEAST_SECONDS, MOST_SECONDS = 0.1, 20.0
MOST_BYTES = 65_536
OK = 200
UNNAMED = "the endpoint's default model"
_MODEL = re.compile(r"[A-Za-z0-9][\w .:/@+-]{0,99}", re.ASCII)
_KEY = re.compile(r"[!-~]{1,1000}", re.ASCII)
_PATH = "/chat/completions"


class SettingsError(ValueError):
    """A setting that cannot be used; the message names it and says what was expected."""


class EndpointError(RuntimeError):
    """No answer that can be used; the message says why and holds nothing of what was sent or received."""


@dataclass(frozen=True)
class EndpointSettings:
    """Where the endpoint is, which model is asked for, and how long it may take in all."""

    secure: bool
    host: str
    port: int
    path: str
    model: str = ""
    key: str = field(default="", repr=False)
    seconds: float = DEFAULT_SECONDS
    in_assessment: bool = False

    @property
    def name(self) -> str:
        """The model's name, as it is stored with what it worded."""
        return self.model or UNNAMED


def read_settings(environ: Mapping[str, str]) -> EndpointSettings | None:
    """Return the settings from the environment, or None where no endpoint is named; raises SettingsError."""
    url = environ.get("POISE_VOICE_URL", "").strip()
    if not url:
        return None
    secure, host, port, path = _read_url(url)
    model, key = environ.get("POISE_VOICE_MODEL", "").strip(), environ.get("POISE_VOICE_KEY", "").strip()
    if model and not _MODEL.fullmatch(model):
        raise SettingsError(f"POISE_VOICE_MODEL is {model!r}, expected a model's name of at most 100 characters")
    if key and not _KEY.fullmatch(key):
        raise SettingsError("POISE_VOICE_KEY holds spaces or characters that no key has; its value is not shown here")
    return EndpointSettings(
        secure=secure,
        host=host,
        port=port,
        path=path,
        model=model,
        key=key,
        seconds=_read_seconds(environ.get("POISE_VOICE_SECONDS", "").strip()),
        in_assessment=_read_switch(environ.get("POISE_VOICE_IN_ASSESSMENT", "")),
    )


def ask_endpoint(settings: EndpointSettings, messages: list[dict[str, str]]) -> str:
    """Return the text of the first choice; raises EndpointError, at the latest when the time is over.

    The exchange runs in a thread of its own. A limit on each single read would not be enough: a server that sends one
    byte a second keeps within it for ever, and a name that cannot be resolved has no limit at all.
    """
    sent: dict[str, Any] = {"messages": messages, "stream": False}
    if settings.model:
        sent["model"] = settings.model
    exchange = _Exchange(settings, json.dumps(sent).encode())
    Thread(target=exchange.run, name="poise-voice", daemon=True).start()
    try:
        answered = exchange.answers.get(timeout=settings.seconds)
    except Empty:
        exchange.abandon()
        raise EndpointError(_too_late(settings)) from None
    if isinstance(answered, EndpointError):
        raise answered
    return read_answer(answered)


def read_answer(body: bytes) -> str:
    """Return the text of the first choice of a whole answer; raises EndpointError for anything else."""
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        raise EndpointError("the answer is not JSON") from None
    try:
        text = found["choices"][0]["message"]["content"]
    except (KeyError, IndexError, TypeError):
        raise EndpointError("the answer has another shape than expected") from None
    if not isinstance(text, str) or not text.strip():
        raise EndpointError("the answer holds no text")
    return text


class _Exchange:
    """One request and its answer, which can be abandoned at any moment."""

    def __init__(self, settings: EndpointSettings, body: bytes) -> None:
        self.answers: SimpleQueue[bytes | EndpointError] = SimpleQueue()
        self._settings, self._body = settings, body
        self._abandoned = Event()
        kind = HTTPSConnection if settings.secure else HTTPConnection
        self._connection = kind(settings.host, settings.port, timeout=settings.seconds)

    def run(self) -> None:
        """Ask, and put the answer or the reason of the failure into the queue."""
        try:
            self.answers.put(self._ask())
        except EndpointError as error:
            self.answers.put(error)
        except TimeoutError:
            self.answers.put(EndpointError(_too_late(self._settings)))
        except (OSError, HTTPException, ValueError) as error:
            self.answers.put(EndpointError(f"the connection failed ({type(error).__name__})"))
        finally:
            self._connection.close()

    def abandon(self) -> None:
        """Stop waiting: the connection is cut, so that the thread ends."""
        self._abandoned.set()
        if (open_socket := self._connection.sock) is not None:
            with suppress(OSError):
                open_socket.shutdown(socket.SHUT_RDWR)

    def _ask(self) -> bytes:
        headers = {"Content-Type": "application/json", "Accept": "application/json", "Connection": "close"}
        if self._settings.key:
            headers["Authorization"] = f"Bearer {self._settings.key}"
        self._connection.connect()
        if self._abandoned.is_set():
            raise EndpointError("the time was over before the connection stood")
        self._connection.request("POST", self._settings.path, self._body, headers)
        with self._connection.getresponse() as answer:
            if answer.status != OK:  # a redirect too: what was meant for this server goes to no other
                raise EndpointError(f"the endpoint answered with status {answer.status}")
            body = answer.read(MOST_BYTES + 1)
        if len(body) > MOST_BYTES:
            raise EndpointError(f"the answer has more than {MOST_BYTES:,} bytes")
        return body


def _too_late(settings: EndpointSettings) -> str:
    return f"no whole answer within {settings.seconds:g} seconds"


def _read_url(url: str) -> tuple[bool, str, int, str]:
    expected = "expected an address like http://127.0.0.1:8080/v1, without name, password, query or fragment"
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise SettingsError(f"POISE_VOICE_URL cannot be read as an address; {expected}") from None
    if parts.username is not None or parts.password is not None or parts.query or parts.fragment:
        raise SettingsError(f"POISE_VOICE_URL holds more than an address; {expected}")
    if parts.scheme not in {"http", "https"} or not parts.hostname or not re.fullmatch(r"[!-~]+", url):
        raise SettingsError(f"POISE_VOICE_URL is {url!r}; {expected}")
    secure = parts.scheme == "https"
    path = parts.path.rstrip("/").removesuffix(_PATH) + _PATH
    return secure, parts.hostname, port or (443 if secure else 80), path


def _read_seconds(given: str) -> float:
    try:
        seconds = float(given or DEFAULT_SECONDS)
    except ValueError:
        seconds = -1.0
    if not LEAST_SECONDS <= seconds <= MOST_SECONDS:
        raise SettingsError(
            f"POISE_VOICE_SECONDS is {given!r}, expected a number from {LEAST_SECONDS:g} to {MOST_SECONDS:g}"
        )
    return seconds


def _read_switch(given: str) -> bool:
    value = given.strip().lower()
    if value in {"on", "1", "true", "yes"}:
        return True
    if value in {"off", "0", "false", "no", ""}:
        return False
    raise SettingsError(f"POISE_VOICE_IN_ASSESSMENT is {given!r}, expected on or off")
