"""How a page about one patient begins: through the door, with chart, assessment and heading at hand."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.utils import timezone

from lenitive.chart import Chart
from lenitive.reasoning import Assessment
from lenitive.reasoning.book import Book
from lenitive_web.emergency.selectors import OPENS
from lenitive_web.ledger.door import access_patient
from lenitive_web.ledger.models import Patient
from lenitive_web.ledger.selectors import assessment_of, chart_of
from lenitive_web.patients.heading import heading
from lenitive_web.readings.selectors import book_of
from lenitive_web.stages import STAGES


@dataclass
class ChartToday:
    """One patient's chart, today, for one person. Chart and assessment are worked out when they are asked for."""

    request: HttpRequest
    patient: Patient
    as_of: date

    @cached_property
    def chart(self) -> Chart:
        """The chart as of the day."""
        return chart_of(self.patient, self.as_of)

    @cached_property
    def book(self) -> Book:
        """The knowledge as the practice reads it."""
        return book_of(self.patient.practice_id)

    @cached_property
    def assessment(self) -> Assessment:
        """All that follows from the chart on the day."""
        return assessment_of(self.patient, self.as_of)


class PatientPage(ChartToday):
    """A page about a patient, for somebody who works here."""

    def context(self, here: str, **more: Any) -> dict[str, Any]:
        """What the frame of the page needs, and ``more`` for the stage; ``here`` is the route of the stage."""
        user = self.request.user
        emergency = getattr(self.request, "emergency", None)
        return {
            "patient": self.patient,
            "chart": self.chart,
            "as_of": self.as_of,
            "heading": heading(self.chart, self.as_of),
            "assessment": self.assessment,
            "stages": [
                stage for stage in STAGES if user.may(stage.permission) or (emergency and stage.permission == OPENS)
            ],
            "emergency": emergency,
            "here": here,
            "may_record": user.may("chart.record"),
            "may_export": user.may("chart.export"),
            **more,
        }


def open_page(request: HttpRequest, patient_id: UUID, permission: str) -> PatientPage:
    """The page of a patient, if this person may do this. Every view about a patient starts here or at the door."""
    return PatientPage(request, access_patient(request, patient_id, permission), timezone.localdate())
