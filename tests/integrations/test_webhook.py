"""Messages to a real server on this machine, and to those that should never be called."""

import socket
import ssl
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from poise.hiring.webhooks import verify
from poise.integrations.webhook import DeliveryError, Message, Route, post_message

NAME = "hooks.example.com"
NOW = 1_800_000_000.0


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, NAME)])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(NAME)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("tls") / "both.pem"
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.write_bytes(secret + made.public_bytes(serialization.Encoding.PEM))
    return path


class Receiver(BaseHTTPRequestHandler):
    """Keeps what it was sent and answers as it is told."""

    status, seconds = 204, 0.0
    taken: list[tuple[str, str, str]] = []  # noqa: RUF012  emptied by the fixture

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        type(self).taken.append((self.headers["Host"], body, self.headers["Poise-Signature"]))
        time.sleep(self.seconds)
        with suppress(OSError):
            self.send_response(self.status)
            self.send_header("Location", "https://127.0.0.1/elsewhere")
            self.end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def receiving(certificate: Path, status: int = 204, seconds: float = 0.0) -> Iterator[int]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    Receiver.status, Receiver.seconds = status, seconds
    Receiver.taken.clear()
    server = HTTPServer(("127.0.0.1", 0), Receiver)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def route(certificate: Path | None, address: str = "127.0.0.1") -> Route:
    tls = ssl.create_default_context(cafile=str(certificate)) if certificate else None
    return Route(lambda _host, _port: [address], lambda _address: True, tls)


def message(port: int, payload: str = '{"kind":"sitting.finished"}') -> Message:
    return Message("one", f"https://{NAME}:{port}/poise?x=1", "secret", payload)


def test_a_message_arrives_signed_at_the_name_it_was_meant_for(certificate: Path) -> None:
    with receiving(certificate) as port:
        assert post_message(message(port, '{"said":"é"}'), NOW, route(certificate)) == 204
    ((host, body, signature),) = Receiver.taken
    assert host == f"{NAME}:{port}"
    assert verify("secret", body, signature, int(NOW))


@pytest.mark.parametrize("status", [301, 307, 404, 500])
def test_anything_but_success_is_a_failure_and_no_redirect_is_followed(certificate: Path, status: int) -> None:
    with receiving(certificate, status) as port, pytest.raises(DeliveryError, match=f"status {status}") as failed:
        post_message(message(port), NOW, route(certificate))
    assert failed.value.status == status
    assert len(Receiver.taken) == 1


def test_who_hangs_is_left_in_time(certificate: Path) -> None:
    with receiving(certificate, seconds=1.5) as port:
        before = time.monotonic()
        with pytest.raises(DeliveryError, match="no answer"):
            post_message(message(port), NOW, route(certificate), seconds=0.3)
        assert time.monotonic() - before < 1


def test_a_name_that_is_never_resolved_is_left_in_time() -> None:
    def sleep(_host: str, _port: int) -> list[str]:
        time.sleep(1)
        return []

    with pytest.raises(DeliveryError, match=r"no answer within 0\.2 seconds"):
        post_message(message(443), NOW, Route(sleep), seconds=0.2)


def test_a_certificate_of_nobody_is_refused(certificate: Path) -> None:
    with receiving(certificate) as port, pytest.raises(DeliveryError, match="secure connection failed"):
        post_message(message(port), NOW, route(None))
    assert Receiver.taken == []


@pytest.mark.parametrize("inside", ["127.0.0.1", "10.0.0.8", "169.254.169.254", "::1", "::ffff:192.168.1.1", "fd00::1"])
def test_a_name_that_leads_inside_the_house_is_never_called(inside: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("called")

    monkeypatch.setattr(socket, "create_connection", refuse)
    for addresses in ([inside], ["93.184.215.14", inside]):
        with pytest.raises(DeliveryError, match="not public"):
            post_message(message(443), NOW, Route(lambda _host, _port, found=addresses: found))  # type: ignore[misc]


def test_a_name_that_is_not_known_is_said() -> None:
    def fail(_host: str, _port: int) -> list[str]:
        raise socket.gaierror

    with pytest.raises(DeliveryError, match="cannot be found"):
        post_message(message(443), NOW, Route(fail))
