"""Who may come to a desk: members of an organisation, each to what their role covers."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import patch_cache_control

from poise.hiring.roles import DEEDS, MAY, ROLES, Deed, may
from poise.storage.accounts import has_second_step
from poise.storage.records import membership
from poise.storage.views import MembershipView
from poise.web.problems import Problem, Way, show_problem

P = ParamSpec("P")
Page = Callable[Concatenate[HttpRequest, MembershipView, P], HttpResponse]


def for_members(deed: Deed) -> Callable[[Page[P]], Callable[..., HttpResponse]]:
    """Make a page that only members see whose role covers a deed; no browser or proxy keeps anything of it.

    Membership and role are read again for every request, so that a change holds at once for who is signed in.
    """
    if deed not in DEEDS:
        raise ValueError(f"deed is {deed!r}, expected one of {', '.join(DEEDS)}")

    def protect(view: Page[P]) -> Callable[..., HttpResponse]:
        @login_required
        def admit(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            member = membership(request.user.pk or 0)
            if member is None or member.organisation.is_open_door:
                return render(request, "web/desk/no_member.html", status=403)
            if member.organisation.needs_second_factor and not has_second_step(request.user.pk or 0):
                return HttpResponseRedirect(reverse("account"))
            if not may(member.role, deed):
                return refuse_role(request, member, deed)
            return view(request, member, *args, **kwargs)

        @wraps(view)
        def keep_out_of_caches(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            response = admit(request, *args, **kwargs)
            patch_cache_control(response, private=True, no_store=True)
            response["X-Robots-Tag"] = "noindex, nofollow"
            return response

        return keep_out_of_caches

    return protect


def refuse_role(request: HttpRequest, member: MembershipView, deed: Deed) -> HttpResponse:
    """Say that a page is not for this role, and for which it is."""
    able = [f"{role}s" for role in ROLES if deed in MAY[role]]
    whom = " and ".join([", ".join(able[:-1]), able[-1]] if len(able) > 1 else able)
    words = (
        f"You work at {member.organisation.name} as {member.role}. This page is for {whom}.",
        "If you need it for your work, ask an owner at your organisation to change your role.",
    )
    way = Way(reverse("desk"), "Go to your desk")
    return show_problem(request, Problem(403, "This page is not part of your role", words), (way,))
