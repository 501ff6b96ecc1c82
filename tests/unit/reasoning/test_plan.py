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


KNEE = fact("complaint", id="knee", region="knee_front", side="left", true_on=date(2025, 2, 1))


@pytest.mark.parametrize(
    ("test", "treatment", "pains"),
    [
        ("genicular_nerve_block", "radiofrequency_ablation_genicular", [KNEE]),
        ("lateral_branch_block_sacral", "radiofrequency_ablation_lateral_branch_sacral", [BACK]),
        ("medial_branch_block_lumbar", "radiofrequency_ablation_medial_branch_lumbar", [BACK]),
        ("selective_nerve_root_block_lumbar", "pulsed_radiofrequency", [LEG]),
    ],
)
def test_a_test_that_works_leads_to_the_treatment_whose_gate_it_opens(test, treatment, pains):
    assert rungs(*pains)[test].if_it_works[-1].procedure == treatment


def test_an_injection_asked_for_as_a_test_leads_to_what_it_opens_and_never_to_it_without_relief():
    request = Request(kind="sacroiliac_joint_injection", intent="diagnostic")
    told = assess(chart_of(BACK), DAY, [request])
    rung = next(one for one in ladder(book(), told, EVERYWHERE) if one.procedure == request.kind)
    assert rung.if_it_works[-1].procedure == "radiofrequency_ablation_lateral_branch_sacral"
    assert rung.if_it_fails
    of_the_joint = {name for name, entry in book().content.procedures.items() if "sacroiliac_joint" in entry.targets}
    general = {"interdisciplinary_rehabilitation"}
    assert not {then.procedure for then in rung.if_it_fails} & (of_the_joint - general)


def test_an_injection_that_may_be_a_test_leads_to_what_it_opens_and_to_its_repeat():
    rung = rungs(BACK)["sacroiliac_joint_injection"]
    assert rung.if_it_works[0].procedure == "radiofrequency_ablation_lateral_branch_sacral"
    assert "as a test" in rung.if_it_works[0].why
    assert any(then.label == "Repeat" for then in rung.if_it_works)


def test_no_treatment_comes_next_whose_gate_wants_the_relief_that_did_not_come():
    opened = book().gates_opened_by
    assert opened
    for name, rung in rungs(BACK, LEG, KNEE).items():
        assert not {then.procedure for then in rung.if_it_fails} & set(opened.get(name, ())), name


def test_after_care_that_failed_a_test_comes_before_what_wants_proof():
    (then,) = rungs(BACK)["exercise"].if_it_fails
    assert "block" in then.procedure or book().content.procedures[then.procedure].role in ("diagnostic", "both")


@pytest.mark.parametrize(
    ("region", "first"), [("back_of_hand", "stellate_ganglion_block"), ("toes", "lumbar_sympathetic_block")]
)
def test_a_needle_known_to_reach_the_pain_comes_before_one_that_may_not(region, first):
    pain = fact("complaint", id="pain", region=region, side="left", true_on=date(2025, 2, 1))
    code = "G90.512" if region == "back_of_hand" else "G90.522"
    told = assess(chart_of(pain, fact("condition", id="dx", icd10=code, true_on=date(2026, 1, 5))), DAY)
    sympathetic = ("stellate_ganglion_block", "thoracic_sympathetic_block", "lumbar_sympathetic_block")
    assert next(one.procedure for one in told.options if one.procedure in sympathetic) == first


OPERATED = (
    fact("procedure", id="fusion", kind="lumbar fusion", region="lumbar", true_on=date(2023, 2, 14)),
    fact("condition", id="psps", icd10="M96.1", true_on=date(2024, 1, 1)),
)


def trial(percent):
    return (
        fact("procedure", id="trial", kind="spinal_cord_stimulation_trial", intent="trial", true_on=date(2026, 4, 1)),
        fact("relief", id="passed", procedure="trial", percent=percent, lasted_days=6, true_on=date(2026, 4, 8)),
    )


def options_after(*facts):
    return {one.procedure: one for one in assess(chart_of(BACK, LEG, *facts), DAY).options}


