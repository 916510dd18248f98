"""Inviting many from a table: show what it holds with all that is wrong, and invite once a person says so."""

from dataclasses import dataclass
from datetime import timedelta

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from poise.hiring.invitation_table import SEPARATORS, TableRead, read_table, write_table
from poise.hiring.inviting import ACCOMMODATIONS, DAYS, check_days
from poise.hiring.refusal import RefusedError
from poise.storage.inviting import addresses_invited, invite_people
from poise.storage.positions import PositionFound, find_position
from poise.storage.views import MembershipView
from poise.web.candidacy import sign_as
from poise.web.invitation_pages import remember_given
from poise.web.outgoing import is_address, write_invitation
from poise.web.position_pages import for_position

SEE_OTHER, UNPROCESSABLE = 303, 422
SHOWN = 10
SEPARATOR_WORDS = dict(zip(SEPARATORS, ("semicolons", "commas", "tabs"), strict=True))
ENCODING_WORDS = {"utf-8-sig": "UTF-8", "cp1252": "Windows-1252"}
NOTHING = "Choose a file, or paste the rows into the field."


class TableForm(forms.Form):
    """A table as a file or as text, and for how long the links are open."""

    table = forms.FileField(required=False)
    text = forms.CharField(required=False, strip=False, widget=forms.Textarea)
    days = forms.IntegerField(required=False)


@dataclass(frozen=True)
class Preview:
    """What would happen if a person said yes."""

    read: TableRead
    rows: str
    encoding: str
    separator: str
    with_mail: int
    days: int


@require_http_methods(["GET", "HEAD", "POST"])
@for_position("invite")
def invite_many(request: HttpRequest, member: MembershipView, key: str) -> HttpResponse:
    """Ask for a table, show what it holds, and invite the good rows when a person has said yes; nothing before."""
    found = find_position(member.organisation.key, key)
    if request.method != "POST":
        return _ask(request, member, found, TableForm(initial={"days": DAYS}))
    form = TableForm(request.POST, request.FILES)
    form.is_valid()
    upload = form.cleaned_data.get("table")
    data = upload.read() if upload else form.cleaned_data.get("text", "").encode()
    if not data.strip():
        return _ask(request, member, found, form, NOTHING)
    try:
        days = check_days(form.cleaned_data.get("days") or 0)
    except RefusedError as refused:
        return _ask(request, member, found, form, refused.problems["days"])
    read = read_table(data, is_address, addresses_invited(member.organisation.key, key, timezone.now()))
    if request.POST.get("go") == "invite" and read.people and not read.faults:
        doer = sign_as(member)
        until = doer.at + timedelta(days=days)
        try:
            invite_people(member.organisation.key, key, read.people, until, doer, write_invitation(request))
        except RefusedError as refused:
            return _ask(request, member, found, form, str(refused))
        remember_given(request, key, doer.at)
        return HttpResponseRedirect(reverse("position_invited", args=(key,)), status=SEE_OTHER)
    return _preview(request, member, found, read, days)


def _preview(
    request: HttpRequest, member: MembershipView, found: PositionFound, read: TableRead, days: int
) -> HttpResponse:
    preview = Preview(
        read,
        write_table(read.people),
        ENCODING_WORDS.get(read.encoding, "UTF-16"),
        SEPARATOR_WORDS.get(read.separator, ""),
        sum(bool(one.email) for one in read.people),
        days,
    )
    context = {
        "member": member,
        "position": found.view,
        "preview": preview,
        "shown": [(one, ", ".join(ACCOMMODATIONS[key] for key in one.accommodations)) for one in read.people[:SHOWN]],
        "more": max(0, len(read.people) - SHOWN),
    }
    status = UNPROCESSABLE if read.faults else 200
    return render(request, "web/desk/invite_many_preview.html", context, status=status)


def _ask(
    request: HttpRequest, member: MembershipView, found: PositionFound, form: TableForm, wrong: str = ""
) -> HttpResponse:
    context = {
        "member": member,
        "position": found.view,
        "form": form,
        "wrong": wrong,
        "wishes": ACCOMMODATIONS.values(),
    }
    return render(request, "web/desk/invite_many.html", context, status=UNPROCESSABLE if wrong else 200)
