"""A completed form comes back, a person looks at it, and takes it into the chart or not."""

from __future__ import annotations

import copy
import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client as Browser
from django.urls import reverse
from django.utils import timezone

from lenitive.interop.davinci.pas_codes import REQUEST_BUNDLE
from lenitive.interop.davinci.questionnaire_response import completed
from lenitive_web.authorization.models import AnswersReceived, FormGiven, Sending
from lenitive_web.ledger.models import Entry, Patient
from lenitive_web.ledger.selectors import requests_of
from lenitive_web.people.models import Practice
from lenitive_web.people.roles import Role
from lenitive_web.services.actions import give_token, register_client
from tests.conformance.profiles import checker
from tests.web.authorization.sending import KIND, carry, submit
from tests.web.conftest import As, member

PACKAGE = "/fhir/Questionnaire/$questionnaire-package"
PATH = "/fhir/QuestionnaireResponse"
SCOPES = "system/Questionnaire.r system/QuestionnaireResponse.c"


@pytest.fixture
def token(practice: Practice) -> str:
    return token_for(practice, Role.NURSE)


def token_for(practice: Practice, role: Role, scopes: str = SCOPES) -> str:
    client = register_client(practice=practice, name=f"Record {role} {scopes[:30]}", by=None)
    until = timezone.now() + timedelta(days=1)
    return give_token(client=client, account=member(practice, role), scopes=scopes, until=until, by=None)


def posted(path: str, body: Any, token: str) -> Any:
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    headers = {"Authorization": f"Bearer {token}"}
    return Browser().post(path, data, content_type="application/fhir+json", headers=headers)


@pytest.fixture
def draft(patient: Patient, token: str) -> dict[str, Any]:
    """The form's draft, as it was handed out for an order."""
    coverage = {"resourceType": "Coverage", "id": "cov-1", "beneficiary": {"reference": f"Patient/{patient.public_id}"}}
    order = {
        "resourceType": "ServiceRequest",
        "id": "sr-1",
        "status": "draft",
        "intent": "order",
        "code": {"coding": [{"system": "http://www.ama-assn.org/go/cpt", "code": "64635"}]},
        "subject": {"reference": f"Patient/{patient.public_id}"},
    }
    body = {
        "resourceType": "Parameters",
        "parameter": [{"name": "coverage", "resource": coverage}, {"name": "order", "resource": order}],
    }
    output = posted(PACKAGE, body, token).json()
    return output["parameter"][0]["resource"]["entry"][1]["resource"]


def statement_of(form: dict[str, Any]) -> str:
    """The link of a question that asks for a yes or a no about the patient."""
    links = [item["linkId"] for group in form["item"] for item in group.get("item", ())]
    return next(link for link in links if link.startswith(("statement/", "finding/")) and not link.endswith("/text"))


def answered(draft: dict[str, Any], value: bool = True) -> dict[str, Any]:
    """The form as somebody filled it in."""
    form = FormGiven.objects.last().form
    given = {"item": [{"linkId": statement_of(form), "answer": [{"valueBoolean": value}]}]}
    return completed(draft, given, "Practitioner/dana", timezone.localtime() - timedelta(hours=1))


def test_answers_become_facts_only_after_a_person_looked(
    as_role: As, patient: Patient, token: str, draft: dict[str, Any], today: date
) -> None:
    response = answered(draft)
    before = Entry.objects.count()
    made = posted(PATH, response, token)
    assert made.status_code == 201
    kept = AnswersReceived.objects.get()
    assert Entry.objects.count() == before
    nurse = as_role(Role.NURSE)
    room = nurse.get(reverse("authorization", args=[patient.public_id])).content.decode()
    address = reverse("answers", args=[patient.public_id, kept.pk])
    assert address in room
    page = nurse.get(address).content.decode()
    assert "a person" in page
    assert "Practitioner/dana" in page
    assert "What it becomes in the chart" in page
    assert nurse.post(address, {"ending": "taken"}).status_code == 302
    [entry] = Entry.objects.order_by("pk")[before:]
    assert entry.source.startswith(f"answers {kept.pk} from Record nurse")
    assert entry.by == member(patient.practice, Role.NURSE)
    assert entry.recorded_at.date() == timezone.now().date()
    kept.refresh_from_db()
    assert (kept.ending, kept.body["item"]) == ("taken", response["item"])
    assert nurse.post(address, {"ending": "taken"}).status_code == 302
    assert Entry.objects.count() == before + 1


