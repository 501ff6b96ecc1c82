"""Every story has its pages, also the one that says nothing."""

from __future__ import annotations

from datetime import date

import pytest
from django.urls import reverse

from lenitive.medicine.content import content
from lenitive.reasoning.assessment import NO_NEEDLE
from lenitive_web.ledger.models import Patient
from lenitive_web.people.models import Practice
from lenitive_web.people.roles import Role
from tests.web.conftest import As, admitted
from tests.web.procedure.booking import BLOCK, at, booked

STEPS = ("checklist", "consent", "time-out", "record", "recovery", "discharge", "note", "move")


@pytest.mark.parametrize("number", range(12))
def test_every_story_can_be_booked_and_prepared(number: int, as_role: As, practice: Practice, today: date) -> None:
    patient = admitted(practice, today, number)
    physician = as_role(Role.PHYSICIAN)
    page = physician.get(reverse("procedure", args=[patient.public_id]))
    for option in [*page.context["asked_for"], *page.context["others"]][:3]:
        form = physician.get(reverse("book", args=[patient.public_id]), {"kind": option.procedure})
        assert form.status_code == 200
    booking = booked(patient, at(today))
    for step in ("checklist", "consent"):
        address = reverse(f"visit-{step}", args=[patient.public_id, booking.number])
        assert physician.get(address).status_code == 200


def test_a_patient_without_any_fact_has_pages_too(as_role: As, practice: Practice, today: date) -> None:
    patient = Patient.objects.create(practice=practice, name="Nobody Asked")
    nurse = as_role(Role.NURSE)
    page = nurse.get(reverse("procedure", args=[patient.public_id])).content.decode()
    assert "Nothing is booked yet." in page
    assert "No procedure is considered until a complaint is recorded." in page
    booking = booked(patient, at(today), BLOCK)
    for step in STEPS:
        answer = nurse.get(reverse(f"visit-{step}", args=[patient.public_id, booking.number]))
        assert answer.status_code == 200, step


def test_every_needle_of_the_knowledge_base_can_be_booked(as_role: As, patient: Patient) -> None:
    physician = as_role(Role.PHYSICIAN)
    for kind, entry in content().procedures.items():
        answer = physician.get(reverse("book", args=[patient.public_id]), {"kind": kind})
        assert answer.status_code == (302 if entry.role in NO_NEEDLE else 200), kind


def test_a_booking_that_is_not_there_is_not_found(as_role: As, patient: Patient) -> None:
    for step in ("", *(f"-{step}" for step in STEPS)):
        answer = as_role(Role.PHYSICIAN).get(reverse(f"visit{step}", args=[patient.public_id, 7]))
        assert answer.status_code == 404


def test_without_a_room_the_form_says_who_opens_one(as_role: As, patient: Patient) -> None:
    page = as_role(Role.NURSE).get(reverse("book", args=[patient.public_id]), {"kind": BLOCK.kind})
    assert "The practice has no room for procedures yet." in page.content.decode()


def test_what_is_written_down_is_escaped(as_role: As, practice: Practice, patient: Patient, today: date) -> None:
    booked(patient, at(today))
    patient.name = "<script>alert(1)</script>"
    patient.save()
    for address in (reverse("visit", args=[patient.public_id, 1]), reverse("schedule")):
        assert b"<script>alert(1)" not in as_role(Role.PHYSICIAN).get(address).content
