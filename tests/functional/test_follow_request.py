"""``lenitive authorize``: programmes, requests on record, open points of the policy, and the draft of an appeal."""

import json
from pathlib import Path

import pytest

from tests.functional.conftest import Run
from tests.unit.documents.test_appeal import CASE


def one_line(text: str) -> str:
    return " ".join(text.split())


@pytest.fixture
def denied(tmp_path: Path) -> Path:
    file = tmp_path / "denied.toml"
    file.write_text(CASE.replace("{status}", "denied").replace("{response}", "failed"), encoding="utf-8")
    return file


def test_it_says_who_wants_to_be_asked_and_what_became_of_the_request(run: Run, denied: Path) -> None:
    told = one_line(run("authorize", denied).output)
    assert "DECISION BEFOREHAND" in told
    assert "standard: 7 calendar days" in told
    assert "holds 120 days" in told
    assert "block-left: denied · number T-4711" in told
    assert "complete the record and ask again, or appeal" in told


def test_json_holds_programmes_and_open_points(run: Run, denied: Path) -> None:
    found = json.loads(run("authorize", denied, "--json").stdout)
    assert [one["authority"] for one in found["authorities"]] == ["hospital_outpatient"]
    assert {point["status"] for point in found["open_points"]} == {found["determination"]["status"]}


def test_an_open_point_that_matters_is_shown_with_both_readings(run: Run, tmp_path: Path) -> None:
    from tests.unit.reasoning.test_readings import CASE as STIMULATOR

    file = tmp_path / "stimulator.toml"
    file.write_text(STIMULATOR.replace("{percent}", "30"), encoding="utf-8")
    medicare = ("--payer", "Medicare", "--programme", "medicare", "--state", "OH")
    told = one_line(run("authorize", file, "--request", "kind=spinal_cord_stimulation_implant", *medicare).output)
    assert "THE TEXT CAN BE READ OTHERWISE" in told
    assert "How much relief is shown relief? Read the other way: met." in told
    assert "Reading 1" in told
    assert "Reading 2" in told


def test_the_appeal_is_written_once(run: Run, denied: Path, tmp_path: Path) -> None:
    target = tmp_path / "appeal.pdf"
    assert run("authorize", denied, "--appeal", target).exit_code == 0
    assert target.read_bytes().startswith(b"%PDF")
    assert run("authorize", denied, "--appeal", target).exit_code == 2
    assert run("authorize", denied, "--appeal", target, "--force").exit_code == 0


def test_no_appeal_is_written_that_argues_against_itself(run: Run, denied: Path, tmp_path: Path) -> None:
    denied.write_text(CASE.replace("{status}", "denied").replace("{response}", "good"), encoding="utf-8")
    result = run("authorize", denied, "--appeal", tmp_path / "appeal.pdf")
    assert result.exit_code == 2
    assert "will not help before the record changes" in one_line(result.output)
    assert not (tmp_path / "appeal.pdf").exists()


def test_without_a_refusal_on_record_no_appeal_is_written(run: Run, denied: Path, tmp_path: Path) -> None:
    denied.write_text(CASE.replace("{status}", "approved").replace("{response}", "failed"), encoding="utf-8")
    result = run("authorize", denied, "--appeal", tmp_path / "appeal.pdf")
    assert result.exit_code == 2
    assert "there is nothing to appeal" in one_line(result.output)
    assert not (tmp_path / "appeal.pdf").exists()
