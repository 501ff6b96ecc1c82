"""The FHIR API over HTTP: who may read, what is found, what is refused, and that each reading leaves an event."""

import base64
from dataclasses import replace
from datetime import timedelta
from io import BytesIO
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

import pytest
from django.utils import timezone
from PIL import Image
from pypdf import PdfReader

from lenitive.chart import Chart, Request
from lenitive.chart.goal import Goal
from lenitive.interop.fhir.serving import SERVED_TYPES, BadSearchError, Served, matches
from lenitive_web.attachments.actions import withdraw
from lenitive_web.attachments.models import About
from lenitive_web.attachments.naming import name_of
from lenitive_web.audit.models import Event
from lenitive_web.authorization.models import AnswersReceived, FormGiven
from lenitive_web.ledger.actions import import_facts, make_request, register_patient
from lenitive_web.ledger.selectors import chart_of
from lenitive_web.people.models import Practice
from lenitive_web.people.roles import Role
from lenitive_web.services.actions import give_token, register_client
from lenitive_web.services.fhir_views import may
from tests.web.attachments import making
from tests.web.attachments.making import MRI
from tests.web.attachments.test_documents import without_guard
from tests.web.conftest import member
from tests.web.services.test_hooks import is_outcome

pytestmark = pytest.mark.django_db

COUNTED = {
    "Condition": ("condition", "complaint"),
    "Coverage": ("coverage",),
    "MedicationRequest": ("medication",),
    "MedicationStatement": ("medication",),
    "Observation": ("finding", "measure", "relief", "statement", "authorization"),
    "Procedure": ("procedure", "treatment"),
}


# --- what is found


def test_what_this_server_can_do_is_no_secret(client):
    said = client.get("/fhir/metadata")
    assert said.status_code == 200
    assert said["Content-Type"] == "application/fhir+json"
    resources = said.json()["rest"][0]["resource"]
    assert [one["type"] for one in resources] == [*SERVED_TYPES, "Binary", "Questionnaire"]
    assert [one["interaction"] for one in resources if one["type"] == "Binary"] == [[{"code": "read"}]]
    assert [one["name"] for one in resources[-1]["operation"]] == ["questionnaire-package"]
    created = [one["type"] for one in resources if {"code": "create"} in one.get("interaction", ())]
    assert created == ["QuestionnaireResponse"]


def test_a_patient_is_read(reading, patient):
    said = reading(f"/fhir/Patient/{patient.public_id}").json()
    assert (said["resourceType"], said["id"]) == ("Patient", str(patient.public_id))
    assert said["birthDate"] == "1961-04-02"


@pytest.mark.parametrize(("kind", "tables"), COUNTED.items())
def test_every_fact_that_stands_is_found_and_can_be_read(reading, patient, kind, tables):
    chart: Chart = chart_of(patient, timezone.localdate())
    bundle = reading(f"/fhir/{kind}?patient={patient.public_id}").json()
    assert bundle["type"] == "searchset"
    assert bundle["total"] == len(bundle["entry"]) == sum(len(chart.table(table)) for table in tables) > 0
    for entry in bundle["entry"]:
        resource = entry["resource"]
        assert entry["fullUrl"] == f"http://testserver/fhir/{kind}/{resource['id']}"
        owner = resource.get("subject") or resource.get("beneficiary")
        assert owner == {"reference": f"Patient/{patient.public_id}"}
    first = bundle["entry"][0]["resource"]
    assert reading(f"/fhir/{kind}/{first['id']}").json() == first


def test_relief_points_to_its_procedure(reading, patient):
    found = reading(f"/fhir/Observation?patient={patient.public_id}").json()["entry"]
    pointing = [entry["resource"]["partOf"][0]["reference"] for entry in found if "partOf" in entry["resource"]]
    assert len(pointing) == 2
    assert all(reading(f"/fhir/{reference}").status_code == 200 for reference in pointing)


def test_a_procedure_that_is_asked_for_is_a_draft(reading, patient):
    make_request(patient=patient, request=Request(kind="sacroiliac_joint_injection", side="left"), by=None)
    found = reading(f"/fhir/ServiceRequest?patient={patient.public_id}").json()["entry"][0]["resource"]
    assert (found["status"], found["intent"]) == ("draft", "proposal")
    assert found["code"]["coding"][-1]["code"] == "sacroiliac_joint_injection"
    assert reading(f"/fhir/ServiceRequest/{found['id']}").json() == found


