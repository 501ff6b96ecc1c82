"""Rooms, times and bookings for the tests."""

from __future__ import annotations

from datetime import date, datetime, time

from django.utils import timezone

from lenitive.chart import Request
from lenitive_web.ledger.models import Patient
from lenitive_web.people.models import Practice, User
from lenitive_web.people.roles import Role
from lenitive_web.schedule.actions import Slot, open_place, reserve
from lenitive_web.schedule.models import Booking, Place
from tests.web.conftest import member

BLOCK = Request(
    kind="medial_branch_block_lumbar",
    region="lumbar",
    side="left",
    levels=("L4-5", "L5-S1"),
    intent="diagnostic",
    guidance="fluoroscopy",
    sedation="none",
)


def at(day: date, hour: int = 10, minute: int = 0) -> datetime:
    """A moment on the clinic's clock."""
    return timezone.make_aware(datetime.combine(day, time(hour, minute)))


def room(practice: Practice, name: str = "Room 1", imaging: str = "fluoroscopy") -> Place:
    return Place.objects.filter(practice=practice, name=name).first() or open_place(
        practice=practice, name=name, imaging=imaging, by=None
    )


def slot(practice: Practice, starts_at: datetime, *, place: Place | None = None, operator: User | None = None) -> Slot:
    return Slot(starts_at, 30, place or room(practice), operator or member(practice, Role.PHYSICIAN))


def booked(patient: Patient, starts_at: datetime, request: Request = BLOCK, **more: object) -> Booking:
    """A booking behind no gate."""
    practice = patient.practice
    return reserve(
        patient=patient,
        request=request,
        slot=slot(practice, starts_at, **more),  # type: ignore[arg-type]
        by=member(practice, Role.PHYSICIAN),
    )
