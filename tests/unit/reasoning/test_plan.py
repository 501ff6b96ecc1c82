"""The ladder, shared goals, and whom to involve."""

from datetime import date
from pathlib import Path

import pytest

from lenitive.chart.request import Request
from lenitive.interop.case_file import read_case_file
from lenitive.reasoning import assess
from lenitive.reasoning.book import book
from lenitive.reasoning.plan import NO_NEEDLE, ladder, shared_goals, whom_to_involve
from tests.unit.reasoning.conftest import DAY, chart_of, fact

BACK = fact("complaint", id="back", region="low_back_paramidline")
LEG = fact("complaint", id="leg", region="calf_lateral_foot_sole")
EVERYWHERE = ("now", "next", "later", "not now")


def rungs(*facts, places=EVERYWHERE):
    return {rung.procedure: rung for rung in ladder(book(), assess(chart_of(*facts), DAY), places)}


def test_a_positive_block_leads_to_a_second_one_and_then_to_treatment_of_the_same_source():
    rung = rungs(BACK)["medial_branch_block_lumbar"]
    assert rung.if_it_works[0].procedure == "medial_branch_block_lumbar"
    treats = rung.if_it_works[1].procedure
    assert "lumbar_facet" in book().content.procedures[treats].targets
    assert rung.if_it_works[0].citations


def test_a_negative_block_leads_to_the_next_likeliest_source():
    told = assess(chart_of(BACK), DAY)
    rival = next(one for one in told.differential[0].estimates if one.generator != "lumbar_facet")
    rung = next(one for one in ladder(book(), told, EVERYWHERE) if one.procedure == "medial_branch_block_lumbar")
    assert rival.label.lower() in rung.if_it_fails[0].why


def test_a_trial_leads_to_an_implant():
    after_surgery = assess(chart_of(BACK, LEG), DAY, [Request(kind="spinal_cord_stimulation_trial")])
    trial = next(
        one for one in ladder(book(), after_surgery, EVERYWHERE) if one.procedure == "spinal_cord_stimulation_trial"
    )
    roles = {book().content.procedures[then.procedure].role for then in trial.if_it_works if then.procedure}
    assert roles <= {"implant"}


@pytest.mark.parametrize("kind", ["epidural_transforaminal_lumbar", "epidural_caudal"])
def test_a_treatment_that_fails_leads_further_up_and_one_that_works_to_training(kind):
    rung = rungs(LEG)[kind]
    step = book().content.procedures[kind].step
    ups = [then for then in rung.if_it_fails if then.procedure and then.procedure in book().content.procedures]
    assert any(book().content.procedures[then.procedure].step > step for then in ups)
    assert any(book().content.procedures[then.procedure].role == "conservative" for then in rung.if_it_works if then.procedure)  # fmt: skip  # noqa: E501
    assert rung.if_it_works[0].citations


def test_every_rung_but_the_last_knows_what_comes_if_it_fails():
    for name, rung in rungs(BACK, LEG).items():
        if name != "interdisciplinary_rehabilitation" and book().content.procedures[name].role != "referral":
            assert rung.if_it_fails, name


def test_only_what_is_near_stands_on_the_ladder():
    assert {rung.place for rung in rungs(BACK, LEG, places=("now", "next")).values()} <= {"now", "next"}


# --- goals ---------------------------------------------------------------------------------------------------------


def test_goals_with_a_score_come_first_and_show_what_changed():
    scores = [
        fact("measure", id="a", instrument="odi", score=60, true_on=date(2026, 1, 1)),
        fact("measure", id="b", instrument="odi", score=30, true_on=date(2026, 4, 1)),
    ]
    goals = shared_goals(book(), chart_of(*scores), DAY)
    assert [goals[0].goal, goals[0].scores[0].id] == ["activity", "b"]
    assert [(one.by, one.direction, one.matters) for one in goals[0].changes] == [(-30, "better", "met")]
    assert not any(one.scores or one.changes for one in goals[1:])


def test_a_score_from_the_future_is_not_seen():
    late = fact("measure", id="late", instrument="odi", score=10, true_on=date(2026, 6, 2))
    assert not any(one.scores for one in shared_goals(book(), chart_of(late), DAY))


# --- partners ------------------------------------------------------------------------------------------------------


def partners(*facts):
    chart = chart_of(*facts)
    return {one.partner: one for one in whom_to_involve(book(), chart, assess(chart, DAY))}


