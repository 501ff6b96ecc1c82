"""What is written down from booking to going home. Each action is one transaction: facts, step and events."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import msgspec
from django.db import transaction
from django.utils import timezone

from lenitive.chart import Request
from lenitive.errors import LenitiveError
from lenitive.medicine.content import content
from lenitive_web.audit.actions import write_event
from lenitive_web.ledger.actions import make_request, record_facts
from lenitive_web.ledger.facts import NewFact
from lenitive_web.ledger.models import Entry, Patient
from lenitive_web.ledger.selectors import chart_of, requests_of
from lenitive_web.people.models import User
from lenitive_web.procedure.checklist import Item, is_complete, items, open_items, standing
from lenitive_web.procedure.gates import Closed, closed, considered
from lenitive_web.procedure.note import Note, prose
from lenitive_web.procedure.read_aloud import lines
from lenitive_web.readings.selectors import book_of
from lenitive_web.schedule.actions import NotNowError, Slot, move, reserve, take_step
from lenitive_web.schedule.models import Booking, Step, StepName
from lenitive_web.schedule.selectors import next_booking_of, steps_of


class GateClosedError(LenitiveError):
    """The gate is shut, and no physician gave a reason. ``closed`` says by what."""

    def __init__(self, closed: Sequence[Closed]) -> None:
        self.closed = closed
        super().__init__(f"The gate is closed by {len(closed)} answers.")


@transaction.atomic
def book(
    *,
    patient: Patient,
    request: Request,
    slot: Slot,
    as_of: date,
    by: User,
    escort: str = "",
    reason: str = "",
    address: str | None = None,
) -> Booking:
    """Book behind the gates. A shut gate opens only by a physician's reason, which becomes a fact and an event."""
    shut = closed(considered(chart_of(patient, as_of), as_of, request, book_of(patient.practice_id)))
    if shut and not (reason and by.may("procedure.override")):
        raise GateClosedError(shut)
    booking = reserve(
        patient=patient,
        request=request,
        slot=slot,
        by=by,
        escort=escort,
        exception=reason if shut else "",
        address=address,
    )
    if shut:
        _go_on_anyway(booking, [one.what for one in shut], reason, as_of=as_of, by=by, address=address)
    _ask_for_the_booked_day(booking, as_of=as_of, by=by, address=address)
    return booking


def _ask_for_the_booked_day(booking: Booking, *, as_of: date, by: User, address: str | None) -> None:
    """What is asked of the payer is asked for the day on which it will be done next."""
    asked = next((one for one in requests_of(booking.patient) if one.kind == booking.kind), None)
    coming = next_booking_of(booking.patient, booking.kind, as_of)
    if asked and coming and asked.on != coming.day:
        on_the_day = msgspec.structs.replace(asked, on=coming.day)
        make_request(patient=booking.patient, request=on_the_day, by=by, address=address)


@transaction.atomic
def move_booking(
    *,
    booking: Booking,
    slot: Slot,
    escort: str,
    version: int,
    as_of: date,
    by: User,
    address: str | None = None,
) -> Booking:
    """Another time. On another day a gate may be closed that was open; an exception goes along with its booking."""
    day = timezone.localtime(slot.starts_at).date()
    request = msgspec.structs.replace(booking.request, on=day)
    shut = closed(considered(chart_of(booking.patient, as_of), as_of, request, book_of(booking.practice_id)))
    if shut and not booking.exception:
        raise GateClosedError(shut)
    moved = move(booking=booking, slot=slot, escort=escort, version=version, by=by, address=address)
    _ask_for_the_booked_day(moved, as_of=as_of, by=by, address=address)
    return moved


@transaction.atomic
def save_checklist(
    *,
    booking: Booking,
    facts: Sequence[NewFact],
    as_of: date,
    by: User,
    version: int,
    reason: str = "",
    address: str | None = None,
) -> list[Item]:
    """Write the answers down; the list as it stands then. On the booked day a complete list is a step."""
    record_facts(
        patient=booking.patient,
        facts=facts,
        by=by,
        source=_source("checklist before the procedure", by),
        version=version,
        address=address,
    )
    found = items_of(booking, as_of)
    if booking.day != as_of:
        return found
    anyway = bool(reason) and by.may("procedure.override") and not is_complete(found)
    against = [*standing(found), *open_items(found)]
    if anyway:
        shut = [str(item.label) for item in against]
        _go_on_anyway(booking, shut, reason, as_of=as_of, by=by, address=address)
    if anyway or is_complete(found):
        body = {"exception": anyway, "against": {item.name: item.status for item in against}}
        take_step(booking=booking, name=StepName.CHECKLIST, body=body, by=by, address=address)
    return found


def items_of(booking: Booking, as_of: date) -> list[Item]:
    """The checklist of a booking as the chart stands now."""
    chart = chart_of(booking.patient, as_of)
    [option] = considered(chart, as_of, booking.request, book_of(booking.practice_id)).options
    return items(option, chart, as_of)


@transaction.atomic
def sign_consent(
    *, booking: Booking, name: str, signed_as: str, as_of: date, by: User, version: int, address: str | None = None
) -> None:
    """The patient signed; who explained it stands beside."""
    told = f"Signed by {name} ({signed_as}); explained by {by.name}."
    fact = statement("procedure_consented", booking, as_of, by, text=told)
    _step_with_facts(booking, StepName.CONSENT, [fact], {"name": name, "as": signed_as}, by, version, address)


