"""A person's way through a sitting: each address shows its step if it is due, and takes its answer once."""

from collections.abc import Callable, Mapping
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from poise.content.knowledge import KnowledgeForm
from poise.content.lasting import questions_asked
from poise.content.scenario import Scenario
from poise.content.situation import Situation
from poise.content.statement import Block, Statement
from poise.sitting.decisions import InvalidAnswerError, StaleStepError
from poise.sitting.journal import perform
from poise.sitting.queueing import case_for, queue_of, served_before
from poise.sitting.state import State
from poise.sitting.steps import Kind, Step, is_done, line_text, next_step, question_pages, rated_pages
from poise.storage.doors import accommodations_agreed
from poise.storage.reports import make_report
from poise.web import conversation_pages
from poise.web.answers import READ, parse_step
from poise.web.asking import HOW_GOOD, HOW_WILLING, LIKE_ME, ask, lay_cards
from poise.web.problems import Problem, Way, show_problem
from poise.web.visit import Visit, visiting
from poise.web.weeks import lay_week

SEE_OTHER = 303
UNPROCESSABLE = 422
STALE = "Your first answer counts"
Context = dict[str, Any]


@require_safe
@visiting
def resume(_request: HttpRequest, visit: Visit) -> HttpResponse:
    """Lead to the step that is due."""
    return HttpResponseRedirect(visit.address_of(visit.due), status=SEE_OTHER)


@require_http_methods(["GET", "HEAD", "POST"])
@visiting
def serve_step(request: HttpRequest, visit: Visit, key: str) -> HttpResponse:
    """Show the step of this address, or take its answer."""
    step = parse_step(key)
    if step is None:
        raise Http404
    if request.method == "POST":
        return _take(request, visit, step)
    due = visit.due
    if step.key == due.key and due.kind != "finished":
        return _show(request, visit, due)
    if step.kind != "finished":
        answered = is_done(visit.state, visit.library, step.key)
        words = "You have answered that page already. Here is" if answered else "This is"
        messages.info(request, f"{words} where you stopped." if due.kind != "finished" else "You have finished.")
    return HttpResponseRedirect(visit.address_of(due), status=SEE_OTHER)


@require_safe
@visiting
def show_conversation(request: HttpRequest, visit: Visit, scenario: str) -> HttpResponse:
    """Show a conversation that is over, for the customer's last words."""
    conversation = visit.state.conversations.get(scenario)
    if conversation is None or conversation.ended is None:
        raise Http404
    context = conversation_pages.lay_transcript(visit, scenario)
    return render(
        request, "web/steps/conversation.html", {**context, "visit": visit, "onward": visit.address("resume")}
    )


def _take(request: HttpRequest, visit: Visit, step: Step) -> HttpResponse:
    if step.kind == "finished":
        return _show_stale(request, visit, "There is nothing to send on this page.")
    try:
        if step.kind == "reply":
            return conversation_pages.take(request, visit, step)
        state = perform(visit.journal, visit.sitting.key, READ[step.kind](visit, step, request.POST))
    except InvalidAnswerError as error:
        if step.key != visit.due.key:
            return _show_stale(request, visit, "This page is not the one that is due.")
        return _show(request, visit, step, request.POST, str(error))
    except StaleStepError as error:
        return _show_stale(request, visit, str(error))
    return _lead_onward(visit, state)


def _lead_onward(visit: Visit, state: State) -> HttpResponse:
    due = next_step(state, visit.library)
    if due.kind == "finished":
        make_report(visit.sitting.organisation, visit.sitting.key, timezone.now())
    return HttpResponseRedirect(visit.address_of(due), status=SEE_OTHER)


def _show_stale(request: HttpRequest, visit: Visit, words: str) -> HttpResponse:
    title = STALE if "first answer" in words else "This page has been overtaken"
    problem = Problem(409, title, (words, "Nothing was changed. You can go on from where you stopped."))
    ways = (Way(visit.address("resume"), "Go on"),)
    return show_problem(request, problem, ways, unsent=request.POST.get("words", ""))


def _show(
    request: HttpRequest, visit: Visit, step: Step, given: QueryDict | None = None, wrong: str = ""
) -> HttpResponse:
    """Show a step; after an answer that could not be taken, with the choices kept and what is wrong said."""
    if step.kind == "reply":
        return conversation_pages.show(request, visit, step)
    context = {"visit": visit, "step": step, "given": given, "wrong": wrong, **LAY[step.kind](visit, step, given)}
    return render(request, f"web/steps/{step.kind}.html", context, status=UNPROCESSABLE if wrong else 200)


