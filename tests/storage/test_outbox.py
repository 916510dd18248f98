"""Letters are stored with what they tell of; each is claimed by one worker, and none is sent to no purpose."""

from datetime import datetime, timedelta
from functools import partial

import pytest
from storage.test_journal import run_together

from poise.hiring.mailing import WAITS
from poise.storage import doors, outbox
from poise.storage.models import Invitation, Mail, Organisation
from poise.storage.outbox import LEASE, claim_mails, list_mails, mark_refused, mark_sent, put_mail, put_reminders
from poise.storage.transaction import writing

pytestmark = pytest.mark.django_db
WORDS = ("An invitation", "Open https://poise.example/i/secret/")


@pytest.fixture
def invitation(library_hash: str, now: datetime) -> Invitation:  # noqa: ARG001  its rows must be there
    doors.invite("harbour", "desk", "Ada", now=now, expires_at=now + timedelta(days=14))
    row = Invitation.objects.get()
    put(row, now)
    return row


def put(row: Invitation, now: datetime, key: str = "") -> bool:
    with writing():
        return put_mail(row, "invitation", key or f"invitation:{row.pk}", "ada@example.com", WORDS, now)


def stages() -> list[tuple[str, str, str]]:
    return [(one.kind, one.stage, one.last_error) for one in list_mails("harbour")]


def test_the_same_letter_is_put_in_once(invitation: Invitation, now: datetime) -> None:
    assert not put(invitation, now)
    assert put(invitation, now, "another")
    assert outbox.count_waiting("harbour") == 2
    assert outbox.count_waiting("hill") == 0
    assert list_mails("hill") == []


def test_what_is_taken_back_with_its_transaction_is_never_sent(library_hash: str, now: datetime) -> None:  # noqa: ARG001
    def fail() -> None:
        with writing():
            put_mail(Organisation.named("harbour"), "k", "k", "ada@example.com", WORDS, now)
            raise OSError("the cable was pulled")

    with pytest.raises(OSError, match="cable"):
        fail()
    assert claim_mails(now) == []


@pytest.mark.usefixtures("invitation")
def test_a_claimed_letter_is_left_alone_until_its_worker_must_be_gone(now: datetime) -> None:
    (letter,) = claim_mails(now)
    assert letter.body == WORDS[1]
    assert claim_mails(now + LEASE) == []
    assert claim_mails(now + LEASE + timedelta(seconds=1)) == [letter], "the same again: at least once"
    mark_sent(letter.number, now)
    assert stages() == [("invitation", "sent", "")]
    assert Mail.objects.get().body == "", "the link is forgotten"
    mark_refused(letter.number, "too late", now)
    assert stages() == [("invitation", "sent", "")], "what was sent stays sent"


@pytest.mark.usefixtures("invitation")
def test_a_refused_letter_waits_longer_each_time_and_is_given_up(now: datetime) -> None:
    at = now
    for number, wait in enumerate(WAITS, start=1):
        (letter,) = claim_mails(at)
        mark_refused(letter.number, f"451 busy {number}", at)
        assert stages() == [("invitation", "waiting", f"451 busy {number}")]
        assert claim_mails(at + wait - timedelta(seconds=1)) == []
        at += wait
    (letter,) = claim_mails(at)
    mark_refused(letter.number, "451 busy", at)
    assert stages() == [("invitation", "given up", "451 busy")]
    assert Mail.objects.get().body == ""


@pytest.mark.usefixtures("invitation")
def test_what_will_never_be_taken_is_given_up_at_once(now: datetime) -> None:
    (letter,) = claim_mails(now)
    mark_refused(letter.number, "550 no such mailbox", now, for_good=True)
    assert stages() == [("invitation", "given up", "550 no such mailbox")]


@pytest.mark.parametrize(
    ("change", "why"),
    [({"revoked": True}, "the invitation was withdrawn"), ({"days": 15}, "the invitation has expired")],
)
def test_a_letter_that_leads_nowhere_any_more_is_not_sent(
    invitation: Invitation, now: datetime, change: dict[str, int], why: str
) -> None:
    if "revoked" in change:
        doors.revoke_invitation("harbour", invitation.pk, now)
    assert claim_mails(now + timedelta(days=change.get("days", 0))) == []
    assert stages() == [("invitation", "given up", why)]


def test_one_reminder_goes_to_who_has_not_begun(invitation: Invitation, now: datetime) -> None:
    late = now + timedelta(days=12)
    assert put_reminders(late) == 0, "the invitation itself was never sent"
    (letter,) = claim_mails(now)
    mark_sent(letter.number, now)
    assert put_reminders(now + timedelta(days=10)) == 0, "too early"
    assert put_reminders(late) == 1
    assert put_reminders(late) == 0
    (reminder,) = claim_mails(late)
    assert reminder.to == "ada@example.com"
    assert "4 March 2026" in reminder.body
    Invitation.objects.filter(pk=invitation.pk).update(expires_at=late + timedelta(days=9))
    assert put_reminders(late + timedelta(days=8)) == 0, "once, also where the term was made longer"


def test_nobody_is_reminded_who_began_meanwhile(invitation: Invitation, library_hash: str, now: datetime) -> None:
    (letter,) = claim_mails(now)
    mark_sent(letter.number, now)
    late = now + timedelta(days=12)
    assert put_reminders(late) == 1
    Invitation.objects.filter(pk=invitation.pk).update(token_hash=doors.hash_token("token"))
    doors.open_sitting_for_invitation("token", library_hash, late)
    assert claim_mails(late) == []
    assert stages()[0] == ("reminder", "given up", "the sitting has begun")


def test_a_letter_goes_with_what_it_is_about(invitation: Invitation) -> None:
    invitation.delete()
    assert not Mail.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_of_two_workers_each_gets_other_letters(library_hash: str, now: datetime) -> None:  # noqa: ARG001  as above
    with writing():
        for number in range(9):
            put_mail(Organisation.named("harbour"), "k", f"k{number}", "ada@example.com", WORDS, now)
    first, second = run_together(*(partial(claim_mails, now, 5) for _ in range(2)))
    assert isinstance(first, list)
    assert isinstance(second, list)
    assert len({letter.number for letter in (*first, *second)}) == len(first) + len(second) == 9
