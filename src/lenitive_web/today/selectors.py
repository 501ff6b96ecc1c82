"""What each patient's chart needs, in one line."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import Max
from django.utils import timezone

from lenitive.chart import Request
from lenitive.reasoning import Assessment
from lenitive.reasoning.assessment import Alert, Ask, Estimate, Option
from lenitive.reasoning.consider import consider
from lenitive_web.ledger.models import Entry, Patient
from lenitive_web.ledger.selectors import assessment_of, chart_of, requests_of
from lenitive_web.people.models import Practice
from lenitive_web.schedule.models import NOT_BEGUN, Booking
from lenitive_web.schedule.selectors import bookings_on

CONSIDERED = 60
"""The charts that were written last; what nobody touched for long is found through the list of patients."""


@dataclass(frozen=True)
class Line:
    """One patient on the first page."""

    patient: Patient
    alerts: Sequence[Alert]
    holds: Sequence[Alert]
    likeliest: Estimate | None
    question: str
    asked_for: Sequence[Option]
    missing: Sequence[Ask]
    unasked: int

    @property
    def urgency(self) -> tuple[int, int, int]:
        """Smaller comes first: red flags, then holds, then dangers nobody asked about."""
        worst = min((_RANK[alert.severity] for alert in self.alerts), default=9)
        return (worst, -len(self.holds), -self.unasked)


_RANK = {"emergency": 0, "stop": 1, "warning": 2, "ask": 3}


def lines_of(practice: Practice, as_of: date) -> list[Line]:
    """The patients whose charts were written last, the most urgent first."""
    recent = Patient.objects.filter(practice=practice, last_entry_at__isnull=False).order_by("-last_entry_at", "-pk")
    lines = [_line(patient, as_of) for patient in recent[:CONSIDERED]]
    return sorted(lines, key=lambda line: line.urgency)


def _line(patient: Patient, as_of: date) -> Line:
    assessment = assessment_of(patient, as_of)
    kinds = {request.kind for request in requests_of(patient)}
    question, likeliest = _likeliest(assessment)
    asked_for = [option for option in assessment.options if option.procedure in kinds]
    return Line(
        patient=patient,
        alerts=assessment.alerts,
        holds=[alert for option in asked_for for alert in option.alerts],
        likeliest=likeliest,
        question=question,
        asked_for=asked_for,
        missing=assessment.missing,
        unasked=sum(flag.status == "undocumented" for flag in assessment.red_flags),
    )


def _likeliest(assessment: Assessment) -> tuple[str, Estimate | None]:
    found = [(answer.label, answer.estimates[0]) for answer in assessment.differential if answer.estimates]
    return max(found, key=lambda pair: pair[1].probability, default=("", None))


# --- who comes -------------------------------------------------------------------------------------------------------

AHEAD = timedelta(days=30)
"""How far ahead bookings are looked through for medicines to hold."""


FOLLOWED = 500
"""The patients whose procedures and authorizations are followed on the first page, those written about last."""


def followed(practice: Practice, booked: Iterable[int]) -> list[Patient]:
    """The patients to whom something may be owed: all who are booked, and those with a procedure or authorization."""
    written = Entry.objects.filter(patient__practice=practice, table__in=("procedure", "authorization"))
    latest = written.values("patient").annotate(last=Max("pk")).order_by("-last").values_list("patient", flat=True)
    return list(Patient.objects.filter(practice=practice, pk__in={*booked, *latest[:FOLLOWED]}))


@dataclass(frozen=True)
class Visit:
    """Somebody who comes today, and how they stand."""

    booking: Booking
    option: Option
    asks: Sequence[str]


def visits_on(practice: Practice, day: date) -> list[Visit]:
    """Who comes on a day, by the time."""
    return [_visit(booking, day) for booking in bookings_on(practice, day)]


def _visit(booking: Booking, day: date) -> Visit:
    [option] = consider(chart_of(booking.patient, day), day, [booking.request]).options
    parts = (option.gates, option.contraindications, option.candidacy)
    asks = [ask.question for part in parts for result in part.results(part.open) for ask in result.missing]
    return Visit(booking, option, list(dict.fromkeys(asks)))


def booked_requests(practice: Practice, day: date) -> dict[int, list[Request]]:
    """What is booked from a day on, by patient."""
    found: dict[int, list[Request]] = {}
    begin = timezone.make_aware(datetime.combine(day, time.min))
    booked = Booking.objects.filter(
        practice=practice, state__in=NOT_BEGUN, starts_at__gte=begin, starts_at__lt=begin + AHEAD
    )
    for booking in booked:
        found.setdefault(booking.patient_id, []).append(booking.request)
    return found
