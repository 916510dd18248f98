"""What a candidate waits for from a person, and until when somebody owes an answer."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from types import MappingProxyType
from typing import Literal

from poise.hiring.roles import may
from poise.sitting.state import State

Kind = Literal["contest", "human_alternative", "accommodation"]
KINDS: Mapping[Kind, str] = MappingProxyType(
    {
        "contest": "does not agree with a reading",
        "human_alternative": "asks to talk with a person instead of the simulated customer",
        "accommodation": "asks for something",
    }
)

ASKED: Mapping[Kind, str] = MappingProxyType(
    {
        "contest": "did not agree with a reading",
        "human_alternative": "asked to talk with a person instead of the simulated customer",
        "accommodation": "asked for something",
    }
)
"""The same once a person has answered."""


@dataclass(frozen=True)
class Request:
    """Something that a candidate waits for.

    `about` is the moment of a contested reading or the key of the words of a request; `texts` are the keys of the
    candidate's words.
    """

    kind: Kind
    about: str
    at: datetime
    texts: tuple[str, ...] = ()


@dataclass(frozen=True)
class Answered:
    """That a person answered a request, and when."""

    kind: str
    about: str
    at: datetime


@dataclass(frozen=True)
class Term:
    """Until when an answer is owed."""

    due: datetime
    is_overdue: bool


def open_requests(state: State, answers: Iterable[Answered]) -> tuple[Request, ...]:
    """Return what a candidate still waits for, the oldest first.

    A contested reading is answered when a person confirms or corrects it, or says why nothing can be put in its place.
    """
    given = list(answers)
    asked = sorted(_requests(state), key=lambda one: one.at)
    return tuple(one for one in asked if not any(_answers(answer, one) for answer in given))


def term_of(request: Request, days: int, now: datetime) -> Term:
    """Return until when a request must be answered, and whether that time has passed."""
    due = request.at + timedelta(days=days)
    return Term(due, now > due)


def may_answer(role: str, kind: Kind, purpose: str) -> bool:
    """Say whether a role answers such a request; readings of a study are looked at by those who may see studies."""
    if kind == "contest" and purpose == "study":
        return may(role, "see_study")
    return may(role, "answer")


def _requests(state: State) -> Iterable[Request]:
    for name in state.awaiting_answer:
        contested = state.contested[name]
        yield Request("contest", name, _moment(contested[-1].at), tuple(one.text for one in contested))
    chosen = state.accommodations
    if chosen is not None and chosen.human_alternative:
        yield Request("human_alternative", "", _moment(chosen.at))
    for one in state.help_asked:
        yield Request("accommodation", one.text, _moment(one.at), (one.text,))


def _answers(answer: Answered, request: Request) -> bool:
    return (answer.kind, answer.about) == (request.kind, request.about) and answer.at >= request.at


def _moment(at: str) -> datetime:
    moment = datetime.fromisoformat(at)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
