"""The paragraphs of a letter to be changed, whom it goes to, and the book of partners."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lenitive_web.letters.models import LetterEdition, Partner, StepKind
from lenitive_web.letters.selectors import Proposed
from lenitive_web.people.models import Practice

LONGEST = 8000
"""Signs of one paragraph."""
MOST_ROWS, LINE = 14, 58
"""Lines of a field, and signs of one of them, on a desk's screen."""


def plain(text: str) -> str:
    """A text as it is compared and kept: without the line ends of a browser and blanks at its ends."""
    return text.replace("\r\n", "\n").strip()


def _rows_for(text: str) -> int:
    """How many lines a text takes beside the facts, and one to go on writing."""
    return min(MOST_ROWS, 1 + sum(1 + len(line) // LINE for line in text.splitlines() or [""]))


@dataclass(frozen=True)
class Row:
    """One paragraph on the page."""

    proposed: Proposed
    field: forms.BoundField
    is_changed: bool
    is_outdated: bool


class LetterForm(forms.Form):
    """One text for each paragraph. Only what differs from the proposal is kept."""

    edition = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    partner = forms.ChoiceField(label=gettext_lazy("From the book of partners"), required=False)
    to_name = forms.CharField(label=gettext_lazy("Name"), max_length=200, required=False)
    to_address = forms.CharField(
        label=gettext_lazy("Address"), max_length=600, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(
        self, proposed: Sequence[Proposed], last: LetterEdition | None, practice: Practice, *args: Any, **kwargs: Any
    ) -> None:
        self.proposed, self.last = proposed, last
        self.written: dict[str, dict[str, str]] = dict(last.written) if last else {}
        super().__init__(*args, initial=self._stands(), **kwargs)
        self.book = {str(one.pk): one for one in Partner.objects.filter(practice=practice)}
        self.fields["partner"].choices = [
            ("", _("Typed below")),
            *((key, f"{one.name}, {one.work}" if one.work else one.name) for key, one in self.book.items()),
        ]
        for number, one in enumerate(proposed):
            self.fields[f"text-{number}"] = forms.CharField(
                label=one.title,
                required=False,
                max_length=LONGEST,
                widget=forms.Textarea(attrs={"rows": _rows_for(self._text(one))}),
            )

    def _stands(self) -> dict[str, Any]:
        texts = {f"text-{n}": self._text(one) for n, one in enumerate(self.proposed)}
        whom = {"to_name": self.last.to_name, "to_address": self.last.to_address} if self.last else {}
        return {"edition": self.last.edition if self.last else 0, **whom, **texts}

    def _text(self, one: Proposed) -> str:
        return self.written[one.key]["text"] if one.key in self.written else one.text

    def rows(self) -> Iterator[Row]:
        """Each paragraph with its field."""
        for number, one in enumerate(self.proposed):
            kept = self.written.get(one.key)
            is_outdated = kept is not None and kept["proposed"] != one.text
            yield Row(one, self[f"text-{number}"], kept is not None, is_outdated)

    def changed(self) -> dict[str, dict[str, str]]:
        """What was written in place of proposals; what is kept of paragraphs that are not proposed today stays."""
        shown = {one.key for one in self.proposed}
        found = {key: kept for key, kept in self.written.items() if key not in shown}
        for number, one in enumerate(self.proposed):
            text = plain(self.cleaned_data[f"text-{number}"])
            if text != plain(one.text):
                found[one.key] = {"text": text, "proposed": one.text}
        return found

    def whom(self) -> tuple[str, str]:
        """Name and address: of the partner that was chosen, else as typed."""
        chosen = self.book.get(self.cleaned_data["partner"])
        typed = (self.cleaned_data["to_name"], plain(self.cleaned_data["to_address"]))
        return (chosen.name, plain(chosen.address)) if chosen else typed


class LetterStepForm(forms.Form):
    """When it was sent, or answered."""

    kind = forms.ChoiceField(label=gettext_lazy("What happened"), choices=StepKind.choices)
    on = forms.DateField(label=gettext_lazy("On"), widget=forms.DateInput(attrs={"type": "date"}))

    def __init__(self, today: date, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, initial={"on": today}, **kwargs)
        self.today = today

    def clean_on(self) -> date:
        """A day that has come."""
        on: date = self.cleaned_data["on"]
        if on > self.today:
            raise ValidationError(_("This day has not come yet."))
        return on


class PartnerForm(forms.ModelForm):
    """Somebody for the book."""

    class Meta:
        model = Partner
        fields: ClassVar = ["name", "work", "address"]
        widgets: ClassVar = {"address": forms.Textarea(attrs={"rows": 3})}

    def __init__(self, *args: Any, practice: Practice, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.practice = practice

    def clean_name(self) -> str:
        """A name that no other partner has."""
        name: str = self.cleaned_data["name"]
        if Partner.objects.filter(practice=self.practice, name__iexact=name).exists():
            raise ValidationError(_("This partner is in the book already."))
        return name
