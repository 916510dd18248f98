"""Answers that are owed to candidates: all of them in one list, and what candidates ask for besides."""

from dataclasses import dataclass

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from poise.hiring.answering import ASKED, KINDS, Kind, Request, may_answer, term_of
from poise.hiring.modes import LONGEST_REASON
from poise.hiring.roles import may
from poise.jobfit.correcting import ERASED
from poise.storage.answers import AnsweredMeanwhileError, OwedView, answer, list_answers, list_owed, requests_of
from poise.storage.views import MembershipView
from poise.web.candidacy import Candidacy, for_candidate, sign_as
from poise.web.desk_forms import CONFLICT, SEE_OTHER, Form, check_answer, read_number
from poise.web.members import for_members, refuse_role

NO_TEXT = "-"
"""Stands in an address where a request has no words."""
ANSWERED_HERE: dict[str, Kind] = {"human_alternative": "human_alternative", "accommodation": "accommodation"}


@dataclass(frozen=True)
class Owed:
    """A line of the list of answers that are owed."""

    view: OwedView
    name: str
    words: str
    address: str


@require_safe
@for_members("see_positions")
def list_answers_owed(request: HttpRequest, member: MembershipView) -> HttpResponse:
    """List the answers that are owed, what is due first at the top, as far as they are this member's to give."""
    if not (may(member.role, "answer") or may(member.role, "see_study")):
        return refuse_role(request, member, "answer")
    owed = [
        _lay_owed(Candidacy(member, one.sitting), one)
        for one in list_owed(member.organisation.key, timezone.now())
        if may_answer(member.role, one.request.kind, one.sitting.purpose)
    ]
    return render(request, "web/desk/owed.html", {"member": member, "owed": owed})


@require_http_methods(["GET", "HEAD", "POST"])
@for_candidate("answer")
def answer_request(request: HttpRequest, one: Candidacy, kind: str, about: str) -> HttpResponse:
    """Take what a person answers to a request: for a talk with a person, or for something else."""
    known, about = ANSWERED_HERE.get(kind), "" if about == NO_TEXT else about
    if known is None or not (about in _asked_words(one) if known == "accommodation" else not about):
        raise Http404
    form, status = Form(), 200
    if request.method == "POST":
        form, status = _take_answer(request, one, known, about)
        if not status:
            messages.success(request, "Your answer is kept. The candidate sees it on their own pages.")
            return HttpResponseRedirect(one.address(), status=SEE_OTHER)
    given = list_answers(one.sitting.organisation, one.sitting.key)
    context = {"member": one.member, "one": one, "form": form, "kind": kind, "said": KINDS[known]}
    context |= {"given": [view for view in given if (view.kind, view.about) == (known, about)]}
    context |= {"words": one.texts.get(about, ERASED) if about else "", "most": LONGEST_REASON}
    context |= {"here": one.address("answer_request", kind, about or NO_TEXT)}
    return render(request, "web/desk/request.html", context, status=status)


def _take_answer(request: HttpRequest, one: Candidacy, kind: Kind, about: str) -> tuple[Form, int]:
    form, status = check_answer(request)
    if status:
        return form, status
    asked = (one.sitting.organisation, one.sitting.key, kind, about)
    try:
        answer(*asked, form.words, expected=read_number(request, "expected"), doer=sign_as(one.member))
    except AnsweredMeanwhileError as told:
        return Form(words=form.words, top=f"{told} They said: {told.latest.words}"), CONFLICT
    return form, 0


def _asked_words(one: Candidacy) -> set[str]:
    return {event.text for event in one.state.help_asked}


def lay_requests(one: Candidacy) -> dict[str, object]:
    """Return what a candidate waits for, as far as it is this member's to answer, and what was answered."""
    open_now = requests_of(one.sitting.organisation, one.sitting.key, one.state)
    days, now = one.member.organisation.answer_days, timezone.now()
    waiting = [
        _lay_owed(one, OwedView(one.sitting, asked, term_of(asked, days, now)))
        for asked in open_now
        if may_answer(one.member.role, asked.kind, one.sitting.purpose)
    ]
    told = {asked.view.request.kind for asked in waiting}
    given = list_answers(one.sitting.organisation, one.sitting.key)
    return {
        "waiting": waiting,
        "contests": sum(asked.view.request.kind == "contest" for asked in waiting),
        "asks_for_person": "human_alternative" in {asked.kind for asked in open_now} - told,
        "answers": [(view, ASKED[ANSWERED_HERE[view.kind]]) for view in given if view.kind in ANSWERED_HERE],
    }


def _lay_owed(one: Candidacy, view: OwedView) -> Owed:
    return Owed(view, one.name, _say(one, view.request), _address_of(one, view.request))


def _say(one: Candidacy, request: Request) -> str:
    """Say what somebody waits for; of a reading also whose customer and which quality it is about."""
    scenario, _, key = request.about.partition("/")
    case = next((case for case in one.library.scenarios if request.kind == "contest" and case.key == scenario), None)
    moment = next((moment for moment in case.moments if moment.key == key), None) if case else None
    if case is None or moment is None:
        return KINDS[request.kind]
    names = {quality.key: quality.name for quality in one.library.qualities}
    return f"{KINDS[request.kind]} ({case.customer.name}, {names[moment.quality].lower()})"


def _address_of(one: Candidacy, request: Request) -> str:
    if request.kind == "contest":
        scenario, _, moment = request.about.partition("/")
        return one.address("answer_contest", scenario, moment)
    return one.address("answer_request", request.kind, request.about or NO_TEXT)
