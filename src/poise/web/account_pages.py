"""A member's own account: how it is secured, where it is signed in, and joining an organisation by an invitation."""

from allauth.account.adapter import get_adapter
from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from poise.storage.accounts import FoundMemberInvitation, NotInvitedError, find_member_invitation, has_second_step, join
from poise.storage.records import membership
from poise.web.problems import Problem, Way, show_problem
from poise.web.sign_in import READ_AND_SEND, SignInForm

SEE_OTHER, UNPROCESSABLE = 303, 422
LONGEST_NAME, LONGEST_PASSWORD = 150, 500
ASK_AGAIN = "If you still need it, ask the person who sent it for a new one."
CLOSED = {
    "unknown": Problem(
        404,
        "We do not know this invitation",
        ("A part of the link may be missing. Copy the whole link from the letter and try once more.", ASK_AGAIN),
    ),
    "used": Problem(410, "You have joined already", ("This invitation has done its work. Sign in instead.",)),
    "expired": Problem(410, "This invitation is no longer open", ("The time to join has passed.", ASK_AGAIN)),
    "revoked": Problem(410, "This invitation was withdrawn", ("The people who sent it have closed it.", ASK_AGAIN)),
    "member": Problem(
        409,
        "This address has a desk already",
        (
            "Somebody with this e-mail address works for an organisation here, and one address works for one only.",
            "Sign in with it, or ask for an invitation to another address.",
        ),
    ),
}


class JoinForm(forms.Form):
    """A name and a new password, for who joins without an account."""

    name = forms.CharField(max_length=LONGEST_NAME, error_messages={"required": "Write your name."})
    password = forms.CharField(
        max_length=LONGEST_PASSWORD, strip=False, error_messages={"required": "Choose a password."}
    )

    def __init__(self, email: str, data: object = None) -> None:
        super().__init__(data)  # type: ignore[arg-type]
        self.email = email

    def clean_password(self) -> str:
        """Refuse a password that is easily guessed."""
        password: str = self.cleaned_data["password"]
        get_adapter().clean_password(password, User(username=self.email, email=self.email))
        return password


@require_safe
@login_required
def show_account(request: HttpRequest) -> HttpResponse:
    """Show how the account is secured, and what the organisation asks for."""
    number = request.user.pk or 0
    context = {
        "member": membership(number),
        "has_second_step": has_second_step(number),
        "has_password": request.user.is_authenticated and request.user.has_usable_password(),
        "elsewhere": settings.OIDC,
    }
    return render(request, "account/account.html", context)


@require_http_methods(READ_AND_SEND)
@sensitive_post_parameters("password")
def show_joining(request: HttpRequest, token: str) -> HttpResponseBase:
    """Say who asks whom to join, and let them: with a new account, or with the one that they have."""
    found = find_member_invitation(token, timezone.now())
    if found.status != "ok":
        return show_problem(request, CLOSED[found.status], (Way(reverse("sign_in"), "Sign in"),))
    form = JoinForm(found.email, request.POST if request.method == "POST" else None)
    if request.method != "POST" or not (found.has_account or form.is_valid()):
        context = {"found": found, "form": form, "elsewhere": settings.OIDC}
        status = UNPROCESSABLE if request.method == "POST" else None
        return render(request, "account/join.html", context, status=status)
    password = None if found.has_account else form.cleaned_data["password"]
    name = "" if found.has_account else form.cleaned_data["name"]
    try:
        join(token, password, name, timezone.now())
    except NotInvitedError as error:
        return show_problem(request, CLOSED[error.status], (Way(reverse("sign_in"), "Sign in"),))
    return _let_in(request, found, password)


def _let_in(request: HttpRequest, found: FoundMemberInvitation, password: str | None) -> HttpResponseBase:
    """Sign in who has just chosen a password; who had one before signs in with it."""
    sent = SignInForm({"username": found.email, "password": password or ""}, request=request)
    if password and sent.is_valid():
        response: HttpResponseBase = sent.login(request, redirect_url=reverse("desk"))
        return response
    messages.success(request, "You have joined. Sign in with your password.")
    return HttpResponseRedirect(reverse("sign_in"), status=SEE_OTHER)
