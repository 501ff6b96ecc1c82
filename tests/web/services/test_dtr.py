"""``$questionnaire-package`` over HTTP: forms for an order of a patient of the caller's practice, and refusals."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lenitive_web.people.models import Practice, User
from lenitive_web.services.actions import give_token, register_client

NAMES = ("id", "code", "coding", "subject", "reference", "beneficiary", "status", "bodySite", "occurrenceDateTime")
NOBODYS = {"name": "coverage", "resource": {"resourceType": "Coverage"}}
PATH = "/fhir/Questionnaire/$questionnaire-package"


@pytest.fixture
def ask(client, practice, account) -> Callable[..., Any]:
    def asked(body: Any, scopes: str = "system/*.rs", kind: str = "application/fhir+json"):
        caller = register_client(practice=practice, name=f"dtr {uuid4()}", by=None)
        until = timezone.now() + timedelta(days=1)
        token = give_token(client=caller, account=account, scopes=scopes, until=until, by=None)
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        return client.post(PATH, data, content_type=kind, headers={"Authorization": f"Bearer {token}"})

    return asked


def body_for(patient_id: Any, code: str = "64635", **order: Any) -> dict[str, Any]:
    coverage = {
        "resourceType": "Coverage",
        "id": "cov-1",
        "status": "active",
        "beneficiary": {"reference": f"Patient/{patient_id}"},
        "payor": [{"display": "Medicare"}],
    }
    wanted = {
        "resourceType": "ServiceRequest",
        "id": "sr-1",
        "status": "draft",
        "intent": "order",
        "code": {"coding": [{"system": "http://www.ama-assn.org/go/cpt", "code": code}]},
        "subject": {"reference": f"Patient/{patient_id}"},
    } | order
    return {
        "resourceType": "Parameters",
        "parameter": [{"name": "coverage", "resource": coverage}, {"name": "order", "resource": wanted}],
    }


def test_an_order_gets_the_form_of_its_policy_and_a_draft(ask, patient):
    response = ask(body_for(patient.public_id))
    assert response.status_code == 200
    assert response["Content-Type"] == "application/fhir+json"
    output = response.json()
    bundles = [one["resource"] for one in output["parameter"] if one["name"] == "PackageBundle"]
    assert bundles
    form, draft = (entry["resource"] for entry in bundles[0]["entry"])
    assert form["resourceType"] == "Questionnaire"
    assert draft["questionnaire"] == f"{form['url']}|{form['version']}"
    assert draft["subject"] == {"reference": f"Patient/{patient.public_id}"}
    assert draft["status"] == "in-progress"


def test_an_order_for_which_no_policy_is_known_gets_the_reason(ask, patient):
    output = ask(body_for(patient.public_id, "20610")).json()
    assert [one["name"] for one in output["parameter"]] == ["operationOutcome"]
    [issue] = output["parameter"][0]["resource"]["issue"]
    assert issue["severity"] == "warning"
    assert "policy" in issue["diagnostics"]


def test_a_patient_of_another_practice_is_not_there(ask, patient):
    other = Practice.objects.create(name="Other Clinic")
    assert other.pk != patient.practice_id
    stranger = User.objects.create_user(
        email="x@other.example", password=None, practice=other, role="physician", name="Stranger"
    )
    patient.__class__.objects.filter(pk=patient.pk).update(practice=stranger.practice)
    assert ask(body_for(patient.public_id)).status_code == 404


@pytest.mark.parametrize(
    ("change", "status"),
    [
        (lambda body: b"{", 400),
        (lambda body: b"[]", 400),
        (lambda body: body | {"resourceType": "Bundle"}, 400),
        (lambda body: body | {"parameter": body["parameter"][:1]}, 400),
        (lambda body: body | {"parameter": [NOBODYS, body["parameter"][1]]}, 404),
        (lambda body: body | {"parameter": [body["parameter"][0], *body["parameter"][1:] * 21]}, 422),
        (lambda body: body | {"parameter": [body["parameter"][0], {"name": "context", "valueString": "ca-1"}]}, 422),
    ],
    ids=["broken", "list", "another resource", "no order", "nobody's coverage", "too many", "only a context"],
)
def test_a_request_that_says_too_little_is_refused(ask, patient, change, status):
    response = ask(change(body_for(patient.public_id)))
    assert response.status_code == status
    assert response.json()["resourceType"] == "OperationOutcome"
    assert "Rosa" not in response.content.decode()


def test_an_order_that_is_no_procedure_of_ours_is_not_supported(ask, patient):
    assert ask(body_for(patient.public_id, "99213")).status_code == 422


def test_an_order_for_another_patient_is_refused(ask, patient):
    assert ask(body_for(patient.public_id, subject={"reference": f"Patient/{uuid4()}"})).status_code == 400


def test_a_token_without_the_scope_is_refused(ask, patient):
    assert ask(body_for(patient.public_id), scopes="system/Patient.rs").status_code == 403


def test_without_a_token_nobody_is_answered(client, patient):
    response = client.post(PATH, json.dumps(body_for(patient.public_id)), content_type="application/fhir+json")
    assert response.status_code == 401


def test_it_is_asked_by_post(client, db):
    assert client.get(PATH).status_code == 405


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(NAMES), inner, max_size=3),
    max_leaves=8,
)


@settings(
    max_examples=60,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(said=st.dictionaries(st.sampled_from(NAMES), ANYTHING, max_size=4), place=st.sampled_from(["order", "coverage"]))
def test_no_input_breaks_it(ask, patient, said, place):
    body = body_for(patient.public_id)
    held = next(one for one in body["parameter"] if one["name"] == place)
    held["resource"] = held["resource"] | said
    assert ask(body).status_code in (200, 400, 404, 422)
