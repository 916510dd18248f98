"""Positions at the desk: the list of them, a new one from a job, and one position with its people."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from poise.content.library import Library
from poise.hiring.positions import JobOffered, find_job, offer_jobs
from poise.hiring.refusal import RefusedError
from poise.hiring.roles import Deed
from poise.storage.authoring import UnknownEditionError, VersionView, find_version, list_versions
from poise.storage.positions import (
    Opening,
    UnknownPositionError,
    find_position,
    list_positions_found,
    make_position,
)
from poise.storage.records import library
from poise.storage.views import MembershipView
from poise.web.candidacy import sign_as
from poise.web.candidate_list import lay_people
from poise.web.members import Page, for_members
from poise.web.problems import Problem, Way, show_problem
from poise.web.publishing import library_in_use, position_minutes

P = ParamSpec("P")
SEE_OTHER = 303
UNPROCESSABLE = 422
NO_SUCH_POSITION = Problem(
    404,
    "We do not know this position",
    ("There is no position with this address at your organisation.", "Your list shows those that there are."),
)


class PositionForm(forms.Form):
    """What a new position is called, and which sitting its people go through."""

    name = forms.CharField(required=False)
    blueprint = forms.CharField(required=False)


def for_position(deed: Deed) -> Callable[[Page[Concatenate[str, P]]], Callable[..., HttpResponse]]:
    """Make a page of one position for members whose role covers a deed; an unknown position has a page of its own."""

    def protect(view: Page[Concatenate[str, P]]) -> Callable[..., HttpResponse]:
        @for_members(deed)
        @wraps(view)
        def find(request: HttpRequest, member: MembershipView, *args: Any, **kwargs: Any) -> HttpResponse:  # noqa: ANN401  as the view takes
            try:
                return view(request, member, *args, **kwargs)
            except UnknownPositionError:
                ways = (Way(reverse("positions"), "Back to the positions"),)
                return show_problem(request, NO_SUCH_POSITION, ways)

        return find

    return protect


@require_safe
@for_members("see_positions")
def show_positions(request: HttpRequest, member: MembershipView) -> HttpResponse:
    """List the positions with how many people there are."""
    found = list_positions_found(member.organisation.key)
    rows = [(one, find_title(one.library, one.view.job), position_minutes(one.view)) for one in found]
    return render(request, "web/desk/positions.html", {"member": member, "rows": rows})


@require_safe
@for_members("edit_position")
def choose_job(request: HttpRequest, member: MembershipView) -> HttpResponse:
    """Show the jobs that a position may be for, of the library in use or of a version of one's own."""
    version = _version(request, member)
    own = [one for one in list_versions(member.organisation.key) if not one.is_shipped]
    context = {
        "member": member,
        "version": version,
        "jobs": offer_jobs(library(version.hash)),
        "own": [one for one in own if one.hash != version.hash],
    }
    return render(request, "web/desk/new_position.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@for_members("edit_position")
def make(request: HttpRequest, member: MembershipView, job: str) -> HttpResponse:
    """Ask for a name and a sitting, then make the position; it begins as a study."""
    version = _version(request, member)
    offered = find_job(library(version.hash), job)
    if offered is None:
        return HttpResponseRedirect(reverse("position_new"), status=SEE_OTHER)
    if request.method != "POST":
        form = PositionForm(initial={"name": offered.job.name, "blueprint": offered.sittings[0].key})
        return _ask(request, member, version, offered, form)
    form = PositionForm(request.POST)
    form.is_valid()
    opening = Opening(request.POST.get("name", ""), offered.job.key, request.POST.get("blueprint", ""), version.hash)
    try:
        made = make_position(member.organisation.key, opening, sign_as(member), is_shipped=version.is_shipped)
    except RefusedError as refused:
        show_refusal(form, refused)
        return _ask(request, member, version, offered, form, UNPROCESSABLE)
    messages.success(request, f"The position “{made.name}” is made. Invite the first person now.")
    return HttpResponseRedirect(reverse("position", args=(made.key,)), status=SEE_OTHER)


@require_safe
@for_position("see_positions")
def show_position(request: HttpRequest, member: MembershipView, key: str) -> HttpResponse:
    """Show a position: what it is, how many people there are, and what may be done."""
    found = find_position(member.organisation.key, key)
    held = library(found.library or library_in_use())
    context = {
        "member": member,
        "found": found,
        "position": found.view,
        "job": find_title(found.library, found.view.job),
        "sitting": _title_of(held, found.view.blueprint),
        "minutes": position_minutes(found.view),
        "provisional": held.provisional,
        **lay_people(request, member, found.view),
    }
    return render(request, "web/desk/position.html", context)


def show_refusal(form: forms.Form, refused: RefusedError) -> None:
    """Put what is wrong beside the fields of a form; what belongs to none of them stands above."""
    if not hasattr(form, "cleaned_data"):
        form.full_clean()
    for field, words in refused.problems.items():
        known = field if field in form.fields else None
        if known is None or words not in form.errors.get(known, []):
            form.add_error(known, words)


def find_title(digest: str | None, job: str) -> str:
    """Return what a job is called in the library of a position."""
    held = library(digest or library_in_use())
    return next((one.name for one in held.jobs if one.key == job), job)


def _title_of(held: Library, blueprint: str) -> str:
    return next((one.title for one in held.blueprints if one.key == blueprint), blueprint)


def _version(request: HttpRequest, member: MembershipView) -> VersionView:
    """Return the version of the library that was asked for, or the one in use where there is no such version."""
    asked = request.GET.get("library", "")
    shipped = library_in_use()
    try:
        return find_version(member.organisation.key, asked or shipped)
    except UnknownEditionError:
        return find_version(member.organisation.key, shipped)


def _ask(
    request: HttpRequest,
    member: MembershipView,
    version: VersionView,
    offered: JobOffered,
    form: PositionForm,
    status: int = 200,
) -> HttpResponse:
    context = {"member": member, "version": version, "offered": offered, "form": form}
    return render(request, "web/desk/make_position.html", context, status=status)
