"""The author's desk, reading: versions and drafts, what they hold, and each piece as a candidate meets it."""

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from poise.content.editing import piece_of, write_piece
from poise.content.library import LISTS
from poise.content.piece import Piece
from poise.storage.authoring import find_version, list_drafts, list_positions_on, list_versions
from poise.storage.views import MembershipView
from poise.web.author_access import (
    Changed,
    Edition,
    UnknownPieceError,
    check_section,
    draft_ident,
    find_edition,
    for_authors,
)
from poise.web.author_previews import lay_preview
from poise.web.author_sections import (
    PREVIEWED,
    find_rows,
    find_uses,
    lay_row,
    list_parts,
    name_of,
    one_of,
)
from poise.web.publishing import library_in_use

ON_A_PAGE = 40
LONGEST_SEARCH = 200
Context = dict[str, Any]


@require_safe
@for_authors("see_library")
def show_library(request: HttpRequest, member: MembershipView) -> HttpResponse:
    """List the drafts and the published versions, with who published which, when and why."""
    organisation = member.organisation.key
    versions = list_versions(organisation)
    names = {version.hash: version.version for version in versions}
    positions = list_positions_on(organisation)
    context = {
        "member": member,
        "drafts": [(draft, draft_ident(draft)) for draft in list_drafts(organisation)],
        "versions": [
            (version, names.get(version.came_from, ""), [one for one in positions if one.hash == version.hash])
            for version in versions
        ],
        "in_use": library_in_use(),
        "others": [one for one in positions if one.hash is None],
    }
    return render(request, "web/author/library.html", context)


@require_safe
@for_authors("see_library")
def show_edition(request: HttpRequest, member: MembershipView, ident: str) -> HttpResponse:
    """Show what a version or a draft holds, and what differs from the version it came from."""
    edition = find_edition(member, ident)
    lists, singles = list_parts(edition)
    context = {
        **lay_edition(member, edition),
        "lists": lists,
        "singles": singles,
        "changes": lay_changes(edition),
        "in_use": library_in_use(),
        "positions": list_positions_on(member.organisation.key),
    }
    return render(request, "web/author/edition.html", context)


@require_safe
@for_authors("see_library")
def find_pieces(request: HttpRequest, member: MembershipView, ident: str) -> HttpResponse:
    """Find pieces of all sections by their words and qualities."""
    edition = find_edition(member, ident)
    return render(request, "web/author/section.html", _lay_found(request, member, edition, tuple(LISTS)))


@require_safe
@for_authors("see_library")
def show_section(request: HttpRequest, member: MembershipView, ident: str, section: str) -> HttpResponse:
    """List the pieces of a section, narrowed by words and by quality."""
    edition = find_edition(member, ident)
    if section not in LISTS:
        raise UnknownPieceError(section)
    context = _lay_found(request, member, edition, (section,))
    return render(
        request,
        "web/author/section.html",
        {**context, "section": section, "name": name_of(section), "one": one_of(section)},
    )


@require_safe
@for_authors("see_library")
def show_piece(request: HttpRequest, member: MembershipView, ident: str, section: str, key: str) -> HttpResponse:
    """Show one piece as its text, and who names it."""
    edition = find_edition(member, ident)
    piece = edition.piece(section, key)
    context = {
        **lay_edition(member, edition),
        **lay_place(edition, section, key, piece),
        "text": write_piece(piece),
        "uses": find_uses(edition, section, key),
    }
    return render(request, "web/author/piece.html", context)


@require_safe
@for_authors("see_library")
def preview_piece(request: HttpRequest, member: MembershipView, ident: str, section: str, key: str) -> HttpResponse:
    """Show a piece as a candidate meets it; nothing of it is stored."""
    edition = find_edition(member, ident)
    piece = edition.piece(section, key)
    if section not in PREVIEWED:
        raise UnknownPieceError(key)
    context = {
        **lay_edition(member, edition),
        **lay_place(edition, section, key, piece),
        **lay_preview(piece, edition.library),
    }
    return render(request, "web/author/preview.html", context)


def lay_edition(member: MembershipView, edition: Edition) -> Context:
    """Return what every page about an edition says of it."""
    came_from = edition.version.came_from
    origin = (
        edition.version if edition.draft else find_version(member.organisation.key, came_from) if came_from else None
    )
    return {
        "member": member,
        "edition": edition,
        "ident": edition.ident,
        "origin": origin,
        "home": edition.address("author_edition"),
    }


def lay_place(edition: Edition, section: str, key: str, piece: Piece) -> Context:
    """Return what every page about a piece says of it."""
    check_section(section)
    return {
        "section": section,
        "key": key,
        "piece": piece,
        "name": name_of(section),
        "one": one_of(section),
        "row": lay_row(edition, section, key, piece),
        "is_list": section in LISTS,
        "has_preview": section in PREVIEWED,
    }


def lay_changes(edition: Edition) -> list[Context]:
    """Return what differs from the version it came from, with the way to each piece that is still there."""
    return [
        {
            "name": name_of(change.section),
            "key": change.key,
            "how": change.how,
            "fields": change.fields,
            "why": change.why,
            "address": _find_address(edition, change),
        }
        for change in edition.changes
    ]


def _find_address(edition: Edition, change: Changed) -> str:
    if piece_of(edition.library, change.section, change.key) is not None:
        return edition.address("author_piece", change.section, change.key)
    return edition.address("author_section", change.section) if change.key == change.section else ""


def _lay_found(request: HttpRequest, member: MembershipView, edition: Edition, sections: tuple[str, ...]) -> Context:
    words = request.GET.get("words", "").strip()[:LONGEST_SEARCH]
    quality = request.GET.get("quality", "")
    known = [one.key for one in edition.library.qualities]
    quality = quality if quality in known else ""
    rows = find_rows(edition, sections, words, quality)
    asked = request.GET.copy()
    asked.pop("page", None)
    return {
        **lay_edition(member, edition),
        "words": words,
        "quality": quality,
        "qualities": edition.library.qualities,
        "found": len(rows),
        "page": Paginator(rows, ON_A_PAGE).get_page(request.GET.get("page")),
        "asked": asked.urlencode(),
    }
