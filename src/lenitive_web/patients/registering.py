"""Registering a new patient, with a warning where the patient may be here already."""

from __future__ import annotations

import re
from datetime import date
from typing import Any
from unicodedata import combining, normalize

from django import forms
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lenitive.chart.schema import columns
from lenitive_web.ledger.actions import record_facts, register_patient
from lenitive_web.ledger.facts import NewFact
from lenitive_web.ledger.models import Patient
from lenitive_web.look.days import has_come
from lenitive_web.people.models import Practice, User

SHOWN = 5
"""Possible duplicates that are shown at most."""


class RegistrationForm(forms.Form):
    """Name, day of birth, sex; ``is_new`` says that the look-alikes were looked at."""

    name = forms.CharField(label=gettext_lazy("Full name"), max_length=200)
    birth_date = forms.DateField(
        label=gettext_lazy("Day of birth"), widget=forms.DateInput(attrs={"type": "date"}), validators=[has_come]
    )
    sex = forms.ChoiceField(
        label=gettext_lazy("Sex, as registered"),
        choices=[("", gettext_lazy("not recorded")), *((word, word) for word in columns("patient")["sex"].choices)],
        required=False,
    )
    is_new = forms.BooleanField(label=gettext_lazy("This is another person"), required=False)

    def __init__(self, *args: Any, practice: Practice, but: Patient | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.practice, self.but = practice, but
        self.look_alikes: list[Patient] = []

    def clean(self) -> dict[str, Any]:
        """Nobody who may be here already, unless somebody looked."""
        said = self.cleaned_data
        if said.get("name") and said.get("birth_date"):
            self.look_alikes = look_alikes(self.practice, said["name"], said["birth_date"], self.but)
        if self.look_alikes and not said.get("is_new"):
            raise ValidationError(_("Somebody like this is registered already. Look first."))
        return said


def look_alikes(practice: Practice, name: str, birth_date: date, but: Patient | None = None) -> list[Patient]:
    """Patients with the same name, or born on the same day with one word of the name in common.

    A double name counts in its parts, and no word by its accents. ``but`` is the patient who is looked up.
    """
    words = _words(name)
    everybody = Patient.objects.filter(practice=practice).exclude(pk=but.pk if but else None)
    found = list(everybody.filter(name__iexact=" ".join(name.split()))[:SHOWN])
    for patient in everybody.filter(birth_date=birth_date):
        if patient not in found and words & _words(patient.name):
            found.append(patient)
    return found[:SHOWN]


def _words(name: str) -> set[str]:
    plain = "".join(letter for letter in normalize("NFKD", name.casefold()) if not combining(letter))
    return {word for word in re.findall(r"\w+", plain) if len(word) > 1}


@transaction.atomic
def register(*, practice: Practice, said: dict[str, Any], by: User, address: str | None) -> Patient:
    """The patient, with the first fact of the chart."""
    name = " ".join(said["name"].split())
    patient = register_patient(practice=practice, name=name, birth_date=said["birth_date"], by=by, address=address)
    person = NewFact("patient", {"name": name, "birth_date": said["birth_date"], "sex": said["sex"]})
    record_facts(patient=patient, facts=[person], by=by, source="registration", address=address)
    return patient
