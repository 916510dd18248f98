"""Tries are counted by all processes together, tell of nobody, and are forgotten."""

import os
import re
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.db import connection
from django.utils import timezone
from storage.databases import POSTGRESQL, server

from poise.storage.backup import back_up, restore
from poise.storage.models import Organisation, Tally
from poise.storage.records import ensure_organisation
from poise.storage.tallies import forget_tallies

ADDRESS = "203.0.113.77"
TRY = f"""
import sys
from poise import settings
if sys.argv[1]:
    settings.DATABASES["default"]["NAME"] = sys.argv[1]
settings.ACCOUNT_RATE_LIMITS["login"] = "30/h/ip"
import django
django.setup()
from allauth.core import ratelimit
from django.test import RequestFactory
request = RequestFactory().post("/", REMOTE_ADDR="{ADDRESS}")
print("ready", flush=True)
sys.stdin.readline()
tries = [ratelimit.consume(request, action="login") for _ in range(40)]
print(sum(tries))
"""


def tell(data: Path) -> tuple[str, dict[str, str]]:
    """Return the file of the tests' database, empty on a server, and the environment of a process that shares it."""
    shared = {
        "POISE_DATA": str(data),
        "POISE_SECRET_KEY": settings.SECRET_KEY,
        "DJANGO_SETTINGS_MODULE": "poise.settings",
    }
    if connection.vendor == POSTGRESQL:
        return "", os.environ | shared | {"DATABASE_URL": server().url(str(connection.settings_dict["NAME"]))}
    return str(connection.settings_dict["NAME"]), os.environ | shared


@pytest.mark.django_db(transaction=True)
def test_two_processes_that_count_at_the_same_time_let_through_what_one_would(tmp_path: Path) -> None:
    name, environment = tell(tmp_path)
    started = [
        subprocess.Popen(
            [sys.executable, "-c", TRY, name], env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        for _ in range(2)
    ]
    for process in started:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    for process in started:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    let_through = [int(process.communicate(timeout=60)[0]) for process in started]
    assert sum(let_through) == 30
    assert all(re.fullmatch(r"[0-9a-f]{64}", row.cache_key) for row in Tally.objects.all())
    assert not Tally.objects.filter(value__contains=ADDRESS).exists()


@pytest.mark.django_db
def test_what_has_expired_is_forgotten_and_nothing_else() -> None:
    cache.set("of now", [1.0], 60)
    cache.set("of before", [1.0], 5)
    now = timezone.now()
    assert forget_tallies(now) == 0
    assert forget_tallies(now + timedelta(seconds=30)) == 1
    assert cache.get("of now") == [1.0]


@pytest.mark.django_db(transaction=True)
def test_no_backup_holds_a_tally_or_a_sign_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "POISE_DATA", tmp_path)
    if connection.vendor == POSTGRESQL:
        monkeypatch.setenv("PATH", f"{server().programs}{os.pathsep}{os.environ['PATH']}")
    ensure_organisation("harbour", "Harbour")
    cache.set("of now", [1.0], 60)
    signed_in = SessionStore()
    signed_in.create()
    back_up(tmp_path / "copy")
    assert cache.get("of now") == [1.0]
    assert Session.objects.exists()
    kept = (tmp_path / "copy").read_bytes()
    assert [one for one in (Tally.objects.get().pk, signed_in.session_key) if str(one).encode() in kept] == []
    restore(tmp_path / "copy")
    assert Organisation.objects.exists()
    assert not Tally.objects.exists()
    assert not Session.objects.exists()