def test_the_plan_of_today_is_a_proposal_that_points_to_the_goals_of_the_chart(reading, patient):
    goal = Goal(id="goal", patient="-", recorded_at=timezone.now(), kind="activity", text="walk to the shop")
    import_facts(patient=patient, facts=[goal], by=None)
    [entry] = reading(f"/fhir/CarePlan?patient={patient.public_id}&category=assess-plan").json()["entry"]
    plan = entry["resource"]
    assert (plan["status"], plan["intent"]) == ("draft", "proposal")
    assert plan["created"] == timezone.localdate().isoformat()
    assert [reading(f"/fhir/{one['reference']}").json()["description"]["text"] for one in plan["goal"]] == [goal.text]
    assert any(one["detail"]["status"] == "not-started" for one in plan["activity"])
    assert reading(f"/fhir/CarePlan/{plan['id']}").json() == plan
    assert reading(f"/fhir/CarePlan?patient={patient.public_id}&status=active").json()["total"] == 0


def test_answers_are_given_out_once_somebody_took_them(reading, patient, practice):
    path = f"/fhir/QuestionnaireResponse?patient={patient.public_id}"
    kept = answers_of(patient, practice)
    assert reading(path).json()["total"] == 0
    kept.ending = "taken"
    kept.save(update_fields=["ending"])
    (entry,) = reading(path).json()["entry"]
    found = entry["resource"]
    assert found["subject"] == {"reference": f"Patient/{patient.public_id}"}
    assert found["item"] == kept.body["item"]
    assert reading(f"/fhir/QuestionnaireResponse/{found['id']}").json() == found
    assert reading(f"{path}&authored=lt2026").json()["total"] == 0


def answers_of(patient, practice) -> AnswersReceived:
    body = {
        "resourceType": "QuestionnaireResponse",
        "questionnaire": "https://clinic.example/fhir/Questionnaire/form|1",
        "status": "completed",
        "authored": "2026-05-04T09:30:00Z",
        "subject": {"reference": "Patient/theirs"},
        "item": [{"linkId": "statement/plan_is_ablation", "answer": [{"valueBoolean": True}]}],
    }
    at = timezone.now()
    form = FormGiven.objects.create(
        patient=patient, kind="joint_injection", canonical=body["questionnaire"], form={}, asked={}, given_at=at
    )
    sender = register_client(practice=practice, name="sender", by=None)
    return AnswersReceived.objects.create(form=form, client=sender, digest="1", body=body, received_at=at)


@pytest.mark.parametrize(
    ("query", "least", "all_of_them"),
    [
        ("category=survey", 2, False),
        ("category=exam,survey", 2, False),
        ("category=http://terminology.hl7.org/CodeSystem/observation-category|exam", 0, False),
        ("category=nothing-like-it", 0, False),
        ("date=ge2026-01-01", 2, False),
        ("date=ge1990", 2, True),
        ("date=lt1990", 0, False),
        ("code=urn:lenitive:codes|pain_relief", 2, False),
    ],
)
def test_searches(reading, patient, query, least, all_of_them):
    every = reading(f"/fhir/Observation?patient={patient.public_id}").json()
    found = reading(f"/fhir/Observation?patient={patient.public_id}&{query}").json()
    assert least <= found["total"] <= every["total"]
    assert (found["total"] == every["total"]) is all_of_them
    if "survey" in query:
        assert all("survey" in str(e["resource"]["category"]) or "exam" in query for e in found["entry"])


@pytest.mark.parametrize(
    ("value", "fits"),
    [
        ("2026-02-09", True),
        ("eq2026-02", True),
        ("2026", True),
        ("2026-02-10", False),
        ("ge2026-02-09", True),
        ("gt2026-02-09", False),
        ("le2026-02-09", True),
        ("lt2026-02-09", False),
        ("gt2026-02-08", True),
        ("lt2026-02-10", True),
    ],
)
def test_both_sides_of_a_day(value, fits):
    one = Served("Procedure", "1", {"performedDateTime": "2026-02-09"})
    assert matches(one, [("date", value)]) is fits


@pytest.mark.parametrize("value", ["sometimes", "xx2026", "2026-13", "", "ge"])
def test_a_day_that_is_none(value):
    with pytest.raises(BadSearchError):
        matches(Served("Procedure", "1", {"performedDateTime": "2026-02-09"}), [("date", value)])


