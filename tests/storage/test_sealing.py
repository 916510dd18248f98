"""What is sealed opens with the same secret key for the same purpose, and with nothing else."""

import json

import hypothesis
import pytest
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.auth.models import User
from django.contrib.sessions.backends.db import SessionStore
from hypothesis import given
from hypothesis import strategies as st

from poise.storage.accounts import count_unreadable_second_steps
from poise.storage.sealing import SECOND_STEP, SESSION, SealedSessions, UnreadableSecretError, seal, unseal

SECRET = "PLANTEDSECRETJBSWY3DPEHPK3PXP234"
KEY = "the secret key of the tests"
SEALED_BEFORE = (
    "sealed:gAAAAABrA0HU-aRcVCjTaO60Yww3IY7qi9OEzOfu8EfHDQ9hIDPtSA0u0hG77iUzOYj6_0tyicY3fIjEgLEQM9oEeBPvLkxt3vqFy5A1bgmN"
    "V8YxvaAAGrBL3BZcdaY-4YjXqIh6Msfm"
)


@hypothesis.settings(max_examples=25)
@given(st.text())
def test_what_is_sealed_opens_again_and_never_looks_the_same(text: str) -> None:
    stored = seal(text, SECOND_STEP)
    assert unseal(stored, SECOND_STEP) == text
    assert stored != seal(text, SECOND_STEP)


def test_another_purpose_another_key_and_a_changed_letter_open_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    stored = seal(SECRET, SECOND_STEP)
    assert SECRET not in stored
    changed = stored[:40] + ("A" if stored[40] != "A" else "B") + stored[41:]
    for wrong, purpose in ((stored, SESSION), (changed, SECOND_STEP), ("sealed:", SECOND_STEP)):
        with pytest.raises(UnreadableSecretError):
            unseal(wrong, purpose)
    monkeypatch.setattr(settings, "SECRET_KEY", KEY)
    with pytest.raises(UnreadableSecretError) as refused:
        unseal(stored, SECOND_STEP)
    assert SECRET not in str(refused.value)


def test_what_an_earlier_poise_sealed_still_opens(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "SECRET_KEY", KEY)
    assert unseal(SEALED_BEFORE, SECOND_STEP) == SECRET


def test_what_was_stored_before_anything_was_sealed_is_read() -> None:
    assert unseal(SECRET, SECOND_STEP) == SECRET
    assert SealedSessions().loads(json.dumps({"a": 1}).encode()) == {"a": 1}
    assert SealedSessions().loads(SealedSessions().dumps({"a": "ö"})) == {"a": "ö"}


@pytest.mark.django_db
def test_under_another_key_a_session_is_empty_and_second_steps_are_counted_as_shut_out(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    session = SessionStore()
    session["mfa.totp.secret"] = SECRET
    stored = session.encode(dict(session))
    for name in ("ada", "ben"):
        user = User.objects.create_user(name)
        for kind, kept in ((Authenticator.Type.TOTP, "secret"), (Authenticator.Type.RECOVERY_CODES, "seed")):
            Authenticator.objects.create(user=user, type=kind, data={kept: seal(SECRET, SECOND_STEP)})
    assert session.decode(stored) == {"mfa.totp.secret": SECRET}
    assert count_unreadable_second_steps() == 0
    monkeypatch.setattr(settings, "SECRET_KEY", KEY)
    assert session.decode(stored) == {}
    assert count_unreadable_second_steps() == 2
