"""Candidates with their newest figures, for tables that leave Poise."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime

from poise.hiring.candidates import Line, stage_of
from poise.hiring.deciding import OUTCOMES
from poise.hiring.exporting import Exported
from poise.storage.auditing import Doer, record_deed
from poise.storage.deciding import DecisionView, standing_decisions
from poise.storage.models import Organisation, StoredReport
from poise.storage.records import list_candidates
from poise.storage.reports import make_report
from poise.storage.seeing import Sight
from poise.storage.transaction import reading, writing
from poise.storage.views import CandidateView, SittingView

Look = Callable[[list[SittingView]], Mapping[str, Sight]]


def gather(organisation: str, look: Look, now: datetime, position: str = "", *, named: bool = True) -> list[Exported]:
    """Return the candidates of an organisation, or of one position, as far as `look` lets them be seen.

    A finished sitting whose report was never made gets it made now. Without `named`, only those who sat for a study
    are there, under pseudonyms.
    """
    found = [
        one
        for one in list_candidates(organisation)
        if not position or (one.position is not None and one.position.key == position)
    ]
    sights = look([one.sitting for one in found if one.sitting])
    wanted = [one for one in found if named or (one.sitting and sights[one.sitting.key] == "pseudonymous")]
    decisions = standing_decisions(organisation) if named else {}
    printed = _newest_reports(organisation)
    return [_export(one, sights, decisions, printed, now) for one in wanted]


def note_export(organisation: str, doer: Doer, table: str, rows: int, position: str) -> None:
    """Write into the audit trail that a table left Poise."""
    with writing():
        about = f"position:{position}" if position else ""
        record_deed(Organisation.named(organisation), doer, "exported", about, table=table, rows=rows)


def _export(
    one: CandidateView,
    sights: Mapping[str, Sight],
    decisions: Mapping[str, DecisionView],
    printed: dict[str, tuple[int, str]],
    now: datetime,
) -> Exported:
    sitting, invitation, position = one.sitting, one.invitation, one.position
    begin = Exported(
        name=one.name,
        sitting=sitting.key if sitting else "",
        position=position.key if position else "",
        job=position.job if position else "",
        state=stage_of(_line_of(one), now),
        invited_at=invitation.created_at if invitation else None,
    )
    if sitting is None:
        return begin
    sight, decision = sights[sitting.key], decisions.get(sitting.key)
    number, figures = _figures(sitting, printed, now) if sight in {"named", "pseudonymous"} else (None, "")
    if sight == "pseudonymous":
        return replace(begin, name=sitting.pseudonym, sitting="", invited_at=None, report=number, printed=figures)
    return replace(
        begin,
        started_at=sitting.started_at,
        finished_at=sitting.finished_at,
        decision=OUTCOMES[decision.outcome] if decision else "",
        decided_by=decision.by if decision else "",
        decided_at=decision.at if decision else None,
        report=number,
        printed=figures,
    )


def _line_of(one: CandidateView) -> Line:
    sitting, invitation, position = one.sitting, one.invitation, one.position
    return Line(
        one.name,
        position=position.key if position else "",
        position_name=position.name if position else "",
        sitting=sitting.key if sitting else "",
        finished_at=sitting.finished_at if sitting else None,
        revoked_at=invitation.revoked_at if invitation else None,
        expires_at=invitation.expires_at if invitation else None,
    )


def _figures(sitting: SittingView, printed: dict[str, tuple[int, str]], now: datetime) -> tuple[int | None, str]:
    if sitting.finished_at is None:
        return None, ""
    if sitting.key not in printed:
        made = make_report(sitting.organisation, sitting.key, now)
        return made.stored.number, made.stored.printed
    return printed[sitting.key]


def _newest_reports(organisation: str) -> dict[str, tuple[int, str]]:
    with reading():
        rows = StoredReport.objects.filter(organisation__key=organisation).order_by("number")
        return {key: (number, text) for key, number, text in rows.values_list("sitting__key", "number", "printed")}
