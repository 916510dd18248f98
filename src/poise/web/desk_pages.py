"""The hirer's desk: the candidates of one's own organisation, and what was seen of each."""

from dataclasses import dataclass
from datetime import datetime

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from poise.hiring.roles import may
from poise.sitting.journal import UnknownSittingError
from poise.sitting.state import State, fold
from poise.sitting.steps import Progress, progress
from poise.storage.journal import DjangoJournal
from poise.storage.records import library, list_candidates
from poise.storage.views import CandidateView, InvitationView, MembershipView
from poise.web.members import for_members
from poise.web.problems import Problem

FULL = 100
NO_SUCH_CANDIDATE = Problem(
    404,
    "We do not know this candidate",
    (
        "There is no sitting with this address at your organisation. It may have been deleted at the candidate’s wish.",
        "Your list shows everybody who is there now.",
    ),
)


@dataclass(frozen=True)
class Row:
    """A line of the list of candidates: how far they are, in words and as a share of the time."""

    candidate: CandidateView
    words: str
    percent: int | None
    invited_at: datetime | None
    asks_for_person: bool = False
    contests: int = 0


@require_safe
@for_members("see_positions")
def show_desk(request: HttpRequest, member: MembershipView) -> HttpResponse:
    """List the candidates in alphabetical order, each with how far they are; others go to the part that is theirs."""
    if not may(member.role, "see_candidates"):
        return HttpResponseRedirect(reverse("author_library"))
    now = timezone.now()
    rows = [_lay_row(candidate, now) for candidate in list_candidates(member.organisation.key)]
    return render(request, "web/desk/candidates.html", {"member": member, "rows": rows})


def _lay_row(candidate: CandidateView, now: datetime) -> Row:
    invited_at = candidate.invitation.created_at if candidate.invitation else None
    if candidate.sitting is None:
        return Row(candidate, _say_invited(candidate.invitation, now), None, invited_at)
    try:
        state = fold(DjangoJournal(candidate.sitting.organisation).read(candidate.sitting.key))
    except UnknownSittingError:
        return Row(candidate, "Deleted a moment ago", None, invited_at)
    asks = _asks_for_person(state)
    if state.finished_at:
        return Row(candidate, "Finished", FULL, invited_at, asks, len(state.awaiting_answer))
    how_far = progress(state, library(candidate.sitting.library))
    return Row(candidate, _say_begun(how_far), how_far.percent, invited_at, asks)


def _asks_for_person(state: State) -> bool:
    return state.accommodations is not None and state.accommodations.human_alternative


def _say_begun(how_far: Progress) -> str:
    minutes = how_far.minutes_left
    return f"Begun, about {minutes} minute{'' if minutes == 1 else 's'} left"


def _say_invited(invitation: InvitationView | None, now: datetime) -> str:
    if invitation is None:
        return "Not begun"
    if invitation.revoked_at is not None:
        return "Invitation withdrawn"
    return "Invitation expired, not begun" if now >= invitation.expires_at else "Invited, not begun"
