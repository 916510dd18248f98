"""The versions of a library that an organisation sees, its drafts, and how a draft becomes a version."""

import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from django.db.models import Q, QuerySet

from poise.content.differing import compare
from poise.content.editing import piece_of, rename
from poise.content.library import Library, parse_library
from poise.storage.models import Draft, Organisation, Position, PublishedLibrary
from poise.storage.records import library
from poise.storage.transaction import reading, writing
from poise.storage.views import OrganisationView, PositionView, view_organisation, view_position

LONGEST_KEY = 60
DRAFTS_KEPT = 4


class UnknownEditionError(LookupError):
    """There is no such version or draft for this organisation."""


class DraftMovedError(RuntimeError):
    """Somebody changed the draft after it was looked at; nothing was stored."""


class NotPublishableError(ValueError):
    """The draft cannot become a version under this name; the message says why."""


@dataclass(frozen=True)
class By:
    """Who does something, under which account, and when."""

    name: str
    account: str
    at: datetime


@dataclass(frozen=True)
class VersionView:
    """A published library without its text; `came_from` is the hash of the version that it was a copy of."""

    hash: str
    key: str
    version: str
    organisation: OrganisationView
    published_at: datetime
    published_by: str
    account: str
    note: str
    came_from: str

    @property
    def is_shipped(self) -> bool:
        """Say whether it came with Poise."""
        return self.organisation.is_open_door


@dataclass(frozen=True)
class DraftView:
    """A copy that is being changed, without its text; `version` counts the changes."""

    key: str
    came_from: VersionView
    version: int
    begun_by: str
    begun_at: datetime
    changed_by: str
    changed_at: datetime


@dataclass(frozen=True)
class PositionOnVersion:
    """A position, and the version that its new sittings begin with; None for the library that comes with Poise."""

    position: PositionView
    hash: str | None
    version: str


def list_versions(organisation: str) -> list[VersionView]:
    """Return the versions of this organisation and those that came with Poise, the newest first."""
    with reading():
        return [_view_version(row) for row in _versions(organisation).order_by("-published_at", "-pk")]


def find_version(organisation: str, digest: str) -> VersionView:
    """Return a version that this organisation may see; raises UnknownEditionError."""
    with reading():
        row = _versions(organisation).filter(hash=digest).first()
    if row is None:
        raise UnknownEditionError(digest)
    return _view_version(row)


def list_drafts(organisation: str) -> list[DraftView]:
    """Return the drafts of this organisation, the one that was changed last first."""
    with reading():
        return [_view_draft(row) for row in _drafts(organisation).defer("canonical").order_by("-changed_at", "-pk")]


def read_draft(organisation: str, key: str) -> tuple[DraftView, Library]:
    """Return a draft of this organisation and what it holds; raises UnknownEditionError."""
    with reading():
        row = _drafts(organisation).filter(key=key).first()
    if row is None:
        raise UnknownEditionError(key)
    return _view_draft(row), _parse(row.canonical)


def begin_draft(organisation: str, digest: str, by: By) -> DraftView:
    """Copy a version that this organisation may see, to be changed; raises UnknownEditionError."""
    version = find_version(organisation, digest)
    copied = rename(library(digest), own_key(organisation), version.version)
    with writing():
        row = Draft.objects.create(
            organisation=Organisation.named(organisation),
            key=secrets.token_hex(8),
            came_from=PublishedLibrary.hashed(digest),
            canonical=copied.canonical,
            begun_by=by.name,
            begun_at=by.at,
            changed_by=by.name,
            changed_at=by.at,
        )
    return _view_draft(row)


def change_draft(organisation: str, key: str, change: Callable[[Library], Library], by: By) -> DraftView:
    """Change a draft as it stands now; what `change` raises leaves everything as it was."""
    with writing():
        row = _lock(organisation, key)
        row.canonical = change(_parse(row.canonical)).canonical
        row.version += 1
        row.changed_by, row.changed_at = by.name, by.at
        row.save(update_fields=["canonical", "version", "changed_by", "changed_at"])
    return _view_draft(row)


def discard_draft(organisation: str, key: str) -> None:
    """Throw a draft of this organisation away; raises UnknownEditionError."""
    with writing():
        _lock(organisation, key).delete()


