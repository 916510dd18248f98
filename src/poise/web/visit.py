"""A visit by a personal link: the token is the key, and everything a page needs hangs on it."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, wraps
from typing import Concatenate, ParamSpec

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.cache import patch_cache_control

from poise.content.blueprint import Blueprint
from poise.content.library import Library
from poise.sitting.journal import UnknownSittingError
from poise.sitting.state import State, fold
from poise.sitting.steps import Progress, Step, blueprint_of, next_step, progress
from poise.storage.doors import find_sitting_by_resume
from poise.storage.journal import DjangoJournal
from poise.storage.records import find_organisation, library
from poise.storage.views import OrganisationView, SittingView
from poise.web.problems import UNKNOWN_LINK, show_problem

P = ParamSpec("P")
Page = Callable[Concatenate[HttpRequest, P], HttpResponse]


@dataclass(frozen=True)
class Visit:
    """Somebody at their sitting: their token, what is stored, and the library that the sitting began with."""

    token: str
    sitting: SittingView
    journal: DjangoJournal

    @cached_property
    def library(self) -> Library:
        """What this sitting asks, for as long as it lasts."""
        return library(self.sitting.library)

    @cached_property
    def organisation(self) -> OrganisationView:
        """Who invited the person, with the term for answers and whom to write to; the open door for who came alone."""
        return find_organisation(self.sitting.organisation)

    @cached_property
    def state(self) -> State:
        """How the sitting stands at the beginning of this visit."""
        return fold(self.journal.read(self.sitting.key))

    @cached_property
    def blueprint(self) -> Blueprint:
        """The parts of this sitting."""
        return blueprint_of(self.state, self.library)

    @property
    def due(self) -> Step:
        """The step that is due."""
        return next_step(self.state, self.library)

    @property
    def progress(self) -> Progress:
        """How far the person is."""
        return progress(self.state, self.library)

    def address(self, name: str, *parts: str) -> str:
        """Return the address of one of this person's pages."""
        return reverse(name, args=(self.token, *parts))

    def address_of(self, step: Step) -> str:
        """Return where a step is shown."""
        if step.kind == "finished":
            return self.address("report")
        latest = "#latest" if step.kind == "reply" else ""
        return self.address("step", step.key) + latest


def keep_private(response: HttpResponse) -> HttpResponse:
    """Keep a page whose address is a key out of caches, search engines and other people's logs."""
    patch_cache_control(response, private=True, no_store=True)
    # Not "no-referrer": browsers would then send forms with "Origin: null", which no check of forms may accept. Other
    # sites learn nothing from this one either.
    response["Referrer-Policy"] = "same-origin"
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response


def visiting(view: Callable[Concatenate[HttpRequest, Visit, P], HttpResponse]) -> Callable[..., HttpResponse]:
    """Make a view of a visit from one that is asked for by a token; an unknown token gets a page that says so."""

    @wraps(view)
    def find(request: HttpRequest, token: str, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        sitting = find_sitting_by_resume(token)
        if sitting is None:
            return keep_private(show_problem(request, UNKNOWN_LINK))
        try:
            visit = Visit(token, sitting, DjangoJournal(sitting.organisation))
            return keep_private(view(request, visit, *args, **kwargs))
        except UnknownSittingError:  # deleted in another window while this page was made
            return keep_private(show_problem(request, UNKNOWN_LINK))

    return find
