"""What a physician reads in the report is said once, in the order of worth, and nothing that happened is missing."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.functional.conftest import Run

SORE = """
name = "A pain, and nothing else"
as_of = 2026-06-01
[patient]
id = "sore"
birth_date = 1960-01-01
[[complaint]]
region = "{region}"
true_on = 2025-01-01
dominant = true
"""
JOINT = """
[[procedure]]
id = "joint"
kind = "sacroiliac_joint_injection"
intent = "diagnostic"
true_on = 2026-03-01
[[relief]]
procedure = "joint"
percent = {percent}
true_on = 2026-03-01
"""

NECK = """
[[complaint]]
region = "mid_neck"
true_on = 2025-06-01
"""
CANCER = """
[[condition]]
icd10 = "C34.1"
status = "active"
true_on = 2025-06-01
"""
PAIN_OF_CANCER = """
[[condition]]
icd10 = "G89.3"
status = "active"
true_on = 2025-06-01
"""


@pytest.fixture
def report(run: Run, tmp_path: Path):
    def told(text: str) -> str:
        file = tmp_path / "case.toml"
        file.write_text(text, encoding="utf-8")
        return " ".join(run("assess", file, COLUMNS="110").output.split())

    return told


def test_where_no_question_is_raised_the_named_source_answers(report) -> None:
    tailbone = report(SORE.format(region="tailbone"))
    assert "WHERE DOES THE PAIN COME FROM? THINK OF (no number is known)" in tailbone
    assert "raises a question that the knowledge base can answer" not in tailbone
    back = report(SORE.format(region="buttock"))
    assert "THINK OF" not in back.partition("WHERE DOES THE LOW BACK PAIN COME FROM?")[0]


@pytest.mark.parametrize(("percent", "said"), [(74, True), (50, True), (75, False), (49, False)])
def test_an_equivocal_block_is_never_hidden(report, percent: int, said: bool) -> None:
    told = report(SORE.format(region="buttock") + JOINT.format(percent=percent))
    assert ("Equivocal: One intra-articular block" in told) is said
    assert (f"{percent} % relief: positive from 75 %, negative below 50 %" in told) is said


def test_a_reason_is_said_once(report) -> None:
    tailbone = report(SORE.format(region="tailbone"))
    assert tailbone.count("Target not settled: no probability is known for tailbone.") == 1


def test_a_reason_that_stands_above_is_not_repeated(run: Run) -> None:
    assert "As above." in run("assess", ROOT / "examples" / "sacroiliac.toml", COLUMNS="110").stdout


def test_under_a_red_flag_the_report_tells_its_action_and_nothing_else(report) -> None:
    stopped = report(SORE.format(region="thoracic_midline") + CANCER)
    assert stopped.count("Image the part that hurts (MRI) before any injection") == 1
    assert "Everything else waits: red flag." in stopped
    for other in ("Exercise", "OPTIONS", "Next test", "candidate"):
        assert other not in stopped
    assert "2. " not in stopped.partition("STILL TO ASK OR RECORD")[2]


def test_what_eases_the_pain_of_a_known_cancer_is_told_beside_the_action(report) -> None:
    told = report(SORE.format(region="upper_abdomen") + CANCER + PAIN_OF_CANCER)
    assert "Everything else waits: red flag." in told
    options = told.partition("OPTIONS")[2]
    assert "Neurolysis of the celiac plexus" in options or "Celiac plexus" in options
    assert "Physical therapy" not in options


def test_danger_signs_are_asked_for_first_and_emergencies_before_the_others(report) -> None:
    questions = report(SORE.format(region="buttock")).partition("STILL TO ASK OR RECORD")[2]
    first = questions.partition("2. ")[0]
    assert first.index("Cauda equina compression") < first.index("Severe or growing weakness")


def test_the_questions_are_few_and_the_rest_is_one_word_away(report) -> None:
    told = report(SORE.format(region="buttock"))
    assert "7. " not in told.partition("STILL TO ASK OR RECORD")[2]
    assert "open questions in all: --all." in told


def test_the_next_test_is_not_asked_for_twice(report) -> None:
    told = report(SORE.format(region="low_back_paramidline"))
    question = "Does it hurt in the middle of the low back"
    assert question in told.partition("OPTIONS")[0]
    assert question not in told.partition("STILL TO ASK OR RECORD")[2]


# --- sixty seconds ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("width", "most"), [(80, 90), (120, 75)])
def test_two_pains_fit_a_screen_or_two(run: Run, tmp_path: Path, width: int, most: int) -> None:
    file = tmp_path / "two.toml"
    file.write_text(SORE.format(region="low_back_paramidline") + NECK, encoding="utf-8")
    assert len(run("assess", file, COLUMNS=str(width)).output.splitlines()) <= most


def test_the_dominant_pain_is_told_in_full_and_the_other_in_short(report) -> None:
    told = report(SORE.format(region="low_back_paramidline") + NECK)
    back, _, neck = told.partition("WHERE DOES THE NECK PAIN COME FROM?")
    neck = neck.partition("OPTIONS")[0]
    assert "WHERE DOES THE LOW BACK PAIN COME FROM?" in back
    assert "Starts from" in back
    assert "Starts from" not in neck
    for part in ("Next test: ", "Also: ", "unresolved"):
        assert part in neck


def test_what_is_left_out_of_another_pain_stands_with_all(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "two.toml"
    file.write_text(SORE.format(region="low_back_paramidline") + NECK, encoding="utf-8")
    full = " ".join(run("assess", file, "--all", COLUMNS="110").output.split())
    assert "Starts from" in full.partition("WHERE DOES THE NECK PAIN COME FROM?")[2]


def test_a_list_after_a_question_reads_as_one(report) -> None:
    assert "?, and " not in report(SORE.format(region="buttock"))
