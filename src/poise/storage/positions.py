"""Positions: made, changed, put into another mode, opened to a public link and closed, each with who did it and why."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q, QuerySet
from django.utils.text import slugify

from poise.hiring.modes import Mode, check_reason
from poise.hiring.positions import LONGEST_NAME, check_position, draw_up_key, mark_position
from poise.hiring.refusal import OvertakenError, RefusedError, check_line
from poise.storage.auditing import Doer, Plain, record_deed
from poise.storage.doors import draw_token
from poise.storage.models import Invitation, Organisation, Position, PublishedLibrary, Sitting
from poise.storage.records import library
from poise.storage.transaction import reading, writing
from poise.storage.views import PositionView, view_position


class UnknownPositionError(LookupError):
    """The organisation has no such position."""


@dataclass(frozen=True)
class Opening:
    """What a new position is: its name, and by which blueprint of which library people are seen for which job."""

    name: str
    job: str
    blueprint: str
    library: str


@dataclass(frozen=True)
class PositionFound:
    """A position, the library that it names if it does, a mark of how it stands, and how many people there are."""

    view: PositionView
    library: str | None
    mark: str
    invited: int = 0
    begun: int = 0
    finished: int = 0
    in_study: int = 0


def make_position(organisation: str, opening: Opening, doer: Doer, *, is_shipped: bool) -> PositionView:
    """Make a position, in study mode; raises RefusedError with all that is wrong.

    Its new sittings begin with the version that is named, or, where that `is_shipped`, with what comes with Poise.
    """
    name = check_position(library(opening.library), opening.name, opening.job, opening.blueprint)
    with writing():
        owner = Organisation.named(organisation)
        taken = set(Position.objects.filter(organisation=owner).values_list("key", flat=True))
        row = Position.objects.create(
            organisation=owner,
            key=draw_up_key(slugify(name), taken),
            name=name,
            job=opening.job,
            blueprint=opening.blueprint,
            library=None if is_shipped else PublishedLibrary.hashed(opening.library),
            created_at=doer.at,
            created_by=doer.by,
        )
        about = f"position:{row.key}"
        record_deed(owner, doer, "position_made", about, job=row.job, blueprint=row.blueprint, mode=row.mode)
    return view_position(row)


def find_position(organisation: str, key: str) -> PositionFound:
    """Return a position with how many were invited, have begun and have finished; raises UnknownPositionError."""
    with reading():
        row = _positions(organisation).filter(key=key).first()
        if row is None:
            raise UnknownPositionError(key)
        return _view(row, _count(organisation, row.pk).get(row.pk, {}))


def list_positions_found(organisation: str) -> list[PositionFound]:
    """Return the positions of an organisation, open ones first, then in alphabetical order."""
    with reading():
        counted = _count(organisation)
        found = [_view(row, counted.get(row.pk, {})) for row in _positions(organisation)]
    return sorted(found, key=lambda one: (one.view.closed_at is not None, one.view.name.casefold(), one.view.key))


def rename_position(organisation: str, key: str, name: str, seen: str, doer: Doer) -> PositionView:
    """Give a position another name; raises RefusedError, and OvertakenError where it changed since it was `seen`."""
    name = " ".join(name.split())
    problems = check_line(name, "name", "what the position is called, as your people call it", LONGEST_NAME)
    if problems:
        raise RefusedError(problems)
    with _changing(organisation, key, seen, doer, "position_renamed") as row:
        row.name = name
    return view_position(row)


def set_mode(organisation: str, key: str, mode: Mode, reason: str, seen: str, doer: Doer) -> PositionView:
    """Put a position into study or selection; sittings that have begun keep their purpose.

    Raises
    ------
    ReasonMissingError
        There is no reason, or it is too long.
    OvertakenError
        The position changed since it was `seen`.
    """
    reason = check_reason(reason, f"this position is for {mode}")
    with _changing(organisation, key, seen, doer, "mode_set", mode=mode, reason=reason) as row:
        row.mode, row.mode_by, row.mode_reason, row.mode_at = mode, doer.by, reason, doer.at
    return view_position(row)


def set_ranks(organisation: str, key: str, reason: str, seen: str, doer: Doer, *, wanted: bool) -> PositionView:
    """Have candidates ranked though parameters are provisional, or stop it; raises as `set_mode`."""
    reason = check_reason(reason, "candidates are ranked" if wanted else "they are no longer ranked")
    with _changing(organisation, key, seen, doer, "ranks_set", wanted=wanted, reason=reason) as row:
        row.ranked_by, row.ranked_reason, row.ranked_at = (doer.by, reason, doer.at) if wanted else ("", "", None)
    return view_position(row)


def set_blind(organisation: str, key: str, seen: str, doer: Doer, *, wanted: bool) -> PositionView:
    """Let members say what they think before they see a result, or not; raises OvertakenError."""
    with _changing(organisation, key, seen, doer, "blind_first_view_set", wanted=wanted) as row:
        row.blind_first_view = wanted
    return view_position(row)


def open_public_link(
    organisation: str, key: str, until: datetime, seen: str, doer: Doer, *, renewed: bool = False
) -> PositionView:
    """Give a position a public link until a date; a `renewed` one has another address, and the old one is dead.

    Raises
    ------
    RefusedError
        The date has passed, or the position is closed.
    OvertakenError
        The position changed since it was `seen`.
    """
    if until <= doer.at:
        raise RefusedError({"until": "Choose a day that is still to come."})
    with _changing(organisation, key, seen, doer, "public_link_opened", until=until.isoformat()) as row:
        if row.closed_at is not None:
            raise RefusedError({"": "This position is closed. Open it again first."})
        if renewed or not row.public_key:
            row.public_key = draw_token()
        row.public_until = until
    return view_position(row)


def close_public_link(organisation: str, key: str, seen: str, doer: Doer) -> PositionView:
    """Take the public link away; who has begun by it goes on. Raises OvertakenError."""
    with _changing(organisation, key, seen, doer, "public_link_closed") as row:
        row.public_key, row.public_until = "", None
    return view_position(row)


def close_position(organisation: str, key: str, seen: str, doer: Doer) -> PositionView:
    """Close a position: nobody can begin any more, and who has begun may finish. Raises OvertakenError."""
    with _changing(organisation, key, seen, doer, "position_closed") as row:
        row.closed_at = doer.at
        row.public_key, row.public_until = "", None
    return view_position(row)


def reopen_position(organisation: str, key: str, seen: str, doer: Doer) -> PositionView:
    """Open a closed position again: invitations that are still in time lead in again. Raises OvertakenError."""
    with _changing(organisation, key, seen, doer, "position_reopened") as row:
        row.closed_at = None
    return view_position(row)


@contextmanager
def _changing(organisation: str, key: str, seen: str, doer: Doer, deed: str, **detail: Plain) -> Iterator[Position]:
    """Hold a position while it is changed, then store it with a line of the trail; refuse where it has moved."""
    with writing():
        row = _positions(organisation).select_for_update(of=("self",)).filter(key=key).first()
        if row is None:
            raise UnknownPositionError(key)
        if _mark(row) != seen:
            raise OvertakenError(f"position {key!r} changed after it was looked at; nothing was stored")
        yield row
        row.save()
        record_deed(row.organisation, doer, deed, f"position:{key}", **detail)


_MARKED: tuple[Callable[[Position], object], ...] = (
    lambda row: row.name,
    lambda row: (row.mode, row.mode_at),
    lambda row: row.ranked_at,
    lambda row: row.blind_first_view,
    lambda row: (row.public_key, row.public_until),
    lambda row: row.closed_at,
)


def _mark(row: Position) -> str:
    return mark_position(*(read(row) for read in _MARKED))


def _view(row: Position, counted: Mapping[str, int]) -> PositionFound:
    digest = row.library.hash if row.library else None
    return PositionFound(view_position(row), digest, _mark(row), **counted)


def _positions(organisation: str) -> QuerySet[Position]:
    rows = Position.objects.select_related("organisation", "library").defer("library__canonical")
    return rows.filter(organisation__key=organisation)


def _count(organisation: str, position: int | None = None) -> dict[int, dict[str, int]]:
    """Return by position how many were invited, have begun, have finished and sat for a study."""
    asked = Invitation.objects.filter(organisation__key=organisation)
    sat = Sitting.objects.filter(organisation__key=organisation, position__isnull=False)
    if position is not None:
        asked, sat = asked.filter(position=position), sat.filter(position=position)
    found: dict[int, dict[str, int]] = {}
    for key, invited in asked.values_list("position").annotate(invited=Count("pk")):
        found.setdefault(key, {})["invited"] = invited
    counted = sat.values("position").annotate(
        begun=Count("pk"),
        finished=Count("pk", filter=Q(finished_at__isnull=False)),
        in_study=Count("pk", filter=Q(purpose="study")),
    )
    for row in counted:
        numbers = {"begun": row["begun"], "finished": row["finished"], "in_study": row["in_study"]}
        found.setdefault(row["position"], {}).update(numbers)
    return found
