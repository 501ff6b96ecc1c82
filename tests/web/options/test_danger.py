"""Under a red flag nothing is offered, and what nobody asked is never written down as safe."""

from __future__ import annotations

from datetime import date
from html import unescape

import pytest
from django.urls import reverse

from lenitive.medicine.content import content
from lenitive.reasoning.book import book
from lenitive_web.ledger.actions import record_facts, register_patient
from lenitive_web.ledger.facts import NewFact
from lenitive_web.ledger.models import Patient
from lenitive_web.ledger.selectors import assessment_of, chart_of
from lenitive_web.options.safety import Where, safety
from lenitive_web.people.models import Practice
from lenitive_web.people.roles import Role
from lenitive_web.today import looking
from tests.web.conftest import As, admitted
from tests.web.procedure.booking import room

CAUDA_EQUINA = 6
BLOCK = "medial_branch_block_lumbar"
CALM = "mindfulness_based_stress_reduction"


@pytest.fixture
def in_danger(practice: Practice, today: date) -> Patient:
    """Cauda equina: three signs are there; an epidural injection is asked for."""
    return admitted(practice, today, CAUDA_EQUINA)


def recorded(practice: Practice, *facts: NewFact) -> Patient:
    """A patient of whom somebody wrote down so much and no more."""
    patient = register_patient(practice=practice, name="Nobody Else", birth_date=None, by=None)
    record_facts(patient=patient, facts=list(facts), by=None, source="test", version=patient.last_entry)
    patient.refresh_from_db()
    return patient


def words(page) -> str:
    return " ".join(unescape(page.content.decode()).split())


def test_no_option_is_offered_and_the_action_stands_first(as_role: As, in_danger: Patient) -> None:
    page = as_role(Role.PHYSICIAN).get(reverse("options", args=[in_danger.public_id]))
    raised = content().red_flags["cauda_equina"]
    body = words(page)
    assert body.index(raised.action) < body.index("<table")
    rows = [row for group in page.context["groups"] for row in group.rows]
    assert rows
    assert {row.option.verdict for row in rows} == {"not yet"}
    assert {row.safety[0].text for row in rows} == {"waits: red flag"}
    assert "?kind=" not in body, "nothing can be booked from here"
    assert all(group.is_folded for group in page.context["groups"] if str(group.label) != "Asked for")


def test_the_plan_is_the_action_and_whom_to_call(as_role: As, in_danger: Patient) -> None:
    page = as_role(Role.PHYSICIAN).get(reverse("plan", args=[in_danger.public_id]))
    body = words(page)
    assert "Everything else waits: red flag." in body
    assert "Emergency department and spine surgeon, at once" in body
    [place] = page.context["places"]
    assert [(rung.procedure, rung.label) for rung in (*place.first, *place.more)] == [
        (None, "Cauda equina compression")
    ]
    for other in ("Exercise", "Mindfulness", "/aid", "If it works"):
        assert other not in body


def test_whom_to_call_gets_a_letter(as_role: As, in_danger: Patient) -> None:
    address = reverse("referral_letter", args=[in_danger.public_id, "emergency_for_cauda_equina"])
    letter = as_role(Role.PHYSICIAN).get(address).context["letter"]
    assert "MRI of the lumbar spine as an emergency" in letter.question
    assert letter.because


def test_no_decision_aid_is_handed_out(as_role: As, in_danger: Patient, today: date) -> None:
    client = as_role(Role.PHYSICIAN)
    for option in assessment_of(in_danger, today).options:
        answer = client.get(reverse("decision_aid", args=[in_danger.public_id, option.procedure]))
        assert (answer.status_code, answer.headers["Location"]) == (302, reverse("plan", args=[in_danger.public_id]))
        page = words(client.get(reverse("option", args=[in_danger.public_id, option.procedure])))
        assert "/aid" not in page
        assert "?kind=" not in page
        assert content().red_flags["cauda_equina"].action in page
        assert "Everything else waits: red flag." in page


