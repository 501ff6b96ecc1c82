"""Single requirements of PAS and DTR that no profile can say, or that are worth a test of their own."""

import base64
import copy
import re
from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from lenitive.interop.davinci.pas_codes import PAS, REQUEST_BUNDLE
from lenitive.interop.davinci.questionnaire import DTR, questionnaire
from lenitive.interop.davinci.questionnaire_response import answers_by_link, origin_of
from lenitive.reasoning.book import book
from tests.conformance.profiles import Checker, checker
from tests.conformance.test_pas import SENT, request
from tests.unit.interop.davinci.answering import filled, handed_out, links, questions
from tests.unit.interop.davinci.inventing import CLINIC, asked, submission, written
from tests.unit.interop.davinci.test_questionnaire import EVERYTHING_GOOD

Json = dict[str, Any]
NUMBERED = ("careTeam", "diagnosis", "insurance", "item", "supportingInfo")
POINTERS = {
    "careTeamSequence": "careTeam",
    "diagnosisSequence": "diagnosis",
    "informationSequence": "supportingInfo",
}
WHOLE_DAY = re.compile(r"\d{4}-\d{2}-\d{2}(T.*)?")
ANSWERS = EVERYTHING_GOOD | {"request/side": "right"}


@pytest.fixture(scope="module")
def official(shared: Path) -> Checker:
    return checker(shared / "data/fhir/packages", "hl7.fhir.us.davinci-pas-2.2.1", "hl7.fhir.us.core-7.0.0")


@pytest.fixture(params=SENT)
def sent(request: pytest.FixtureRequest) -> Json:
    return SENT[request.param]()


def claim(bundle: Json) -> Json:
    return bundle["entry"][0]["resource"]


def resources(bundle: Json, kind: str) -> list[Json]:
    return [one["resource"] for one in bundle["entry"] if one["resource"]["resourceType"] == kind]


def extensions(holder: Json, name: str) -> list[Json]:
    return [one for one in holder.get("extension", ()) if one["url"] == f"{PAS}{name}"]


def values(part: Any, names: frozenset[str]) -> Iterator[str]:
    """Every text that stands under one of these names."""
    if isinstance(part, dict):
        for name, inner in part.items():
            if name in names and isinstance(inner, str):
                yield inner
            else:
                yield from values(inner, names)
    elif isinstance(part, list):
        for inner in part:
            yield from values(inner, names)


# --- PAS: the request


def test_entries_have_an_address_and_ask_for_nothing(sent: Json):
    assert [set(entry) for entry in sent["entry"]] == [{"fullUrl", "resource"}] * len(sent["entry"])
    assert all(entry["fullUrl"].startswith(("https://", "urn:uuid:")) for entry in sent["entry"])


def test_everything_that_the_claim_leads_to_is_in_the_bundle_once_and_nothing_else(sent: Json):
    held = {entry["fullUrl"]: entry["resource"] for entry in sent["entry"]}
    assert len(held) == len(sent["entry"])
    base = sent["entry"][0]["fullUrl"].partition("/Claim/")[0]
    reached, waiting = set(), [sent["entry"][0]["fullUrl"]]
    while waiting:
        url = waiting.pop()
        if url not in reached:
            reached.add(url)
            waiting += [f"{base}/{one}" for one in values(held[url], frozenset(("reference",)))]
    assert reached == set(held)


def test_numbers_within_a_list_are_unique_and_what_points_to_them_finds_them(sent: Json):
    numbers = {name: [one["sequence"] for one in claim(sent).get(name, ())] for name in NUMBERED}
    assert all(len(set(found)) == len(found) for found in numbers.values())
    for item in claim(sent)["item"]:
        for pointer, name in POINTERS.items():
            assert set(item.get(pointer, ())) <= set(numbers[name])
    assert any(item.get("diagnosisSequence") for item in claim(sent)["item"])


def test_days_of_service_and_of_birth_are_whole_days(sent: Json):
    days = list(values(sent, frozenset(("servicedDate", "timingDate", "birthDate", "start", "end"))))
    assert days
    assert [day for day in days if not WHOLE_DAY.fullmatch(day)] == []


