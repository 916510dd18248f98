"""Accounts of members: what secures them, the organisation's own accounts elsewhere, and joining by an invitation."""

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Literal

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from allauth.usersessions.models import UserSession
from django.contrib.auth.models import User
from django.db.models import QuerySet

from poise.storage.auditing import Doer, record_deed
from poise.storage.members import UnknownMemberError
from poise.storage.models import Member, MemberInvitation
from poise.storage.sealing import SECOND_STEP, UnreadableSecretError, unseal
from poise.storage.transaction import reading, writing
from poise.storage.views import OrganisationView, view_organisation

KEPT_IN = {Authenticator.Type.TOTP: "secret", Authenticator.Type.RECOVERY_CODES: "seed"}
"""Under which name allauth keeps the secret of each kind of second step."""
Status = Literal["ok", "used", "expired", "revoked", "unknown", "member"]


@dataclass(frozen=True)
class FoundMemberInvitation:
    """What the link of somebody who is asked to join leads to; without one where it is unknown.

    `member`: the address belongs to somebody who works for an organisation here already. `has_account`: it belongs to
    an account, but to no member.
    """

    status: Status
    organisation: OrganisationView | None = None
    email: str = ""
    role: str = ""
    expires_at: datetime | None = None
    has_account: bool = False


class NotInvitedError(RuntimeError):
    """The link lets nobody join; `status` says why."""

    def __init__(self, status: Status) -> None:
        super().__init__(f"the invitation to join is {status}")
        self.status = status


def has_second_step(user: int) -> bool:
    """Say whether an account asks for a code after the password."""
    with reading():
        return bool(Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).exists())


def count_unreadable_second_steps() -> int:
    """Return how many accounts have a second step that does not open with the secret key of now."""
    with reading():
        rows = Authenticator.objects.filter(type__in=KEPT_IN).values_list("user", "type", "data")
        return len({user for user, kind, data in rows if not _opens(data.get(KEPT_IN[kind], ""))})


def reset_second_step(email: str, now: datetime) -> bool:
    """Switch off the second step of a member and end all their sign-ins; say whether there was one to switch off.

    It is for who lost both phone and codes, and stands in the trail. Raises UnknownMemberError where no member has
    this address.
    """
    with writing():
        row = Member.objects.select_related("organisation", "user").filter(user__email__iexact=email.strip()).first()
        if row is None:
            raise UnknownMemberError(email)
        removed, _ = Authenticator.objects.filter(user=row.user).delete()
        if removed:
            for signed_in in UserSession.objects.filter(user=row.user):
                signed_in.end()
            doer = Doer("whoever runs this Poise", "", now)
            record_deed(row.organisation, doer, "reset_second_step", f"member:{row.pk}")
    return bool(removed)


def is_kept_elsewhere_by_another(user: int, provider: str, uid: str) -> bool:
    """Say whether an account is tied to another person at this provider."""
    with reading():
        return bool(SocialAccount.objects.filter(user=user, provider=provider).exclude(uid=uid).exists())


def vouch_for(user: int) -> None:
    """Note that the address of an account is its own: it was invited there, and its provider has verified it.

    Without this the account would lose its password the first time that its person signs in elsewhere, as is right
    where anybody can sign up under any address.
    """
    with writing():
        email = User.objects.values_list("email", flat=True).get(pk=user)
        EmailAddress.objects.update_or_create(user_id=user, email=email, defaults={"verified": True, "primary": True})


def find_member_invitation(token: str, now: datetime) -> FoundMemberInvitation:
    """Look up what the link of an invitation to join leads to."""
    with reading():
        row = _invitations().filter(token_hash=sha256(token.encode()).hexdigest()).first()
        if row is None:
            return FoundMemberInvitation("unknown")
        user = _account(row.email)
        has_left = user is not None and not Member.objects.filter(user=user).exists()
    status = _status(row, now)
    if status == "ok" and user is not None and not has_left:
        status = "member"
    return FoundMemberInvitation(
        status, view_organisation(row.organisation), row.email, row.role, row.expires_at, has_account=has_left
    )


def join(token: str, password: str | None, name: str, now: datetime) -> None:
    """Make a member of who was invited, with an account where there is none; raises NotInvitedError.

    An account that is there keeps its password.
    """
    with writing():
        row = (
            _invitations().select_for_update(of=("self",)).filter(token_hash=sha256(token.encode()).hexdigest()).first()
        )
        if row is None:
            raise NotInvitedError("unknown")
        _join(row, password, name, now)


def join_as_invited(email: str, now: datetime) -> bool:
    """Make a member of who has proved to own an address that is invited, and say whether there was somebody to join."""
    with reading():
        asked = _invitations().filter(email__iexact=email, accepted_at=None, revoked_at=None, expires_at__gt=now)
        found = asked.order_by("-created_at").values_list("pk", flat=True).first()
    if found is None:
        return False
    with writing():
        try:
            _join(_invitations().select_for_update(of=("self",)).get(pk=found), None, "", now)
        except NotInvitedError:
            return False
    return True


def _join(row: MemberInvitation, password: str | None, name: str, now: datetime) -> None:
    status = _status(row, now)
    user = _account(row.email)
    if status == "ok" and user is not None and Member.objects.filter(user=user).exists():
        status = "member"
    if status != "ok":
        raise NotInvitedError(status)
    if user is None:
        email = row.email.lower()
        user = User.objects.create_user(username=email, email=email, password=password, first_name=name)
    Member.objects.create(organisation=row.organisation, user=user, role=row.role)
    EmailAddress.objects.update_or_create(user=user, email=user.email, defaults={"verified": True, "primary": True})
    row.accepted_at = now
    row.save(update_fields=["accepted_at"])
    doer = Doer(name or user.username, user.username, now)
    record_deed(row.organisation, doer, "joined", f"member:{user.pk}", role=row.role)


def _invitations() -> QuerySet[MemberInvitation]:
    return MemberInvitation.objects.select_related("organisation")


def _opens(stored: str) -> bool:
    try:
        unseal(stored, SECOND_STEP)
    except UnreadableSecretError:
        return False
    return True


def _account(email: str) -> User | None:
    return User.objects.filter(email__iexact=email).order_by("pk").first()


def _status(row: MemberInvitation, now: datetime) -> Status:
    if row.accepted_at is not None:
        return "used"
    if row.revoked_at is not None:
        return "revoked"
    return "expired" if now >= row.expires_at else "ok"
