"""Published samples of other systems, as somebody would upload them. They stand beside the repository."""

from __future__ import annotations

from pathlib import Path

from django.core.files.uploadedfile import SimpleUploadedFile

from lenitive.interop.reading import read_any
from lenitive.interop.report import ReadReport
from lenitive_web.importing import actions
from lenitive_web.importing.models import RecordImport, Standing, State
from lenitive_web.importing.receiving import receive
from lenitive_web.importing.selectors import numbers
from lenitive_web.importing.working import work
from lenitive_web.ledger.models import Entry, Patient
from lenitive_web.people.models import User
from tests.web.importing.uploads import rows


def taken(by: User, paths: list[Path]) -> RecordImport:
    files = [SimpleUploadedFile(path.name, path.read_bytes()) for path in paths]
    job = receive(files=files, by=by, address=None)
    work()
    job.refresh_from_db()
    return job


def begun(job: RecordImport, by: User) -> RecordImport:
    actions.begin(job=job, by=by, address=None)
    work()
    job.refresh_from_db()
    return job


def test_bundles_of_several_patients_come_in_whole_and_only_once(shared: Path, desk: User) -> None:
    paths = sorted((shared / "data" / "fhir" / "synthea-smart").glob("*.json"))[:3]
    expected = {chart.patient_id: len(chart.facts) for path in paths for chart in read_any(path, ReadReport())}
    job = begun(taken(desk, paths), desk)
    assert (job.state, numbers(job).written) == (State.DONE, len(expected) == 3 and 3)
    assert Entry.objects.count() == sum(expected.values())
    again = begun(taken(desk, paths), desk)
    assert (numbers(again).same, numbers(again).facts_before) == (3, sum(expected.values()))
    assert Entry.objects.count() == sum(expected.values())
    assert Patient.objects.count() == 3


def test_a_bulk_export_is_accounted_for_record_by_record(shared: Path, desk: User) -> None:
    paths = sorted((shared / "data" / "fhir" / "bulk-clinosim").glob("*.ndjson"))
    counted = sum(len(path.read_bytes().splitlines()) for path in paths)
    job = taken(desk, paths)
    assert job.report["records"] == counted
    assert job.report["ignored"]["Encounter"] > 0
    assert sum(row.facts_count for row in rows(job)) == sum(job.report["facts"].values())
    sure = [row for row in rows(job) if row.standing == Standing.NEW]
    begun(job, desk)
    assert numbers(job).written == len(sure)
    assert numbers(job).failed == 0


def test_faulty_records_are_refused_and_the_rest_is_shown(shared: Path, desk: User) -> None:
    path = shared / "data" / "fhir" / "faults" / "faults.json"
    job = taken(desk, [path])
    assert job.state in (State.READ, State.EMPTY)
    assert job.report["refused"] > 0
