"""What stands beside the ladder: opioid steps, and pages for the patient to take along."""

from __future__ import annotations

from datetime import date
from html import unescape

import pytest
from django.urls import reverse

from lenitive.medicine.content import content
from lenitive.medicine.shapes import Talk
from lenitive_web.ledger.actions import record_facts, register_patient
from lenitive_web.ledger.facts import NewFact
from lenitive_web.ledger.models import Patient
from lenitive_web.look.words import reason
from lenitive_web.people.models import Practice
from lenitive_web.people.roles import Role
from tests.web.conftest import As


def words(page) -> str:
    return " ".join(unescape(page.content.decode()).split())


def texts(talk: Talk) -> list[str]:
    rows = [text for row in talk.rows for text in (row.aspect, row.first, row.second)]
    return [talk.intro, *rows, *(text for one in talk.questions for text in (one.question, one.answer) if text)]


@pytest.fixture
def on_opioids(practice: Practice, today: date) -> Patient:
    """Oxycodone, 180 morphine milligram equivalents a day."""
    patient = register_patient(practice=practice, name="Opal Quist", birth_date=None, by=None)
    oxycodone = {"ingredient": "oxycodone", "dose": 30.0, "unit": "mg", "times_a_day": 4.0, "status": "active"}
    facts = [
        NewFact("complaint", {"region": "low_back_midline", "true_on": today}),
        NewFact("medication", {**oxycodone, "true_on": today}),
    ]
    record_facts(patient=patient, facts=facts, by=None, source="test", version=patient.last_entry)
    patient.refresh_from_db()
    return patient


def test_the_plan_shows_naloxone_and_how_to_come_down_with_sources(as_role: As, on_opioids: Patient) -> None:
    page = as_role(Role.PHYSICIAN).get(reverse("plan", args=[on_opioids.public_id]))
    body = words(page)
    guide = content().guides["opioid_taper"]
    assert "180 morphine milligram equivalents a day." in body
    assert "Offer naloxone" in body.partition('id="opioids"')[2]
    for one in (*guide.never, *guide.consider_when, *guide.steps, *guide.watch):
        assert one.text in body
    assert reverse("story_add", args=[on_opioids.public_id, "medication"]) in body
    assert guide.steps[1].source in body or guide.steps[1].locator in body


def test_the_medicines_stand_beside_the_ladder_with_dose_advice_and_what_is_taken(
    as_role: As, on_opioids: Patient, today: date
) -> None:
    page = as_role(Role.PHYSICIAN).get(reverse("plan", args=[on_opioids.public_id]))
    body = words(page).partition('id="medicines"')[2].partition('id="opioids"')[0]
    near, far = page.context["medicines"]["near"], page.context["medicines"]["far"]
    assert [one.medicine for one in near if one.taken] == ["opioid"]
    assert far
    for one in (*near, *far):
        assert one.label in body
        assert reason(one) in body
        assert all(told.text in body for told in (*one.advice, *one.doses))
    assert "oxycodone" in body
    for one in near:
        assert f"/options/{one.medicine}" not in body, "nobody orders a medicine as a procedure"


def test_who_takes_no_opioid_sees_no_word_of_it(as_role: As, patient: Patient) -> None:
    assert 'id="opioids"' not in words(as_role(Role.PHYSICIAN).get(reverse("plan", args=[patient.public_id])))


@pytest.mark.parametrize("name", content().talks)
def test_every_talk_is_one_click_from_the_plan_and_prints(as_role: As, patient: Patient, name: str) -> None:
    client, talk = as_role(Role.PHYSICIAN), content().talks[name]
    address = reverse("talk", args=[patient.public_id, name])
    assert f'href="{address}"' in words(client.get(reverse("plan", args=[patient.public_id])))
    body = words(client.get(address))
    assert all(text in body for text in texts(talk))
    assert "data-print" in body


def test_a_talk_that_is_none_is_not_found(as_role: As, patient: Patient) -> None:
    assert as_role(Role.PHYSICIAN).get(reverse("talk", args=[patient.public_id, "nothing"])).status_code == 404