def test_a_suspected_fracture_holds_up_what_could_harm_it_and_nothing_else(
    as_role: As, practice: Practice, today: date
) -> None:
    hurting = NewFact("complaint", {"region": "low_back_paramidline", "true_on": today})
    fall = NewFact("finding", {"code": "severe_trauma", "present": True, "true_on": today})
    patient, client = recorded(practice, hurting, fall), as_role(Role.PHYSICIAN)
    page = client.get(reverse("options", args=[patient.public_id]))
    rows = {row.option.procedure: row for group in page.context["groups"] for row in group.rows}
    assert rows[BLOCK].safety[0].text == "waits: red flag"
    assert rows["exercise"].safety[0].text == "waits: red flag"
    assert rows[CALM].option.verdict == "candidate"
    waiting = words(client.get(reverse("option", args=[patient.public_id, BLOCK])))
    assert "This waits: red flag." in waiting
    assert "?kind=" not in waiting
    assert client.get(reverse("decision_aid", args=[patient.public_id, BLOCK])).status_code == 302
    assert "red flag." not in words(client.get(reverse("option", args=[patient.public_id, CALM])))
    assert client.get(reverse("decision_aid", args=[patient.public_id, CALM])).status_code == 200


def unasked(patient: Patient, today: date) -> str:
    [option] = [one for one in assessment_of(patient, today).options if one.procedure == BLOCK]
    said = safety(option, chart_of(patient, today), [], Where(patient.public_id, True))
    return "; ".join(str(one.text) for one in said)


def test_what_nobody_asked_is_no_reassurance(as_role: As, practice: Practice, today: date) -> None:
    patient = recorded(practice, NewFact("complaint", {"region": "low_back_paramidline", "true_on": today}))
    page = as_role(Role.PHYSICIAN).get(reverse("options", args=[patient.public_id]))
    body = words(page)
    assert "No hold" not in body
    assert "blood thinners not asked" in body
    assert f'href="{reverse("asked", args=[patient.public_id])}"' in body
    assert "blood thinners not asked; allergies not asked" in unasked(patient, today)
    room(practice)
    booking = as_role(Role.PHYSICIAN).get(reverse("book", args=[patient.public_id]), {"kind": BLOCK})
    assert "Blood thinners not asked, so nobody knows" in words(booking)
    assert "nothing has to be held" not in words(booking)


def test_once_asked_it_says_so(as_role: As, practice: Practice, today: date) -> None:
    asked = [
        NewFact("attestation", {"topic": topic, "by": "nurse", "complete": True, "true_on": today})
        for topic in ("medication", "allergy")
    ]
    complaint = NewFact("complaint", {"region": "low_back_paramidline", "true_on": today})
    patient = recorded(practice, complaint, *asked)
    assert "thinners" not in unasked(patient, today)
    assert "allergies" not in unasked(patient, today)
    room(practice)
    booking = words(as_role(Role.PHYSICIAN).get(reverse("book", args=[patient.public_id]), {"kind": BLOCK}))
    assert "Medicines were asked about: nothing has to be held for this." in booking
    assert "Blood thinners not asked" not in booking


def test_care_without_a_needle_asks_for_no_hold(practice: Practice, today: date) -> None:
    patient = recorded(practice, NewFact("complaint", {"region": "low_back_paramidline", "true_on": today}))
    care = [one for one in assessment_of(patient, today).options if one.role in ("conservative", "referral")]
    assert care
    for option in care:
        said = safety(option, chart_of(patient, today), [], Where(patient.public_id, True))
        assert not [one for one in said if "thinners" in str(one.text) or "allergies" in str(one.text)]


def test_what_is_far_off_is_folded_and_what_is_near_is_not(as_role: As, patient: Patient) -> None:
    page = as_role(Role.PHYSICIAN).get(reverse("options", args=[patient.public_id]))
    near, far = page.context["near"], page.context["far"]
    assert {row.option.place for group in far for row in group.rows} <= {"later", "not now"}
    assert far
    assert any(row.option.place == "now" for group in (*near, *page.context["care"]) for row in group.rows)
    before, *folded = words(page).split('<details class="more options-far">')
    assert len(folded) == len(far)
    for group, body in zip(far, folded, strict=True):
        assert f"{group.label} ({len(group.rows)})" in body
        assert all(reverse("option", args=[patient.public_id, row.option.procedure]) in body for row in group.rows)
    assert before.count("<table") == 2, "what is near, and care without a needle"


def test_today_asks_nothing_else_about_who_is_in_danger(in_danger: Patient, today: date) -> None:
    read, *_ = looking._read([in_danger], today)
    seen, _duties = looking.seen_in(read, today, book())
    assert [alert.title for alert in seen.alerts] == ["Cauda equina compression"]
    assert seen.questions == []
