"""What is asked for."""

from __future__ import annotations

from typing import Any

import msgspec
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from lenitive.chart import Request
from lenitive.codes import LEVELS, SIDES
from lenitive.medicine.content import content
from lenitive.reasoning import Assessment


class RequestForm(forms.Form):
    """One procedure, its side and levels, the planned day."""

    kind = forms.ChoiceField(label=_("Procedure"))
    side = forms.ChoiceField(
        label=_("Side"), required=False, choices=[("", _("not decided")), *((s, s) for s in SIDES)]
    )
    levels = forms.CharField(
        label=_("Levels"), required=False, help_text=_("Segments or roots with spaces, as L4-5 L5-S1")
    )
    on = forms.DateField(label=_("Planned day"), required=False, widget=forms.DateInput(attrs={"type": "date"}))

    def __init__(self, *args: object, assessment: Assessment, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        known = content().procedures
        needled = [one for one in assessment.options if known[one.procedure].role not in ("conservative", "referral")]
        self.fields["kind"].choices = [("", _("Choose a procedure")), *((one.procedure, one.label) for one in needled)]

    def clean_levels(self) -> tuple[str, ...]:
        """The levels, each one that exists."""
        levels = tuple(self.cleaned_data["levels"].replace(",", " ").split())
        for level in levels:
            if level not in LEVELS:
                raise ValidationError(
                    _("%(level)s is not a spinal level; write a segment (L4-5) or a root (L5)."),
                    params={"level": level},
                )
        return levels

    def request(self) -> Request:
        """What is asked for. The intent is the procedure's, where it has only one."""
        said: dict[str, Any] = {name: value for name, value in self.cleaned_data.items() if value}
        entry = content().procedures[said["kind"]]
        intent = entry.role if entry.role in ("diagnostic", "therapeutic", "trial", "implant") else None
        return msgspec.convert({**said, "region": entry.region, "intent": intent}, Request)
