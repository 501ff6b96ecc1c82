"""What a column on safety says of an option: dangers, holds, what forbids it, and what nobody asked.

Silence of the chart is no reassurance. That there is nothing to hold is said only where the medicines were asked about
completely, and a procedure whose contraindications are open says so.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from lenitive.chart import Chart
from lenitive.chart.allergy import Allergy
from lenitive.reasoning.assessment import NO_NEEDLE, Option, RedFlagResult
from lenitive_web.patients.heading import medicines_are_asked


@dataclass(frozen=True)
class Said:
    """One line of the column. ``address`` is where the answer is written down; the line then leads there."""

    severity: str
    text: str | Promise
    address: str = ""


@dataclass(frozen=True)
class Where:
    """Where this person can answer what was not asked; nowhere for who only reads."""

    patient_id: UUID
    may_record: bool

    def asked(self) -> str:
        """The page on which a topic is said to be asked completely."""
        return reverse("asked", args=[self.patient_id]) if self.may_record else ""

    def option(self, procedure: str) -> str:
        """The page of an option."""
        return reverse("option", args=[self.patient_id, procedure])


def safety(option: Option, chart: Chart, stopping: Sequence[RedFlagResult], where: Where) -> list[Said]:
    """What is known to be dangerous, and what is not known; an empty list means asked and nothing found."""
    return list(_safety(option, chart, stopping, where))


def _safety(option: Option, chart: Chart, stopping: Sequence[RedFlagResult], where: Where) -> Iterator[Said]:
    for flag in stopping[:1]:
        yield Said("emergency" if flag.urgency == "emergency" else "stop", _("waits: red flag"))
    for alert in option.alerts:
        yield Said(alert.severity, alert.title)
    against = option.contraindications
    for one in against.results(against.violated):
        yield Said("stop", one.label)
    for one in against.warned:
        yield Said("warning", _("%(found)s: speaks against it, recalled") % {"found": one.label})
    if option.role not in NO_NEEDLE:
        yield from _not_asked(chart, where)
    unknown = [one for one in against.results(against.open) if not one.warns_only]
    open_ = [one for one in unknown if not all(ask.about_request for ask in one.missing)]
    if open_:
        told = ngettext("%(number)d contraindication not asked", "%(number)d contraindications not asked", len(open_))
        yield Said("ask", told % {"number": len(open_)}, where.option(option.procedure))


def _not_asked(chart: Chart, where: Where) -> Iterator[Said]:
    """What matters before any needle, and nobody asked."""
    if not medicines_are_asked(chart):
        yield Said("ask", _("blood thinners not asked"), where.asked())
    if not chart.rows(Allergy) and not chart.is_complete(["allergy"]):
        yield Said("ask", _("allergies not asked"), where.asked())
