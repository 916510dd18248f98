"""Other programs: the keys of the API, and the addresses that are told what happens."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from poise.hiring.keys import SCOPES, KeyRequestError, check_request
from poise.hiring.roles import Deed, may
from poise.hiring.webhooks import KINDS, WAITS, TargetError
from poise.storage.keys import list_keys, make_key, revoke_key
from poise.storage.views import MembershipView
from poise.storage.webhooks import (
    UnknownWebhookError,
    add_webhook,
    list_deliveries,
    list_webhooks,
    stop_webhook,
    try_webhook,
)
from poise.web.candidacy import sign_as
from poise.web.members import for_members
from poise.web.problems import Problem, Way, show_problem

SEE_OTHER, UNPROCESSABLE = 303, 422
LIVES = {"": None, "30": 30, "365": 365}
"""For how many days a key may be open, as the form sends it; an empty one stays open until it is withdrawn."""
MEANS: dict[str, str] = {
    "see_positions": "See positions",
    "edit_position": "Make, change and close positions",
    "invite": "Invite people and withdraw invitations",
    "see_candidates": "See who was invited and how far they are, by name",
    "see_results": "Read reports of candidates, by name",
    "interview": "Read interview guides and send ratings",
    "decide": "Record a decision that a person made, with their name and reason",
    "answer": "Answer contested readings and requests in a person’s name",
    "export": "Export tables of candidates",
    "see_audit": "Read the audit trail",
    "see_library": "Read what is asked",
    "erase": "Delete a sitting before its time",
}
TOLD: dict[str, str] = {
    "invitation.opened": "Somebody began by an invitation",
    "sitting.finished": "A sitting is finished and its report stands",
    "report.changed": "A report was made anew",
    "reading.contested": "A candidate does not agree with a reading",
    "person.asked": "A candidate asks for a person",
    "decision.made": "A person decided about a candidate",
    "sitting.deleted": "A sitting was deleted",
    "webhook.tried": "Somebody tried this address from here",
}
NO_SUCH = Problem(
    404,
    "We do not know this key or address",
    ("There is no such key or address at your organisation. It may have been stopped a moment ago.",),
)


@require_safe
@for_members("connect")
def show_connections(request: HttpRequest, member: MembershipView) -> HttpResponse:
    """List the keys and addresses of an organisation, with the forms for new ones."""
    return _show(request, member)


@require_POST
@for_members("connect")
def post_key(request: HttpRequest, member: MembershipView) -> HttpResponse:
    """Make a key and show it, this once."""
    chosen, life = request.POST.getlist("scope"), request.POST.get("days", "")
    try:
        wanted = check_request(request.POST.get("name", ""), chosen, grantable(member))
    except KeyRequestError as error:
        return _show(request, member, key_problems=error.problems)
    doer = sign_as(member)
    key = make_key(member.organisation.key, wanted, doer, _end_of(life, doer.at))
    context = {"member": member, "key": key, "wanted": wanted, "may": say_each(wanted.scopes, MEANS)}
    return render(request, "web/desk/new_secret.html", context)


@require_POST
@for_members("connect")
def close_key(request: HttpRequest, member: MembershipView, prefix: str) -> HttpResponse:
    """Withdraw a key for good."""
    if prefix not in {one.prefix for one in list_keys(member.organisation.key)}:
        return _refuse(request)
    revoke_key(member.organisation.key, prefix, sign_as(member))
    return HttpResponseRedirect(reverse("connections"), status=SEE_OTHER)


@require_POST
@for_members("connect")
def post_webhook(request: HttpRequest, member: MembershipView) -> HttpResponse:
    """Add an address and show the secret that signs what is sent there, this once."""
    try:
        hook, secret = add_webhook(
            member.organisation.key, request.POST.get("url", ""), request.POST.getlist("kind"), sign_as(member)
        )
    except TargetError as error:
        return _show(request, member, hook_problems=(str(error),))
    return render(request, "web/desk/new_secret.html", {"member": member, "secret": secret, "hook": hook})


@require_safe
@for_members("connect")
def show_webhook(request: HttpRequest, member: MembershipView, ident: str) -> HttpResponse:
    """Show the newest messages to an address, and how their delivery stands."""
    try:
        deliveries = list_deliveries(member.organisation.key, ident)
    except UnknownWebhookError:
        return _refuse(request)
    hook = next((one for one in list_webhooks(member.organisation.key) if one.ident == ident), None)
    context = {
        "member": member,
        "hook": hook,
        "ident": ident,
        "deliveries": [(one, TOLD.get(one.kind, "")) for one in deliveries],
    }
    return render(request, "web/desk/webhook.html", context)


@require_POST
@for_members("connect")
def change_webhook(request: HttpRequest, member: MembershipView, ident: str) -> HttpResponse:
    """Try an address, or stop telling it anything."""
    try:
        if request.POST.get("do") == "stop":
            stop_webhook(member.organisation.key, ident, sign_as(member))
            return HttpResponseRedirect(reverse("connections"), status=SEE_OTHER)
        try_webhook(member.organisation.key, ident, timezone.now())
    except UnknownWebhookError:
        return _refuse(request)
    return HttpResponseRedirect(reverse("webhook", args=(ident,)), status=SEE_OTHER)


def grantable(member: MembershipView) -> tuple[Deed, ...]:
    """Return what a member may give to a key: what they may do themselves, and a key may at all."""
    return tuple(one for one in SCOPES if may(member.role, one))


def say_each(names: Iterable[str], words: Mapping[str, str]) -> list[tuple[str, str]]:
    """Return names each behind what it means; one that is no longer known stands alone."""
    return [(words.get(name, ""), name) for name in names]


def _show(
    request: HttpRequest,
    member: MembershipView,
    key_problems: tuple[str, ...] = (),
    hook_problems: tuple[str, ...] = (),
) -> HttpResponse:
    asked = request.POST
    context = {
        "member": member,
        "keys": [
            (one, say_each(one.scopes, MEANS), _state(one.revoked_at, one.expires_at))
            for one in list_keys(member.organisation.key)
        ],
        "hooks": [(one, say_each(one.kinds, TOLD)) for one in list_webhooks(member.organisation.key)],
        "scopes": [(one, MEANS[one], one in asked.getlist("scope")) for one in grantable(member)],
        "kinds": [(one, TOLD[one], one in asked.getlist("kind")) for one in KINDS if one != "webhook.tried"],
        "name": asked.get("name", ""),
        "days": asked.get("days", "365"),
        "url": asked.get("url", ""),
        "key_problems": key_problems,
        "hook_problems": hook_problems,
        "tries": len(WAITS) + 1,
    }
    status = UNPROCESSABLE if key_problems or hook_problems else 200
    return render(request, "web/desk/connections.html", context, status=status)


def _state(revoked_at: datetime | None, expires_at: datetime | None) -> str:
    if revoked_at is not None:
        return "withdrawn"
    return "expired" if expires_at is not None and expires_at <= timezone.now() else "open"


def _end_of(life: str, now: datetime) -> datetime | None:
    days = LIVES.get(life, 30)
    return None if days is None else now + timedelta(days=days)


def _refuse(request: HttpRequest) -> HttpResponse:
    return show_problem(request, NO_SUCH, (Way(reverse("connections"), "Back to other programs"),))
