"""The addresses of the API and the document that describes them."""

from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_safe
from ninja import NinjaAPI, Schema
from ninja.operation import Operation

from poise.hiring.keys import SCOPES
from poise.web.api.access import EachKey, Key, key_of
from poise.web.api.answering import answering
from poise.web.api.deciding import decisions
from poise.web.api.interviews import interviews
from poise.web.api.people import people
from poise.web.api.positions import positions
from poise.web.api.problems import REFUSED, Refusal, handle_refusals
from poise.web.api.results import results

VERSION = "1"
PREFIX = "/api/v1/"
A_MINUTE = "600/min"
DESCRIPTION = (
    "What a person can do at the hirer's desk, for programs. A key belongs to one organisation and may do what its "
    f"scopes say: {', '.join(SCOPES)}. A person decides: no call rejects anybody, and a decision needs a person's "
    "name and reason. All scores are provisional, and their validity is unknown."
)
each_key = EachKey(A_MINUTE)


class Described(NinjaAPI):
    """An API whose document names its operations by what they do."""

    def get_openapi_operation_id(self, operation: Operation) -> str:
        """Return the name of the function that answers."""
        return operation.view_func.__name__


api = Described(
    title="Poise",
    version=VERSION,
    description=DESCRIPTION,
    urls_namespace="api",
    openapi_url=None,  # its page would answer to any method; see `describe`
    docs_url=None,  # the page that ninja brings has scripts of others; docs/api.md is made from the same document
    throttle=[each_key],
)
handle_refusals(api)
api.add_router("", positions)
api.add_router("", people)
api.add_router("", results)
api.add_router("", decisions)
api.add_router("", interviews)
api.add_router("", answering)


class Self(Schema):
    """The key that calls."""

    organisation: str
    name: str
    prefix: str
    scopes: list[str]


@api.get("/key", response={200: Self, REFUSED: Refusal}, auth=Key(), tags=["key"], summary="What this key may do")
def read_key(request: HttpRequest) -> Self:
    """Return the organisation and the scopes of the key that calls."""
    key = key_of(request)
    return Self(organisation=key.organisation.key, name=key.name, prefix=key.prefix, scopes=list(key.scopes))


@require_safe
def describe(request: HttpRequest) -> JsonResponse:  # noqa: ARG001  the document is the same for everybody
    """Return the OpenAPI document of this API."""
    return JsonResponse(api.get_openapi_schema(path_prefix=PREFIX))
