"""The journal of sittings in the database: one append is one transaction."""

import secrets
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.db import IntegrityError

from poise.sitting.events import (
    AccommodationsChosen,
    AnyEvent,
    CustomerLeftToPerson,
    HelpAsked,
    ReadingContested,
    SittingFinished,
    SittingOpened,
    read_event,
    write_event,
)
from poise.sitting.journal import Change, UnknownSittingError, VersionConflictError
from poise.sitting.state import name_moment
from poise.storage.auditing import Deed, record_deed
from poise.storage.models import Event, Organisation, Position, PublishedLibrary, Sitting, Text
from poise.storage.standing import answered_in, figures_of
from poise.storage.traces import remember_erasure, wipe_traces
from poise.storage.transaction import reading, writing
from poise.storage.webhooks import announce


@dataclass(frozen=True)
class Entry:
    """What is known of a sitting besides its events: who sits for which position, and how they may come back."""

    resume_hash: str = ""
    position: str | None = None
    candidate_name: str = ""


class DjangoJournal:
    """The sittings of one organisation; those of any other do not exist for it.

    Parameters
    ----------
    organisation
        The key of an organisation.
    entry
        What a sitting that is opened here gets besides its events. Without it nobody can come back to the
        sitting by a token.
    deed
        What a member does by an append here; it is recorded in the same transaction.
    """

    def __init__(self, organisation: str, entry: Entry | None = None, deed: Deed | None = None) -> None:
        self._organisation = organisation
        self._deed = deed
        self._entry = entry or Entry()
        self._seen: tuple[str, list[AnyEvent]] = ("", [])

    def open(self, sitting: str, change: Change) -> None:
        """Begin a sitting; its first event must be `sitting_opened`, and its library must be published."""
        with _racing(sitting), writing(beside_others=True):
            insert_sitting(Organisation.named(self._organisation), sitting, change, self._entry)

    def read(self, sitting: str) -> Sequence[AnyEvent]:
        """Return all events in order."""
        with reading():
            rows = list(
                Event.objects.filter(sitting__key=sitting, sitting__organisation__key=self._organisation)
                .order_by("number")
                .values_list("data", flat=True)
            )
        if not rows:
            raise UnknownSittingError(sitting)
        events = [read_event(row) for row in rows]
        self._seen = (sitting, events)
        return list(events)

    def append(self, sitting: str, expected: int, change: Change) -> None:
        """Append at the expected version."""
        with _racing(sitting), writing(beside_others=True):
            self._append(sitting, expected, change)

    def texts(self, sitting: str) -> Mapping[str, str]:
        """Return the free texts by key."""
        with reading():
            row = self._find(sitting)
            return dict(Text.objects.filter(sitting=row).order_by("pk").values_list("key", "words"))

    def erase_texts(self, sitting: str, expected: int, change: Change) -> None:
        """Append the change and delete all free text, also from the files of the database."""
        self.forget_texts(sitting, expected, change)
        wipe_traces()

    def forget_texts(self, sitting: str, expected: int, change: Change) -> None:
        """Append the change and delete all free text; whoever calls this wipes the traces, once for many."""
        with _racing(sitting), writing(beside_others=True):
            row = self._append(sitting, expected, change)
            remember_erasure("words", sitting, _last_at(change) or row.last_at)
            Text.objects.filter(sitting=row).delete()

    def _find(self, sitting: str) -> Sitting:
        rows = Sitting.objects.select_related("library").defer("library__canonical")
        row = rows.filter(organisation__key=self._organisation, key=sitting).first()
        if row is None:
            raise UnknownSittingError(sitting)
        return row

    def _append(self, sitting: str, expected: int, change: Change) -> Sitting:
        row = self._find(sitting)
        moved = Sitting.objects.filter(pk=row.pk, version=expected).update(
            version=expected + len(change.events),
            last_at=_last_at(change) or row.last_at,
            finished_at=_finished_at(change) or row.finished_at,
            **self._stand(row, expected, change),
        )
        if not moved:
            raise VersionConflictError(f"sitting {sitting!r} has {row.version} events, expected {expected}")
        _insert(row, expected, change)
        if self._deed is not None:
            record_deed(row.organisation, self._deed.doer, self._deed.name, f"sitting:{sitting}", **self._deed.detail)
        return row

    def _stand(self, row: Sitting, expected: int, change: Change) -> dict[str, Any]:
        """Return how the sitting stands after a change, where its events were read before the change was decided."""
        sitting, events = self._seen
        if sitting != row.key or len(events) != expected:
            return {}
        return dict(figures_of(row.library.hash, [*events, *change.events], answered_in(row.pk)))


