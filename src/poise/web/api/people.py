"""Candidates, by the API: who was asked and how far they are."""

from datetime import datetime
from typing import Annotated

from django.http import HttpRequest
from django.utils import timezone
from ninja import Schema
from pydantic import Field

from poise.hiring.candidates import Line, Stage, Wanted, narrow, stage_of
from poise.storage.candidates import list_lines
from poise.storage.standing import catch_up
from poise.web.api.access import Key, Keyed, key_of
from poise.web.api.problems import REFUSED, Refusal

people = Keyed(tags=["candidates"])


class CandidateOut(Schema):
    """Somebody who was invited or sits; `sitting` is how the other calls name them, once they have begun."""

    name: str
    email: str
    position: str | None
    state: Stage
    percent: int
    asks_for_person: bool
    contests: int
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
    "/candidates", response={200: Candidates, REFUSED: Refusal}, auth=Key("see_candidates"), summary="List candidates"
)
def read_candidates(
    request: HttpRequest,
    position: str = "",
    state: Stage | None = None,
    after: Annotated[int, Field(ge=0, le=10**9)] = 0,
    most: Annotated[int, Field(ge=1, le=500)] = 100,
) -> Candidates:
    """Return candidates in alphabetical order, never in another; of one position or state where asked."""
    now, organisation = timezone.now(), key_of(request).organisation.key
    catch_up(organisation)
    lines = list_lines(organisation, position)
    found = narrow(lines, Wanted(position=position, stage=state or ""), now)
    page = found[after : after + most]
    end = after + len(page)
    shown = [_show(one, now) for one in page]
    return Candidates(candidates=shown, next=end if end < len(found) else None, total=len(found))


def _show(line: Line, now: datetime) -> CandidateOut:
    return CandidateOut(
        name=line.name,
        email=line.email,
        position=line.position or None,
        state=stage_of(line, now),
        percent=line.percent,
        asks_for_person=line.asks_for_person,
        contests=line.contests,
        invitation=line.invitation,
        invited_at=line.invited_at,
        expires_at=line.expires_at,
        sitting=line.sitting or None,
        started_at=line.started_at,
        finished_at=line.finished_at,
    )
