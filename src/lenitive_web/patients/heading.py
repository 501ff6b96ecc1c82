"""What stands above every page about a patient. Not asked, asked and none, and present are three things."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lenitive.chart import Chart
from lenitive.chart.allergy import Allergy
from lenitive.chart.coverage import Coverage
from lenitive.chart.device import Device
from lenitive.chart.medication import Medication
from lenitive.reasoning.book import book
from lenitive.reasoning.citing import plain
from lenitive.reasoning.safety import is_of_class

THINNERS = ("anticoagulant", "antiplatelet")
NOT_ASKED = gettext_lazy("Not asked")


@dataclass(frozen=True)
class Chip:
    """One thing that must not be overlooked. ``look`` is ``open`` for not asked, ``bad`` for a danger, else nothing."""

    label: str
    text: str | Promise
    look: str = ""


@dataclass(frozen=True)
class Heading:
    """Age, sex and chips."""

    age: int | None
    sex: str
    chips: Sequence[Chip]


def heading(chart: Chart, as_of: date) -> Heading:
    """The heading of a chart on a day."""
    person = chart.patient
    born = person.birth_date if person else None
    age = as_of.year - born.year - ((as_of.month, as_of.day) < (born.month, born.day)) if born else None
    chips = [_allergies(chart), _thinners(chart, as_of), _implants(chart, as_of), _coverage(chart, as_of)]
    return Heading(age=age, sex=(person.sex if person else None) or _("sex not recorded"), chips=chips)


def medicines_are_asked(chart: Chart) -> bool:
    """Whether somebody attested that the medicines on record are all: only then is nothing to hold a finding."""
    return chart.is_complete(["medication"])


def is_going_on(span: Any, as_of: date) -> bool:
    """Whether something that lasts had begun and was not known to have ended."""
    return (span.true_on is None or span.true_on <= as_of) and (span.until is None or span.until >= as_of)


def _allergies(chart: Chart) -> Chip:
    rows = [row for row in chart.rows(Allergy) if row.active is not False]
    if rows:
        return Chip(_("Allergies"), ", ".join(_with(row.substance, row.reaction) for row in rows), "bad")
    return _none_or_not_asked(chart, _("Allergies"), "allergy", _("None, asked"))


def _thinners(chart: Chart, as_of: date) -> Chip:
    drugs: list[Any] = [
        row
        for row in chart.rows(Medication)
        if row.status not in ("stopped", "completed")
        and is_going_on(row, as_of)
        and is_of_class(book(), row, *THINNERS)
    ]
    if drugs:
        return Chip(
            _("Blood thinners"), ", ".join(row.ingredient or row.label or row.drug_class for row in drugs), "bad"
        )
    return _none_or_not_asked(chart, _("Blood thinners"), "medication", _("None among the medicines asked"))


def _implants(chart: Chart, as_of: date) -> Chip:
    rows = [row for row in chart.rows(Device) if is_going_on(row, as_of)]
    if rows:
        told = ", ".join(_with(plain(row.kind), row.mri and f"MRI {row.mri}") for row in rows)
        return Chip(_("Implants"), told, "bad")
    return _none_or_not_asked(chart, _("Implants"), "device", _("None, asked"))


def _coverage(chart: Chart, as_of: date) -> Chip:
    rows = [row for row in chart.rows(Coverage) if is_going_on(row, as_of)]
    if not rows:
        return Chip(_("Coverage"), _("Not recorded"), "open")
    return Chip(_("Coverage"), ", ".join(dict.fromkeys(_with(row.payer, row.state) for row in rows)))


def _none_or_not_asked(chart: Chart, label: str, topic: str, none: str) -> Chip:
    return Chip(label, none) if chart.is_complete([topic]) else Chip(label, NOT_ASKED, "open")


LONGEST = 80
"""So many characters of one entry stand in the head of every page; the whole of it stands in the story."""


def _with(word: str, more: str | None) -> str:
    told = f"{word} ({more})" if more else word
    return told if len(told) <= LONGEST else f"{told[:LONGEST].rstrip()} …"
