"""The plan shows the library's ladder, goals and partners; a letter holds the question and facts, nothing else."""

from __future__ import annotations

from datetime import date

import pytest
from django.urls import reverse
from django.utils.html import escape

from lenitive.documents.wording import relief, sentence
from lenitive.medicine.content import content
from lenitive.reasoning.plan_of_care import plan_of_care
from lenitive.reasoning.safety import worst_first
from lenitive_web.ledger.models import Patient
from lenitive_web.ledger.selectors import assessment_of, chart_of, requests_of
from lenitive_web.people.models import Practice
from lenitive_web.people.roles import Role
from lenitive_web.plan.letters import not_asked, procedures_so_far
from tests.web.conftest import As, admitted

PRESCRIBER = "prescriber_of_antithrombotic"


@pytest.fixture
def thinned(practice: Practice, today: date) -> Patient:
    """Root pain in somebody who takes apixaban; an injection is asked for."""
    return admitted(practice, today, 2)


def test_the_plan_shows_every_rung_goal_and_partner(as_role: As, thinned: Patient, today: date) -> None:
    page = as_role(Role.PHYSICIAN).get(reverse("plan", args=[thinned.public_id]))
    told = plan_of_care(chart_of(thinned, today), today, assessment_of(thinned, today))
    shown = [rung for place in page.context["places"] for rung in (*place.first, *place.more)]
    asked = {one.kind for one in requests_of(thinned)}
    assert {rung.procedure for rung in shown} == {rung.procedure for rung in told.ladder} | asked
    body = page.content.decode()
    for goal in told.goals:
        assert escape(goal.ask) in body
    for partner in told.partners:
        assert escape(partner.label) in body


def test_the_plan_says_which_drug_is_held_and_that_one_must_not_be_stopped(
    as_role: As, thinned: Patient, patient: Patient, today: date
) -> None:
    physician = as_role(Role.PHYSICIAN)
    page = physician.get(reverse("plan", args=[thinned.public_id]))
    held = [alert for alert in page.context["plan"].alerts if alert.procedure]
    assert held
    assert [alert for alike in page.context["holds"] for alert in alike] == worst_first(held)
    assert "Drugs before the needle" in page.content.decode()
    assert "Drugs before the needle" not in physician.get(reverse("plan", args=[patient.public_id])).content.decode()


def test_what_is_asked_for_is_on_the_ladder_even_before_its_place_has_come(
    as_role: As, thinned: Patient, today: date
) -> None:
    [asked] = requests_of(thinned)
    [option] = [one for one in assessment_of(thinned, today).options if one.procedure == asked.kind]
    assert option.place == "later"
    places = as_role(Role.PHYSICIAN).get(reverse("plan", args=[thinned.public_id])).context["places"]
    assert [str(one.label) for one in places if asked.kind in {rung.procedure for rung in one.first}] == [
        "Asked for, not open yet"
    ]


def test_what_is_asked_for_stands_first_in_its_place(as_role: As, patient: Patient) -> None:
    [asked] = requests_of(patient)
    places = as_role(Role.PHYSICIAN).get(reverse("plan", args=[patient.public_id])).context["places"]
    [place] = [one for one in places if asked.kind in {rung.procedure for rung in (*one.first, *one.more)}]
    assert place.first[0].procedure == asked.kind


def test_a_letter_asks_about_the_procedure_that_is_asked_for(as_role: As, thinned: Patient) -> None:
    page = as_role(Role.PHYSICIAN).get(reverse("referral_letter", args=[thinned.public_id, PRESCRIBER]))
    [asked] = requests_of(thinned)
    assert content().procedures[asked.kind].label.lower() in page.context["letter"].question


def test_every_sentence_of_a_letter_is_a_fact(as_role: As, thinned: Patient, today: date) -> None:
    letter = (
        as_role(Role.PHYSICIAN).get(reverse("referral_letter", args=[thinned.public_id, PRESCRIBER])).context["letter"]
    )
    chart = chart_of(thinned, today)
    facts = {f"{sentence(fact, content())}." for fact in chart.facts if type(fact).__name__ != "Authorization"}
    said = [one for paragraph in letter.paragraphs for one in paragraph.sentences]
    assert said
    assert set(said) <= facts
    assert any("apixaban" in one.lower() for one in said)


def test_a_procedure_in_a_letter_says_what_came_of_it(practice: Practice, today: date) -> None:
    chart = chart_of(admitted(practice, today, 0), today)
    told = procedures_so_far(chart)
    for report in chart.table("relief"):
        assert any(relief(report) in one for one in told.sentences)


def test_a_letter_names_what_nobody_asked(practice: Practice, today: date) -> None:
    silent = admitted(practice, today, 7)
    assert "allergies" in [str(word) for word in not_asked(chart_of(silent, today))]


def test_a_letter_that_the_chart_does_not_call_for_leads_back_to_the_plan(as_role: As, thinned: Patient) -> None:
    page = as_role(Role.PHYSICIAN).get(reverse("referral_letter", args=[thinned.public_id, "nobody"]), follow=True)
    assert page.redirect_chain == [(reverse("plan", args=[thinned.public_id]), 302)]


def test_only_a_physician_is_named_as_the_writer(as_role: As, thinned: Patient) -> None:
    address = reverse("referral_letter", args=[thinned.public_id, PRESCRIBER])
    assert as_role(Role.PHYSICIAN).get(address).context["letter"].by == "Physician One"
    assert as_role(Role.AUTHORIZATION).get(address).context["letter"].by == ""


@pytest.mark.parametrize("number", range(6))
def test_steps_that_stand_alike_stand_together_and_what_is_asked_for_alone(
    as_role: As, practice: Practice, today: date, number: int
) -> None:
    patient = admitted(practice, today, number)
    asked = {one.kind for one in requests_of(patient)}
    places = as_role(Role.PHYSICIAN).get(reverse("plan", args=[patient.public_id])).context["places"]
    for place in places:
        told = []
        for alike in (*place.shown, *place.folded):
            assert len(alike) == 1 or asked.isdisjoint(rung.procedure for rung in alike)
            [said] = {(rung.why, *rung.opens_with, str(rung.if_it_works), str(rung.if_it_fails)) for rung in alike}
            told += [] if alike[0].procedure in asked or not alike[0].procedure else [said]
        assert len(told) == len(set(told)), "nothing is told twice"
