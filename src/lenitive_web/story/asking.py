"""What was asked completely, as a form. Then an empty list means none."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lenitive.chart import Chart
from lenitive_web.ledger.facts import NewFact
from lenitive_web.look.days import has_come
from lenitive_web.story.words import TOPICS


class AskedForm(forms.Form):
    """The topics that were asked completely. Taking a tick away takes the attestation back."""

    topics = forms.MultipleChoiceField(
        label=gettext_lazy("Asked, and what stands in the chart is complete"),
        choices=TOPICS,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    on = forms.DateField(
        label=gettext_lazy("Asked on"), widget=forms.DateInput(attrs={"type": "date"}), validators=[has_come]
    )
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, chart: Chart, by: str, **kwargs: Any) -> None:
        self.before = [topic for topic, _label in TOPICS if chart.is_complete([topic])]
        self.by = by
        super().__init__(*args, **kwargs)
        self.fields["topics"].initial = self.before

    def clean(self) -> dict[str, Any]:
        """Something changed."""
        if not self.errors and not self.facts():
            raise ValidationError(_("Nothing changed."))
        return self.cleaned_data

    def facts(self) -> list[NewFact]:
        """An attestation for each tick that is new, and one that takes back each that is gone."""
        ticked = self.cleaned_data.get("topics") or []
        changed = [(topic, topic in ticked) for topic, _label in TOPICS if (topic in ticked) != (topic in self.before)]
        return [
            NewFact(
                "attestation",
                {"topic": topic, "by": self.by, "complete": complete, "true_on": self.cleaned_data["on"]},
            )
            for topic, complete in changed
        ]
