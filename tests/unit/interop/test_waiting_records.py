"""Records that wait for others to be read (payers, products): one that makes no fact is refused alone."""

from pathlib import Path

import msgspec
import pytest

from lenitive.interop.fhir.reader import facts_of_document
from lenitive.interop.report import ReadReport

PATIENT = {"resourceType": "Patient", "id": "p"}
INSURER = {"beneficiary": {"reference": "Patient/p"}, "payor": [{"display": "A"}]}
GOOD = {"resourceType": "Coverage", "id": "good"} | INSURER
BAD_COVERAGE = GOOD | {"id": "bad"}
PRESCRIPTION = {
    "resourceType": "MedicationRequest",
    "id": "bad",
    "status": "active",
    "intent": "order",
    "subject": {"reference": "Patient/p"},
    "medicationReference": {"reference": "Medication/m"},
}


@pytest.mark.parametrize(
    "bad",
    [
        BAD_COVERAGE | {"identifier": [[]]},
        BAD_COVERAGE | {"period": {"start": "soon"}},
        BAD_COVERAGE | {"period": {"start": "2026-02-01", "end": "2026-01-01"}},
        BAD_COVERAGE | {"meta": {"lastUpdated": "then"}},
        PRESCRIPTION | {"authoredOn": "soon"},
    ],
    ids=["identifier", "start", "backwards", "updated", "authored"],
)
def test_one_that_makes_no_fact_is_refused_alone(bad):
    report = ReadReport()
    bundle = {"resourceType": "Bundle", "entry": [{"resource": one} for one in (PATIENT, bad, GOOD)]}
    facts = list(facts_of_document(Path("bundle.json"), report, msgspec.json.encode(bundle)))
    assert [fact.id for fact in facts] == ["Patient/p", "Coverage/good"]
    assert report.refused_count == 1
    assert report.refused[0].place == "entry 2"
    assert report.records == 3
