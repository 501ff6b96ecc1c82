"""Da Vinci DTR: forms, drafts, packages and answers against the official profiles of 2.0.1, and the rules of 2.2."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest

from lenitive.errors import BadInputError
from lenitive.interop.davinci.claim_bundle import about_answers
from lenitive.interop.davinci.dtr_package import PACKAGE, package, package_answer, read_package_request
from lenitive.interop.davinci.pas_codes import REQUEST_BUNDLE
from lenitive.interop.davinci.questionnaire import DTR, QUESTIONNAIRE, canonical, questionnaire
from lenitive.interop.davinci.questionnaire_response import RESPONSE, answers_by_link, origin_of
from tests.conformance.profiles import Checker, checker
from tests.unit.interop.davinci.answering import Form, filled, handed_out, links, questions
from tests.unit.interop.davinci.inventing import AT, CLINIC, asked, submission, written
from tests.unit.interop.davinci.test_questionnaire import EVERYTHING_GOOD

Json = dict[str, Any]
LONGER_IN_2_2 = "a code of http://hl7.org/fhir/us/davinci-crd/ValueSet/DocReason"
"""The code list that 2.2 moved to another system."""
NO_AUTHOR = (
    "dtrx-1: If source is 'override' or 'manual' then an author SHALL be supplied, otherwise author is prohibited."
)
"""The rule of 2.0 knows only ``auto``; 2.2 says which machine (``auto-client``, ``auto-server``)."""
CHANGED_IN_2_2 = (LONGER_IN_2_2, NO_AUTHOR)
ANSWERS = EVERYTHING_GOOD | {"request/side": "right"}


@pytest.fixture(scope="module")
def official(shared: Path) -> Checker:
    packages = ("davinci-dtr-2.0.1", "davinci-crd-2.0.1", "davinci-pas-2.2.1", "core-6.1.0", "core-7.0.0")
    return checker(shared / "data/fhir/packages", *(f"hl7.fhir.us.{name}" for name in packages))


@pytest.fixture(scope="module")
def published(shared: Path) -> Callable[[str], Json]:
    def read(name: str) -> Json:
        return json.loads((shared / "data/fhir/hl7-davinci-dtr-2.0.1" / f"{name}.json").read_text())

    return read


@pytest.fixture(scope="module")
def form() -> Form:
    return handed_out(asked(), "2.0")


def issues(official: Checker, resource: Json, profile: str) -> list[Any]:
    """What breaks a profile, apart from what 2.2 changed."""
    return [issue for issue in official.issues(resource, profile) if issue.rule not in CHANGED_IN_2_2]


@pytest.mark.parametrize("example", ["facet_open", "sacroiliac"])
def test_a_form_follows_the_profile(official: Checker, example):
    form = questionnaire(questions(asked(example)), CLINIC.base, asked(example).as_of)
    assert official.issues(form, QUESTIONNAIRE) == []


def test_a_draft_and_an_answer_follow_the_profile_of_2_0(official: Checker, form):
    assert official.issues(form.draft, RESPONSE) == []
    assert official.issues(filled(form, ANSWERS), RESPONSE) == []


def test_in_2_2_a_response_differs_in_the_coverage_and_in_who_filled_in(official: Checker):
    """No package of 2.2 is built; what it changed is checked by hand, the rest by the profile of 2.0."""
    response = filled(handed_out(asked(), "2.2"), ANSWERS)
    said = [one["url"].removeprefix(DTR) for one in response["extension"]]
    assert said == ["qr-context", "qr-coverage", "intendedUse"]
    origins = {origin_of(one) for _, answers in answers_by_link(response) for one in answers}
    assert origins == {"auto-server", "manual", "override"}
    assert {issue.rule for issue in official.issues(response, RESPONSE)} == {
        *CHANGED_IN_2_2,
        "at least 2 wanted, 1 found",
    }


@pytest.mark.parametrize("version", ["2.0", "2.2"])
def test_a_package_holds_the_form_first_and_its_draft(official: Checker, version):
    about = asked()
    form = questionnaire(questions(about), CLINIC.base, about.as_of)
    bundle = package(form, about.request, about_answers(about.chart, submission(), version), CLINIC.base, AT)
    assert issues(official, bundle, PACKAGE) == []
    kinds = [entry["resource"]["resourceType"] for entry in bundle["entry"]]
    assert kinds == ["Questionnaire", "QuestionnaireResponse"]
    assert bundle["entry"][1]["resource"]["questionnaire"] == canonical(form)
    output = package_answer([bundle], version, ["One policy is not known here."])
    if version == "2.0":
        assert official.issues(output, f"{DTR}dtr-qpackage-output-parameters") == []
    else:
        assert [one["name"] for one in output["parameter"]] == ["packagebundle", "outcome"]


def test_answers_travel_with_the_request_to_the_payer(official: Checker):
    about = asked()
    response = filled(handed_out(about), EVERYTHING_GOOD)
    bundle = written(about, submission(answers=(response,))).bundle
    assert issues(official, bundle, REQUEST_BUNDLE) == []
    held = [one["resource"] for one in bundle["entry"] if one["resource"]["resourceType"] == "QuestionnaireResponse"]
    assert [links(one) for one in held] == [links(response)]
    claim = bundle["entry"][0]["resource"]
    pointed = [info.get("valueReference", {}).get("reference") for info in claim["supportingInfo"]]
    assert f"QuestionnaireResponse/{held[0]['id']}" in pointed


# --- published


def test_the_published_request_for_a_package_is_read(published):
    found = read_package_request(published("Parameters-QuestionnairePackageInputParamsExample"))
    assert [one["resourceType"] for one in found.coverages] == ["Coverage"]
    assert [one["resourceType"] for one in found.orders] == ["ServiceRequest"]


def test_the_published_package_has_the_shape_of_ours(published):
    about = asked()
    form = questionnaire(questions(about), CLINIC.base, about.as_of)
    ours = package(form, about.request, about_answers(about.chart, submission(), "2.0"), CLINIC.base, AT)
    theirs = published("Bundle-home-o2-questionnairepackage-bundle")
    assert theirs["type"] == ours["type"]
    assert theirs["entry"][0]["resource"]["resourceType"] == "Questionnaire"


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda body: body | {"resourceType": "Bundle"}, "not a Parameters"),
        (lambda body: body | {"parameter": "none"}, "no list"),
        (lambda body: body | {"parameter": [one for one in body["parameter"] if one["name"] != "coverage"]}, "no Cov"),
        (lambda body: body | {"parameter": [one for one in body["parameter"] if one["name"] == "coverage"]}, "which"),
    ],
    ids=["another resource", "no list", "no coverage", "nothing wanted"],
)
def test_a_request_for_a_package_that_says_too_little_is_refused(published, change, words):
    body = published("Parameters-QuestionnairePackageInputParamsExample")
    with pytest.raises(BadInputError, match=words):
        read_package_request(change(msgspec.json.decode(msgspec.json.encode(body))))