def publish_draft(organisation: str, key: str, seen: int, version: str, note: str, by: By) -> VersionView:
    """Publish a draft as a new version for good, and take it from the drafts.

    The version says with which earlier ones its scores compare.

    Raises
    ------
    UnknownEditionError
        There is no such draft, perhaps because it was published a moment ago.
    DraftMovedError
        The draft has changed since it was `seen`.
    NotPublishableError
        The name of the version is taken, or nothing was changed.
    """
    with writing():
        row = _lock(organisation, key)
        if row.version != seen:
            raise DraftMovedError(key)
        origin = library(row.came_from.hash)
        held = _parse(row.canonical)
        if rename(origin, held.key, held.version).hash == rename(held, held.key, held.version).hash:
            raise NotPublishableError("Nothing was changed in this draft, so there is nothing to publish.")
        compares = (*origin.comparable_with, origin.version) if compare(origin, held).comparable else ()
        made = rename(held, own_key(organisation), version, compares)
        taken = _versions(organisation).filter(version=version).exists()
        if taken or PublishedLibrary.objects.filter(hash=made.hash).exists():
            raise NotPublishableError(f"There is a version {version} already. Choose another name.")
        published = PublishedLibrary.objects.create(
            organisation=row.organisation,
            hash=made.hash,
            key=made.key,
            version=version,
            canonical=made.canonical,
            published_at=by.at,
            note=note,
            published_by=by.name,
            account=by.account,
            came_from=row.came_from.hash,
        )
        row.delete()
    return _view_version(published)


def list_positions_on(organisation: str) -> list[PositionOnVersion]:
    """Return the positions of an organisation in alphabetical order, each with the version that it names."""
    with reading():
        rows = Position.objects.select_related("organisation", "library").defer("library__canonical")
        found = [
            PositionOnVersion(
                view_position(row),
                row.library.hash if row.library else None,
                row.library.version if row.library else "",
            )
            for row in rows.filter(organisation__key=organisation)
        ]
    return sorted(found, key=lambda one: one.position.name.casefold())


def named_library(organisation: str, position: str) -> str | None:
    """Return the hash of the version that a position names, if it names one."""
    with reading():
        rows = Position.objects.filter(organisation__key=organisation, key=position)
        return rows.values_list("library__hash", flat=True).first()


def set_version(organisation: str, position: str, digest: str | None) -> None:
    """Let new sittings of a position begin with a version of its organisation, or again with what comes with Poise.

    Raises
    ------
    UnknownEditionError
        The organisation has no such version or position.
    NotPublishableError
        The version has not the blueprint of the position.
    """
    named = find_version(organisation, digest) if digest else None
    with writing():
        row = Position.objects.filter(organisation__key=organisation, key=position).first()
        if row is None:
            raise UnknownEditionError(position)
        if named and piece_of(library(named.hash), "blueprints", row.blueprint) is None:
            raise NotPublishableError(
                f"Version {named.version} has no blueprint {row.blueprint}, which {row.name} needs."
            )
        row.library = PublishedLibrary.hashed(named.hash) if named and not named.is_shipped else None
        row.save(update_fields=["library"])


def own_key(organisation: str) -> str:
    """Return the key of an organisation's own libraries; it is never the key of one that comes with Poise."""
    return ("own_" + re.sub(r"[^a-z0-9_]", "_", organisation.lower()))[:LONGEST_KEY]


@lru_cache(maxsize=DRAFTS_KEPT)
def _parse(canonical: str) -> Library:
    return parse_library(canonical)


def _versions(organisation: str) -> QuerySet[PublishedLibrary]:
    mine = Q(organisation__key=organisation) | Q(organisation__is_open_door=True)
    return PublishedLibrary.objects.select_related("organisation").defer("canonical").filter(mine)


def _drafts(organisation: str) -> QuerySet[Draft]:
    rows = Draft.objects.select_related("organisation", "came_from__organisation").defer("came_from__canonical")
    return rows.filter(organisation__key=organisation)


def _lock(organisation: str, key: str) -> Draft:
    # Every transaction takes the write lock of SQLite at its start; elsewhere the row is locked.
    row = _drafts(organisation).select_for_update(of=("self",)).filter(key=key).first()
    if row is None:
        raise UnknownEditionError(key)
    return row


def _view_version(row: PublishedLibrary) -> VersionView:
    return VersionView(
        hash=row.hash,
        key=row.key,
        version=row.version,
        organisation=view_organisation(row.organisation),
        published_at=row.published_at,
        published_by=row.published_by,
        account=row.account,
        note=row.note,
        came_from=row.came_from,
    )


def _view_draft(row: Draft) -> DraftView:
    return DraftView(
        key=row.key,
        came_from=_view_version(row.came_from),
        version=row.version,
        begun_by=row.begun_by,
        begun_at=row.begun_at,
        changed_by=row.changed_by,
        changed_at=row.changed_at,
    )
