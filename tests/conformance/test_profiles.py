"""The checker itself: silent on every published example, and it finds every seeded fault that it is meant to find."""

import json
from copy import deepcopy
from pathlib import Path

import pytest

from tests.conformance.profiles import BASE, Checker, checker
from tests.conftest import SHARED

FHIR = SHARED / "data" / "fhir"
FOLDERS = ("hl7-davinci-crd-2.0.1", "hl7-us-core-6.1.0")
EXAMPLES = [path for folder in FOLDERS for path in sorted((FHIR / folder).glob("*.json"))]
CRD_ORDER = "http://hl7.org/fhir/us/davinci-crd/StructureDefinition/profile-servicerequest"


@pytest.fixture(scope="module")
def official(shared) -> Checker:
    return checker(shared / "data/fhir/packages", "hl7.fhir.us.davinci-crd-2.0.1", "hl7.fhir.us.core-6.1.0")


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_published_examples_have_no_fault(official: Checker, path: Path):
    resource = json.loads(path.read_text())
    claimed = [url for url in resource.get("meta", {}).get("profile", []) if official.tree(url)]
    assert official.issues(resource) == []
    assert [official.issues(resource, url) for url in claimed] == [[] for _ in claimed]


def test_seeded_faults_are_found(official: Checker, shared: Path):
    """All but those of guides that are not loaded."""
    seeded = json.loads((shared / "data/fhir/faults/faults.json").read_text())
    judged = [
        fault
        for fault in seeded
        if "crd-ci-q" not in fault["why"]
        and fault.get("expect_fault", True)
        and "7.0 1..1" not in fault["why"]
        and (not fault.get("profile") or official.tree(fault["profile"]))
    ]
    missed = [fault["why"] for fault in judged if not official.issues(fault["resource"], fault.get("profile"))]
    assert len(judged) >= 15
    assert missed == []


@pytest.mark.parametrize(
    ("changed", "path"),
    [
        ({"status": None}, "status"),
        ({"subject": None}, "subject"),
        ({"colour": "red"}, "colour"),
        ({"status": ["draft"]}, "status"),
        ({"status": "dreaming"}, "status"),
        ({"authoredOn": "2026-02-31"}, "authoredOn"),
        ({"note": []}, "note"),
        ({"doNotPerform": "no"}, "doNotPerform"),
        ({"subject": {"reference": "Medication/1"}}, "subject"),
        ({"occurrenceDateTime": "2026", "occurrencePeriod": {"start": "2026"}}, "occurrence[x]"),
    ],
    ids=str,
)
def test_a_change_for_the_worse_is_found(official: Checker, changed, path):
    order = json.loads((FHIR / "hl7-davinci-crd-2.0.1/ServiceRequest-example.json").read_text())
    assert official.issues(order, CRD_ORDER) == []
    worse = {key: value for key, value in (deepcopy(order) | changed).items() if value is not None}
    assert f"ServiceRequest.{path}" in {issue.path for issue in official.issues(worse, CRD_ORDER)}


def test_a_definition_that_is_not_there_is_no_silent_pass(official: Checker):
    with pytest.raises(LookupError):
        official.issues({"resourceType": "Patient"}, f"{BASE}no-such-profile")


@pytest.mark.parametrize(
    ("profile", "changed", "rule"),
    [
        ("us-core-patient", {"name": [{"text": "Ada Example"}]}, "us-core-6"),
        ("us-core-observation-screening-assessment", {"effectiveDateTime": "2026-03"}, "us-core-1"),
        ("us-core-observation-screening-assessment", {"valueQuantity": None}, "us-core-2"),
        (None, {"valueQuantity": {"value": 1, "code": "mg"}}, "qty-3"),
        (None, {"dataAbsentReason": {"text": "not asked"}}, "obs-6"),
        (None, {"effectiveDateTime": None, "effectivePeriod": {"start": "2026-04", "end": "2026-03"}}, "per-1"),
        ("us-core-coverage", {"subscriberId": None}, "us-core-15"),
        ("us-core-medicationrequest", {"intent": "order"}, "us-core-21"),
        ("us-core-procedure", {"performedDateTime": None}, "us-core-7"),
    ],
)
def test_a_rule_in_fhirpath_is_run(official: Checker, profile, changed, rule):
    kind = "Observation" if profile is None or "observation" in profile else KIND_OF[profile]
    url = None if profile is None else f"{US_CORE}{profile}"
    assert official.issues(GOOD[kind], url) == []
    worse = {key: value for key, value in (GOOD[kind] | changed).items() if value is not None}
    assert [issue.rule.partition(":")[0] for issue in official.issues(worse, url)] == [rule]


def test_rules_that_cannot_be_run_are_counted_and_few(official: Checker):
    official.rules.run.clear()
    official.rules.not_run.clear()
    for path in EXAMPLES:
        official.issues(json.loads(path.read_text()))
    assert len(official.rules.run) > 30
    assert set(official.rules.not_run) == {"dom-3", "txt-1", "txt-2"}


US_CORE = "http://hl7.org/fhir/us/core/StructureDefinition/"
KIND_OF = {
    "us-core-patient": "Patient",
    "us-core-coverage": "Coverage",
    "us-core-medicationrequest": "MedicationRequest",
    "us-core-procedure": "Procedure",
}
SURVEY = {"system": "http://terminology.hl7.org/CodeSystem/observation-category", "code": "survey"}
GOOD = {
    "Patient": {
        "resourceType": "Patient",
        "identifier": [{"system": "urn:example", "value": "1"}],
        "name": [{"family": "Example", "given": ["Ada"]}],
        "gender": "female",
    },
    "Observation": {
        "resourceType": "Observation",
        "status": "final",
        "category": [{"coding": [SURVEY]}],
        "code": {"text": "Pain"},
        "subject": {"reference": "Patient/1"},
        "effectiveDateTime": "2026-03-02",
        "valueQuantity": {"value": 5, "system": "http://unitsofmeasure.org", "code": "{score}"},
    },
    "Coverage": {
        "resourceType": "Coverage",
        "status": "active",
        "subscriberId": "M1",
        "beneficiary": {"reference": "Patient/1"},
        "relationship": {"text": "self"},
        "payor": [{"reference": "Organization/1"}],
    },
    "MedicationRequest": {
        "resourceType": "MedicationRequest",
        "status": "active",
        "intent": "plan",
        "reportedBoolean": True,
        "medicationCodeableConcept": {"text": "apixaban"},
        "subject": {"reference": "Patient/1"},
    },
    "Procedure": {
        "resourceType": "Procedure",
        "status": "completed",
        "code": {"text": "Block"},
        "subject": {"reference": "Patient/1"},
        "performedDateTime": "2026-03-02",
    },
}