def test_answers_that_are_not_taken_change_nothing(
    as_role: As, patient: Patient, token: str, draft: dict[str, Any]
) -> None:
    posted(PATH, answered(draft), token)
    before = Entry.objects.count(), requests_of(patient)
    address = reverse("answers", args=[patient.public_id, AnswersReceived.objects.get().pk])
    as_role(Role.PHYSICIAN).post(address, {"ending": "dropped"})
    assert (Entry.objects.count(), requests_of(patient)) == before
    assert AnswersReceived.objects.get().ending == "dropped"


def test_authorization_staff_looks_and_does_not_take(
    as_role: As, patient: Patient, token: str, draft: dict[str, Any]
) -> None:
    posted(PATH, answered(draft), token)
    address = reverse("answers", args=[patient.public_id, AnswersReceived.objects.get().pk])
    staff = as_role(Role.AUTHORIZATION)
    page = staff.get(address)
    assert page.status_code == 200
    assert "A physician or nurse takes them" in page.content.decode()
    assert staff.post(address, {"ending": "taken"}).status_code == 404


def test_the_same_answers_are_refused_the_second_time(token: str, patient: Patient, draft: dict[str, Any]) -> None:
    response = answered(draft)
    assert [posted(PATH, response, token).status_code for _ in range(2)] == [201, 409]
    assert AnswersReceived.objects.count() == 1


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"resourceType": "Patient"}, 400),
        ({"questionnaire": "https://elsewhere.example/Questionnaire/x|1"}, 422),
        ({"questionnaire": 7}, 422),
        ({"status": "in-progress"}, 422),
        ({"authored": "2999-01-01T00:00:00+00:00"}, 422),
        ({"authored": None}, 422),
        ({"authored": "yesterday"}, 422),
        ({"item": [{"linkId": "invented/question", "answer": [{"valueBoolean": True}]}]}, 422),
        ({"item": "nothing"}, 422),
        ({"subject": {"reference": "Patient/00000000-0000-4000-8000-000000000000"}}, 404),
        ({"subject": None}, 404),
        ({"note": "\0"}, 400),
    ],
)
def test_what_does_not_fit_is_refused_whole(
    token: str, draft: dict[str, Any], change: dict[str, Any], status: int
) -> None:
    answer = posted(PATH, copy.deepcopy(answered(draft)) | change, token)
    assert answer.status_code == status
    assert answer.json()["resourceType"] == "OperationOutcome"
    assert "invented" not in answer.content.decode()
    assert not AnswersReceived.objects.exists()


def test_an_answer_that_does_not_say_where_it_came_from_is_refused(token: str, draft: dict[str, Any]) -> None:
    response = answered(draft)
    del response["item"][0]["answer"][0]["extension"]
    assert posted(PATH, response, token).status_code == 422


@pytest.mark.parametrize(
    ("role", "scopes", "status"),
    [
        (Role.NURSE, "system/*.rs system/*.read", 403),
        (Role.AUTHORIZATION, SCOPES, 404),
        (Role.NURSE, "system/*.write", 201),
    ],
)
def test_who_may_send_answers(practice: Practice, draft: dict[str, Any], role: Role, scopes: str, status: int) -> None:
    assert posted(PATH, answered(draft), token_for(practice, role, scopes)).status_code == status


def test_no_value_of_a_patient_stands_in_the_log(
    token: str, draft: dict[str, Any], patient: Patient, caplog: pytest.LogCaptureFixture
) -> None:
    posted(PATH, answered(draft), token)
    posted(PATH, answered(draft) | {"status": "in-progress"}, token)
    assert "answers kept" in caplog.text
    assert "answers refused" in caplog.text
    assert str(patient.public_id) not in caplog.text
    assert "statement/" not in caplog.text


# --- the same answers, given out and sent on


def take(as_role: As, patient: Patient) -> AnswersReceived:
    """Answers that a nurse took into the chart."""
    kept = AnswersReceived.objects.latest("pk")
    as_role(Role.NURSE).post(reverse("answers", args=[patient.public_id, kept.pk]), {"ending": "taken"})
    kept.refresh_from_db()
    assert kept.ending == "taken"
    return kept


