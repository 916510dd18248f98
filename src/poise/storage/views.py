"""What is read from the tables: plain values, so that no row of the database leaves this room."""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from poise.storage.models import Invitation, Organisation, Position, Sitting


@dataclass(frozen=True)
class OrganisationView:
    """Whom something belongs to."""

    key: str
    name: str
    is_open_door: bool
    answer_days: int = 14
    words_days: int = 180
    sitting_days: int = 365
    needs_second_factor: bool = False
    contact: str = ""


@dataclass(frozen=True)
class PositionView:
    """A vacancy; `ranked_*` say who had candidates ranked while parameters are provisional, when and why."""

    organisation: str
    key: str
    name: str
    job: str
    blueprint: str
    mode: str = "study"
    mode_by: str = ""
    mode_reason: str = ""
    mode_at: datetime | None = None
    ranked_by: str = ""
    ranked_reason: str = ""
    ranked_at: datetime | None = None
    blind_first_view: bool = False
    public_key: str = ""
    public_until: datetime | None = None
    created_at: datetime | None = None
    created_by: str = ""
    closed_at: datetime | None = None


@dataclass(frozen=True)
class MembershipView:
    """For whom somebody works here, and as what; `name` is how their deeds are signed."""

    organisation: OrganisationView
    role: str
    account: str = ""
    name: str = ""


@dataclass(frozen=True)
class SittingView:
    """A sitting without its events; `version` is how many there are, `library` the hash it began with."""

    key: str
    organisation: str
    library: str
    blueprint: str
    position: PositionView | None
    candidate_name: str
    door: str
    purpose: str
    version: int
    started_at: datetime
    last_at: datetime
    finished_at: datetime | None

    @property
    def pseudonym(self) -> str:
        """What the person is called where their name is not told."""
        return pseudonym_of(self.key)

    def as_data(self) -> dict[str, Any]:
        """Return the same as data for JSON."""
        return {key: value.isoformat() if isinstance(value, datetime) else value for key, value in asdict(self).items()}


@dataclass(frozen=True)
class InvitationView:
    """A person who was asked to sit for a position, and what came of it so far."""

    number: int
    organisation: OrganisationView
    position: PositionView
    candidate_name: str
    email: str
    accommodations: tuple[str, ...]
    created_at: datetime
    expires_at: datetime
    opened_at: datetime | None
    revoked_at: datetime | None
    sitting: SittingView | None
    created_by: str = ""
    by_public_link: bool = False


@dataclass(frozen=True)
class CandidateView:
    """Somebody an organisation sees: invited, sitting or finished; `version` of the sitting tells how far they are."""

    name: str
    position: PositionView | None
    invitation: InvitationView | None
    sitting: SittingView | None


def pseudonym_of(sitting: str) -> str:
    """Return what a person is called where their name is not told."""
    return f"Person {sitting[:6].upper()}"


def view_organisation(row: Organisation) -> OrganisationView:
    """Read an organisation."""
    return OrganisationView(
        row.key,
        row.name,
        row.is_open_door,
        row.answer_days,
        row.words_days,
        row.sitting_days,
        row.needs_second_factor,
        row.contact,
    )


def view_position(row: Position) -> PositionView:
    """Read a position; its organisation is read with it."""
    return PositionView(
        organisation=row.organisation.key,
        key=row.key,
        name=row.name,
        job=row.job,
        blueprint=row.blueprint,
        mode=row.mode,
        mode_by=row.mode_by,
        mode_reason=row.mode_reason,
        mode_at=row.mode_at,
        ranked_by=row.ranked_by,
        ranked_reason=row.ranked_reason,
        ranked_at=row.ranked_at,
        blind_first_view=row.blind_first_view,
        public_key=row.public_key,
        public_until=row.public_until,
        created_at=row.created_at,
        created_by=row.created_by,
        closed_at=row.closed_at,
    )


def view_sitting(row: Sitting) -> SittingView:
    """Read a sitting with its organisation, library and position."""
    return SittingView(
        key=row.key,
        organisation=row.organisation.key,
        library=row.library.hash,
        blueprint=row.blueprint,
        position=view_position(row.position) if row.position else None,
        candidate_name=row.candidate_name,
        door=row.door,
        purpose=row.purpose,
        version=row.version,
        started_at=row.started_at,
        last_at=row.last_at,
        finished_at=row.finished_at,
    )


def view_invitation(row: Invitation) -> InvitationView:
    """Read an invitation with all that hangs on it."""
    return InvitationView(
        number=row.pk,
        organisation=view_organisation(row.organisation),
        position=view_position(row.position),
        candidate_name=row.candidate_name,
        email=row.email,
        accommodations=tuple(row.accommodations),
        created_at=row.created_at,
        expires_at=row.expires_at,
        opened_at=row.opened_at,
        revoked_at=row.revoked_at,
        sitting=view_sitting(row.sitting) if row.sitting else None,
        created_by=row.created_by,
        by_public_link=row.by_public_link,
    )


def sittings() -> QuerySet[Sitting]:
    """Return all sittings, to be narrowed, with what a view of them shows, in one query and without whole libraries."""
    return Sitting.objects.select_related("organisation", "library", "position__organisation").defer(
        "library__canonical"
    )


def invitations() -> QuerySet[Invitation]:
    """Return all invitations in the same way."""
    return Invitation.objects.select_related(
        "organisation",
        "position__organisation",
        "sitting__organisation",
        "sitting__library",
        "sitting__position__organisation",
    ).defer("sitting__library__canonical")
