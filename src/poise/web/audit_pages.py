"""The audit trail at the desk: who did what and when, newest first, of everything or of one thing."""

import re
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.dateformat import format as write
from django.views.decorators.http import require_safe

from poise.storage.auditing import PAGE, AuditView, list_deeds
from poise.storage.views import MembershipView
from poise.web.members import for_members

MOST_DIGITS = 15
LONGEST_ABOUT = 200
SHORT = 12
SHORTENED = ("sitting", "webhook")
_KEYS = re.compile(r"(?=.*[_.])[a-z]+([_.][a-z]+)*( [a-z]+([_.][a-z]+)*)*")
"""One key or more, as a program writes them; an address of somebody is none."""
_TIME = re.compile(r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:\+00:00|Z)$")


@dataclass(frozen=True)
class Line:
    """A line of the trail in words, and how to ask for all that was done to the same thing."""

    view: AuditView
    deed: str
    about: str
    more: str
    detail: str


@require_safe
@for_members("see_audit")
def show_audit(request: HttpRequest, member: MembershipView) -> HttpResponse:
    """Show a page of the trail."""
    about, before = request.GET.get("about", "")[:LONGEST_ABOUT], request.GET.get("before", "")
    number = int(before) if before.isascii() and before.isdecimal() and len(before) <= MOST_DIGITS else None
    found = list_deeds(member.organisation.key, before=number, about=about)
    older = _address(about, found[-1].number) if len(found) == PAGE else ""
    context = {"member": member, "lines": [_lay(one) for one in found], "about": about, "older": older}
    return render(request, "web/desk/audit.html", {**context, "is_first": number is None})


def _lay(one: AuditView) -> Line:
    kind, _, key = one.about.partition(":")
    about = f"{kind} {key[:SHORT]}" if kind in SHORTENED else f"{kind} {key}".strip()
    detail = "; ".join(f"{name.replace('_', ' ')}: {_say(value)}" for name, value in one.detail.items())
    return Line(
        one, one.deed.replace("_", " "), about.replace("_", " "), _address(one.about) if one.about else "", detail
    )


def _say(value: object) -> str:
    if value is None or isinstance(value, bool):
        return {None: "none", True: "yes", False: "no"}[value]
    text = str(value)
    if _KEYS.fullmatch(text):
        return ", ".join(key.replace("_", " ") for key in text.split(" "))
    return write(datetime.fromisoformat(text), "j M Y, H:i T") if _TIME.match(text) else text


def _address(about: str, before: int | None = None) -> str:
    asked = {name: value for name, value in (("about", about), ("before", before)) if value}
    return f"{reverse('audit')}?{urlencode(asked)}"
