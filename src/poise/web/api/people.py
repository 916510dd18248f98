"""Positions, invitations and candidates, by the API."""

from datetime import datetime, timedelta
from typing import Annotated, Literal

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from ninja import Schema
from ninja.responses import Status
from pydantic import Field, StringConstraints

from poise.storage.doors import invite, revoke_invitation
from poise.storage.records import list_candidates, list_positions
from poise.storage.views import CandidateView, PositionView
from poise.web.api.access import Key, Keyed, doer_of, key_of
from poise.web.api.problems import REFUSED, Refusal, missing

people = Keyed(tags=["positions and candidates"])
MOST_DAYS = 365
Name = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200, pattern=r"^[^\x00-\x1f\x7f]+$")
]
Number = Annotated[int, Field(ge=1, le=2**53)]
State = Literal["invited", "begun", "finished", "expired", "withdrawn"]


class PositionOut(Schema):
    """A position; `mode` says whether incumbents sit for a study or candidates to be chosen from."""

    key: str
    name: str
    job: str
    blueprint: str
    mode: Literal["study", "selection"]
    blind_first_view: bool
    ranked: bool
    closed_at: datetime | None


class InvitationIn(Schema):
    """Whom to invite, and for how many days the link is open."""

    name: Name
    days: Annotated[int, Field(ge=1, le=MOST_DAYS)] = 30


class InvitationOut(Schema):
    """An invitation that was made; `link` is told this once and never again."""

    link: str
    expires_at: datetime


class CandidateOut(Schema):
    """Somebody who was invited or sits; `sitting` is how the other calls name them, once they have begun."""

    name: str
    position: str | None
    state: State
    invitation: int | None
    invited_at: datetime | None
    expires_at: datetime | None
    sitting: str | None
    started_at: datetime | None
    finished_at: datetime | None


class Candidates(Schema):
    """A page of candidates in alphabetical order; `next` is the `after` of the following page."""

    candidates: list[CandidateOut]
    next: int | None
    total: int


@people.get(
    "/positions",
    response={200: list[PositionOut], REFUSED: Refusal},
    auth=Key("see_positions"),
    summary="List positions",
)
def read_positions(request: HttpRequest) -> list[PositionOut]:
    """Return the positions of the key's organisation in alphabetical order."""
    return [_show_position(one) for one in list_positions(key_of(request).organisation.key)]


@people.post(
    "/positions/{position}/invitations",
    response={201: InvitationOut, REFUSED: Refusal},
    auth=Key("invite"),
    summary="Invite a person",
)
def post_invitation(request: HttpRequest, position: str, wanted: InvitationIn) -> Status[InvitationOut]:
    """Invite a person to sit for a position; the link is for them alone."""
    now = timezone.now()
    expires_at = now + timedelta(days=wanted.days)
    try:
        token = invite(key_of(request).organisation.key, position, wanted.name, now=now, expires_at=expires_at)
    except KeyError:
        raise missing("position") from None
    link = request.build_absolute_uri(reverse("invitation", args=(token,)))
    return Status(201, InvitationOut(link=link, expires_at=expires_at))


@people.delete(
    "/invitations/{number}",
    response={204: None, REFUSED: Refusal},
    auth=Key("invite"),
    summary="Withdraw an invitation",
)
def delete_invitation(request: HttpRequest, number: Number) -> Status[None]:
    """Withdraw an invitation that is still open; what was begun by it goes on."""
    if not revoke_invitation(key_of(request).organisation.key, number, doer_of(request).at):
        raise missing("open invitation")
    return Status(204, None)


@people.get(
    "/candidates", response={200: Candidates, REFUSED: Refusal}, auth=Key("see_candidates"), summary="List candidates"
)
def read_candidates(
    request: HttpRequest,
    position: str | None = None,
    state: State | None = None,
    after: Annotated[int, Field(ge=0, le=10**9)] = 0,
    most: Annotated[int, Field(ge=1, le=500)] = 100,
) -> Candidates:
    """Return candidates in alphabetical order, never in another; of one position or state where asked."""
    now = timezone.now()
    shown = [
        _show_candidate(one, now)
        for one in list_candidates(key_of(request).organisation.key)
        if position is None or (one.position is not None and one.position.key == position)
    ]
    found = [one for one in shown if state is None or one.state == state]
    page = found[after : after + most]
    end = after + len(page)
    return Candidates(candidates=page, next=end if end < len(found) else None, total=len(found))


def _show_position(view: PositionView) -> PositionOut:
    return PositionOut(
        key=view.key,
        name=view.name,
        job=view.job,
        blueprint=view.blueprint,
        mode="study" if view.mode == "study" else "selection",
        blind_first_view=view.blind_first_view,
        ranked=view.ranked_at is not None,
        closed_at=view.closed_at,
    )


def _show_candidate(view: CandidateView, now: datetime) -> CandidateOut:
    invitation, sitting = view.invitation, view.sitting
    return CandidateOut(
        name=view.name,
        position=view.position.key if view.position else None,
        state=_state(view, now),
        invitation=invitation.number if invitation else None,
        invited_at=invitation.created_at if invitation else None,
        expires_at=invitation.expires_at if invitation else None,
        sitting=sitting.key if sitting else None,
        started_at=sitting.started_at if sitting else None,
        finished_at=sitting.finished_at if sitting else None,
    )


def _state(view: CandidateView, now: datetime) -> State:
    if view.sitting is not None:
        return "begun" if view.sitting.finished_at is None else "finished"
    if view.invitation is not None and view.invitation.revoked_at is not None:
        return "withdrawn"
    return "expired" if view.invitation is not None and now >= view.invitation.expires_at else "invited"
