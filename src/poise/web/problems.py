"""What can go wrong, as pages: what happened, whether anything was lost, and the way on; nothing of anybody else."""

import logging
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import wraps

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import patch_cache_control

from poise.sitting.journal import JournalUnavailableError
from poise.storage.transaction import is_unusable

RETRY_AFTER = 5
API = "/api/"
FORM_MARK = "csrfmiddlewaretoken"
SECRETS = frozenset({"password", "oldpassword", "password1", "password2", "code"})
logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Problem:
    """A page for something that went wrong: its status, and what a person reads."""

    status: int
    title: str
    words: tuple[str, ...]


@dataclass(frozen=True)
class Way:
    """A way on from a problem."""

    address: str
    label: str


UNKNOWN_PAGE = Problem(
    404,
    "This page is not here",
    ("The address may have a letter too many or too few.", "Nothing was lost. Everything you answered is saved."),
)
UNKNOWN_LINK = Problem(
    404,
    "We do not know this link",
    (
        "A part of it may be missing. This happens when a mail program breaks a long link into two lines.",
        "Copy the whole link from the message or from your notes, and try once more.",
        "If you deleted what it led to, it leads nowhere now.",
    ),
)
UNKNOWN_INVITATION = replace(
    UNKNOWN_LINK,
    title="We do not know this invitation",
    words=(
        UNKNOWN_LINK.words[0],
        "Copy the whole link from the message and try once more.",
        "If it still does not work, ask the person who sent it for a new one.",
    ),
)
EXPIRED = Problem(
    410,
    "This invitation is no longer open",
    ("The time to begin has passed.", "Ask the person who invited you for a new link. They can send one in a minute."),
)
REVOKED = Problem(
    410,
    "This invitation was withdrawn",
    (
        "The people who sent it have closed it. This says nothing about you.",
        "If you did not expect this, ask them. You can also find out for yourself whether this work is for you.",
    ),
)
CLOSED = Problem(
    410,
    "This position is closed",
    (
        "The people who invited you have closed it, so nobody can begin any more. This says nothing about you.",
        "If you did not expect this, ask them. You can also find out for yourself whether this work is for you.",
    ),
)
USED = Problem(
    410,
    "You have finished. Well done.",
    (
        "This invitation has done its work, so it does not open again.",
        "Your report is at your personal link. You saw that link when you began, and you could copy it on every page.",
    ),
)
NOT_ALLOWED = Problem(
    403, "This page is not open to you", ("You may need to sign in first, or to ask somebody who may.",)
)
NOT_UNDERSTOOD = Problem(
    400,
    "We could not read what your browser sent",
    ("Nothing was stored.", "Go back, load the page again, and try once more."),
)
WRONG_WAY = Problem(
    405,
    "This address does not work in that way",
    ("It belongs to a button or a link on another page.", "Nothing was changed. Go back and use the button there."),
)
TOO_LARGE = Problem(
    413,
    "That was too much at once",
    ("What was sent is larger than this page can take. Nothing was stored.", "Go back and send something shorter."),
)
TOO_OFTEN = Problem(
    429, "That was too often", ("Nothing is lost, and nothing was changed.", "Wait a few minutes, then try again.")
)
UNAVAILABLE = Problem(
    503,
    "We cannot save just now",
    (
        "Your answer is not saved yet, and it is not lost: this page holds it for you.",
        "Wait a few seconds, then try again. You can press the button as often as you like.",
    ),
)
UNREACHABLE = Problem(
    503,
    "We cannot open this just now",
    ("Our store is busy or cannot be reached. All that you saved before is safe.", "Wait a few seconds and try again."),
)
BROKEN = Problem(
    500,
    "Something broke on our side",
    (
        "It was not your fault. Everything you saved before is safe.",
        "Try once more. If it happens again, your personal link will still bring you back later.",
    ),
)


def show_problem(
    request: HttpRequest,
    problem: Problem,
    ways: Sequence[Way] = (),
    kept: Sequence[tuple[str, str]] | None = None,
    unsent: str = "",
) -> HttpResponse:
    """Show a problem: the ways on, what was sent and can be sent again, and words that were not taken.

    Without `kept` nothing was sent, so that trying again only opens the page: else somebody who looked at the question
    whether all should be deleted would send their yes by it.
    """
    context = {
        "problem": problem,
        "ways": ways or (Way(reverse("home"), "Go to the first page"),),
        "kept": kept or (),
        "again": request.get_full_path(),
        "may_retry": kept is not None,
        "unsent": unsent,
    }
    response = render(request, "web/problem.html", context, status=problem.status)
    response["X-Poise-Page"] = "problem"
    response["X-Robots-Tag"] = "noindex, nofollow"
    patch_cache_control(response, private=True, no_store=True)  # it may hold what somebody wrote
    if problem.status == UNAVAILABLE.status:
        response["Retry-After"] = str(RETRY_AFTER)
    return response


def show_unavailable(request: HttpRequest) -> HttpResponse:
    """Show that nothing can be saved now, with the answer in hand so that it can be sent again."""
    if request.method != "POST" or SECRETS & set(request.POST):
        return show_problem(request, UNREACHABLE)
    kept = [(name, str(value)) for name, values in request.POST.lists() for value in values if name != FORM_MARK]
    return show_problem(request, UNAVAILABLE, kept=kept)


def when_unavailable(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Make a view show a page of its own when the store cannot be used."""

    @wraps(view)
    def guard(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        try:
            return view(request, *args, **kwargs)
        except JournalUnavailableError as error:
            logger.warning("A page could not be made: %s", error)
            return show_unavailable(request)

    return guard


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer what could not be read, or was too large."""
    return show_problem(request, TOO_LARGE if isinstance(exception, RequestDataTooBig) else NOT_UNDERSTOOD)


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001  given by Django
    """Answer somebody who may not see this."""
    return show_problem(request, NOT_ALLOWED)


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001  given by Django
    """Answer an address that leads nowhere."""
    if request.path.startswith(API):  # programs get every refusal in the same shape
        told = {"status": 404, "title": "Not found", "detail": "There is no such call; see /api/v1/openapi.json."}
        return JsonResponse({**told, "faults": []}, status=404)
    return show_problem(request, UNKNOWN_PAGE)


def too_many_requests(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:  # noqa: ARG001
    """Answer somebody who asks for the same too often."""
    return show_problem(request, TOO_OFTEN)


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer when something broke, or when the store failed outside a page, as where sessions are kept."""
    return show_unavailable(request) if is_unusable(sys.exc_info()[1]) else show_problem(request, BROKEN)
