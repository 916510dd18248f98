"""The doors: is it for me, an invitation, and the way to the hirer's desk."""

import re

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from poise.storage.doors import (
    FoundInvitation,
    InvitationClosedError,
    find_invitation,
    open_sitting_for_invitation,
    start_open_sitting,
)
from poise.web.problems import CLOSED, EXPIRED, REVOKED, UNKNOWN_INVITATION, USED, Problem, Way, show_problem
from poise.web.publishing import blueprint_minutes, library_for, library_in_use, position_minutes
from poise.web.visit import keep_private

OPEN_BLUEPRINT = "open_door"
SEE_OTHER = 303
UNPROCESSABLE = 422
NOT_OPEN: dict[str, Problem] = {
    "expired": EXPIRED,
    "revoked": REVOKED,
    "closed": CLOSED,
    "unknown": UNKNOWN_INVITATION,
    "used": USED,
}
_LINK = re.compile(r"(?:^|/i/)([A-Za-z0-9_-]{20,200})/?(?:[?#].*)?$")


@require_safe
@ensure_csrf_cookie
def show_home(request: HttpRequest) -> HttpResponse:
    """Show the doors."""
    return _show_home(request)


@require_POST
def begin_open(request: HttpRequest) -> HttpResponse:  # noqa: ARG001  the press of the button says it all
    """Begin a sitting for somebody who came by themselves."""
    opened = start_open_sitting(library_in_use(), OPEN_BLUEPRINT, timezone.now())
    return HttpResponseRedirect(reverse("resume", args=(opened.resume_token,)), status=SEE_OTHER)


@require_http_methods(["GET", "HEAD", "POST"])
def paste_invitation(request: HttpRequest) -> HttpResponse:
    """Lead from a pasted link to the invitation; anything else is said so beside the field."""
    if request.method != "POST":
        return HttpResponseRedirect(reverse("home"))
    pasted = request.POST.get("link", "").strip()
    found = _LINK.search("".join(pasted.split()))
    if found is None:
        wrong = (
            "Paste the link from your invitation first."
            if not pasted
            else "This does not look like an invitation link. Copy the whole link from the message, up to its end."
        )
        return _show_home(request, pasted=pasted[:400], wrong=wrong, status=UNPROCESSABLE)
    return keep_private(HttpResponseRedirect(reverse("invitation", args=(found[1],)), status=SEE_OTHER))


@require_http_methods(["GET", "HEAD", "POST"])
def show_invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Show who invites, or begin: the same invitation always leads to the same sitting."""
    found = find_invitation(token, timezone.now())
    if found.status != "ok" or found.invitation is None:
        return keep_private(_show_closed(request, found.status))
    if request.method == "POST":
        try:
            opened = open_sitting_for_invitation(token, library_for(found.invitation.position), timezone.now())
        except InvitationClosedError as closed:  # it was withdrawn a moment ago
            return keep_private(_show_closed(request, closed.status))
        return keep_private(HttpResponseRedirect(reverse("resume", args=(opened.resume_token,)), status=SEE_OTHER))
    return keep_private(_show_open(request, found))


def _show_home(request: HttpRequest, pasted: str = "", wrong: str = "", status: int = 200) -> HttpResponse:
    context = {"pasted": pasted, "wrong": wrong, "minutes": blueprint_minutes(OPEN_BLUEPRINT)}
    return render(request, "web/doors/home.html", context, status=status)


def _show_open(request: HttpRequest, found: FoundInvitation) -> HttpResponse:
    invitation = found.invitation
    minutes = position_minutes(invitation.position) if invitation else 0
    return render(request, "web/doors/invitation.html", {"invitation": invitation, "minutes": minutes})


def _show_closed(request: HttpRequest, status: str) -> HttpResponse:
    ways = (Way(reverse("home"), "Find out for yourself: is it for me?"),) if status != "used" else ()
    return show_problem(request, NOT_OPEN[status], ways)
