"""Signing in and out with a password, and a forgotten password: allauth's views with the rules of this house."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlsplit

from allauth.account import views
from allauth.account.forms import LoginForm
from allauth.account.utils import get_next_redirect_url
from django.conf import settings
from django.contrib.auth.views import LogoutView
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.views.decorators.http import require_http_methods

from poise.web import mailing
from poise.web.problems import Problem, Way, show_problem, when_unavailable
from poise.web.sign_in_rules import UNREADABLE

View = Callable[..., HttpResponseBase]
READ_AND_SEND = ["GET", "HEAD", "POST"]
UNREADABLE_SECOND_STEP = Problem(
    409,
    "Your codes cannot be read any more",
    (
        "The secret key of this Poise was changed since you set up your second step.",
        "Ask whoever runs it: they can put the key back, or reset your second step. Then you set up a new one.",
    ),
)


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
    return require_http_methods(["GET", "HEAD"])(when_unavailable(_when_unreadable(view)))


def form(view: View) -> View:
    """Return a view of allauth with a form; others could be sent to it by other methods too."""
    return require_http_methods(READ_AND_SEND)(when_unavailable(_when_unreadable(view)))


def _when_unreadable(view: View) -> View:
    """Make a view show a page of its own where it would show spare codes that cannot be read any more."""

    @wraps(view)
    def guard(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        try:
            return view(request, *args, **kwargs)
        except ValidationError as error:
            if error.code != UNREADABLE:
                raise
            return show_problem(request, UNREADABLE_SECOND_STEP, (Way(reverse("account"), "Go to your account"),))

    return guard
