"""``lenitive facts``: what is read, what is refused, and that nothing is ever half-written."""

import json
import os
import signal
import subprocess
import time
from pathlib import Path

import polars as pl
import pytest

from lenitive.chart.measure import Measure
from lenitive.chart.procedure import Procedure
from lenitive.chart.relief import Relief
from lenitive.interop.reading import read_chart
from lenitive.registry.store import open_store
from tests.functional.conftest import COMMAND, Run

PATIENT = {"resourceType": "Patient", "id": "p1", "gender": "female", "birthDate": "1960-01-01"}
CONDITION = {
    "resourceType": "Condition",
    "id": "c1",
    "subject": {"reference": "Patient/p1"},
    "recordedDate": "2026-01-01",
    "code": {"coding": [{"system": "http://hl7.org/fhir/sid/icd-10-cm", "code": "M54.50"}]},
}


def lines(*resources: object) -> str:
    return "".join(one if isinstance(one, str) else json.dumps(one) + "\n" for one in resources)


@pytest.fixture
def export(tmp_path: Path) -> Path:
    file = tmp_path / "export.ndjson"
    file.write_text(lines(PATIENT, CONDITION, {"resourceType": "Claim", "id": "x"}))
    return file


def left_behind(folder: Path) -> list[str]:
    return sorted(file.name for file in folder.iterdir() if file.name.startswith("."))


def test_it_writes_a_registry_and_says_what_it_did(run: Run, export: Path, tmp_path: Path) -> None:
    result = run("facts", export, "--out", tmp_path / "registry")
    assert result.exit_code == 0
    assert "3 records: 2 read, 1 of types that a chart does not use, 0 refused." in " ".join(result.stdout.split())
    assert "Ignored: Claim 1." in result.stdout
    assert "of 1 patient" in result.stdout
    assert (tmp_path / "registry" / "store.json").is_file()
    assert left_behind(tmp_path) == []


def test_the_report_as_json(run: Run, export: Path, tmp_path: Path) -> None:
    told = json.loads(run("facts", export, "--out", tmp_path / "registry", "--json").stdout)
    assert (told["records"], told["read"]["Condition"], told["written"]["patients"]) == (3, 1, 1)


def test_a_broken_line_is_refused_alone_and_the_exit_code_says_so(run: Run, export: Path, tmp_path: Path) -> None:
    export.write_text(lines(PATIENT, "{broken\n", CONDITION))
    result = run("facts", export, "--out", tmp_path / "registry")
    assert result.exit_code == 1
    assert "line 2" in result.stderr
    assert "1 record was refused; the others were written." in result.stderr
    assert "condition 1" in result.stdout


def test_a_broken_file_among_good_ones_is_refused_alone(run: Run, cases: dict[str, Path], tmp_path: Path) -> None:
    broken = tmp_path / "broken.toml"
    broken.write_text("as_of = \n")
    result = run("facts", broken, cases["disc_pain"], "--out", tmp_path / "registry")
    assert result.exit_code == 1
    assert "broken.toml, line 1" in result.stderr
    assert "of 1 patient" in result.stdout


def test_case_files_that_give_their_patient_no_id_do_not_become_one_patient(run: Run, tmp_path: Path) -> None:
    for name, sex in (("anna", "female"), ("bert", "male")):
        (tmp_path / f"{name}.toml").write_text(f'as_of = 2026-05-04\n[patient]\nsex = "{sex}"\n')
    (tmp_path / "carl.toml").write_text('as_of = 2026-05-04\n[patient]\nid = "carl"\n')
    out = tmp_path / "registry"
    result = run("facts", *(tmp_path / f"{name}.toml" for name in ("anna", "bert", "carl")), "--out", out)
    assert result.exit_code == 1
    assert "anna.toml: the patient has no id" in result.stderr
    assert 'id = "bert" below [patient]' in result.stderr
    assert json.loads((out / "store.json").read_bytes())["patients"] == 1


