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
    told = run("assess", ROOT / "examples" / "sacroiliac.toml", COLUMNS="110").stdout
    assert told.count("To ask: Could the patient be pregnant?") == 1
    assert "Lateral branch block, sacral" in told
    assert "As above." not in told


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
    assert first.index("any sign of cauda equina compression") < first.index("worsening nerve or cord deficit")


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
    assert "Fibromyalgia. It stands on the problem list." in before
    assert "Generalised pain" in before.partition("Caution: ")[2]
    assert told.count("Fibromyalgia") == 1


def test_a_source_that_is_far_fetched_has_no_line(report, run: Run, tmp_path: Path) -> None:
    case = SORE.format(region="low_back_paramidline")
    file = tmp_path / "all.toml"
    file.write_text(case, encoding="utf-8")
    assert "Vertebral compression fracture" in run("assess", file, "--all", COLUMNS="110").output
    assert "Vertebral compression fracture" not in report(case)


def test_a_settled_source_needs_no_further_test(run: Run) -> None:
    told = " ".join(run("assess", ROOT / "examples" / "radiculopathy.toml", COLUMNS="110").output.split())
    assert "No further test is needed. Whatever one that is open shows, lumbar nerve root stays likely enough" in told
    assert "It is likely, not certain: its interval begins at " in told
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


# --- what decides today ----------------------------------------------------------------------------------------------

LEG = """
[[complaint]]
region = "lateral_leg_dorsum_foot"
side = "{side}"
radiates_to = ["buttock"]
true_on = 2026-01-01
dominant = true
"""
FEW_PLATELETS = """
[[measure]]
instrument = "platelets"
score = 68
true_on = 2026-05-28
"""
DENIED = """
[findings]
true_on = 2026-05-20
absent = ["saddle_anaesthesia", "urinary_retention", "progressive_weakness"]
"""
CHART = SORE.partition("[[complaint]]")[0]


def asks_for(kind: str, side: str = "left") -> str:
    return f'{ASKS.format(kind=kind)}side = "{side}"\n'


def test_what_decides_today_stands_under_what_was_asked_for(report) -> None:
    block = asks_for("epidural_transforaminal_lumbar")
    asked = report(CHART + LEG.format(side="left") + FEW_PLATELETS + block).partition("ASKED FOR")[2]
    line = asked.partition("Today: ")[2].partition("procedure target")[0]
    assert line.startswith("left side, as the pain")
    assert "platelets 68 ×10⁹/L (2026-05-28)" in line
    nothing_asked = report(CHART + LEG.format(side="left") + FEW_PLATELETS)
    assert "Today: " not in nothing_asked


def test_a_side_that_is_not_that_of_the_pain_is_told_at_once(report) -> None:
    told = report(CHART + LEG.format(side="left") + asks_for("epidural_transforaminal_lumbar", "right"))
    assert "Today: asked for on the right, pain on the left" in told