def test_a_passed_trial_puts_its_implant_before_more_tests_of_the_same_pain():
    found = options_after(*OPERATED, *trial(70))
    implant = found["spinal_cord_stimulation_implant"]
    assert (implant.target.generator, implant.target.status) == ("persistent_spinal_pain_type_2", "met")
    assert (implant.verdict, implant.place) == ("undocumented", "next")
    for kind in ("selective_nerve_root_block_lumbar", "medial_branch_block_lumbar", "discography_lumbar", "intrathecal_trial"):  # fmt: skip  # noqa: E501
        assert found[kind].place == "later", kind
    assert "A trial has shown what helps: Spinal cord stimulator comes first." in found["intrathecal_trial"].why


def test_a_failed_trial_leaves_the_tests_where_they_were():
    found, without = options_after(*OPERATED, *trial(20)), options_after(*OPERATED)
    assert found["spinal_cord_stimulation_implant"].verdict == "not yet"
    tests = ("selective_nerve_root_block_lumbar", "medial_branch_block_lumbar")
    assert [found[kind].place for kind in tests] == [without[kind].place for kind in tests]
    assert "next" in {found[kind].place for kind in tests}


def test_a_passed_trial_for_the_back_leaves_the_tests_of_a_knee_alone():
    told = assess(chart_of(LEG, KNEE, *OPERATED, *trial(70)), DAY)
    neck = fact("complaint", id="neck", region="mid_neck", true_on=date(2025, 2, 1))
    with_neck = assess(chart_of(BACK, neck, *OPERATED, *trial(70)), DAY)
    places = {one.procedure: one.place for one in with_neck.options}
    assert (places["medial_branch_block_lumbar"], places["medial_branch_block_cervical"]) == ("later", "next")
    assert next(one for one in told.options if one.procedure == "spinal_cord_stimulation_implant").place == "next"


def test_when_care_fails_the_implant_that_a_trial_opened_comes_next():
    rung = rungs(BACK, LEG, *OPERATED, *trial(70))["exercise"]
    assert [then.procedure for then in rung.if_it_fails] == ["spinal_cord_stimulation_implant"]


def test_what_a_raised_flag_stops_follows_nothing():
    fracture = [
        fact("finding", id=code, code=code, present=True, true_on=DAY)
        for code in ("prolonged_corticosteroids", "osteoporosis", "sudden_onset_pain", "focal_bone_tenderness")
    ]
    told = assess(chart_of(BACK, *fracture), DAY)
    stopped = {kind for flag in told.red_flags for kind in book().content.procedures if flag.holds_up(kind)}
    assert "medial_branch_block_lumbar" in stopped
    tests = {test.finding for answer in told.differential for test in answer.next_tests}
    assert tests
    assert not tests & stopped
    for rung in ladder(book(), told, EVERYWHERE):
        entry = book().content.procedures.get(rung.procedure)
        if entry and entry.role == "conservative":
            assert not {then.procedure for then in (*rung.if_it_works, *rung.if_it_fails)} & stopped, rung.procedure


def followed(told):
    """What is said to come if care fails."""
    care = [
        rung for rung in ladder(book(), told) if rung.procedure in ("exercise", "mindfulness_based_stress_reduction")
    ]
    assert care
    return [then for rung in care for then in rung.if_it_fails]


def test_after_care_that_failed_nobody_is_operated_on_for_a_source_that_is_not_supported():
    told = assess(chart_of(BACK), DAY)
    entries = book().content.procedures
    assert max(one.probability for answer in told.differential for one in answer.estimates) < 0.5
    for then in followed(told):
        assert then.procedure != "discography_lumbar"
        assert then.procedure is None or entries[then.procedure].role != "referral"


def test_what_waits_for_a_danger_is_not_used_up():
    signs = ("prolonged_corticosteroids", "osteoporosis", "sudden_onset_pain", "focal_bone_tenderness")
    found = [fact("finding", id=code, code=code, present=True, true_on=DAY) for code in signs]
    assert {then.label for then in followed(assess(chart_of(BACK, *found), DAY))} == {"Settle the alert first"}


