"""The interview by the API: its guide, and the ratings that people gave."""

import secrets
from typing import Annotated

from django.http import HttpRequest
from django.utils import timezone
from ninja import Schema
from pydantic import Field, StringConstraints

from poise.hiring.interviewing import plain_reason, rater_key
from poise.jobfit.interview import Guide, plan_interview
from poise.sitting.decisions import InvalidAnswerError, StaleStepError, Written
from poise.sitting.interviewed import AnswerRating, rate_answer
from poise.sitting.journal import perform
from poise.sitting.state import fold
from poise.storage.auditing import Deed
from poise.storage.journal import DjangoJournal
from poise.storage.records import library
from poise.storage.reports import make_report
from poise.storage.views import SittingView
from poise.web.answers import read_time
from poise.web.api.access import Key, Keyed, doer_of, key_of
from poise.web.api.problems import CONFLICT, REFUSED, Refusal, RefusedCallError
from poise.web.api.results import find_sitting
from poise.web.api.shapes import NO_NUL, Count, Level, Line
from poise.web.api.shapes import Key as Named

interviews = Keyed(tags=["interviews"])
MOST_RATINGS = 20


class QuestionOut(Schema):
    """A question: its words, what may be asked further, what an answer at each level holds, and why it is asked."""

    key: str
    quality: str
    name: str
    asks: str
    follow_ups: list[str]
    anchors: list[str]
    core: bool
    why: str


class GuideOut(Schema):
    """An interview: the same first questions for everybody, then some for what this sitting left open."""

    job: str
    about: list[str]
    questions: list[QuestionOut]


class RatingIn(Schema):
    """The level of one answer, with notes; `seen` is how many ratings of this answer by this person stood before."""

    question: Named
    level: Level
    notes: Annotated[str, StringConstraints(max_length=1200, pattern=NO_NUL)] | None = None
    seen: Count = 0


class RatingsIn(Schema):
    """What one person gave for the answers; `by` is that person."""

    by: Line
    ratings: Annotated[list[RatingIn], Field(min_length=1, max_length=MOST_RATINGS)]


class Kept(Schema):
    """How many ratings are kept."""

    kept: int


@interviews.get(
    "/sittings/{sitting}/guide",
    response={200: GuideOut, REFUSED: Refusal},
    auth=Key("interview"),
    summary="The interview guide",
)
def read_guide(request: HttpRequest, sitting: str) -> GuideOut:
    """Return the questions of the interview with a candidate; nothing of what was seen is told."""
    guide = _plan(*_find(request, sitting))
    questions = [QuestionOut.model_validate({**one.__dict__, "why": plain_reason(one.why)}) for one in guide.questions]
    return GuideOut(job=guide.job, about=list(guide.about), questions=questions)


@interviews.post(
    "/sittings/{sitting}/ratings",
    response={200: Kept, REFUSED: Refusal},
    auth=Key("interview"),
    summary="Ratings of an interview",
)
def post_ratings(request: HttpRequest, sitting: str, given: RatingsIn) -> Kept:
    """Keep what a person gave for the answers, and make the report anew; each person rates alone."""
    view, _job = _find(request, sitting)
    doer = doer_of(request, given.by)
    journal, held = DjangoJournal(view.organisation), library(view.library)
    rater = rater_key(f"{doer.account}:{given.by}")
    faults, ready = {}, []
    for place, one in enumerate(given.ratings):
        rating = AnswerRating(one.question, one.level, rater, one.seen)
        notes = Written(one.notes or "", secrets.token_urlsafe(16), lambda: journal.texts(sitting))
        try:
            ready.append((one.question, rate_answer(held, rating, notes, read_time())))
        except InvalidAnswerError as error:
            faults[f"body.ratings.{place}"] = str(error)
    if faults:
        raise RefusedCallError(422, "See the faults; nothing was stored.", faults.items())
    try:
        for question, decide in ready:
            deed = Deed(doer, "rated_interview", {"question": question})
            perform(DjangoJournal(view.organisation, deed=deed), sitting, decide)
    except StaleStepError as told:
        raise RefusedCallError(CONFLICT, str(told)) from None
    finally:
        make_report(view.organisation, sitting, timezone.now())
    return Kept(kept=len(ready))


def _find(request: HttpRequest, sitting: str) -> tuple[SittingView, str]:
    """Return a finished sitting of somebody who may be chosen, and the job of its position."""
    view = find_sitting(key_of(request).organisation.key, sitting)
    if view.purpose != "selection" or view.position is None:
        raise RefusedCallError(CONFLICT, "This person did not sit to be chosen, so there is no interview with them.")
    if view.finished_at is None:
        raise RefusedCallError(CONFLICT, "This sitting is not finished. Its interview can be planned once it is.")
    return view, view.position.job


def _plan(view: SittingView, job: str) -> Guide:
    return plan_interview(fold(DjangoJournal(view.organisation).read(view.key)), library(view.library), job)
