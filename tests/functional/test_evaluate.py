"""``lenitive evaluate``: a policy over a registry."""

import csv
from pathlib import Path

import polars as pl
import pytest

from lenitive.medicine.content import content
from lenitive.reasoning.book import book
from lenitive.reasoning.determination import Asking, determine
from lenitive.registry.invented import Invented
from lenitive.rules.reference import Reference
from tests.functional.conftest import DAY, Run

POLICY = "medicare_facet_ablation_initial"
KIND = "radiofrequency_ablation_medial_branch_lumbar"
ASKED = ("--policy", POLICY, "--as-of", str(DAY), "--state", "OH", "--programme", "medicare")


@pytest.fixture(scope="module")
def registry(tmp_path_factory: pytest.TempPathFactory, invented: dict[str, Invented]) -> Path:
    from lenitive.registry.store import write_facts

    out = tmp_path_factory.mktemp("evaluate") / "registry"
    write_facts((patient.chart for patient in invented.values()), out)
    return out


def request(**more: str) -> str:
    return ",".join(f"{name}={value}" for name, value in {"kind": KIND, "levels": "L4-5;L5-S1", **more}.items())


def test_it_writes_a_row_for_each_patient(
    run: Run, registry: Path, tmp_path: Path, invented: dict[str, Invented]
) -> None:
    out = tmp_path / "out.csv"
    result = run("evaluate", registry, *ASKED, "--request", request(), "--out", out)
    assert result.exit_code == 0, result.stderr
    assert "The policy as a whole" in result.stdout
    rows = list(csv.DictReader(out.read_text(encoding="utf-8").splitlines()))
    assert {row["patient"] for row in rows} == {patient.id for patient in invented.values()}
    words = {"met", "not met", "undocumented"}
    assert all({value for name, value in row.items() if name != "patient"} <= words for row in rows)


def test_the_answers_are_those_of_one_patient_at_a_time(
    run: Run, registry: Path, tmp_path: Path, invented: dict[str, Invented]
) -> None:
    from lenitive.cli.options import parse_request

    out = tmp_path / "out.parquet"
    text = request(side="left", state="OH", programme="medicare", region="lumbar")
    assert run("evaluate", registry, *ASKED, "--request", text, "--out", out).exit_code == 0
    asked = parse_request(text)
    found = {row["patient"]: row for row in pl.read_parquet(out).to_dicts()}
    version = max(content().policies[POLICY].versions, key=lambda version: version.effective_from)
    assert version.effective_from <= DAY
    for patient in invented.values():
        engine = Reference(patient.chart.as_of(DAY), DAY, asked)
        expected = determine(Asking(book(), engine, "OH"), POLICY, version.wants, recalled_refuses=False)
        assert found[patient.id]["status"] == expected.status
        for result in expected.criteria:
            if result.criterion in found[patient.id]:
                assert found[patient.id][result.criterion] == result.status, (patient.id, result.criterion)


def test_an_unknown_policy_names_the_nearest(run: Run, registry: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.csv"
    result = run("evaluate", registry, "--policy", "medicare_facet_ablation_inital", "--out", out)
    assert result.exit_code == 2
    assert f"Did you mean {POLICY}" in result.stderr
    assert not out.exists()


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        pytest.param({"--request": "kind=exercise"}, "is not about 'exercise'", id="another procedure"),
        pytest.param({"--request": None}, "Say which: --request kind=", id="several procedures"),
        pytest.param({"--as-of": "1999-01-01"}, "was in force", id="before the policy"),
        pytest.param({"--out": "out.xlsx"}, ".parquet", id="another kind of file"),
        pytest.param({"--out": "nowhere/out.csv"}, "no folder", id="no such folder"),
        pytest.param({"--engine": "abacus"}, "polars", id="another engine"),
    ],
)
def test_wrong_use_teaches(
    run: Run, registry: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, changed: dict[str, str | None], told: str
) -> None:
    monkeypatch.chdir(tmp_path)
    options = {"--policy": POLICY, "--as-of": str(DAY), "--request": request(), "--out": "out.csv", **changed}
    given = [word for name, value in options.items() if value is not None for word in (name, value)]
    result = run("evaluate", registry, *given)
    assert (result.exit_code, result.stdout) == (2, "")
    assert told in " ".join(result.stderr.split())
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_no_registry_is_told(run: Run, tmp_path: Path) -> None:
    result = run("evaluate", tmp_path, *ASKED, "--request", request(), "--out", tmp_path / "out.csv")
    assert result.exit_code == 2
    assert "is not a registry" in result.stderr