def test_on_paper_of_few_signs_what_decides_today_is_spelled_out(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "plain.toml"
    text = CHART + LEG.format(side="left") + FEW_PLATELETS + asks_for("epidural_transforaminal_lumbar")
    file.write_text(text, encoding="utf-8")
    told = run("assess", file, COLUMNS="110", PYTHONIOENCODING="ascii", LC_ALL="C").output
    assert "platelets 68" in told


# --- what is left out ------------------------------------------------------------------------------------------------


def test_a_sign_that_was_denied_is_not_asked_for_again(report) -> None:
    first = report(CHART + LEG.format(side="left") + DENIED).partition("STILL TO ASK OR RECORD")[2].partition("2. ")[0]
    assert "loss of urine" in first
    assert "new unsteadiness or change of gait" in first
    for denied in ("numb between the legs", "trouble passing urine", "weakness that gets worse"):
        assert denied not in first


def test_a_question_that_only_radiation_raises_is_named_and_no_more(report) -> None:
    runs_there = report(CHART + LEG.format(side="left"))
    assert "THE OTHER QUESTION" not in runs_there
    assert "Raised only by where the pain goes: Where does the low back pain come from? --all." in runs_there
    back = SORE.format(region="low_back_midline").replace("dominant = true", "")
    both = report(back + LEG.format(side="left"))
    assert "THE OTHER QUESTION" in both
    assert "Raised only by" not in both


def test_a_block_that_was_done_keeps_the_question_that_only_radiation_raises(report) -> None:
    told = report(CHART + LEG.format(side="left") + JOINT.format(percent=60))
    assert "THE OTHER QUESTION" in told
    assert "Equivocal: One intra-articular block" in told


def test_a_drug_that_only_other_procedures_ask_about_is_named_in_a_line(report) -> None:
    back = SORE.format(region="low_back_paramidline")
    asked = report(back + NAPROXEN + ASKS.format(kind="medial_branch_block_lumbar"))
    assert "ALERTS: none" in asked
    assert "To hold or to ask about before procedures that nobody asked for: naproxen (--all)." in asked
    assert "Takes Naproxen" in report(back + NAPROXEN)


def test_a_drug_that_must_not_be_stopped_is_never_folded_away(report) -> None:
    stent = """
[[condition]]
icd10 = "Z95.5"
status = "active"
true_on = 2026-04-01
"""
    drug = TAKES.format(drug="clopidogrel")
    told = report(SORE.format(region="buttock") + drug + stent + ASKS.format(kind="exercise"))
    assert "STOP" in told.partition("OPTIONS")[0]
    assert "The cardiologist says" in told


GLUCOSE = "he blood glucose can rise for days"


def test_what_goes_with_a_steroid_in_anybody_is_told_of_what_was_asked_for_alone(report) -> None:
    back = SORE.format(region="low_back_paramidline")
    assert GLUCOSE not in report(back + ASKS.format(kind="medial_branch_block_lumbar"))
    assert report(back + ASKS.format(kind="sacroiliac_joint_injection")).count(GLUCOSE) == 1


def test_of_a_known_diabetes_the_glucose_is_told_once(report) -> None:
    diabetes = """
[[condition]]
icd10 = "E11.9"
status = "active"
true_on = 2020-01-01
"""
    told = report(
        SORE.format(region="low_back_paramidline") + diabetes + ASKS.format(kind="sacroiliac_joint_injection")
    )
    assert "Diabetes: glucose rises" in told
    assert GLUCOSE not in told


def test_what_may_do_most_harm_is_asked_first(report) -> None:
    woman = CHART.replace("1960", "1996").replace('id = "sore"', 'id = "sore"\nsex = "female"')
    told = report(woman + LEG.format(side="left") + asks_for("sacroiliac_joint_injection"))
    assert "To ask: Could the patient be pregnant?" in told.partition("ASKED FOR")[2].partition("DOES THE")[0]


def test_the_shares_of_adults_are_not_told_of_a_child(report, run: Run, tmp_path: Path) -> None:
    child = SORE.format(region="low_back_paramidline").replace("1960", "2010")
    told = report(child + ASKS.format(kind="medial_branch_block_lumbar"))
    assert "The shares are of adults, so none is told here." in told
    assert "Lumbar facet joint" in told
    assert not re.search(r"\d+%", told)
    assert re.search(r"\d+%", report(SORE.format(region="low_back_paramidline")))


def test_a_target_that_is_named_is_not_called_none(report) -> None:
    """What a stimulator is for stands above it as a mechanism: it is thought of, and not established."""
    words = """
[findings]
true_on = 2026-05-20
present = ["dn4_4_or_more"]
"""
    limb = SORE.format(region="one_limb_not_one_nerve")
    told = report(limb + words + ASKS.format(kind="peripheral_nerve_stimulation_temporary"))
    asked = told.partition("ASKED FOR")[2].partition("ON TOP OF")[0]
    assert "No supported target: neuropathic component, thought of here, not established." in asked
    assert "none of its targets is among the sources considered" not in asked
