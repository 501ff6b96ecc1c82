"""Everything that the services send, held against the official profiles."""

import copy
import json
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from uuid import UUID

import msgspec
import pytest
from hypothesis import given, settings

from lenitive.chart import Request
from lenitive.interop.case_file import read_case_file
from lenitive.interop.cds_hooks.discovery import OPTIONS, SERVICE_OF, services
from lenitive.interop.cds_hooks.errors import operation_outcome
from lenitive.interop.cds_hooks.service import Desk
from lenitive.interop.davinci.coverage_information import URL
from lenitive.interop.davinci.order_coverage import PayerRules
from lenitive.interop.davinci.questionnaire_response import answers_by_link
from lenitive.interop.fhir.care_plan import care_plan, served_care_plan
from lenitive.interop.fhir.documents import Document, served_document, served_file
from lenitive.interop.fhir.serving import Answers, Asked, served, served_answers
from lenitive.reasoning.book import book
from lenitive.reasoning.plan_of_care import plan_of_care
from tests.conformance.profiles import Checker, checker
from tests.conftest import ROOT
from tests.strategies import charts
from tests.unit.interop.cds_hooks.conftest import answered, as_sent, asked, order
from tests.unit.interop.davinci.answering import filled, handed_out
from tests.unit.interop.davinci.inventing import asked as asked_by_form
from tests.unit.interop.davinci.test_questionnaire import EVERYTHING_GOOD

CRD_ORDER = "http://hl7.org/fhir/us/davinci-crd/StructureDefinition/profile-servicerequest"
ONLY_IN_2_2 = {
    "http://hl7.org/fhir/us/davinci-crd/ValueSet/coverageInfo",
    "http://hl7.org/fhir/us/davinci-crd/ValueSet/coveragePaDetail",
    "http://hl7.org/fhir/us/davinci-crd/ValueSet/informationNeeded",
}
"""Code lists that version 2.2 made longer: an answer in 2.2 may leave the lists of 2.0.1 there and nowhere else."""
EXAMPLES = ("facet", "facet_open", "radiculopathy", "sacroiliac")
NUMBERS = ("64635", "64493", "64483", "27096", "62323", "63650")
ANSWERS = EVERYTHING_GOOD | {"request/side": "right"}
PATIENT = UUID("3d0a2b1c-5e6f-4a7b-8c9d-0e1f2a3b4c5d")
RULES = {
    "nothing more": PayerRules(),
    "questionnaires": PayerRules(questionnaire=lambda policy: f"https://lenitive.example/Questionnaire/{policy}|1"),
}


@pytest.fixture(scope="module")
def official(shared: Path) -> Checker:
    return checker(shared / "data/fhir/packages", "hl7.fhir.us.davinci-crd-2.0.1", "hl7.fhir.us.core-6.1.0")


@pytest.mark.parametrize("rules", RULES)
@pytest.mark.parametrize("version", ["2.0", "2.2"])
@pytest.mark.parametrize("example", EXAMPLES)
def test_the_orders_that_come_back_follow_the_crd_profile(official: Checker, example, version, rules):
    orders = [order(number) | {"id": f"draft-{number}"} for number in NUMBERS]
    request = asked(*orders, example=example, extension={"davinci-crd.requestedVersion": version})
    sent = as_sent(answered(request, desk=Desk(rules=RULES[rules])))
    actions = sent.get("systemActions", [])
    assert len(actions) == len(NUMBERS) or version == "2.0"
    for action in actions:
        resource = action["resource"]
        found = official.issues(resource) + official.issues(resource, CRD_ORDER)
        if version == "2.2":
            found = [issue for issue in found if issue.rule.removeprefix("a code of ") not in ONLY_IN_2_2]
        assert found == []
        assert len([one for one in resource["extension"] if one["url"] == URL]) == 1
        assert action["type"] == "update"
        assert action["description"]


def test_the_order_that_went_in_is_a_crd_order(official: Checker):
    drafts = asked()["context"]["draftOrders"]["entry"]
    assert [official.issues(entry["resource"], CRD_ORDER) for entry in drafts] == [[]]


@pytest.mark.parametrize("example", EXAMPLES)
def test_what_the_fhir_api_gives_follows_the_profiles_that_it_claims(official: Checker, example):
    case = read_case_file(ROOT / "examples" / f"{example}.toml")
    asked_for = [Asked("1", datetime(2026, 5, 4, 9, tzinfo=UTC), case.request or Request(kind="joint_injection"))]
    found = served(case.chart, PATIENT, book(), asked_for)
    claimed = 0
    assert len(found) > 20
    for one in found:
        assert official.issues(one.body) == [], one.kind
        for profile in one.body.get("meta", {}).get("profile", []):
            claimed += 1
            assert official.issues(one.body, profile) == [], (one.kind, profile)
    assert claimed > 15


