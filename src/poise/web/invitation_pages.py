"""Asking people in from the desk: one person, the links that were given just now, and one invitation afterwards."""

import csv
import io
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from functools import wraps
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from poise.hiring.inviting import ACCOMMODATIONS, DAYS, MOST_DAYS, check_asked, same_person
from poise.hiring.refusal import RefusedError
from poise.storage import inviting
from poise.storage.inviting import (
    UnknownInvitationError,
    addresses_invited,
    find_own_invitation,
    invite_people,
    list_given,
)
from poise.storage.outbox import list_mails
from poise.storage.positions import PositionFound, find_position
from poise.storage.views import InvitationView, MembershipView
from poise.web.candidacy import sign_as
from poise.web.mailing import is_set_up
from poise.web.members import for_members
from poise.web.outgoing import is_address, link_to, write_invitation, write_reminder
from poise.web.position_pages import UNPROCESSABLE, for_position, show_refusal
from poise.web.problems import Problem, Way, show_problem
from poise.web.publishing import position_minutes

SEE_OTHER = 303
GIVEN = "given_just_now"
SHOWN = 50
FORMULA = ("=", "+", "-", "@", "\t", "\r")
NO_SUCH_INVITATION = Problem(
    404,
    "We do not know this invitation",
    ("There is no invitation with this address at your organisation.", "It may have been deleted with its person."),
)


class InviteForm(forms.Form):
    """Whom to invite, and for how long the link is open."""

    name = forms.CharField(required=False)
    email = forms.CharField(required=False)
    accommodations = forms.MultipleChoiceField(
        choices=list(ACCOMMODATIONS.items()), required=False, widget=forms.CheckboxSelectMultiple
    )
    days = forms.IntegerField(
        min_value=1,
        max_value=MOST_DAYS,
        error_messages=dict.fromkeys(
            ("required", "invalid", "min_value", "max_value"), f"Write a number of days from 1 to {MOST_DAYS}."
        ),
    )


@dataclass(frozen=True)
class GivenLink:
    """An invitation that was given just now, with its link."""

    invitation: InvitationView
    link: str


