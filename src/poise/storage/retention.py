"""Deletes what is past its term; what was deleted stands in the audit trail as key and count, and no more."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.db.models import Exists, Max, OuterRef, Q, QuerySet

from poise.hiring.answering import Answered, open_requests
from poise.hiring.retention import Due, Left, Terms, due
from poise.sitting.decisions import erase_texts
from poise.sitting.events import read_event
from poise.sitting.journal import UnknownSittingError, VersionConflictError
from poise.sitting.state import State, fold
from poise.storage.auditing import Deed, Doer, record_deed
from poise.storage.erasure import remove_sitting
from poise.storage.journal import DjangoJournal
from poise.storage.models import Organisation, Sitting, Text
from poise.storage.traces import remember_erasure, wipe_traces
from poise.storage.transaction import reading, writing

AT_ONCE = 50
"""So many are deleted in one go, so that nobody waits for long."""
BY = "Poise, by the term"
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Deleted:
    """How much was deleted."""

    words: int
    sittings: int
    invitations: int


def delete_past_term(now: datetime) -> Deleted:
    """Delete words, sittings and unused invitations that are past the term of their organisation."""
    with reading():
        owners = list(Organisation.objects.all())
    candidates = [one for owner in owners for one in _candidates(owner, now)]
    found = [(row, due(left, _terms(row), now)) for row, left in candidates]
    done: dict[Due, int] = {"words": 0, "sitting": 0, "nothing": 0}
    for row, what in [one for one in found if one[1] != "nothing"][:AT_ONCE]:
        done[what] += _delete(row, what, now)
    invitations = sum(_delete_unused(owner, now) for owner in owners)
    if done["words"] or done["sitting"] or invitations:
        wipe_traces()
    return Deleted(done["words"], done["sitting"], invitations)


def _candidates(owner: Organisation, now: datetime) -> list[tuple[Sitting, Left]]:
    """Return sittings of which something may be due, by the dates of their events alone."""
    words = Exists(Text.objects.filter(sitting=OuterRef("pk")))
    happened = Max("events__at", filter=~Q(events__kind="text_erased"))
    rows: QuerySet[Sitting] = Sitting.objects.select_related("organisation").defer("library__canonical")
    dated = rows.annotate(has_words=words, happened_at=happened)
    short = Q(has_words=True, happened_at__lte=now - owner.words_days * DAY)
    whole = Q(happened_at__lte=now - owner.sitting_days * DAY)
    with reading():
        found = dated.filter(short | whole, organisation=owner).order_by("happened_at")
        return [(row, _left(row, row.happened_at, has_words=row.has_words)) for row in found]


def _left(row: Sitting, happened_at: datetime, *, has_words: bool) -> Left:
    decided = row.decisions.aggregate(last=Max("at"))["last"]
    state = fold(read_event(data) for data in row.events.order_by("number").values_list("data", flat=True))
    return Left(happened_at, decided, has_words, _is_contested(row, state))


def _is_contested(row: Sitting, state: State) -> bool:
    given = [Answered(one.kind, one.about, one.at) for one in row.answers.all()]
    return any(one.kind == "contest" for one in open_requests(state, given))


def _terms(row: Sitting) -> Terms:
    return Terms(row.organisation.words_days, row.organisation.sitting_days)


def _delete(row: Sitting, what: Due, now: datetime) -> bool:
    """Delete, and say whether it was still there and nobody wrote to it meanwhile; else the next run looks again."""
    doer = Doer(BY, "", now)
    try:
        if what == "sitting":
            remove_sitting(row.key, row.organisation.key, Deed(doer, "deleted_sitting"))
            return True
        deed = Deed(doer, "deleted_words", {"texts": row.texts.count()})
        journal = DjangoJournal(row.organisation.key, deed=deed)
        state = fold(journal.read(row.key))
        change = erase_texts(now.astimezone(UTC).isoformat())(state)
        journal.forget_texts(row.key, state.version, change)
    except (UnknownSittingError, VersionConflictError):
        return False
    return True


def _delete_unused(owner: Organisation, now: datetime) -> int:
    """Delete invitations that nobody used, with name and address, as long after their end as words are kept."""
    old = owner.invitations.filter(sitting__isnull=True, expires_at__lte=now - owner.words_days * DAY)
    with reading():
        if not old.exists():
            return 0
    with writing():
        rows = list(old[:AT_ONCE])
        for row in rows:
            remember_erasure("invitation", row.token_hash, now)
            record_deed(owner, Doer(BY, "", now), "deleted_invitation", f"invitation:{row.pk}")
            row.delete()
    return len(rows)