def test_a_file_that_is_there_is_replaced_only_when_asked(run: Run, registry: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.csv"
    out.write_text("mine")
    arguments = ("evaluate", registry, *ASKED, "--request", request(), "--out", out)
    assert run(*arguments).exit_code == 2
    assert out.read_text() == "mine"
    assert run(*arguments, "--replace").exit_code == 0
    assert out.read_text().startswith("patient,status,")
    assert [file.name for file in tmp_path.iterdir()] == ["out.csv"]


SEVERAL = ("--policy", POLICY, "--policy", "guideline_facet_ablation_initial", "--as-of", str(DAY))


def test_policies_asked_together_answer_as_they_do_alone(run: Run, registry: Path, tmp_path: Path) -> None:
    text = request(side="left", state="OH", programme="medicare")
    together = tmp_path / "together.parquet"
    result = run("evaluate", registry, *SEVERAL, "--request", text, "--out", together)
    assert result.exit_code == 0, result.stderr
    found = pl.read_parquet(together).sort("patient")
    for name in (POLICY, "guideline_facet_ablation_initial"):
        assert name in result.stdout
        alone = tmp_path / f"{name}.parquet"
        options = ("--policy", name, "--as-of", DAY, "--request", text)
        assert run("evaluate", registry, *options, "--out", alone).exit_code == 0
        one = pl.read_parquet(alone).sort("patient")
        assert len(one.columns) > 5
        assert found.select("patient", pl.col(f"^{name}\\..*$").name.map(lambda n: n.partition(".")[2])).equals(one)


def test_all_policies_are_asked_about_each_request_that_they_are_about(
    run: Run, registry: Path, tmp_path: Path
) -> None:
    out = tmp_path / "all.parquet"
    requests = ("--request", request(), "--request", "kind=sacroiliac_joint_injection,side=left")
    result = run("evaluate", registry, "--policy", "all", *requests, "--as-of", DAY, "--out", out)
    assert result.exit_code == 0, result.stderr
    asked = {name.partition(".")[0].partition(":")[::2] for name in pl.read_parquet(out).columns[1:]}
    assert {kind for _, kind in asked} == {KIND, "sacroiliac_joint_injection"}
    policies = content().policies
    in_force = {
        (name, kind)
        for name, policy in policies.items()
        for kind in (KIND, "sacroiliac_joint_injection")
        if kind in policy.procedures
        and any(
            one.effective_from <= DAY and (not one.effective_until or one.effective_until >= DAY)
            for one in policy.versions
        )
    }
    assert asked == {tuple(pair) for pair in in_force}


def test_a_patient_to_whom_a_policy_does_not_apply_is_not_counted_as_wanted(
    run: Run, registry: Path, tmp_path: Path
) -> None:
    out = tmp_path / "all.parquet"
    text = ("--request", "kind=medial_branch_block_lumbar", "--as-of", DAY)
    result = run("evaluate", registry, "--policy", "all", *text, "--out", out, COLUMNS="120")
    assert result.exit_code == 0, result.stderr
    lines = {line.split()[0]: line.split()[1:] for line in result.stdout.splitlines() if line.strip()}
    answers = pl.read_parquet(out)
    siblings = [name.removesuffix(".policy_applies") for name in answers.columns if name.endswith(".policy_applies")]
    assert siblings
    for name in siblings:
        status, speaks = answers[f"{name}.status"], answers[f"{name}.policy_applies"]
        counted = [int(((status == word) & (speaks != "not met")).sum()) for word in ("met", "not met", "undocumented")]
        assert lines[name] == [*map(str, counted), str(int((speaks == "not met").sum()))], name
    assert any((answers[f"{name}.policy_applies"] == "not met").any() for name in siblings)


@pytest.mark.parametrize("name", ["patients/part-000.parquet", "answers.csv"])
def test_nothing_is_written_into_the_registry_that_is_read(
    run: Run, invented: dict[str, Invented], tmp_path: Path, name: str
) -> None:
    from lenitive.registry.store import open_store, write_facts

    folder = tmp_path / "registry"
    write_facts((patient.chart for patient in invented.values()), folder)
    result = run("evaluate", folder, *ASKED, "--request", request(), "--out", folder / name, "--replace")
    assert (result.exit_code, "lies in the registry" in result.stderr) == (2, True), result.stderr
    assert not (folder / "answers.csv").exists()
    assert open_store(folder).about.patients == len(invented)


@pytest.mark.parametrize(
    ("options", "told"),
    [
        pytest.param(("--policy", "all"), "Say which procedures", id="all policies about nothing"),
        pytest.param(("--policy", "all", "--request", "kind=juggling"), "No policy", id="a procedure without policy"),
        pytest.param(
            (*SEVERAL, "--request", "kind=sacroiliac_joint_injection"), "is not about", id="a policy about another"
        ),
        pytest.param(
            ("--policy", "all", "--request", request(side="left"), "--request", request(side="right")),
            "the same procedure",
            id="one procedure twice",
        ),
    ],
)
def test_wrong_use_of_several_policies_teaches(
    run: Run, registry: Path, tmp_path: Path, options: tuple[str, ...], told: str
) -> None:
    result = run("evaluate", registry, *options, "--out", tmp_path / "out.csv")
    assert (result.exit_code, result.stdout) == (2, "")
    assert told in " ".join(result.stderr.split())
    assert list(tmp_path.iterdir()) == []