@transaction.atomic
def take_time_out(
    *, booking: Booking, team: str, as_of: date, by: User, version: int, address: str | None = None
) -> None:
    """The team stopped and agreed, on the booked day, on what the chart says at that moment; what was read is kept."""
    if booking.day != as_of:
        raise NotNowError("A time-out is taken on the booked day.")
    if not has_its_place(booking):
        raise NotNowError("Side and levels are not decided. Write them into the booking first.")
    chart, found = chart_of(booking.patient, as_of), items_of(booking, as_of)
    if new := since_checklist(steps_of(booking).get(StepName.CHECKLIST), found):
        labels = "; ".join(str(item.label) for item in new)
        raise NotNowError(f"Since the checklist something came in: {labels}. Go back to the checklist.")
    read = {str(line.label): [str(one) for one in line.said] for line in lines(booking, found, chart, as_of)}
    told = ". ".join(f"{label}: {'; '.join(said)}" for label, said in read.items())
    fact = statement("time_out_done", booking, as_of, by, text=f"In the room: {team}. Read aloud. {told}.")
    _step_with_facts(booking, StepName.TIME_OUT, [fact], {"team": team, "read": read}, by, version, address)


AT_A_SIDE_OR_LEVEL = frozenset(
    {
        "epidural",
        "facet cyst rupture",
        "facet joint injection",
        "joint injection",
        "medial branch block",
        "radiofrequency ablation",
        "sacroiliac",
    }
)
"""Families that have a side or a level to decide, unless one needle goes in at the middle."""


def has_its_place(booking: Booking) -> bool:
    """Whether side or levels were decided, or the procedure has none to decide."""
    entry = content().procedures[booking.kind]
    return bool(booking.where) or entry.midline or entry.family not in AT_A_SIDE_OR_LEVEL


def since_checklist(closed_by: Step | None, found: Sequence[Item]) -> list[Item]:
    """What stands against it or is open now, and was not when the checklist was closed or a physician went on."""
    if closed_by is None:
        return []
    known = closed_by.body.get("against", {})
    return [item for item in [*standing(found), *open_items(found)] if known.get(item.name) != item.status]


@transaction.atomic
def record_procedure(
    *,
    booking: Booking,
    columns: Mapping[str, Any],
    note: Note,
    as_of: date,
    by: User,
    version: int,
    implanted: Mapping[str, Any] | None = None,
    reason: str = "",
    address: str | None = None,
) -> str:
    """What was done, and the device that stays, become facts and a note in prose; the procedure's id comes back."""
    facts = [NewFact("procedure", columns)]
    if implanted:
        facts.append(NewFact("device", implanted))
    if reason:
        facts.append(statement("procedure_exception", booking, as_of, by, text=reason))
        _tell_exception(booking, 1, by, address)
    body = {"note": msgspec.to_builtins(note), "prose": prose(note)}
    return _step_with_facts(booking, StepName.RECORD, facts, body, by, version, address)[0].fact_id


@transaction.atomic
def observe(
    *,
    booking: Booking,
    seen: Mapping[str, Any],
    facts: Sequence[NewFact],
    by: User,
    version: int,
    address: str | None = None,
) -> None:
    """One look at the patient afterwards."""
    _step_with_facts(booking, StepName.RECOVERY, facts, seen, by, version, address)


@transaction.atomic
def send_home(
    *,
    booking: Booking,
    missing: Sequence[str],
    as_of: date,
    by: User,
    version: int,
    reason: str = "",
    address: str | None = None,
) -> None:
    """The patient goes home, with what held and, where something was missing, why."""
    told = f"Missing: {'; '.join(missing)}. {reason}" if missing else None
    fact = statement("discharge_criteria_met", booking, as_of, by, says=not missing, text=told)
    if missing:
        _tell_exception(booking, len(missing), by, address)
    body = {"missing": list(missing), "reason": reason}
    _step_with_facts(booking, StepName.DISCHARGE, [fact], body, by, version, address)


def statement(
    kind: str, booking: Booking, on: date, by: User, *, says: bool = True, text: str | None = None
) -> NewFact:
    """A statement about the booked procedure."""
    columns = {"kind": kind, "says": says, "text": text, "by": by.role, "about": booking.kind, "true_on": on}
    return NewFact("statement", columns)


def _step_with_facts(
    booking: Booking,
    name: StepName,
    facts: Sequence[NewFact],
    body: Mapping[str, Any],
    by: User,
    version: int,
    address: str | None,
) -> list[Entry]:
    entries = record_facts(
        patient=booking.patient, facts=facts, by=by, source=_source(name.label, by), version=version, address=address
    )
    written = [entry.fact_id for entry in entries]
    take_step(booking=booking, name=name, body={**body, "facts": written}, by=by, address=address)
    return entries


def _go_on_anyway(
    booking: Booking, shut: Sequence[str], reason: str, *, as_of: date, by: User, address: str | None
) -> None:
    told = f"{reason} (Against: {'; '.join(shut)}.)"
    record_facts(
        patient=booking.patient,
        facts=[statement("procedure_exception", booking, as_of, by, text=told)],
        by=by,
        source=_source("exception", by),
        address=address,
    )
    _tell_exception(booking, len(shut), by, address)


def _tell_exception(booking: Booking, number: int, by: User, address: str | None) -> None:
    write_event(
        practice=booking.practice,
        by=by,
        action="procedure.override",
        patient=booking.patient.public_id,
        about=f"{booking.kind}: went on against {number}",
        address=address,
    )


def _source(what: object, by: User) -> str:
    return f"{what}, {by.get_role_display()}".lower()
