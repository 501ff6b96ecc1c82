"""What is read aloud in a time-out: what the team agrees to stands beside the boxes, an unknown as an unknown."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from lenitive.chart import Chart
from lenitive.chart.device import Device
from lenitive.chart.statement import Statement
from lenitive.medicine.content import content
from lenitive.reasoning.assessment import StatusWord
from lenitive.reasoning.citing import plain
from lenitive_web.patients.heading import is_going_on, medicines_are_asked
from lenitive_web.procedure.checklist import Item, yes_no
from lenitive_web.schedule.models import Booking

USES_CURRENT = frozenset({"radiofrequency", "leads"})
"""Records of procedures that send current into the body."""
DISTURBED_BY_CURRENT = ("cardiac_device", "nerve_stimulator_or_pump")


@dataclass(frozen=True)
class Said:
    """One thing that is said. ``status`` is the sign beside it, where there is one, and ``word`` what the sign says."""

    text: str
    status: StatusWord | None = None
    word: str = ""

    def __str__(self) -> str:
        return ", ".join(part for part in (self.text, self.word) if part)


@dataclass(frozen=True)
class Line:
    """One line of what is read aloud. None is empty."""

    label: str | Promise
    said: Sequence[Said]


def lines(booking: Booking, items: Sequence[Item], chart: Chart, as_of: date) -> list[Line]:
    """Everything that the boxes of a time-out ask the team to agree to, beside the patient's name and the consent."""
    return [
        Line(_("Identifiers"), _identifiers(chart)),
        Line(_("Side and levels"), [Said(booking.where) if booking.where else _unknown(_("not decided"))]),
        Line(_("Allergies"), list(_allergies(items))),
        Line(_("Drugs against clotting"), list(_last_doses(items, chart, as_of))),
        Line(_("Sedation"), [_or_unknown(plain(booking.request.sedation or ""), _("not decided"))]),
        Line(_("Way home"), [_or_unknown(booking.escort, _("nobody named"))]),
        Line(_("Weight"), [_or_unknown(_before(items, "weight"), _("not weighed"))]),
        *_devices(booking, items, chart, as_of),
    ]


def _unknown(word: str) -> Said:
    return Said("", "undocumented", word)


def _or_unknown(text: str, word: str) -> Said:
    return Said(text) if text else _unknown(word)


def _before(items: Sequence[Item], name: str) -> str:
    return next((item.before for item in items if item.name == name), "")


def _identifiers(chart: Chart) -> list[Said]:
    """The numbers by which others know the patient, without the system that gave them."""
    known = [one.rpartition("|")[2] for one in chart.patient.identifiers] if chart.patient else []
    return [Said(number) for number in known] or [_unknown(_("none in the chart"))]


def _allergies(items: Sequence[Item]) -> Iterator[Said]:
    """None is a finding only when somebody asked today."""
    [asked] = [item for item in items if item.name == "allergies"]
    if asked.before:
        yield Said(asked.before)
    if asked.status == "met":
        yield Said("", "met", _("asked today") if asked.before else _("none, asked today"))
    else:
        yield _unknown(_("not asked today") if asked.status == "undocumented" else _("the list is not complete"))


def _last_doses(items: Sequence[Item], chart: Chart, as_of: date) -> Iterator[Said]:
    held = [item for item in items if item.drug]
    for item in held:
        yield Said(": ".join((item.drug, _last_dose(item, as_of))), item.status, _limit(item))
    if held:
        return
    yield Said(_("nothing to hold is recorded")) if medicines_are_asked(chart) else _unknown(_("medicines not asked"))


def _last_dose(item: Item, as_of: date) -> str:
    if item.last_dose is None:
        return _("last dose not asked")
    days = (as_of - item.last_dose).days
    ago = ngettext("%(days)s day ago", "%(days)s days ago", days) % {"days": days} if days else _("today")
    return _("last dose %(day)s, %(ago)s") % {"day": date_format(item.last_dose), "ago": ago}


def _limit(item: Item) -> str:
    if item.no_later_than is None:
        return _("no fixed day")
    return _("must be no later than %(day)s") % {"day": date_format(item.no_later_than)}


def _devices(booking: Booking, items: Sequence[Item], chart: Chart, as_of: date) -> Iterator[Line]:
    """Whether something in the body can be disturbed: asked wherever current is used."""
    uses_current = not USES_CURRENT.isdisjoint(content().procedures[booking.kind].records)
    if not uses_current and not any(item.name in DISTURBED_BY_CURRENT for item in items):
        return
    rows = [row for row in chart.rows(Device) if is_going_on(row, as_of)]
    said = [Said(row.label or plain(row.kind), "not met", _("in the body")) for row in rows]
    yield Line(_("Devices in the body"), [*said, *(_answered(kind, chart) for kind in DISTURBED_BY_CURRENT)])


def _answered(kind: str, chart: Chart) -> Said:
    label = str(content().statements[kind].label)
    rows: list[Any] = [row for row in chart.rows(Statement) if row.kind == kind]
    if not rows or rows[-1].says is None:
        return Said(label, "undocumented", _("not asked"))
    return Said(label, "not met" if rows[-1].says else "met", yes_no(rows[-1].says, rows[-1].true_on))
