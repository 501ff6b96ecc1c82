"""Who comes on a day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Literal

from django.db.models import QuerySet
from django.utils import timezone

from lenitive_web.ledger.models import Patient
from lenitive_web.people.models import Practice
from lenitive_web.schedule.models import NOT_BEGUN, Booking, State, Step


@dataclass(frozen=True)
class Column:
    """The bookings of one room, or of one operator."""

    name: str
    more: str
    bookings: Sequence[Booking]


def bookings_on(practice: Practice, day: date) -> list[Booking]:
    """All bookings of a day by their time, the cancelled ones left out."""
    begin = timezone.make_aware(datetime.combine(day, time.min))
    end = timezone.make_aware(datetime.combine(day + timedelta(days=1), time.min))
    found = Booking.objects.filter(practice=practice, starts_at__gte=begin, starts_at__lt=end)
    return list(_with_people(found.exclude(state=State.CANCELLED)))


def columns_of(bookings: Sequence[Booking], by: Literal["room", "operator"]) -> list[Column]:
    """The bookings of a day, apart for each room or for each operator."""
    apart: dict[tuple[str, str], list[Booking]] = {}
    for one in bookings:
        place = (one.place.name, one.place.get_imaging_display())
        person = (one.operator.name, one.operator.get_role_display())
        apart.setdefault(place if by == "room" else person, []).append(one)
    return [Column(name, more, rows) for (name, more), rows in sorted(apart.items())]


def bookings_of(patient: Patient) -> list[Booking]:
    """All bookings of a patient, the latest day first."""
    return list(_with_people(Booking.objects.filter(patient=patient)).order_by("-starts_at", "-pk"))


def next_booking_of(patient: Patient, kind: str, day: date) -> Booking | None:
    """When a procedure will be done next, from this day on; what has begun or is over is not next any more."""
    begin = timezone.make_aware(datetime.combine(day, time.min))
    found = Booking.objects.filter(patient=patient, kind=kind, starts_at__gte=begin, state__in=NOT_BEGUN)
    return found.order_by("starts_at", "pk").first()


def booking_of(patient: Patient, number: int) -> Booking | None:
    """One booking of a patient."""
    return _with_people(Booking.objects.filter(patient=patient, number=number)).first()


def steps_of(booking: Booking) -> dict[str, Step]:
    """The latest of each step that was taken."""
    return {step.name: step for step in Step.objects.filter(booking=booking).select_related("by")}


def _with_people(found: QuerySet[Booking]) -> QuerySet[Booking]:
    return found.select_related("patient", "place", "operator", "practice", "exception_by", "arrival")
