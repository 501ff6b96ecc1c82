"""The forms of the practice's settings."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from lenitive.chart.schema import columns
from lenitive.documents.letter_head import LARGEST_FILE, LogoRefusedError, redrawn_logo
from lenitive.medicine.content import content
from lenitive.reasoning.citing import plain
from lenitive_web.people.models import Practice, User
from lenitive_web.people.roles import Role
from lenitive_web.practice.leaving import open_tasks_of
from lenitive_web.practice.meanwhile import ToldOfChanges
from lenitive_web.practice.models import LetterHead, Payer
from lenitive_web.schedule.models import Imaging, Place

CHOOSE = ("", gettext_lazy("Choose"))
"""What stands in a list before something is chosen: nothing is chosen unseen."""
STAFF = [(role.value, role.label) for role in Role if role is not Role.PATIENT]


def _words(column: str) -> list[tuple[str, str]]:
    return [(word, plain(word).capitalize()) for word in columns("coverage")[column].choices]


class InvitationForm(forms.Form):
    """Somebody new: address, name, role."""

    email = forms.EmailField(label=gettext_lazy("Email"), max_length=254)
    name = forms.CharField(label=gettext_lazy("Name"), max_length=200)
    role = forms.ChoiceField(label=gettext_lazy("Role"), choices=[CHOOSE, *STAFF])

    def clean_email(self) -> str:
        """An address that has no account yet."""
        email: str = self.cleaned_data["email"].lower()
        if User.objects.filter(email__iexact=email).exists():
            raise ValidationError(_("This address has an account already."))
        return email


class PersonForm(ToldOfChanges, forms.Form):
    """Name, role, and whether they may sign in."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=200)
    role = forms.ChoiceField(label=gettext_lazy("Role"), choices=STAFF)
    is_active = forms.BooleanField(label=gettext_lazy("May sign in"), required=False)
    successor = forms.ModelChoiceField(
        label=gettext_lazy("If not: who takes over the open tasks"),
        queryset=User.objects.none(),
        required=False,
        empty_label=gettext_lazy("nobody"),
    )

    def __init__(self, *args: Any, person: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        here = User.objects.filter(practice=person.practice, is_active=True).exclude(role=Role.PATIENT)
        self.fields["successor"].queryset = here.exclude(pk=person.pk).order_by("name")  # type: ignore[attr-defined]
        self.tasks = open_tasks_of(person).count()
        if not self.tasks:
            del self.fields["successor"]
        self.watch({_("Name"): person.name, _("Role"): person.get_role_display(), _("May sign in"): person.is_active})

    def clean(self) -> dict[str, Any]:
        """Nobody leaves while their tasks are nobody's."""
        said: dict[str, Any] = super().clean() or self.cleaned_data
        if self.tasks and not said.get("is_active") and not said.get("successor"):
            told = ngettext(
                "%(n)s task is open: say who takes it over.",
                "%(n)s tasks are open: say who takes them over.",
                self.tasks,
            )
            self.add_error("successor", told % {"n": self.tasks})
        return said


class PlaceForm(forms.ModelForm):
    """A room and what it sees with."""

    class Meta:
        model = Place
        fields: ClassVar = ["name", "imaging"]

    def __init__(self, *args: Any, practice: Practice, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.instance.practice = practice
        self.fields["imaging"].choices = [CHOOSE, *Imaging.choices]

    def clean_name(self) -> str:
        """A name that no other room has."""
        name: str = self.cleaned_data["name"]
        others = Place.objects.filter(practice=self.instance.practice).exclude(pk=self.instance.pk)
        if others.filter(name__iexact=name).exists():
            raise ValidationError(_("There is a room of this name already."))
        return name


class CorrectedPlaceForm(ToldOfChanges, PlaceForm):
    """Another name of a room, or what it sees with by now; what was booked there stays booked there."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.watch_row()


class PayerForm(forms.ModelForm):
    """A payer and where authorizations are asked."""

    programme = forms.ChoiceField(label=gettext_lazy("Programme"), choices=[CHOOSE, *_words("programme")])
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


class LetterHeadForm(ToldOfChanges, forms.ModelForm):
    """What letters begin with, and what a new insurance is filled with."""

    npi = forms.CharField(
        label=gettext_lazy("National provider identifier"),
        required=False,
        validators=[RegexValidator(r"^\d{10}$", gettext_lazy("It has ten digits. Write them without spaces."))],
    )
    state = forms.CharField(
        label=gettext_lazy("Usual state, two letters"),
        required=False,
        validators=[RegexValidator("^[A-Z]{2}$", gettext_lazy("Write the state as two capital letters, as OH."))],
        help_text=gettext_lazy("Filled into a new insurance, so that the right policy is found."),
    )
    site_of_service = forms.ChoiceField(
        label=gettext_lazy("Usual site of service"),
        required=False,
        choices=[("", gettext_lazy("none")), *_words("site_of_service")],
        help_text=gettext_lazy("Filled into a new insurance."),
    )
    logo = forms.FileField(
        label=gettext_lazy("Logo"),
        required=False,
        help_text=gettext_lazy("A PNG or JPEG; it is drawn anew and printed 36 points high."),
        widget=forms.FileInput(attrs={"accept": "image/png,image/jpeg"}),
    )
    without_logo = forms.BooleanField(label=gettext_lazy("Print no logo"), required=False)

    class Meta:
        model = LetterHead
        fields: ClassVar = ["lines", "phone", "fax", "npi", "registrations", "state", "site_of_service"]
        widgets: ClassVar = {
            "lines": forms.Textarea(attrs={"rows": 4}),
            "registrations": forms.Textarea(attrs={"rows": 2}),
        }
        help_texts: ClassVar = {
            "lines": gettext_lazy("The name in the first line."),
            "registrations": gettext_lazy("One a line, as it shall be printed."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.watch_row()

    def clean_logo(self) -> bytes | None:
        """The picture drawn anew; nothing else of the file is kept."""
        file = self.cleaned_data.get("logo")
        if not file:
            return None
        try:
            return redrawn_logo(file.read(LARGEST_FILE + 1))
        except LogoRefusedError as problem:
            told = _("This file cannot be the logo: %(problem)s. Wanted: %(wanted)s.")
            raise ValidationError(told % {"problem": problem.problem, "wanted": problem.expected}) from None

    def save(self, commit: bool = True) -> LetterHead:
        """The letter head with the new logo, without one, or with the one it had."""
        if self.cleaned_data["logo"]:
            self.instance.logo = self.cleaned_data["logo"]
        elif self.cleaned_data["without_logo"]:
            self.instance.logo = None
        head: LetterHead = super().save(commit)
        return head


class QuestionnairesForm(ToldOfChanges, forms.Form):
    """What patients are asked; every questionnaire whose wording may be shown can be chosen."""

    asked = forms.MultipleChoiceField(
        label=gettext_lazy("Patients are asked"), widget=forms.CheckboxSelectMultiple, required=False
    )

    def __init__(self, *args: Any, withheld: Collection[str], **kwargs: Any) -> None:
        names = {name: one.label for name, one in content().instruments.items() if one.questionnaire}
        super().__init__(*args, initial={"asked": [name for name in names if name not in withheld]}, **kwargs)
        self.fields["asked"].choices = list(names.items())
        self.names = frozenset(names)
        self.watch({_("Patients are asked"): ", ".join(str(names[one]) for one in names if one not in withheld)})

    @property
    def withheld(self) -> frozenset[str]:
        """What was not chosen."""
        return self.names - frozenset(self.cleaned_data["asked"])
