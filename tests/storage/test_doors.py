"""An invitation opens one sitting, for its person, while it is valid; tokens are never stored."""

import threading
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.db import connection

from poise.sitting.events import SittingFinished, SittingOpened
from poise.sitting.journal import Change
from poise.storage import doors, records
from poise.storage.doors import InvitationClosedError, OpenedSitting
from poise.storage.journal import DjangoJournal
from poise.storage.models import Invitation, Sitting

DAY = timedelta(days=1)


@pytest.fixture
def token(library_hash: str, now: datetime) -> str:  # noqa: ARG001  its rows must be there
    return doors.invite("harbour", "desk", "  Ada Quill ", now=now, expires_at=now + DAY)


@pytest.mark.django_db
class TestInvitations:
    def test_a_new_invitation_is_open(self, token: str, now: datetime) -> None:
        found = doors.find_invitation(token, now)
        assert found.status == "ok"
        assert found.invitation is not None
        assert found.invitation.candidate_name == "Ada Quill"
        assert (found.invitation.position.job, found.invitation.organisation.name) == ("complaints_desk", "Harbour")
        assert found.invitation.sitting is None

    def test_it_expires_where_nothing_was_begun(self, token: str, library_hash: str, now: datetime) -> None:
        assert doors.find_invitation(token, now + DAY - timedelta(microseconds=1)).status == "ok"
        assert doors.find_invitation(token, now + DAY).status == "expired"
        with pytest.raises(InvitationClosedError, match="expired") as raised:
            doors.open_sitting_for_invitation(token, library_hash, now + DAY)
        assert raised.value.status == "expired"
        assert not Sitting.objects.exists()

    def test_what_was_begun_in_time_may_be_ended_later(self, token: str, library_hash: str, now: datetime) -> None:
        begun = doors.open_sitting_for_invitation(token, library_hash, now)
        later = now + 2 * DAY
        assert doors.find_invitation(token, later).status == "ok"
        again = doors.open_sitting_for_invitation(token, library_hash, later)
        assert (again.sitting, again.resume_token, again.is_new) == (begun.sitting, begun.resume_token, False)

    def test_it_can_be_revoked_even_when_begun(self, token: str, library_hash: str, now: datetime) -> None:
        found = doors.find_invitation(token, now).invitation
        assert found is not None
        assert not doors.revoke_invitation("hill", found.number, now), "by its own organisation only"
        doors.open_sitting_for_invitation(token, library_hash, now)
        assert doors.revoke_invitation("harbour", found.number, now)
        assert not doors.revoke_invitation("harbour", found.number, now), "once"
        assert doors.find_invitation(token, now).status == "revoked"
        with pytest.raises(InvitationClosedError, match="revoked"):
            doors.open_sitting_for_invitation(token, library_hash, now)

    def test_a_finished_one_is_used_and_leads_back_to_its_sitting(
        self, token: str, library_hash: str, now: datetime
    ) -> None:
        begun = doors.open_sitting_for_invitation(token, library_hash, now)
        end = SittingFinished(at=(now + DAY).isoformat())
        DjangoJournal("harbour").append(begun.sitting.key, 1, Change((end,)))
        assert doors.find_invitation(token, now).status == "used"
        again = doors.open_sitting_for_invitation(token, library_hash, now)
        assert (again.sitting.key, again.sitting.finished_at) == (begun.sitting.key, now + DAY)

    def test_an_unknown_token_opens_nothing(self, library_hash: str, now: datetime) -> None:
        assert doors.find_invitation("guess", now) == doors.FoundInvitation("unknown", None)
        with pytest.raises(InvitationClosedError, match="unknown"):
            doors.open_sitting_for_invitation("guess", library_hash, now)

    @pytest.mark.parametrize("person", ["", "   ", "x" * 201])
    def test_a_name_is_needed_and_not_a_novel(self, library_hash: str, now: datetime, person: str) -> None:  # noqa: ARG002  as above
        with pytest.raises(ValueError, match="1 to 200"):
            doors.invite("harbour", "desk", person, now=now, expires_at=now + DAY)

    def test_it_cannot_have_expired_when_it_is_made(self, library_hash: str, now: datetime) -> None:  # noqa: ARG002  as above
        with pytest.raises(ValueError, match="expected a time after"):
            doors.invite("harbour", "desk", "Ada", now=now, expires_at=now)

    def test_nobody_invites_for_the_position_of_another(self, library_hash: str, now: datetime) -> None:  # noqa: ARG002  as above
        records.ensure_position("hill", "attic", "Attic", job="j", blueprint="b")
        with pytest.raises(KeyError, match="attic"):
            doors.invite("harbour", "attic", "Ada", now=now, expires_at=now + DAY)

    def test_a_library_without_the_blueprint_opens_nothing(self, token: str, library_hash: str, now: datetime) -> None:
        records.ensure_position("harbour", "odd", "Odd", job="j", blueprint="not_there")
        odd = doors.invite("harbour", "odd", "Ada", now=now, expires_at=now + DAY)
        with pytest.raises(KeyError, match="not_there"):
            doors.open_sitting_for_invitation(odd, library_hash, now)
        with pytest.raises(KeyError, match="c" * 64):
            doors.open_sitting_for_invitation(token, "c" * 64, now)
        assert not Sitting.objects.exists()
        assert not Invitation.objects.filter(opened_at__isnull=False).exists()


