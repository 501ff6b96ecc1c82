"""Keeping a drawing, and reading the latest one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import msgspec
from django.db import transaction
from django.utils import timezone

from lenitive.chart import Chart
from lenitive.chart.complaint import Complaint
from lenitive.errors import no_such
from lenitive.medicine.content import content
from lenitive.reasoning.pain_drawing import Mark
from lenitive_web.audit.actions import write_event
from lenitive_web.body_map.models import Drawing
from lenitive_web.ledger.models import Patient
from lenitive_web.people.models import User


@transaction.atomic
def record_drawing(*, patient: Patient, marks: Sequence[Mark], by: User | None, address: str | None = None) -> Drawing:
    """Keep a drawing as it was given."""
    for mark in marks:
        if mark.region not in content().regions:
            raise no_such("region", mark.region, content().regions)
    drawing = Drawing(patient=patient, drawn_at=timezone.now(), by=by, marks=msgspec.to_builtins(list(marks)))
    drawing.save(force_insert=True)
    write_event(
        practice=patient.practice,
        by=by,
        action="drawing.record",
        patient=patient.public_id,
        about=f"{len(marks)} regions",
        address=address,
    )
    return drawing


def latest_marks(patient: Patient, chart: Chart) -> tuple[list[Mark], date | None]:
    """What the patient marked last and on which day; without a drawing, the regions that the complaints name."""
    drawing = Drawing.objects.filter(patient=patient).last()
    if drawing is not None:
        return msgspec.convert(drawing.marks, list[Mark]), timezone.localdate(drawing.drawn_at)
    return marks_of_complaints(chart), None


def marks_of_complaints(chart: Chart) -> list[Mark]:
    """The regions that the complaints name, without a strength: a complaint has none."""
    found: dict[tuple[str, str | None], Mark] = {}
    for complaint in chart.rows(Complaint):
        for region in (complaint.region, *complaint.radiates_to):
            if region in content().regions:
                side: Any = complaint.side if content().regions[region].sided else None
                found[region, side] = Mark(region=region, side=side, quality=list(complaint.quality))
    return list(found.values())
