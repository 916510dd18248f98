"""The author's desk, writing: one piece of a draft at a time, as text; what two people change at once is never lost."""

from dataclasses import dataclass, replace

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from poise.content.editing import (
    LONGEST_PIECE,
    drop_piece,
    keys_of,
    mark_of,
    model_of,
    piece_of,
    put_piece,
    read_piece,
    write_piece,
)
from poise.content.library import LISTS, Library
from poise.content.piece import Piece
from poise.content.source import Complaint, LibraryError
from poise.storage.authoring import change_draft
from poise.storage.views import MembershipView
from poise.web.author_access import (
    Edition,
    UnknownPieceError,
    check_section,
    draft_key,
    find_draft,
    for_authors,
    sign,
)
from poise.web.author_fields import describe_fields
from poise.web.author_pages import lay_edition, lay_place
from poise.web.author_sections import find_uses, name_of, one_of
from poise.web.author_templates import TEMPLATES

SEE_OTHER = 303
CONFLICT = 409
UNPROCESSABLE = 422
LONGEST_QUOTE = 100
ROOM, FEWEST_ROWS, MOST_ROWS = 6, 12, 32


class PieceMovedError(RuntimeError):
    """Somebody else changed or deleted the piece, or added one with its key, since it was opened."""


@dataclass(frozen=True)
class Wrong:
    """Something wrong with a text: the line, what stands there, and what was expected."""

    line: int
    quote: str
    message: str


@dataclass(frozen=True)
class Sheet:
    """A text that is being written: what it was begun from, what is wrong with it, and what others wrote meanwhile."""

    text: str
    mark: str
    wrong: tuple[Wrong, ...] = ()
    theirs: str | None = None
    was_deleted: bool = False

    @property
    def rows(self) -> int:
        """How many lines the field shows: room for the text and some more, and never more than a screen."""
        return min(max(self.text.count("\n") + ROOM, FEWEST_ROWS), MOST_ROWS)


@require_http_methods(["GET", "HEAD", "POST"])
@for_authors("author")
def edit_piece(request: HttpRequest, member: MembershipView, ident: str, section: str, key: str) -> HttpResponse:
    """Show a piece as text to change, or take the changed text."""
    edition = find_draft(member, ident)
    check_section(section)
    if request.method == "POST":
        return _take(request, member, edition, section, key)
    piece = edition.piece(section, key)
    return _show(request, member, edition, section, key, Sheet(write_piece(piece), mark_of(piece)))


@require_http_methods(["GET", "HEAD", "POST"])
@for_authors("author")
def add_piece(request: HttpRequest, member: MembershipView, ident: str, section: str) -> HttpResponse:
    """Show a sheet for a new piece, empty or like another one, or take it."""
    edition = find_draft(member, ident)
    if section not in LISTS:
        raise UnknownPieceError(section)
    if request.method == "POST":
        return _take(request, member, edition, section, "")
    text = _begin(edition.library, section, request.GET.get("like", ""))
    return _show(request, member, edition, section, "", Sheet(text, ""))


@require_http_methods(["GET", "HEAD", "POST"])
@for_authors("author")
def delete_piece(request: HttpRequest, member: MembershipView, ident: str, section: str, key: str) -> HttpResponse:
    """Ask once, then take a piece out of the draft."""
    edition = find_draft(member, ident)
    piece = edition.piece(section, key)
    if section not in LISTS:
        raise UnknownPieceError(section)
    moved = False
    if request.method == "POST":
        try:
            _change(request, member, edition, section, key, None)
        except PieceMovedError:
            moved, edition = True, find_draft(member, ident)
            piece = edition.piece(section, key)
        else:
            messages.success(request, f"Deleted from this draft: {key}.")
            return HttpResponseRedirect(edition.address("author_section", section), status=SEE_OTHER)
    context = {
        **lay_edition(member, edition),
        **lay_place(edition, section, key, piece),
        "uses": find_uses(edition, section, key),
        "mark": mark_of(piece),
        "moved": moved,
    }
    return render(request, "web/author/delete.html", context, status=CONFLICT if moved else 200)


