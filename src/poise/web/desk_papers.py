"""What a member takes away from the desk on paper: what was seen of a candidate, and the guide to an interview."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from poise.jobfit.interview import plan_interview
from poise.web.candidacy import UNFINISHED, Candidacy, for_candidate
from poise.web.interview_pages import NO_INTERVIEW
from poise.web.printing.papers import print_guide, print_hirer
from poise.web.problems import Way, show_problem
from poise.web.report_ground import say_ground
from poise.web.report_layout import lay_report
from poise.web.report_pages import hand_out


@require_safe
@for_candidate("see_results", study=True, result=True)
def print_report(_request: HttpRequest, one: Candidacy) -> HttpResponse:
    """Give what was seen of a candidate as PDF, to members who may see it now."""
    made, position = one.made, f"{one.position}, {one.member.organisation.name}"
    ground = say_ground(made.report, made.state.version)
    paper = print_hirer(lay_report(made.report, "hirer"), one.name, position, ground)
    return hand_out(paper, f"poise-report-{one.sitting.key[:8]}.pdf")


@require_safe
@for_candidate("interview")
def print_interview(request: HttpRequest, one: Candidacy) -> HttpResponse:
    """Give the guide to an interview with its rating form as PDF; there is none for who sat for a study."""
    back = (Way(one.address(), "To the page of the candidate"),)
    position, finished = one.sitting.position, one.sitting.finished_at
    if one.for_study or position is None:
        return show_problem(request, NO_INTERVIEW, back)
    if finished is None:
        return show_problem(request, UNFINISHED, back)
    guide = plan_interview(one.state, one.library, position.job)
    paper = print_guide(guide, one.name, f"{one.position}, {one.member.organisation.name}", finished)
    return hand_out(paper, f"poise-interview-{one.sitting.key[:8]}.pdf")
