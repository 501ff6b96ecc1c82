"""Where a procedure may be a test or a treatment, the form of the request says which, and its policy is asked."""

from __future__ import annotations

from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from lenitive_web.ledger.models import Patient
from lenitive_web.ledger.selectors import requests_of
from lenitive_web.people.roles import Role
from tests.web.authorization.sending import KIND, say_the_rest
from tests.web.conftest import As

EITHER = "facet_joint_injection_lumbar"


@pytest.fixture
def insured(patient: Patient, today: date) -> Patient:
    """A patient of Medicare, which has one policy for facet injections as tests and another for those as treatment."""
    say_the_rest(patient, today)
    return patient


def ask_for(client: Client, patient: Patient, **said: str) -> None:
    assert client.post(reverse("ask", args=[patient.public_id]), said).status_code == 302


def intent_of(patient: Patient, kind: str) -> str | None:
    return next(one.intent for one in requests_of(patient) if one.kind == kind)


def policy_for(client: Client, patient: Patient, kind: str) -> str:
    cases = client.get(reverse("authorization", args=[patient.public_id])).context["cases"]
    [case] = [one for one in cases if one.told.request.kind == kind]
    return case.told.chosen.policy


def offered(client: Client, patient: Patient, kind: str) -> str | None:
    address = f"{reverse('authorization', args=[patient.public_id])}?change={kind}"
    return client.get(address).context["form"]["intent"].value()


def test_a_joint_injection_is_a_treatment_unless_the_request_says_test(as_role: As, insured: Patient) -> None:
    staff = as_role(Role.AUTHORIZATION)
    ask_for(staff, insured, kind=EITHER, side="left", levels="L4-5")
    assert intent_of(insured, EITHER) is None
    assert policy_for(staff, insured, EITHER) == "medicare_facet_therapeutic"
    ask_for(staff, insured, kind=EITHER, side="left", levels="L4-5", intent="diagnostic")
    assert intent_of(insured, EITHER) == "diagnostic"
    assert policy_for(staff, insured, EITHER) == "medicare_medial_branch_block_first"
    assert offered(staff, insured, EITHER) == "diagnostic"


def test_a_procedure_for_one_thing_needs_no_word(as_role: As, insured: Patient) -> None:
    staff = as_role(Role.AUTHORIZATION)
    ask_for(staff, insured, kind=KIND, side="left", levels="L4-5")
    assert intent_of(insured, KIND) == "therapeutic"
    assert not offered(staff, insured, KIND)


def test_an_aim_that_does_not_exist_is_refused(as_role: As, insured: Patient) -> None:
    said = {"kind": EITHER, "side": "left", "levels": "L4-5", "intent": "curiosity"}
    refused = as_role(Role.AUTHORIZATION).post(reverse("ask", args=[insured.public_id]), said)
    assert refused.status_code == 422
    assert list(refused.context["form"].errors) == ["intent"]
