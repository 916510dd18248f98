"""The settings follow the environment, keep the secret key, and say what is wrong with a value."""

import json
import logging
import os
import re
import subprocess
import sys
import threading
from datetime import timedelta
from pathlib import Path

import pytest
from axes.models import AccessAttempt
from csp.utils import build_policy
from django.conf import settings
from django.contrib.auth import authenticate
from django.contrib.auth.models import User
from django.core.checks import run_checks
from django.db import OperationalError
from django.test import RequestFactory
from django.utils import timezone

import poise.settings
from poise.settings.log import DiscreetFormatter
from poise.settings.signing_in import read_forwarded_address

SHOW = """
import json, poise.settings as s
print(json.dumps({name: str(getattr(s, name)) for name in dir(s) if name.isupper()}))
"""


def start(folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("POISE_")}
    command = [sys.executable, "-c", SHOW]
    return subprocess.run(
        command, cwd=folder, env={**kept, **environment}, capture_output=True, text=True, check=False, timeout=60
    )


def shown(folder: Path, **environment: str) -> dict[str, str]:
    done = start(folder, **environment)
    assert done.returncode == 0, done.stderr
    values: dict[str, str] = json.loads(done.stdout)
    return values


def test_without_an_environment_everything_lies_in_var_for_its_owner_only(tmp_path: Path) -> None:
    values = shown(tmp_path)
    data = tmp_path / "var"
    assert values["POISE_DATA"] == str(data)
    assert data.stat().st_mode & 0o777 == 0o700
    assert (data / "secret_key").stat().st_mode & 0o777 == 0o600
    assert [path.name for path in data.iterdir()] == ["secret_key"], "no draft stays behind"
    assert len(values["SECRET_KEY"]) >= 64
    assert values["ALLOWED_HOSTS"] == "['127.0.0.1', 'localhost', '[::1]']"
    assert (values["DEBUG"], values["SESSION_COOKIE_SECURE"]) == ("False", "False")
    assert shown(tmp_path)["SECRET_KEY"] == values["SECRET_KEY"], "a second start keeps the key"


def test_the_environment_is_followed(tmp_path: Path) -> None:
    data = tmp_path / "deep" / "data"
    values = shown(
        tmp_path,
        POISE_DATA=str(data),
        POISE_SECRET_KEY="from the environment",
        POISE_HOSTS="a.example, b.example,",
        POISE_DEBUG="Yes",
        POISE_HTTPS="on",
    )
    assert data.is_dir()
    assert not (data / "secret_key").exists()
    assert values["SECRET_KEY"] == "from the environment"
    assert values["ALLOWED_HOSTS"] == "['a.example', 'b.example']"
    on = ("DEBUG", "SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE", "SECURE_SSL_REDIRECT")
    assert [values[name] for name in on] == ["True"] * 4
    assert values["SECURE_HSTS_SECONDS"] == "31536000"
    assert values["SECURE_PROXY_SSL_HEADER"] == "('HTTP_X_FORWARDED_PROTO', 'https')"


