"""``lenitive plan`` and ``lenitive handout``: what a visit and a patient take along."""

import json
from pathlib import Path

from lenitive.medicine.content import content
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


def test_the_medicines_are_told_with_what_to_ask_first(run: Run) -> None:
    told = flat(run("plan", FACET).stdout).partition("MEDICINES")[2].partition("GOALS")[0]
    assert "Duloxetine or venlafaxine, for lumbar facet joint." in told
    assert "What is the creatinine clearance or eGFR, measured lately?" in told
    later = told.partition("Later: ")[2]
    assert "Anti-inflammatory medicine by mouth" in later, "it was tried in vain"
    assert "Opioid" in later


def test_the_plan_as_fhir_says_the_same_steps_and_decides_nothing(run: Run) -> None:
    told = json.loads(run("plan", FACET, "--json", "--as-of", "2026-05-04").stdout)
    plan = json.loads(run("plan", FACET, "--fhir", "--as-of", "2026-05-04").stdout)
    assert (plan["resourceType"], plan["status"], plan["intent"]) == ("CarePlan", "draft", "proposal")
    said = [one["detail"]["code"]["text"] for one in plan["activity"]]
    wanted = [one["label"] for part in ("follow_ups", "ladder", "partners") for one in told[part]]
    assert [label for label in wanted if label not in said] == []
    both = run("plan", FACET, "--fhir", "--json")
    assert (both.exit_code, both.stdout) == (2, "")


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


def test_under_a_red_flag_the_plan_is_its_action_whom_to_call_and_nothing_else(
    run: Run, cases: dict[str, Path]
) -> None:
    words = flat(run("plan", cases["cauda_equina"]).stdout)
    before, _, ladder = words.partition("THE LADDER")
    assert "EMERGENCY Cauda equina compression" in before
    assert "Now: Cauda equina compression. MRI of the lumbar spine as an emergency, today" in ladder
    assert "Everything else waits: red flag." in ladder
    assert "Emergency department and spine surgeon, at once" in ladder
    for other in ("Exercise", "Mindfulness", "GOALS", "if it works"):
        assert other not in words


def test_every_talk_can_be_handed_out(run: Run) -> None:
    for name, talk in content().talks.items():
        words = flat(run("handout", name).stdout)
        for row in talk.rows:
            assert f"{row.aspect} - {talk.first}: {row.first} - {talk.second}: {row.second}" in words
        for one in talk.questions:
            assert f"{one.question} {one.answer}" in words if one.answer else f"- {one.question}" in words
        assert f"{talk.source} ({talk.grade})" in words
        assert json.loads(run("handout", name, "--json").stdout)["label"] == talk.label
        assert f"{name} " in flat(run("knowledge", "list", "talks").stdout) + " "


def test_the_plan_tells_of_naloxone_and_how_to_come_down(run: Run, tmp_path: Path) -> None:
    case = """
name = "Two dangers in one cupboard"
as_of = 2026-06-01
[patient]
id = "cupboard"
[[complaint]]
region = "low_back_midline"
[[medication]]
ingredient = "oxycodone"
dose = 30
unit = "mg"
times_a_day = 4
status = "active"
[[medication]]
ingredient = "alprazolam"
drug_class = "benzodiazepine"
status = "active"
"""
    (tmp_path / "case.toml").write_text(case, encoding="utf-8")
    words = flat(run("plan", tmp_path / "case.toml").stdout).partition("THE LADDER")[2]
    assert "Offer naloxone." in words
    guide = content().guides["opioid_taper"]
    assert words.index(guide.never[0].text) < words.index(guide.steps[0].text)
    assert all(one.text in words for one in (*guide.never, *guide.steps, *guide.watch))
