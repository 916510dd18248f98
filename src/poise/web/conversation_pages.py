"""Serving a customer: what was said, the reply, and the desk, in one form so that a draft outlives every press."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render

from poise.content.scenario import Scenario
from poise.jobfit.transcript import desk_label, says_before
from poise.roleplay.conversation import is_unfinished
from poise.roleplay.understanding import MAX_CHARACTERS
from poise.sitting.decisions import InvalidAnswerError, StaleStepError, Written, send_reply, use_desk
from poise.sitting.evidence import said_in
from poise.sitting.exchanging import has_waited
from poise.sitting.journal import Decide, perform
from poise.sitting.queueing import queue_of
from poise.sitting.state import Conversation
from poise.sitting.steps import Step, next_step
from poise.web.answers import read_time
from poise.web.desk import Press, lay_desk, parse_press
from poise.web.publishing import reader, voice
from poise.web.visit import Visit

SEE_OTHER = 303
UNPROCESSABLE = 422
ERASED = "Your words were erased."


@dataclass(frozen=True)
class Turn:
    """One turn of a conversation: who spoke, their words in paragraphs, and what was done at the desk before."""

    who: str
    words: tuple[str, ...]
    done: tuple[str, ...] = ()
    is_latest: bool = False


@dataclass(frozen=True)
class Draft:
    """A reply that is being written, and what the page has to say about it."""

    words: str = ""
    wrong: str = ""
    desk_wrong: str = ""
    asking: str = ""
    just_done: str = ""


def show(request: HttpRequest, visit: Visit, step: Step, draft: Draft | None = None) -> HttpResponse:
    """Show the conversation as far as it is, with the reply that is due."""
    draft = draft or Draft()
    case = visit.library.find(Scenario, step.what)
    conversation = visit.state.conversations[step.what]
    context = {
        **lay_transcript(visit, step.what),
        "visit": visit,
        "step": step,
        "draft": draft,
        "desk": lay_desk(case, conversation.desk, draft.asking, draft.just_done),
        "with_reply": [desk_label(case, used.do, used.what) for used in conversation.desk if used.reply == step.number],
        "replies": len(case.probes),
        "most_characters": MAX_CHARACTERS,
        "unfinished": is_unfinished(case, said_in(conversation)) and not has_waited(conversation),
        "ending": any(used.do == "end" for used in conversation.desk),
    }
    status = UNPROCESSABLE if draft.wrong or draft.desk_wrong else 200
    return render(request, "web/steps/reply.html", context, status=status)


def take(request: HttpRequest, visit: Visit, step: Step) -> HttpResponse:
    """Take a press at the desk or the reply itself; raises StaleStepError where the conversation has moved on."""
    words = request.POST.get("words", "").replace("\r\n", "\n")
    pressed = request.POST.get("desk", "")
    if step.what not in visit.state.conversations:
        raise StaleStepError("This conversation is not the one that is due.")
    try:
        if not pressed:
            return _send(visit, step, words)
        return _use_desk(request, visit, step, words, pressed)
    except InvalidAnswerError as error:
        if step.key != visit.due.key:
            raise StaleStepError("The conversation has moved on since this page was opened.") from error
        wrong = Draft(words, desk_wrong=str(error)) if pressed else Draft(words, wrong=str(error))
        return show(request, visit, step, wrong)


def lay_transcript(visit: Visit, scenario: str) -> dict[str, Any]:
    """Return what both sides said so far, and who the customer is."""
    case = visit.library.find(Scenario, scenario)
    conversation = visit.state.conversations[scenario]
    texts = visit.journal.texts(visit.sitting.key)
    return {
        "case": case,
        "turns": _lay_turns(case, conversation, texts),
        "conversation": conversation,
        "queue": queue_of(visit.blueprint, scenario),
    }


def _lay_turns(case: Scenario, conversation: Conversation, texts: Mapping[str, str]) -> list[Turn]:
    answers = conversation.answers
    turns = [Turn("customer", _paragraphs(says_before(conversation, 1)), is_latest=not answers)]
    for reply, answer in zip(conversation.replies, answers, strict=True):
        done = tuple(desk_label(case, used.do, used.what) for used in conversation.desk if used.reply == reply.reply)
        turns.append(Turn("you", _paragraphs(texts.get(reply.text, ERASED)), done))
        if answer.says:
            words = says_before(conversation, answer.reply + 1)
            turns.append(Turn("customer", _paragraphs(words), is_latest=answer is answers[-1]))
    return turns


def _paragraphs(words: str) -> tuple[str, ...]:
    return tuple(line for line in words.split("\n") if line.strip())


def _send(visit: Visit, step: Step, words: str) -> HttpResponse:
    # The texts are read at each attempt: the same reply may have arrived a moment ago from a second click.
    written = Written(words, secrets.token_urlsafe(16), lambda: visit.journal.texts(visit.sitting.key))
    decide = send_reply(visit.library, step.what, step.number, written, reader(), read_time(), voice())
    state = perform(visit.journal, visit.sitting.key, decide)
    if state.conversations[step.what].ended is not None:
        return HttpResponseRedirect(visit.address("conversation", step.what) + "#latest", status=SEE_OTHER)
    return HttpResponseRedirect(visit.address_of(next_step(state, visit.library)), status=SEE_OTHER)


def _use_desk(request: HttpRequest, visit: Visit, step: Step, words: str, pressed: str) -> HttpResponse:
    if pressed == "no":
        return _show_again(request, visit, step, Draft(words))
    press = parse_press(pressed, request.POST.dict())
    if press.must_be_echoed:
        _check(visit, step, press)
        return _show_again(request, visit, step, Draft(words, asking=press.item))
    perform(visit.journal, visit.sitting.key, _decide(visit, step, press))
    return _show_again(request, visit, step, Draft(words, just_done=press.thing))


def _decide(visit: Visit, step: Step, press: Press) -> Decide:
    return use_desk(visit.library, step.what, step.number, press.do, press.what, read_time())


def _check(visit: Visit, step: Step, press: Press) -> None:
    """Ask the decision whether it could be made, without making it: nothing is echoed that could not be done."""
    _decide(visit, step, press)(visit.state)


def _show_again(request: HttpRequest, visit: Visit, step: Step, draft: Draft) -> HttpResponse:
    """Show the page as it stands after a press."""
    now = Visit(visit.token, visit.sitting, visit.journal)
    if now.due.key != step.key:
        raise StaleStepError("The conversation has moved on since this page was opened.")
    return show(request, now, step, draft)
