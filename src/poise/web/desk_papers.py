"""What a member takes away from the desk on paper: what was seen of a candidate."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from poise.web.candidacy import Candidacy, for_candidate
from poise.web.printing.papers import print_hirer
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