@pytest.mark.django_db
class TestSittings:
    def test_an_invited_sitting_begins_as_its_invitation_says(
        self, token: str, library_hash: str, now: datetime
    ) -> None:
        opened = doors.open_sitting_for_invitation(token, library_hash, now)
        view = opened.sitting
        assert opened.is_new
        assert (view.organisation, view.candidate_name, view.door) == ("harbour", "Ada Quill", "invitation")
        assert (view.blueprint, view.library, view.version) == ("complaints_desk", library_hash, 1)
        (event,) = DjangoJournal("harbour").read(view.key)
        assert isinstance(event, SittingOpened)
        assert (event.door, event.library, event.blueprint) == ("invitation", library_hash, "complaints_desk")
        assert datetime.fromisoformat(event.at) == now
        assert doors.find_sitting_by_resume(opened.resume_token) == view

    def test_who_comes_by_the_open_door_stays_nameless(self, library_hash: str, now: datetime) -> None:
        first = doors.start_open_sitting(library_hash, "is_it_for_me", now)
        second = doors.start_open_sitting(library_hash, "is_it_for_me", now)
        assert first.sitting.key != second.sitting.key
        assert first.resume_token != second.resume_token
        assert (first.sitting.organisation, first.sitting.candidate_name, first.sitting.door) == (
            "open_door",
            "",
            "open",
        )
        assert doors.find_sitting_by_resume(first.resume_token) == first.sitting
        assert doors.find_sitting_by_resume("guess") is None
        seeds = {DjangoJournal("open_door").read(one.sitting.key)[0] for one in (first, second)}
        assert len({event.seed for event in seeds if isinstance(event, SittingOpened)}) == 2

    def test_an_open_sitting_needs_a_blueprint_of_its_library(self, library_hash: str, now: datetime) -> None:
        with pytest.raises(KeyError, match="not_there"):
            doors.start_open_sitting(library_hash, "not_there", now)


@pytest.mark.django_db(transaction=True)
def test_of_all_who_open_an_invitation_at_once_each_gets_the_same_sitting(
    token: str, library_hash: str, now: datetime
) -> None:
    results: list[OpenedSitting] = []
    start = threading.Barrier(4)

    def run() -> None:
        try:
            connection.ensure_connection()
            start.wait(timeout=10)
            results.append(doors.open_sitting_for_invitation(token, library_hash, now))
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert len(results) == 4
    assert len({(result.sitting.key, result.resume_token) for result in results}) == 1
    assert sum(result.is_new for result in results) == 1
    assert Sitting.objects.count() == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.databases("sqlite")
def test_no_token_is_stored(token: str, library_hash: str, now: datetime) -> None:
    invited = doors.open_sitting_for_invitation(token, library_hash, now)
    opened = doors.start_open_sitting(library_hash, "is_it_for_me", now)
    database = Path(connection.settings_dict["NAME"])
    files = b"".join(path.read_bytes() for path in database.parent.glob(database.name + "*"))
    assert invited.sitting.key.encode() in files
    for secret in (token, invited.resume_token, opened.resume_token):
        assert len(secret) >= 43
        assert secret.encode() not in files
