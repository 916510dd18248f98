"""The author's desk, drafts as wholes: begin, check, publish, throw away; and which version a position names."""

from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from poise.content.editing import piece_of
from poise.content.library import LISTS, SINGLES
from poise.content.source import Complaint
from poise.storage.authoring import (
    DraftMovedError,
    NotPublishableError,
    UnknownEditionError,
    begin_draft,
    discard_draft,
    find_version,
    list_positions_on,
    publish_draft,
    set_version,
)
from poise.storage.views import MembershipView
from poise.web.author_access import (
    LONGEST_NAME,
    Edition,
    author_name,
    draft_ident,
    draft_key,
    find_draft,
    find_edition,
    for_authors,
    sign,
)
from poise.web.author_checks import complaints_of, remarks_on
from poise.web.author_pages import lay_changes, lay_edition
from poise.web.author_sections import name_of
from poise.web.publishing import library_in_use

SEE_OTHER = 303
CONFLICT = 409
UNPROCESSABLE = 422
LONGEST_VERSION = 60
LONGEST_NOTE = 2000
MOST_DIGITS = 9


@dataclass(frozen=True)
class Complained:
    """A complaint with the way to its piece."""

    place: str
    message: str
    address: str


@dataclass(frozen=True)
class Form:
    """What is written on the page of publishing, and what is wrong with it, field by field."""

    version: str
    name: str
    note: str
    wrong_version: str = ""
    wrong_name: str = ""
    wrong_note: str = ""
    wrong: str = ""

    @property
    def is_wrong(self) -> bool:
        """Say whether anything is wrong."""
        return any((self.wrong_version, self.wrong_name, self.wrong_note, self.wrong))


@require_POST
@for_authors("author")
def begin(request: HttpRequest, member: MembershipView, ident: str) -> HttpResponse:
    """Begin a draft as a copy of a version."""
    draft = begin_draft(member.organisation.key, ident, sign(request))
    messages.success(request, "The draft is begun. The version it was copied from stays as it is.")
    return HttpResponseRedirect(reverse("author_edition", args=(draft_ident(draft),)), status=SEE_OTHER)


@require_safe
@for_authors("see_library")
def show_complaints(request: HttpRequest, member: MembershipView, ident: str) -> HttpResponse:
    """Check a version or a draft, and list everything that is wrong with it at once."""
    edition = find_edition(member, ident)
    context = {
        **lay_edition(member, edition),
        "complaints": [_lay(edition, complaint) for complaint in complaints_of(edition.library)],
        "remarks": [_lay(edition, remark) for remark in remarks_on(edition.library)],
    }
    return render(request, "web/author/check.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@for_authors("author")
def publish(request: HttpRequest, member: MembershipView, ident: str) -> HttpResponse:
    """Say what will happen, then publish a draft as a new version under a name, with who did it and why."""
    edition = find_draft(member, ident)
    if request.method != "POST":
        return _show(request, member, edition, Form("", author_name(request), ""))
    form = _read(request)
    if form.is_wrong or complaints_of(edition.library):
        return _show(request, member, edition, form, UNPROCESSABLE)
    given = request.POST.get("seen", "")
    seen = int(given) if given.isdecimal() and len(given) <= MOST_DIGITS else -1
    try:
        by = sign(request, form.name)
        made = publish_draft(member.organisation.key, draft_key(ident), seen, form.version, form.note, by)
    except DraftMovedError:
        moved = Form(form.version, form.name, form.note, wrong=_MOVED)
        return _show(request, member, find_draft(member, ident), moved, CONFLICT)
    except NotPublishableError as error:
        taken = Form(form.version, form.name, form.note, wrong_version=str(error))
        return _show(request, member, edition, taken, UNPROCESSABLE)
    messages.success(request, f"Version {made.version} is published.")
    return HttpResponseRedirect(reverse("author_edition", args=(made.hash,)), status=SEE_OTHER)


@require_http_methods(["GET", "HEAD", "POST"])
@for_authors("author")
def discard(request: HttpRequest, member: MembershipView, ident: str) -> HttpResponse:
    """Ask once, then throw a draft away."""
    edition = find_draft(member, ident)
    if request.method != "POST":
        context = {**lay_edition(member, edition), "changes": lay_changes(edition)}
        return render(request, "web/author/discard.html", context)
    discard_draft(member.organisation.key, draft_key(ident))
    messages.success(request, "The draft is thrown away. All published versions are as they were.")
    return HttpResponseRedirect(reverse("author_library"), status=SEE_OTHER)


@require_POST
@for_authors("edit_position")
def name_version(request: HttpRequest, member: MembershipView, ident: str) -> HttpResponse:
    """Let new sittings of a position begin with this version, or again with what comes with Poise."""
    version = find_version(member.organisation.key, ident)
    key, wanted = request.POST.get("position", ""), request.POST.get("use", "")
    position = next((one for one in list_positions_on(member.organisation.key) if one.position.key == key), None)
    if position is None or wanted not in ("this", "shipped"):
        raise UnknownEditionError(key)
    try:
        set_version(member.organisation.key, key, version.hash if wanted == "this" else None)
    except NotPublishableError as error:
        messages.warning(request, str(error))
    else:
        named = f"version {version.version}" if wanted == "this" else "the library that comes with Poise"
        messages.success(request, f"New sittings for {position.position.name} begin with {named} from now on.")
    return HttpResponseRedirect(reverse("author_edition", args=(ident,)), status=SEE_OTHER)


_MOVED = (
    "Somebody changed this draft after you opened this page. Nothing was published. Look at what changed once more, "
    "and publish again."
)


def _read(request: HttpRequest) -> Form:
    version, name, note = (request.POST.get(field, "").strip() for field in ("version", "name", "note"))
    note = note.replace("\r\n", "\n")
    return Form(
        version,
        name,
        note,
        wrong_version="Give the new version a name, such as 2027-01 or 1.1."
        if not version
        else ""
        if len(version) <= LONGEST_VERSION and version.isprintable()
        else f"A name of a version has at most {LONGEST_VERSION} characters, all of them visible, on one line.",
        wrong_name="Write your name. Later readers want to know whom to ask."
        if not name
        else ""
        if len(name) <= LONGEST_NAME and name.isprintable()
        else f"A name has at most {LONGEST_NAME} characters, all of them visible, on one line.",
        wrong_note="Write what changed and why, in a sentence or two."
        if not note
        else ""
        if len(note) <= LONGEST_NOTE and "\x00" not in note
        else f"A note has at most {LONGEST_NOTE} characters; this one has {len(note)}.",
    )


def _lay(edition: Edition, complaint: Complaint) -> Complained:
    section, _, key = complaint.file.partition("/")
    key = key or section
    address = edition.address("author_edition")
    if section in LISTS or section in SINGLES:
        there = piece_of(edition.library, section, key) is not None
        way = ("author_piece", section, key) if there else ("author_section", section)
        address = edition.address(*way)
    name = name_of(section)
    place = name if key == section else f"{name}: {key}"
    return Complained(place, complaint.message.removeprefix(f"{key}: "), address)


def _show(
    request: HttpRequest, member: MembershipView, edition: Edition, form: Form, status: int = 200
) -> HttpResponse:
    complaints = len(complaints_of(edition.library))
    context = {
        **lay_edition(member, edition),
        "form": form,
        "complaints": complaints,
        "changes": lay_changes(edition),
        "positions": list_positions_on(member.organisation.key),
        "shipped": find_version(member.organisation.key, library_in_use()),
        "most_note": LONGEST_NOTE,
    }
    return render(request, "web/author/publish.html", context, status=status)
