"""Decisions and stored reports, by the API: a person decided, and the call says who and why."""

import json
from datetime import datetime
from typing import Any, Literal

from django.http import HttpRequest
from django.utils import timezone
from ninja import Schema
from ninja.responses import Status

from poise.hiring.refusal import OvertakenError
from poise.sitting.journal import UnknownSittingError
from poise.storage.deciding import DecisionView, NothingToDecideError, decide, list_decisions
from poise.storage.reports import UnfinishedSittingError, list_reports, make_report
from poise.web.api.access import Key, Keyed, doer_of, key_of
from poise.web.api.problems import CONFLICT, REFUSED, Refusal, RefusedCallError, missing
from poise.web.api.results import find_result
from poise.web.api.shapes import Count, Line, Words

decisions = Keyed(tags=["decisions"])
CREATED = 201
Outcome = Literal["invite", "offer", "later", "decline", "withdrew"]


class DecisionIn(Schema):
    """What a person decided; `seen` is how many decisions stood and `report` which stored report they had before them.

    `by` is the person: a program never decides.
    """

    outcome: Outcome
    reason: Words
    by: Line
    seen: Count
    report: Count


class DecisionOut(Schema):
    """A decision as it stands."""

    number: int
    outcome: Outcome
    reason: str
    by: str
    account: str
    report: int
    at: datetime


class StoredReportOut(Schema):
    """One version of a report: its printed figures, and from what they were computed."""

    number: int
    events: int
    library: str
    program: str
    cause: str
    digest: str
    at: datetime
    printed: dict[str, Any]


@decisions.get(
    "/sittings/{sitting}/decisions",
    response={200: list[DecisionOut], REFUSED: Refusal},
    auth=Key("see_results"),
    summary="Decisions about a candidate",
)
def read_decisions(request: HttpRequest, sitting: str) -> list[DecisionOut]:
    """Return the decisions about a candidate, the one that stands first."""
    find_result(request, sitting)
    return [_show(one) for one in list_decisions(key_of(request).organisation.key, sitting)]


@decisions.post(
    "/sittings/{sitting}/decisions",
    response={201: DecisionOut, REFUSED: Refusal},
    auth=Key("decide"),
    summary="Record a person's decision",
)
def post_decision(request: HttpRequest, sitting: str, made: DecisionIn) -> Status[DecisionOut]:
    """Record what a person decided and why; where others decided since, nothing is stored and that is said."""
    try:
        view = decide(
            key_of(request).organisation.key,
            sitting,
            made.outcome,
            made.reason,
            expected=made.seen,
            report=made.report,
            doer=doer_of(request, made.by),
        )
    except UnknownSittingError:
        raise missing("sitting") from None
    except (OvertakenError, NothingToDecideError) as error:
        raise RefusedCallError(CONFLICT, str(error)) from None
    return Status(CREATED, _show(view))


@decisions.get(
    "/sittings/{sitting}/reports",
    response={200: list[StoredReportOut], REFUSED: Refusal},
    auth=Key("see_results"),
    summary="All versions of a report",
)
def read_reports(request: HttpRequest, sitting: str) -> list[StoredReportOut]:
    """Compute the report anew, store it where any printed figure is another, and return all versions, newest first."""
    view = find_result(request, sitting)
    try:
        make_report(view.organisation, sitting, timezone.now())
    except UnfinishedSittingError:
        raise RefusedCallError(CONFLICT, "This sitting is not finished; there is no report yet.") from None
    stored = list_reports(view.organisation, sitting)
    return [StoredReportOut.model_validate({**one.__dict__, "printed": json.loads(one.printed)}) for one in stored]


def _show(view: DecisionView) -> DecisionOut:
    return DecisionOut.model_validate(view, from_attributes=True)
