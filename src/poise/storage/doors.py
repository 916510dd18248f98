"""How people come in: by an invitation, by the open door, and back again to a sitting they began."""

import secrets
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import Literal

from poise.content.blueprint import Blueprint
from poise.sitting.events import SittingOpened
from poise.sitting.journal import Change
from poise.storage.journal import Entry, insert_sitting
from poise.storage.models import Invitation, Organisation, Position
from poise.storage.records import library
from poise.storage.transaction import reading, writing
from poise.storage.views import InvitationView, SittingView, invitations, sittings, view_invitation, view_sitting
from poise.storage.webhooks import announce

Status = Literal["ok", "used", "expired", "revoked", "closed", "unknown"]
LONGEST_NAME = 200


class InvitationClosedError(RuntimeError):
    """The invitation leads to no sitting; `status` says why: expired, revoked, closed or unknown."""

    def __init__(self, status: Status) -> None:
        super().__init__(f"the invitation is {status}")
        self.status = status


@dataclass(frozen=True)
class FoundInvitation:
    """What a token leads to.

    `ok`: it may be begun, or goes on (what was begun in time may be ended later); `used`: the sitting is finished.
    """

    status: Status
    invitation: InvitationView | None


@dataclass(frozen=True)
class OpenedSitting:
    """A sitting and the token by which its person comes back; `is_new` says whether this call began it."""

    sitting: SittingView
    resume_token: str
    is_new: bool


def draw_token() -> str:
    """Draw 32 random bytes, safe in an address; the person keeps them, and only their hash is stored.

    A token never begins with a dash, as a command line would take it for an option.
    """
    while (token := secrets.token_urlsafe(32)).startswith("-"):
        pass
    return token


def hash_token(token: str) -> str:
    """Return what is stored of a token."""
    return sha256(token.encode()).hexdigest()


def invite(organisation: str, position: str, candidate_name: str, *, now: datetime, expires_at: datetime) -> str:
    """Invite a person to sit for a position and return the token, which cannot be shown a second time.

    Raises
    ------
    ValueError
        The name is empty or longer than 200 characters, or the invitation would have expired already.
    KeyError
        There is no such organisation or position.
    """
    name = candidate_name.strip()
    if not 0 < len(name) <= LONGEST_NAME:
        raise ValueError(f"candidate_name has {len(name)} characters, expected 1 to {LONGEST_NAME}")
    if expires_at <= now:
        raise ValueError(f"expires_at is {expires_at.isoformat()}, expected a time after {now.isoformat()}")
    token = draw_token()
    with writing():
        owner = Organisation.named(organisation)
        Invitation.objects.create(
            organisation=owner,
            position=Position.of(owner, position),
            candidate_name=name,
            token_hash=hash_token(token),
            created_at=now,
            expires_at=expires_at,
        )
    return token


def revoke_invitation(organisation: str, number: int, now: datetime) -> bool:
    """Close an invitation of this organisation; say whether there was one that was still open."""
    with writing():
        rows = Invitation.objects.filter(organisation__key=organisation, pk=number, revoked_at__isnull=True)
        return bool(rows.update(revoked_at=now))


def find_invitation(token: str, now: datetime) -> FoundInvitation:
    """Return the invitation that this token opens, and whether it still does."""
    with reading():
        row = invitations().filter(token_hash=hash_token(token)).first()
    return FoundInvitation(_status(row, now), view_invitation(row) if row else None)


def open_sitting_for_invitation(token: str, library_hash: str, now: datetime) -> OpenedSitting:
    """Begin the sitting of an invitation, or return the one that it began before: there are never two.

    Raises
    ------
    InvitationClosedError
        The token is unknown or revoked, or it expired or its position was closed before anything was begun.
    KeyError
        The library was never published, or has not the blueprint of the position.
    """
    found = find_invitation(token, now)
    if found.invitation is not None and found.invitation.sitting is None:
        library(library_hash).find(Blueprint, found.invitation.position.blueprint)
    resume_token = _derive_resume_token(token)
    with writing():
        row = Invitation.objects.select_for_update().filter(token_hash=hash_token(token)).first()
        status = _status(row, now)
        if row is None or status not in ("ok", "used"):
            raise InvitationClosedError(status)
        is_new = row.sitting is None
        if row.sitting is None:
            entry = Entry(hash_token(resume_token), row.position.key, row.candidate_name)
            change = _opening(library_hash, row.position.blueprint, "invitation", now)
            row.sitting = insert_sitting(row.organisation, uuid.uuid4().hex, change, entry)
            row.opened_at = now
            row.save(update_fields=["sitting", "opened_at"])
            announce(row.organisation, "invitation.opened", now, sitting=row.sitting.key, position=row.position.key)
        sitting = view_sitting(row.sitting)
    return OpenedSitting(sitting, resume_token, is_new)


def start_open_sitting(
    library_hash: str, blueprint: str, now: datetime, door: Literal["open", "terminal", "simulation"] = "open"
) -> OpenedSitting:
    """Begin a sitting of somebody who came without an invitation; they stay nameless.

    Raises
    ------
    KeyError
        The library was never published or has no such blueprint, or there is no open door (see `demo.ensure_demo`).
    """
    library(library_hash).find(Blueprint, blueprint)
    resume_token = draw_token()
    with writing():
        owner = Organisation.objects.filter(is_open_door=True).first()
        if owner is None:
            raise KeyError("no organisation is the open door; make one with ensure_organisation")
        change = _opening(library_hash, blueprint, door, now)
        row = insert_sitting(owner, uuid.uuid4().hex, change, Entry(hash_token(resume_token)))
        sitting = view_sitting(row)
    return OpenedSitting(sitting, resume_token, is_new=True)


def accommodations_agreed(sitting: str) -> tuple[str, ...]:
    """Return what was agreed beforehand for whoever sits: keys of accommodations, and never a reason."""
    with reading():
        found = Invitation.objects.filter(sitting__key=sitting).values_list("accommodations", flat=True).first()
    return tuple(found or ())


def find_sitting_by_resume(token: str) -> SittingView | None:
    """Return the sitting that its person comes back to with this token."""
    with reading():
        row = sittings().filter(resume_hash=hash_token(token)).first()
    return view_sitting(row) if row else None


def _status(row: Invitation | None, now: datetime) -> Status:
    if row is None:
        return "unknown"
    if row.revoked_at is not None:
        return "revoked"
    if row.sitting is not None:
        return "used" if row.sitting.finished_at is not None else "ok"
    if row.position.closed_at is not None:
        return "closed"
    return "expired" if now >= row.expires_at else "ok"


def _derive_resume_token(invitation_token: str) -> str:
    """Return the same token at every visit by the invitation, though neither of the two is stored."""
    return sha256(f"resume:{invitation_token}".encode()).hexdigest()


def _opening(
    library_hash: str, blueprint: str, door: Literal["open", "invitation", "terminal", "simulation"], now: datetime
) -> Change:
    at = now.astimezone(UTC).isoformat()
    opened = SittingOpened(at=at, library=library_hash, blueprint=blueprint, seed=secrets.randbits(48), door=door)
    return Change((opened,))
