"""Positions and invitations, by the API."""

from datetime import datetime, timedelta
from typing import Annotated, Literal

from django.http import HttpRequest
from ninja import Schema
from ninja.responses import Status
from pydantic import Field

from poise.hiring.inviting import ACCOMMODATIONS, DAYS, MOST_DAYS, Asked, check_asked, same_person
from poise.hiring.positions import offer_jobs
from poise.hiring.refusal import RefusedError
from poise.storage.authoring import find_version
from poise.storage.inviting import UnknownInvitationError, addresses_invited, extend, invite_people, remind, withdraw
from poise.storage.positions import (
    Opening,
    PositionFound,
    UnknownPositionError,
    close_position,
    find_position,
    list_positions_found,
    make_position,
)
from poise.storage.records import library
from poise.web.api.access import Key, Keyed, doer_of, key_of
from poise.web.api.problems import REFUSED, Refusal, missing
from poise.web.api.shapes import Key as Named
from poise.web.api.shapes import Line, Number
from poise.web.outgoing import is_address, link_to, write_invitation, write_reminder
from poise.web.publishing import library_in_use

positions = Keyed(tags=["positions and invitations"])
MOST_PEOPLE = 500
Wish = Literal["large_text", "plain_background", "breaks", "human_alternative"]


class PositionOut(Schema):
    """A position; `mode` says whether incumbents sit for a study or candidates to be chosen from."""

    key: str
    name: str
    job: str
    blueprint: str
    mode: Literal["study", "selection"]
    blind_first_view: bool
    ranked: bool
    invited: int
    begun: int
    finished: int
    created_at: datetime | None
    closed_at: datetime | None


class PositionIn(Schema):
    """A position to be made: it begins as a study. An owner puts it into selection at the desk, with a reason."""

    name: Line
    job: Named
    blueprint: Named


class PersonIn(Schema):
    """Somebody to be invited; without an address the link is handed over by you."""

    name: Line
    email: Annotated[str, Field(max_length=254)] = ""
    accommodations: list[Wish] = Field(default_factory=list, max_length=len(ACCOMMODATIONS))


class InvitationsIn(Schema):
    """Whom to invite, all or none, and for how many days the links are open."""

    people: Annotated[list[PersonIn], Field(min_length=1, max_length=MOST_PEOPLE)]
    days: Annotated[int, Field(ge=1, le=MOST_DAYS)] = DAYS


class ExtensionIn(Schema):
    """For how many days from now an invitation is to be open."""

    days: Annotated[int, Field(ge=1, le=MOST_DAYS)] = DAYS


class SittingOffered(Schema):
    """A blueprint: what people go through, and for how many minutes at most by the authors' estimate."""

    key: str
    title: str
    minutes: int


class JobOut(Schema):
    """A job of the library in use."""

    key: str
    name: str
    summary: str
    sittings: list[SittingOffered]


class InvitationOut(Schema):
    """An invitation that was made; `link` is told this once, and it is for this person alone."""

    number: int
    name: str
    email: str
    link: str
    expires_at: datetime


@positions.get(
    "/positions", response={200: list[PositionOut], REFUSED: Refusal}, auth=Key("see_positions"), summary="Positions"
)
def read_positions(request: HttpRequest) -> list[PositionOut]:
    """Return the positions of the key's organisation, open ones first, then in alphabetical order."""
    return [_show(one) for one in list_positions_found(key_of(request).organisation.key)]


@positions.post(
    "/positions",
    response={201: PositionOut, REFUSED: Refusal},
    auth=Key("edit_position"),
    summary="Make a position",
)
def post_position(request: HttpRequest, wanted: PositionIn) -> Status[PositionOut]:
    """Make a position from a job of the library that is in use."""
    organisation = key_of(request).organisation.key
    version = find_version(organisation, library_in_use())
    opening = Opening(wanted.name, wanted.job, wanted.blueprint, version.hash)
    made = make_position(organisation, opening, doer_of(request), is_shipped=version.is_shipped)
    return Status(201, _show(find_position(organisation, made.key)))


@positions.get(
    "/positions/{position}",
    response={200: PositionOut, REFUSED: Refusal},
    auth=Key("see_positions"),
    summary="One position",
)
def read_position(request: HttpRequest, position: str) -> PositionOut:
    """Return a position, with how many were invited, have begun and have finished."""
    return _show(_find(request, position))


@positions.post(
    "/positions/{position}/close",
    response={200: PositionOut, REFUSED: Refusal},
    auth=Key("edit_position"),
    summary="Close a position",
)
def post_closing(request: HttpRequest, position: str) -> PositionOut:
    """Close a position: nobody can begin any more, and who has begun may finish."""
    found = _find(request, position)
    if found.view.closed_at is None:
        close_position(key_of(request).organisation.key, position, found.mark, doer_of(request))
    return _show(_find(request, position))


