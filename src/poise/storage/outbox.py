"""The outbox: letters are stored together with what they tell of, and sent afterwards, so that none is lost."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from django.db.models import Q, QuerySet

from poise.hiring.mailing import wait_after
from poise.hiring.reminding import BEFORE, Asked, is_due, write_reminder
from poise.storage.invitation_tokens import find_token
from poise.storage.models import Invitation, Mail, MemberInvitation, Organisation, Sitting
from poise.storage.transaction import reading, writing

LEASE = timedelta(minutes=5)
"""A letter that was claimed and neither sent nor refused for so long is claimed anew: its worker is gone."""
SHOWN = 100
LONGEST_SUBJECT, LONGEST_ERROR = 200, 300
Stage = Literal["waiting", "sent", "given up"]


@dataclass(frozen=True)
class Letter:
    """A letter that this worker is to send now."""

    number: int
    key: str
    to: str
    subject: str
    body: str


@dataclass(frozen=True)
class MailView:
    """A letter as its organisation sees it; its body may hold a link and is not shown."""

    number: int
    kind: str
    to: str
    subject: str
    stage: Stage
    created_at: datetime
    sent_at: datetime | None
    attempts: int
    last_error: str


def put_mail(
    about: Organisation | Invitation | MemberInvitation | Sitting,
    kind: str,
    key: str,
    to: str,
    words: tuple[str, str],
    at: datetime,
) -> bool:
    """Put a letter into the outbox, inside the caller's transaction, and say whether it is new.

    Parameters
    ----------
    about
        What it is about. When that is deleted, the letter goes with it.
    key
        The same for the same letter: a second one with this key is not put in.
    words
        Subject and body.
    """
    owner = about if isinstance(about, Organisation) else about.organisation
    subject, body = words
    _, is_new = Mail.objects.get_or_create(
        key=key,
        defaults={
            "organisation": owner,
            "invitation": about if isinstance(about, Invitation) else None,
            "member_invitation": about if isinstance(about, MemberInvitation) else None,
            "sitting": about if isinstance(about, Sitting) else None,
            "kind": kind,
            "to": to,
            "subject": " ".join(subject.split())[:LONGEST_SUBJECT],
            "body": body,
            "created_at": at,
            "not_before": at,
        },
    )
    return is_new


def put_mails(letters: Iterable[tuple[Invitation, str, str, tuple[str, str]]], at: datetime) -> None:
    """Put letters about invitations into the outbox by the thousand: whose, which kind, their keys and their words."""
    Mail.objects.bulk_create(
        (
            Mail(
                organisation=row.organisation,
                invitation=row,
                key=key,
                kind=kind,
                to=row.email,
                subject=" ".join(subject.split())[:LONGEST_SUBJECT],
                body=body,
                created_at=at,
                not_before=at,
            )
            for row, kind, key, (subject, body) in letters
        ),
        batch_size=500,
        ignore_conflicts=True,
    )


def claim_mails(now: datetime, most: int = 5) -> list[Letter]:
    """Return letters that are due, each to one worker only for the time of the lease."""
    due = _waiting().filter(not_before__lte=now).filter(Q(claimed_at__isnull=True) | Q(claimed_at__lt=now - LEASE))
    with reading():
        if not due.exists():
            return []
    with writing():
        _drop_pointless(now)
        rows = list(due.order_by("not_before", "pk")[:most])
        Mail.objects.filter(pk__in=[row.pk for row in rows]).update(claimed_at=now)
    return [Letter(row.pk, row.key, row.to, row.subject, row.body) for row in rows]


def mark_sent(number: int, now: datetime) -> None:
    """Note that a letter was taken by the mail server; its body is forgotten."""
    with writing():
        _waiting().filter(pk=number).update(sent_at=now, claimed_at=None, body="", last_error="")


def mark_refused(number: int, error: str, now: datetime, *, for_good: bool = False) -> None:
    """Note that a letter was not taken: it waits longer each time, and is given up in the end, or at once."""
    with writing():
        row = _waiting().filter(pk=number).first()
        if row is None:
            return
        row.attempts, row.claimed_at, row.last_error = row.attempts + 1, None, error[:LONGEST_ERROR]
        wait = None if for_good else wait_after(row.attempts)
        if wait is None:
            row.given_up_at, row.body = now, ""
        else:
            row.not_before = now + wait
        row.save()


def release(numbers: list[int]) -> None:
    """Let go of letters that were claimed and not tried."""
    with writing():
        _waiting().filter(pk__in=numbers).update(claimed_at=None)


def list_mails(organisation: str, invitation: int | None = None) -> list[MailView]:
    """Return the newest letters of an organisation, or of one of its invitations."""
    rows = Mail.objects.filter(organisation__key=organisation)
    rows = rows if invitation is None else rows.filter(invitation=invitation)
    with reading():
        return [_view(row) for row in rows.order_by("-pk")[:SHOWN]]


def count_waiting(organisation: str) -> int:
    """Return how many letters of an organisation wait to be sent."""
    with reading():
        return _waiting().filter(organisation__key=organisation).count()


def put_reminders(now: datetime, link_to: Callable[[str], str] | None = None) -> int:
    """Put in a reminder for everybody who is due for one and got none, and return how many.

    `link_to` returns the whole address of an invitation from its token, where it is known under which the pages are
    visited.
    """
    open_ones = Invitation.objects.filter(
        expires_at__gt=now, expires_at__lte=now + BEFORE, sitting__isnull=True, revoked_at__isnull=True
    ).exclude(mails__kind="reminder")
    asked = open_ones.filter(mails__kind="invitation", mails__sent_at__isnull=False)
    with reading():
        if not asked.exists():
            return 0
    with writing():
        rows = asked.select_related("organisation", "position").distinct()
        return sum(_put_reminder(row, now, link_to) for row in rows)


def _put_reminder(row: Invitation, now: datetime, link_to: Callable[[str], str] | None) -> bool:
    letter = row.mails.filter(kind="invitation", sent_at__isnull=False).order_by("-sent_at").first()
    if letter is None or letter.sent_at is None:
        return False
    token = find_token(row)
    asked = Asked(
        name=row.candidate_name,
        organisation=row.organisation.name,
        position=row.position.name,
        contact=row.organisation.contact,
        letter=letter.subject,
        link=link_to(token) if link_to and token else "",
        asked_at=letter.sent_at,
        expires_at=row.expires_at,
        has_begun=row.sitting_id is not None,
        is_revoked=row.revoked_at is not None,
    )
    return is_due(asked, now) and put_mail(row, "reminder", f"reminder:{row.pk}", letter.to, write_reminder(asked), now)


def _drop_pointless(now: datetime) -> None:
    """Give up letters to people whose invitation was withdrawn or has expired meanwhile."""
    for gone, why in (
        (Q(invitation__revoked_at__isnull=False), "the invitation was withdrawn"),
        (Q(member_invitation__revoked_at__isnull=False), "the invitation was withdrawn"),
        (Q(invitation__expires_at__lte=now, invitation__sitting__isnull=True), "the invitation has expired"),
        (Q(kind="reminder", invitation__sitting__isnull=False), "the sitting has begun"),
    ):
        numbers = list(_waiting().filter(gone).values_list("pk", flat=True))
        Mail.objects.filter(pk__in=numbers).update(given_up_at=now, claimed_at=None, body="", last_error=why)


def _waiting() -> QuerySet[Mail]:
    return Mail.objects.filter(sent_at__isnull=True, given_up_at__isnull=True)


def _view(row: Mail) -> MailView:
    stage: Stage = "sent" if row.sent_at else "given up" if row.given_up_at else "waiting"
    return MailView(
        row.pk, row.kind, row.to, row.subject, stage, row.created_at, row.sent_at, row.attempts, row.last_error
    )