def test_the_plan_of_a_child_goes_to_a_team_for_children():
    young = fact("patient", id="p", birth_date=date(2009, 5, 5))
    told = assess(chart_of(BACK, young), DAY)
    assert {then.label for then in followed(told)} == {"A children's pain team"}


def test_a_device_that_fails_is_looked_at_before_all_else_and_is_no_danger():
    implant = fact("procedure", id="imp", kind="spinal_cord_stimulation_implant", intent="implant", true_on=date(2026, 1, 10))  # fmt: skip  # noqa: E501
    after_surgery = fact("condition", id="psps", icd10="M96.1", status="active", true_on=date(2025, 1, 1))
    good = fact("relief", id="good", procedure="imp", percent=70, true_on=date(2026, 3, 10))
    bad = fact("relief", id="bad", procedure="imp", percent=10, true_on=date(2026, 5, 10))
    before = [BACK, LEG, after_surgery, implant, good]
    rung = ladder(book(), assess(chart_of(*before, bad), DAY))[0]
    assert rung.label == "Look at the device: spinal cord stimulator"
    assert (rung.procedure, rung.place, rung.waits) == (None, "now", False)
    assert not any(one.label == rung.label for one in ladder(book(), assess(chart_of(*before), DAY)))


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
        if one.target.generator == "lumbar_radicular"
        and one.verdict == "undocumented"
        and one.role not in NO_NEEDLE
        and not any(row.severity == "advice" and row.satisfied is not True for row in one.gates.criteria)
    ]
    first = min(one.step for one in root)
    places = {one.place for one in root if one.step <= first + 1}, {one.place for one in root if one.step > first + 1}
    assert places == ({"next"}, {"later"})


def test_within_a_place_and_one_question_the_likelier_source_comes_first():
    needles = needles_placed("next", BACK, LEG)
    for question in ("axial_low_back", "leg_pain"):
        shares = [one.target.probability for one in needles if one.target.generator in book().answers[question]]
        assert shares == sorted(shares, reverse=True)
    assert len({one.target.probability for one in needles}) > 1


def placed(*facts):
    return {one.procedure: one for one in assess(chart_of(*facts), DAY).options}


def needles_placed(place, *facts):
    return [one for one in assess(chart_of(*facts), DAY).options if one.place == place and one.role not in NO_NEEDLE]


NECK = fact("complaint", id="neck", region="mid_neck")
NECK_FACET = fact("finding", id="neck-facet", code="schneider_three_of_three", present=True, true_on=DAY)


def test_a_supported_source_of_one_pain_says_nothing_about_the_sources_of_another():
    """A patient has one answer to each question: neck pain from a facet joint does not explain low back pain."""
    both = placed(BACK, NECK, NECK_FACET)
    assert both["medial_branch_block_cervical"].target.probability >= 0.5
    assert both["medial_branch_block_lumbar"].target.probability < 0.5
    assert both["medial_branch_block_lumbar"].place == placed(BACK)["medial_branch_block_lumbar"].place == "next"


def test_a_supported_source_of_one_pain_outweighs_its_rivals():
    """Once one source of the low back pain is likelier than not, a needle into another is not next."""
    signs = [
        fact("finding", id="midline", code="midline_low_back_pain", present=False, true_on=DAY),
        *(
            fact(table, id=f"{table}-{day}", true_on=date(2026, day, 1), **said)
            for day in (3, 4)
            for table, said in (
                ("procedure", {"kind": "medial_branch_block_lumbar", "intent": "diagnostic", "levels": ("L4-5",)}),
                ("relief", {"procedure": f"procedure-{day}", "percent": 90, "lasted_hours": 3}),
            )
        ),
    ]
    told = placed(BACK, *signs)
    facet = told["medial_branch_block_lumbar"].target
    assert (facet.generator, facet.status) == ("lumbar_facet", "met")
    assert facet.probability >= 0.5
    assert placed(BACK)["sacroiliac_joint_injection"].place == "next"
    assert told["sacroiliac_joint_injection"].place == "later"


