"""Who calls: the key in the request, what it may do, and how often."""

from collections.abc import Callable
from typing import Any, TypeVar

from django.http import HttpRequest
from django.utils import timezone
from ninja import Router
from ninja.errors import HttpError
from ninja.security import HttpBearer
from ninja.throttling import SimpleRateThrottle

from poise.hiring.roles import Deed, say
from poise.storage.auditing import Doer
from poise.storage.keys import KeyView, find_key
from poise.web.api.problems import RefusedCallError

F = TypeVar("F", bound=Callable[..., Any])
UNAUTHORISED, FORBIDDEN = 401, 403


class Key(HttpBearer):
    """A key that may do a deed; without one, any key that is open.

    In the OpenAPI document it is the scheme ``Key``: ``Authorization: Bearer poise_…``.
    """

    def __init__(self, deed: Deed | None = None) -> None:
        super().__init__()
        self.deed = deed

    @property
    def __name__(self) -> str:  # the name of the scheme is drawn from it
        return "Key"

    def authenticate(self, request: HttpRequest, token: str) -> KeyView:  # noqa: ARG002  as ninja calls it
        """Return the key; raises RefusedCallError where it is none, or may not do this."""
        key = find_key(token, timezone.now())
        if key is None:
            raise RefusedCallError(
                UNAUTHORISED, "This key is unknown, withdrawn or expired. An owner can make a new one."
            )
        if self.deed is not None and self.deed not in key.scopes:
            raise RefusedCallError(
                FORBIDDEN, f"This key may not {say(self.deed)}. An owner can make one with {self.deed}."
            )
        return key


class Keyed(Router):
    """Calls that need a key; the document tells the scope of each as ``x-scope``."""

    def api_operation(self, methods: list[str], path: str, **told: Any) -> Callable[[F], F]:  # noqa: ANN401  as ninja has it
        """Add a call."""
        key = told.get("auth")
        if isinstance(key, Key) and key.deed:
            told["openapi_extra"] = {"x-scope": key.deed, **(told.get("openapi_extra") or {})}
        return super().api_operation(methods, path, **told)


class EachKey(SimpleRateThrottle):
    """So many calls a minute for each key, and for each address without one."""

    scope = "api"

    def get_cache_key(self, request: HttpRequest) -> str:
        """Return under which name calls are counted."""
        key = getattr(request, "auth", None)
        ident = f"key:{key.number}" if isinstance(key, KeyView) else self.get_ident(request)
        return f"throttle_api_{ident}"


def key_of(request: HttpRequest) -> KeyView:
    """Return the key of a request that was let in."""
    key = getattr(request, "auth", None)
    if not isinstance(key, KeyView):
        raise HttpError(UNAUTHORISED, "A key is needed.")
    return key


def doer_of(request: HttpRequest, by: str = "") -> Doer:
    """Return who does what this call asks for: the person whom it names, by this key."""
    key = key_of(request)
    return Doer(by or f"API key {key.name}", f"key:{key.prefix}", timezone.now())