@positions.post(
    "/positions/{position}/invitations",
    response={201: list[InvitationOut], REFUSED: Refusal},
    auth=Key("invite"),
    summary="Invite people",
)
def post_invitations(request: HttpRequest, position: str, wanted: InvitationsIn) -> Status[list[InvitationOut]]:
    """Invite people, all or none; those with an address get a letter, where letters can be sent."""
    organisation, doer = key_of(request).organisation.key, doer_of(request)
    _find(request, position)
    people = _check(wanted.people, set(addresses_invited(organisation, position, doer.at)))
    until = doer.at + timedelta(days=wanted.days)
    given = invite_people(organisation, position, people, until, doer, write_invitation(request))
    made = [
        InvitationOut(
            number=one.number,
            name=one.asked.name,
            email=one.asked.email,
            link=link_to(request, "invitation", one.token),
            expires_at=until,
        )
        for one in given
    ]
    return Status(201, made)


@positions.delete(
    "/invitations/{number}", response={204: None, REFUSED: Refusal}, auth=Key("invite"), summary="Withdraw"
)
def delete_invitation(request: HttpRequest, number: Number) -> Status[None]:
    """Withdraw an invitation for good; once more changes nothing."""
    try:
        withdraw(key_of(request).organisation.key, number, doer_of(request))
    except UnknownInvitationError:
        raise missing("invitation") from None
    return Status(204, None)


@positions.post(
    "/invitations/{number}/reminder",
    response={204: None, REFUSED: Refusal},
    auth=Key("invite"),
    summary="Remind a person",
)
def post_reminder(request: HttpRequest, number: Number) -> Status[None]:
    """Write once more to somebody who has an address and has not begun; at most once a day."""
    try:
        remind(key_of(request).organisation.key, number, doer_of(request), write_reminder(request))
    except UnknownInvitationError:
        raise missing("invitation") from None
    return Status(204, None)


@positions.post(
    "/invitations/{number}/extension",
    response={204: None, REFUSED: Refusal},
    auth=Key("invite"),
    summary="Extend an invitation",
)
def post_extension(request: HttpRequest, number: Number, wanted: ExtensionIn) -> Status[None]:
    """Let an invitation that was not begun be open for so many days from now."""
    doer = doer_of(request)
    try:
        extend(key_of(request).organisation.key, number, doer.at + timedelta(days=wanted.days), doer)
    except UnknownInvitationError:
        raise missing("invitation") from None
    return Status(204, None)


@positions.get(
    "/jobs", response={200: list[JobOut], REFUSED: Refusal}, auth=Key("see_library"), summary="Jobs and their sittings"
)
def read_jobs(request: HttpRequest) -> list[JobOut]:  # noqa: ARG001  the same for every organisation
    """Return the jobs that a position may be for, each with the sittings that its people may go through."""
    return [
        JobOut(
            key=one.job.key,
            name=one.job.name,
            summary=one.job.summary,
            sittings=[SittingOffered(key=each.key, title=each.title, minutes=each.minutes) for each in one.sittings],
        )
        for one in offer_jobs(library(library_in_use()))
    ]


def _check(people: list[PersonIn], held: set[str]) -> list[Asked]:
    """Return the people to be asked in; raises RefusedError with everything that is wrong with any of them."""
    asked: list[Asked] = []
    problems: dict[str, str] = {}
    for place, one in enumerate(people):
        try:
            asked.append(check_asked(one.name, one.email, one.accommodations, is_address))
        except RefusedError as refused:
            problems |= {f"body.people.{place}.{field}": words for field, words in refused.problems.items()}
            continue
        same = same_person(one.email)
        if same and same in held:
            problems[f"body.people.{place}.email"] = "This address was invited already, or stands here twice."
        held.add(same)
    if problems:
        raise RefusedError(problems)
    return asked


def _find(request: HttpRequest, position: str) -> PositionFound:
    try:
        return find_position(key_of(request).organisation.key, position)
    except UnknownPositionError:
        raise missing("position") from None


def _show(found: PositionFound) -> PositionOut:
    view = found.view
    return PositionOut(
        key=view.key,
        name=view.name,
        job=view.job,
        blueprint=view.blueprint,
        mode="study" if view.mode == "study" else "selection",
        blind_first_view=view.blind_first_view,
        ranked=view.ranked_at is not None,
        invited=found.invited,
        begun=found.begun,
        finished=found.finished,
        created_at=view.created_at,
        closed_at=view.closed_at,
    )
