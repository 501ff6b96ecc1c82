"""From an invitation to an account."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth import login
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from lenitive_web.audit.actions import address_of
from lenitive_web.people.models import User
from lenitive_web.portal.door import clinic_of
from lenitive_web.portal.invitations import accept, invitation_of, is_born_on
from lenitive_web.portal.models import Invitation

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


class AccountForm(forms.Form):
    """A password, and the day of birth if the chart has one."""

    birth_date = forms.DateField(
        label=gettext_lazy("Your day of birth"),
        help_text=gettext_lazy("So that the link is of no use to anybody else."),
        widget=forms.DateInput(attrs={"type": "date", "autocomplete": "bday"}),
    )
    password = forms.CharField(
        label=gettext_lazy("Choose a password"),
        help_text=gettext_lazy("At least 12 characters. Several words are fine."),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        strip=False,
    )

    def __init__(self, *args: Any, invitation: Invitation, **more: Any) -> None:
        super().__init__(*args, **more)
        self.invitation = invitation
        if invitation.patient.birth_date is None:
            del self.fields["birth_date"]

    def clean_password(self) -> str:
        """The rules for passwords hold here too."""
        password: str = self.cleaned_data["password"]
        validate_password(password, User(email=self.invitation.email, name=self.invitation.patient.name))
        return password


@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
@login_not_required
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Choose a password. A link that no longer holds says the same whatever the reason."""
    found = invitation_of(token)
    if found is None:
        return render(request, "portal/no_invitation.html", status=410)
    if request.method == "GET":
        return _page(request, found, AccountForm(invitation=found))
    form = AccountForm(request.POST, invitation=found)
    if not form.is_valid():
        return _page(request, found, form, status=422)
    if not is_born_on(found, form.cleaned_data.get("birth_date")):
        form.add_error("birth_date", _("This is not the day of birth that the clinic knows."))
        return _page(request, found, form, status=422)
    try:
        user = accept(invitation=found, password=form.cleaned_data["password"], address=address_of(request))
    except ValidationError:
        return render(request, "portal/no_invitation.html", status=410)
    login(request, user, backend=BACKEND)
    return redirect("mine")


def _page(request: HttpRequest, found: Invitation, form: AccountForm, status: int = 200) -> HttpResponse:
    practice = found.patient.practice
    context = {"form": form, "practice": practice, "email": found.email, "clinic": clinic_of(practice.pk)}
    return render(request, "portal/invitation.html", context, status=status)
