"""Letters reach a mail server at least once, under one name each; refusals are told apart from trouble."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from django.utils import timezone
from pytest_django import Settings
from web.mail_server import MailServer, mail_server

from poise.storage import outbox, records
from poise.storage.models import Mail, Organisation
from poise.storage.outbox import list_mails, put_mail
from poise.storage.transaction import writing
from poise.web import mailing
from poise.web.mailing import send_waiting
from poise.web.working import ChoreFailedError

pytestmark = pytest.mark.django_db


@pytest.fixture
def server(settings: Settings) -> Iterator[MailServer]:
    with mail_server() as running:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", running.port, 5
        settings.DEFAULT_FROM_EMAIL = "poise@harbour.example"
        yield running


@pytest.fixture(autouse=True)
def letters(db: None) -> None:  # noqa: ARG001  the database must be there
    records.ensure_organisation("harbour", "Harbour")
    put("ada", "ben")


def put(*names: str, at: datetime | None = None) -> None:
    with writing():
        for name in names:
            words = (f"Für {name}\nBcc: eve@example.com", f"Grüße.\n.\nThe link is for {name}.")
            put_mail(Organisation.named("harbour"), "k", name, f"{name}@example.com", words, at or timezone.now())


def stages() -> dict[str, tuple[str, str]]:
    return {one.to.partition("@")[0]: (one.stage, one.last_error) for one in list_mails("harbour")}


def test_what_waits_is_sent_once(server: MailServer) -> None:
    assert send_waiting() == "Sent 2 letters."
    assert send_waiting() == ""
    letter = server.letters[0]
    assert (letter["To"], letter["From"]) == ("ada@example.com", "poise@harbour.example")
    assert letter["Bcc"] is None
    payload = letter.get_payload(decode=True)
    assert isinstance(payload, bytes)
    assert payload.decode().split("\n") == ["Grüße.", ".", "The link is for ada."]
    assert stages() == {"ada": ("sent", ""), "ben": ("sent", "")}
    assert set(Mail.objects.values_list("body", flat=True)) == {""}


def test_who_is_killed_between_sending_and_noting_it_sends_again_under_the_same_name(
    server: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    def die(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as killed:
        killed.setattr(mailing, "mark_sent", die)
        with pytest.raises(KeyboardInterrupt):
            send_waiting()
    assert send_waiting() == "", "it is still claimed"
    Mail.objects.update(claimed_at=timezone.now() - outbox.LEASE - timedelta(seconds=1))
    assert send_waiting() == "Sent 2 letters."
    names = [letter["Message-ID"] for letter in server.letters]
    assert len(names) == 3
    assert names[0] == names[1] != names[2]


def test_a_letter_that_is_refused_for_good_is_given_up_and_the_others_go(server: MailServer) -> None:
    server.refuse = {"RCPT TO:<ada": "550 5.1.1 no such mailbox"}
    assert send_waiting() == "Sent 1 letter. 1 letter refused; the desk says why."
    assert stages() == {"ada": ("given up", "550 5.1.1 no such mailbox"), "ben": ("sent", "")}


def test_a_letter_that_is_refused_for_now_is_tried_later(server: MailServer) -> None:
    server.refuse = {"DATA": "451 greylisted, come back"}
    assert send_waiting() == "2 letters refused; the desk says why."
    assert stages() == dict.fromkeys(("ada", "ben"), ("waiting", "451 greylisted, come back"))
    server.refuse = {}
    assert send_waiting() == "", "not at once"
    Mail.objects.update(not_before=timezone.now())
    assert send_waiting() == "Sent 2 letters."


@pytest.mark.parametrize("answer", ["535 wrong password", "421 too busy"])
def test_trouble_with_the_server_is_told_and_no_letter_is_given_up(server: MailServer, answer: str) -> None:
    server.refuse = {"MAIL FROM": answer}
    with pytest.raises(ChoreFailedError, match=answer):
        send_waiting()
    assert {stage for stage, _ in stages().values()} == {"waiting"}


def test_a_server_that_is_away_is_told(server: MailServer, settings: Settings) -> None:
    settings.EMAIL_PORT = 9
    with pytest.raises(ChoreFailedError, match="refused"):
        send_waiting()
    assert server.letters == []
    assert {stage for stage, _ in stages().values()} == {"waiting"}


def test_without_a_server_letters_wait(settings: Settings) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
    assert send_waiting() == ""
    assert not mailing.is_set_up()
    assert outbox.count_waiting("harbour") == 2
