"""The audit trail: who did what and when, written in the same transaction as the deed."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from poise.storage.models import AuditEntry, Organisation
from poise.storage.transaction import reading

Plain = str | int | float | bool | None
PAGE = 100


@dataclass(frozen=True)
class Doer:
    """Who does something and when; `account` is empty for the program itself."""

    by: str
    account: str
    at: datetime


@dataclass(frozen=True)
class AuditView:
    """One line of the trail."""

    number: int
    at: datetime
    by: str
    account: str
    deed: str
    about: str
    detail: Mapping[str, Plain]


@dataclass(frozen=True)
class Deed:
    """A deed that is recorded in the transaction of what it changes."""

    doer: Doer
    name: str
    detail: Mapping[str, Plain] = field(default_factory=dict)


def record_deed(owner: Organisation, doer: Doer, deed: str, about: str = "", **detail: Plain) -> None:
    """Write a line of the trail inside the caller's transaction.

    `about` names the thing as ``kind:key``. Neither it nor `detail` may hold a candidate's name, address or words: the
    trail stays when those are erased.
    """
    AuditEntry.objects.create(
        organisation=owner, at=doer.at, by=doer.by, account=doer.account, deed=deed, about=about, detail=detail
    )


def list_deeds(organisation: str, *, before: int | None = None, about: str = "") -> list[AuditView]:
    """Return the newest hundred lines, or the hundred before the line with this number; of one thing where named."""
    with reading():
        rows = AuditEntry.objects.filter(organisation__key=organisation)
        rows = rows.filter(pk__lt=before) if before is not None else rows
        rows = rows.filter(about=about) if about else rows
        return [
            AuditView(row.pk, row.at, row.by, row.account, row.deed, row.about, row.detail)
            for row in rows.order_by("-pk")[:PAGE]
        ]
