"""A timeline on which nothing has moved yet is read as lines; once two scores make a line, it is drawn."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.urls import reverse

from lenitive_web.ledger.actions import record_facts, register_patient
from lenitive_web.ledger.facts import NewFact
from lenitive_web.ledger.models import Patient
from lenitive_web.people.models import Practice
from lenitive_web.people.roles import Role
from tests.web.conftest import As


def scored(practice: Practice, *scores: tuple[date, float]) -> Patient:
    patient = register_patient(practice=practice, name="Nobody Else", birth_date=None, by=None)
    facts = [NewFact("measure", {"instrument": "peg", "score": score, "true_on": on}) for on, score in scores]
    record_facts(patient=patient, facts=facts, by=None, source="test", version=patient.last_entry)
    patient.refresh_from_db()
    return patient


def story(as_role: As, patient: Patient) -> Any:
    return as_role(Role.NURSE).get(reverse("story", args=[patient.public_id])).content.decode()


def test_one_score_is_a_line_of_words(as_role: As, practice: Practice, today: date) -> None:
    body = story(as_role, scored(practice, (today, 6.3)))
    assert "timeline__drawing" not in body
    assert "6.3" in body.partition('id="timeline"')[2].partition("</section>")[0]


def test_two_scores_of_one_scale_are_drawn(as_role: As, practice: Practice, today: date) -> None:
    body = story(as_role, scored(practice, (today - timedelta(days=90), 7.1), (today, 6.3)))
    assert "timeline__drawing" in body