def test_pages(reading, patient):
    path = f"/fhir/Observation?patient={patient.public_id}&_count=5"
    seen: list[str] = []
    while path:
        page = reading(path).json()
        seen += [entry["resource"]["id"] for entry in page["entry"]]
        assert len(page["entry"]) <= 5
        path = next(
            (link["url"].removeprefix("http://testserver") for link in page["link"] if link["relation"] == "next"), ""
        )
    assert len(seen) == len(set(seen)) == page["total"]


def test_patients_by_name_and_day_of_birth(reading, patient, practice):
    register_patient(practice=practice, name="Someone Else", birth_date=None, by=None)
    found = reading("/fhir/Patient?name=rosa").json()
    assert [entry["resource"]["id"] for entry in found["entry"]] == [str(patient.public_id)]
    assert reading("/fhir/Patient?birthdate=1961-04-02").json()["total"] == 1
    assert reading("/fhir/Patient?birthdate=1961-04-03").json()["total"] == 0
    assert reading(f"/fhir/Patient?_id={patient.public_id}").json()["total"] == 1


def test_more_patients_than_a_page_are_counted_and_come_on_the_next(reading, practice):
    for number in range(3):
        register_patient(practice=practice, name=f"Smith {number}", birth_date=None, by=None)
    first = reading("/fhir/Patient?name=smith&_count=2").json()
    assert (first["total"], len(first["entry"])) == (3, 2)
    following = next(link["url"] for link in first["link"] if link["relation"] == "next")
    rest = reading(following.removeprefix("http://testserver")).json()
    names = [entry["resource"]["name"][0]["text"] for entry in (*first["entry"], *rest["entry"])]
    assert names == ["Smith 0", "Smith 1", "Smith 2"]
    assert all(link["relation"] != "next" for link in rest["link"])


def test_the_next_page_asks_for_all_that_this_one_asked_for(reading, practice):
    for number in range(3):
        register_patient(practice=practice, name=f"Smith {number}", birth_date=None, by=None)
    asked = "/fhir/Patient?name=smith&name=s&_count=1"
    (following,) = [one["url"] for one in reading(asked).json()["link"] if one["relation"] == "next"]
    assert parse_qs(urlsplit(following).query) == {"name": ["smith", "s"], "_count": ["1"], "_page": ["2"]}


def test_a_patient_of_whom_nothing_was_recorded(reading, practice):
    kept = register_patient(practice=practice, name="New Person", birth_date=None, by=None)
    said = reading(f"/fhir/Patient/{kept.public_id}").json()
    assert said["name"][0]["text"] == "New Person"
    assert said["gender"] == "unknown"
    assert "birthDate" not in said


# --- who may


def test_a_stranger_gets_the_same_404_as_for_nobody(reading, patient):
    other = Practice.objects.create(name="Dale Clinic")
    theirs = register_patient(practice=other, name="Not Yours", birth_date=None, by=None)
    answers = [
        reading(f"/fhir/Patient/{theirs.public_id}"),
        reading(f"/fhir/Patient/{uuid4()}"),
        reading(f"/fhir/Condition?patient={theirs.public_id}"),
        reading(f"/fhir/Condition?patient={uuid4()}"),
        reading("/fhir/Condition?patient=nobody"),
        reading("/fhir/Patient/nobody"),
        reading(f"/fhir/Condition/{theirs.public_id.hex}.abc"),
    ]
    assert all(is_outcome(answer, 404) for answer in answers)
    assert len({answers[0].content, answers[1].content, answers[5].content}) == 1


def test_each_reading_leaves_an_event(reading, patient, account):
    before = Event.objects.count()
    reading(f"/fhir/Condition?patient={patient.public_id}")
    seen = Event.objects.filter(by=account, patient=patient.public_id, action="chart.view")
    assert Event.objects.count() > before
    assert "fhir-search" in seen.first().about


def test_a_role_that_reads_no_charts_reads_none_here(reading, patient, account):
    account.role = "front_desk"
    account.save()
    assert is_outcome(reading(f"/fhir/Condition?patient={patient.public_id}"), 404)
    assert Event.objects.filter(action="refused: chart.view").exists()


@pytest.mark.parametrize("token", ["", "wrong", "x" * 100_000])
def test_without_a_token_there_is_nothing(reading, patient, token):
    response = reading(f"/fhir/Patient/{patient.public_id}", token=token)
    assert is_outcome(response, 401)
    assert response["WWW-Authenticate"] == "Bearer"


