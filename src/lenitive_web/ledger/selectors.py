"""What the ledger says: charts, requests, assessments as of a day."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from functools import lru_cache
from uuid import UUID

import msgspec

from lenitive.chart import Chart, Request
from lenitive.reasoning import Assessment, assess
from lenitive_web.ledger.facts import fact_of
from lenitive_web.ledger.models import Entry, Patient, RequestMade

KEPT = 512
"""How many assessments a worker keeps in memory."""


def chart_of(patient: Patient, as_of: date) -> Chart:
    """The patient's chart as it was known at the end of a day, in the clinic's time zone."""
    rows = Entry.objects.filter(patient=patient).values_list("table", "body")
    facts = [fact_of(table, body) for table, body in rows]
    return Chart.of(facts).as_of(as_of) if facts else Chart(str(patient.public_id), (), as_of)


def requests_of(patient: Patient) -> list[Request]:
    """The procedures that are asked for now, the latest decision for each."""
    latest: dict[str, RequestMade] = {}
    for made in RequestMade.objects.filter(patient=patient):
        latest.pop(made.kind, None)
        latest[made.kind] = made
    return [msgspec.convert(made.body, Request) for made in latest.values() if not made.withdrawn]


def assessment_of(patient: Patient, as_of: date) -> Assessment:
    """All that follows from the patient's chart on a day. Worked out once for a version of the chart and a day."""
    return _assessed(patient.public_id, (patient.last_entry, patient.last_entry_at, _decisions(patient)), as_of)


def _decisions(patient: Patient) -> int:
    """The number of the latest decision about a request."""
    return RequestMade.objects.filter(patient=patient).values_list("pk", flat=True).last() or 0


@lru_cache(maxsize=KEPT)
def _assessed(public_id: UUID, version: tuple[int, datetime | None, int], as_of: date) -> Assessment:
    """``version`` only tells one state of the chart from another; numbers alone come back after a rolled-back write."""
    patient = Patient.objects.get(public_id=public_id)
    return assess(chart_of(patient, as_of), as_of, requests_of(patient))


def written_since(patient: Patient, version: int) -> Sequence[Entry]:
    """What was written into the chart after a version of it."""
    return list(Entry.objects.filter(patient=patient, pk__gt=version).select_related("by"))
