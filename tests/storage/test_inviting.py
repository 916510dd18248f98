"""Invitations, positions and members in the store: all or nothing, links that can be drawn up again, and races."""

import threading
from datetime import datetime, timedelta

import pytest
from django.db import connection

from poise.hiring.inviting import Asked
from poise.hiring.letters import Letter
from poise.hiring.refusal import OvertakenError, RefusedError
from poise.storage import doors, inviting, members, positions, records
from poise.storage.auditing import Doer, list_deeds
from poise.storage.invitation_tokens import find_token
from poise.storage.models import Invitation, Mail, Member
from poise.storage.views import InvitationView

DAY = timedelta(days=1)
PEOPLE = (Asked("Ada Quill", "ada@example.org", ("breaks",)), Asked("Bo Lindgren"))


def write(invitation: InvitationView, token: str) -> Letter:
    return Letter(f"For {invitation.candidate_name}", token)


@pytest.fixture
def doer(now: datetime) -> Doer:
    return Doer("Ida Berg", "ida@harbour.example", now)


@pytest.mark.django_db
@pytest.mark.usefixtures("library_hash")
class TestInviting:
    def test_each_gets_a_link_that_opens_and_a_letter_where_there_is_an_address(self, doer: Doer) -> None:
        given = inviting.invite_people("harbour", "desk", PEOPLE, doer.at + DAY, doer, write)
        assert [one.asked for one in given] == list(PEOPLE)
        for one in given:
            found = doors.find_invitation(one.token, doer.at).invitation
            assert found is not None
            assert (found.number, found.candidate_name) == (one.number, one.asked.name)
            assert found.accommodations == one.asked.accommodations
        assert Mail.objects.get().body == given[0].token
        (deed,) = list_deeds("harbour")
        assert deed.detail == {"people": 2, "until": (doer.at + DAY).isoformat()}

    def test_what_is_kept_does_not_open_it_and_another_secret_key_does_not_draw_it_up(
        self, doer: Doer, settings: object
    ) -> None:
        (given,) = inviting.invite_people("harbour", "desk", PEOPLE[:1], doer.at + DAY, doer, write)
        row = Invitation.objects.get()
        assert given.token not in repr(Invitation.objects.values())
        assert find_token(row) == given.token
        settings.SECRET_KEY = "another"  # type: ignore[attr-defined]
        assert find_token(row) is None
        with pytest.raises(RefusedError, match="not kept"):
            inviting.remind("harbour", row.pk, doer, write)
        assert doors.find_invitation(given.token, doer.at).status == "ok"

    def test_a_letter_that_cannot_be_written_invites_nobody(self, doer: Doer) -> None:
        def fail(_invitation: InvitationView, _token: str) -> Letter:
            raise RuntimeError("no words")

        with pytest.raises(RuntimeError, match="no words"):
            inviting.invite_people("harbour", "desk", PEOPLE, doer.at + DAY, doer, fail)
        assert not Invitation.objects.exists()
        assert list_deeds("harbour") == []

    def test_an_address_counts_as_invited_until_it_is_withdrawn_or_expires(self, doer: Doer) -> None:
        (given,) = inviting.invite_people("harbour", "desk", PEOPLE[:1], doer.at + DAY, doer, write)
        asked = frozenset({"ada@example.org"})
        assert inviting.addresses_invited("harbour", "desk", doer.at) == asked
        assert inviting.addresses_invited("harbour", "desk", doer.at + DAY) == frozenset()
        assert inviting.addresses_invited("hill", "desk", doer.at) == frozenset()
        inviting.withdraw("harbour", given.number, doer)
        assert inviting.addresses_invited("harbour", "desk", doer.at) == frozenset()

    def test_who_began_before_a_position_was_closed_may_finish(self, doer: Doer, library_hash: str) -> None:
        first, second = inviting.invite_people("harbour", "desk", PEOPLE, doer.at + DAY, doer, write)
        doors.open_sitting_for_invitation(first.token, library_hash, doer.at)
        positions.close_position("harbour", "desk", positions.find_position("harbour", "desk").mark, doer)
        assert doors.find_invitation(first.token, doer.at).status == "ok"
        assert doors.find_invitation(second.token, doer.at).status == "closed"
        with pytest.raises(doors.InvitationClosedError, match="closed"):
            doors.open_sitting_for_invitation(second.token, library_hash, doer.at)


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("library_hash")
class TestRaces:
    def test_of_two_who_change_a_position_at_once_one_is_told(self, doer: Doer) -> None:
        seen = positions.find_position("harbour", "desk").mark
        results = race(
            lambda: positions.rename_position("harbour", "desk", "Summer", seen, doer),
            lambda: positions.set_blind("harbour", "desk", seen, doer, wanted=True),
        )
        assert sorted(results) == ["OvertakenError", "done"]
        assert len(list_deeds("harbour")) == 1

    def test_of_two_last_owners_who_leave_at_once_one_stays(self, doer: Doer) -> None:
        for name in ("ida", "bo"):
            records.add_member("harbour", f"{name}@harbour.example", "a long password for a test", "owner")
        first, second = (one.number for one in members.list_members("harbour"))
        results = race(
            lambda: members.remove_member("harbour", first, doer),
            lambda: members.change_role("harbour", second, "hirer", "owner", doer),
        )
        assert sorted(results) == ["LastOwnerError", "done"]
        assert Member.objects.filter(role="owner").count() == 1


def race(*deeds: object) -> list[str]:
    """Do several things at the same moment, each with a connection of its own; return what came of each."""
    gate, results = threading.Barrier(len(deeds)), []

    def run(deed: object) -> None:
        gate.wait()
        try:
            deed()  # type: ignore[operator]
            results.append("done")
        except (OvertakenError, RefusedError) as error:
            results.append(type(error).__name__)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(deed,)) for deed in deeds]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results