def test_processes_that_start_together_share_one_key(tmp_path: Path) -> None:
    found: list[str] = []
    threads = [threading.Thread(target=lambda: found.append(shown(tmp_path)["SECRET_KEY"])) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 4
    assert len(set(found)) == 1


def test_what_cannot_be_right_is_named(tmp_path: Path) -> None:
    assert "POISE_DEBUG is 'maybe', expected on or off" in start(tmp_path, POISE_DEBUG="maybe").stderr
    (tmp_path / "file").write_text("")
    assert "POISE_DATA is" in start(tmp_path, POISE_DATA=str(tmp_path / "file")).stderr
    (tmp_path / "var").mkdir(exist_ok=True)
    (tmp_path / "var" / "secret_key").write_text("")
    assert "is empty, expected the secret key" in start(tmp_path).stderr


def test_an_address_of_a_database_is_followed(tmp_path: Path) -> None:
    address = "postgresql://ada:pa%40ss@db.example:6543/poise?sslmode=verify-full&options=-c%20work_mem%3D8MB"
    values = shown(tmp_path, DATABASE_URL=address)["DATABASES"]
    for part in ("backends.postgresql", "'db.example'", "6543", "'pa@ss'", "verify-full", "synchronous_commit=on"):
        assert part in values
    assert "=60s -c work_mem=8MB" in values, "what the address says comes last and wins"
    assert "sqlite3" in shown(tmp_path, DATABASE_URL=" ")["DATABASES"]


@pytest.mark.parametrize(
    ("address", "told"),
    [
        ("mysql://ada:secret@db/poise", "DATABASE_URL begins with 'mysql', expected postgresql://"),
        ("sqlite:///secret.db", "DATABASE_URL begins with 'sqlite', expected postgresql://"),
        ("db.example/secret", "DATABASE_URL cannot be read"),
        ("postgresql://ada:se[cret@db/poise", "DATABASE_URL cannot be read"),
        ("postgresql://ada:secret@db:port/poise", "DATABASE_URL cannot be read"),
        ("postgresql://ada:secret@db", "DATABASE_URL names no database"),
    ],
)
def test_an_address_that_cannot_be_right_is_refused_without_quoting_it(tmp_path: Path, address: str, told: str) -> None:
    said = start(tmp_path, DATABASE_URL=address).stderr
    assert told in said
    assert "secret" not in said


def test_the_mail_server_is_followed(tmp_path: Path) -> None:
    assert shown(tmp_path)["EMAIL_BACKEND"].endswith("dummy.EmailBackend")
    address = "smtp+tls://ada:pa%40ss@mail.example"
    values = shown(tmp_path, POISE_MAIL_URL=address, POISE_MAIL_FROM="poise@harbour.example")
    names = ("EMAIL_HOST", "EMAIL_PORT", "EMAIL_HOST_USER", "EMAIL_HOST_PASSWORD", "EMAIL_USE_TLS", "EMAIL_USE_SSL")
    assert [values[name] for name in names] == ["mail.example", "587", "ada", "pa@ss", "True", "False"]
    assert values["DEFAULT_FROM_EMAIL"] == "poise@harbour.example"


@pytest.mark.parametrize("address", ["secret", "imap://ada:secret@mail", "smtp://:secret@", "smtps://a:secret@m:x"])
def test_a_mail_server_that_cannot_be_right_is_refused_without_quoting_it(tmp_path: Path, address: str) -> None:
    said = start(tmp_path, POISE_MAIL_URL=address, POISE_MAIL_FROM="poise@harbour.example").stderr
    assert "POISE_MAIL_URL cannot be read, expected smtp+tls://" in said
    assert "secret" not in said
    assert "POISE_MAIL_FROM is ''" in start(tmp_path, POISE_MAIL_URL="smtp://mail.example").stderr


def test_every_variable_that_is_read_is_documented() -> None:
    parts = Path(poise.settings.__file__).parent.glob("*.py")
    source = "".join(part.read_text(encoding="utf-8") for part in parts)
    documentation = poise.settings.__doc__ or ""
    read = set(re.findall(r'"(POISE_[A-Z_]+|[A-Z_]+_URL)"', source))
    assert read == set(re.findall(r"^(POISE_[A-Z_]+|[A-Z_]+_URL) ", documentation, re.MULTILINE))
    assert len(read) >= 10


def test_django_finds_nothing_wrong() -> None:
    assert run_checks() == []


def test_no_test_touches_real_data() -> None:
    assert "poise-tests-" in str(settings.DATABASES["default"]["NAME"])
    assert "poise-tests-" in str(settings.POISE_DATA)


def test_pages_may_load_and_send_nothing_elsewhere() -> None:
    policy = build_policy()
    parts = {part.split()[0]: part.split()[1:] for part in policy.split(";")}
    assert parts["default-src"] == parts["script-src"] == parts["style-src"] == parts["form-action"] == ["'self'"]
    assert parts["frame-ancestors"] == parts["object-src"] == ["'none'"]
    assert "unsafe" not in policy


def test_the_visitor_behind_a_proxy_is_the_one_the_proxy_saw() -> None:
    request = RequestFactory().get("/", headers={"x-forwarded-for": "6.6.6.6, 10.0.0.7"})
    assert read_forwarded_address(request) == "10.0.0.7"
    assert read_forwarded_address(RequestFactory().get("/")) == "127.0.0.1"


@pytest.mark.django_db
def test_five_wrong_passwords_lock_an_account_for_this_address_only() -> None:
    User.objects.create_user("ada", password="the right one")

    def sign_in(password: str, address: str) -> User | None:
        request = RequestFactory().post("/", REMOTE_ADDR=address)
        return authenticate(request, username="ada", password=password)

    for _ in range(4):
        assert sign_in("wrong", "10.0.0.1") is None
    assert sign_in("the right one", "10.0.0.1") is not None, "four are forgiven"
    AccessAttempt.objects.all().delete()
    for _ in range(5):
        assert sign_in("wrong", "10.0.0.1") is None
    assert sign_in("the right one", "10.0.0.1") is None
    assert sign_in("the right one", "10.0.0.2") is not None
    AccessAttempt.objects.update(attempt_time=timezone.now() - timedelta(minutes=15, seconds=1))
    assert sign_in("the right one", "10.0.0.1") is not None, "a quarter of an hour later"


class TestDiscreetFormatter:
    def written(self, error: Exception, message: str = "Internal Server Error: /x") -> str:
        def fail() -> None:
            raise error

        try:
            fail()
        except Exception:  # noqa: BLE001  any kind of it
            record = logging.LogRecord("django", logging.ERROR, "f.py", 1, message, None, sys.exc_info())
        return DiscreetFormatter("{message}", style="{").format(record)

    def test_the_words_of_candidates_are_left_out(self) -> None:
        line = self.written(ValueError("not an event: 'my private words'"))
        assert "private" not in line
        assert "ValueError" in line
        assert "test_settings.py" in line

    def test_the_words_in_what_led_to_an_error_are_left_out(self) -> None:
        try:
            try:
                int("secret" + "words")
            except ValueError as first:
                raise RuntimeError("cannot go on") from first
        except RuntimeError:
            record = logging.LogRecord("django", logging.ERROR, "f.py", 1, "failed", None, sys.exc_info())
        line = DiscreetFormatter("{message}", style="{").format(record)
        assert "secretwords" not in line
        assert line.index("ValueError") < line.index("RuntimeError")

    def test_what_an_operator_needs_is_said(self) -> None:
        assert "database is locked" in self.written(OperationalError("database is locked"))

    def test_tokens_are_left_out(self) -> None:
        token = "Ab-_" * 11
        assert token not in self.written(ValueError(), f"Not Found: /invitation/{token}/")
        assert "Not Found: /invitation/…/" in self.written(ValueError(), f"Not Found: /invitation/{token}/")
