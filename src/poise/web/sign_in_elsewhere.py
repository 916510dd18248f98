"""Signing in by an account that somebody else keeps: the organisation's OpenID Connect provider."""

import logging
from typing import Any

from allauth.account.models import EmailAddress
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialLogin
from allauth.socialaccount.providers.base.constants import AuthError
from allauth.socialaccount.providers.openid_connect import views
from django.conf import settings
from django.contrib.auth.models import AbstractUser
from django.http import Http404, HttpRequest, QueryDict
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe
from requests import RequestException

from poise.storage.accounts import is_kept_elsewhere_by_another, join_as_invited, vouch_for
from poise.web.problems import Problem, Way, show_problem

logger = logging.getLogger(__name__)
UNREADABLE = (RequestException, KeyError, ValueError)
NOT_VERIFIED = Problem(
    403,
    "Your address is not verified there",
    (
        "The place you signed in at does not say that this e-mail address is yours, so we cannot let you in by it.",
        "Verify your address there, or ask whoever keeps the accounts at your organisation.",
    ),
)
NOT_INVITED = Problem(
    403,
    "We have no desk for this address",
    (
        "You signed in, but nobody here works under this e-mail address, and nobody was invited by it.",
        "Ask an owner at your organisation to invite you.",
    ),
)
ANOTHER_PERSON = Problem(
    403,
    "This address belongs to another account",
    (
        "Somebody else signed in with this e-mail address before, from another account at the same place.",
        "If the address is yours now, ask an owner at your organisation to remove the old member and to invite you.",
    ),
)
NOT_BEGUN_HERE = Problem(
    400,
    "We could not finish signing you in",
    (
        "This happens when it took very long, or when it was begun in another window or browser.",
        "Nothing was changed. Please begin once more.",
    ),
)
CANCELLED = Problem(403, "You are not signed in", ("You stopped before the end, so nothing was changed.",))
PROVIDER_DOWN = Problem(
    502,
    "We cannot reach the place where you sign in",
    (
        "Your organisation’s account is kept somewhere else, and that place does not answer as it should.",
        "Try again in a few minutes. If you have a password here, you can sign in with it now.",
    ),
)


class ElsewhereRules(DefaultSocialAccountAdapter):  # type: ignore[misc]  # allauth has no types
    """Rules for accounts that are kept elsewhere: who comes must be a member already, or be invited."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:  # noqa: ARG002  as in allauth
        """Say no: whoever is invited has joined before this is asked."""
        return False

    def authenticate_by_email(self, sociallogin: SocialLogin) -> tuple[AbstractUser, str] | None:
        """Find the account with the verified address of who comes; who is invited joins now."""
        address = read_verified_address(sociallogin.account.extra_data)
        sociallogin.email_addresses = [EmailAddress(email=address, verified=True, primary=True)] if address else []
        if address:
            join_as_invited(address, timezone.now())
        found: tuple[AbstractUser, str] | None = super().authenticate_by_email(sociallogin)
        return found

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """Refuse, on a page that says why, whoever has no account here."""
        user = sociallogin.user
        if not sociallogin.is_existing or user is None:
            verified = read_verified_address(sociallogin.account.extra_data)
            raise _refused(request, NOT_INVITED if verified else NOT_VERIFIED)
        account = sociallogin.account
        if account.pk is None:
            if is_kept_elsewhere_by_another(user.pk, account.provider, account.uid):
                raise _refused(request, ANOTHER_PERSON)
            vouch_for(user.pk)

    def on_authentication_error(
        self,
        request: HttpRequest,
        provider: object,  # noqa: ARG002  given by allauth
        error: str | None = None,
        exception: Exception | None = None,
        extra_context: dict[str, Any] | None = None,  # noqa: ARG002  as above
    ) -> None:
        """Show a page of this house for what went wrong on the way."""
        if error == AuthError.CANCELLED:
            raise _refused(request, CANCELLED)
        logger.warning("Somebody could not sign in by OpenID Connect: %s", type(exception).__qualname__)
        raise _refused(request, PROVIDER_DOWN if exception else NOT_BEGUN_HERE)


@require_safe
def begin_elsewhere(request: HttpRequest, provider_id: str) -> HttpResponseBase:
    """Send somebody to where their account is kept; of what was asked only where to go on is heeded."""
    asked = QueryDict(mutable=True)
    if "next" in request.GET:
        asked["next"] = request.GET["next"]
    request.GET = asked  # type: ignore[assignment]  # else anybody could ask for other scopes or another process
    return _ask_provider(request, views.login, provider_id)


@require_safe
def come_back(request: HttpRequest, provider_id: str) -> HttpResponseBase:
    """Let somebody in who comes back from there."""
    return _ask_provider(request, views.callback, provider_id)


def read_verified_address(claims: dict[str, Any]) -> str:
    """Return the e-mail address in what a provider says of a person, where it says that it is theirs; else nothing.

    Some providers write ``"false"``, which is true to Python: so only a true value or the word ``true`` counts.
    """
    told = {**claims.get("id_token", {}), **claims.get("userinfo", {})}
    verified = told.get("email_verified")
    is_verified = verified is True or (isinstance(verified, str) and verified.casefold() == "true")
    return str(told.get("email") or "").strip().lower() if is_verified else ""


def _ask_provider(request: HttpRequest, view: Any, provider_id: str) -> HttpResponseBase:  # noqa: ANN401  no types
    if settings.OIDC is None:
        raise Http404
    try:
        response: HttpResponseBase = view(request, provider_id)
    except UNREADABLE as error:
        logger.warning("The OpenID Connect provider could not be asked: %s", type(error).__qualname__)
        return show_problem(request, PROVIDER_DOWN, (Way(reverse("sign_in"), "Back to signing in"),))
    return response


def _refused(request: HttpRequest, problem: Problem) -> ImmediateHttpResponse:
    return ImmediateHttpResponse(show_problem(request, problem, (Way(reverse("sign_in"), "Back to signing in"),)))
