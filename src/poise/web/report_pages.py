"""A person's own report, as a page and on paper: what was seen, how sure it is, and which words it rests on."""

import secrets

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_safe

from poise.jobfit.correcting import view_readings
from poise.jobfit.interview import plan_interview
from poise.jobfit.letter import Letter, write_letter
from poise.jobfit.report import Report, report
from poise.sitting.contesting import LONGEST_WORDS, UnknownMomentError, contest_reading
from poise.sitting.decisions import InvalidAnswerError, Written
from poise.sitting.journal import perform
from poise.storage.reports import newest_report
from poise.web.answers import read_time
from poise.web.printing.papers import print_candidate
from poise.web.report_ground import say_ground, say_recomputed
from poise.web.report_layout import lay_report
from poise.web.visit import Visit, visiting

SEE_OTHER = 303
UNPROCESSABLE = 422


@require_safe
@visiting
def show_report(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Show the report of a finished sitting; an unfinished one leads to the step that is due."""
    if visit.due.kind != "finished":
        return HttpResponseRedirect(visit.address_of(visit.due), status=SEE_OTHER)
    made = report(visit.state, visit.library, visit.journal.texts(visit.sitting.key))
    stored = newest_report(visit.sitting.organisation, visit.sitting.key)
    context = {"visit": visit, "laid": lay_report(made), "told": _tell(visit, made)}
    context |= {"ground": say_ground(made, visit.state.version), "recomputed": say_recomputed(made, stored)}
    return render(request, "web/report/page.html", context)


@require_safe
@visiting
def print_report(_request: HttpRequest, visit: Visit) -> HttpResponse:
    """Give the report of a finished sitting as PDF."""
    if visit.due.kind != "finished":
        return HttpResponseRedirect(visit.address_of(visit.due), status=SEE_OTHER)
    made = report(visit.state, visit.library, visit.journal.texts(visit.sitting.key))
    paper = print_candidate(lay_report(made), say_ground(made, visit.state.version), _tell(visit, made))
    return hand_out(paper, "poise-my-report.pdf")


def _tell(visit: Visit, made: Report) -> Letter:
    """Return the report in the words for its person; who was invited also reads what an interview may be about."""
    position = visit.sitting.position
    asked = position is not None and visit.sitting.purpose == "selection"
    guide = plan_interview(visit.state, visit.library, position.job) if asked and position else None
    return write_letter(made, visit.library, guide)


def hand_out(paper: bytes, name: str) -> HttpResponse:
    """Give a PDF as a file with a name."""
    return HttpResponse(
        paper, content_type="application/pdf", headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )


@require_http_methods(["GET", "HEAD", "POST"])
@visiting
def contest(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Show every reading of the person's replies, and keep that they do not agree with one."""
    if visit.due.kind != "finished":
        return HttpResponseRedirect(visit.address_of(visit.due), status=SEE_OTHER)
    moment, words, wrong = "", "", ""
    if request.method == "POST":
        moment, words = request.POST.get("moment", ""), request.POST.get("words", "")
        written = Written(words, secrets.token_urlsafe(16), lambda: visit.journal.texts(visit.sitting.key))
        try:
            perform(visit.journal, visit.sitting.key, contest_reading(visit.library, moment, written, read_time()))
        except UnknownMomentError:
            wrong = "That reading is not on this page. Choose one of those below."
        except InvalidAnswerError as error:
            wrong = str(error)
        else:
            messages.success(request, "It is kept with the reading. Everybody who sees the report sees your words too.")
            return HttpResponseRedirect(visit.address("contest"), status=SEE_OTHER)
    readings = view_readings(visit.state, visit.library, visit.journal.texts(visit.sitting.key))
    context = {"visit": visit, "readings": readings, "moment": moment, "words": words, "wrong": wrong}
    context |= {"elsewhere": not any(one.name == moment for one in readings), "most_characters": LONGEST_WORDS}
    return render(request, "web/report/contest.html", context, status=UNPROCESSABLE if wrong else 200)
