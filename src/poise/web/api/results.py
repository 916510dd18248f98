"""What came of a sitting, by the API: progress, report and trail."""

from datetime import datetime
from typing import Any, Literal

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Schema
from ninja.responses import Status

from poise.hiring.exporting import Table
from poise.integrations.tables import KINDS, Format
from poise.jobfit.report import report
from poise.sitting.journal import UnknownSittingError
from poise.sitting.state import State, fold
from poise.sitting.steps import progress
from poise.storage.auditing import Deed, list_deeds
from poise.storage.erasure import delete_sitting
from poise.storage.journal import DjangoJournal
from poise.storage.records import library, sitting_record
from poise.storage.reports import make_report
from poise.storage.seeing import sight_of_key
from poise.storage.views import SittingView
from poise.web.api.access import Key, Keyed, doer_of, key_of
from poise.web.api.problems import CONFLICT, REFUSED, Refusal, RefusedCallError, missing
from poise.web.api.shapes import Line, Number
from poise.web.candidacy import NO_NAME
from poise.web.export_pages import write_table
from poise.web.printing.papers import print_hirer
from poise.web.report_ground import say_ground
from poise.web.report_layout import lay_report
from poise.web.report_pages import hand_out

results = Keyed(tags=["results"])
FORBIDDEN = 403


FILES = {
    "responses": {
        200: {
            "description": "The table.",
            "content": {kind: {"schema": {"type": "string", "format": "binary"}} for kind in KINDS.values()},
        }
    }
}

PAPER = {
    "responses": {200: {"description": "The report.", "content": {"application/pdf": {"schema": {"type": "string"}}}}}
}


class SittingOut(Schema):
    """A sitting and how far it is; `version` counts its events."""

    key: str
    position: str | None
    purpose: Literal["", "study", "selection"]
    blueprint: str
    library: str
    version: int
    percent: int
    minutes_left: int
    started_at: datetime
    last_at: datetime
    finished_at: datetime | None


class ReportOut(Schema):
    """A report as data: what was seen of each quality, of each demand, and what it rests on; see docs/api.md."""

    sitting: str
    version: int
    report: dict[str, Any]


class DeedOut(Schema):
    """One line of the audit trail."""

    number: int
    at: datetime
    by: str
    account: str
    deed: str
    about: str
    detail: dict[str, Any]


@results.get(
    "/sittings/{sitting}",
    response={200: SittingOut, REFUSED: Refusal},
    auth=Key("see_candidates"),
    summary="How far a sitting is",
)
def read_sitting(request: HttpRequest, sitting: str) -> SittingOut:
    """Return how far a sitting is; nothing of what was seen in it."""
    view, state = _find(request, sitting)
    how_far = progress(state, library(view.library))
    return SittingOut(
        key=view.key,
        position=view.position.key if view.position else None,
        purpose="study" if view.purpose == "study" else "selection" if view.purpose == "selection" else "",
        blueprint=view.blueprint,
        library=view.library,
        version=view.version,
        percent=100 if state.finished_at else how_far.percent,
        minutes_left=0 if state.finished_at else how_far.minutes_left,
        started_at=view.started_at,
        last_at=view.last_at,
        finished_at=view.finished_at,
    )


@results.get(
    "/sittings/{sitting}/report",
    response={200: ReportOut, REFUSED: Refusal},
    auth=Key("see_results"),
    summary="A report as data",
)
def read_report(request: HttpRequest, sitting: str) -> ReportOut:
    """Return the report of a finished sitting; of a study there is none for any boss, by this way either."""
    view = find_result(request, sitting)
    state = fold(DjangoJournal(view.organisation).read(sitting))
    if not state.finished_at:
        raise RefusedCallError(CONFLICT, "This sitting is not finished; there is no report yet.")
    made = report(state, library(view.library), DjangoJournal(view.organisation).texts(view.key))
    return ReportOut(sitting=view.key, version=view.version, report=made.as_dict())


@results.get(
    "/sittings/{sitting}/report.pdf",
    response={200: None, REFUSED: Refusal},
    auth=Key("see_results"),
    summary="A report on paper",
    openapi_extra=PAPER,
)
def read_paper(request: HttpRequest, sitting: str) -> HttpResponse:
    """Return what was seen of a candidate as PDF."""
    view = find_result(request, sitting)
    if view.finished_at is None or view.position is None:
        raise RefusedCallError(CONFLICT, "This sitting is not finished; there is no report yet.")
    made = make_report(view.organisation, sitting, timezone.now())
    position = f"{view.position.name}, {key_of(request).organisation.name}"
    ground = say_ground(made.report, made.state.version)
    paper = print_hirer(lay_report(made.report, "hirer"), view.candidate_name or NO_NAME, position, ground)
    return hand_out(paper, f"poise-report-{sitting[:8]}.pdf")


@results.delete(
    "/sittings/{sitting}", response={204: None, REFUSED: Refusal}, auth=Key("erase"), summary="Delete a sitting"
)
def remove(request: HttpRequest, sitting: str, by: Line | None = None) -> Status[None]:
    """Delete a sitting for good, with its words and reports; `by` is the person who wants it, for the trail."""
    try:
        delete_sitting(sitting, key_of(request).organisation.key, Deed(doer_of(request, by or ""), "deleted_sitting"))
    except UnknownSittingError:
        raise missing("sitting") from None
    return Status(204, None)


@results.get(
    "/exports/{table}",
    response={200: None, REFUSED: Refusal},
    auth=Key("export"),
    summary="A table of candidates as a file",
    openapi_extra=FILES,
)
def read_table(request: HttpRequest, table: Table, kind: Format = "csv", position: str = "") -> HttpResponse:
    """Return a table as CSV or Parquet, as far as the key may see; that it left is noted in the trail."""
    key = key_of(request)
    return write_table(
        table,
        kind,
        (key.organisation.key, position),
        lambda sittings: {one.key: sight_of_key(key, one) for one in sittings},
        doer_of(request),
        named="see_candidates" in key.scopes,
    )


@results.get(
    "/audit", response={200: list[DeedOut], REFUSED: Refusal}, auth=Key("see_audit"), summary="The audit trail"
)
def read_audit(request: HttpRequest, before: Number | None = None, about: str = "") -> list[DeedOut]:
    """Return the newest hundred lines of the trail, or the hundred before a number; of one thing where named."""
    deeds = list_deeds(key_of(request).organisation.key, before=before, about=about)
    return [DeedOut.model_validate(one, from_attributes=True) for one in deeds]


def find_result(request: HttpRequest, sitting: str) -> SittingView:
    """Return a sitting whose result this key may see; raises RefusedCallError."""
    view = find_sitting(key_of(request).organisation.key, sitting)
    seen = sight_of_key(key_of(request), view)
    if seen == "judge first":
        raise RefusedCallError(
            FORBIDDEN, "The position asks for a judgement before the result is seen, so results are shown at the desk."
        )
    if seen != "named":
        raise RefusedCallError(FORBIDDEN, "This sitting is part of a study: its results are shown to nobody who hires.")
    return view


def find_sitting(organisation: str, sitting: str) -> SittingView:
    """Return a sitting of this organisation; raises RefusedCallError."""
    try:
        return sitting_record(sitting, organisation)
    except UnknownSittingError:
        raise missing("sitting") from None


def _find(request: HttpRequest, sitting: str) -> tuple[SittingView, State]:
    view = find_sitting(key_of(request).organisation.key, sitting)
    return view, fold(DjangoJournal(view.organisation).read(sitting))