def test_files_named_one_by_one_may_point_to_each_other(run: Run, tmp_path: Path) -> None:
    drug = {"coding": [{"system": "http://www.nlm.nih.gov/research/umls/rxnorm", "code": "11289"}], "text": "Warfarin"}
    (tmp_path / "a.ndjson").write_text(
        lines(
            PATIENT,
            {
                "resourceType": "MedicationRequest",
                "id": "r1",
                "status": "active",
                "intent": "order",
                "subject": {"reference": "Patient/p1"},
                "medicationReference": {"reference": "Medication/m1"},
            },
        )
    )
    (tmp_path / "b.ndjson").write_text(lines({"resourceType": "Medication", "id": "m1", "code": drug}))
    result = run("facts", tmp_path / "a.ndjson", tmp_path / "b.ndjson", "--out", tmp_path / "registry")
    assert result.exit_code == 0, result.output
    assert "lead nowhere" not in result.stdout
    store = open_store(tmp_path / "registry")
    assert pl.read_parquet(store.files("medication"))["ingredient"].to_list() == ["warfarin"]


def test_an_empty_folder_among_files_is_refused_alone(run: Run, export: Path, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    result = run("facts", tmp_path / "empty", export, "--out", tmp_path / "registry")
    assert (result.exit_code, "empty: the folder holds nothing to read" in result.stderr) == (1, True)


def test_a_drug_that_no_rule_knows_is_noted(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "case.toml"
    file.write_text('as_of = 2026-05-04\n[patient]\nid = "p"\n[[medication]]\ningredient = "apixabann"\n')
    told = run("facts", file, "--out", tmp_path / "registry").stdout
    assert "Note: No rule knows the drug 'apixabann'. Did you mean apixaban? (1 time)." in told


def test_nothing_readable_ends_with_3_and_writes_nothing(run: Run, export: Path, tmp_path: Path) -> None:
    for text in ("{broken\n[]\n", lines({"resourceType": "Claim", "id": "x"}), ""):
        export.write_text(text)
        result = run("facts", export, "--out", tmp_path / "registry")
        assert result.exit_code == 3, text
        assert not (tmp_path / "registry").exists()
        assert left_behind(tmp_path) == []


def test_a_missing_file_stops_before_anything_is_read(run: Run, export: Path, tmp_path: Path) -> None:
    result = run("facts", export, tmp_path / "nowhere.ndjson", "--out", tmp_path / "registry")
    assert result.exit_code == 3
    assert "nowhere.ndjson: there is no such file" in result.stderr
    assert not (tmp_path / "registry").exists()


def test_what_stands_in_the_way_is_left_alone(run: Run, export: Path, tmp_path: Path) -> None:
    folder = tmp_path / "taken"
    folder.mkdir()
    (folder / "thesis.txt").write_text("mine")
    result = run("facts", export, "--out", folder)
    assert result.exit_code == 2
    assert [file.name for file in folder.iterdir()] == ["thesis.txt"]
    result = run("facts", export, "--out", folder, "--replace")
    assert result.exit_code == 2
    assert (folder / "thesis.txt").read_text() == "mine"
    result = run("facts", export, "--out", folder / "thesis.txt")
    assert (result.exit_code, (folder / "thesis.txt").read_text()) == (2, "mine")


def test_a_registry_is_replaced_only_when_asked(run: Run, export: Path, tmp_path: Path) -> None:
    out = tmp_path / "registry"
    run("facts", export, "--out", out)
    before = (out / "store.json").read_bytes()
    export.write_text(lines(PATIENT, {**PATIENT, "id": "p2"}))
    assert run("facts", export, "--out", out).exit_code == 2
    assert (out / "store.json").read_bytes() == before
    assert run("facts", export, "--out", out, "--replace").exit_code == 0
    assert json.loads((out / "store.json").read_bytes())["patients"] == 2
    export.write_text("{broken\n")
    assert run("facts", export, "--out", out, "--replace").exit_code == 3
    assert json.loads((out / "store.json").read_bytes())["patients"] == 2


@pytest.mark.parametrize(
    ("number", "code", "scratch_is_cleared"), [(signal.SIGKILL, -9, False), (signal.SIGTERM, 143, True)]
)
def test_a_run_that_is_killed_leaves_nothing_under_its_name(
    tmp_path: Path, number: int, code: int, scratch_is_cleared: bool
) -> None:
    export = tmp_path / "export.ndjson"
    with export.open("w") as file:
        file.write(lines(PATIENT))
        for n in range(150_000):
            file.write(json.dumps({**CONDITION, "id": f"c{n}"}) + "\n")
    out = tmp_path / "out" / "registry"
    out.parent.mkdir()
    started = subprocess.Popen(
        [*COMMAND, "facts", str(export), "--out", str(out)],
        stderr=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=os.environ,
    )
    while not left_behind(out.parent) and started.poll() is None:
        time.sleep(0.01)
    time.sleep(0.2)
    assert started.poll() is None, "it finished before it could be killed: give it more to read"
    started.send_signal(number)
    _, complaint = started.communicate(timeout=30)
    assert (started.returncode, complaint) == (code, b"")
    assert not out.exists()
    assert (left_behind(out.parent) == []) is scratch_is_cleared


def test_a_record_that_came_in_a_newer_version_is_read_as_by_one_who_reads_the_chart(run: Run, tmp_path: Path) -> None:
    export, out = tmp_path / "export.ndjson", tmp_path / "registry"
    score = {
        "resourceType": "Observation",
        "id": "o1",
        "status": "final",
        "subject": {"reference": "Patient/p1"},
        "effectiveDateTime": "2026-01-01",
        "code": {"coding": [{"system": "http://loinc.org", "code": "72514-3"}]},
    }
    versions = [
        {**score, "valueQuantity": {"value": value}, "meta": {"lastUpdated": f"2026-0{month}-01T08:00:00Z"}}
        for value, month in ((7, 1), (2, 3), (7, 1))
    ]
    export.write_text(lines(PATIENT, *versions))
    result = run("facts", export, "--out", out)
    assert (result.exit_code, "refused" in result.stderr) == (0, False)
    assert "a newer version of a record supersedes the older one (1 time)" in " ".join(result.stdout.split())
    assert "the same record again: read once (1 time)" in " ".join(result.stdout.split())
    rows = pl.read_parquet(out / "measure" / "*.parquet").sort("recorded_at")
    chart = read_chart(export)
    told = {fact.id: fact.supersedes for fact in chart.facts if isinstance(fact, Measure)}
    assert dict(rows.select("id", "supersedes").rows()) == told
    assert [one.score for one in chart.rows(Measure)] == [2]


VISIT = """
as_of = 2026-0{month}-04
[patient]
id = "anna"
birth_date = 1961-04-02
{first}
[[measure]]
instrument = "nrs"
score = {score}
true_on = 2026-0{month}-04
[[procedure]]
id = "block-1"
kind = "medial_branch_block_lumbar"
true_on = 2026-01-09
[[procedure]]
kind = "epidural_interlaminar_lumbar"
true_on = 2025-11-09
[[relief]]
procedure = "block-1"
percent = 85
true_on = 2026-01-09
"""
"""One of several visits of a patient, written as the file of the visit before and what came since."""

BEFORE = """
[[procedure]]
kind = "facet_joint_injection_lumbar"
true_on = 2025-10-01
"""


@pytest.mark.parametrize("reads", ["facts", "chart"])
def test_several_case_files_of_a_patient_lose_nothing_and_double_nothing(run: Run, tmp_path: Path, reads: str) -> None:
    visits, out = tmp_path / "visits", tmp_path / "registry"
    visits.mkdir()
    (visits / "v1.toml").write_text(VISIT.format(month=4, score=8, first=""))
    (visits / "v2.toml").write_text(VISIT.format(month=5, score=2, first=BEFORE))
    if reads == "facts":
        assert run("facts", visits, "--out", out).exit_code == 0
        tables = {name: pl.read_parquet(out / name / "*.parquet") for name in ("measure", "procedure", "relief")}
        tables = {name: rows.filter(pl.col("superseded__day").is_null()) for name, rows in tables.items()}
        scores, kinds = tables["measure"]["score"].to_list(), tables["procedure"]["kind"].to_list()
        reliefs = tables["relief"].height
    else:
        chart = read_chart(visits)
        scores = [one.score for one in chart.rows(Measure)]
        kinds, reliefs = [one.kind for one in chart.rows(Procedure)], len(chart.rows(Relief))
    assert sorted(scores) == [2, 8]
    done = ("epidural_interlaminar_lumbar", "facet_joint_injection_lumbar", "medial_branch_block_lumbar")
    assert sorted(kinds) == sorted(done)
    assert reliefs == 1
