"""Sending what waits in the outbox: at least once each, and the same letter always under the same Message-ID."""

from smtplib import SMTPDataError, SMTPException, SMTPNotSupportedError, SMTPRecipientsRefused

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.utils import timezone

from poise.hiring.mailing import LASTING, message_id
from poise.storage.outbox import Letter, claim_mails, mark_refused, mark_sent, release
from poise.web.working import ChoreFailedError

NO_SERVER = "No mail server is set (POISE_MAIL_URL), so letters wait in the outbox."


def is_set_up() -> bool:
    """Say whether there is a server that sends mail; without one letters wait in the outbox."""
    return not str(settings.EMAIL_BACKEND).endswith("dummy.EmailBackend")


def send_waiting() -> str:
    """Send what is due, and say in words what came of it; raises ChoreFailedError."""
    sent = refused = 0
    while is_set_up() and (letters := claim_mails(timezone.now())):
        done, failed, trouble = _send_batch(letters)
        sent, refused = sent + done, refused + failed
        if trouble:
            raise ChoreFailedError(f"the mail server cannot be used ({trouble}); letters wait")
    told = f"Sent {_count(sent)}." if sent else ""
    return f"{told} {_count(refused)} refused; the desk says why.".strip() if refused else told


def _send_batch(letters: list[Letter]) -> tuple[int, int, str]:
    """Return how many were sent, how many refused, and what is wrong with the server, where it is."""
    sent = refused = 0
    server = get_connection()
    try:
        server.open()
        for letter in letters:
            error = _send(letter, server)
            sent, refused = (sent + 1, refused) if error is None else (sent, refused + 1)
    except (OSError, SMTPException) as error:
        trouble = _say(error)
        mark_refused(letters[sent + refused].number, trouble, timezone.now())
        release([letter.number for letter in letters[sent + refused + 1 :]])
        return sent, refused, trouble
    finally:
        _close(server)
    return sent, refused, ""


def _send(letter: Letter, server: BaseEmailBackend) -> str | None:
    """Send one letter and note what came of it; raises where the server and not the letter is in trouble."""
    headers = {"Message-ID": message_id(letter.key, settings.DEFAULT_FROM_EMAIL), "Auto-Submitted": "auto-generated"}
    try:
        EmailMessage(letter.subject, letter.body, to=[letter.to], headers=headers, connection=server).send()
    except (SMTPRecipientsRefused, SMTPDataError, SMTPNotSupportedError, ValueError) as error:
        code = _code(error)
        mark_refused(letter.number, _say(error), timezone.now(), for_good=code is None or code in LASTING)
        return _say(error)
    mark_sent(letter.number, timezone.now())
    return None


def _code(error: Exception) -> int | None:
    if isinstance(error, SMTPRecipientsRefused):
        return next((int(code) for code, _ in error.recipients.values()), None)
    return getattr(error, "smtp_code", None)


def _say(error: Exception) -> str:
    """Return what a server answered, in a line for a person."""
    code, words = _code(error), getattr(error, "smtp_error", str(error))
    if isinstance(error, SMTPRecipientsRefused):
        words = next((said for _, said in error.recipients.values()), b"")
    said = words.decode("utf-8", "replace") if isinstance(words, bytes) else str(words)
    return " ".join(f"{code or type(error).__name__} {said}".split())


def _close(server: BaseEmailBackend) -> None:
    try:
        server.close()
    except (OSError, SMTPException):
        return


def _count(number: int) -> str:
    return f"{number} letter{'' if number == 1 else 's'}"
