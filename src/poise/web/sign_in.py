"""Signing in and out with a password, and a forgotten password: allauth's views with the rules of this house."""

from typing import Any
from urllib.parse import urlsplit

from allauth.account import views
from allauth.account.forms import LoginForm
from django.conf import settings
from django.contrib.auth.views import LogoutView
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.views.decorators.http import require_http_methods

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
        return {
            **super().get_context_data(**more),
            "elsewhere": settings.OIDC,
            "next": views.get_adapter().is_safe_url(asked) and asked
            if (asked := self.request.GET.get("next") or self.request.POST.get("next"))
            else "",
        }


sign_in = SignIn.as_view()
sign_out = LogoutView.as_view(next_page="home")


@method_decorator(require_http_methods(READ_AND_SEND), name="dispatch")
class AskForPassword(views.PasswordResetView):  # type: ignore[misc]  # as above
    """Asking for a letter by which a forgotten password is replaced."""

    def get_context_data(self, **more: Any) -> dict[str, Any]:  # noqa: ANN401  as in Django
        """Add whether letters can be sent at all."""
        return {**super().get_context_data(**more), "mail_is_set": bool(settings.EMAIL_HOST)}


ask_for_password = AskForPassword.as_view()


def only_read(view: Any) -> Any:  # noqa: ANN401  a view of allauth, which has no types
    """Return a view that is read and takes nothing."""
    return require_http_methods(["GET", "HEAD"])(view)


def read_and_send(view: Any) -> Any:  # noqa: ANN401  as above
    """Return a view with a form."""
    return require_http_methods(READ_AND_SEND)(view)


def reset_password(request: HttpRequest, uidb36: str, key: str) -> HttpResponseBase:
    """Set a new password by the link of a letter."""
    response: HttpResponseBase = views.password_reset_from_key(request, uidb36=uidb36, key=key)
    return response