@settings(max_examples=60, deadline=None, database=None, derandomize=True)
@given(chart=charts())
def test_whatever_a_chart_holds_is_given_out_as_the_profiles_ask(official: Checker, chart):
    """Any facts that the tables allow: rough days, missing parts, odd texts."""
    for one in served(chart, PATIENT, book()):
        for profile in (None, *one.body.get("meta", {}).get("profile", [])):
            assert official.issues(one.body, profile) == [], (one.kind, profile)


@pytest.mark.parametrize("example", EXAMPLES)
def test_every_reference_that_is_given_out_leads_somewhere(example):
    case = read_case_file(ROOT / "examples" / f"{example}.toml")
    found = served(case.chart, PATIENT, book())
    names = {f"{one.kind}/{one.id}" for one in found}
    text = msgspec.json.encode([one.body for one in found]).decode()
    assert "urn:uuid" not in text
    assert {part.partition('"')[0] for part in text.split('"reference":"')[1:]} <= names


@pytest.mark.parametrize("example", EXAMPLES)
def test_a_plan_of_care_is_a_care_plan_of_us_core(official: Checker, example):
    case = read_case_file(ROOT / "examples" / f"{example}.toml")
    told = plan_of_care(case.chart, case.as_of, asked_for=[case.request.kind] if case.request else ())
    goals = [one for one in served(case.chart, PATIENT, book()) if one.kind == "Goal"]
    for body in (care_plan(told), served_care_plan(told, PATIENT, goals).body):
        [profile] = body["meta"]["profile"]
        assert official.issues(body) == official.issues(body, profile) == []
        assert (body["status"], body["intent"], body["created"]) == ("draft", "proposal", str(case.as_of))
    details = [activity["detail"] for activity in care_plan(told)["activity"]]
    codes = [one["code"].get("coding", [{}])[0].get("code") for one in details]
    assert [rung.procedure for rung in told.ladder if rung.procedure not in codes] == []
    assert len([one for one in details if one["status"] == "completed"]) == len(told.follow_ups)
    assert all(one["statusReason"]["text"] for one in details if one["status"] != "completed")


@settings(max_examples=25, deadline=None, database=None, derandomize=True)
@given(chart=charts())
def test_whatever_a_chart_holds_its_plan_is_as_the_profile_asks(official: Checker, chart):
    body = served_care_plan(plan_of_care(chart, date(2026, 5, 4)), PATIENT).body
    [profile] = body["meta"]["profile"]
    assert official.issues(body) == official.issues(body, profile) == []


DOCUMENT = Document(
    number=UUID("d0c00000-0000-4000-8000-000000000001"),
    title="MRI of the lumbar spine",
    about="Imaging",
    day=date(2026, 3, 2),
    at=datetime(2026, 3, 4, 9, tzinfo=UTC),
    media="application/pdf",
    size=12_345,
)


@pytest.mark.parametrize("more", [{}, {"size": None, "media": "image/jpeg"}, {"is_from_patient": True}])
def test_an_attached_document_follows_the_profiles_and_leads_to_its_bytes(official: Checker, more):
    document = replace(DOCUMENT, **more)
    one, file = (
        served_document(document, PATIENT, "https://clinic.example/fhir"),
        served_file(document, b"bytes", PATIENT),
    )
    (profile,) = one.body["meta"]["profile"]
    assert profile == "http://hl7.org/fhir/us/core/StructureDefinition/us-core-documentreference|6.1.0"
    assert official.issues(one.body) == official.issues(one.body, profile) == official.issues(file.body) == []
    (content,) = one.body["content"]
    assert content["attachment"]["url"] == f"https://clinic.example/fhir/Binary/{file.id}"
    assert content["attachment"]["contentType"] == file.body["contentType"] == document.media
    assert ("author" in one.body) is document.is_from_patient


def test_a_document_without_a_place_for_its_bytes_breaks_the_rule_of_us_core(official: Checker):
    broken = copy.deepcopy(served_document(DOCUMENT, PATIENT, "https://clinic.example/fhir").body)
    del broken["content"][0]["attachment"]["url"]
    found = official.issues(broken, broken["meta"]["profile"][0])
    assert [issue.rule.partition(":")[0] for issue in found] == ["us-core-6"]


