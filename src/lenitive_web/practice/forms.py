"""The forms of the practice's settings."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lenitive.chart.schema import columns
from lenitive.reasoning.citing import plain
from lenitive_web.people.models import Practice, User
from lenitive_web.people.roles import Role
from lenitive_web.practice.models import LetterHead, Payer
from lenitive_web.schedule.models import Place

STAFF = [(role.value, role.label) for role in Role if role is not Role.PATIENT]


def _words(column: str) -> list[tuple[str, str]]:
    return [(word, plain(word).capitalize()) for word in columns("coverage")[column].choices]


class InvitationForm(forms.Form):
    """Somebody new: address, name, role."""

    email = forms.EmailField(label=gettext_lazy("Email"), max_length=254)
    name = forms.CharField(label=gettext_lazy("Name"), max_length=200)
    role = forms.ChoiceField(label=gettext_lazy("Role"), choices=STAFF)

    def clean_email(self) -> str:
        """An address that has no account yet."""
        email: str = self.cleaned_data["email"].lower()
        if User.objects.filter(email__iexact=email).exists():
            raise ValidationError(_("This address has an account already."))
        return email


class PersonForm(forms.Form):
    """Name, role, and whether they may sign in."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=200)
    role = forms.ChoiceField(label=gettext_lazy("Role"), choices=STAFF)
    is_active = forms.BooleanField(label=gettext_lazy("May sign in"), required=False)


class PlaceForm(forms.ModelForm):
    """A room and what it sees with."""

    class Meta:
        model = Place
        fields: ClassVar = ["name", "imaging"]

    def __init__(self, *args: Any, practice: Practice, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.instance.practice = practice

    def clean_name(self) -> str:
        """A name that no other room has."""
        name: str = self.cleaned_data["name"]
        if Place.objects.filter(practice=self.instance.practice, name__iexact=name).exists():
            raise ValidationError(_("There is a room of this name already."))
        return name


class PayerForm(forms.ModelForm):
    """A payer and where authorizations are asked."""

    programme = forms.ChoiceField(label=gettext_lazy("Programme"), choices=_words("programme"))
    portal = forms.URLField(label=gettext_lazy("Portal"), required=False, assume_scheme="https")

    class Meta:
        model = Payer
        fields: ClassVar = ["name", "programme", "phone", "portal"]

    def __init__(self, *args: Any, practice: Practice, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.instance.practice = practice

    def clean_name(self) -> str:
        """A name that no other payer has."""
        name: str = self.cleaned_data["name"]
        if Payer.objects.filter(practice=self.instance.practice, name__iexact=name).exists():
            raise ValidationError(_("This payer is on the list already."))
        return name


class LetterHeadForm(forms.ModelForm):
    """What letters begin with, and what a new insurance is filled with."""

    npi = forms.CharField(
        label=gettext_lazy("National provider identifier"),
        required=False,
        validators=[RegexValidator(r"^\d{10}$", gettext_lazy("Ten digits."))],
    )
    state = forms.CharField(
        label=gettext_lazy("Usual state, two letters"),
        required=False,
        validators=[RegexValidator("^[A-Z]{2}$", gettext_lazy("Two capital letters, as OH."))],
        help_text=gettext_lazy("Filled into a new insurance, so that the right policy is found."),
    )
    site_of_service = forms.ChoiceField(
        label=gettext_lazy("Usual site of service"),
        required=False,
        choices=[("", gettext_lazy("none")), *_words("site_of_service")],
        help_text=gettext_lazy("Filled into a new insurance."),
    )

    class Meta:
        model = LetterHead
        fields: ClassVar = ["lines", "phone", "fax", "npi", "state", "site_of_service"]
        widgets: ClassVar = {"lines": forms.Textarea(attrs={"rows": 4})}
