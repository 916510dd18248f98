"""Signing in and out with a password, and a forgotten password: allauth's views with the rules of this house."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from allauth.account import views
from allauth.account.forms import LoginForm
from allauth.account.utils import get_next_redirect_url
from django.conf import settings
from django.contrib.auth.views import LogoutView
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.views.decorators.http import require_http_methods

from poise.web import mailing
from poise.web.problems import when_unavailable

View = Callable[..., HttpResponseBase]
READ_AND_SEND = ["GET", "HEAD", "POST"]


class SignInForm(LoginForm):  # type: ignore[misc]  # allauth has no types
    """An e-mail address and a password; the address is sent under the name that keepers of passwords look for."""

    def add_prefix(self, field_name: str) -> str:
        """Return the name of a field in the page."""
        return str(super().add_prefix("username" if field_name == "login" else field_name))


@method_decorator(require_http_methods(READ_AND_SEND), name="dispatch")
class SignIn(views.LoginView):  # type: ignore[misc]  # as above
    """Signing in; whoever is signed in already goes on at once."""

    def get_success_url(self) -> str:
        """Return where to go on: never to this page again, which would lead in a circle."""
        asked = str(super().get_success_url() or "")
        home = reverse(settings.LOGIN_REDIRECT_URL)
        return home if not asked or urlsplit(asked).path == self.request.path else asked

    def get_context_data(self, **more: Any) -> dict[str, Any]:  # noqa: ANN401  as in Django
        """Add the way in by the organisation's own accounts, where one is set."""
        asked = get_next_redirect_url(self.request) or ""
        return {**super().get_context_data(**more), "elsewhere": settings.OIDC, "next": asked}


sign_in = SignIn.as_view()
sign_out = LogoutView.as_view(next_page="home")


@method_decorator(require_http_methods(READ_AND_SEND), name="dispatch")
class AskForPassword(views.PasswordResetView):  # type: ignore[misc]  # as above
    """Asking for a letter by which a forgotten password is replaced."""

    def get_context_data(self, **more: Any) -> dict[str, Any]:  # noqa: ANN401  as in Django
        """Add whether letters can be sent at all."""
        return {**super().get_context_data(**more), "mail_is_set": mailing.is_set_up()}


ask_for_password = AskForPassword.as_view()


def reading(view: View) -> View:
    """Return a view of allauth that is read and takes nothing."""
    return require_http_methods(["GET", "HEAD"])(when_unavailable(view))


def form(view: View) -> View:
    """Return a view of allauth with a form; others could be sent to it by other methods too."""
    return require_http_methods(READ_AND_SEND)(when_unavailable(view))