def test_nobody_is_involved_for_what_nobody_recorded():
    assert partners(LEG) == {}


def test_the_prescriber_is_asked_before_anything_is_stopped():
    found = partners(LEG, fact("medication", id="m", ingredient="apixaban", status="active"))
    question = found["prescriber_of_antithrombotic"].question
    assert "Nothing is stopped without your answer" in question
    assert "{" not in question
    assert found["prescriber_of_antithrombotic"].facts[0].id == "m"


def test_a_question_about_what_is_planned_names_what_was_asked_for():
    chart = chart_of(LEG, fact("medication", id="m", ingredient="apixaban", status="active"))
    told = assess(chart, DAY)
    last = next(one for one in reversed(told.options) if one.place == "later")
    found = {one.partner: one for one in whom_to_involve(book(), chart, told, [last.procedure])}
    question = found["prescriber_of_antithrombotic"].question
    assert question.startswith(f"We consider {last.label.lower()}.")
    without = {one.partner: one for one in whom_to_involve(book(), chart, told)}
    assert without["prescriber_of_antithrombotic"].question != question


def test_distress_calls_for_a_psychologist_and_names_the_likeliest_source():
    told = assess(chart_of(LEG), DAY)
    source = max((one for answer in told.differential for one in answer.estimates), key=lambda one: one.probability)
    found = partners(LEG, fact("measure", id="m", instrument="phq9", score=20, true_on=DAY))
    assert source.label.lower() in found["psychologist"].question


def test_every_partner_s_question_can_be_filled():
    for partner in book().content.partners.values():
        assert "{" not in partner.question.format(source="a source", procedure="a procedure")


def test_a_referral_that_the_patient_is_a_candidate_for_is_written_as_a_question():
    signs = ("straight_leg_raise", "crossed_straight_leg_raise", "dermatomal_leg_pain", "mri_nerve_root_compression")
    root_pain = [
        LEG,
        *(fact("finding", id=code, code=code, present=True, true_on=DAY) for code in signs),
        fact("statement", id="now", kind="surgery_needed_now", says=True, true_on=DAY),
    ]
    chart = chart_of(*root_pain)
    told = assess(chart, DAY)
    referrals = {
        option.procedure
        for option in told.options
        if option.verdict == "candidate" and book().content.procedures[option.procedure].role == "referral"
    }
    found = {one.partner: one for one in whom_to_involve(book(), chart, told)}
    assert referrals
    assert referrals <= set(found)
    assert all("would an operation help" in found[name].question for name in referrals)


# --- places --------------------------------------------------------------------------------------------------------


def test_of_one_source_the_much_more_invasive_waits_until_the_less_invasive_is_answered():
    example = read_case_file(Path(__file__).resolve().parents[3] / "examples" / "radiculopathy.toml")
    told = assess(example.chart, example.as_of)
    root = [
        one
        for one in told.options
        if one.target.generator == "lumbar_radicular" and one.verdict == "undocumented" and one.role not in NO_NEEDLE
    ]
    first = min(one.step for one in root)
    places = {one.place for one in root if one.step <= first + 1}, {one.place for one in root if one.step > first + 1}
    assert places == ({"next"}, {"later"})


def test_within_a_place_the_likelier_source_comes_first():
    told = assess(chart_of(BACK, LEG), DAY)
    needles = [one for one in told.options if one.place == "next" and one.role not in NO_NEEDLE]
    shares = [one.target.probability for one in needles]
    assert shares == sorted(shares, reverse=True)
    assert len(set(shares)) > 1


def test_care_without_a_needle_stands_before_needles():
    placed = [one.role for one in assess(chart_of(LEG), DAY).options if one.place == "next"]
    assert "conservative" in placed
    assert "conservative" not in placed[placed.count("conservative") :]


def test_care_that_works_is_kept_up_and_leads_to_no_needle():
    for name in ("exercise", "physical_therapy"):
        assert [then.procedure for then in rungs(LEG)[name].if_it_works] == [None]


def test_a_surgical_opinion_leads_to_no_second_surgeon():
    surgeons = {name for name, entry in book().content.procedures.items() if entry.role == "referral"}
    for name, rung in rungs(BACK, LEG).items():
        if name in surgeons:
            assert not surgeons & {then.procedure for then in (*rung.if_it_works, *rung.if_it_fails)}
