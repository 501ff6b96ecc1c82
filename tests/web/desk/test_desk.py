"""The front desk admits, insures, invites, checks in and prints; it reads nothing of the illness."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any

import pytest
from django.core import mail
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from lenitive_web.audit.models import Event
from lenitive_web.ledger.actions import record_facts
from lenitive_web.ledger.facts import NewFact
from lenitive_web.ledger.models import Patient
from lenitive_web.ledger.selectors import chart_of
from lenitive_web.people.models import Practice
from lenitive_web.people.roles import Role
from lenitive_web.practice.models import LetterHead
from lenitive_web.schedule.models import Arrival, State
from tests.web.conftest import As, admitted
from tests.web.procedure.booking import at, booked

CARD = {"payer": "Blue River", "programme": "commercial", "member": "BR-77", "state": "OH", "insure": "yes"}


@pytest.fixture
def front(as_role: As) -> Client:
    return as_role(Role.FRONT_DESK)


@pytest.fixture
def insured(practice: Practice) -> Patient:
    """A patient of whom nothing but the name is known."""
    return Patient.objects.create(practice=practice, name="Ida Moss", birth_date=date(1950, 3, 4))


def page_of(patient: Patient) -> str:
    return reverse("desk", args=[patient.public_id])


def write(client: Client, patient: Patient, **said: Any) -> HttpResponse:
    patient.refresh_from_db()
    return client.post(page_of(patient), {"version": patient.last_entry, **CARD, **said})


def coverages(patient: Patient, today: date) -> list[tuple[str, str | None]]:
    return [(row.payer, row.member) for row in chart_of(patient, today).table("coverage")]


def test_a_new_patient_is_admitted_and_insured_and_invited(front: Client, practice: Practice, today: date) -> None:
    said = {"name": "Ida Moss", "birth_date": "1950-03-04", "sex": "female"}
    answer = front.post(reverse("register"), said)
    patient = Patient.objects.get(name="Ida Moss")
    assert answer["Location"] == page_of(patient)
    assert "None is written down" in front.get(page_of(patient)).content.decode()
    assert write(front, patient).status_code == 302
    assert coverages(patient, today) == [("Blue River", "BR-77")]
    assert front.post(page_of(patient), {"email": "ida@example.org", "invite": "yes"}).status_code == 302
    [letter] = mail.outbox
    assert letter.to == ["ida@example.org"]
    assert "It holds until" in front.get(page_of(patient)).content.decode()
    front.post(page_of(patient), {"withdraw": "yes"})
    assert "holds no more" in front.get(page_of(patient)).content.decode()


def test_the_list_and_the_schedule_lead_to_the_desk_and_never_to_the_chart(
    front: Client, patient: Patient, today: date
) -> None:
    booked(patient, at(today))
    for name in ("patients", "schedule"):
        text = front.get(reverse(name)).content.decode()
        assert page_of(patient) in text
        assert reverse("story", args=[patient.public_id]) not in text
    assert front.get(reverse("story", args=[patient.public_id])).status_code == 404


def test_nothing_of_the_illness_stands_on_the_page(front: Client, practice: Practice, today: date) -> None:
    patient = admitted(practice, today)
    chart = chart_of(patient, today)
    words = {
        word
        for table in ("complaint", "medication", "finding", "measure", "allergy")
        for row in chart.table(table)
        for word in (getattr(row, "region", None), getattr(row, "ingredient", None), getattr(row, "substance", None))
        if word
    }
    assert words
    text = front.get(page_of(patient)).content.decode().lower()
    assert [word for word in words if word.replace("_", " ") in text] == []


def test_a_card_that_was_read_wrongly_is_corrected(front: Client, insured: Patient, today: date) -> None:
    write(front, insured)
    [fact] = chart_of(insured, today).table("coverage")
    assert 'value="BR-77"' in front.get(f"{page_of(insured)}?correct={fact.id}").content.decode()
    write(front, insured, member="BR-78", correct=fact.id)
    assert coverages(insured, today) == [("Blue River", "BR-78")]
    assert front.get(f"{page_of(insured)}?correct=coverage-nowhere").status_code == 404


def test_a_card_that_cannot_be_is_told_and_nothing_is_written(front: Client, insured: Patient, today: date) -> None:
    answer = write(front, insured, state="Ohio", payer="")
    assert answer.status_code == 422
    assert "This was not saved" in answer.content.decode()
    assert coverages(insured, today) == []
    assert front.post(page_of(insured), {}).status_code == 422
    assert front.post(page_of(insured), {"email": "nonsense", "invite": "yes"}).status_code == 422


def test_the_later_of_two_who_write_the_insurance_is_told(front: Client, insured: Patient, today: date) -> None:
    seen = insured.last_entry
    write(front, insured, payer="Green Hill")
    answer = write(front, insured, version=seen)
    assert (answer.status_code, "changed the insurance" in answer.content.decode()) == (409, True)
    assert coverages(insured, today) == [("Green Hill", "BR-77")]
    again = answer.context["coverage"]["version"].value()
    assert write(front, insured, version=again).status_code == 302


def test_who_writes_of_the_illness_is_not_in_the_way_and_not_told_of(
    front: Client, insured: Patient, today: date
) -> None:
    seen = insured.last_entry
    told = NewFact("complaint", {"region": "knee_front", "side": "left"})
    record_facts(patient=insured, facts=[told], by=None, source="visit")
    assert write(front, insured, version=seen).status_code == 302
    assert coverages(insured, today) == [("Blue River", "BR-77")]


def test_who_has_come_is_seen_on_the_schedule_and_can_be_taken_back(
    front: Client, as_role: As, insured: Patient, today: date
) -> None:
    booking = booked(insured, at(today))
    for _ in range(2):
        front.post(page_of(insured), {"arrived": booking.number})
    assert Arrival.objects.count() == 1
    assert Event.objects.filter(action="booking.arrived", patient=insured.public_id).count() == 1
    for page in (page_of(insured), reverse("schedule")):
        assert "here since" in front.get(page).content.decode()
    assert "is here" in as_role(Role.NURSE).get(reverse("today")).content.decode()
    front.post(page_of(insured), {"not_arrived": booking.number})
    assert not Arrival.objects.exists()
    assert Event.objects.filter(action="booking.not_arrived").exists()


def test_only_a_visit_of_today_that_has_not_begun_is_checked_in(front: Client, insured: Patient, today: date) -> None:
    later = booked(insured, at(today + timedelta(days=1)))
    begun = booked(insured, at(today))
    begun.state = State.DISCHARGED
    begun.save()
    for number in (later.number, begun.number):
        front.post(page_of(insured), {"arrived": number})
    for number in ("99", "x", "9" * 40):
        assert front.post(page_of(insured), {"arrived": number}).status_code == 404
    assert not Arrival.objects.exists()


def test_the_slip_holds_days_and_the_clinic_and_no_procedure(front: Client, insured: Patient, today: date) -> None:
    LetterHead.objects.create(practice=insured.practice, lines="River Clinic\n1 Mill Lane", phone="216 555 0100")
    booking = booked(insured, at(today + timedelta(days=1)))
    text = front.get(reverse("visit_slip", args=[insured.public_id])).content.decode()
    for said in ("Ida Moss", "1 Mill Lane", "216 555 0100"):
        assert said in text
    assert booking.label not in text


def test_only_those_who_may_find_the_desk(as_role: As, insured: Patient, other_practice: Practice, today: date) -> None:
    theirs = admitted(other_practice, today)
    for role in Role:
        expected = 200 if role in (Role.PHYSICIAN, Role.NURSE, Role.FRONT_DESK) else 404
        assert as_role(role).get(page_of(insured)).status_code == expected
        assert as_role(role).get(page_of(theirs)).status_code == 404


# --- who the patient is ----------------------------------------------------------------------------------------------

RIGHT = {"name": "Ida Moss-García", "birth_date": "1950-04-03", "sex": "female", "person": "yes"}


def test_a_wrong_name_and_day_of_birth_are_put_right_everywhere_at_once(
    front: Client, insured: Patient, today: date
) -> None:
    for said in (RIGHT | {"birth_date": "1950-04-02"}, RIGHT):
        assert front.post(page_of(insured), said).status_code == 302
    insured.refresh_from_db()
    person = chart_of(insured, today).patient
    assert person
    assert (
        (insured.name, insured.birth_date) == (person.name, person.birth_date) == ("Ida Moss-García", date(1950, 4, 3))
    )
    assert len(chart_of(insured, today).table("patient")) == 1
    assert "Ida Moss-García" in front.get(reverse("patients")).content.decode()


def test_a_day_of_birth_corrected_in_the_chart_opens_the_invitation(
    front: Client, as_role: As, insured: Patient, today: date
) -> None:
    front.post(page_of(insured), RIGHT)
    front.post(page_of(insured), {"email": "ida@example.org", "invite": "yes"})
    link = re.search(r"http://testserver(\S+)", mail.outbox[-1].body)
    assert link
    said = {"password": "several plain words here", "birth_date": "1950-03-04"}
    assert Client().post(link[1], said).status_code == 422
    assert Client().post(link[1], said | {"birth_date": "1950-04-03"}).status_code == 302


def test_who_would_become_somebody_who_is_here_is_shown_first(
    front: Client, practice: Practice, insured: Patient, today: date
) -> None:
    other = Patient.objects.create(practice=practice, name="Garcia Ida", birth_date=date(1950, 4, 3))
    answer = front.post(page_of(insured), RIGHT)
    assert (answer.status_code, page_of(other) in answer.content.decode()) == (422, True)
    insured.refresh_from_db()
    assert insured.name == "Ida Moss"
    assert front.post(page_of(insured), RIGHT | {"is_new": "on"}).status_code == 302


def test_a_person_that_cannot_be_is_refused(front: Client, insured: Patient, today: date) -> None:
    late = str(today + timedelta(days=1))
    for wrong in ({"name": ""}, {"birth_date": late}, {"birth_date": "31.2.1950"}):
        assert front.post(page_of(insured), RIGHT | wrong).status_code == 422
    insured.refresh_from_db()
    assert (insured.name, insured.birth_date) == ("Ida Moss", date(1950, 3, 4))


def test_a_double_name_is_found_by_a_part_of_it_and_without_its_accents(front: Client, practice: Practice) -> None:
    Patient.objects.create(practice=practice, name="José Núñez-Ortega", birth_date=date(1950, 3, 4))
    for name in ("Jose Ortega", "NUNEZ, J"):
        answer = front.post(reverse("register"), {"name": name, "birth_date": "1950-03-04", "sex": ""})
        assert "Núñez-Ortega" in answer.content.decode()
    said = {"name": "Ann Moss", "birth_date": "1950-03-04", "sex": ""}
    assert front.post(reverse("register"), said).status_code == 302
