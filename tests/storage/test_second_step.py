"""Who lost phone and codes is let in again, by whoever runs Poise and nobody else; the trail says so."""

import pytest
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib.auth.models import User
from django.utils import timezone

from poise.storage import records
from poise.storage.accounts import has_second_step, reset_second_step
from poise.storage.auditing import list_deeds
from poise.storage.members import UnknownMemberError

EMAIL = "owner@harbour.example"
PASSWORD = "a long password for a test"


@pytest.fixture
def owner(db: None) -> User:  # noqa: ARG001  the database must be there
    records.ensure_organisation("harbour", "Harbour & Hill")
    records.add_member("harbour", EMAIL, PASSWORD, "owner")
    return User.objects.get(email=EMAIL)


def test_a_second_step_is_switched_off_and_every_sign_in_ends(owner: User) -> None:
    for kind in (Authenticator.Type.TOTP, Authenticator.Type.RECOVERY_CODES):
        Authenticator.objects.create(user=owner, type=kind, data={})
    UserSession.objects.create(user=owner, ip="127.0.0.1", session_key="somewhere", user_agent="a phone")
    assert reset_second_step(f" {EMAIL.title()}", timezone.now())
    assert not has_second_step(owner.pk)
    assert not Authenticator.objects.exists()
    assert not UserSession.objects.exists()
    assert [(deed.deed, deed.account) for deed in list_deeds("harbour")] == [("reset_second_step", "")]


def test_where_there_is_none_nothing_changes_and_strangers_are_refused(owner: User) -> None:
    assert not reset_second_step(owner.email, timezone.now())
    assert list_deeds("harbour") == []
    with pytest.raises(UnknownMemberError):
        reset_second_step("nobody@harbour.example", timezone.now())
