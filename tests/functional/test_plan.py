"""``lenitive plan`` and ``lenitive handout``: what a visit and a patient take along."""

import json
from pathlib import Path

from tests.conftest import ROOT
from tests.functional.conftest import Process, Run

FACET = ROOT / "examples" / "facet.toml"
ABLATION = "radiofrequency_ablation_medial_branch_lumbar"


def flat(text: str) -> str:
    return " ".join(text.split())


def test_two_blocks_that_agree_open_the_ablation(run: Run) -> None:
    told = run("plan", FACET)
    assert told.exit_code == 0
    words = flat(told.stdout)
    assert "Two tests, the last and the one before it, speak for this source of pain." in words
    assert "if it fails: Radiofrequency ablation of medial branches, lumbar" in words


def test_the_plan_as_json_names_the_same_day(run: Run) -> None:
    told = json.loads(run("plan", FACET, "--json", "--as-of", "2026-05-04").stdout)
    assert told["as_of"] == "2026-05-04"
    assert [one["meaning"] for one in told["follow_ups"]] == ["tests agree"]
    assert any(rung["procedure"] == ABLATION for rung in told["ladder"])


def test_before_the_second_block_one_test_proves_nothing(run: Run) -> None:
    told = json.loads(run("plan", FACET, "--json", "--as-of", "2026-03-10").stdout)
    assert [one["meaning"] for one in told["follow_ups"]] == ["positive test"]


def test_a_file_that_is_no_chart_is_bad_input(run: Run, tmp_path: Path) -> None:
    (tmp_path / "empty.toml").write_text("nothing = [", encoding="utf-8")
    assert run("plan", tmp_path / "empty.toml").exit_code == 3


def test_the_handout_tells_numbers_with_their_sources(run: Run) -> None:
    told = run("handout", ABLATION, "--source", "lumbar_facet")
    assert told.exit_code == 0
    assert "What can go wrong" in told.stdout
    assert " in 1" in told.stdout
    assert "Where this comes from" in told.stdout
    page = json.loads(run("handout", ABLATION, "--source", "lumbar_facet", "--json").stdout)
    assert all(benefit["says"]["text"] in flat(told.stdout) for benefit in page["benefits"])
    assert all(sign["sign"]["text"] in flat(told.stdout) for sign in page["when_to_call"])


def test_an_output_that_knows_only_ascii_gets_ascii(process: Process) -> None:
    case = ROOT / "examples" / "radiculopathy.toml"
    for command, words in ((("plan", case), b"Tomas Beispiel"), (("handout", ABLATION), b"What can go wrong")):
        told = process(*command, PYTHONUTF8="0", PYTHONIOENCODING="ascii")
        assert (told.returncode, told.stderr) == (0, b"")
        assert told.stdout.isascii()
        assert words in told.stdout


def test_a_handout_about_nothing_known_teaches(run: Run) -> None:
    told = run("handout", "no_such_thing")
    assert told.exit_code == 2
    assert "no_such_thing" in told.output
