"""How bookings are made, moved, cancelled, and taken a step further. Each write leaves its event."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import msgspec
from django.db import transaction
from django.db.models import Max, Q
from django.utils import timezone

from lenitive.chart import Request
from lenitive.errors import LenitiveError
from lenitive_web.audit.actions import write_event
from lenitive_web.ledger.models import Patient
from lenitive_web.people.models import Practice, User
from lenitive_web.schedule.models import NOT_BEGUN, Arrival, Booking, Place, State, Step, StepName


@dataclass(frozen=True)
class Slot:
    """When, how long, where, and who does it."""

    starts_at: datetime
    minutes: int
    place: Place
    operator: User

    @property
    def ends_at(self) -> datetime:
        """When the room is free again."""
        return self.starts_at + timedelta(minutes=self.minutes)


class SlotTakenError(LenitiveError):
    """Room, operator or patient is booked at that time already. ``taken`` are the bookings in the way."""

    def __init__(self, taken: Sequence[Booking]) -> None:
        self.taken = taken
        super().__init__(f"The time is taken by {len(taken)} bookings.")


class BookingChangedError(LenitiveError):
    """Somebody changed the booking after the form was opened."""

    def __init__(self, booking: Booking) -> None:
        self.booking = booking
        super().__init__("The booking was changed after this form was opened.")


class NotNowError(LenitiveError):
    """The booking has come too far, or not far enough, for this."""


@transaction.atomic
def reserve(
    *,
    patient: Patient,
    request: Request,
    slot: Slot,
    by: User,
    escort: str = "",
    exception: str = "",
    address: str | None = None,
) -> Booking:
    """A new booking. Raises :class:`SlotTakenError` when room, operator or patient is not free."""
    _one_at_a_time(patient.practice)
    _refuse_taken(patient, slot)
    last = Booking.objects.filter(patient=patient).aggregate(last=Max("number"))["last"] or 0
    booking = Booking.objects.create(
        practice=patient.practice,
        patient=patient,
        number=last + 1,
        kind=request.kind,
        body=msgspec.to_builtins(request),
        starts_at=slot.starts_at,
        ends_at=slot.ends_at,
        place=slot.place,
        operator=slot.operator,
        escort=escort,
        exception=exception,
        exception_by=by if exception else None,
    )
    _tell(booking, "booking.make", by, address)
    return booking


@transaction.atomic
def move(*, booking: Booking, slot: Slot, escort: str, version: int, by: User, address: str | None = None) -> Booking:
    """Another time, room or operator. The later of two editors is told by :class:`BookingChangedError`."""
    _one_at_a_time(booking.practice)
    held = _held(booking, version)
    _refuse_begun(held)
    _refuse_taken(held.patient, slot, but=held)
    held.starts_at, held.ends_at, held.place, held.operator = slot.starts_at, slot.ends_at, slot.place, slot.operator
    held.escort = escort
    held.version += 1
    held.save()
    _tell(held, "booking.move", by, address)
    return held


@transaction.atomic
def cancel(*, booking: Booking, version: int, by: User, address: str | None = None) -> Booking:
    """It will not be done; the time is free again."""
    held = _held(booking, version)
    _refuse_begun(held)
    held.state = State.CANCELLED
    held.version += 1
    held.save()
    _tell(held, "booking.cancel", by, address)
    return held


@transaction.atomic
def take_step(
    *, booking: Booking, name: StepName, body: Mapping[str, Any], by: User, address: str | None = None
) -> Step:
    """Write down that something of the day was done, and how far the booking has come by it."""
    held = Booking.objects.select_for_update().get(pk=booking.pk)
    if held.state not in _COMES_AFTER[name]:
        raise NotNowError(f"This cannot be done while the booking is {State(held.state).label}.")
    step = Step.objects.create(booking=held, name=name, at=timezone.now(), by=by, body=dict(body))
    held.state = _state_after(held, name)
    held.version += 1
    held.save(update_fields=["state", "version"])
    booking.state, booking.version = held.state, held.version
    _tell(held, f"booking.{name}", by, address)
    return step


@transaction.atomic
def check_in(*, booking: Booking, by: User, address: str | None = None) -> Arrival:
    """The patient is here. Checking in twice changes nothing."""
    held = Booking.objects.select_for_update().get(pk=booking.pk)
    if held.state not in NOT_BEGUN or held.day != timezone.localdate():
        raise NotNowError("Only a visit of today that has not begun can be checked in.")
    arrival, made = Arrival.objects.get_or_create(booking=held, defaults={"at": timezone.now(), "by": by})
    if made:
        _tell(held, "booking.arrived", by, address)
    return arrival


@transaction.atomic
def take_back(*, booking: Booking, by: User, address: str | None = None) -> None:
    """Checked in by mistake. Both stand in the audit."""
    held = Booking.objects.select_for_update().get(pk=booking.pk)
    if Arrival.objects.filter(booking=held).delete()[0]:
        _tell(held, "booking.not_arrived", by, address)


@transaction.atomic
def open_place(*, practice: Practice, name: str, imaging: str, by: User | None, address: str | None = None) -> Place:
    """A room in which procedures are done."""
    place = Place(practice=practice, name=name, imaging=imaging)
    place.full_clean()
    place.save(force_insert=True)
    write_event(practice=practice, by=by, action="place.open", address=address)
    return place


BEFORE = (State.BOOKED, State.PREPARED, State.SIGNED, State.READY)
_COMES_AFTER: dict[str, tuple[str, ...]] = {
    StepName.CHECKLIST: BEFORE,
    StepName.CONSENT: BEFORE,
    StepName.TIME_OUT: (State.READY,),
    StepName.RECORD: (State.TIMED_OUT,),
    StepName.RECOVERY: (State.RECORDED,),
    StepName.DISCHARGE: (State.RECORDED,),
}


def _state_after(booking: Booking, name: str) -> str:
    after = {
        StepName.TIME_OUT: State.TIMED_OUT,
        StepName.RECORD: State.RECORDED,
        StepName.RECOVERY: State.RECORDED,
        StepName.DISCHARGE: State.DISCHARGED,
    }
    if name in after:
        return after[StepName(name)]
    done = set(Step.objects.filter(booking=booking).values_list("name", flat=True))
    if {StepName.CHECKLIST, StepName.CONSENT} <= done:
        return State.READY
    return State.PREPARED if StepName.CHECKLIST in done else State.SIGNED


def _one_at_a_time(practice: Practice) -> None:
    """Two people who book the same room at the same moment come one after the other."""
    Practice.objects.select_for_update().get(pk=practice.pk)


def _held(booking: Booking, version: int) -> Booking:
    held = Booking.objects.select_for_update().get(pk=booking.pk)
    if held.version != version:
        raise BookingChangedError(held)
    return held


def _refuse_begun(booking: Booking) -> None:
    if not booking.may_move:
        raise NotNowError(f"This cannot be done while the booking is {State(booking.state).label}.")


def _refuse_taken(patient: Patient, slot: Slot, but: Booking | None = None) -> None:
    at_that_time = Booking.objects.filter(
        practice=patient.practice, starts_at__lt=slot.ends_at, ends_at__gt=slot.starts_at
    ).exclude(state=State.CANCELLED)
    wanted = Q(place=slot.place) | Q(operator=slot.operator) | Q(patient=patient)
    others = at_that_time.exclude(pk=but.pk) if but else at_that_time
    if taken := list(others.filter(wanted).select_related("place", "operator")):
        raise SlotTakenError(taken)


def _tell(booking: Booking, action: str, by: User, address: str | None) -> None:
    write_event(
        practice=booking.practice,
        by=by,
        action=action,
        patient=booking.patient.public_id,
        about=f"{booking.kind}, booking {booking.number}",
        address=address,
    )
