"""The examination as a form: present, absent or not done for each manoeuvre, with side and level."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from lenitive.codes import SEGMENTS, SIDES
from lenitive_web.examination.worth import Manoeuvre, Section
from lenitive_web.ledger.facts import NewFact

ANSWERS = (("present", _("Present")), ("absent", _("Absent")), ("", _("Not done")))
PRESENT = {"present": True, "absent": False}


@dataclass(frozen=True)
class Row:
    """One manoeuvre with its fields."""

    manoeuvre: Manoeuvre
    answer: forms.BoundField
    side: forms.BoundField | None
    level: forms.BoundField | None


class ExaminationForm(forms.Form):
    """What was looked for today. Only what is answered becomes a fact; *not done* says nothing."""

    on = forms.DateField(label=_("Found on"), widget=forms.DateInput(attrs={"type": "date"}))
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: object, sections: Sequence[Section], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.sections = sections
        for section in sections:
            for one in section.manoeuvres:
                self.fields[f"{one.code}"] = forms.ChoiceField(choices=ANSWERS, required=False)
                if one.finding.kind in ("examination", "imaging"):
                    self.fields[f"{one.code}-side"] = forms.ChoiceField(
                        choices=[("", _("side")), *((side, side) for side in SIDES)], required=False
                    )
                if one.finding.levelled:
                    self.fields[f"{one.code}-level"] = forms.ChoiceField(
                        choices=[("", _("level")), *((level, level) for level in SEGMENTS)], required=False
                    )

    def clean_on(self) -> date:
        """The day, which has come already."""
        day: date = self.cleaned_data["on"]
        if day > timezone.localdate():
            raise ValidationError(_("This day has not come yet."))
        return day

    def rows(self) -> Iterator[tuple[str, list[Row]]]:
        """The sections with their rows."""
        for section in self.sections:
            yield section.name, [self._row(one) for one in section.manoeuvres]

    def _row(self, one: Manoeuvre) -> Row:
        def bound(name: str) -> forms.BoundField | None:
            return self[name] if name in self.fields else None

        return Row(one, self[one.code], bound(f"{one.code}-side"), bound(f"{one.code}-level"))

    def facts(self) -> list[NewFact]:
        """What was answered, as findings."""
        return [
            NewFact("finding", self._columns(one))
            for section in self.sections
            for one in section.manoeuvres
            if self.cleaned_data.get(one.code)
        ]

    def _columns(self, one: Manoeuvre) -> dict[str, object]:
        level = self.cleaned_data.get(f"{one.code}-level")
        return {
            "code": one.code,
            "kind": one.finding.kind,
            "present": PRESENT[self.cleaned_data[one.code]],
            "side": self.cleaned_data.get(f"{one.code}-side") or None,
            "levels": [level] if level else None,
            "true_on": self.cleaned_data["on"],
        }
