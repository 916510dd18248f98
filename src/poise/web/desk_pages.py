"""The hirer's desk: everybody who was invited or has sat, and what is said of a candidate who is not there."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from poise.hiring.roles import may
from poise.storage.views import MembershipView
from poise.web.candidate_list import lay_people
from poise.web.members import for_members
from poise.web.problems import Problem

NO_SUCH_CANDIDATE = Problem(
    404,
    "We do not know this candidate",
    (
        "There is no sitting with this address at your organisation. It may have been deleted at the candidate’s wish.",
        "Your list shows everybody who is there now.",
    ),
)


@require_safe
@for_members("see_positions")
def show_desk(request: HttpRequest, member: MembershipView) -> HttpResponse:
    """List the candidates in alphabetical order, each with how far they are; others go to the part that is theirs."""
    if not may(member.role, "see_candidates"):
        return HttpResponseRedirect(reverse("positions"))
    return render(request, "web/desk/candidates.html", {"member": member, **lay_people(request, member)})
