"""A candidate at the desk: how far they are, and what was seen, to members who may see it."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from poise.hiring.deciding import LEANINGS, OUTCOMES
from poise.sitting.steps import progress
from poise.storage.auditing import Deed
from poise.storage.deciding import DecisionView, JudgementView, list_decisions, list_judgements
from poise.storage.erasure import delete_sitting
from poise.web.candidacy import Candidacy, for_candidate, sign_as
from poise.web.desk_forms import SEE_OTHER
from poise.web.report_ground import say_ground, say_recomputed
from poise.web.report_layout import lay_report
from poise.web.request_pages import lay_requests


@require_safe
@for_candidate("see_candidates", study=True)
def show_candidate(request: HttpRequest, one: Candidacy) -> HttpResponse:
    """Show what was seen of a candidate to who may see it; to others, and of an unfinished sitting, only how far it is.

    Where the position asks for a view before the result, the page asks for it and shows nothing else.
    """
    context = {"member": one.member, "one": one, **lay_requests(one)}
    if not one.sitting.finished_at:
        how_far = progress(one.state, one.library)
        minutes = how_far.minutes_left
        words = f"Begun, about {minutes} minute{'' if minutes == 1 else 's'} left"
        return render(request, "web/desk/unfinished.html", {**context, "progress": how_far, "words": words})
    if not one.may_see:
        return render(request, "web/desk/hidden.html", context)
    context |= {"laid": lay_report(one.made.report, "hirer")}
    context |= {
        "ground": say_ground(one.made.report, one.made.state.version),
        "recomputed": say_recomputed(one.made.report, one.made.stored),
    }
    return render(request, "web/desk/candidate.html", {**context, **lay_deciding(one)})


@require_http_methods(["GET", "HEAD", "POST"])
@for_candidate("erase")
def delete_candidate(request: HttpRequest, one: Candidacy) -> HttpResponse:
    """Ask once, then delete everything that is stored of a sitting before its time."""
    if request.method != "POST":
        return render(request, "web/desk/delete_sitting.html", {"member": one.member, "one": one})
    delete_sitting(one.sitting.key, one.sitting.organisation, Deed(sign_as(one.member), "deleted_sitting"))
    messages.success(request, "The sitting is deleted. The audit trail keeps that it was, without the name.")
    return HttpResponseRedirect(reverse("desk"), status=SEE_OTHER)


def lay_deciding(one: Candidacy) -> dict[str, object]:
    """Return what people thought and decided of a candidate, the decision that stands first, in words."""
    organisation, key = one.sitting.organisation, one.sitting.key
    decisions = [_say_decision(given) for given in list_decisions(organisation, key)]
    judgements = [_say_judgement(given) for given in list_judgements(organisation, key)]
    return {"decisions": decisions, "judgements": judgements, "may_decide": one.may("decide") and not one.for_study}


def _say_decision(given: DecisionView) -> tuple[DecisionView, str]:
    return given, OUTCOMES.get(given.outcome, given.outcome)


def _say_judgement(given: JudgementView) -> tuple[JudgementView, str]:
    return given, LEANINGS.get(given.leaning, given.leaning)
