"""Laboratory values as a form: each is a number in the unit of its instrument, none is asked for twice."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from django import forms
from django.utils.translation import gettext_lazy as _

from lenitive.codes import unit_in_words
from lenitive.medicine.content import content
from lenitive_web.ledger.facts import NewFact

LABORATORY = ("inr", "platelets", "egfr", "creatinine", "glucose", "hba1c", "crp", "aptt", "hemoglobin", "fibrinogen")
"""Instruments of a laboratory sheet, those first that a needle waits for."""
SHORT = {"egfr": _("eGFR"), "crp": _("CRP")}
"""As a laboratory sheet calls them."""


class ValuesForm(forms.Form):
    """What a laboratory sheet says. An empty field says nothing."""

    prefix = "value"

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        for name in LABORATORY:
            entry = content().instruments[name]
            self.fields[name] = forms.FloatField(
                label=SHORT.get(name, entry.label),
                help_text=unit_in_words(entry.unit),
                required=False,
                min_value=0,
                error_messages={
                    "invalid": _("A number, please, without a sign such as <."),
                    "min_value": _("No value of a laboratory is below nought."),
                },
                widget=forms.NumberInput(attrs={"step": "any", "inputmode": "decimal"}),
            )

    def facts(self, on: date) -> Iterator[NewFact]:
        """The values that were filled in, each as a measurement of the day."""
        for name in LABORATORY:
            score = self.cleaned_data.get(name)
            if score is not None:
                columns = {"instrument": name, "score": score, "unit": content().instruments[name].unit, "true_on": on}
                yield NewFact("measure", columns)