def test_a_month_for_a_day_breaks_the_rule_of_the_guide(official: Checker):
    bundle = copy.deepcopy(request())
    (patient,) = resources(bundle, "Patient")
    assert official.issues(patient, patient["meta"]["profile"][0]) == []
    patient["birthDate"] = "1961-04"
    (found,) = official.issues(patient, patient["meta"]["profile"][0])
    assert found.rule.startswith("FullDateRule")


def test_who_takes_part_is_a_role_or_an_organization_and_says_for_which_lines(sent: Json):
    assert claim(sent)["careTeam"]
    for member in claim(sent)["careTeam"]:
        assert member["provider"]["reference"].split("/")[-2] in ("PractitionerRole", "Organization")
        (scope,) = extensions(member, "extension-careTeamClaimScope")
        lines = [item for item in claim(sent)["item"] if member["sequence"] in item.get("careTeamSequence", ())]
        assert scope["valueBoolean"] or lines


def test_each_line_says_what_kind_of_request_it_is_and_where(sent: Json):
    for item in claim(sent)["item"]:
        assert len(extensions(item, "extension-serviceItemRequestType")) == 1
        assert len(extensions(item, "extension-certificationType")) == 1
        assert item["category"]["coding"][0]["code"]
        assert item["locationCodeableConcept"]["coding"][0]["code"]
        assert item["productOrService"]["coding"][0]["code"]


def test_a_first_request_says_initial_and_a_cancellation_says_cancel():
    def types(bundle: Json) -> set[str]:
        found = [extensions(item, "extension-certificationType") for item in claim(bundle)["item"]]
        return {one["valueCodeableConcept"]["coding"][0]["code"] for (one,) in found}

    assert types(SENT["a request"]()) == {"I"}
    assert types(SENT["a cancellation"]()) == {"3"}


def test_the_diagnosis_is_sent_with_its_whole_code(sent: Json):
    codes = [one["diagnosisCodeableConcept"]["coding"][0] for one in claim(sent)["diagnosis"]]
    assert {one["system"] for one in codes} == {"http://hl7.org/fhir/sid/icd-10-cm"}
    assert [one["code"] for one in codes] == ["M47.816"]


def test_the_member_number_stands_on_the_coverage(sent: Json):
    (coverage,) = resources(sent, "Coverage")
    (member,) = (one for one in coverage["identifier"] if one["type"]["coding"][0]["code"] == "MB")
    assert member["system"]
    assert member["value"]
    assert coverage["status"] == "active"


def test_who_is_not_the_subscriber_points_to_one(official: Checker):
    bundle = copy.deepcopy(SENT["insured through somebody else"]())
    (coverage,) = resources(bundle, "Coverage")
    (profile,) = coverage["meta"]["profile"]
    assert official.issues(coverage, profile) == []
    del coverage["subscriber"]
    assert "self-beneficiary" in {issue.rule.partition(":")[0] for issue in official.issues(coverage, profile)}


def test_payer_and_clinic_are_active_named_and_numbered(sent: Json):
    found = resources(sent, "Organization")
    assert len(found) >= 2
    for one in found:
        assert one["active"] is True
        assert one["name"]
        assert all(identifier["value"] for identifier in one["identifier"])


def test_what_goes_along_says_what_kind_of_report_it_is():
    bundle = SENT["with the packet"]()
    documents = [one for one in claim(bundle)["supportingInfo"] if "valueReference" in one]
    assert documents
    for one in documents:
        (about,) = extensions(one, "extension-documentInformation")
        assert [part["url"] for part in about["extension"]].count("reportTypeCode") == 1
    (held,) = resources(bundle, "DocumentReference")
    assert held["content"]
    assert all("data" in content["attachment"] and "url" not in content["attachment"] for content in held["content"])


def test_each_attached_document_is_pointed_to_and_held_whole():
    bundle = SENT["with attached documents"]()
    held = {f"DocumentReference/{one['id']}": one for one in resources(bundle, "DocumentReference")}
    pointed = [one.get("valueReference", {}).get("reference") for one in claim(bundle)["supportingInfo"]]
    assert len(held) == 3
    assert set(held) <= set(pointed)
    for one in held.values():
        (content,) = one["content"]
        assert base64.b64decode(content["attachment"]["data"])
        assert content["attachment"]["contentType"] in ("application/pdf", "image/png")


