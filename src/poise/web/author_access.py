"""Who may come to the author's desk, and the edition of a library that they look at: a version or a draft."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, wraps
from typing import ParamSpec
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone

from poise.content.differing import HEADER, compare
from poise.content.editing import piece_of
from poise.content.library import LISTS, SINGLES, Library
from poise.content.piece import Piece
from poise.hiring.roles import Deed
from poise.storage.authoring import By, DraftView, UnknownEditionError, VersionView, find_version, read_draft
from poise.storage.records import library
from poise.storage.views import MembershipView
from poise.web.members import Page, for_members
from poise.web.problems import Problem, Way, show_problem

P = ParamSpec("P")
DRAFT = "draft-"
LONGEST_NAME = 200
NO_SUCH_EDITION = Problem(
    404,
    "We do not know this library",
    (
        "There is no version and no draft with this address at your organisation.",
        "A draft may have been published or thrown away a moment ago. Your library shows what is there now.",
    ),
)
NO_SUCH_PIECE = Problem(
    404,
    "This piece is not here",
    ("There is nothing with this name in this version or draft.", "It may have been deleted or given another key."),
)


SIGNED_OUT = Problem(
    403,
    "You are signed out",
    ("Nothing was stored yet. Copy your text below, sign in, and paste it into the piece again.",),
)


class UnknownPieceError(LookupError):
    """There is no such section, or no such piece in it."""


@dataclass(frozen=True)
class Changed:
    """A piece that differs: in which fields, and why scores do not compare because of it, where that is so."""

    section: str
    key: str
    how: str
    fields: tuple[str, ...]
    why: str


@dataclass(frozen=True)
class Edition:
    """A version or a draft, with what it holds; a draft can be changed."""

    ident: str
    library: Library
    version: VersionView
    draft: DraftView | None = None

    @property
    def name(self) -> str:
        """How the pages call it."""
        return f"Draft from version {self.version.version}" if self.draft else f"Version {self.version.version}"

    @cached_property
    def changes(self) -> tuple[Changed, ...]:
        """What differs from the version that it was a copy of; nothing for what comes with Poise."""
        before = self.version.hash if self.draft else self.version.came_from
        return list_changes(library(before), self.library) if before else ()

    @property
    def compares(self) -> bool:
        """Say whether its scores compare with those of the version it came from."""
        return not any(change.why for change in self.changes)

    @cached_property
    def how(self) -> dict[tuple[str, str], str]:
        """How each piece that differs came to differ, by section and key."""
        return {(change.section, change.key): change.how for change in self.changes}

    def piece(self, section: str, key: str) -> Piece:
        """Return a piece; raises UnknownPieceError."""
        check_section(section)
        found = piece_of(self.library, section, key)
        if found is None:
            raise UnknownPieceError(key)
        return found

    def address(self, name: str, *parts: str) -> str:
        """Return the address of one of its pages."""
        return reverse(name, args=(self.ident, *parts))


def list_changes(old: Library, new: Library) -> tuple[Changed, ...]:
    """Return what differs between two libraries, piece by piece."""
    found: dict[tuple[str, str], Changed] = {}
    for one in compare(old, new).changes:
        if one.section == HEADER:
            continue
        place = (one.section, one.key or one.section)
        fields, why = (one.field,) if one.field else (), one.why
        if place in found:
            fields, why = (*found[place].fields, *fields), found[place].why or why
        found[place] = Changed(*place, one.how, tuple(dict.fromkeys(fields)), why)
    return tuple(found.values())


def check_section(section: str) -> None:
    """Raise UnknownPieceError where there is no such section."""
    if section not in LISTS and section not in SINGLES:
        raise UnknownPieceError(section)


def for_authors(deed: Deed) -> Callable[[Page[P]], Callable[..., HttpResponse]]:
    """Make a page of the author's desk for whose role covers a deed; what is not this organisation's is not there."""

    def protect(view: Page[P]) -> Callable[..., HttpResponse]:
        def admit(request: HttpRequest, member: MembershipView, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            unsent = request.POST.get("text", "")
            ways = (Way(reverse("author_library"), "Back to your library"),)
            try:
                return view(request, member, *args, **kwargs)
            except UnknownEditionError:
                return show_problem(request, NO_SUCH_EDITION, ways, unsent=unsent)
            except UnknownPieceError:
                return show_problem(request, NO_SUCH_PIECE, ways, unsent=unsent)

        members_only = for_members(deed)(admit)

        @wraps(view)
        def keep_words(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            """Give back a text that was sent after the person was signed out: a redirect would drop it."""
            unsent = request.POST.get("text", "")
            if unsent and not request.user.is_authenticated:
                ways = (Way(f"{reverse('sign_in')}?{urlencode({'next': request.path})}", "Sign in"),)
                return show_problem(request, SIGNED_OUT, ways, unsent=unsent)
            return members_only(request, *args, **kwargs)

        return keep_words

    return protect


def find_edition(member: MembershipView, ident: str) -> Edition:
    """Return a version or draft that this member may see; raises UnknownEditionError."""
    organisation = member.organisation.key
    if ident.startswith(DRAFT):
        draft, held = read_draft(organisation, ident.removeprefix(DRAFT))
        return Edition(ident, held, draft.came_from, draft)
    version = find_version(organisation, ident)
    return Edition(ident, library(version.hash), version)


def find_draft(member: MembershipView, ident: str) -> Edition:
    """Return a draft that this member may change; raises UnknownEditionError."""
    edition = find_edition(member, ident)
    if edition.draft is None:
        raise UnknownEditionError(ident)
    return edition


def draft_key(ident: str) -> str:
    """Return the key of the draft at this address."""
    return ident.removeprefix(DRAFT)


def draft_ident(draft: DraftView) -> str:
    """Return how a draft is named in addresses."""
    return DRAFT + draft.key


def author_name(request: HttpRequest) -> str:
    """Return the name of who is signed in: their full name where the account has one."""
    full = getattr(request.user, "get_full_name", str)()
    return (full or request.user.get_username())[:LONGEST_NAME]


def sign(request: HttpRequest, name: str = "") -> By:
    """Return who does what this request asks for, and when."""
    return By((name or author_name(request))[:LONGEST_NAME], request.user.get_username()[:LONGEST_NAME], timezone.now())