def test_a_token_ends(client, practice, account, patient):
    kept = register_client(practice=practice, name="Old reader", by=None)
    until = timezone.now() - timedelta(seconds=1)
    token = give_token(client=kept, account=account, scopes="system/*.rs", until=until, by=None)
    assert is_outcome(client.get("/fhir/Patient/x", headers={"Authorization": f"Bearer {token}"}), 401)


def test_only_the_hash_of_a_token_is_kept(practice, account):
    kept = register_client(practice=practice, name="Reader", by=None)
    until = timezone.now() + timedelta(days=1)
    token = give_token(client=kept, account=account, scopes="system/*.rs", until=until, by=None)
    kept.refresh_from_db()
    assert token not in str(vars(kept))
    again = give_token(client=kept, account=account, scopes="system/*.rs", until=until, by=None)
    assert again != token


@pytest.mark.parametrize(
    ("scopes", "kind", "right", "allowed"),
    [
        ("system/*.rs", "Condition", "r", True),
        ("system/Condition.r", "Condition", "r", True),
        ("system/Condition.r", "Condition", "s", False),
        ("system/Condition.s", "Condition", "r", False),
        ("system/Condition.read", "Condition", "s", True),
        ("system/Observation.rs", "Condition", "r", False),
        ("patient/*.rs", "Condition", "r", False),
        ("user/*.rs system/Condition.rs", "Condition", "s", True),
        ("system/Condition.rs?category=x", "Condition", "r", False),
        ("system/*.cud", "Condition", "r", False),
        ("system/*.create", "Condition", "r", False),
        ("system/*.search", "Condition", "c", False),
        ("system/Condition.rs?category=x system/Condition.rs", "Condition", "r", True),
        ("", "Condition", "r", False),
    ],
)
def test_scopes(scopes, kind, right, allowed):
    assert may(scopes, kind, right) is allowed


def test_a_scope_is_needed(reading, patient):
    assert is_outcome(reading(f"/fhir/Condition?patient={patient.public_id}", scopes="system/Observation.rs"), 403)


# --- what is refused


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/fhir/Condition", 400),
        ("/fhir/Patient", 400),
        ("/fhir/Condition?patient={id}&colour=red", 400),
        ("/fhir/Condition?patient={id}&onset-date=soon", 400),
        ("/fhir/Condition?patient={id}&patient={id}", 400),
        ("/fhir/Condition?patient={id}&_count=many", 400),
        ("/fhir/Condition?patient={id}&_count=-1", 400),
        ("/fhir/Patient?colour=red", 400),
        ("/fhir/Patient?birthdate=soon", 400),
        ("/fhir/Patient?birthdate=2026-02-31", 400),
        ("/fhir/Patient?name=%00", 400),
        ("/fhir/Claim?patient={id}", 404),
        ("/fhir/List?patient={id}", 404),
        ("/fhir/Claim/1", 404),
    ],
)
def test_what_cannot_be_asked(reading, patient, path, status):
    assert is_outcome(reading(path.format(id=patient.public_id)), status)


def test_nothing_is_written_here(client):
    assert is_outcome(client.post("/fhir/Condition", b"{}", content_type="application/json"), 405)
    assert is_outcome(client.delete("/fhir/Condition/1"), 405)


# --- documents


@pytest.fixture
def documents(patient, practice):
    """A report that is kept as it came, a photograph, and a scan of two pages."""
    nurse = member(practice, Role.NURSE)
    scan = Image.new("L", (60, 80), 90)
    two_pages = making.saved(scan, "TIFF", save_all=True, append_images=[Image.new("L", (60, 80), 200)])
    return {
        "kept": making.attached(patient, nurse),
        "picture": making.attached(patient, nurse, file=making.picture(), told=replace(MRI, title="A photograph")),
        "pages": making.attached(patient, nurse, file=two_pages, told=replace(MRI, title="Report of a scan")),
    }


def found_documents(reading, patient, more=""):
    bundle = reading(f"/fhir/DocumentReference?patient={patient.public_id}{more}").json()
    return {entry["resource"]["description"]: entry["resource"] for entry in bundle.get("entry", ())}


