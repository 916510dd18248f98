"""A mail server of a few lines, which keeps what it is sent and refuses what it is told to refuse."""

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes
from email.message import Message


class MailServer(socketserver.ThreadingTCPServer):
    """Answers on a free port of this machine; `refuse` maps a command or a part of an address to an answer."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Talk)
        self.letters: list[Message] = []
        self.refuse: dict[str, str] = {}

    @property
    def port(self) -> int:
        return int(self.server_address[1])


class Talk(socketserver.StreamRequestHandler):
    server: MailServer

    def handle(self) -> None:
        self.say("220 ready")
        while line := self.rfile.readline().decode().strip():
            command = line.split(":", maxsplit=1)[0].split()[0].upper()
            refusal = next(
                (answer for part, answer in self.server.refuse.items() if part.lower() in line.lower()), None
            )
            if refusal:
                self.say(refusal)
            elif command == "DATA":
                self.say("354 go on")
                self.server.letters.append(message_from_bytes(self.read_letter()))
                self.say("250 taken")
            elif command == "QUIT":
                self.say("221 bye")
                return
            else:
                self.say("250 good")

    def say(self, words: str) -> None:
        self.wfile.write(f"{words}\r\n".encode())

    def read_letter(self) -> bytes:
        lines = iter(lambda: self.rfile.readline().rstrip(b"\r\n"), b".")
        return b"\n".join(line[1:] if line.startswith(b"..") else line for line in lines)


@contextmanager
def mail_server() -> Iterator[MailServer]:
    with MailServer() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()
