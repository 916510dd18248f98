"""The public link of a position: whoever comes by it says their own name and gets a link of their own."""

from datetime import timedelta

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from poise.hiring.inviting import DAYS, check_asked
from poise.hiring.refusal import RefusedError
from poise.storage.inviting import PublicDoor, find_by_public_link, invite_by_public_link
from poise.web.mailing import is_set_up
from poise.web.network import network_of
from poise.web.outgoing import is_address, write_invitation
from poise.web.position_pages import show_refusal
from poise.web.problems import Problem, Way, show_problem
from poise.web.publishing import position_minutes
from poise.web.visit import keep_private

SEE_OTHER, UNPROCESSABLE = 303, 422
NO_LONGER_OPEN = Problem(
    410,
    "This link is no longer open",
    (
        "The people who published it have closed it, or its time has passed. Or a part of the address is missing.",
        "If you have begun already, your personal link still works.",
    ),
)


class NameForm(forms.Form):
    """Who somebody is, in their own words, and where they can be reached."""

    name = forms.CharField(required=False)
    email = forms.CharField(required=False)


@require_http_methods(["GET", "HEAD", "POST"])
def come_by_link(request: HttpRequest, key: str) -> HttpResponse:
    """Say what it is about and ask for a name; with an address the link goes there, without one it opens at once."""
    now = timezone.now()
    door = find_by_public_link(key, now)
    if door is None:
        return keep_private(_show_closed(request))
    if request.method != "POST":
        return keep_private(_ask(request, door, NameForm()))
    form = NameForm(request.POST)
    if form.is_valid():
        try:
            email = form.cleaned_data["email"] if is_set_up() else ""
            asked = check_asked(form.cleaned_data["name"], email, (), is_address)
            until = now + timedelta(days=DAYS)
            given = invite_by_public_link(key, asked, until, now, write_invitation(request), network_of(request))
        except RefusedError as refused:
            show_refusal(form, refused)
        except KeyError:  # it was closed a moment ago
            return keep_private(_show_closed(request))
        else:
            if asked.email or given is None:
                return keep_private(render(request, "web/doors/sent.html", {"door": door, "email": asked.email}))
            return keep_private(HttpResponseRedirect(reverse("invitation", args=(given.token,)), status=SEE_OTHER))
    return keep_private(_ask(request, door, form, UNPROCESSABLE))


def _ask(request: HttpRequest, door: PublicDoor, form: NameForm, status: int = 200) -> HttpResponse:
    minutes = position_minutes(door.position)
    context = {"door": door, "form": form, "minutes": minutes, "can_send": is_set_up()}
    return render(request, "web/doors/public.html", context, status=status)


def _show_closed(request: HttpRequest) -> HttpResponse:
    ways = (Way(reverse("home"), "Find out for yourself: is it for me?"),)
    return show_problem(request, NO_LONGER_OPEN, ways)
