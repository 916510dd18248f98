"""What every request passes: nothing too large or unreadable comes in, and nothing goes out without its headers."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponseNotAllowed, JsonResponse
from django.http.response import HttpResponseBase
from django.utils.cache import patch_cache_control

from poise.web.problems import NOT_UNDERSTOOD, TOO_LARGE, WRONG_WAY, Problem, show_problem

READABLE = ("utf-8", "utf8")
PROGRAMS = "/api/"
NUL = "\0"
Respond = Callable[[HttpRequest], HttpResponseBase]


def keep_gate(get_response: Respond) -> Respond:
    """Make the gate around all pages; static files do not pass it."""

    def pass_gate(request: HttpRequest) -> HttpResponseBase:
        refused = _refuse(request)
        response = _tell(request, refused) if refused else get_response(request)
        if isinstance(response, HttpResponseNotAllowed):
            allowed = response["Allow"]
            response = show_problem(request, WRONG_WAY)
            response["Allow"] = allowed
        if not response.has_header("Cache-Control"):  # a page may hold a form, and an address may be a key
            patch_cache_control(response, private=True, no_store=True)
        return response

    return pass_gate


def _tell(request: HttpRequest, problem: Problem) -> HttpResponseBase:
    """Say it in the form in which the caller asked: programs get JSON."""
    if not request.path.startswith(PROGRAMS):
        return show_problem(request, problem)
    told = {"status": problem.status, "title": problem.title, "detail": " ".join(problem.words), "faults": []}
    return JsonResponse(told, status=problem.status)


def _refuse(request: HttpRequest) -> Problem | None:
    """Say what is wrong with a request before any of it is read.

    Django measures only the fields of a form, and would put a file of any size on the disk. It would also read a form
    in whatever encoding it claims to have; pages are in UTF-8, so that no browser sends another. The character NUL,
    which nobody types, cannot be stored by every database.
    """
    length = request.META.get("CONTENT_LENGTH") or "0"
    charset = (request.content_params or {}).get("charset", READABLE[0])
    if not length.isdecimal() or charset.lower() not in READABLE:
        return NOT_UNDERSTOOD
    if int(length) > settings.DATA_UPLOAD_MAX_MEMORY_SIZE:
        return TOO_LARGE
    return NOT_UNDERSTOOD if _holds_nul(request) else None


def _holds_nul(request: HttpRequest) -> bool:
    if NUL in request.path or any(NUL in word for pair in request.GET.lists() for word in (pair[0], *pair[1])):
        return True
    if request.content_type != "application/x-www-form-urlencoded":
        return False
    return b"%00" in request.body or NUL.encode() in request.body
