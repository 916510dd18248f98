"""One message to a webhook: to public addresses only, within a total time, following no redirect."""

import socket
import ssl
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from queue import Empty, SimpleQueue
from threading import Thread
from urllib.parse import urlsplit

from poise.hiring.webhooks import is_public, sign

SECONDS = 10.0
HTTPS = 443
TAKEN = range(200, 300)
Resolve = Callable[[str, int], list[str]]


class DeliveryError(RuntimeError):
    """A message was not taken; the message says why, `status` what was answered, where something was."""

    def __init__(self, message: str, status: int | None = None) -> None:
        super().__init__(message)
        self.status = status


@dataclass(frozen=True)
class Message:
    """What is sent, where, and the secret that signs it."""

    ident: str
    url: str
    secret: str
    payload: str


@dataclass(frozen=True)
class Route:
    """How a server is reached: which addresses a name has, which of them may be called, and how its TLS is judged."""

    resolve: Resolve
    may_call: Callable[[str], bool] = is_public
    tls: ssl.SSLContext | None = None


def resolve_name(host: str, port: int) -> list[str]:
    """Return the addresses of a name, as the machine knows them; raises OSError."""
    return list(dict.fromkeys(str(one[4][0]) for one in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)))


PUBLIC = Route(resolve_name)


def post_message(message: Message, now: float, route: Route = PUBLIC, seconds: float = SECONDS) -> int:
    """Send a message and return the status with which it was taken.

    The name is resolved once, every address of it must be public, and the connection goes to the very address that was
    checked: a name that changes its mind in between leads nowhere else. The exchange runs in a thread of its own, so
    that a server that answers a byte a second, or a name that is never resolved, cannot hold the worker.

    Raises
    ------
    DeliveryError
        The name leads inside the house, nobody answered in time, or not with a status of success.
    """
    answers: SimpleQueue[int | DeliveryError] = SimpleQueue()
    exchange = _Exchange(message, now, route, seconds)
    Thread(target=lambda: answers.put(exchange.run()), name="poise-webhook", daemon=True).start()
    try:
        answered = answers.get(timeout=seconds)
    except Empty:
        exchange.abandon()
        raise DeliveryError(f"no answer within {seconds:g} seconds") from None
    if isinstance(answered, DeliveryError):
        raise answered
    return answered


class _Exchange:
    """One request and the status of its answer; the body of the answer is never read."""

    def __init__(self, message: Message, now: float, route: Route, seconds: float) -> None:
        self._message, self._now, self._route = message, now, route
        self._until = time.monotonic() + seconds
        self._socket: socket.socket | None = None

    def run(self) -> int | DeliveryError:
        """Return the status, or why there is none."""
        try:
            return self._post()
        except DeliveryError as error:
            return error
        except TimeoutError:
            return DeliveryError("no answer in time")
        except ssl.SSLError as error:
            return DeliveryError(f"the secure connection failed ({error.reason or type(error).__name__})")
        except (OSError, HTTPException, ValueError) as error:
            return DeliveryError(f"the connection failed ({type(error).__name__})")
        finally:
            self.abandon()

    def abandon(self) -> None:
        """Cut the connection, so that the thread ends."""
        if self._socket is not None:
            with suppress(OSError):
                self._socket.close()

    def _post(self) -> int:
        parts = urlsplit(self._message.url)
        host, port = parts.hostname or "", parts.port or HTTPS
        address = self._choose(host, port)
        plain = socket.create_connection((address, port), timeout=self._left())
        self._socket = plain
        context = self._route.tls or ssl.create_default_context()
        self._socket = context.wrap_socket(plain, server_hostname=host)
        connection = HTTPConnection(host, port)
        connection.sock = self._socket
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        connection.request("POST", target, self._message.payload.encode(), self._headers(parts.netloc))
        with connection.getresponse() as answer:
            if answer.status in TAKEN:
                return answer.status
            raise DeliveryError(f"answered with status {answer.status}", answer.status)

    def _choose(self, host: str, port: int) -> str:
        try:
            addresses = self._route.resolve(host, port)
        except OSError:
            raise DeliveryError(f"the name {host} cannot be found") from None
        if not addresses or not all(self._route.may_call(one) for one in addresses):
            raise DeliveryError(f"the name {host} leads to an address that is not public")
        return addresses[0]

    def _headers(self, host: str) -> dict[str, str]:
        return {
            "Host": host,
            "Content-Type": "application/json",
            "User-Agent": "Poise",
            "Connection": "close",
            "Poise-Delivery": self._message.ident,
            "Poise-Signature": sign(self._message.secret, self._message.payload, int(self._now)),
        }

    def _left(self) -> float:
        return max(0.1, self._until - time.monotonic())