def test_each_drug_stands_once_more_on_the_medication_list_of_us_core(official: Checker):
    case = read_case_file(ROOT / "examples" / "radiculopathy.toml")
    found = served(case.chart, PATIENT, book())
    statements = {f"{one.kind}/{one.id}": one.body for one in found if one.kind == "MedicationStatement"}
    listed = [one.body for one in found if one.kind == "MedicationRequest"]
    assert len(listed) == len(statements) == len(case.chart.table("medication")) > 1
    for body in listed:
        assert (body["intent"], body["reportedBoolean"], "requester" in body) == ("plan", True, False)
        statement = statements.pop(body["supportingInformation"][0]["reference"])
        assert body["medicationCodeableConcept"] == statement["medicationCodeableConcept"]
        assert body.get("dosageInstruction") == statement.get("dosage")
        assert official.issues(body, body["meta"]["profile"][0]) == []
    assert statements == {}


@pytest.mark.parametrize("said", ["", 'text = "Play with the children"\n', 'text = " "\n'])
def test_a_goal_follows_the_profile_whatever_it_says(official: Checker, tmp_path, said):
    file = tmp_path / "case.toml"
    file.write_text(
        f'as_of = 2026-05-15\n[patient]\nid = "p1"\n[[goal]]\nkind = "activity"\n{said}true_on = 2026-05-01\n'
    )
    (one,) = (one for one in served(read_case_file(file).chart, PATIENT, book()) if one.kind == "Goal")
    (profile,) = one.body["meta"]["profile"]
    assert official.issues(one.body) == official.issues(one.body, profile) == []
    assert one.body["description"]["text"]


def test_answers_are_given_out_without_pointing_to_what_another_system_holds(official: Checker):
    case = asked_by_form()
    response = filled(handed_out(case, "2.0"), ANSWERS) | {"id": "theirs", "contained": [{"resourceType": "Patient"}]}
    one = served_answers(Answers("7", response), PATIENT)
    (profile,) = one.body["meta"]["profile"]
    assert profile.endswith("us-core-questionnaireresponse|6.1.0")
    assert official.issues(one.body) == official.issues(one.body, profile) == []
    assert one.id == f"{PATIENT.hex}.answers-7"
    assert one.body["subject"] == {"reference": f"Patient/{PATIENT}"}
    assert "contained" not in one.body
    text = msgspec.json.encode({**one.body, "subject": None}).decode()
    assert '"reference"' not in text
    assert '"identifier":{"value":"Practitioner/' in text
    assert [answer for _, answer in answers_by_link(one.body)]


def test_refusals_are_operation_outcomes(official: Checker):
    assert official.issues(operation_outcome("invalid", "What is wrong.", "context.patientId")) == []


def test_the_capability_statement(official: Checker):
    from lenitive_web.services.fhir_views import capabilities

    assert official.issues(capabilities("https://clinic.example/fhir")) == []


# --- discovery, beside the published one


def test_discovery_has_the_shape_of_the_published_document(shared: Path):
    published = json.loads((shared / "data/fhir/hl7-davinci-crd-2.2.1-hooks/CRDServices.json").read_text())
    theirs = {key for service in published["services"] for key in service}
    for service in msgspec.to_builtins(services())["services"]:
        assert set(service) - {"usageRequirements"} <= theirs
        assert service["extension"]["davinci-crd.version"] == ["2.0", "2.2"]
        options = service["extension"]["davinci-crd.configuration-options"]
        for field in ("code", "name", "description"):
            assert len({option[field] for option in options}) == len(options)
        for option in options:
            assert set(option) == {"code", "type", "name", "description", "default"}
            assert type(option["default"]) is {"boolean": bool, "integer": int}[option["type"]]


def test_every_type_of_card_has_its_switch():
    types = {"coverage-info", "contraindication", "guideline", "clinical-reminder"}
    assert {option.code for option in OPTIONS["order-sign"]} - {"max-cards"} == types
    assert set(SERVICE_OF) == set(OPTIONS)


def test_prefetch_keeps_to_the_portable_subset():
    for service in services().services:
        for template in service.prefetch.values():
            tokens = [part.partition("}}")[0] for part in template.split("{{")[1:]]
            assert tokens == ["context.patientId"]
            parameters = [pair.split("=")[0] for pair in template.partition("?")[2].split("&") if pair]
            assert set(parameters) <= {"patient", "status", "category", "_sort", "_count"}
