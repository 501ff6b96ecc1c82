"""What the FHIR API gives out, read again."""

from uuid import UUID

import msgspec
import pytest

from lenitive.interop.case_file import read_case_file
from lenitive.interop.fhir.reader import facts_from_ndjson
from lenitive.interop.fhir.serving import Served, matches, served
from lenitive.interop.report import ReadReport
from lenitive.reasoning.book import book
from tests.conftest import ROOT

PATIENT = UUID("3d0a2b1c-5e6f-4a7b-8c9d-0e1f2a3b4c5d")


@pytest.mark.parametrize("example", ["facet", "radiculopathy", "sacroiliac"])
def test_a_drug_that_is_given_out_twice_is_read_once(example, tmp_path):
    chart = read_case_file(ROOT / "examples" / f"{example}.toml").chart
    given = served(chart, PATIENT, book())
    export = tmp_path / "export.ndjson"
    export.write_bytes(b"\n".join(msgspec.json.encode(one.body) for one in given))
    report = ReadReport()
    facts = [fact for fact in facts_from_ndjson(export, report) if type(fact).__name__ == "Medication"]
    assert sorted(fact.id for fact in facts) == sorted(fact.id for fact in chart.table("medication"))
    assert {fact.status for fact in facts} == {fact.status for fact in chart.table("medication")}
    aside = report.set_aside["MedicationRequest", "says once more what a statement of ours says"]
    assert aside == len(facts)


@pytest.mark.parametrize(
    ("status", "listed"),
    [("active", "active"), ("stopped", "stopped"), ("on-hold", "on-hold"), ("intended", "draft"), (None, "unknown")],
)
def test_the_list_says_of_a_drug_what_the_chart_says(status, listed, tmp_path):
    said = "" if status is None else f'status = "{status}"\n'
    file = tmp_path / "case.toml"
    file.write_text(f'as_of = 2026-05-15\n[patient]\nid = "p1"\n[[medication]]\ningredient = "apixaban"\n{said}')
    given = served(read_case_file(file).chart, PATIENT, book())
    assert [one.body["status"] for one in given if one.kind == "MedicationRequest"] == [listed]


@pytest.mark.parametrize(
    ("query", "fits"),
    [
        ("intent=plan", True),
        ("intent=order,plan", True),
        ("intent=order", False),
        ("status=active", True),
        ("status=stopped", False),
        ("authoredon=ge2026-05-01", True),
        ("authoredon=lt2026-05-01", False),
        ("code=http://www.nlm.nih.gov/research/umls/rxnorm|1364430", True),
        ("code=1364431", False),
    ],
)
def test_the_list_is_searched_as_us_core_asks(query, fits):
    concept = {"coding": [{"system": "http://www.nlm.nih.gov/research/umls/rxnorm", "code": "1364430"}]}
    body = {"status": "active", "intent": "plan", "authoredOn": "2026-05-04", "medicationCodeableConcept": concept}
    assert matches(Served("MedicationRequest", "1", body), [tuple(query.split("=", 1))]) is fits
