"""The examination as a form: present, absent or not done for each manoeuvre, with side and level."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from lenitive.codes import SEGMENTS, SIDES
from lenitive.medicine.content import content
from lenitive_web.examination.worth import Manoeuvre, Section
from lenitive_web.ledger.facts import NewFact
from lenitive_web.look.days import has_come
from lenitive_web.patients.where_answered import is_recorded

ANSWERS = (("present", _("Present")), ("absent", _("Absent")), ("", _("Not done")))
PRESENT = {"present": True, "absent": False}


OTHERS = (1, 2, 3)
"""Rows for what the form does not offer by itself."""
KINDS = {
    "examination": _("Examination"),
    "history": _("Questions"),
    "imaging": _("Imaging"),
    "electrodiagnostic": _("Electrodiagnosis"),
}


def _catalogue(shown: set[str]) -> Iterator[tuple[Any, list[tuple[str, str]]]]:
    """Every other finding that somebody can look for, by how it is found out."""
    for kind, label in KINDS.items():
        known = [(one.label, code) for code, one in content().findings.items() if one.kind == kind]
        recorded = [(code, word) for word, code in sorted(known) if code not in shown and is_recorded(code)]
        if recorded:
            yield label, recorded


@dataclass(frozen=True)
class Row:
    """One manoeuvre with its fields."""

    manoeuvre: Manoeuvre
    answer: forms.BoundField
    side: forms.BoundField | None
    level: forms.BoundField | None


class ExaminationForm(forms.Form):
    """What was looked for today. Only what is answered becomes a fact; *not done* says nothing."""

    on = forms.DateField(label=_("Found on"), widget=forms.DateInput(attrs={"type": "date"}), validators=[has_come])
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(
        self, *args: object, sections: Sequence[Section], dangers: Sequence[Manoeuvre] = (), **kwargs: object
    ) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.sections = sections
        self.dangers = dangers
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

        self._offer_more()
        if dangers:
            label = _("I asked about each of these; there is none.")
            self.fields["no_dangers"] = forms.BooleanField(label=label, required=False)

    def _offer_more(self) -> None:
        """Rows for whatever else was looked for, out of the whole catalogue."""
        shown = {one.code for section in self.sections for one in section.manoeuvres}
        named = [("", _("Choose what was looked for")), *_catalogue(shown)]
        sides, levels = ((side, side) for side in SIDES), ((level, level) for level in SEGMENTS)
        places = {"side": [("", _("side")), *sides], "level": [("", _("level")), *levels]}
        for n in OTHERS:
            self.fields[f"other{n}"] = forms.ChoiceField(label=_("Looked for"), choices=named, required=False)
            self.fields[f"other{n}-found"] = forms.ChoiceField(label=_("Found"), choices=ANSWERS, required=False)
            for name, choices in places.items():
                self.fields[f"other{n}-{name}"] = forms.ChoiceField(
                    label=choices[0][1], choices=choices, required=False
                )

    @property
    def others(self) -> list[list[forms.BoundField]]:
        """The fields of each such row."""
        return [[self[f"other{n}{part}"] for part in ("", "-found", "-side", "-level")] for n in OTHERS]

    def clean(self) -> dict[str, Any]:
        """What was chosen was also answered, and what was answered was chosen."""
        said = super().clean() or {}
        for n in OTHERS:
            if said.get(f"other{n}") and not said.get(f"other{n}-found"):
                self.add_error(f"other{n}-found", _("Present or absent?"))
            if said.get(f"other{n}-found") and not said.get(f"other{n}"):
                self.add_error(f"other{n}", _("Choose what was looked for."))
        if said.get("no_dangers") and (found := [one for one in self.dangers if said.get(one.code) == "present"]):
            labels = ", ".join(one.finding.label for one in found)
            told = _("There is one: %(found)s. Answer the other dangers by themselves.")
            self.add_error("no_dangers", told % {"found": labels})
        return said

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
        said = self.cleaned_data
        shown = [one.code for section in self.sections for one in section.manoeuvres if said.get(one.code)]
        others = {f"other{n}": said[f"other{n}"] for n in OTHERS if said.get(f"other{n}")}
        told = {*shown, *others.values()}
        none = [one.code for one in self.dangers if one.code not in told] if said.get("no_dangers") else []
        return [
            *(NewFact("finding", self._columns(code, said[code], code)) for code in shown),
            *(NewFact("finding", self._columns(code, said[f"{row}-found"], row)) for row, code in others.items()),
            *(NewFact("finding", self._columns(code, "absent", code)) for code in none),
        ]

    def _columns(self, code: str, answer: str, row: str) -> dict[str, object]:
        level = self.cleaned_data.get(f"{row}-level")
        return {
            "code": code,
            "kind": content().findings[code].kind,
            "present": PRESENT[answer],
            "side": self.cleaned_data.get(f"{row}-side") or None,
            "levels": [level] if level else None,
            "true_on": self.cleaned_data["on"],
        }
