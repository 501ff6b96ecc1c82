"""What the ledger says: charts, requests, assessments as of a day."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

import msgspec

from lenitive.chart import Chart, Request
from lenitive.reasoning import Assessment, assess
from lenitive.reasoning.readings import book_read_otherwise
from lenitive_web.ledger.facts import fact_of
from lenitive_web.ledger.models import Entry, Patient, RequestMade
from lenitive_web.readings.selectors import read_otherwise

KEPT = 512
"""How many assessments a worker keeps in memory."""


def chart_of(patient: Patient, as_of: date) -> Chart:
    """The patient's chart as it was known at the end of a day, in the clinic's time zone."""
    return chart_from(Entry.objects.filter(patient=patient).values_list("table", "body"), patient, as_of)


def chart_from(rows: Iterable[tuple[str, Mapping[str, Any]]], patient: Patient, as_of: date) -> Chart:
    """The chart of a patient whose entries, table and body, are at hand in the order in which they were written."""
    facts = [fact_of(table, body) for table, body in rows]
    return Chart.of(facts).as_of(as_of) if facts else Chart(str(patient.public_id), (), as_of)


def requests_of(patient: Patient) -> list[Request]:
    """The procedures that are asked for now, the latest decision for each."""
    return requests_from(RequestMade.objects.filter(patient=patient))


def requests_from(decisions: Iterable[RequestMade]) -> list[Request]:
    """What is asked for after these decisions of one patient, in their order."""
    latest: dict[str, RequestMade] = {}
    for made in decisions:
        latest.pop(made.kind, None)
        latest[made.kind] = made
    return [msgspec.convert(made.body, Request) for made in latest.values() if not made.withdrawn]


def assessment_of(patient: Patient, as_of: date) -> Assessment:
    """All that follows from the patient's chart on a day. Worked out once for a version of the chart and a day."""
    version = (patient.last_entry, patient.last_entry_at, _decisions(patient))
    return _assessed(patient.public_id, version, read_otherwise(patient.practice_id), as_of)


def _decisions(patient: Patient) -> int:
    """The number of the latest decision about a request."""
    return RequestMade.objects.filter(patient=patient).values_list("pk", flat=True).last() or 0


@lru_cache(maxsize=KEPT)
def _assessed(
    public_id: UUID, version: tuple[int, datetime | None, int], readings: frozenset[str], as_of: date
) -> Assessment:
    """``version`` only tells one state of the chart from another; numbers alone come back after a rolled-back write."""
    patient = Patient.objects.get(public_id=public_id)
    known = book_read_otherwise(readings)
    return assess(chart_of(patient, as_of), as_of, requests_of(patient), knowledge=known)


def written_since(patient: Patient, version: int) -> Sequence[Entry]:
    """What was written into the chart after a version of it."""
    return list(Entry.objects.filter(patient=patient, pk__gt=version).select_related("by"))
