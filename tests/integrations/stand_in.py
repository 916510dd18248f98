"""A stand-in for an endpoint: it answers well, hangs, lies, drips, and answers rubbish, by its path."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from typing import Any


@dataclass
class StandIn:
    """A server on this machine; `says` makes the line from the payload that came in."""

    says: Callable[[dict[str, Any]], str] = lambda told: str(told["line"])
    stopped: Event = field(default_factory=Event)
    payloads: list[dict[str, Any]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)
    port: int = 0

    def url(self, behaviour: str = "well") -> str:
        return f"http://127.0.0.1:{self.port}/{behaviour}/v1"


def completion(text: object) -> bytes:
    return json.dumps({"choices": [{"message": {"role": "assistant", "content": text}}]}).encode()


BODIES: dict[str, bytes] = {
    "html": b"<!doctype html><title>Sign in</title>",
    "not_json": b'{"choices": [',
    "deep": b"[" * 60_000,
    "bytes": b"\xff\xfe\x00",
    "shape": b'{"choices": {"message": "hello"}}',
    "list": b"[1, 2]",
    "none": b'{"choices": []}',
    "null": completion(None),
    "blank": completion("  \n "),
    "parts": completion([{"type": "text", "text": "hello"}]),
    "nothing": b"",
    "huge": completion("a" * 5_000_000),
}


class Handler(BaseHTTPRequestHandler):
    """One request; it writes no log."""

    stand_in: StandIn

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  the name is given by http.server
        pass

    def do_GET(self) -> None:
        self.stand_in.paths.append(self.path)
        self._answer(200, completion("You followed me."))

    def do_POST(self) -> None:
        stand_in = self.stand_in
        sent = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        stand_in.paths.append(self.path)
        stand_in.payloads.append(sent)
        stand_in.headers.append(dict(self.headers))
        behaviour = self.path.split("/")[1]
        if behaviour == "hang":
            stand_in.stopped.wait(5)
        elif behaviour == "drip":
            self._drip(b"HTTP/1.1 200 OK\r\nContent-Length: 400\r\n\r\n")
        elif behaviour == "drip_headers":
            self._drip(b"HTTP/1.1 200 OK\r\nX-Long: ")
        elif behaviour == "endless":
            self._flood()
        elif behaviour == "raw":
            self.wfile.write(b"220 mail.example ESMTP\r\n")
        elif behaviour == "cut":
            self.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 400\r\n\r\n{")
        elif behaviour == "redirect":
            self.send_response(302)
            self.send_header("Location", f"http://127.0.0.1:{stand_in.port}/elsewhere")
            self.end_headers()
        elif behaviour.isdecimal():
            self._answer(int(behaviour), completion("An error with a nice body."))
        elif behaviour in BODIES:
            self._answer(200, BODIES[behaviour])
        else:
            self._answer(200, completion(stand_in.says(json.loads(sent["messages"][-1]["content"]))))
        self.close_connection = True

    def _answer(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _drip(self, head: bytes) -> None:
        self.wfile.write(head)
        while not self.stand_in.stopped.wait(0.02):
            self.wfile.write(b"a")

    def _flood(self) -> None:
        self.wfile.write(b"HTTP/1.1 200 OK\r\n\r\n")
        while not self.stand_in.stopped.is_set():
            self.wfile.write(b" " * 65_536)


class QuietServer(ThreadingHTTPServer):
    """A server that says nothing when somebody hangs up on it."""

    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        pass


@contextmanager
def standing_in() -> Iterator[StandIn]:
    """Serve for as long as the block lasts."""
    stand_in = StandIn()
    server = QuietServer(("127.0.0.1", 0), type("OwnHandler", (Handler,), {"stand_in": stand_in}))
    server.block_on_close = False
    stand_in.port = server.server_address[1]
    Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    try:
        yield stand_in
    finally:
        stand_in.stopped.set()
        server.shutdown()
        server.server_close()