def for_invitation(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Make a page of one invitation; an unknown one has a page of its own."""

    @for_members("invite")
    @wraps(view)
    def find(request: HttpRequest, member: MembershipView, number: int) -> HttpResponse:
        try:
            return view(request, member, find_own_invitation(member.organisation.key, number))
        except UnknownInvitationError:
            ways = (Way(reverse("desk"), "Back to the candidates"),)
            return show_problem(request, NO_SUCH_INVITATION, ways)

    return find


@require_http_methods(["GET", "HEAD", "POST"])
@for_position("invite")
def invite_one(request: HttpRequest, member: MembershipView, key: str) -> HttpResponse:
    """Invite one person; the link is shown on the next page, this once."""
    found = find_position(member.organisation.key, key)
    if request.method != "POST":
        return _ask(request, member, found, InviteForm(initial={"days": DAYS}))
    form = InviteForm(request.POST)
    if form.is_valid():
        given = form.cleaned_data
        try:
            asked = check_asked(given["name"], given["email"], given["accommodations"], is_address)
            _check_new(member, key, asked.email)
            doer = sign_as(member)
            until = doer.at + timedelta(days=given["days"])
            invite_people(member.organisation.key, key, (asked,), until, doer, write_invitation(request))
        except RefusedError as refused:
            show_refusal(form, refused)
        else:
            remember_given(request, key, doer.at)
            return HttpResponseRedirect(reverse("position_invited", args=(key,)), status=SEE_OTHER)
    return _ask(request, member, found, form, UNPROCESSABLE)


@require_safe
@for_position("invite")
def show_given(request: HttpRequest, member: MembershipView, key: str) -> HttpResponse:
    """Show who was invited just now, with the links that a person must hand over."""
    found = find_position(member.organisation.key, key)
    given = links_given(request, member, key)
    by_hand = [one for one in given if not one.invitation.email]
    context = {
        "member": member,
        "found": found,
        "position": found.view,
        "given": given,
        "can_send": is_set_up(),
        "mailed": [one for one in given if one.invitation.email],
        "by_hand": by_hand[:SHOWN],
        "more": max(0, len(by_hand) - SHOWN),
    }
    return render(request, "web/desk/invited.html", context)


@require_safe
@for_position("invite")
def download_given(request: HttpRequest, member: MembershipView, key: str) -> HttpResponse:
    """Give the links that were made just now as a table, for who hands them over."""
    find_position(member.organisation.key, key)
    lines = io.StringIO()
    table = csv.writer(lines)
    table.writerow(("name", "email", "link", "open until"))
    for one in links_given(request, member, key):
        asked = one.invitation
        until = timezone.localtime(asked.expires_at).date().isoformat()
        table.writerow((spell(asked.candidate_name), spell(asked.email), one.link, until))
    answer = HttpResponse("\ufeff" + lines.getvalue(), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="links-{key}.csv"'
    return answer


@require_safe
@for_invitation
def show_asked(request: HttpRequest, member: MembershipView, invitation: InvitationView) -> HttpResponse:
    """Show one invitation: how it stands, and what may be done about it."""
    return _show(request, member, invitation)


@require_POST
@for_invitation
def withdraw(request: HttpRequest, member: MembershipView, invitation: InvitationView) -> HttpResponse:
    """Close an invitation for good."""
    inviting.withdraw(member.organisation.key, invitation.number, sign_as(member))
    messages.success(request, "The invitation is withdrawn. Its link leads to a page that says so.")
    return _back(invitation)


@require_POST
@for_invitation
def remind(request: HttpRequest, member: MembershipView, invitation: InvitationView) -> HttpResponse:
    """Write to somebody who has not begun, at most once a day."""
    try:
        inviting.remind(member.organisation.key, invitation.number, sign_as(member), write_reminder(request))
    except RefusedError as refused:
        return _show(request, member, invitation, wrong=refused.problems)
    messages.success(request, "A reminder is on its way. More than one a day is never sent.")
    return _back(invitation)


@require_POST
@for_invitation
def extend(request: HttpRequest, member: MembershipView, invitation: InvitationView) -> HttpResponse:
    """Let an invitation be begun until another day."""
    until = read_day(request.POST.get("until", ""))
    if until is None:
        return _show(request, member, invitation, wrong={"until": "Choose a day, as 2027-03-31."})
    try:
        inviting.extend(member.organisation.key, invitation.number, until, sign_as(member))
    except RefusedError as refused:
        return _show(request, member, invitation, wrong=refused.problems)
    messages.success(request, f"The invitation is open until {until:%d %B %Y} now.")
    return _back(invitation)


def remember_given(request: HttpRequest, position: str, at: datetime) -> None:
    """Remember in this session which invitations were given just now, so that their links can be shown."""
    request.session[GIVEN] = {"position": position, "at": at.isoformat()}


def links_given(request: HttpRequest, member: MembershipView, position: str) -> list[GivenLink]:
    """Return what was given for a position just now, with the links of those that are still unused."""
    kept = request.session.get(GIVEN, {})
    if kept.get("position") != position:
        return []
    at = datetime.fromisoformat(kept["at"])
    found = list_given(member.organisation.key, position, at)
    return [GivenLink(view, link_to(request, "invitation", token)) for view, token in found]


def read_day(written: str) -> datetime | None:
    """Return the end of a day as a form sends it, or nothing where it is no day."""
    try:
        return timezone.make_aware(datetime.combine(datetime.fromisoformat(written).date(), time(23, 59, 59)))
    except ValueError:
        return None


def spell(words: str) -> str:
    """Return words so that no spreadsheet takes them for a formula."""
    return f"'{words}" if words.startswith(FORMULA) else words


def _check_new(member: MembershipView, position: str, email: str) -> None:
    now = timezone.now()
    if email and same_person(email) in addresses_invited(member.organisation.key, position, now):
        raise RefusedError({"email": "This address is invited to this position already. Find it in the list."})


def _ask(
    request: HttpRequest, member: MembershipView, found: PositionFound, form: InviteForm, status: int = 200
) -> HttpResponse:
    context: dict[str, Any] = {
        "member": member,
        "found": found,
        "position": found.view,
        "form": form,
        "minutes": position_minutes(found.view),
        "accommodations": [
            (key, words[0].upper() + words[1:], key in (form["accommodations"].value() or ()))
            for key, words in ACCOMMODATIONS.items()
        ],
    }
    return render(request, "web/desk/invite.html", context, status=status)


def _show(
    request: HttpRequest, member: MembershipView, invitation: InvitationView, wrong: dict[str, str] | None = None
) -> HttpResponse:
    now = timezone.now()
    wrong = wrong or {}
    context = {
        "member": member,
        "invitation": invitation,
        "accommodations": [ACCOMMODATIONS[key] for key in invitation.accommodations],
        "expired": now >= invitation.expires_at,
        "until": request.POST.get("until") or timezone.localtime(now + timedelta(days=DAYS)).date().isoformat(),
        "wrong": wrong,
        "wrong_above": wrong.get("", ""),
        "wrong_until": wrong.get("until", ""),
        "letters": list_mails(invitation.organisation.key, invitation.number),
        "can_send": is_set_up(),
    }
    return render(request, "web/desk/asked.html", context, status=UNPROCESSABLE if wrong else 200)


def _back(invitation: InvitationView) -> HttpResponse:
    return HttpResponseRedirect(reverse("asked", args=(invitation.number,)), status=SEE_OTHER)
