"""The override: a clinician's working diagnosis, with the reason."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from lenitive.medicine.content import content
from lenitive.reasoning import Assessment
from lenitive.reasoning.working import not_weighed


class WorkingDiagnosisForm(forms.Form):
    """Which source the clinician works with, and why it is another than the differential's first."""

    generator = forms.ChoiceField(label=_("I work with"))
    reason = forms.CharField(
        label=_("Because"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Stands in the chart with your name. The differential stays as it is, beside it."),
    )
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: object, assessment: Assessment, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        sources = {one.generator: one.label for answer in assessment.differential for one in answer.estimates}
        self.fields["generator"].choices = [
            ("", _("Choose a source")),
            (_("Weighed here"), [*sources.items()]),
            (_("Not weighed: named by a clinician"), [*not_weighed(content(), assessment.differential).items()]),
            ("other", _("None of these")),
        ]
