"""What candidates wait for from the people of an organisation, and what those answered."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from django.db.models import Q, QuerySet

from poise.hiring.answering import Answered, Kind, Request, Term, open_requests, term_of
from poise.hiring.letters import tell_answer
from poise.hiring.modes import check_reason
from poise.sitting.journal import UnknownSittingError
from poise.sitting.state import State, fold
from poise.storage.auditing import Doer, record_deed
from poise.storage.journal import DjangoJournal
from poise.storage.models import Answer, Event, Invitation, Organisation, Sitting
from poise.storage.outbox import put_mail
from poise.storage.standing import reckon
from poise.storage.transaction import reading, writing
from poise.storage.views import SittingView, sittings, view_sitting

ASKING = ("reading_contested", "help_asked")


@dataclass(frozen=True)
class AnswerView:
    """What a person answered to a candidate."""

    kind: str
    about: str
    words: str
    by: str
    at: datetime


@dataclass(frozen=True)
class OwedView:
    """An answer that is owed to a candidate, and until when."""

    sitting: SittingView
    request: Request
    term: Term


class AnsweredMeanwhileError(RuntimeError):
    """Somebody else has answered since the page was opened; `latest` is what they said, and nothing was stored."""

    def __init__(self, latest: AnswerView) -> None:
        super().__init__(f"{latest.by} answered a moment ago; look at that first. Yours was not stored.")
        self.latest = latest


def answer(
    organisation: str, sitting: str, kind: Kind, about: str, words: str, *, expected: int, doer: Doer
) -> AnswerView:
    """Keep what a person answers to a request; the same again by the same person changes nothing.

    `expected` is how many answers to this request they had before them.

    Raises
    ------
    ReasonMissingError
        There are no words, or too many.
    AnsweredMeanwhileError
        Somebody else was faster; nothing was stored.
    UnknownSittingError
        The organisation has no such sitting.
    """
    words = check_reason(words, "or what you arrange")
    with writing():
        rows = Sitting.objects.select_related("organisation", "library").defer("library__canonical")
        row = rows.filter(key=sitting, organisation__key=organisation).first()
        if row is None:
            raise UnknownSittingError(sitting)
        given = list(row.answers.filter(kind=kind, about=about).order_by("pk"))
        if given and (given[-1].words, given[-1].account) == (words, doer.account):
            return _view(given[-1])
        if len(given) > expected:
            raise AnsweredMeanwhileError(_view(given[-1]))
        made = Answer.objects.create(
            organisation=row.organisation,
            sitting=row,
            kind=kind,
            about=about,
            words=words,
            by=doer.by,
            account=doer.account,
            at=doer.at,
        )
        record_deed(row.organisation, doer, "answered", f"sitting:{sitting}", kind=kind)
        put_notice(row, f"answer:{made.pk}", doer.at)
        reckon(row.pk, row.library.hash, row.version)
        return _view(made)


def tell_candidate(organisation: str, sitting: str, about: str, at: datetime) -> None:
    """Tell a candidate by mail, where an address is known, that a contested reading was answered; once for each."""
    with writing():
        row = Sitting.objects.select_related("organisation").filter(key=sitting, organisation__key=organisation).first()
        if row is not None:
            put_notice(row, f"contest:{row.key}:{sha256(about.encode()).hexdigest()[:16]}", at)


def put_notice(row: Sitting, key: str, at: datetime) -> None:
    """Put a notice of an answer into the outbox, inside the caller's transaction."""
    invitation = Invitation.objects.filter(sitting=row).first()
    if invitation is not None and invitation.email:
        letter = tell_answer(invitation.candidate_name, row.organisation.name)
        put_mail(row, "answer", key, invitation.email, (letter.subject, letter.body), at)


def list_answers(organisation: str, sitting: str) -> list[AnswerView]:
    """Return what people answered to a candidate, in order."""
    with reading():
        rows = Answer.objects.filter(organisation__key=organisation, sitting__key=sitting).order_by("pk")
        return [_view(row) for row in rows]


def requests_of(organisation: str, sitting: str, state: State) -> tuple[Request, ...]:
    """Return what a candidate still waits for, the oldest first."""
    given = list_answers(organisation, sitting)
    return open_requests(state, (Answered(one.kind, one.about, one.at) for one in given))


def list_owed(organisation: str, now: datetime) -> list[OwedView]:
    """Return every answer that an organisation owes, the one that is due first at the top."""
    with reading():
        days = Organisation.named(organisation).answer_days
        asking = [view_sitting(row) for row in _asking(organisation)]
    owed = [OwedView(sitting, request, term_of(request, days, now)) for sitting in asking for request in _open(sitting)]
    return sorted(owed, key=lambda one: (one.term.due, one.sitting.key))


def _asking(organisation: str) -> QuerySet[Sitting]:
    """Return the sittings whose person ever asked for something: only these are worth folding."""
    asked = Q(kind__in=ASKING) | Q(kind="accommodations_chosen", data__contains='"human_alternative":true')
    events = Event.objects.filter(asked, organisation__key=organisation)
    return sittings().filter(pk__in=events.values("sitting"))


def _open(sitting: SittingView) -> Iterator[Request]:
    try:
        state = fold(DjangoJournal(sitting.organisation).read(sitting.key))
    except UnknownSittingError:  # deleted a moment ago
        return
    yield from requests_of(sitting.organisation, sitting.key, state)


def _view(row: Answer) -> AnswerView:
    return AnswerView(row.kind, row.about, row.words, row.by, row.at)