def test_the_needle_for_the_dominant_pain_stands_before_that_for_another():
    """What the patient came for is treated first, however sure the source of the second pain is."""
    neck_first = fact("complaint", id="neck", region="mid_neck", dominant=True)
    back_first = fact("complaint", id="back", region="low_back_paramidline", dominant=True)
    assert "lumbar" in needles_placed("next", back_first, NECK, NECK_FACET)[0].procedure
    assert "cervical" in needles_placed("next", BACK, neck_first, NECK_FACET)[0].procedure


def test_a_test_waits_for_much_less_invasive_tests_of_its_rivals():
    """Provocation discography (a needle into every disc, with lasting harm described) is not done before the blocks
    that could make it needless: practice of the field, recalled."""
    told = placed(BACK)
    discography, block = told["discography_lumbar"], told["medial_branch_block_lumbar"]
    assert discography.target.probability > block.target.probability
    assert (block.place, discography.place) == ("next", "later")


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


def test_while_a_treatment_still_helps_no_other_needle_is_due_for_its_source():
    """Nobody is offered a stimulator for the joint while the ablation of its nerves works."""
    blocks = [
        fact(
            "procedure",
            id="p1",
            kind="medial_branch_block_lumbar",
            intent="diagnostic",
            side="left",
            levels=("L4-5",),
            true_on=date(2025, 1, 1),
        ),
        fact(
            "procedure",
            id="p2",
            kind="medial_branch_block_lumbar",
            intent="diagnostic",
            side="left",
            levels=("L4-5",),
            true_on=date(2025, 2, 1),
        ),
        fact("relief", id="r1", procedure="p1", percent=90, concordant=True),
        fact("relief", id="r2", procedure="p2", percent=90, concordant=True),
        fact(
            "procedure",
            id="rf",
            kind="radiofrequency_ablation_medial_branch_lumbar",
            levels=("L4-5",),
            true_on=date(2026, 1, 1),
        ),
    ]
    holds = fact("relief", id="holds", procedure="rf", percent=70, lasted_days=151, true_on=DAY)
    over = fact("relief", id="over", procedure="rf", percent=70, lasted_days=100, ended=True, true_on=DAY)
    stimulation = "peripheral_nerve_stimulation_temporary"
    assert placed(BACK, *blocks, over)[stimulation].place == "next"
    rests = placed(BACK, *blocks, holds)
    assert (rests[stimulation].place, rests["radiofrequency_ablation_medial_branch_lumbar"].place) == ("later", "later")
    assert "still helps the same source" in rests[stimulation].why
    assert rests["exercise"].place == "now"


def test_a_working_diagnosis_of_the_dominant_pain_outweighs_what_is_less_likely_than_not():
    """The clinician stands by it; a source of one in ten is not tested before it is treated."""
    stands_by = fact(
        "statement",
        id="wd",
        kind="working_diagnosis",
        about="persistent_spinal_pain_type_2",
        says=True,
        text="Twice operated",
    )
    assert placed(BACK)["medial_branch_block_lumbar"].place == "next"
    assert placed(BACK, stands_by)["medial_branch_block_lumbar"].place == "later"
    assert needles_placed("next", BACK, stands_by)[0].procedure == "spinal_cord_stimulation_trial"


def test_where_the_dominant_pain_raises_no_question_what_is_diagnosed_comes_first():
    """Cancer of the pancreas hurts in the upper belly and goes to the back; the facet joints there come later."""
    belly = fact(
        "complaint", id="belly", region="upper_abdomen", radiates_to=("thoracolumbar_junction",), dominant=True
    )
    cancer = fact("condition", id="cancer", icd10="G89.3", status="active", true_on=date(2026, 1, 1))
    options = [one for one in assess(chart_of(belly, cancer), DAY).options if one.role not in NO_NEEDLE]
    assert options[0].target.generator == "cancer_pain"
    assert "thoracic_facet" in {one.target.generator for one in options}
