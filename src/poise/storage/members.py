"""Members of an organisation: who works there, who is asked to join, and what changes in it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.models import User
from django.db.models import QuerySet

from poise.hiring.inviting import IsAddress, check_address
from poise.hiring.letters import Letter
from poise.hiring.membership import check_owner_remains, check_role
from poise.hiring.refusal import OvertakenError, RefusedError
from poise.storage.auditing import Doer, record_deed
from poise.storage.doors import draw_token, hash_token
from poise.storage.models import Member, MemberInvitation, Organisation
from poise.storage.outbox import put_mail
from poise.storage.transaction import reading, writing


class UnknownMemberError(LookupError):
    """Nobody with this number works, or is asked to work, for the organisation."""


@dataclass(frozen=True)
class MemberView:
    """Somebody who works for an organisation."""

    number: int
    email: str
    name: str
    role: str
    account: int


@dataclass(frozen=True)
class MemberInvitationView:
    """Somebody who was asked to join and has not answered."""

    number: int
    email: str
    role: str
    created_by: str
    created_at: datetime
    expires_at: datetime


@dataclass(frozen=True)
class MemberAsked:
    """Somebody who was asked to join just now; the token is not kept."""

    invitation: MemberInvitationView
    organisation: str
    token: str


def list_members(organisation: str) -> list[MemberView]:
    """Return who works for an organisation, in alphabetical order of their addresses."""
    with reading():
        rows = _members(organisation).order_by("user__username")
        return [_view(row) for row in rows]


def find_member(organisation: str, number: int) -> MemberView:
    """Return somebody who works for an organisation; raises UnknownMemberError."""
    with reading():
        row = _members(organisation).filter(pk=number).first()
    if row is None:
        raise UnknownMemberError(number)
    return _view(row)


def list_member_invitations(organisation: str) -> list[MemberInvitationView]:
    """Return who was asked to join and has neither joined nor been refused, the newest first; some have expired."""
    with reading():
        return [_view_invitation(row) for row in _open(organisation).order_by("-created_at", "-pk")]


def ask_to_join(
    organisation: str,
    whom: tuple[str, str],
    until: datetime,
    doer: Doer,
    is_address: IsAddress,
    write: Callable[[MemberAsked], Letter],
) -> MemberAsked:
    """Ask somebody to join, by address and role; the letter that `write` writes is in the outbox with it.

    An older invitation of the same address no longer leads in.

    Raises
    ------
    RefusedError
        The address or the role is wrong, or the address belongs to an account that works somewhere already.
    """
    email, role = whom[0].strip().lower(), whom[1]
    problems = check_address(email, is_address)
    if problems:
        raise RefusedError(problems)
    check_role(role)
    token = draw_token()
    with writing():
        owner = Organisation.named(organisation)
        _check_free(owner, email)
        _open(organisation).filter(email__iexact=email).update(revoked_at=doer.at)
        row = MemberInvitation.objects.create(
            organisation=owner,
            email=email,
            role=role,
            token_hash=hash_token(token),
            created_by=doer.by,
            created_at=doer.at,
            expires_at=until,
        )
        asked = MemberAsked(_view_invitation(row), owner.name, token)
        letter = write(asked)
        put_mail(row, "member invitation", f"join:{row.pk}", email, (letter.subject, letter.body), doer.at)
        record_deed(owner, doer, "asked_to_join", f"member_invitation:{row.pk}", role=role)
    return asked


def withdraw_member_invitation(organisation: str, number: int, doer: Doer) -> None:
    """Take an invitation to join back; raises UnknownMemberError where there is none that is open."""
    with writing():
        row = _open(organisation).select_for_update(of=("self",)).filter(pk=number).first()
        if row is None:
            raise UnknownMemberError(number)
        row.revoked_at = doer.at
        row.save(update_fields=["revoked_at"])
        record_deed(row.organisation, doer, "invitation_to_join_withdrawn", f"member_invitation:{number}")


def change_role(organisation: str, number: int, role: str, seen: str, doer: Doer) -> MemberView:
    """Give a member another role, which holds from their next click on.

    Raises
    ------
    UnknownMemberError
        Nobody with this number works here.
    OvertakenError
        The member no longer has the role that was `seen`.
    LastOwnerError
        It is the last owner.
    """
    with writing():
        row, owners = _lock(organisation, number)
        check_role(role)
        if row.role != seen:
            raise OvertakenError(f"member {number} is {row.role} now, and was {seen} when looked at")
        check_owner_remains(row.role, role, owners)
        row.role = role
        row.save(update_fields=["role"])
        record_deed(row.organisation, doer, "role_changed", f"member:{row.user.pk}", was=seen, role=role)
    return _view(row)


def remove_member(organisation: str, number: int, doer: Doer) -> None:
    """Remove a member at once; the account stays and belongs to nobody. Raises as `change_role`."""
    with writing():
        row, owners = _lock(organisation, number)
        check_owner_remains(row.role, "", owners)
        owner, user, role = row.organisation, row.user.pk, row.role
        row.delete()
        record_deed(owner, doer, "member_removed", f"member:{user}", was=role)


def _check_free(owner: Organisation, email: str) -> None:
    held = Member.objects.filter(user__username__iexact=email).values_list("organisation", flat=True).first()
    if held is None:
        return
    raise RefusedError(
        {
            "email": "This person works here already. You can change their role below."
            if held == owner.pk
            else "This address has an account at another organisation. An account works for one organisation only; ask "
            "for another address."
        }
    )


def _lock(organisation: str, number: int) -> tuple[Member, int]:
    """Hold the members of an organisation while one of them is changed, and count the owners."""
    rows = list(_members(organisation).select_for_update(of=("self",)).order_by("pk"))
    row = next((one for one in rows if one.pk == number), None)
    if row is None:
        raise UnknownMemberError(number)
    return row, sum(one.role == Member.Role.OWNER and one.user.is_active for one in rows)


def _open(organisation: str) -> QuerySet[MemberInvitation]:
    rows = MemberInvitation.objects.select_related("organisation")
    return rows.filter(organisation__key=organisation, accepted_at__isnull=True, revoked_at__isnull=True)


def _members(organisation: str) -> QuerySet[Member]:
    return Member.objects.select_related("organisation", "user").filter(organisation__key=organisation)


def _view(row: Member) -> MemberView:
    user: User = row.user
    return MemberView(row.pk, user.email or user.username, user.get_full_name(), row.role, user.pk)


def _view_invitation(row: MemberInvitation) -> MemberInvitationView:
    return MemberInvitationView(row.pk, row.email, row.role, row.created_by, row.created_at, row.expires_at)
