"""What may be changed in a position: its name, study or selection, ranks, the blind first view, the public link.

Each form sends the mark of what was seen, so that nobody drops what somebody else changed a moment ago.
"""

from collections.abc import Callable
from datetime import datetime, time, timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from poise.hiring.modes import LONGEST_REASON, Mode, ReasonMissingError
from poise.hiring.refusal import OvertakenError, RefusedError
from poise.storage import positions
from poise.storage.auditing import Doer
from poise.storage.positions import find_position
from poise.storage.records import library
from poise.storage.views import MembershipView
from poise.web.candidacy import sign_as
from poise.web.outgoing import link_to
from poise.web.position_pages import UNPROCESSABLE, find_title, for_position, show_refusal
from poise.web.publishing import library_in_use

SEE_OTHER, CONFLICT = 303, 409
LINK_OPEN_FOR = timedelta(days=30)
OVERTAKEN = (
    "Somebody else changed this position after you opened this page, so nothing of yours was stored. What stands now "
    "is shown below, with your words where you wrote them. Look at it, then press the button again."
)
Act = Callable[[dict[str, Any], str, Doer], str]


class NameForm(forms.Form):
    """What the position is called."""

    name = forms.CharField(required=False)


class ReasonForm(forms.Form):
    """Why an owner chooses what must be answered for."""

    reason = forms.CharField(required=False, widget=forms.Textarea)


class LinkForm(forms.Form):
    """Until when the public link is open."""

    until = forms.DateField(error_messages={"required": "Choose a day.", "invalid": "Choose a day, as 2027-03-31."})


@require_safe
@for_position("edit_position")
def show_settings(request: HttpRequest, member: MembershipView, key: str) -> HttpResponse:
    """Show all that may be changed."""
    return _show(request, member, key)


@require_POST
@for_position("edit_position")
def rename(request: HttpRequest, member: MembershipView, key: str) -> HttpResponse:
    """Give the position another name."""

    def act(given: dict[str, Any], seen: str, doer: Doer) -> str:
        made = positions.rename_position(member.organisation.key, key, given["name"], seen, doer)
        return f"The position is called {made.name} now."

    return _try(request, member, key, "name_form", NameForm(request.POST), act)


@require_POST
@for_position("set_mode")
def set_mode(request: HttpRequest, member: MembershipView, key: str) -> HttpResponse:
    """Put the position into study or selection, with an owner's reason."""

    def act(given: dict[str, Any], seen: str, doer: Doer) -> str:
        mode: Mode = "selection" if request.POST.get("mode") == "selection" else "study"
        positions.set_mode(member.organisation.key, key, mode, given["reason"], seen, doer)
        return (
            "People who begin from now on sit as candidates."
            if mode == "selection"
            else "People who begin from now on sit for a study. Nobody here sees their results by name."
        )

    return _try(request, member, key, "mode_form", ReasonForm(request.POST), act)


@require_POST
@for_position("set_mode")
def set_ranks(request: HttpRequest, member: MembershipView, key: str) -> HttpResponse:
    """Have candidates ranked while parameters are provisional, with an owner's reason, or stop it."""

    def act(given: dict[str, Any], seen: str, doer: Doer) -> str:
        wanted = request.POST.get("ranks") == "on"
        positions.set_ranks(member.organisation.key, key, given["reason"], seen, doer, wanted=wanted)
        return "Candidates are ranked, and your reason stands above the ranks." if wanted else "Ranks are off."

    return _try(request, member, key, "ranks_form", ReasonForm(request.POST), act)


@require_POST
@for_position("set_mode")
def set_blind(request: HttpRequest, member: MembershipView, key: str) -> HttpResponse:
    """Let members say what they think before they see a result, or not."""

    def act(_given: dict[str, Any], seen: str, doer: Doer) -> str:
        wanted = request.POST.get("blind") == "on"
        positions.set_blind(member.organisation.key, key, seen, doer, wanted=wanted)
        return (
            "From now on everybody says what they think before they see a result."
            if wanted
            else "Results are shown at once from now on."
        )

    return _try(request, member, key, "", forms.Form(request.POST), act)


@require_POST
@for_position("invite")
def set_link(request: HttpRequest, member: MembershipView, key: str) -> HttpResponse:
    """Open, renew or take away the public link."""
    do = request.POST.get("do", "")
    if do == "close":

        def close(_given: dict[str, Any], seen: str, doer: Doer) -> str:
            positions.close_public_link(member.organisation.key, key, seen, doer)
            return "The public link is gone. Anybody who has begun by it goes on."

        return _try(request, member, key, "", forms.Form(request.POST), close)

    def act(given: dict[str, Any], seen: str, doer: Doer) -> str:
        until = timezone.make_aware(datetime.combine(given["until"], time.max))
        renewed = do == "renew"
        positions.open_public_link(member.organisation.key, key, until, seen, doer, renewed=renewed)
        return "The public link has a new address. The old one is dead." if renewed else "The public link is open."

    return _try(request, member, key, "link_form", LinkForm(request.POST), act)


@require_POST
@for_position("edit_position")
def close(request: HttpRequest, member: MembershipView, key: str) -> HttpResponse:
    """Close the position, or open it again."""

    def act(_given: dict[str, Any], seen: str, doer: Doer) -> str:
        if request.POST.get("do") == "reopen":
            positions.reopen_position(member.organisation.key, key, seen, doer)
            return "The position is open again."
        positions.close_position(member.organisation.key, key, seen, doer)
        return "The position is closed. Nobody can begin any more; who has begun may finish."

    return _try(request, member, key, "", forms.Form(request.POST), act)


def _try(request: HttpRequest, member: MembershipView, key: str, name: str, form: forms.Form, act: Act) -> HttpResponse:
    """Do what a form asks for; where it cannot be done, show the page again with everything that was written."""
    status, wrong = UNPROCESSABLE, ""
    if form.is_valid():
        try:
            done = act(form.cleaned_data, request.POST.get("seen", ""), sign_as(member))
        except OvertakenError:
            status, wrong = CONFLICT, OVERTAKEN
        except ReasonMissingError as error:
            form.add_error("reason", str(error))
        except RefusedError as refused:
            show_refusal(form, refused)
            wrong = refused.problems.get("", "")
        else:
            messages.success(request, done)
            return HttpResponseRedirect(reverse("position_settings", args=(key,)), status=SEE_OTHER)
    return _show(request, member, key, status, wrong, **({name: form} if name else {}))


def _show(
    request: HttpRequest, member: MembershipView, key: str, status: int = 200, wrong: str = "", **used: forms.Form
) -> HttpResponse:
    found = find_position(member.organisation.key, key)
    position = found.view
    until = position.public_until or timezone.now() + LINK_OPEN_FOR
    context = {
        "member": member,
        "found": found,
        "position": position,
        "job": find_title(found.library, position.job),
        "provisional": library(found.library or library_in_use()).provisional,
        "public_address": link_to(request, "public_link", position.public_key) if position.public_key else "",
        "wrong": wrong,
        "most": LONGEST_REASON,
        "name_form": NameForm(initial={"name": position.name}),
        "mode_form": ReasonForm(),
        "ranks_form": ReasonForm(),
        "link_form": LinkForm(initial={"until": timezone.localtime(until).date().isoformat()}),
        **used,
    }
    return render(request, "web/desk/position_settings.html", context, status=status)
