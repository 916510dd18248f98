"""Organisations, their members, positions and candidates, and the libraries that were published."""

from datetime import datetime
from functools import lru_cache
from hashlib import sha256

from django.contrib.auth.models import User

from poise.content.library import Library, parse_library
from poise.sitting.journal import UnknownSittingError
from poise.storage.models import Invitation, Member, Organisation, Position, PublishedLibrary
from poise.storage.transaction import reading, writing
from poise.storage.views import (
    CandidateView,
    MembershipView,
    OrganisationView,
    PositionView,
    SittingView,
    invitations,
    sittings,
    view_invitation,
    view_organisation,
    view_position,
    view_sitting,
)

LIBRARIES_KEPT = 8


class DamagedLibraryError(RuntimeError):
    """The text of a published library no longer has its hash: somebody changed it behind Poise."""


def ensure_organisation(key: str, name: str, *, is_open_door: bool = False) -> OrganisationView:
    """Return the organisation with this key; it is made where there is none, and kept as it is where there is."""
    with writing():
        row, _ = Organisation.objects.get_or_create(key=key, defaults={"name": name, "is_open_door": is_open_door})
    return view_organisation(row)


def find_organisation(key: str) -> OrganisationView:
    """Return the organisation with this key; raises KeyError."""
    with reading():
        return view_organisation(Organisation.named(key))


def find_open_door() -> OrganisationView | None:
    """Return the organisation of those who come without an invitation."""
    with reading():
        row = Organisation.objects.filter(is_open_door=True).first()
    return view_organisation(row) if row else None


def add_member(organisation: str, email: str, password: str, role: str) -> MembershipView:
    """Make an account that signs in with its e-mail address; raises ValueError where there is one already."""
    if role not in Member.Role.values:
        raise ValueError(f"role is {role!r}, expected one of {', '.join(Member.Role.values)}")
    with writing():
        owner = Organisation.named(organisation)
        if User.objects.filter(username=email).exists():
            raise ValueError(f"there is an account {email!r} already")
        user = User.objects.create_user(username=email, email=email, password=password)
        Member.objects.create(organisation=owner, user=user, role=role)
    return MembershipView(view_organisation(owner), role, email, email)


def membership(user: int) -> MembershipView | None:
    """Return for whom the account with this number works, if for anybody."""
    with reading():
        row = Member.objects.select_related("organisation", "user").filter(user=user, user__is_active=True).first()
    if row is None:
        return None
    account = row.user.get_username()
    return MembershipView(view_organisation(row.organisation), row.role, account, row.user.get_full_name() or account)


def member_names(organisation: str) -> dict[str, str]:
    """Return how each account of an organisation signs: a full name, or else the account."""
    with reading():
        rows = Member.objects.select_related("user").filter(organisation__key=organisation)
        return {row.user.get_username(): row.user.get_full_name() or row.user.get_username() for row in rows}


def ensure_position(organisation: str, key: str, name: str, *, job: str, blueprint: str) -> PositionView:
    """Return the organisation's position with this key; it is made where there is none."""
    with writing():
        owner = Organisation.named(organisation)
        row, _ = Position.objects.get_or_create(
            organisation=owner, key=key, defaults={"name": name, "job": job, "blueprint": blueprint}
        )
    return view_position(row)


def list_positions(organisation: str) -> list[PositionView]:
    """Return the positions of an organisation in alphabetical order."""
    with reading():
        rows = Position.objects.select_related("organisation").filter(organisation__key=organisation)
        return sorted((view_position(row) for row in rows), key=lambda view: view.name.casefold())


def publish_library(organisation: str, library: Library, now: datetime, note: str = "") -> str:
    """Store a library for good and return its hash; one that is published already stays as it is."""
    with writing():
        owner = Organisation.named(organisation)
        if not PublishedLibrary.objects.filter(hash=library.hash).exists():
            PublishedLibrary.objects.create(
                organisation=owner,
                hash=library.hash,
                key=library.key,
                version=library.version,
                canonical=library.canonical,
                published_at=now,
                note=note,
            )
    return library.hash


def newest_library(key: str) -> str | None:
    """Return the hash of the library that was published last under this key among those that come with Poise."""
    with reading():
        shipped = PublishedLibrary.objects.filter(key=key, organisation__is_open_door=True)
        rows = shipped.order_by("-published_at", "-pk")
        return rows.values_list("hash", flat=True).first()


@lru_cache(maxsize=LIBRARIES_KEPT)
def library(digest: str) -> Library:
    """Return the published library with this hash; raises KeyError, and DamagedLibraryError where it was altered."""
    with reading():
        canonical = PublishedLibrary.objects.filter(hash=digest).values_list("canonical", flat=True).first()
    if canonical is None:
        raise KeyError(f"no library with the hash {digest!r} was published")
    found = sha256(canonical.encode()).hexdigest()
    if found != digest:
        raise DamagedLibraryError(f"the stored library {digest} has the hash {found}; restore it from a backup")
    return parse_library(canonical)


def sitting_record(key: str, organisation: str) -> SittingView:
    """Return a sitting of this organisation without its events; raises UnknownSittingError."""
    with reading():
        row = sittings().filter(key=key, organisation__key=organisation).first()
    if row is None:
        raise UnknownSittingError(key)
    return view_sitting(row)


def list_candidates(organisation: str) -> list[CandidateView]:
    """Return everybody who was invited or has sat, in alphabetical order, with how far they are."""
    with reading():
        asked = list(invitations().filter(organisation__key=organisation))
        others = list(sittings().filter(organisation__key=organisation, invitation__isnull=True))
    candidates = [_view_invited(row) for row in asked]
    candidates += [
        CandidateView(row.candidate_name, view_sitting(row).position, None, view_sitting(row)) for row in others
    ]
    return sorted(candidates, key=lambda view: (view.name.casefold(), view.sitting.key if view.sitting else ""))


def _view_invited(row: Invitation) -> CandidateView:
    view = view_invitation(row)
    return CandidateView(view.candidate_name, view.position, view, view.sitting)
