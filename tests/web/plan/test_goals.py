"""A goal is agreed on, seen on every page, and somebody says what came of it."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.urls import reverse

from lenitive_web.ledger.actions import record_facts
from lenitive_web.ledger.facts import NewFact
from lenitive_web.ledger.models import Patient
from lenitive_web.ledger.selectors import chart_of
from lenitive_web.people.roles import Role
from tests.web.conftest import As

WORDS = "Walk to the shop and back."


def said(patient: Patient, today: date, **more: object) -> dict[str, object]:
    patient.refresh_from_db()
    due = today + timedelta(60)
    return {"version": patient.last_entry, "text": WORDS, "due": due, "on": today, **more}


def agree(as_role: As, patient: Patient, today: date, **more: object):
    address = reverse("set_goal", args=[patient.public_id, "activity"])
    return as_role(Role.NURSE).post(address, said(patient, today, **more))


def test_a_goal_is_a_fact_and_stands_in_the_plan_and_the_outcome(as_role: As, patient: Patient, today: date) -> None:
    assert agree(as_role, patient, today, instrument="peg", score="4").status_code == 302
    [goal] = chart_of(patient, today).table("goal")
    assert (goal.kind, goal.text, goal.instrument, goal.score) == ("activity", WORDS, "peg", 4.0)
    for route in ("plan", "outcome"):
        page = as_role(Role.PHYSICIAN).get(reverse(route, args=[patient.public_id])).content.decode()
        assert WORDS in page
        assert "Worked on" in page


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"text": ""}, "text"),
        ({"due": ""}, "due"),
        ({"due": "2020-01-01"}, "due"),
        ({"on": "2999-01-01"}, "on"),
        ({"score": "4"}, "instrument"),
        ({"instrument": "peg"}, "score"),
        ({"instrument": "peg", "score": "11"}, "score"),
        ({"instrument": "nobody knows", "score": "1"}, "instrument"),
    ],
)
def test_what_is_no_goal_is_told_at_its_field(
    more: dict[str, object], field: str, as_role: As, patient: Patient, today: date
) -> None:
    answer = agree(as_role, patient, today, **more)
    assert answer.status_code == 422
    assert field in answer.context["form"].errors
    assert not chart_of(patient, today).table("goal")


def test_the_later_of_two_editors_is_told(as_role: As, patient: Patient, today: date) -> None:
    form = said(patient, today)
    record_facts(patient=patient, facts=[NewFact("measure", {"instrument": "nrs", "score": 3})], by=None, source="x")
    address = reverse("set_goal", args=[patient.public_id, "activity"])
    answer = as_role(Role.NURSE).post(address, form)
    assert answer.status_code == 409
    assert WORDS in answer.content.decode()


def test_on_its_day_a_goal_is_a_duty_until_somebody_says_what_came_of_it(
    as_role: As, patient: Patient, today: date
) -> None:
    columns = {"kind": "sleep", "text": WORDS, "true_on": today - timedelta(60), "due": today}
    record_facts(patient=patient, facts=[NewFact("goal", columns)], by=None, source="plan")

    def duties() -> list[str]:
        page = as_role(Role.NURSE).get(reverse("today"), {"kind": "follow_up"})
        return [row.address for row in (page.context or {}).get("rows", ()) if WORDS in row.duty.words]

    [address] = duties()
    assert as_role(Role.NURSE).get(address).status_code == 200
    patient.refresh_from_db()
    form = {"version": patient.last_entry, "outcome": "reached", "on": today}
    assert as_role(Role.NURSE).post(address, {**form, "on": today - timedelta(90)}).status_code == 422
    assert as_role(Role.NURSE).post(address, form).status_code == 302
    [goal] = chart_of(patient, today).table("goal")
    assert (goal.outcome, goal.outcome_on, goal.text) == ("reached", today, WORDS)
    assert duties() == []
    assert as_role(Role.NURSE).get(address)["Location"] == reverse("plan", args=[patient.public_id])


def test_only_clinicians_set_goals(as_role: As, patient: Patient, today: date) -> None:
    address = reverse("set_goal", args=[patient.public_id, "activity"])
    assert as_role(Role.AUTHORIZATION).get(address).status_code == 404
    assert as_role(Role.NURSE).get(reverse("set_goal", args=[patient.public_id, "riches"])).status_code == 404
