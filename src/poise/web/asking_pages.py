"""What a person asks the people who invited them for, in their own words, and what those answered."""

import secrets

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from poise.jobfit.correcting import ERASED
from poise.sitting.contesting import LONGEST_WORDS
from poise.sitting.decisions import InvalidAnswerError, Written
from poise.sitting.helping import ask_for_help
from poise.sitting.journal import perform
from poise.storage.answers import AnswerView, list_answers
from poise.web.answers import read_time
from poise.web.visit import Visit, visiting

SEE_OTHER = 303
UNPROCESSABLE = 422


@require_http_methods(["GET", "HEAD", "POST"])
@visiting
def ask_people(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Show what the person asked for and what was answered, and keep what they ask now."""
    words, wrong = "", ""
    if request.method == "POST":
        words = request.POST.get("words", "")
        written = Written(words, secrets.token_urlsafe(16), lambda: visit.journal.texts(visit.sitting.key))
        if visit.sitting.door != "invitation":  # nobody would read it
            return HttpResponseRedirect(visit.address("ask"), status=SEE_OTHER)
        try:
            perform(visit.journal, visit.sitting.key, ask_for_help(written, read_time()))
        except InvalidAnswerError as error:
            wrong = str(error)
        else:
            messages.success(request, "It is sent to the people who invited you. Their answer will stand on this page.")
            return HttpResponseRedirect(visit.address("ask"), status=SEE_OTHER)
    context = {"visit": visit, "words": words, "wrong": wrong, "most": LONGEST_WORDS, **lay_asked(visit)}
    return render(request, "web/link/ask.html", context, status=UNPROCESSABLE if wrong else 200)


def lay_asked(visit: Visit) -> dict[str, object]:
    """Return what the person asked for with what was answered to each, and all other answers."""
    answers = list_answers(visit.sitting.organisation, visit.sitting.key)
    texts = visit.journal.texts(visit.sitting.key)

    def to(kind: str, about: str = "") -> list[AnswerView]:
        return [one for one in answers if (one.kind, one.about) == (kind, about)]

    asked = [
        (one.at[:10], texts.get(one.text, ERASED), to("accommodation", one.text)) for one in visit.state.help_asked
    ]
    chosen = visit.state.accommodations
    if chosen is not None and chosen.human_alternative:
        words = "A person instead of a simulated customer"
        asked.insert(0, (chosen.at[:10], words, to("human_alternative")))
    return {"asked": asked, "on_readings": [one for one in answers if one.kind == "contest"]}
