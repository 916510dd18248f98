"""A new Poise can be visited at once, and a second start changes nothing that is still good."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.auth.models import User
from django.db import connection

from poise.content.library import Library
from poise.sitting.events import SittingFinished
from poise.sitting.journal import Change
from poise.storage import doors, records
from poise.storage.demo import CANDIDATE, HIRER, ensure_demo
from poise.storage.journal import DjangoJournal

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(settings, "POISE_DATA", tmp_path)
    records.library.cache_clear()
    return tmp_path


def test_the_first_start_makes_the_open_door_and_the_demo(now: datetime) -> None:
    demo = ensure_demo(now)
    door = records.find_open_door()
    assert door is not None
    assert door.name == "Is it for me?"
    (position,) = records.list_positions(demo.organisation)
    assert (position.name, position.job) == ("Complaints desk, spring intake", "complaints_desk")
    user = User.objects.get(username=HIRER)
    assert demo.password is not None
    assert user.check_password(demo.password)
    found = records.membership(user.pk)
    assert found is not None
    assert (found.organisation.name, found.role) == ("Harbour & Hill Home", "owner")
    invitation = doors.find_invitation(demo.invitation, now)
    assert invitation.status == "ok"
    assert [view.name for view in records.list_candidates(demo.organisation)] == [CANDIDATE]


def test_a_second_start_changes_nothing(now: datetime) -> None:
    assert ensure_demo(now + timedelta(days=29)) == ensure_demo(now)


def test_the_secrets_are_for_their_owner_only(data: Path, now: datetime) -> None:
    demo = ensure_demo(now)
    kept = {path.name: path for path in data.iterdir()}
    assert sorted(kept) == ["demo_invitation", "demo_password"]
    assert {path.stat().st_mode & 0o777 for path in kept.values()} == {0o600}
    assert kept["demo_password"].read_text().strip() == demo.password
    assert kept["demo_invitation"].read_text().strip() == demo.invitation
    with connection.cursor() as cursor:
        cursor.execute("SELECT password FROM auth_user")
        assert demo.password is not None
        assert demo.password not in cursor.fetchone()[0]


def test_an_invitation_that_expired_is_renewed(now: datetime) -> None:
    first = ensure_demo(now)
    later = now + timedelta(days=31)
    second = ensure_demo(later)
    assert second.invitation != first.invitation
    assert second.password == first.password
    assert doors.find_invitation(second.invitation, later).status == "ok"


def test_an_invitation_that_was_used_is_renewed(now: datetime, small_library: Library) -> None:
    first = ensure_demo(now)
    digest = records.publish_library("open_door", small_library, now)
    sitting = doors.open_sitting_for_invitation(first.invitation, digest, now).sitting
    assert ensure_demo(now).invitation == first.invitation, "somebody is in the middle of it"
    DjangoJournal(first.organisation).append(sitting.key, 1, Change((SittingFinished(at=now.isoformat()),)))
    assert ensure_demo(now).invitation != first.invitation


def test_a_password_that_was_changed_is_neither_printed_nor_overwritten(now: datetime) -> None:
    ensure_demo(now)
    user = User.objects.get(username=HIRER)
    user.set_password("my own long secret")
    user.save()
    assert ensure_demo(now).password is None
    assert User.objects.get(username=HIRER).check_password("my own long secret")


def test_a_lost_password_file_gives_a_new_password(data: Path, now: datetime) -> None:
    first = ensure_demo(now)
    (data / "demo_password").unlink()
    second = ensure_demo(now)
    assert second.password not in (None, first.password)
    assert User.objects.get(username=HIRER).check_password(second.password or "")


def test_a_new_database_beside_old_secrets_keeps_the_password(now: datetime) -> None:
    first = ensure_demo(now)
    User.objects.all().delete()
    assert ensure_demo(now).password == first.password
    assert User.objects.get(username=HIRER).check_password(first.password or "")
