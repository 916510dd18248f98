"""What people think of a candidate before they see the result, and what they decide afterwards."""

from dataclasses import dataclass
from datetime import datetime

from poise.hiring.deciding import check_leaning, check_outcome
from poise.hiring.letters import pass_on
from poise.hiring.modes import check_reason
from poise.hiring.refusal import OvertakenError, RefusedError
from poise.sitting.journal import UnknownSittingError
from poise.storage.auditing import Doer, record_deed
from poise.storage.models import Decision, Invitation, Judgement, Sitting
from poise.storage.outbox import put_mail
from poise.storage.transaction import reading, writing
from poise.storage.webhooks import announce


@dataclass(frozen=True)
class JudgementView:
    """What somebody thought of a candidate before they saw the result."""

    by: str
    account: str
    leaning: str
    words: str
    at: datetime


@dataclass(frozen=True)
class DecisionView:
    """What somebody decided, why, and the number of the stored report that they had before them."""

    number: int
    outcome: str
    reason: str
    by: str
    account: str
    report: int
    at: datetime


class NothingToDecideError(ValueError):
    """The sitting is not one to decide about: it is not finished, or its person sat for a study."""


class DecidedMeanwhileError(OvertakenError):
    """Somebody else has decided since the page was opened; `latest` is what they decided."""

    def __init__(self, latest: DecisionView) -> None:
        super().__init__(f"{latest.by} decided a moment ago; look at that first. Yours was not stored.")
        self.latest = latest


class ReportChangedError(OvertakenError):
    """The report was made anew since the page was opened; nothing was stored."""

    def __init__(self) -> None:
        super().__init__("The report was made anew since you opened this page; look at it first. Nothing was stored.")


def judge(organisation: str, sitting: str, leaning: str, words: str, doer: Doer) -> JudgementView:
    """Keep what somebody thinks of a candidate; the first view counts, and a second try returns it unchanged.

    Raises
    ------
    UnknownChoiceError, ReasonMissingError
        The leaning is not one of those offered, or there are no words, or too many.
    UnknownSittingError
        The organisation has no such sitting.
    """
    check_leaning(leaning)
    words = check_reason(words, "you lean this way")
    with writing():
        row = _find(organisation, sitting)
        first = row.judgements.filter(account=doer.account).first()
        if first is None:
            first = Judgement.objects.create(
                organisation=row.organisation,
                sitting=row,
                by=doer.by,
                account=doer.account,
                leaning=leaning,
                words=words,
                at=doer.at,
            )
            record_deed(row.organisation, doer, "judged_before_the_result", _name(row), leaning=leaning)
        return _view_judgement(first)


def decide(
    organisation: str,
    sitting: str,
    outcome: str,
    reason: str,
    *,
    expected: int,
    report: int,
    doer: Doer,
    letter: str = "",
) -> DecisionView:
    """Keep what a person decided, and why; the same again by the same person changes nothing.

    Parameters
    ----------
    expected
        How many decisions stood on the page that they decided from.
    report
        The number of the stored report that they had before them.
    letter
        What the person writes to the candidate, if anything; it goes into the outbox together with the decision.

    Raises
    ------
    UnknownChoiceError, ReasonMissingError
        The outcome is not one of those offered, or there is no reason, or one that is too long.
    DecidedMeanwhileError
        Others decided since; nothing was stored.
    ReportChangedError
        The report was made anew since; nothing was stored.
    NothingToDecideError
        The sitting is not finished, has no stored report, or was for a study.
    UnknownSittingError
        The organisation has no such sitting.
    RefusedError
        There is a letter, and no address to send it to; nothing was stored.
    """
    check_outcome(outcome)
    reason = check_reason(reason, "you decide so")
    with writing():
        row = _find(organisation, sitting)
        _check_decidable(row)
        last = row.decisions.order_by("-number").first()
        if last and (last.outcome, last.reason, last.account) == (outcome, reason, doer.account):
            return _view_decision(last)
        standing = last.number if last else 0
        if last and standing != expected:
            raise DecidedMeanwhileError(_view_decision(last))
        newest = row.reports.order_by("-number").values_list("number", flat=True).first()
        if newest != report:
            raise ReportChangedError
        made = Decision.objects.create(
            organisation=row.organisation,
            sitting=row,
            number=standing + 1,
            outcome=outcome,
            reason=reason,
            by=doer.by,
            account=doer.account,
            report=report,
            at=doer.at,
        )
        record_deed(row.organisation, doer, "decided", _name(row), outcome=outcome, number=made.number, report=report)
        announce(row.organisation, "decision.made", doer.at, sitting=row.key, outcome=outcome, number=made.number)
        if letter.strip():
            _put_letter(row, letter.strip(), made)
        return _view_decision(made)


def address_of(organisation: str, sitting: str) -> str:
    """Return the e-mail address of the candidate as the invitation has it; empty where none is known."""
    with reading():
        rows = Invitation.objects.filter(organisation__key=organisation, sitting__key=sitting)
        return rows.values_list("email", flat=True).first() or ""


def list_judgements(organisation: str, sitting: str) -> list[JudgementView]:
    """Return what people thought before they saw the result, in order."""
    with reading():
        rows = Judgement.objects.filter(organisation__key=organisation, sitting__key=sitting)
        return [_view_judgement(row) for row in rows.order_by("pk")]


def list_decisions(organisation: str, sitting: str) -> list[DecisionView]:
    """Return the decisions about a candidate, the one that stands first."""
    with reading():
        rows = Decision.objects.filter(organisation__key=organisation, sitting__key=sitting)
        return [_view_decision(row) for row in rows.order_by("-number")]


def standing_decisions(organisation: str) -> dict[str, DecisionView]:
    """Return the decision that stands for each candidate of an organisation who has one, by the sitting's key."""
    with reading():
        rows = Decision.objects.filter(organisation__key=organisation).select_related("sitting").order_by("number")
        return {row.sitting.key: _view_decision(row) for row in rows}


def _find(organisation: str, sitting: str) -> Sitting:
    row = Sitting.objects.select_related("organisation").filter(key=sitting, organisation__key=organisation).first()
    if row is None:
        raise UnknownSittingError(sitting)
    return row


def _name(row: Sitting) -> str:
    return f"sitting:{row.key}"


def _check_decidable(row: Sitting) -> None:
    if row.purpose != "selection":
        raise NothingToDecideError("This person did not sit to be chosen, so nothing is decided about them.")
    if row.finished_at is None:
        raise NothingToDecideError("This sitting is not finished. You can decide once its report stands.")
    if not row.reports.exists():
        raise NothingToDecideError("There is no stored report yet. Open the candidate once, then decide.")


def _put_letter(row: Sitting, words: str, made: Decision) -> None:
    invitation = Invitation.objects.filter(sitting=row).first()
    if invitation is None or not invitation.email:
        raise RefusedError({"letter": "No e-mail address of the candidate is known. Write to them in another way."})
    position = row.position.name if row.position else ""
    letter = pass_on(row.organisation.name, position, words)
    key = f"decision:{row.key}:{made.number}"
    put_mail(row, "decision", key, invitation.email, (letter.subject, letter.body), made.at)


def _view_judgement(row: Judgement) -> JudgementView:
    return JudgementView(row.by, row.account, row.leaning, row.words, row.at)


def _view_decision(row: Decision) -> DecisionView:
    return DecisionView(row.number, row.outcome, row.reason, row.by, row.account, row.report, row.at)