def test_another_resource_first_breaks_the_rule_of_the_guide(official: Checker):
    bundle = copy.deepcopy(request())
    assert official.issues(bundle, REQUEST_BUNDLE) == []
    bundle["entry"].append(bundle["entry"].pop(0))
    assert "ClaimFirst" in {issue.rule.partition(":")[0] for issue in official.issues(bundle, REQUEST_BUNDLE)}


def test_no_two_submissions_share_an_identifier():
    numbers = [claim(request(number=f"pa-{number}"))["identifier"][0]["value"] for number in (1, 2, 3)]
    assert len(set(numbers)) == 3
    bundles = [request(number=f"pa-{number}")["identifier"]["value"] for number in (1, 2, 3)]
    assert len(set(bundles)) == 3


# --- DTR: the form


@pytest.fixture(params=["facet", "sacroiliac"])
def form(request: pytest.FixtureRequest) -> Json:
    about = asked(request.param)
    return questionnaire(questions(about), CLINIC.base, about.as_of)


def items(holder: Json) -> Iterator[Json]:
    for item in holder.get("item", ()):
        yield item
        yield from items(item)


def test_each_question_has_words_and_a_link_of_its_own(form: Json):
    assert all(item["text"].strip() for item in items(form))
    assert [link for link, count in Counter(links(form)).items() if count > 1] == []


def test_a_choice_offers_its_answers_in_the_form_itself(form: Json):
    for item in items(form):
        assert ("answerOption" in item) is (item["type"] in ("choice", "open-choice"))
        assert "answerValueSet" not in item, "a set that a terminology server would have to expand"


def test_a_form_is_about_a_patient_is_active_and_says_since_when(form: Json):
    assert form["subjectType"] == ["Patient"]
    assert form["status"] == "active"
    assert date.fromisoformat(form["effectivePeriod"]["start"])
    assert form["url"].startswith(f"{CLINIC.base}/Questionnaire/")
    assert form["version"]


def test_an_answer_that_is_given_when_another_says_so_names_that_question(form: Json):
    known = set(links(form))
    for item in items(form):
        assert {one["question"] for one in item.get("enableWhen", ())} <= known


@pytest.mark.parametrize("version", ["2.0", "2.2"])
def test_every_answer_says_exactly_once_where_it_came_from(version):
    response = filled(handed_out(asked(), version), ANSWERS)
    given = [one for _, answers in answers_by_link(response) for one in answers]
    assert given
    for one in given:
        origins = [extension for extension in one["extension"] if extension["url"] == f"{DTR}information-origin"]
        assert len(origins) == 1
        assert origin_of(one) in ("auto", "auto-client", "auto-server", "manual", "override")


def test_a_response_rests_on_no_order_and_is_part_of_nothing():
    response = filled(handed_out(asked()), ANSWERS)
    assert {"basedOn", "partOf"} & set(response) == set()
    assert response["status"] == "completed"


def test_a_response_names_the_patient_the_coverage_the_order_and_what_it_is_for():
    given = handed_out(asked())
    for response in (given.draft, filled(given, ANSWERS)):
        said = {one["url"].rpartition("/")[2]: one for one in response["extension"]}
        assert said["qr-context"]["valueReference"]["reference"].startswith("ServiceRequest/")
        assert said["qr-coverage"]["valueReference"]["reference"].startswith("Coverage/")
        assert said["intendedUse"]["valueCodeableConcept"]["coding"][0]["code"] == "withpa"
        assert response["subject"]["reference"].startswith("Patient/")


def test_the_draft_that_is_handed_out_is_no_completed_form():
    assert handed_out(asked()).draft["status"] == "in-progress"


def test_answers_reach_the_payer_with_the_same_version_of_the_form_as_was_handed_out():
    about = asked()
    form = handed_out(about)
    bundle = written(about, submission(answers=(filled(form, EVERYTHING_GOOD),))).bundle
    (held,) = resources(bundle, "QuestionnaireResponse")
    assert held["questionnaire"] == f"{form.form['url']}|{form.form['version']}"


def test_nothing_is_asked_that_no_criterion_of_the_policy_wants():
    about = asked()
    assert about.standing.determination is not None
    name = about.standing.chosen.policy
    wanted = {f"criterion/{name}#{row.id}" for row in book().content.policies[name].versions[-1].wants}
    groups = {link for link in links(handed_out(about).form) if link.startswith("criterion/")}
    assert groups
    assert groups <= wanted