def _take(request: HttpRequest, member: MembershipView, edition: Edition, section: str, key: str) -> HttpResponse:
    """Take a text: a fault leads back to it with all that was written, and so does what others changed meanwhile."""
    text = request.POST.get("text", "").replace("\r\n", "\n")
    sheet = Sheet(text, request.POST.get("mark", ""))
    try:
        piece = read_piece(section, text)
        _refuse_taken_key(edition.library, section, key, piece, text)
    except LibraryError as error:
        wrong = tuple(_quote(complaint, text) for complaint in error.complaints)
        return _show(request, member, edition, section, key, replace(sheet, wrong=wrong), UNPROCESSABLE)
    try:
        _change(request, member, edition, section, key, piece)
    except PieceMovedError:
        now = find_draft(member, edition.ident)
        return _show_both(request, member, now, section, key or str(getattr(piece, "key", "")), sheet)
    new_key = str(getattr(piece, "key", section))
    messages.success(request, f"Saved in this draft: {name_of(section)}, {new_key}.")
    return HttpResponseRedirect(edition.address("author_piece", section, new_key), status=SEE_OTHER)


def _change(
    request: HttpRequest, member: MembershipView, edition: Edition, section: str, key: str, piece: Piece | None
) -> None:
    """Put or drop a piece in the draft as it stands now; raises PieceMovedError where it is not as it was opened."""
    mark = request.POST.get("mark", "")

    def change(library: Library) -> Library:
        new_key = str(getattr(piece, "key", section))
        stored = piece_of(library, section, key or new_key)
        if piece is not None and piece_of(library, section, new_key) == piece and (stored is None or stored == piece):
            return library  # the same text was sent a moment ago
        if mark_of(stored) != mark:
            raise PieceMovedError
        if piece is None:
            return drop_piece(library, section, key)
        if key and key != new_key and piece_of(library, section, new_key) is not None:
            raise PieceMovedError
        return put_piece(library, section, piece, key or new_key)

    change_draft(member.organisation.key, draft_key(edition.ident), change, sign(request))


def _refuse_taken_key(library: Library, section: str, key: str, piece: Piece, text: str) -> None:
    """Refuse a key that another piece of the section has: keys name a piece for good."""
    new_key = str(getattr(piece, "key", section))
    if section not in LISTS or new_key == key or piece_of(library, section, new_key) is None:
        return
    if not key and piece_of(library, section, new_key) == piece:
        return  # it was added a moment ago by a second click
    lines = [number for number, line in enumerate(text.split("\n"), 1) if line.startswith("key:")]
    message = f"key: {new_key!r} is the key of another {one_of(section)} in this draft; choose one that is not taken"
    raise LibraryError([Complaint(section, lines[0] if lines else 1, message)])


def _quote(complaint: Complaint, text: str) -> Wrong:
    lines = text.split("\n")
    line = lines[complaint.line - 1].strip() if 0 < complaint.line <= len(lines) else ""
    quoted = line if len(line) <= LONGEST_QUOTE else line[:LONGEST_QUOTE] + " …"
    return Wrong(complaint.line, quoted, complaint.message)


def _show_both(
    request: HttpRequest, member: MembershipView, now: Edition, section: str, key: str, sheet: Sheet
) -> HttpResponse:
    """Show what stands in the draft now beside what was sent; sending it again is a choice made with open eyes."""
    stored = piece_of(now.library, section, key)
    both = Sheet(
        sheet.text,
        mark_of(stored),
        theirs=write_piece(stored) if stored is not None else "",
        was_deleted=stored is None,
    )
    return _show(request, member, now, section, key, both, CONFLICT)


def _show(
    request: HttpRequest,
    member: MembershipView,
    edition: Edition,
    section: str,
    key: str,
    sheet: Sheet,
    status: int = 200,
) -> HttpResponse:
    here = edition.address("author_edit", section, key) if key else edition.address("author_add", section)
    there = piece_of(edition.library, section, key) is not None
    context = {
        **lay_edition(member, edition),
        "section": section,
        "key": key,
        "name": name_of(section),
        "one": one_of(section),
        "is_list": section in LISTS,
        "sheet": sheet,
        "here": here,
        "back": edition.address("author_piece", section, key)
        if key and there
        else edition.address("author_section", section)
        if section in LISTS
        else edition.address("author_edition"),
        "fields": describe_fields(model_of(section)),
        "most_characters": LONGEST_PIECE,
        "others": keys_of(edition.library, section) if section in LISTS and not key else (),
        "has_template": section in TEMPLATES,
    }
    return render(request, "web/author/edit.html", context, status=status)


def _begin(library: Library, section: str, like: str) -> str:
    """Return the text that a new piece begins with: like another one, or an empty form of its section."""
    pieces = keys_of(library, section)
    like = like if like in pieces else "" if section in TEMPLATES or not pieces else pieces[0]
    piece = piece_of(library, section, like) if like else None
    if piece is None:
        return TEMPLATES.get(section, "key: \n")
    lines = write_piece(piece).split("\n")
    return "\n".join("key: " if line == f"key: {like}" else line for line in lines)
