"""Judging a candidate before the result is seen, and deciding: always a person, always with a reason."""

from dataclasses import replace

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from poise.hiring.deciding import LEANINGS, OUTCOMES
from poise.hiring.modes import LONGEST_REASON
from poise.hiring.refusal import OvertakenError, RefusedError
from poise.storage.deciding import (
    DecidedMeanwhileError,
    NothingToDecideError,
    address_of,
    decide,
    judge,
)
from poise.web.candidacy import Candidacy, for_candidate, sign_as
from poise.web.candidate_pages import lay_deciding
from poise.web.desk_forms import CONFLICT, SEE_OTHER, UNPROCESSABLE, Form, check_choice, check_letter, read_number
from poise.web.problems import Problem, Way, show_problem
from poise.web.report_layout import lay_report

NOTHING_TO_JUDGE = Problem(
    409,
    "Your view is not asked for here",
    (
        "A view before the result is asked for where the position has that switch on, and only before you saw it.",
        "Nothing was stored.",
    ),
)
NOTHING_TO_DECIDE = "There is nothing to decide here"


@require_http_methods(["GET", "HEAD", "POST"])
@for_candidate("decide")
def give_view(request: HttpRequest, one: Candidacy) -> HttpResponse:
    """Ask for a view of the candidate before anything of the result is shown, and keep the first one given."""
    if one.sight != "judge first":
        back = (Way(one.address(), "To the page of the candidate"),)
        return show_problem(request, NOTHING_TO_JUDGE, back, unsent=request.POST.get("words", ""))
    form = Form()
    if request.method == "POST":
        form = check_choice(request, LEANINGS, "Choose what you think so far.")
        if not form.is_wrong:
            judge(one.sitting.organisation, one.sitting.key, form.choice, form.words, sign_as(one.member))
            messages.success(request, "Your view is kept. It stands beside the result now.")
            return HttpResponseRedirect(one.address(), status=SEE_OTHER)
    context = {"member": one.member, "one": one, "form": form, "leanings": LEANINGS, "most": LONGEST_REASON}
    return render(request, "web/desk/view_first.html", context, status=UNPROCESSABLE if form.is_wrong else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@for_candidate("decide", result=True)
def make_decision(request: HttpRequest, one: Candidacy) -> HttpResponse:
    """Take a person's decision with its reason; who comes second is shown the first decision and keeps their words."""
    if one.for_study:
        return _nothing_to_decide(request, one, "This person did not sit to be chosen.")
    form, status = Form(), 200
    if request.method == "POST":
        form = check_letter(request, check_choice(request, OUTCOMES, "Choose what you decide."))
        status = UNPROCESSABLE
        if not form.is_wrong:
            try:
                _decide(request, one, form)
            except OvertakenError as told:
                form, status = replace(form, top=_say_overtaken(told)), CONFLICT
            except RefusedError as refused:
                form = replace(form, wrong_letter=refused.problems["letter"])
            except NothingToDecideError as told:
                return _nothing_to_decide(request, one, str(told))
            else:
                messages.success(request, "Your decision is kept, with your name and your reason.")
                return HttpResponseRedirect(one.address(), status=SEE_OTHER)
    context = {"member": one.member, "one": one, "form": form, "outcomes": OUTCOMES, "most": LONGEST_REASON}
    context |= {"email": address_of(one.sitting.organisation, one.sitting.key)}
    context |= {"laid": lay_report(one.made.report, "hirer"), "stored": one.made.stored, **lay_deciding(one)}
    return render(request, "web/desk/decide.html", context, status=status)


def _decide(request: HttpRequest, one: Candidacy, form: Form) -> None:
    decide(
        one.sitting.organisation,
        one.sitting.key,
        form.choice,
        form.words,
        expected=read_number(request, "expected"),
        report=read_number(request, "report"),
        letter=form.letter,
        doer=sign_as(one.member),
    )


def _say_overtaken(told: OvertakenError) -> str:
    if not isinstance(told, DecidedMeanwhileError):
        return f"{told} Your words are still here."
    first = told.latest
    return (
        f"{first.by} decided a moment ago: {OUTCOMES[first.outcome].lower()}, because: {first.reason}"
        " Look at that first. Yours is not stored, and your words are still here. If you send them now, your decision"
        " stands in front of theirs."
    )


def _nothing_to_decide(request: HttpRequest, one: Candidacy, words: str) -> HttpResponse:
    problem = Problem(CONFLICT, NOTHING_TO_DECIDE, (words, "Nothing was stored."))
    back = (Way(one.address(), "To the page of the candidate"),)
    return show_problem(request, problem, back, unsent=request.POST.get("words", ""))
