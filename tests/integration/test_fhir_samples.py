"""Every published sample of FHIR beside the repository: read without a crash, every record accounted for."""

import json
from pathlib import Path

import pytest

from lenitive.chart import TABLE_OF, Chart
from lenitive.chart.versions import withdraws_a_record
from lenitive.errors import BadInputError
from lenitive.interop.case_file import parse_case_file
from lenitive.interop.case_file_writing import case_file_text
from lenitive.interop.fhir.reader import facts_of_document
from lenitive.interop.fhir.resource_reader import READERS
from lenitive.interop.fhir.writer import chart_as_json
from lenitive.interop.reading import facts_from, read_any, read_chart
from lenitive.interop.report import ReadReport
from tests.conftest import SHARED

FHIR = SHARED / "data" / "fhir"
DOCUMENTS = sorted(FHIR.glob("*/*.json"))
BULK = sorted(FHIR.glob("*/*.ndjson"))
CHARTS = [path for path in DOCUMENTS if path.parent.name in ("synthea-smart", "pysynthea", "ahrq")]


def name_of(path: Path) -> str:
    return f"{path.parent.name}/{path.name}"


def test_the_samples_are_there(shared):
    assert len(DOCUMENTS) > 200
    assert len(BULK) == 17
    assert len(CHARTS) == 15


def records_in(path: Path) -> int | None:
    """How many records a document holds, counted by the standard library; none if it is no FHIR."""
    document = json.loads(path.read_bytes())
    if isinstance(document, list):
        return len(document)
    if document.get("resourceType") == "Bundle":
        return len(document.get("entry", []))
    return 1 if "resourceType" in document else None


@pytest.mark.parametrize("path", DOCUMENTS, ids=name_of)
def test_every_record_of_a_document_is_read_ignored_or_refused(path):
    report = ReadReport()
    expected = records_in(path)
    if expected is None:
        with pytest.raises(BadInputError, match="no resourceType"):
            list(facts_from(path, report))
        return
    facts = list(facts_from(path, report))
    assert report.read.total() + report.ignored.total() + report.refused_count == report.records == expected
    assert report.facts.total() == sum(not withdraws_a_record(fact) for fact in facts)


@pytest.mark.parametrize("path", BULK, ids=name_of)
def test_every_line_of_bulk_data_is_read_ignored_or_refused(path):
    report = ReadReport()
    facts = list(facts_from(path, report))
    assert report.records == len(path.read_bytes().splitlines())
    assert report.refused_count == 0
    assert report.facts.total() == sum(not withdraws_a_record(fact) for fact in facts)


def test_a_folder_of_bulk_data_gives_one_chart_per_patient(shared):
    report = ReadReport()
    charts = list(read_any(shared / "data" / "fhir" / "bulk-clinosim", report))
    assert len(charts) == report.read["Patient"] == 4
    assert report.facts.total() == sum(len(chart.facts) for chart in charts)
    assert not report.unresolved
    assert {"Encounter", "Immunization", "Practitioner"} <= report.ignored.keys()


@pytest.mark.parametrize("path", CHARTS, ids=name_of)
def test_a_real_size_chart_survives_both_round_trips(path):
    chart = read_chart(path)
    assert chart.patient is not None
    assert chart.table("measure")
    again = Chart.of(facts_of_document(path, ReadReport(), chart_as_json(chart), check_keys=True))
    assert again.facts == chart.facts
    assert parse_case_file(case_file_text(chart)).chart.facts == chart.facts


def test_the_pain_patient_of_the_agency_is_understood(shared):
    chart = read_chart(shared / "data" / "fhir" / "ahrq" / "brenda_jackson.json")
    concepts = {condition.code for condition in chart.table("condition")}
    assert {"fibromyalgia", "postlaminectomy_syndrome"} <= concepts
    assert "oxycodone" in {medication.ingredient for medication in chart.table("medication")}
    instruments = {measure.instrument for measure in chart.table("measure")}
    assert {"peg", "phq9", "wong_baker_faces", "start_back"} <= instruments


def test_a_synthetic_patient_on_warfarin_is_seen_to_take_it(shared):
    chart = read_chart(shared / "data" / "fhir" / "synthea-smart" / "Mafalda_Turcotte.json")
    warfarin = [drug for drug in chart.table("medication") if drug.ingredient == "warfarin"]
    assert warfarin
    assert {(drug.matched, drug.drug_class) for drug in warfarin} == {("name", "anticoagulant")}


def test_items_without_a_mean_are_worked_out(shared):
    chart = read_chart(shared / "data" / "fhir" / "pysynthea" / "Stephan_Crona.json")
    computed = [measure for measure in chart.table("measure") if measure.computed]
    items = [measure for measure in chart.table("measure") if measure.instrument == "peg_pain"]
    assert computed
    assert {measure.instrument for measure in computed} == {"peg"}
    assert len(computed) == len(items)


def test_a_seeded_fault_is_never_a_crash(shared):
    faults = json.loads((shared / "data" / "fhir" / "faults" / "faults.json").read_bytes())
    resources = [fault["resource"] for fault in faults if isinstance(fault.get("resource"), dict)]
    report = ReadReport()
    data = json.dumps(resources).encode()
    list(facts_of_document(Path("faults.json"), report, data))
    assert report.records == len(resources)
    assert report.refused_count


def test_every_type_of_resource_makes_the_tables_that_its_reader_names(shared):
    """A resource of ours is not read as anybody's where that could not give its table."""
    made = {
        (fact.id.partition("/")[0], TABLE_OF[type(fact)])
        for path in [*CHARTS, *BULK, *(shared / "data" / "fhir").glob("hl7-us-core-*/*.json")]
        for fact in facts_from(path, ReadReport())
        if not withdraws_a_record(fact)
    }
    named = {(kind, table) for kind, reader in READERS.items() for table in reader.makes}
    assert made <= named
    assert len(made) > 9
