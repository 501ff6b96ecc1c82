"""The plan of care as a FHIR R4 CarePlan that follows US Core.

It is a proposal and a draft: a machine wrote it, and nobody has decided on it. What was done is a completed activity
with what came of it; what comes next has not begun, and its status reason says where it stands and why. Nothing else is
filled in: no author, no period, no dose.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from html import escape
from typing import Any
from uuid import UUID

from lenitive.codes import LENITIVE
from lenitive.interop.fhir.context import OUR_PATIENT
from lenitive.interop.fhir.serving import Served, with_profile
from lenitive.reasoning.follow_up import FollowUp
from lenitive.reasoning.medicines import NEAR, MedicineStep
from lenitive.reasoning.plan import Involve, Rung, Then
from lenitive.reasoning.plan_of_care import PlanOfCare

Json = dict[str, Any]

TITLE = "Plan of care for chronic pain"
_CATEGORIES = "http://hl7.org/fhir/us/core/CodeSystem/careplan-category"
_CATEGORY = {"coding": [{"system": _CATEGORIES, "code": "assess-plan"}]}
_FHIR_ID = re.compile(r"[A-Za-z0-9\-.]{1,64}")


def care_plan(told: PlanOfCare) -> Json:
    """The plan as a resource of its own. Its patient is named as our writer names one."""
    who: Json = {"identifier": {"system": OUR_PATIENT, "value": told.patient}}
    if _FHIR_ID.fullmatch(told.patient):
        who = {"reference": f"Patient/{told.patient}"} | who
    return with_profile(_body(told, who) | {"id": f"plan-{told.as_of}"})


def served_care_plan(told: PlanOfCare, patient_id: UUID, goals: Sequence[Served] = ()) -> Served:
    """The plan as a server gives it out, pointing to the goals that the server gives out beside it."""
    name = f"{patient_id.hex}.plan"
    body = _body(told, {"reference": f"Patient/{patient_id}"}) | {"id": name}
    if goals:
        body["goal"] = [{"reference": f"Goal/{one.id}"} for one in goals]
    return Served("CarePlan", name, with_profile(body))


def _body(told: PlanOfCare, subject: Json) -> Json:
    activities = [{"detail": detail} for detail in _details(told)]
    notes = [{"text": f"{alert.title}: {alert.action}"} for alert in told.alerts]
    body: Json = {
        "resourceType": "CarePlan",
        "text": {"status": "generated", "div": _narrative(told)},
        "status": "draft",
        "intent": "proposal",
        "category": [_CATEGORY],
        "title": TITLE,
        "subject": subject,
        "created": told.as_of.isoformat(),
    }
    return body | ({"activity": activities} if activities else {}) | ({"note": notes} if notes else {})


# --- activities


def _details(told: PlanOfCare) -> Iterator[Json]:
    yield from map(_done, told.follow_ups)
    yield from map(_step, told.ladder)
    yield from (_medicine(one) for one in told.medicines if one.place in NEAR)
    for step in told.opioid_steps:
        yield _to_come("Task", _concept(step.label), step.why)
    yield from map(_partner, told.partners)


def _done(one: FollowUp) -> Json:
    day = {"scheduledPeriod": {"start": one.on.isoformat(), "end": one.on.isoformat()}} if one.on else {}
    code = _concept(one.label, one.kind)
    return {"kind": "ServiceRequest", "code": code, "status": "completed", **day, "description": one.says}


def _step(rung: Rung) -> Json:
    kind = "ServiceRequest" if rung.procedure else "Task"
    after = (*_after("If it works", rung.if_it_works), *_after("If it fails", rung.if_it_fails))
    said = [*(f"First: {one}" for one in rung.opens_with), *after]
    return _to_come(kind, _concept(rung.label, rung.procedure), f"{rung.place}: {rung.why}", " ".join(said))


def _after(when: str, steps: Sequence[Then]) -> Iterator[str]:
    if steps:
        yield f"{when}: {'; '.join(one.label for one in steps)}."


def _medicine(one: MedicineStep) -> Json:
    said = " ".join(f"First: {ask}" for ask in one.opens_with)
    detail = _to_come("MedicationRequest", _concept(one.label, one.medicine), f"{one.place}: {one.why}", said)
    return detail | ({"status": "in-progress"} if one.taken else {})


def _partner(one: Involve) -> Json:
    return _to_come("ServiceRequest", _concept(one.label, one.partner), "to involve", one.question)


def _to_come(kind: str, code: Json, why: str, description: str = "") -> Json:
    """What has not begun, and why it stands where it does."""
    detail: Json = {"kind": kind, "code": code, "status": "not-started", "statusReason": {"text": why}}
    return detail | ({"description": description} if description else {})


def _concept(label: str, code: str | None = None) -> Json:
    return ({"coding": [{"system": LENITIVE, "code": code}]} if code else {}) | {"text": label}


# --- for a reader


def _narrative(told: PlanOfCare) -> str:
    parts = [f"<p>{TITLE}, as of {told.as_of}. Worked out from the record; nobody has decided on it.</p>"]
    done = [f"{one.label}{f' on {one.on}' if one.on else ''}: {one.says}" for one in told.follow_ups]
    steps = [f"{one.label} ({one.place}): {one.why}" for one in told.ladder]
    medicines = [f"{one.label} ({one.place}): {one.why}" for one in told.medicines if one.place in NEAR]
    opioids = [f"{one.label}: {one.why}" for one in told.opioid_steps]
    partners = [f"{one.label}: {one.question}" for one in told.partners]
    alerts = [f"{one.title}: {one.action}" for one in told.alerts]
    for title, lines in (
        ("First", alerts),
        ("What came of it", done),
        ("Steps", steps),
        ("Medicines", medicines),
        ("Opioids", opioids),
        ("Whom to involve", partners),
    ):
        if lines:
            items = "".join(f"<li>{escape(line)}</li>" for line in lines)
            parts.append(f"<p>{title}</p><ul>{items}</ul>")
    return f'<div xmlns="http://www.w3.org/1999/xhtml">{"".join(parts)}</div>'
