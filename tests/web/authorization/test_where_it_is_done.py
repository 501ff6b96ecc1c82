"""While nobody said where it will be done, the page asks, leads to the form of the request, and knows the answer."""

from __future__ import annotations

from datetime import date
from html import unescape

import pytest
from django.test import Client
from django.urls import reverse

from lenitive_web.ledger.actions import record_facts
from lenitive_web.ledger.facts import NewFact
from lenitive_web.ledger.models import Patient
from lenitive_web.ledger.selectors import chart_of, requests_of
from lenitive_web.people.roles import Role
from tests.web.authorization.sending import KIND, say_the_rest
from tests.web.conftest import As

WHERE = "Where will it be done: office, ambulatory surgery centre, hospital?"


@pytest.fixture
def nowhere(patient: Patient, today: date) -> Patient:
    """A patient of Medicare whose insurance does not say where procedures are done."""
    say_the_rest(patient, today)
    [cover] = chart_of(patient, today).table("coverage")
    said = {name: getattr(cover, name) for name in ("payer", "programme", "state", "member", "true_on")}
    record_facts(patient=patient, facts=[NewFact("coverage", {**said, "supersedes": cover.id})], by=None, source="test")
    return patient


def page_of(client: Client, patient: Patient, change: str = "") -> str:
    address = reverse("authorization", args=[patient.public_id])
    return unescape(client.get(f"{address}?change={change}" if change else address).content.decode())


def case_of(client: Client, patient: Patient):
    return client.get(reverse("authorization", args=[patient.public_id])).context["cases"][0]


def test_the_question_leads_to_the_request_which_answers_it(as_role: As, nowhere: Patient) -> None:
    staff = as_role(Role.AUTHORIZATION)
    [first, *_] = case_of(staff, nowhere).wanted
    assert first.missing.question == WHERE
    told = page_of(staff, nowhere)
    assert WHERE in told
    assert f"?change={KIND}#ask-for" in told
    assert not case_of(staff, nowhere).lacks_nothing
    form = staff.get(f"{reverse('authorization', args=[nowhere.public_id])}?change={KIND}").context["form"]
    said = {name: form[name].value() or "" for name in form.fields} | {"site_of_service": "hospital_outpatient"}
    assert staff.post(reverse("ask", args=[nowhere.public_id]), said).status_code == 302
    [asked] = requests_of(nowhere)
    assert asked.site_of_service == "hospital_outpatient"
    case = case_of(staff, nowhere)
    assert WHERE not in [one.missing.question for one in case.wanted]
    assert [one.applies for one in case.told.authorities] == ["met"]
    form = staff.get(f"{reverse('authorization', args=[nowhere.public_id])}?change={KIND}").context["form"]
    assert form["site_of_service"].value() == "hospital_outpatient"


def test_a_place_that_does_not_exist_is_refused(as_role: As, nowhere: Patient) -> None:
    said = {"kind": KIND, "side": "left", "levels": "L4-5", "site_of_service": "kitchen"}
    assert as_role(Role.AUTHORIZATION).post(reverse("ask", args=[nowhere.public_id]), said).status_code == 422
