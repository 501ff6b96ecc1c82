"""The time-out: what the team agrees to is read aloud from the chart, and the chart is looked at again."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils.formats import date_format

from lenitive.chart import Request
from lenitive_web.ledger.actions import record_facts
from lenitive_web.ledger.facts import NewFact
from lenitive_web.ledger.models import Patient
from lenitive_web.ledger.selectors import chart_of
from lenitive_web.people.models import Practice
from lenitive_web.people.roles import Role
from lenitive_web.procedure.actions import items_of
from lenitive_web.procedure.read_aloud import Line, lines
from lenitive_web.schedule.models import Booking, State, StepName
from lenitive_web.schedule.selectors import steps_of
from tests.web.conftest import As, admitted
from tests.web.procedure.booking import BLOCK, at, booked
from tests.web.procedure.test_day import checked, last, send, signed, stopped

BOXES = dict.fromkeys(("patient", "procedure", "consent", "dangers", "ready"), "on")


@pytest.fixture
def booking(patient: Patient, today: date) -> Booking:
    return booked(patient, at(today))


@pytest.fixture
def ready(as_role: As, booking: Booking, today: date) -> Booking:
    checked(as_role(Role.NURSE), booking, today)
    signed(as_role(Role.NURSE), booking)
    return booking


def written(booking: Booking, *facts: NewFact) -> None:
    record_facts(patient=booking.patient, facts=facts, by=None, source="test")


def statement_of(kind: str, says: bool, on: date) -> NewFact:
    return NewFact("statement", {"kind": kind, "says": says, "true_on": on})


def read(booking: Booking, on: date) -> dict[str, list[str]]:
    found: list[Line] = lines(booking, items_of(booking, on), chart_of(booking.patient, on), on)
    return {str(line.label): [str(one) for one in line.said] for line in found}


def page(as_role: As, booking: Booking) -> str:
    address = reverse("visit-time-out", args=[booking.patient.public_id, booking.number])
    return as_role(Role.NURSE).get(address).content.decode()


def test_an_allergy_is_read_aloud_and_none_is_a_finding_only_today(as_role: As, booking: Booking, today: date) -> None:
    assert "none, asked today" not in read(booking, today)["Allergies"]
    allergy = {"substance": "latex", "reaction": "hives", "true_on": today}
    written(booking, NewFact("allergy", allergy))
    said = "; ".join(read(booking, today)["Allergies"])
    assert "latex (hives)" in said
    assert "not asked today" in said
    assert "latex (hives)" in page(as_role, booking)
    written(booking, NewFact("attestation", {"topic": "allergy", "complete": True, "by": "nurse", "true_on": today}))
    assert read(booking, today)["Allergies"][-1] == "asked today"


def test_the_last_dose_of_a_held_drug_is_read_with_its_limit(as_role: As, practice: Practice, today: date) -> None:
    thinned = admitted(practice, today, 2)
    request = Request(kind="epidural_transforaminal_lumbar", side="left", levels=("L5-S1",), sedation="none")
    booking = booked(thinned, at(today), request)
    [held] = [item for item in items_of(booking, today) if item.drug]
    [said] = read(booking, today)["Drugs against clotting"]
    assert said.startswith(f"{held.drug}: last dose not asked, must be no later than")
    assert held.no_later_than
    late = held.no_later_than + timedelta(days=1)
    send(as_role(Role.NURSE), booking, "visit-checklist", **{held.name: late})
    [said] = read(booking, today)["Drugs against clotting"]
    days = (today - late).days
    assert f"last dose {date_format(late)}, " in said
    assert f"{days} day" in said or days == 0
    text = page(as_role, booking)
    assert f"must be no later than {date_format(held.no_later_than)}" in text


def test_what_is_unknown_is_read_as_unknown(booking: Booking, today: date) -> None:
    said = read(booking, today)
    assert said["Way home"] == ["nobody named"]
    assert said["Sedation"] == ["none"]
    assert said["Side and levels"] == ["left, L4-5 L5-S1"]
    assert all(texts and all(texts) for texts in said.values()), "no cell is empty"


def test_a_device_is_read_where_current_is_used(practice: Practice, patient: Patient, today: date) -> None:
    request = Request(kind="radiofrequency_ablation_medial_branch_lumbar", side="left", levels=("L4-5",))
    ablation = booked(patient, at(today, 12), request)
    assert any(text.endswith("not asked") for text in read(ablation, today)["Devices in the body"])
    written(ablation, statement_of("cardiac_device", True, today), NewFact("device", {"kind": "pacemaker"}))
    said = "; ".join(read(ablation, today)["Devices in the body"])
    assert "pacemaker, in the body" in said
    assert f"yes, {date_format(today)}" in said


def test_a_measured_caution_and_open_advice_reach_the_time_out(as_role: As, patient: Patient, today: date) -> None:
    request = Request(
        kind="epidural_transforaminal_lumbar", side="left", levels=("L5-S1",), steroid="dexamethasone", sedation="none"
    )
    booking = booked(patient, at(today, 12), request)
    written(booking, statement_of("diabetes", True, today))
    asked = {item.name: item for item in items_of(booking, today)}
    assert asked["glucose"].status == "undocumented"
    label = str(asked["glucose"].label)
    assert label in page(as_role, booking), "nobody asked, and the page says so"
    written(booking, NewFact("measure", {"instrument": "glucose", "score": 400, "unit": "mg/dL", "true_on": today}))
    found = {item.name: item for item in items_of(booking, today)}["glucose"]
    assert (found.status, found.how, found.blocks) == ("not met", "number", False)
    answer = as_role(Role.NURSE).get(reverse("visit-time-out", args=[booking.patient.public_id, booking.number]))
    assert "glucose" in {item.name for item in answer.context["warnings"]}


def test_the_time_out_looks_again_at_the_chart(as_role: As, ready: Booking, today: date) -> None:
    written(ready, statement_of("infection_now", True, today))
    answer = send(as_role(Role.NURSE), ready, "visit-time-out", team="all", **BOXES)
    assert answer.status_code == 422
    text = answer.content.decode()
    assert "Since the checklist something came in" in text
    assert reverse("visit-checklist", args=[ready.patient.public_id, ready.number]) in text
    assert ready.state == State.READY
    assert last(ready, "statement")["kind"] == "infection_now"


def test_what_a_physician_went_on_against_does_not_stop_it_twice(as_role: As, ready: Booking, today: date) -> None:
    written(ready, statement_of("infection_now", True, today))
    physician = as_role(Role.PHYSICIAN)
    assert send(physician, ready, "visit-checklist", reason="A cold, no fever").status_code == 302
    stopped(as_role(Role.NURSE), ready)
    assert ready.state == State.TIMED_OUT


def test_the_record_of_a_time_out_says_what_was_read(as_role: As, ready: Booking) -> None:
    stopped(as_role(Role.NURSE), ready)
    fact: dict[str, Any] = last(ready, "statement")
    assert fact["kind"] == "time_out_done"
    assert "Side and levels: left, L4-5 L5-S1." in fact["text"]
    assert "Allergies: " in fact["text"]
    body = steps_of(ready)[StepName.TIME_OUT].body
    assert body["read"]["Side and levels"] == ["left, L4-5 L5-S1"]
    assert body["team"] == "Physician One and Nurse One"


def test_nobody_agrees_to_a_side_that_is_not_decided(as_role: As, patient: Patient, today: date) -> None:
    booking = booked(patient, at(today, 12), Request(kind=BLOCK.kind, intent="diagnostic", sedation="none"))
    checked(as_role(Role.NURSE), booking, today)
    signed(as_role(Role.NURSE), booking)
    answer = send(as_role(Role.NURSE), booking, "visit-time-out", team="all", **BOXES)
    assert answer.status_code == 422
    assert "Side and levels are not decided" in answer.content.decode()
    assert booking.state == State.READY
