"""A person's own report: what was seen, how sure it is, and which of their own words it rests on."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_safe

from poise.jobfit.report import report
from poise.web.report_layout import lay_report
from poise.web.visit import Visit, visiting

SEE_OTHER = 303


@require_safe
@visiting
def show_report(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Show the report of a finished sitting; an unfinished one leads to the step that is due."""
    if visit.due.kind != "finished":
        return HttpResponseRedirect(visit.address_of(visit.due), status=SEE_OTHER)
    made = report(visit.state, visit.library, visit.journal.texts(visit.sitting.key))
    return render(request, "web/report/page.html", {"visit": visit, "laid": lay_report(made)})
