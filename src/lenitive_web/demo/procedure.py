"""A day of procedures for the demonstration: one booking at every stage, some for next week."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

import msgspec
from django.utils import timezone

from lenitive.chart.procedure import DrugGiven, Procedure
from lenitive.medicine.content import content
from lenitive_web.ledger.actions import record_facts
from lenitive_web.ledger.facts import NewFact
from lenitive_web.ledger.models import Patient
from lenitive_web.ledger.selectors import chart_of, requests_of
from lenitive_web.people.models import Practice, User
from lenitive_web.procedure.actions import (
    book,
    items_of,
    observe,
    record_procedure,
    save_checklist,
    send_home,
    sign_consent,
    take_time_out,
)
from lenitive_web.procedure.checklist import Item, fact_of_answer
from lenitive_web.procedure.note import Note
from lenitive_web.schedule.actions import Slot, open_place
from lenitive_web.schedule.models import Booking, Place

STAGES = ("booked", "signed", "ready", "timed out", "recorded", "gone home")
DRUGS = {
    "medial_branch_block_cervical": (DrugGiven(ingredient="lidocaine", strength_percent=2, volume_ml=1),),
    "radiofrequency_ablation_medial_branch_lumbar": (
        DrugGiven(ingredient="lidocaine", strength_percent=2, volume_ml=4),
    ),
}

TECHNIQUE: dict[str, dict[str, Any]] = {
    "radiofrequency_ablation_medial_branch_lumbar": {
        "ablation_mode": "conventional", "temperature_c": 80, "lesion_seconds": 90, "lesions": 3,
        "sensory_v": 0.4, "motor_v": 2, "motor_response": False,
    },
}  # fmt: skip


@dataclass(frozen=True)
class Planned:
    """Who comes at which time, and how far the booking has come."""

    name: str
    days: int
    at: time
    room: str
    stage: str
    reason: str = ""


DAY = (
    Planned("Vera Underhill", 0, time(8, 30), "Fluoroscopy 1", "gone home"),
    Planned("Mira Lowenthal", 0, time(9, 30), "Fluoroscopy 1", "recorded"),
    Planned("Dov Castellanos", 0, time(10, 30), "Fluoroscopy 1", "timed out"),
    Planned("June Ibarra", 0, time(11, 15), "Fluoroscopy 2", "ready"),
    Planned("Paloma Oyelaran", 0, time(13, 0), "Fluoroscopy 1", "signed"),
    Planned("Thea Sandoval", 0, time(14, 0), "Fluoroscopy 2", "booked"),
    Planned(
        "Ivo Halloran", 0, time(15, 0), "Fluoroscopy 1", "booked",
        "The diary of the first block was lost; the patient remembers good relief and agreed to a repeat.",
    ),
    Planned("Cleo Barrowman", 9, time(9, 0), "Fluoroscopy 1", "booked"),
)  # fmt: skip
ROOMS = (("Fluoroscopy 1", "fluoroscopy"), ("Fluoroscopy 2", "fluoroscopy"), ("Ultrasound", "ultrasound"))


def fill_day(practice: Practice, physician: User, nurse: User, as_of: date) -> None:
    """Rooms and bookings, each brought to its stage by the same actions as in the clinic."""
    rooms = {name: open_place(practice=practice, name=name, imaging=imaging, by=physician) for name, imaging in ROOMS}
    for planned in DAY:
        patient = Patient.objects.get(practice=practice, name=planned.name)
        _bring(_booked(patient, planned, rooms[planned.room], physician, as_of), planned.stage, physician, nurse, as_of)


def _booked(patient: Patient, planned: Planned, place: Place, physician: User, as_of: date) -> Booking:
    day = as_of + timedelta(days=planned.days)
    [asked, *_more] = requests_of(patient)
    request = msgspec.structs.replace(asked, on=day, guidance="fluoroscopy", sedation=asked.sedation or "none")
    begins = timezone.make_aware(datetime.combine(day, planned.at))
    slot = Slot(begins, 45, place, physician)
    return book(
        patient=patient, request=request, slot=slot, as_of=as_of, by=physician, escort="sister", reason=planned.reason
    )


def _bring(booking: Booking, stage: str, physician: User, nurse: User, as_of: date) -> None:
    how_far = STAGES.index(stage)
    common: dict[str, Any] = {"booking": booking, "as_of": as_of}
    if how_far >= 1:
        sign_consent(name=booking.patient.name, signed_as="patient", by=nurse, version=_version(booking), **common)
    if how_far >= 2:
        _prepare(booking, nurse, as_of)
    if how_far >= 3:
        team = f"{physician.name} and {nurse.name}"
        take_time_out(team=team, by=nurse, version=_version(booking), **common)
    if how_far >= 4:
        _record(booking, physician, as_of)
        _observe(booking, nurse, as_of)
    if how_far >= 5:
        send_home(missing=[], by=nurse, version=_version(booking), **common)


def _version(booking: Booking) -> int:
    booking.patient.refresh_from_db()
    return booking.patient.last_entry


def _prepare(booking: Booking, nurse: User, as_of: date) -> None:
    chart = chart_of(booking.patient, as_of)
    facts = [
        fact_of_answer(item, _answer(item), booking.kind, chart, as_of, nurse.role)
        for item in items_of(booking, as_of)
        if not item.is_settled
    ]
    save_checklist(booking=booking, facts=facts, as_of=as_of, by=nurse, version=_version(booking))


def _answer(item: Item) -> Any:
    """What lets the procedure go on."""
    return {"weight": 78.0, "glucose": 104.0, "inr": 1.0, "platelets": 240.0, "hba1c": 5.6}.get(item.name, item.wanted)


def _record(booking: Booking, physician: User, as_of: date) -> None:
    asked, drugs = booking.request, DRUGS[booking.kind]
    columns = {
        "kind": booking.kind, "label": booking.label, "intent": asked.intent, "region": asked.region,
        "side": asked.side, "levels": asked.levels, "guidance": asked.guidance, "contrast": True, "sedation": "none",
        "needle": "22 G, 90 mm", "contrast_agent": "iohexol", "contrast_ml": 0.5,
        "spread": "along the target, none in a vessel", "fluoroscopy_seconds": 31, "dose_mgy": 4.2,
        **TECHNIQUE.get(booking.kind, {}),
        "drugs": [msgspec.to_builtins(drug) for drug in drugs], "operator": physician.name, "complication": "none",
        "true_on": as_of,
    }  # fmt: skip
    note = Note(
        label=booking.label, on=as_of, operator=physician.name, intent=asked.intent, side=asked.side,
        levels=asked.levels, guidance="fluoroscopy", needle="22 G, 90 mm", contrast=True, contrast_agent="iohexol",
        contrast_ml=0.5, spread="along the target, none in a vessel", drugs=drugs, sedation="none",
        fluoroscopy_seconds=31, dose_mgy=4.2, complication="none",
        consent=f"Consent was signed by {booking.patient.name}",
        time_out="A time-out was taken by the whole team",
        records=tuple(content().procedures[booking.kind].records), **TECHNIQUE.get(booking.kind, {}),
    )  # fmt: skip
    record_procedure(booking=booking, columns=columns, note=note, as_of=as_of, by=physician, version=_version(booking))


def _observe(booking: Booking, nurse: User, as_of: date) -> None:
    seen = {"heart_rate": 68, "systolic": 128, "diastolic": 76, "oxygen_saturation": 98, "pain": 1, "motor_block": "no"}
    measures = [
        NewFact("measure", {"instrument": name, "score": seen[name], "true_on": as_of})
        for name in ("heart_rate", "systolic", "diastolic", "oxygen_saturation")
    ]
    observe(booking=booking, seen=seen, facts=measures, by=nurse, version=_version(booking))
    done = next(row for row in reversed(chart_of(booking.patient, as_of).rows(Procedure)) if row.true_on == as_of)
    for minutes, score in ((30, 1.0), (60, 1.0)) if booking.request.intent == "diagnostic" else ():
        columns = {
            "procedure": done.id, "minutes_after": minutes, "instrument": "nrs", "score_before": 7.0,
            "score_after": score, "percent": round(100 * (7 - score) / 7, 1), "true_on": as_of,
        }  # fmt: skip
        record_facts(
            patient=booking.patient,
            facts=[NewFact("relief", columns)],
            by=nurse,
            source="block diary, told to the nurse",
        )