def test_documents_are_found_and_read(reading, patient, documents):
    found = found_documents(reading, patient)
    assert set(found) == {"MRI of the lumbar spine", "A photograph", "Report of a scan"}
    for one in found.values():
        assert reading(f"/fhir/DocumentReference/{one['id']}").json() == one
        assert one["subject"] == {"reference": f"Patient/{patient.public_id}"}
        assert one["context"]["period"]["start"] == "2026-03-02"
    assert len(found_documents(reading, patient, "&category=clinical-note&status=current")) == 3
    assert found_documents(reading, patient, "&date=lt2026-01-01") == {}
    assert found_documents(reading, patient, "&status=superseded") == {}


@pytest.mark.parametrize(
    ("which", "media", "begins"),
    [
        ("kept", "application/pdf", b"%PDF-"),
        ("picture", "image/png", b"\x89PNG"),
        ("pages", "application/pdf", b"%PDF-"),
    ],
)
def test_the_bytes_of_a_document_are_what_it_says(reading, patient, documents, which, media, begins):
    one = found_documents(reading, patient)[name_of(documents[which])]
    [content] = one["content"]
    told = content["attachment"]
    assert told["contentType"] == media
    answer = reading(told["url"].removeprefix("http://testserver"))
    assert (answer.status_code, answer["Content-Type"]) == (200, media)
    assert answer.content.startswith(begins)
    assert "sandbox" in answer["Content-Security-Policy"]
    as_fhir = reading(told["url"].removeprefix("http://testserver"), accept="application/fhir+json").json()
    assert (as_fhir["resourceType"], as_fhir["contentType"], as_fhir["id"]) == ("Binary", media, one["id"])
    assert base64.b64decode(as_fhir["data"]) == answer.content
    assert as_fhir["securityContext"] == one["subject"]
    if which == "kept":
        assert told["size"] == len(answer.content)
        assert answer.content == making.report()
    else:
        assert "size" not in told
    if which == "pages":
        assert [len(page.images) for page in PdfReader(BytesIO(answer.content)).pages] == [1, 1]


@pytest.mark.parametrize(
    ("about", "code"),
    [
        (About.IMAGING, "18748-4"),
        (About.LABORATORY, "11502-2"),
        (About.OPERATION, "11504-8"),
        (About.THERAPY, "11515-4"),
        (About.PSYCHOLOGY, "11518-8"),
        (About.LETTER, "UNK"),
        (About.OTHER, "UNK"),
    ],
)
def test_a_document_says_its_kind_by_the_code_of_the_payers_guide_or_that_none_is_known(
    reading, patient, practice, about, code
):
    making.attached(patient, member(practice, Role.NURSE), told=replace(MRI, about=about, title="The paper"))
    coding = found_documents(reading, patient)["The paper"]["type"]["coding"]
    assert [one["code"] for one in coding] == [code]
    assert (coding[0]["system"] == "http://loinc.org") == (code != "UNK")


def test_a_withdrawn_document_is_not_given_out(reading, patient, practice, documents):
    one = found_documents(reading, patient)["MRI of the lumbar spine"]
    withdraw(attachment=documents["kept"], reason="of somebody else", by=member(practice, Role.NURSE))
    assert len(found_documents(reading, patient)) == 2
    for path in (f"/fhir/DocumentReference/{one['id']}", f"/fhir/Binary/{one['id']}"):
        assert is_outcome(reading(path), 404)


def test_a_document_that_was_changed_is_refused_and_told(reading, patient, documents):
    one = found_documents(reading, patient)["A photograph"]
    without_guard("UPDATE attachments_piece SET body = %s WHERE attachment_id = %s", b"x", documents["picture"].pk)
    assert is_outcome(reading(f"/fhir/Binary/{one['id']}"), 409)
    assert Event.objects.filter(action="document.changed", patient=patient.public_id).count() == 1


def test_bytes_are_read_one_by_one_by_who_may(reading, patient, documents):
    one = found_documents(reading, patient)["MRI of the lumbar spine"]
    assert is_outcome(reading(f"/fhir/Binary?patient={patient.public_id}"), 404)
    assert is_outcome(reading(f"/fhir/Binary/{one['id']}", scopes="system/DocumentReference.rs"), 403)
    assert is_outcome(reading(f"/fhir/Binary/{one['id']}", token="wrong"), 401)
    assert is_outcome(reading("/fhir/Binary/nobody"), 404)
    assert is_outcome(reading(f"/fhir/Binary/{patient.public_id.hex}.{'0' * 31}"), 404)
    before = Event.objects.filter(action="chart.view").count()
    assert reading(f"/fhir/Binary/{one['id']}").status_code == 200
    assert Event.objects.filter(action="chart.view").count() == before + 1
