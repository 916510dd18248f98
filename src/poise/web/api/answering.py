"""What candidates wait for, by the API, and the answers that people give them."""

import secrets
from datetime import datetime
from typing import Literal

from django.http import HttpRequest
from django.utils import timezone
from ninja import Schema

from poise.hiring.modes import ReasonMissingError
from poise.sitting.contesting import LONGEST_NAME, UnknownMomentError, Verdict, correct_reading
from poise.sitting.decisions import InvalidAnswerError, StaleStepError, Written
from poise.sitting.journal import perform
from poise.storage.answers import AnsweredMeanwhileError, answer, list_owed
from poise.storage.auditing import Deed
from poise.storage.journal import DjangoJournal
from poise.storage.records import library
from poise.storage.reports import make_report
from poise.web.answers import read_time
from poise.web.api.access import Key, Keyed, doer_of, key_of
from poise.web.api.problems import CONFLICT, REFUSED, UNPROCESSABLE, Refusal, RefusedCallError, missing
from poise.web.api.results import find_result, find_sitting
from poise.web.api.shapes import Count, Level, Line, Words
from poise.web.api.shapes import Key as Named

answering = Keyed(tags=["answers"])
Kind = Literal["human_alternative", "accommodation"]


class OwedOut(Schema):
    """Something that a candidate waits for, and until when; `about` is a contested moment or the request's key."""

    sitting: str
    kind: Literal["contest", "human_alternative", "accommodation"]
    about: str
    asked_at: datetime
    due: datetime
    overdue: bool


class CorrectionIn(Schema):
    """What a person found who looked at a contested reading: a level, or none where the moment is not to be scored.

    `seen` is how many corrections of this moment they had before them, and `by` is the person.
    """

    moment: Named
    level: Level | None
    reason: Words
    by: Line
    seen: Count = 0


class AnswerIn(Schema):
    """What a person answers to a request; `seen` is how many answers to it they had before them."""

    kind: Kind
    about: str = ""
    words: Words
    by: Line
    seen: Count = 0


class AnswerOut(Schema):
    """An answer as it is kept; the candidate sees it."""

    kind: str
    about: str
    words: str
    by: str
    at: datetime


class Done(Schema):
    """That the report was made anew, and its newest number."""

    report: int


@answering.get("/owed", response={200: list[OwedOut], REFUSED: Refusal}, auth=Key("answer"), summary="Owed answers")
def read_owed(request: HttpRequest) -> list[OwedOut]:
    """Return every answer that is owed to a candidate, the one that is due first at the top."""
    owed = list_owed(key_of(request).organisation.key, timezone.now())
    return [
        OwedOut(
            sitting=one.sitting.key,
            kind=one.request.kind,
            about=one.request.about,
            asked_at=one.request.at,
            due=one.term.due,
            overdue=one.term.is_overdue,
        )
        for one in owed
        if one.sitting.purpose != "study" or one.request.kind != "contest"
    ]


@answering.post(
    "/sittings/{sitting}/corrections",
    response={200: Done, REFUSED: Refusal},
    auth=Key("answer"),
    summary="Confirm or correct a reading",
)
def post_correction(request: HttpRequest, sitting: str, made: CorrectionIn) -> Done:
    """Put a person's level in the place of a reading, or confirm it; the report is made anew and both are kept."""
    view = find_result(request, sitting)
    doer = doer_of(request, made.by)
    deed = Deed(
        doer, "answered_contest", {"moment": made.moment, "level": "none" if made.level is None else made.level}
    )
    journal = DjangoJournal(view.organisation, deed=deed)
    reason = Written(made.reason, secrets.token_urlsafe(16), lambda: journal.texts(sitting))
    verdict = Verdict(made.level, made.by[:LONGEST_NAME], made.seen)
    try:
        perform(journal, sitting, correct_reading(library(view.library), made.moment, verdict, reason, read_time()))
    except UnknownMomentError:
        raise missing("moment") from None
    except StaleStepError as told:
        raise RefusedCallError(CONFLICT, str(told)) from None
    except InvalidAnswerError as told:
        raise RefusedCallError(UNPROCESSABLE, str(told)) from None
    return Done(report=make_report(view.organisation, sitting, timezone.now()).stored.number)


@answering.post(
    "/sittings/{sitting}/answers",
    response={200: AnswerOut, REFUSED: Refusal},
    auth=Key("answer"),
    summary="Answer a request",
)
def post_answer(request: HttpRequest, sitting: str, given: AnswerIn) -> AnswerOut:
    """Keep a person's answer to what a candidate asked for; where another was faster, nothing is stored."""
    view = find_sitting(key_of(request).organisation.key, sitting)
    doer = doer_of(request, given.by)
    asked = {(one.request.kind, one.request.about) for one in list_owed(view.organisation, doer.at)}
    if (given.kind, given.about) not in asked and not given.seen:
        raise missing("open request")
    try:
        made = answer(view.organisation, sitting, given.kind, given.about, given.words, expected=given.seen, doer=doer)
    except AnsweredMeanwhileError as told:
        raise RefusedCallError(CONFLICT, str(told)) from None
    except ReasonMissingError as told:
        raise RefusedCallError(UNPROCESSABLE, str(told)) from None
    return AnswerOut.model_validate(made, from_attributes=True)
