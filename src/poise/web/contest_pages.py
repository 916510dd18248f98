"""The contest desk: a reading that a candidate does not agree with, as a person must see it to judge it."""

import secrets

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from poise.content.rubric import LEVELS
from poise.hiring.answering import term_of
from poise.hiring.modes import LONGEST_REASON
from poise.jobfit.blinding import BlindMoment, tell_case, view_blind
from poise.jobfit.correcting import ERASED
from poise.sitting.contesting import LONGEST_NAME, ReadMoment, UnknownMomentError, Verdict, correct_reading, find_moment
from poise.sitting.decisions import InvalidAnswerError, StaleStepError, Written
from poise.sitting.journal import perform
from poise.sitting.ratings import Rateable
from poise.sitting.state import name_moment
from poise.storage.answers import answer, list_answers, requests_of, tell_candidate
from poise.storage.auditing import Deed
from poise.storage.journal import DjangoJournal
from poise.storage.reports import make_report
from poise.web.answers import read_time
from poise.web.candidacy import Candidacy, for_candidate, sign_as
from poise.web.desk_forms import CONFLICT, SEE_OTHER, UNPROCESSABLE, Form, check_answer, read_number

NOT_SCORED = "none"
KEPT = "Your answer is kept, and the report was made anew. Both versions are kept, and the candidate sees both."


@require_http_methods(["GET", "HEAD", "POST"])
@for_candidate("answer", study=True, result=True)
def answer_contest(request: HttpRequest, one: Candidacy, scenario: str, moment: str) -> HttpResponse:
    """Show a moment as a person must see it to judge it, and keep the level that they confirm or put in its place."""
    try:
        found = find_moment(one.state, one.library, name_moment(scenario, moment))
    except UnknownMomentError as error:
        raise Http404 from error
    form, status = Form(), 200
    if request.method == "POST":
        form, status = _take_level(request, one, found)
        if not status:
            messages.success(request, KEPT)
            return HttpResponseRedirect(one.address("versions"), status=SEE_OTHER)
        one = Candidacy(one.member, one.sitting)  # somebody else may have answered: read it again
        found = find_moment(one.state, one.library, found.name)
    return render(request, "web/desk/reading.html", _lay_reading(one, found, form), status=status)


def _take_level(request: HttpRequest, one: Candidacy, found: ReadMoment) -> tuple[Form, int]:
    """Store the level and make the report anew; return the form and its status where that cannot be, else 0."""
    choice, words = request.POST.get("choice", ""), request.POST.get("words", "")
    levels = {NOT_SCORED: None} | {str(level): level for level in range(LEVELS)}
    if choice not in levels:
        return Form(choice, words, wrong_choice="Choose a level, or that the moment does not count."), UNPROCESSABLE
    doer = sign_as(one.member)
    organisation, key = one.sitting.organisation, one.sitting.key
    if levels[choice] is None and found.rating is None and found.correction is None:
        return _keep_unread(request, one, found, Form(choice, words))
    journal = DjangoJournal(organisation, deed=Deed(doer, "answered_contest", {"moment": found.name, "level": choice}))
    verdict = Verdict(levels[choice], doer.by[:LONGEST_NAME], read_number(request, "seen"))
    reason = Written(words, secrets.token_urlsafe(16), lambda: journal.texts(key))
    try:
        perform(journal, key, correct_reading(one.library, found.name, verdict, reason, read_time()))
    except StaleStepError as told:
        return Form(choice, words, top=str(told)), CONFLICT
    except InvalidAnswerError as told:
        return Form(choice, words, wrong_words=str(told)), UNPROCESSABLE
    make_report(organisation, key, timezone.now())
    tell_candidate(organisation, key, f"{found.name} {len(found.corrected)}", timezone.now())
    return Form(), 0


def _keep_unread(request: HttpRequest, one: Candidacy, found: ReadMoment, form: Form) -> tuple[Form, int]:
    """Keep the answer for a reply that could not be read and that no level is put in the place of."""
    checked, status = check_answer(request)
    if status:
        return Form(form.choice, form.words, wrong_words=checked.wrong_words), status
    given = [view for view in list_answers(one.sitting.organisation, one.sitting.key) if view.about == found.name]
    organisation, key = one.sitting.organisation, one.sitting.key
    answer(organisation, key, "contest", found.name, checked.words, expected=len(given), doer=sign_as(one.member))
    return Form(), 0


def _lay_reading(one: Candidacy, found: ReadMoment, form: Form) -> dict[str, object]:
    blind = view_blind(Rateable(one.sitting.key, found.case, found.moment, found.reply), one.state, one.texts)
    open_now = {asked.about: asked for asked in requests_of(one.sitting.organisation, one.sitting.key, one.state)}
    asked = open_now.get(found.name)
    quality = next(quality for quality in one.library.qualities if quality.key == found.moment.quality)
    return {
        "member": one.member,
        "one": one,
        "found": found,
        "quality": quality,
        "blind": blind,
        "case": tell_case(found.case),
        "levels": _offer_levels(blind, found),
        "contested": [(event.at, one.texts.get(event.text, ERASED)) for event in found.contested],
        "corrected": [(event, one.texts.get(event.reason, ERASED)) for event in found.corrected],
        "term": term_of(asked, one.member.organisation.answer_days, timezone.now()) if asked else None,
        "form": form,
        "most": LONGEST_REASON,
        "here": one.address("answer_contest", found.case.key, found.moment.key),
    }


def _offer_levels(blind: BlindMoment, found: ReadMoment) -> dict[str, str]:
    """Return the choices in words; the level that stands now is marked."""
    read = found.rating.line.level if found.rating else None
    stands = found.correction.level if found.correction else read
    offered = {str(level): f"Level {level}: {reads}" for level, reads in enumerate(blind.levels)}
    offered[NOT_SCORED] = "This moment does not count"
    mark = NOT_SCORED if stands is None else str(stands)
    return {key: f"{words} (stands now)" if key == mark else words for key, words in offered.items()}
