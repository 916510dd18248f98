"""What every request passes: nothing too large or unreadable comes in, and nothing goes out without its headers."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponseNotAllowed
from django.http.response import HttpResponseBase
from django.utils.cache import patch_cache_control

from poise.web.problems import NOT_UNDERSTOOD, TOO_LARGE, WRONG_WAY, Problem, show_problem

READABLE = ("utf-8", "utf8")
Respond = Callable[[HttpRequest], HttpResponseBase]


def keep_gate(get_response: Respond) -> Respond:
    """Make the gate around all pages; static files do not pass it."""

    def pass_gate(request: HttpRequest) -> HttpResponseBase:
        refused = _refuse(request)
        response = show_problem(request, refused) if refused else get_response(request)
        if isinstance(response, HttpResponseNotAllowed):
            allowed = response["Allow"]
            response = show_problem(request, WRONG_WAY)
            response["Allow"] = allowed
        if not response.has_header("Cache-Control"):  # a page may hold a form, and an address may be a key
            patch_cache_control(response, private=True, no_store=True)
        return response

    return pass_gate


def _refuse(request: HttpRequest) -> Problem | None:
    """Say what is wrong with a request before any of it is read.

    Django measures only the fields of a form, and would put a file of any size on the disk. It would also read a form
    in whatever encoding it claims to have; pages are in UTF-8, so that no browser sends another.
    """
    length = request.META.get("CONTENT_LENGTH") or "0"
    charset = (request.content_params or {}).get("charset", READABLE[0])
    if not length.isdecimal() or charset.lower() not in READABLE:
        return NOT_UNDERSTOOD
    return TOO_LARGE if int(length) > settings.DATA_UPLOAD_MAX_MEMORY_SIZE else None
