"""The organisation at the desk: terms in days with what they mean, the contact, the second step of signing in."""

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from poise.hiring.refusal import OvertakenError, RefusedError
from poise.hiring.terms import Terms
from poise.storage.accounts import has_second_step
from poise.storage.records import membership
from poise.storage.terms import change_terms, mark_terms
from poise.storage.views import MembershipView
from poise.web.candidacy import sign_as
from poise.web.desk_forms import CONFLICT, SEE_OTHER, UNPROCESSABLE
from poise.web.members import for_members
from poise.web.position_pages import show_refusal

WHOLE = {"required": "Give a number of days.", "invalid": "Give a whole number of days."}
FIRST_YOURSELF = "Set up the second step for your own account first. Else you would shut yourself out with this switch."


class TermsForm(forms.Form):
    """The terms as they are filled in."""

    answer_days = forms.IntegerField(error_messages=WHOLE)
    words_days = forms.IntegerField(error_messages=WHOLE)
    sitting_days = forms.IntegerField(error_messages=WHOLE)
    contact = forms.CharField(required=False, max_length=254)
    needs_second_factor = forms.BooleanField(required=False)


@require_http_methods(["GET", "HEAD", "POST"])
@for_members("manage_organisation")
def show_organisation(request: HttpRequest, member: MembershipView) -> HttpResponse:
    """Show the terms and change them; what is wrong is said beside each field."""
    view = member.organisation
    form = TermsForm({name: getattr(view, name) for name in TermsForm.base_fields})
    status, wrong = 200, ""
    if request.method == "POST":
        form = TermsForm(request.POST)
        status, wrong = _change(request, member, form)
        if not status:
            messages.success(request, "The terms are kept. They hold from now on, even for what is stored already.")
            return HttpResponseRedirect(reverse("organisation"), status=SEE_OTHER)
        member = membership(request.user.pk or 0) or member
    context = {"member": member, "form": form, "wrong": wrong, "seen": mark_terms(member.organisation)}
    return render(request, "web/desk/organisation.html", context, status=status)


def _change(request: HttpRequest, member: MembershipView, form: TermsForm) -> tuple[int, str]:
    """Store what was filled in; return 0, or the status of the page that says why not, with words above the form."""
    if not form.is_valid():
        return UNPROCESSABLE, ""
    terms = Terms(**form.cleaned_data)
    if terms.needs_second_factor and not has_second_step(request.user.pk or 0):
        form.add_error("needs_second_factor", FIRST_YOURSELF)
        return UNPROCESSABLE, ""
    try:
        change_terms(member.organisation.key, terms, request.POST.get("seen", ""), sign_as(member), _is_address)
    except RefusedError as refused:
        show_refusal(form, refused)
        return UNPROCESSABLE, ""
    except OvertakenError as told:
        return CONFLICT, f"{told} What you filled in is still here. Look at it, then keep it again."
    return 0, ""


def _is_address(given: str) -> bool:
    try:
        validate_email(given)
    except ValidationError:
        return False
    return True
