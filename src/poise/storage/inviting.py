"""Invitations as the desk gives them: one or thousands at once, withdrawn, extended, and reminded of."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil

from django.db.models import Q, QuerySet

from poise.hiring.inviting import Asked, same_person
from poise.hiring.letters import Letter
from poise.hiring.pacing import Pace
from poise.hiring.refusal import RefusedError
from poise.storage.auditing import Doer, record_deed
from poise.storage.doors import hash_token
from poise.storage.invitation_tokens import draw_seed, draw_up_token, find_token
from poise.storage.models import Invitation, Organisation, Position
from poise.storage.outbox import put_mail, put_mails
from poise.storage.tallies import count_or_wait
from poise.storage.transaction import reading, writing
from poise.storage.views import (
    InvitationView,
    OrganisationView,
    PositionView,
    invitations,
    view_invitation,
    view_organisation,
    view_position,
)

BATCH = 500
HOUR = timedelta(hours=1)
MOST_BY_LINK_IN_AN_HOUR = 200
PACE_OF_A_NETWORK = Pace(at_once=50, interval=timedelta(minutes=1))
"""How quickly people of one network may come by a public link: a class or a job centre at once, and never so many that
nobody else comes in."""
WriteLetter = Callable[[InvitationView, str], Letter]
"""Writes the letter of an invitation, which is handed to it with its token."""


class UnknownInvitationError(LookupError):
    """The organisation has no such invitation."""


@dataclass(frozen=True)
class Given:
    """An invitation that was given just now; its token is not kept, and a person may see it this once."""

    number: int
    asked: Asked
    token: str


@dataclass(frozen=True)
class PublicDoor:
    """What a public link leads to."""

    organisation: OrganisationView
    position: PositionView


def invite_people(
    organisation: str, position: str, people: Sequence[Asked], until: datetime, doer: Doer, write: WriteLetter
) -> list[Given]:
    """Invite people for a position, all or none; each with an address is written to in the same transaction.

    Raises
    ------
    KeyError
        There is no such position.
    RefusedError
        The position is closed, or `until` has passed.
    """
    with writing():
        owner = Organisation.named(organisation)
        row = Position.of(owner, position)
        if row.closed_at is not None:
            raise RefusedError({"": "This position is closed. Open it again before you invite anybody."})
        given = _insert(row, people, until, doer, write)
        record_deed(owner, doer, "invited", f"position:{position}", people=len(people), until=until.isoformat())
    return given


def invite_by_public_link(
    key: str, asked: Asked, until: datetime, now: datetime, write: WriteLetter, network: str = ""
) -> Given | None:
    """Invite somebody who came by a public link; None where the same address was invited before.

    Then the letter goes to that address once more, so that nobody learns here who applied. From one network, where it
    is known, not all may come at once.

    Raises
    ------
    KeyError
        No open position has this link, or its date has passed.
    RefusedError
        Too many came by it within an hour, or too many of this network.
    """
    doer = Doer("public link", "", now)
    with writing():
        row = _by_link(key, now)
        if row is None:
            raise KeyError("no open position has this public link")
        mine = Invitation.objects.filter(position=row, by_public_link=True)
        if mine.filter(created_at__gt=now - HOUR).count() >= MOST_BY_LINK_IN_AN_HOUR:
            raise RefusedError({"": "Very many people came by this link just now. Please try again in an hour."})
        _count_network(row, network, now)
        known = _standing(row, now).filter(email__iexact=asked.email).first() if asked.email else None
        if known is not None:
            _remind(known, write, now, f"again:{known.pk}:{now:%Y-%m-%d}")
            return None
        (given,) = _insert(row, (asked,), until, doer, write, by_public_link=True)
        record_deed(row.organisation, doer, "came_by_public_link", f"position:{row.key}")
    return given


def find_by_public_link(key: str, now: datetime) -> PublicDoor | None:
    """Return what an open public link leads to."""
    with reading():
        row = _by_link(key, now)
    return PublicDoor(view_organisation(row.organisation), view_position(row)) if row else None


def addresses_invited(organisation: str, position: str, now: datetime) -> frozenset[str]:
    """Return the addresses that hold an invitation for a position which leads in, or has led in, as compared."""
    with reading():
        row = Position.of(Organisation.named(organisation), position)
        held = _standing(row, now).exclude(email="").values_list("email", flat=True)
        return frozenset(map(same_person, held))


def list_given(organisation: str, position: str, at: datetime) -> list[tuple[InvitationView, str]]:
    """Return the invitations that were given for a position at one moment and are unused, with their tokens."""
    with reading():
        rows = invitations().filter(
            organisation__key=organisation,
            position__key=position,
            created_at=at,
            by_public_link=False,
            sitting__isnull=True,
            revoked_at__isnull=True,
        )
        return [(view_invitation(row), token) for row in rows.order_by("pk") if (token := find_token(row))]


def find_own_invitation(organisation: str, number: int) -> InvitationView:
    """Return an invitation of this organisation; raises UnknownInvitationError."""
    with reading():
        return view_invitation(_own(organisation, number))


def withdraw(organisation: str, number: int, doer: Doer) -> InvitationView:
    """Close an invitation for good; what was begun by it cannot go on by it. Raises UnknownInvitationError."""
    with writing():
        row = _own(organisation, number, lock=True)
        if row.revoked_at is None:
            row.revoked_at = doer.at
            row.save(update_fields=["revoked_at"])
            record_deed(row.organisation, doer, "invitation_withdrawn", f"invitation:{number}")
    return view_invitation(row)


def extend(organisation: str, number: int, until: datetime, doer: Doer) -> InvitationView:
    """Let an invitation be begun until another day; raises UnknownInvitationError and RefusedError."""
    with writing():
        row = _own(organisation, number, lock=True)
        if row.revoked_at is not None:
            raise RefusedError({"": "This invitation was withdrawn. Invite the person anew."})
        if row.sitting is not None:
            raise RefusedError({"": "This person has begun, and may finish at any time."})
        if until <= doer.at:
            raise RefusedError({"until": "Choose a day that is still to come."})
        row.expires_at = until
        row.save(update_fields=["expires_at"])
        record_deed(row.organisation, doer, "invitation_extended", f"invitation:{number}", until=until.isoformat())
    return view_invitation(row)


def remind(organisation: str, number: int, doer: Doer, write: WriteLetter) -> InvitationView:
    """Write to somebody who has not begun, at most once a day; raises UnknownInvitationError and RefusedError."""
    with writing():
        row = _own(organisation, number, lock=True)
        refused = _why_not_remind(row, doer.at)
        if refused:
            raise RefusedError({"": refused})
        _remind(row, write, doer.at, f"remind:{number}:{doer.at:%Y-%m-%d}")
        record_deed(row.organisation, doer, "reminded", f"invitation:{number}")
    return view_invitation(row)


def _count_network(position: Position, network: str, now: datetime) -> None:
    if not network:
        return
    wait = count_or_wait(f"public link:{position.pk}:{network}", PACE_OF_A_NETWORK, now)
    if wait:
        minutes = ceil(wait / timedelta(minutes=1))
        when = f"in {minutes} minute{'' if minutes == 1 else 's'}"
        raise RefusedError({"": f"Many people began just now over the same network as yours. Please try again {when}."})


def _insert(
    position: Position,
    people: Sequence[Asked],
    until: datetime,
    doer: Doer,
    write: WriteLetter,
    *,
    by_public_link: bool = False,
) -> list[Given]:
    if until <= doer.at:
        raise RefusedError({"until": "Choose a day that is still to come."})
    seeds = [draw_seed() for _ in people]
    tokens = [draw_up_token(seed) for seed in seeds]
    rows = Invitation.objects.bulk_create(
        (
            Invitation(
                organisation=position.organisation,
                position=position,
                candidate_name=one.name,
                email=one.email,
                accommodations=list(one.accommodations),
                created_by=doer.by,
                token_hash=hash_token(token),
                seed=seed,
                by_public_link=by_public_link,
                created_at=doer.at,
                expires_at=until,
            )
            for one, token, seed in zip(people, tokens, seeds, strict=True)
        ),
        batch_size=BATCH,
    )
    letters = ((row, write(view_invitation(row), token)) for row, token in zip(rows, tokens, strict=True) if row.email)
    put_mails(((row, "invitation", f"invite:{row.pk}", (one.subject, one.body)) for row, one in letters), doer.at)
    return [Given(row.pk, one, token) for row, one, token in zip(rows, people, tokens, strict=True)]


def _remind(row: Invitation, write: WriteLetter, now: datetime, key: str) -> None:
    token = find_token(row)
    if token:
        letter = write(view_invitation(row), token)
        put_mail(row, "reminder", key, row.email, (letter.subject, letter.body), now)


def _why_not_remind(row: Invitation, now: datetime) -> str:
    if row.revoked_at is not None:
        return "This invitation was withdrawn."
    if row.sitting is not None:
        return "This person has begun already."
    if now >= row.expires_at:
        return "This invitation has expired. Extend it first."
    if not row.email:
        return "There is no e-mail address. Hand the link over yourself."
    if find_token(row) is None:
        return "The link of this invitation is not kept, so we cannot send it again. Invite the person anew."
    return ""


def _own(organisation: str, number: int, *, lock: bool = False) -> Invitation:
    rows = invitations().filter(organisation__key=organisation, pk=number)
    row = (rows.select_for_update(of=("self",)) if lock else rows).first()
    if row is None:
        raise UnknownInvitationError(number)
    return row


def _by_link(key: str, now: datetime) -> Position | None:
    rows = Position.objects.select_related("organisation")
    return rows.filter(~Q(public_key=""), public_key=key, public_until__gt=now, closed_at__isnull=True).first()


def _standing(position: Position, now: datetime) -> QuerySet[Invitation]:
    leads_in = Q(expires_at__gt=now) | Q(sitting__isnull=False)
    return Invitation.objects.filter(leads_in, position=position, revoked_at__isnull=True)
