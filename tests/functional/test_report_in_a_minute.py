"""What a physician reads in the report is said once, in the order of worth, and nothing that happened is missing."""

from __future__ import annotations

from pathlib import Path

import pytest

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


@pytest.fixture
def report(run: Run, tmp_path: Path):
    def told(text: str) -> str:
        file = tmp_path / "case.toml"
        file.write_text(text, encoding="utf-8")
        return " ".join(run("assess", file, COLUMNS="110").output.split())

    return told


def test_where_no_question_is_raised_the_named_source_answers(report) -> None:
    shoulder = report(SORE.format(region="shoulder_outer"))
    assert "WHERE DOES THE PAIN COME FROM? THINK OF (no number is known)" in shoulder
    assert "raises a question that the knowledge base can answer" not in shoulder
    back = report(SORE.format(region="buttock"))
    assert "THINK OF" not in back.partition("WHERE DOES THE LOW BACK PAIN COME FROM?")[0]


@pytest.mark.parametrize(("percent", "said"), [(74, True), (50, True), (75, False), (49, False)])
def test_an_equivocal_block_is_never_hidden(report, percent: int, said: bool) -> None:
    told = report(SORE.format(region="buttock") + JOINT.format(percent=percent))
    assert ("Equivocal: One intra-articular block" in told) is said
    assert (f"{percent} % relief: positive from 75 %, negative below 50 %" in told) is said


def test_a_reason_is_said_once(report) -> None:
    told = report(SORE.format(region="shoulder_outer"))
    assert told.count("Target not settled: no probability is known for shoulder joint or tendons.") == 1
    assert "As above." in told


def test_emergencies_are_asked_for_first(report) -> None:
    questions = report(SORE.format(region="buttock")).partition("STILL TO ASK OR RECORD")[2]
    emergency, other = questions.index("Cauda equina compression"), questions.index("settles: Vertebral fracture")
    assert emergency < other


def test_a_list_after_a_question_reads_as_one(report) -> None:
    assert "?, and " not in report(SORE.format(region="buttock"))
