"""Reports as they were printed: every version is kept with what it was computed from, and none is ever changed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import version

from django.db.models import QuerySet

from poise.hiring.recomputing import cause_of, describe_cause
from poise.jobfit.printed import digest_of, printed
from poise.jobfit.report import Report, report
from poise.sitting.events import AnyEvent
from poise.sitting.journal import UnknownSittingError
from poise.sitting.state import State, fold
from poise.storage.auditing import Doer, record_deed
from poise.storage.journal import DjangoJournal
from poise.storage.models import Organisation, Sitting, StoredReport
from poise.storage.outlines import keep_outline
from poise.storage.records import library, sitting_record
from poise.storage.transaction import reading, writing
from poise.storage.views import SittingView
from poise.storage.webhooks import announce

PROGRAM = f"poise {version('poise')}"


@dataclass(frozen=True)
class StoredReportView:
    """One version of a report: its figures, and from how many events, which library and which program they come."""

    number: int
    events: int
    library: str
    program: str
    cause: str
    printed: str
    digest: str
    at: datetime

    @property
    def why(self) -> str:
        """Why it was made, in words."""
        return describe_cause(self.cause)


@dataclass(frozen=True)
class Made:
    """A report that was computed just now, what it was computed from, and the version that is stored of it."""

    sitting: SittingView
    state: State
    report: Report
    stored: StoredReportView
    is_new: bool


class UnfinishedSittingError(ValueError):
    """The sitting is not finished, so there is no report of it."""


def make_report(organisation: str, sitting: str, now: datetime) -> Made:
    """Compute the report from the stored events and library, and store it where any printed figure is another.

    Raises
    ------
    UnknownSittingError
        The organisation has no such sitting.
    UnfinishedSittingError
        The sitting is not finished.
    """
    record = sitting_record(sitting, organisation)
    journal = DjangoJournal(organisation)
    events = journal.read(sitting)
    state = fold(events)
    if not state.finished_at:
        raise UnfinishedSittingError(f"sitting {sitting} is not finished, so there is no report of it")
    made = report(state, library(record.library), journal.texts(sitting))
    stored, is_new = keep_report(organisation, sitting, printed(made), events, now)
    keep_outline(record, made, state, anew=is_new)
    return Made(record, state, made, stored, is_new)


def keep_report(
    organisation: str, sitting: str, figures: str, events: Sequence[AnyEvent], now: datetime
) -> tuple[StoredReportView, bool]:
    """Store a report unless the newest one prints the same or knows more; return the newest, and whether it is new."""
    digest = digest_of(figures)
    last = newest_report(organisation, sitting)
    if last and (last.digest == digest or last.events > len(events)):
        return last, False
    with writing():
        row = Sitting.objects.filter(key=sitting, organisation__key=organisation).first()
        if row is None:
            raise UnknownSittingError(sitting)
        newest = row.reports.order_by("-number").first()
        if newest and (newest.digest == digest or newest.events > len(events)):
            return _view(newest), False
        made = StoredReport.objects.create(
            organisation_id=row.organisation_id,
            sitting=row,
            number=newest.number + 1 if newest else 1,
            events=len(events),
            library=row.library.hash,
            program=PROGRAM,
            cause=cause_of(events, newest.events if newest else None),
            printed=figures,
            digest=digest,
            at=now,
        )
        if newest:
            announce(row.organisation, "report.changed", now, sitting=row.key, number=made.number)
    return _view(made), True


def note_recomputing(organisation: str, sitting: str, doer: Doer, *, equal: bool | None) -> None:
    """Note in the audit trail that somebody had a report computed anew, and whether every figure was equal.

    `equal` is None where no version was stored before.
    """
    told = {} if equal is None else {"equal": equal}
    with writing():
        record_deed(Organisation.named(organisation), doer, "recomputed", f"sitting:{sitting}", **told)


def newest_report(organisation: str, sitting: str) -> StoredReportView | None:
    """Return the version that was stored last, if there is one."""
    with reading():
        row = _rows(organisation, sitting).order_by("-number").first()
    return _view(row) if row else None


def list_reports(organisation: str, sitting: str) -> list[StoredReportView]:
    """Return every version of a report, the newest first."""
    with reading():
        return [_view(row) for row in _rows(organisation, sitting).order_by("-number")]


def _rows(organisation: str, sitting: str) -> QuerySet[StoredReport]:
    return StoredReport.objects.filter(organisation__key=organisation, sitting__key=sitting)


def _view(row: StoredReport) -> StoredReportView:
    return StoredReportView(
        row.number, row.events, row.library, row.program, row.cause, row.printed, row.digest, row.at
    )
