"""What the rooms show is what the library says, and what is saved there becomes facts."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.urls import reverse

from lenitive_web.ledger.actions import record_facts
from lenitive_web.ledger.facts import NewFact
from lenitive_web.ledger.models import Entry, Patient
from lenitive_web.ledger.selectors import assessment_of, requests_of
from lenitive_web.look.words import interval, percent
from lenitive_web.people.models import Practice
from lenitive_web.people.roles import Role
from tests.web.conftest import As, admitted, member


def test_the_differential_shows_every_source_with_probability_and_interval(
    as_role: As, patient: Patient, today: date
) -> None:
    page = as_role(Role.PHYSICIAN).get(reverse("diagnosis", args=[patient.public_id])).content.decode()
    [answer] = assessment_of(patient, today).differential
    for one in answer.estimates:
        assert (
            f"{one.label}: {percent(one.probability)}, 95 % interval {interval(one.low, one.high)}".replace("<", "&lt;")
            in page
        )
        for contribution in one.contributions:
            assert contribution.citation.locator.replace("'", "&#x27;")[:30] in page


@pytest.mark.parametrize("stage", ["story", "examination", "diagnosis", "options", "authorization"])
@pytest.mark.parametrize("number", range(12))
def test_every_stage_of_every_story_has_a_page(
    as_role: As, practice: Practice, today: date, number: int, stage: str
) -> None:
    patient = admitted(practice, today, number)
    assert as_role(Role.PHYSICIAN).get(reverse(stage, args=[patient.public_id])).status_code == 200


def test_a_patient_without_any_fact_has_pages_too(as_role: As, practice: Practice) -> None:
    patient = Patient.objects.create(practice=practice, name="Nobody Asked")
    for stage in ("story", "examination", "diagnosis", "options", "authorization"):
        page = as_role(Role.NURSE).get(reverse(stage, args=[patient.public_id]))
        assert page.status_code == 200
        assert "Not asked" in page.content.decode()


def test_today_lists_red_flags_first(as_role: As, practice: Practice, today: date) -> None:
    for number in (0, 6):
        admitted(practice, today, number)
    page = as_role(Role.PHYSICIAN).get(reverse("today"))
    assert [line.patient.name for line in page.context["flagged"]] == ["Patient 6"]
    assert [line.patient.name for line in page.context["others"]] == ["Patient 6", "Patient 0"]


def test_the_examination_asks_first_for_what_tells_most(as_role: As, practice: Practice, today: date) -> None:
    patient = admitted(practice, today, 7)
    page = as_role(Role.NURSE).get(reverse("examination", args=[patient.public_id]))
    telling = {name: rows for name, rows, _open in page.context["sections"]}["Tells most now"]
    [answer] = assessment_of(patient, today).differential
    assert answer.next_tests[0].label in {row.manoeuvre.reason or row.manoeuvre.finding.label for row in telling[:1]}


def answers_of(patient: Patient, today: date, **said: str) -> dict[str, str]:
    return {"on": str(today), "version": str(patient.last_entry), **said}


def test_saving_an_examination_writes_facts_and_moves_the_answer(as_role: As, practice: Practice, today: date) -> None:
    patient = admitted(practice, today, 7)
    before = assessment_of(patient, today)
    said = answers_of(patient, today, centralisation="present", midline_low_back_pain="present")
    said |= {"sij_thigh_thrust": "absent", "sij_thigh_thrust-side": "left", "sij_compression": ""}
    answer = as_role(Role.NURSE).post(
        reverse("examination", args=[patient.public_id]), said, headers={"HX-Request": "true"}
    )
    assert answer.status_code == 200
    assert "written down" in answer.content.decode()
    patient.refresh_from_db()
    written = {entry.body["code"]: entry.body for entry in Entry.objects.filter(patient=patient, table="finding")}
    assert written["centralisation"]["present"] is True
    assert (written["sij_thigh_thrust"]["present"], written["sij_thigh_thrust"]["side"]) == (False, "left")
    assert "sij_compression" not in written
    assert assessment_of(patient, today).differential != before.differential


def test_whatever_else_was_looked_for_can_be_written_down(as_role: As, practice: Practice, today: date) -> None:
    patient = admitted(practice, today, 7)
    address, client = reverse("examination", args=[patient.public_id]), as_role(Role.NURSE)
    said = answers_of(patient, today, other1="spurling_a")
    half = client.post(address, said)
    assert (half.status_code, list(half.context["form"].errors)) == (422, ["other1-found"])
    assert client.post(address, {**said, "other1-found": "absent"}).status_code == 302
    written = Entry.objects.filter(patient=patient, table="finding").latest("pk").body
    assert (written["code"], written["present"]) == ("spurling_a", False)


def test_an_examination_saved_on_an_old_chart_is_told_and_keeps_what_was_typed(
    as_role: As, patient: Patient, practice: Practice, today: date
) -> None:
    said = answers_of(patient, today, sij_thigh_thrust="present")
    score = NewFact("measure", {"instrument": "nrs", "score": 4})
    record_facts(patient=patient, facts=[score], by=member(practice, Role.PHYSICIAN), source="visit")
    client = as_role(Role.NURSE)
    address = reverse("examination", args=[patient.public_id])
    page = client.post(address, said)
    assert page.status_code == 409
    assert "Physician One wrote into this chart" in page.content.decode()
    assert page.context["form"]["sij_thigh_thrust"].value() == "present"
    again = {**said, "version": page.context["form"]["version"].value()}
    assert client.post(address, again).status_code == 302
    assert Entry.objects.filter(patient=patient, table="finding", by=member(practice, Role.NURSE)).count() == 1


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ({}, "Nothing was answered"),
        ({"sij_thigh_thrust": "perhaps"}, "not on the list"),
        ({"on": "never"}, "not a day of the calendar"),
    ],
)
def test_an_examination_that_says_nothing_valid_is_refused(
    as_role: As, patient: Patient, today: date, said: dict[str, str], told: str
) -> None:
    entries = Entry.objects.count()
    page = as_role(Role.NURSE).post(reverse("examination", args=[patient.public_id]), answers_of(patient, today) | said)
    assert page.status_code == 422
    assert told in page.content.decode()
    assert Entry.objects.count() == entries


def test_an_examination_of_tomorrow_is_refused(as_role: As, patient: Patient, today: date) -> None:
    said = answers_of(patient, today, sij_thigh_thrust="present") | {"on": str(today + timedelta(1))}
    page = as_role(Role.NURSE).post(reverse("examination", args=[patient.public_id]), said)
    assert page.status_code == 422


def test_a_working_diagnosis_needs_a_reason_and_a_physician(as_role: As, patient: Patient) -> None:
    address = reverse("override", args=[patient.public_id])
    said = {"generator": "sacroiliac_joint", "reason": "", "version": patient.last_entry}
    physician = as_role(Role.PHYSICIAN)
    assert physician.post(address, said).status_code == 422
    assert as_role(Role.NURSE).post(address, {**said, "reason": "seen"}).status_code == 404
    assert physician.post(address, {**said, "reason": "Three tests hurt today."}).status_code == 302
    page = physician.get(reverse("diagnosis", args=[patient.public_id])).content.decode()
    assert "Three tests hurt today." in page


def test_an_option_opens_to_every_criterion(as_role: As, patient: Patient, today: date) -> None:
    [option] = [one for one in assessment_of(patient, today).options if one.procedure == requests_of(patient)[0].kind]
    page = as_role(Role.AUTHORIZATION).get(reverse("option", args=[patient.public_id, option.procedure]))
    shown = {one.criterion for part in page.context["questions"] for one in [*part.unsettled, *part.settled]}
    assert shown >= {one.criterion for one in option.gates.criteria + option.coverage.determination.criteria}


def test_what_is_asked_for_is_decided_and_taken_back(as_role: As, practice: Practice, today: date) -> None:
    patient = admitted(practice, today, 7)
    staff = as_role(Role.AUTHORIZATION)
    said = {"kind": "medial_branch_block_lumbar", "side": "left", "levels": "L4-5 L5-S1", "on": str(today)}
    assert staff.post(reverse("ask", args=[patient.public_id]), said | {"levels": "L9"}).status_code == 422
    assert staff.post(reverse("ask", args=[patient.public_id]), said).status_code == 302
    [asked] = requests_of(patient)
    assert (asked.side, asked.levels, asked.intent) == ("left", ("L4-5", "L5-S1"), "diagnostic")
    staff.post(reverse("withdraw", args=[patient.public_id, asked.kind]))
    assert requests_of(patient) == []


def test_the_packet_is_a_pdf(as_role: As, patient: Patient) -> None:
    [asked] = requests_of(patient)
    answer = as_role(Role.AUTHORIZATION).get(reverse("packet_for_us", args=[patient.public_id, asked.kind]))
    assert (answer["Content-Type"], answer.content[:5]) == ("application/pdf", b"%PDF-")


def test_patients_are_found_by_part_of_the_name_or_day_of_birth(as_role: As, practice: Practice) -> None:
    for number in range(60):
        Patient.objects.create(practice=practice, name=f"Person {number:02}", birth_date=date(1950, 1, 1 + number % 28))
    client = as_role(Role.FRONT_DESK)
    assert client.get(reverse("patients"), {"page": 3}).context["page"].object_list.count() == 10
    found = client.get(reverse("patients"), {"q": "pers 1950-01-05"}).context["page"].object_list
    assert {one.birth_date for one in found} == {date(1950, 1, 5)}
    assert "Nobody here" in client.get(reverse("patients"), {"q": "zzz"}).content.decode()


@pytest.mark.parametrize(("number", "is_settled"), [(0, True), (7, False)])
def test_the_diagnosis_says_so_when_no_further_test_is_needed(
    as_role: As, practice: Practice, today: date, number: int, is_settled: bool
) -> None:
    patient = admitted(practice, today, number)
    assert (assessment_of(patient, today).differential[0].settled_on is not None) == is_settled
    page = as_role(Role.PHYSICIAN).get(reverse("diagnosis", args=[patient.public_id])).content.decode()
    assert ("No further test is needed" in page) == is_settled
    assert ("What would settle it" in page) == (not is_settled)