def _lay_preview(visit: Visit, _step: Step, _given: QueryDict | None) -> Context:
    jobs = [job for job in visit.library.jobs if job.key in visit.blueprint.jobs]
    laid = [(job, lay_week(job, visit.library)) for job in jobs]
    claims = {claim.key: claim for claim in visit.library.claims}
    provisional = [claims[key] for key in ("provisional", "validity_unknown") if key in claims]
    return {
        "jobs": laid,
        "only": laid[0] if visit.blueprint.job and len(laid) == 1 else None,
        "claims": provisional,
        "questions": questions_asked(visit.blueprint, visit.library),
    }


def _lay_consent(visit: Visit, _step: Step, _given: QueryDict | None) -> Context:
    return {"consent": visit.library.consent}


def _lay_accommodations(visit: Visit, _step: Step, given: QueryDict | None) -> Context:
    invited = visit.sitting.door == "invitation"
    agreed = accommodations_agreed(visit.sitting.key) if invited else ()
    return {"invited": invited, "agreed": agreed, "ticked": agreed if given is None else tuple(given)}


def _lay_practice(visit: Visit, _step: Step, given: QueryDict | None) -> Context:
    return {"cards": lay_cards(visit.blueprint.practice.statements, given)}


def _lay_block(visit: Visit, step: Step, given: QueryDict | None) -> Context:
    block = visit.library.find(Block, step.what)
    texts = tuple(visit.library.find(Statement, key).text for key in block.statements)
    return {"cards": lay_cards(texts, given), "number": len(visit.state.rankings) + 1}


def _lay_rated(visit: Visit, step: Step, given: QueryDict | None) -> Context:
    pages = rated_pages(visit.blueprint)
    texts = {key: line_text(visit.blueprint, visit.library, key) for key in pages[step.number - 1]}
    return {"asked": [ask(key, text, LIKE_ME, given) for key, text in texts.items()], "pages": len(pages)}


def _lay_situation(visit: Visit, step: Step, given: QueryDict | None) -> Context:
    situation = visit.library.find(Situation, step.what)
    asked = [ask(reaction.key, reaction.text, HOW_GOOD, given) for reaction in situation.reactions]
    number = visit.blueprint.situations.index(step.what) + 1
    return {"situation": situation, "asked": asked, "number": number, "of": len(visit.blueprint.situations)}


def _lay_knowledge(visit: Visit, step: Step, given: QueryDict | None) -> Context:
    form = visit.library.find(KnowledgeForm, step.what)
    page = question_pages(form)[step.number - 1]
    first = form.questions.index(page[0]) + 1
    asked = [ask(question.key, question.asks, question.answers, given) for question in page]
    return {"form": form, "asked": asked, "first": first, "last": first + len(page) - 1, "of": len(form.questions)}


def _lay_pause(visit: Visit, step: Step, _given: QueryDict | None) -> Context:
    before = visit.library.find(Scenario, served_before(visit.state, visit.blueprint, step.what))
    return {"queue": queue_of(visit.blueprint, step.what), "before": before}


def _lay_meet(visit: Visit, step: Step, _given: QueryDict | None) -> Context:
    case = case_for(visit.state, visit.library, step.what)
    queue = queue_of(visit.blueprint, step.what)
    alone = visit.blueprint.customers
    rated = [
        (quality, list(dict.fromkeys(moment.asks for moment in case.moments if moment.quality == quality.key)))
        for quality in visit.library.qualities
    ]
    accommodations = visit.state.accommodations
    return {
        "case": case,
        "rated": [(quality, asks) for quality, asks in rated if asks],
        "replies": len(case.probes),
        "minutes": -(-visit.blueprint.seconds_for(step.what) // 60),
        "number": queue.number if queue else alone.index(step.what) + 1,
        "of": queue.of if queue else len(alone),
        "queue": queue,
        "wants_human": accommodations is not None and accommodations.human_alternative,
        "invited": visit.sitting.door == "invitation",
    }


def _lay_willingness(visit: Visit, _step: Step, given: QueryDict | None) -> Context:
    asked = [
        ask(condition.key, condition.asks, HOW_WILLING, given, hint=condition.name, more=condition.levels)
        for condition in visit.library.conditions
    ]
    return {"asked": asked}


LAY: Mapping[Kind, Callable[[Visit, Step, QueryDict | None], Context]] = {
    "preview": _lay_preview,
    "consent": _lay_consent,
    "accommodations": _lay_accommodations,
    "practice": _lay_practice,
    "block": _lay_block,
    "rated": _lay_rated,
    "situation": _lay_situation,
    "knowledge": _lay_knowledge,
    "pause": _lay_pause,
    "meet": _lay_meet,
    "willingness": _lay_willingness,
}
