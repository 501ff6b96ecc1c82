"""What a physician reads in the report is said once, in the order of worth, and nothing that happened is missing."""

from __future__ import annotations

import re
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
    assert "All but what is named below waits: red flag." in told
    assert "Everything else waits" not in told
    options = told.partition("OPTIONS THAT NEED NOT WAIT")[2]
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
    back, _, neck = told.partition("THE OTHER QUESTION")
    neck = neck.partition("OPTIONS")[0]
    assert "WHERE DOES THE LOW BACK PAIN COME FROM?" in back
    for part in ("Starts from", "Next test: "):
        assert part in back
        assert part not in neck
    assert re.search(r"Where does the neck pain come from\? Cervical facet joint \d+% \(\d+–\d+\); .*unresolved", neck)


def test_what_is_left_out_of_another_pain_stands_with_all(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "two.toml"
    file.write_text(SORE.format(region="low_back_paramidline") + NECK, encoding="utf-8")
    full = " ".join(run("assess", file, "--all", COLUMNS="110").output.split())
    assert "Starts from" in full.partition("WHERE DOES THE NECK PAIN COME FROM?")[2]


def test_a_list_after_a_question_reads_as_one(report) -> None:
    assert "?, and " not in report(SORE.format(region="buttock"))


# --- what was asked for ----------------------------------------------------------------------------------------------

ASKS = """
[request]
kind = "{kind}"
on = 2026-06-20
"""
TAKES = """
[[medication]]
ingredient = "{drug}"
status = "active"
true_on = 2020-01-01
"""
FIBROMYALGIA = """
[[condition]]
icd10 = "M79.7"
status = "active"
true_on = 2020-01-01
"""


def test_what_was_asked_for_stands_beneath_the_alerts_and_care_after_the_needles(report) -> None:
    told = report(SORE.format(region="low_back_paramidline") + ASKS.format(kind="medial_branch_block_lumbar"))
    before, _, others = told.partition("OTHER OPTIONS")
    parts = ["ALERTS", "ASKED FOR", "Medial branch block, lumbar", "WHERE DOES"]
    assert [before.index(part) for part in parts] == sorted(before.index(part) for part in parts)
    assert "Medial branch block, lumbar" not in others.partition("STILL TO ASK")[0]
    assert others.index("Next") < others.index("Care without a needle") < others.index("Exercise")


def test_where_nothing_was_asked_for_care_is_what_comes_now(report) -> None:
    told = report(SORE.format(region="low_back_paramidline")).partition("OPTIONS")[2]
    assert told.index("Now") < told.index("Exercise") < told.index("Next")
    assert "Care without a needle" not in told


def test_what_waits_for_an_answer_shows_the_question_and_not_the_name_of_a_row(report) -> None:
    told = report(SORE.format(region="buttock") + ASKS.format(kind="sacroiliac_joint_injection"))
    asked = told.partition("ASKED FOR")[2].partition("WHERE DOES")[0]
    assert "To ask: " in asked
    assert "?" in asked.partition("To ask: ")[2]
    assert "Not documented: " not in asked


def test_a_drug_to_hold_is_one_alert_for_what_was_asked_for(report) -> None:
    told = report(SORE.format(region="buttock") + TAKES.format(drug="apixaban") + ASKS.format(kind="epidural_caudal"))
    alerts = told.partition("ASKED FOR")[0]
    assert "ALERTS (1)" in alerts
    assert alerts.count("Apixaban") == 1
    assert "Epidural steroid injection, caudal" in alerts
    assert "Also for procedures of" not in alerts
    assert "Drugs: apixaban, see ALERTS." in told


def test_intervals_for_doses_that_are_not_taken_are_told_nowhere_and_shorter_ones_on_request(
    report, run: Run, tmp_path: Path
) -> None:
    dose = 'dose = 15\nunit = "mg"\n'
    case = SORE.format(region="buttock") + TAKES.format(drug="rivaroxaban") + dose
    file = tmp_path / "all.toml"
    file.write_text(case, encoding="utf-8")
    full = " ".join(run("assess", file, "--all", COLUMNS="110").output.split())
    other = SORE.format(region="buttock") + TAKES.format(drug="rivaroxaban")
    file.write_text(other, encoding="utf-8")
    undosed = " ".join(run("assess", file, "--all", COLUMNS="110").output.split())
    assert "2.5 mg twice or 10 mg once a day" in undosed
    assert "2.5 mg twice or 10 mg once a day" not in full
    assert "3 days from the last dose" in full
    assert "Also printed" not in report(other)
    assert "Also printed" in undosed


def test_where_nothing_was_asked_for_every_bleeding_class_is_named(report) -> None:
    told = report(SORE.format(region="buttock") + TAKES.format(drug="apixaban"))
    assert "Also for procedures of" in told.partition("WHERE DOES")[0]


def test_what_is_said_of_one_drug_is_not_said_again_of_the_next(report) -> None:
    drugs = "".join(TAKES.format(drug=drug) for drug in ("clopidogrel", "apixaban"))
    alerts = report(SORE.format(region="buttock") + drugs).partition("WHERE DOES")[0]
    assert alerts.count("Ask the prescriber before anything is stopped.") == 1
    assert "As above." in alerts


def test_a_mechanism_on_the_problem_list_comes_before_the_sources_and_warns_of_the_needle(report) -> None:
    block = ASKS.format(kind="medial_branch_block_lumbar")
    told = report(SORE.format(region="low_back_paramidline") + FIBROMYALGIA + block)
    before = told.partition("WHERE DOES")[0]
    assert "Central sensitisation. It stands on the problem list." in before
    assert "Generalised pain" in before.partition("Caution: ")[2]
    assert told.count("Central sensitisation") == 1


def test_a_source_that_is_far_fetched_has_no_line(report, run: Run, tmp_path: Path) -> None:
    case = SORE.format(region="low_back_paramidline")
    file = tmp_path / "all.toml"
    file.write_text(case, encoding="utf-8")
    assert "Vertebral compression fracture" in run("assess", file, "--all", COLUMNS="110").output
    assert "Vertebral compression fracture" not in report(case)


def test_a_settled_source_needs_no_further_test(run: Run) -> None:
    told = " ".join(run("assess", ROOT / "examples" / "radiculopathy.toml", COLUMNS="110").output.split())
    assert "No further test is needed. Whatever one that is open shows, lumbar nerve root stays likely enough" in told
    assert "Next test: " not in told


def test_what_is_said_alike_of_two_drugs_is_said_once(report) -> None:
    stent = """
[[condition]]
icd10 = "Z95.5"
status = "active"
true_on = 2026-04-01
"""
    drugs = "".join(TAKES.format(drug=drug) for drug in ("celecoxib", "clopidogrel", "aspirin"))
    told = report(SORE.format(region="buttock") + drugs + stent + ASKS.format(kind="epidural_caudal"))
    alerts = told.partition("ASKED FOR")[0]
    assert alerts.index("STOP") < alerts.index("clopidogrel") < alerts.index("aspirin") < alerts.index("WARNING")
    assert alerts.count("STOP") == 1
    assert alerts.count("The cardiologist says") == 1


def test_the_source_that_was_asked_about_comes_before_those_with_a_number(report) -> None:
    """A headache two days after a puncture of the sac: what the patch is for, and not three shares of a quarter."""
    puncture = """
[[complaint]]
region = "whole_head"
true_on = 2026-05-31
aggravated_by = ["standing"]
relieved_by = ["lying"]
dominant = true
[[procedure]]
kind = "epidural_interlaminar_lumbar"
complication = "dural puncture"
true_on = 2026-05-30
"""
    patient = SORE.partition("[[complaint]]")[0]
    told = report(patient + puncture + ASKS.format(kind="epidural_blood_patch"))
    before, _, after = told.partition("DOES THE HEADACHE COME FROM THE UPPER NECK?")
    assert "THINK FIRST OF (no number is known)" in before
    assert "Headache after a puncture of the spinal sac. " in before.partition("THINK FIRST OF")[2]
    assert "Headache after a puncture of the spinal sac. " not in after


def test_what_comes_later_says_a_reason_that_stands_above_nowhere_again(run: Run) -> None:
    told = run("assess", ROOT / "examples" / "facet.toml", COLUMNS="110").output
    later = " ".join(told.partition("\nLater\n")[2].partition("STILL TO ASK")[0].split())
    assert "Facet joint injection, lumbar" in later
    assert "As above." not in later
    assert "Done on 2026-03-16: Two tests" in later


def test_advice_that_is_not_met_is_a_caution_of_what_was_asked_for(report) -> None:
    distress = """
[[measure]]
instrument = "pcs"
score = 42
true_on = 2026-05-20
"""
    block = ASKS.format(kind="medial_branch_block_lumbar")
    calm, distressed = (
        report(SORE.format(region="low_back_paramidline") + more + block).partition("WHERE DOES")[0]
        for more in ("", distress)
    )
    assert "High distress" not in calm
    assert "High distress" in distressed.partition("Caution: ")[2]


PREGNANT = """
[[condition]]
icd10 = "Z3A.09"
status = "active"
true_on = 2026-05-20
"""
NAPROXEN = """
[[medication]]
ingredient = "naproxen"
dose = 500
unit = "mg"
status = "active"
true_on = 2026-03-01
"""


def test_no_day_to_stop_a_drug_is_told_for_what_is_ruled_out_and_nobody_asked_for(report) -> None:
    sore = SORE.format(region="psis_sacral_sulcus").replace("1960", "1995") + NAPROXEN
    hold = "Takes Naproxen: high bleeding risk"
    assert hold in report(sore)
    told = report(sore + PREGNANT)
    assert "STOP Pregnant" in told
    assert hold not in told
