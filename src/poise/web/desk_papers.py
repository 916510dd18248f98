"""What a member takes away from the desk on paper: what was seen of a candidate."""

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from poise.jobfit.report import report
from poise.sitting.journal import UnknownSittingError
from poise.sitting.state import fold
from poise.storage.journal import DjangoJournal
from poise.storage.records import library, sitting_record
from poise.storage.seeing import sight_of
from poise.storage.views import MembershipView, SittingView
from poise.web.desk_pages import NO_SUCH_CANDIDATE, for_members
from poise.web.printing.papers import print_hirer
from poise.web.problems import Problem, Way, show_problem
from poise.web.report_layout import lay_report
from poise.web.report_pages import hand_out

NO_NAME = "No name given"
NOT_FINISHED = Problem(
    409,
    "There is no report yet",
    ("This candidate has not finished.", "The report can be printed as soon as they have."),
)
NOT_SHOWN = Problem(
    403,
    "This result is not shown to you",
    (
        "It belongs to a study, or your role does not cover results, or you have yet to say what you think yourself.",
        "Whoever sits for a study is promised that the people they work for do not see how they did.",
    ),
)


@require_safe
@for_members
def print_report(request: HttpRequest, member: MembershipView, key: str) -> HttpResponse:
    """Give what was seen of a candidate as PDF, to those who may see it by name."""
    try:
        sitting = sitting_record(key, member.organisation.key)
        journal = DjangoJournal(sitting.organisation)
        state, texts = fold(journal.read(key)), journal.texts(key)
    except UnknownSittingError:
        return show_problem(request, NO_SUCH_CANDIDATE, (Way(reverse("desk"), "Back to the candidates"),))
    if sight_of(member, sitting) != "named":
        return show_problem(request, NOT_SHOWN, (Way(reverse("desk"), "Back to the candidates"),))
    if not state.finished_at:
        return show_problem(request, NOT_FINISHED, (Way(reverse("candidate", args=(key,)), "Back to the candidate"),))
    made = report(state, library(sitting.library), texts)
    paper = print_hirer(lay_report(made, "hirer"), sitting.candidate_name or NO_NAME, _say_position(sitting, member))
    return hand_out(paper, f"poise-report-{key[:8]}.pdf")


def _say_position(sitting: SittingView, member: MembershipView) -> str:
    position = sitting.position.name if sitting.position else "No position"
    return f"{position}, {member.organisation.name}"
