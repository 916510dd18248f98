"""What goes out from the desk: links that work from anywhere, and letters."""

from collections.abc import Callable
from functools import cache

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.http import HttpRequest
from django.urls import reverse

from poise.hiring.letters import Letter, Occasion, invite_candidate, remind_candidate
from poise.storage.views import InvitationView, PositionView
from poise.web.publishing import position_minutes


def is_address(email: str) -> bool:
    """Say whether this is an e-mail address, by Django's rule."""
    try:
        validate_email(email)
    except ValidationError:
        return False
    return True


def link_to(request: HttpRequest | None, name: str, *parts: str) -> str:
    """Return the whole address of a page, under POISE_URL where it is set and else as this visitor sees it.

    Without a request, as in the worker, POISE_URL or the first of POISE_HOSTS is taken.
    """
    path = reverse(name, args=parts)
    if settings.POISE_URL or request is None:
        return f"{settings.POISE_URL or f'http://{settings.ALLOWED_HOSTS[0]}'}{path}"
    return request.build_absolute_uri(path)


def write_invitation(request: HttpRequest | None) -> Callable[[InvitationView, str], Letter]:
    """Return how an invitation is written to its person."""
    minutes = cache(position_minutes)

    def write(invitation: InvitationView, token: str) -> Letter:
        link = link_to(request, "invitation", token)
        lasts = minutes(invitation.position)
        return invite_candidate(invitation.candidate_name, occasion_of(invitation), link, invitation.expires_at, lasts)

    return write


def write_reminder(request: HttpRequest | None) -> Callable[[InvitationView, str], Letter]:
    """Return how a person is reminded of their invitation."""

    def write(invitation: InvitationView, token: str) -> Letter:
        link = link_to(request, "invitation", token)
        return remind_candidate(invitation.candidate_name, occasion_of(invitation), link, invitation.expires_at)

    return write


def occasion_of(invitation: InvitationView) -> Occasion:
    """Return what an invitation is about."""
    return Occasion(invitation.organisation.name, invitation.position.name, is_study(invitation.position))


def is_study(position: PositionView) -> bool:
    """Say whether people sit for a study of the instrument here."""
    return position.mode == "study"