def test_answers_are_found_under_the_id_that_was_told_when_they_came(
    as_role: As, patient: Patient, practice: Practice, token: str, draft: dict[str, Any]
) -> None:
    made = posted(PATH, answered(draft), token).json()
    take(as_role, patient)
    reader = token_for(practice, Role.NURSE, "system/*.rs")
    found = Browser().get(f"{PATH}/{made['id']}", headers={"Authorization": f"Bearer {reader}"})
    assert found.status_code == 200
    assert found.json()["id"] == made["id"]


def sent(as_role: As, patient: Patient) -> dict[str, Any]:
    """The request as it leaves for the payer."""
    assert submit(as_role(Role.AUTHORIZATION), patient).status_code == 302
    return json.loads(Sending.objects.get().request_body)


def of_type(bundle: dict[str, Any], kind: str) -> list[dict[str, Any]]:
    return [one["resource"] for one in bundle["entry"] if one["resource"]["resourceType"] == kind]


def told_of_answers(bundle: dict[str, Any]) -> list[tuple[str, str]]:
    """What the claim points to among the answers, and how it describes it."""
    [claim] = of_type(bundle, "Claim")
    return [
        (info["valueReference"]["reference"], part["valueString"])
        for info in claim["supportingInfo"]
        if info.get("valueReference", {}).get("reference", "").startswith("QuestionnaireResponse/")
        for part in info["extension"][0]["extension"]
        if part["url"] == "description"
    ]


def test_answers_that_were_taken_go_to_the_payer_as_evidence_with_their_source(
    as_role: As, connected: Patient, token: str, draft: dict[str, Any], today: date
) -> None:
    posted(PATH, answered(draft), token)
    kept = take(as_role, connected)
    page = as_role(Role.AUTHORIZATION).get(reverse("send_request", args=[connected.public_id, KIND])).content.decode()
    assert f"{kept.client.name}, answered" in page, "whoever sends sees that they leave"
    bundle = sent(as_role, connected)
    [response] = of_type(bundle, "QuestionnaireResponse")
    assert response["item"], "the answers themselves"
    assert response["subject"] == {"reference": f"Patient/{connected.public_id}"}
    answered_on = timezone.localtime(timezone.now() - timedelta(hours=1)).date()
    words = f"Answers to the questions of the policy, from {kept.client.name}, answered {answered_on}, taken {today}"
    assert told_of_answers(bundle) == [(f"QuestionnaireResponse/{response['id']}", words)]
    carry(as_role(Role.AUTHORIZATION), Sending.objects.get())
    assert Sending.objects.get().decision == "approved", "the payer could read it"
    assert "answer" not in json.dumps(Sending.objects.get().submission["answers"]), "they are kept once"


def test_a_request_with_answers_follows_the_profile(
    as_role: As, connected: Patient, token: str, draft: dict[str, Any], shared: Path
) -> None:
    posted(PATH, answered(draft), token)
    take(as_role, connected)
    packages = ("davinci-dtr-2.0.1", "davinci-crd-2.0.1", "davinci-pas-2.2.1", "core-6.1.0", "core-7.0.0")
    official = checker(shared / "data/fhir/packages", *(f"hl7.fhir.us.{name}" for name in packages))
    assert official.issues(sent(as_role, connected), REQUEST_BUNDLE) == []


def test_answers_nobody_took_and_answers_about_something_else_stay_here(
    as_role: As, connected: Patient, token: str, draft: dict[str, Any]
) -> None:
    posted(PATH, answered(draft), token)
    posted(PATH, answered(draft, False), token)
    take(as_role, connected)
    FormGiven.objects.update(kind="spinal_cord_stimulation_trial")
    assert of_type(sent(as_role, connected), "QuestionnaireResponse") == []


def test_of_answers_to_one_form_the_latest_goes(
    as_role: As, connected: Patient, token: str, draft: dict[str, Any]
) -> None:
    for value in (False, True):
        posted(PATH, answered(draft, value), token)
        last = take(as_role, connected)
    [response] = of_type(sent(as_role, connected), "QuestionnaireResponse")
    assert response["id"].endswith(f".answers-{last.pk}")
