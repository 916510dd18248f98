"""The interview at the desk: its guide with a form; each rates alone, and sees what others gave afterwards."""

import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from poise.content.rubric import LEVELS
from poise.hiring.interviewing import has_rated_all, own_rating, plain_reason, rater_key, shown_ratings
from poise.jobfit.interview import Guide, GuideQuestion, plan_interview
from poise.sitting.contesting import LONGEST_WORDS
from poise.sitting.decisions import InvalidAnswerError, StaleStepError, Written
from poise.sitting.interviewed import AnswerRating, rate_answer
from poise.sitting.journal import Decide, perform
from poise.sitting.state import name_rating
from poise.storage.auditing import Deed
from poise.storage.journal import DjangoJournal
from poise.storage.records import member_names
from poise.storage.reports import make_report
from poise.web.answers import read_time
from poise.web.candidacy import UNFINISHED, Candidacy, for_candidate, sign_as
from poise.web.desk_forms import CONFLICT, SEE_OTHER, UNPROCESSABLE, read_number
from poise.web.problems import Problem, Way, show_problem

NO_INTERVIEW = Problem(
    409,
    "There is no interview here",
    ("This person sat for a study, or for no position, so nobody rates an interview with them.", "Nothing was stored."),
)
NO_LEVEL = "You wrote notes. Choose a level as well, or the notes cannot be kept."


@dataclass(frozen=True)
class Asked:
    """A question as it stands on the page: what this rater gave or sent, and what others gave once they may see it."""

    question: GuideQuestion
    why: str
    level: str
    notes: str
    times: int
    others: tuple[tuple[str, int], ...]
    wrong: str = ""


@dataclass(frozen=True)
class Sent:
    """What a form holds by question, and what is wrong with it."""

    levels: Mapping[str, str] = field(default_factory=dict)
    notes: Mapping[str, str] = field(default_factory=dict)
    wrong: Mapping[str, str] = field(default_factory=dict)
    top: str = ""


@require_http_methods(["GET", "HEAD", "POST"])
@for_candidate("interview")
def hold_interview(request: HttpRequest, one: Candidacy) -> HttpResponse:
    """Show the guide and take ratings; a rating without which the report was made makes it anew."""
    back = (Way(one.address(), "To the page of the candidate"),)
    if one.for_study or one.sitting.position is None:
        return show_problem(request, NO_INTERVIEW, back)
    if not one.sitting.finished_at:
        return show_problem(request, UNFINISHED, back)
    guide = plan_interview(one.state, one.library, one.sitting.position.job)
    sent, status = Sent(), 200
    if request.method == "POST":
        sent, status = _take(request, one, guide)
        if not status:
            words = "Your ratings are kept, and the report was made anew with them. You can change them here."
            messages.success(request, words)
            return HttpResponseRedirect(one.address("interview"), status=SEE_OTHER)
        one = Candidacy(one.member, one.sitting)  # another window may have rated: read it again
        guide = plan_interview(one.state, one.library, guide.job)
    asked = list(_lay(one, guide, sent))
    context = {"member": one.member, "one": one, "guide": guide, "asked": asked, "sent": sent, "most": LONGEST_WORDS}
    context |= {"levels": range(LEVELS), "can_rate": one.library.beliefs.interview is not None}
    return render(request, "web/desk/interview.html", context, status=status)


def _take(request: HttpRequest, one: Candidacy, guide: Guide) -> tuple[Sent, int]:
    """Store every rating that was given; return the form and its status where something is wrong, else 0."""
    levels = {each.key: request.POST.get(f"level-{each.key}", "") for each in guide.questions}
    notes = {each.key: request.POST.get(f"notes-{each.key}", "") for each in guide.questions}
    rater, doer = rater_key(one.member.account), sign_as(one.member)
    organisation, key = one.sitting.organisation, one.sitting.key
    wrong: dict[str, str] = {}
    ready: dict[str, Decide] = {}
    for question, level in levels.items():
        if not level:
            wrong |= {question: NO_LEVEL} if notes[question].strip() else {}
            continue
        given = int(level) if level.isascii() and level.isdecimal() and len(level) == 1 else LEVELS
        rating = AnswerRating(question, given, rater, read_number(request, f"seen-{question}"))
        written = Written(notes[question], secrets.token_urlsafe(16), lambda: DjangoJournal(organisation).texts(key))
        try:
            ready[question] = rate_answer(one.library, rating, written, read_time())
        except InvalidAnswerError as error:
            wrong[question] = str(error)
    if wrong or not ready:
        return Sent(levels, notes, wrong, "" if wrong else "Choose a level for at least one answer."), UNPROCESSABLE
    try:
        for question, decide in ready.items():
            deed = Deed(doer, "rated_interview", {"question": question})
            perform(DjangoJournal(organisation, deed=deed), key, decide)
    except StaleStepError as told:
        return Sent(levels, notes, top=f"{told} Your notes are still here."), CONFLICT
    finally:
        make_report(organisation, key, timezone.now())
    return Sent(), 0


def _lay(one: Candidacy, guide: Guide, sent: Sent) -> Iterator[Asked]:
    rater = rater_key(one.member.account)
    names = {rater_key(account): name for account, name in member_names(one.member.organisation.key).items()}
    told = one.may_see and has_rated_all(guide.questions, rater)
    for question in guide.questions:
        own = own_rating(question, rater)
        given = one.state.interview.get(name_rating(question.key, rater), ())
        kept = one.texts.get(given[-1].notes, "") if given and given[-1].notes else ""
        yield Asked(
            question=question,
            why=question.why if told else plain_reason(question.why),
            level=sent.levels.get(question.key, str(own.level) if own else ""),
            notes=sent.notes.get(question.key, kept),
            times=len(given),
            others=tuple((names.get(by.rater, "A colleague"), by.level) for by in shown_ratings(question, rater)),
            wrong=sent.wrong.get(question.key, ""),
        )
