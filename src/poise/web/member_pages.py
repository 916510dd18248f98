"""Who works for an organisation: asked to join, given another role, and removed; for owners alone."""

from collections.abc import Callable, Mapping
from datetime import timedelta

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from poise.hiring.letters import Letter, invite_member
from poise.hiring.membership import DAYS, ROLE_WORDS
from poise.hiring.refusal import OvertakenError, RefusedError
from poise.storage import members
from poise.storage.members import MemberAsked, UnknownMemberError, ask_to_join, find_member
from poise.storage.views import MembershipView
from poise.web.candidacy import sign_as
from poise.web.mailing import is_set_up
from poise.web.members import for_members
from poise.web.outgoing import is_address, link_to
from poise.web.position_pages import UNPROCESSABLE, show_refusal
from poise.web.problems import Problem, Way, show_problem

SEE_OTHER, CONFLICT = 303, 409
NO_SUCH_MEMBER = Problem(
    404,
    "We do not know this member",
    ("Nobody with this number works at your organisation. They may have been removed a moment ago.",),
)
OVERTAKEN = "Somebody else changed this member’s role after you opened this page. Nothing of yours was stored."


class AskForm(forms.Form):
    """Whom to ask to join, and as what."""

    email = forms.CharField(required=False)
    role = forms.CharField(required=False)


@require_safe
@for_members("manage_members")
def show_members(request: HttpRequest, member: MembershipView) -> HttpResponse:
    """List who works here and who is asked to join."""
    return _show(request, member)


@require_POST
@for_members("manage_members")
def ask(request: HttpRequest, member: MembershipView) -> HttpResponse:
    """Ask somebody to join; the link goes out by mail and is shown this once, for who hands it over."""
    form = AskForm(request.POST)
    form.is_valid()
    doer = sign_as(member)
    until = doer.at + timedelta(days=DAYS)

    def write(asked: MemberAsked) -> Letter:
        link = link_to(request, "join", asked.token)
        return invite_member(asked.organisation, asked.invitation.role, doer.by, link, until)

    try:
        asked = ask_to_join(
            member.organisation.key,
            (form.cleaned_data["email"], form.cleaned_data["role"]),
            until,
            doer,
            is_address,
            write,
        )
    except RefusedError as refused:
        show_refusal(form, refused)
        return _show(request, member, form, status=UNPROCESSABLE)
    context = {
        "member": member,
        "asked": asked.invitation,
        "link": link_to(request, "join", asked.token),
        "can_send": is_set_up(),
    }
    return render(request, "web/desk/member_asked.html", context)


@require_POST
@for_members("manage_members")
def withdraw(request: HttpRequest, member: MembershipView, number: int) -> HttpResponse:
    """Take an invitation to join back."""

    def act() -> str:
        members.withdraw_member_invitation(member.organisation.key, number, sign_as(member))
        return "The invitation is withdrawn. Its link no longer leads in."

    return _try(request, member, act)


@require_POST
@for_members("manage_members")
def change_role(request: HttpRequest, member: MembershipView, number: int) -> HttpResponse:
    """Give a member another role, at once."""

    def act() -> str:
        role, seen = request.POST.get("role", ""), request.POST.get("seen", "")
        changed = members.change_role(member.organisation.key, number, role, seen, sign_as(member))
        return f"{changed.name or changed.email} is {changed.role} from now on."

    return _try(request, member, act)


@require_http_methods(["GET", "HEAD", "POST"])
@for_members("manage_members")
def remove(request: HttpRequest, member: MembershipView, number: int) -> HttpResponse:
    """Ask once, then remove a member at once."""
    if request.method == "POST":

        def act() -> str:
            members.remove_member(member.organisation.key, number, sign_as(member))
            return "The member is removed. Whatever they have open leads to nothing from now on."

        return _try(request, member, act)
    try:
        found = find_member(member.organisation.key, number)
    except UnknownMemberError:
        return _not_there(request)
    return render(request, "web/desk/member_remove.html", {"member": member, "found": found})


def _try(request: HttpRequest, member: MembershipView, act: Callable[[], str]) -> HttpResponse:
    """Do something with a member; where it cannot be done, say so above the list."""
    try:
        messages.success(request, act())
    except UnknownMemberError:
        return _not_there(request)
    except OvertakenError:
        return _show(request, member, wrong=OVERTAKEN, status=CONFLICT)
    except RefusedError as refused:
        return _show(request, member, wrong=next(iter(refused.problems.values())), status=UNPROCESSABLE)
    return HttpResponseRedirect(reverse("members"), status=SEE_OTHER)


def _show(
    request: HttpRequest,
    member: MembershipView,
    form: AskForm | None = None,
    wrong: str = "",
    status: int = 200,
    roles: Mapping[str, str] = ROLE_WORDS,
) -> HttpResponse:
    context = {
        "member": member,
        "rows": members.list_members(member.organisation.key),
        "asked": members.list_member_invitations(member.organisation.key),
        "form": form or AskForm(initial={"role": "hirer"}),
        "roles": roles.items(),
        "wrong": wrong,
        "days": DAYS,
    }
    return render(request, "web/desk/members.html", context, status=status)


def _not_there(request: HttpRequest) -> HttpResponse:
    return show_problem(request, NO_SUCH_MEMBER, (Way(reverse("members"), "Back to the members"),))