def insert_sitting(owner: Organisation, sitting: str, change: Change, entry: Entry) -> Sitting:
    """Insert a sitting with its first events, inside the caller's transaction.

    Raises
    ------
    ValueError
        The first event is not `sitting_opened`.
    KeyError
        The library of that event was never published, or the organisation has no such position.
    IntegrityError
        There is a sitting of that name already.
    """
    opened = change.events[0] if change.events else None
    if not isinstance(opened, SittingOpened):
        raise ValueError(f"sitting {sitting!r} begins with {opened!r}, expected sitting_opened")  # noqa: TRY004  a value
    position = Position.of(owner, entry.position) if entry.position is not None else None
    row = Sitting.objects.create(
        organisation=owner,
        key=sitting,
        library=PublishedLibrary.hashed(opened.library),
        blueprint=opened.blueprint,
        position=position,
        candidate_name=entry.candidate_name,
        door=opened.door,
        purpose=position.mode if position else "",
        resume_hash=entry.resume_hash or secrets.token_hex(32),
        version=len(change.events),
        started_at=_moment(opened.at),
        last_at=_last_at(change) or _moment(opened.at),
        finished_at=_finished_at(change),
        **figures_of(opened.library, change.events),
    )
    _insert(row, 0, change)
    return row


def _insert(row: Sitting, after: int, change: Change) -> None:
    owner = row.organisation_id
    Event.objects.bulk_create(
        Event(
            organisation_id=owner,
            sitting=row,
            number=number,
            kind=event.kind,
            data=write_event(event),
            at=_moment(event.at),
        )
        for number, event in enumerate(change.events, start=after + 1)
    )
    for event in change.events:
        _tell(row, event)
    written = _last_at(change) or row.last_at
    Text.objects.bulk_create(
        Text(organisation_id=owner, sitting=row, key=key, words=words, created_at=written)
        for key, words in change.texts.items()
    )


def _tell(row: Sitting, event: AnyEvent) -> None:
    """Tell who asked for it, by their webhooks, that something happened in a sitting."""
    about = {"sitting": row.key, **({"position": row.position.key} if row.position else {})}
    if isinstance(event, SittingFinished):
        announce(row.organisation, "sitting.finished", _moment(event.at), **about)
    elif isinstance(event, ReadingContested):
        moment = name_moment(event.scenario, event.moment)
        announce(row.organisation, "reading.contested", _moment(event.at), **about, moment=moment)
    elif isinstance(event, CustomerLeftToPerson | HelpAsked) or (
        isinstance(event, AccommodationsChosen) and event.human_alternative
    ):
        announce(row.organisation, "person.asked", _moment(event.at), **about)


def _moment(at: str) -> datetime:
    moment = datetime.fromisoformat(at)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _last_at(change: Change) -> datetime | None:
    return _moment(change.events[-1].at) if change.events else None


def _finished_at(change: Change) -> datetime | None:
    return next((_moment(event.at) for event in change.events if isinstance(event, SittingFinished)), None)


@contextmanager
def _racing(sitting: str) -> Iterator[None]:
    """Say what it means when a row stands already where one was to be inserted."""
    try:
        yield
    except IntegrityError as error:
        raise VersionConflictError(f"sitting {sitting!r}: somebody else wrote these rows first") from error
