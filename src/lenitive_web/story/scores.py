"""Scores of a day: one line an instrument, those first that the patient was asked before."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lenitive.chart import Chart
from lenitive.chart.measure import Measure
from lenitive.codes import unit_in_words
from lenitive.documents.wording import number
from lenitive.knowledge.entries import Quantity
from lenitive.medicine.content import content
from lenitive.medicine.shapes import Instrument
from lenitive.reasoning.assessment import Citation
from lenitive.reasoning.book import book
from lenitive.reasoning.citing import cite
from lenitive.reasoning.questionnaires import ScoreBand, band_of, raw_sums, score_meant
from lenitive.reasoning.response import Change, changed
from lenitive_web.ledger.facts import NewFact
from lenitive_web.look.days import has_come

USUAL = ("nrs", "peg", "odi", "ndi", "phq9", "gad7")
"""Offered to everybody; the others open below."""


@dataclass(frozen=True)
class Row:
    """One instrument with its field, its last score, its bands and the change that matters."""

    instrument: Instrument
    field: forms.BoundField
    last: Measure | None
    range: str
    bands: Sequence[str]
    matters: Sequence[str]
    citations: Sequence[Citation]


class ScoresForm(forms.Form):
    """The scores of a day. An empty line says nothing."""

    on = forms.DateField(
        label=gettext_lazy("Scored on"), widget=forms.DateInput(attrs={"type": "date"}), validators=[has_come]
    )
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, chart: Chart, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.last = last_scores(chart)
        for name, entry in content().instruments.items():
            self.fields[name] = forms.FloatField(
                label=entry.label, min_value=entry.low, max_value=entry.high, required=False
            )

    def clean(self) -> dict[str, Any]:
        """At least one score; a raw sum is kept as the T-score that it stands for."""
        for name in content().instruments:
            if (typed := self.cleaned_data.get(name)) is not None:
                self.cleaned_data[name] = score_meant(book(), name, typed)
        if not self.errors and not self.facts():
            raise ValidationError(_("No score was typed."))
        return self.cleaned_data

    def facts(self) -> list[NewFact]:
        """Each score as a fact."""
        known = content().instruments
        return [
            NewFact(
                "measure",
                {"instrument": name, "score": score, "unit": known[name].unit, "true_on": self.cleaned_data["on"]},
            )
            for name, score in self.cleaned_data.items()
            if name in known and score is not None
        ]

    def first_rows(self) -> list[Row]:
        """What was scored before, and what is usual."""
        return [row for name, row in self._rows() if name in self.last or name in USUAL]

    def other_rows(self) -> list[Row]:
        """Everything else."""
        return [row for name, row in self._rows() if name not in self.last and name not in USUAL]

    def _rows(self) -> Iterator[tuple[str, Row]]:
        known = content().instruments
        for name in sorted(known, key=lambda one: (one not in USUAL, one not in self.last)):
            entry = known[name]
            thresholds = entry.minimal_important_change
            yield (
                name,
                Row(
                    instrument=entry,
                    field=self[name],
                    last=self.last.get(name),
                    range=_range(entry),
                    bands=[f"{number(band.lowest)}: {band.label}" for band in entry.cut_points],
                    matters=[_threshold(one) for one in thresholds],
                    citations=[
                        cite(f"{name}.minimal_important_change#{place}", one)
                        for place, one in enumerate(thresholds, start=1)
                    ],
                ),
            )


def _range(entry: Instrument) -> str:
    if sums := raw_sums(entry):
        return _("T-score, or the raw sum from %(first)d to %(last)d") % {"first": sums[0], "last": sums[1]}
    if entry.low is None or entry.high is None:
        return "" if entry.unit == "{score}" else unit_in_words(entry.unit)
    return f"{number(entry.low)}–{number(entry.high)}"


def _threshold(one: Quantity) -> str:
    size = number(one.value) if one.value is not None else f"{number(one.low or 0.0)}–{number(one.high or 0.0)}"
    return _("%(size)s %% of the baseline") % {"size": size} if one.unit == "%" else size


def last_scores(chart: Chart) -> dict[str, Measure]:
    """The last score of each instrument."""
    rows = chart.rows(Measure)
    return {row.instrument: row for row in rows if row.score is not None}


@dataclass(frozen=True)
class Told:
    """A score that was just written down: its band, and its change since the last one."""

    label: str
    score: float
    band: ScoreBand | None
    change: Change | None
    since: date | None

    @property
    def sentence(self) -> str:
        """All of it in one sentence."""
        words = f"{self.label}: {number(self.score)}"
        if self.band:
            words += f" ({self.band.label})"
        if self.change and self.change.direction != "neither":
            words += _(", %(by)s since %(day)s: %(direction)s") % {
                "by": f"{self.change.by:+g}",
                "day": date_format(self.since) if self.since else _("an earlier day"),
                "direction": _DIRECTIONS[self.change.direction],
            }
            words += f", {_MATTERS[self.change.matters]}" if self.change.direction != "same" else ""
        return words + "."


_DIRECTIONS: dict[str, Any] = {
    "better": gettext_lazy("better"), "worse": gettext_lazy("worse"), "same": gettext_lazy("the same")
}  # fmt: skip
_MATTERS: dict[str, Any] = {
    "met": gettext_lazy("a change that matters"),
    "not met": gettext_lazy("less than a change that matters"),
    "undocumented": gettext_lazy("whether it matters is not settled"),
}


def told_of(facts: Sequence[NewFact], before: dict[str, Measure]) -> list[Told]:
    """What new scores mean beside the ones before."""
    known = content().instruments
    found = []
    for fact in facts:
        name, score = fact.columns["instrument"], fact.columns["score"]
        was = before.get(name)
        change = changed(book(), name, was.score, score) if was and was.score is not None else None
        band = band_of(known[name], name, score)
        found.append(Told(known[name].label, score, band, change, was.true_on if was else None))
    return found
