"""A patient who died: nothing is asked of a payer any more, and what is under way is taken back."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.urls import reverse

from lenitive_web.authorization.after_death import TO_DO, deaths_in
from lenitive_web.authorization.selectors import ACT, requests_to_payers
from lenitive_web.authorization.words import STATES
from lenitive_web.ledger.actions import record_facts
from lenitive_web.ledger.facts import NewFact
from lenitive_web.ledger.models import Entry, Patient
from lenitive_web.people.models import Practice
from lenitive_web.people.roles import Role
from tests.web.conftest import As, admitted

pytestmark = pytest.mark.django_db
ABLATION = "radiofrequency_ablation_medial_branch_lumbar"


def died(patient: Patient, on: date) -> None:
    """The record says so from now on."""
    before = Entry.objects.filter(patient=patient, table="patient").latest("pk")
    kept = {name: before.body[name] for name in ("birth_date", "sex") if name in before.body}
    fact = NewFact("patient", {**kept, "died_on": on, "supersedes": before.fact_id})
    record_facts(patient=patient, facts=[fact], by=None, source="import")


def test_what_is_left_to_do_names_states_that_exist() -> None:
    assert set(TO_DO) < set(STATES)


def test_the_page_says_who_died_and_what_is_left_to_do(as_role: As, patient: Patient, today: date) -> None:
    staff = as_role(Role.AUTHORIZATION)
    address = reverse("authorization", args=[patient.public_id])
    assert "What is missing" in staff.get(address).content.decode()
    died(patient, today - timedelta(days=3))
    answer = staff.get(address)
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "nothing is asked of a payer any more" in page
    assert "Ask for it no longer." in page
    for said in ("What is missing", "Ask for another procedure", "Packet for the payer", "what hurts"):
        assert said not in page


def test_the_packet_says_that_the_patient_died(as_role: As, patient: Patient, today: date) -> None:
    died(patient, today)
    page = as_role(Role.AUTHORIZATION).get(reverse("packet", args=[patient.public_id, ABLATION])).content.decode()
    assert "The patient died on" in page.partition("<main")[2]


def test_the_list_asks_for_nothing_but_to_take_it_back(as_role: As, practice: Practice, today: date) -> None:
    alive, dead = admitted(practice, today), admitted(practice, today)
    staff = as_role(Role.AUTHORIZATION)
    address = reverse("record_step", args=[dead.public_id, ABLATION])
    sent = {"status": "sent", "on": today.isoformat(), "version": dead.last_entry, "why": "The payer asked for it so."}
    assert staff.post(address, sent).status_code == 302
    died(dead, today)
    rows = {row.patient: row for row in requests_to_payers(practice, today)}
    assert rows[alive].died_on is None
    assert rows[dead].died_on == today
    assert (rows[dead].state, rows[dead].urgency) == ("waiting for a decision", ACT)
    assert (rows[dead].by, list(rows[dead].warnings)) == (None, [])
    page = staff.get(reverse("authorizations"), {"show": "to-do"}).content.decode()
    assert "The patient died on" in page


def test_a_death_that_is_still_to_come_is_none(patient: Patient, practice: Practice, today: date) -> None:
    died(patient, today + timedelta(days=1))
    assert deaths_in(practice, today) == {}
    assert deaths_in(practice, today + timedelta(days=1)) == {patient.pk: today + timedelta(days=1)}
