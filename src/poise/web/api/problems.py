"""What is answered when a call cannot be done: always the same shape, with everything that is wrong at once."""

from collections.abc import Iterable, Sequence

from django.http import HttpRequest, HttpResponse
from ninja import NinjaAPI, Schema
from ninja.errors import AuthenticationError, HttpError, ValidationError
from pydantic import Field

from poise.hiring.refusal import OvertakenError, RefusedError
from poise.sitting.journal import JournalUnavailableError

TITLES = {
    400: "This request cannot be read",
    401: "A key is needed",
    403: "This key may not do that",
    404: "Not found",
    405: "Not this way",
    409: "Somebody was faster",
    413: "Too much at once",
    422: "Something in it is not right",
    429: "Too many calls",
    503: "Not just now",
}
UNPROCESSABLE, UNAVAILABLE, UNAUTHORISED, CONFLICT, UNREADABLE = 422, 503, 401, 409, 400
REFUSED = frozenset({400, 401, 403, 404, 409, 413, 422, 429, 503})
"""The statuses with which any call may be refused; all have a `Refusal` as their body."""


class Fault(Schema):
    """One thing that is wrong: where, and what was expected."""

    where: str
    what: str


class Refusal(Schema):
    """Why a call was not done."""

    status: int
    title: str
    detail: str
    faults: list[Fault] = Field(default_factory=list)


class RefusedCallError(Exception):
    """A call that is not done; `faults` are pairs of where and what."""

    def __init__(self, status: int, detail: str, faults: Iterable[tuple[str, str]] = ()) -> None:
        super().__init__(detail)
        self.status, self.detail, self.faults = status, detail, tuple(faults)


def missing(what: str) -> RefusedCallError:
    """Return the refusal where there is no such thing at this organisation: others' are not told apart from none."""
    return RefusedCallError(404, f"There is no {what} with this name at your organisation.")


def handle_refusals(api: NinjaAPI) -> None:
    """Make every refusal of an API the same shape."""

    def answer(request: HttpRequest, error: RefusedCallError) -> HttpResponse:
        faults = [Fault(where=where, what=what) for where, what in error.faults]
        title = TITLES.get(error.status, "This was not done")
        body = Refusal(status=error.status, title=title, detail=error.detail, faults=faults)
        response = api.create_response(request, body.model_dump(), status=error.status)
        if error.status == UNAUTHORISED:
            response["WWW-Authenticate"] = 'Bearer realm="Poise"'
        return response

    def refuse(request: HttpRequest, error: RefusedCallError) -> HttpResponse:
        return answer(request, error)

    def refuse_http(request: HttpRequest, error: HttpError) -> HttpResponse:
        unread = error.status_code == UNREADABLE
        words = "The body is no JSON. Send JSON in UTF-8, as docs/api.md shows it." if unread else error.message
        return answer(request, RefusedCallError(error.status_code, words))

    def refuse_stranger(request: HttpRequest, error: AuthenticationError) -> HttpResponse:  # noqa: ARG001  as asked
        return answer(request, RefusedCallError(UNAUTHORISED, "Send a key: Authorization: Bearer poise_…"))

    def refuse_input(request: HttpRequest, error: ValidationError) -> HttpResponse:
        faults = [(_say_where(one["loc"]), str(one["msg"])) for one in error.errors]
        return answer(request, RefusedCallError(UNPROCESSABLE, "See the faults; nothing was stored.", faults))

    def wait(request: HttpRequest, error: JournalUnavailableError) -> HttpResponse:  # noqa: ARG001  as asked
        return answer(
            request, RefusedCallError(UNAVAILABLE, "The database cannot be used just now; nothing was stored.")
        )

    def refuse_words(request: HttpRequest, error: RefusedError) -> HttpResponse:
        faults = [(field or "body", words) for field, words in error.problems.items()]
        return answer(request, RefusedCallError(UNPROCESSABLE, "See the faults; nothing was stored.", faults))

    def overtaken(request: HttpRequest, error: OvertakenError) -> HttpResponse:
        return answer(request, RefusedCallError(CONFLICT, str(error)))

    api.exception_handler(RefusedCallError)(refuse)
    api.exception_handler(RefusedError)(refuse_words)
    api.exception_handler(OvertakenError)(overtaken)
    api.exception_handler(HttpError)(refuse_http)
    api.exception_handler(AuthenticationError)(refuse_stranger)
    api.exception_handler(ValidationError)(refuse_input)
    api.exception_handler(JournalUnavailableError)(wait)


def _say_where(place: Sequence[str | int]) -> str:
    """Name a place as the caller wrote it: the second part of a place in a body is our own name for the body."""
    parts = [str(part) for part in place]
    return ".".join(parts[:1] + parts[2:] if parts[0] == "body" else parts)
