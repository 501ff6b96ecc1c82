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
    """All but those that only a FHIRPath rule tells (level inv), and those of guides that are not loaded."""
    seeded = json.loads((shared / "data/fhir/faults/faults.json").read_text())
    judged = [
        fault
        for fault in seeded
        if fault["level"] != "inv"
        and "crd-ci-q" not in fault["why"]
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
