"""A red flag that stops procedures leaves one thing to do: its action, and whom to call. Everything else waits.

Some flags stop named procedures only, and the flag of a malignancy spares what eases the pain of a known cancer.
"""

from datetime import timedelta

import pytest

from lenitive.chart.request import Request
from lenitive.reasoning import assess
from lenitive.reasoning.assessment import NO_NEEDLE
from lenitive.reasoning.book import book
from lenitive.reasoning.plan import WAITS
from lenitive.reasoning.plan_of_care import plan_of_care
from tests.unit.reasoning.conftest import DAY, chart_of, fact

PAINS = {
    "cauda_equina": "low_back_midline",
    "progressive_deficit": "neck_midline",
    "spinal_infection": "low_back_midline",
    "spinal_malignancy": "thoracic_midline",
    "aortic_aneurysm": "low_back_paramidline",
    "giant_cell_arteritis": "temple",
    "bleed_at_cord": "low_back_midline",
    "tumour_at_cord": "thoracic_midline",
    "infected_device": "low_back_midline",
    "leg_ischaemia": "calf",
    "infection_after_spine_work": "low_back_midline",
    "joint_infection": "knee_front",
    "pump_withdrawal": "low_back_midline",
    "leg_clot": "calf",
    "sudden_headache": "temple",
    "heart_pain": "shoulder_front",
}
SIGNS = {
    "cauda_equina": "saddle_anaesthesia",
    "progressive_deficit": "gait_change",
    "spinal_infection": "fever",
    "spinal_malignancy": "weight_loss",
    "aortic_aneurysm": "aorta_widened_on_palpation",
    "giant_cell_arteritis": "jaw_claudication",
    "bleed_at_cord": "signs_after_spine_needle",
    "tumour_at_cord": "leg_weakness",
    "infected_device": "infection_at_site",
    "leg_ischaemia": "leg_rest_pain_or_ulcer",
    "infection_after_spine_work": "infection_at_site",
    "joint_infection": "hot_swollen_joint",
    "pump_withdrawal": "pump_withdrawal_signs",
    "leg_clot": "one_leg_swollen",
    "sudden_headache": "thunderclap_headache",
    "heart_pain": "pressing_pain_on_exertion",
}
NEW_AND_PRESSING = ("leg_clot", "sudden_headache", "heart_pain")
"""Flags of pains that began lately, and press."""
BESIDE = {
    "bleed_at_cord": [fact("procedure", id="needle", kind="epidural_interlaminar_lumbar", true_on=DAY)],
    "tumour_at_cord": [fact("condition", id="cancer", icd10="C61", status="active")],
    "infected_device": [fact("device", id="device", kind="spinal_cord_stimulator")],
    "pump_withdrawal": [fact("device", id="pump", kind="intrathecal_pump")],
    "infection_after_spine_work": [fact("procedure", id="work", kind="operation", region="lumbar", true_on=DAY)],
}
"""What makes a danger of the sign."""
TELLS_TOO = {"tumour_at_cord": ["spinal_malignancy"]}
"""Flags that are raised as well, and that the alert of this one says too."""
CALLED = {
    "cauda_equina": "emergency_for_cauda_equina",
    "progressive_deficit": "spine_surgeon_now",
    "spinal_infection": "hospital_for_spinal_infection",
    "spinal_malignancy": "oncology",
    "aortic_aneurysm": "emergency_for_the_aorta",
    "giant_cell_arteritis": "rheumatology_now",
    "bleed_at_cord": "emergency_after_a_needle",
    "tumour_at_cord": "emergency_for_a_tumour_at_the_cord",
    "infected_device": "implanter_now",
    "leg_ischaemia": "vascular_specialist_now",
    "infection_after_spine_work": "surgeon_of_the_wound",
    "joint_infection": "hospital_for_a_joint",
    "pump_withdrawal": "emergency_for_the_pump",
    "leg_clot": "emergency_for_a_clot",
    "sudden_headache": "emergency_for_the_head",
    "heart_pain": "emergency_for_the_heart",
}
FLAGS = book().content.red_flags
STOPPING = sorted(name for name, flag in book().content.red_flags.items() if flag.stops_procedures)


def in_danger(flag, *more):
    """Somebody who would otherwise be offered exercise and needles, with one sign of a danger."""
    lately = {"true_on": DAY, "quality": ["pressing"]} if flag in NEW_AND_PRESSING else {}
    return chart_of(
        fact("complaint", id="pain", region=PAINS[flag], **lately),
        fact("finding", id="sign", code=SIGNS[flag], present=True, true_on=DAY),
        fact("finding", id="idle", code="no_regular_exercise", present=True, true_on=DAY),
        *BESIDE.get(flag, []),
        *more,
    )


def test_every_flag_that_stops_procedures_is_tried_here():
    assert set(STOPPING) == set(PAINS) == set(SIGNS) == set(CALLED)


@pytest.mark.parametrize("flag", STOPPING)
def test_no_option_is_open_not_even_care_without_a_needle(flag):
    told = assess(in_danger(flag), DAY, [Request(kind="lumbar_fusion_referral")])
    assert told.options
    assert {one.id for one in told.red_flags if one.status == "met"} == {flag, *TELLS_TOO.get(flag, [])}
    assert {one.role for one in told.options} & {"conservative", "referral"}
    assert {one.place for one in told.options} <= {"later", "not now"}
    raised = book().content.red_flags[flag]
    for option in told.options:
        assert option.verdict == "not yet"
        assert option.why.startswith(f"Waits: red flag ({raised.label}")
        assert option.opens_with[0] == raised.action


@pytest.mark.parametrize("flag", STOPPING)
def test_the_ladder_is_one_rung_the_action(flag):
    plan = plan_of_care(in_danger(flag), DAY)
    raised = book().content.red_flags[flag]
    rung, *others = plan.ladder
    assert [one.label for one in others] == [FLAGS[one].label for one in TELLS_TOO.get(flag, [])]
    assert (rung.procedure, rung.place, rung.label, rung.why) == (None, "now", raised.label, raised.action)
    assert rung.citations
    assert [(alert.title, alert.action) for alert in plan.alerts] == [(raised.label, raised.action)]
    assert (plan.goals, plan.examination, plan.to_read) == ([], [], [])


@pytest.mark.parametrize("flag", STOPPING)
def test_only_who_deals_with_the_danger_is_called(flag):
    partner, *others = plan_of_care(in_danger(flag), DAY).partners
    assert partner.partner == CALLED[flag]
    assert "{" not in partner.question
    assert {one.partner for one in others} == {CALLED[one] for one in TELLS_TOO.get(flag, [])}
    beside = {one.id for one in BESIDE.get(flag, [])}
    assert {seen.id for seen in partner.facts if seen.table not in ("patient", "complaint")} == {"sign", *beside}


@pytest.mark.parametrize("flag", STOPPING)
def test_only_dangers_are_asked_about(flag):
    told = assess(in_danger(flag), DAY)
    labels = {one.label for one in told.red_flags}
    assert all(any(label in settled for label in labels) for ask in told.ask_first for settled in ask.settles)


def test_the_most_urgent_of_two_dangers_comes_first():
    both = chart_of(
        fact("complaint", id="pain", region="low_back_midline"),
        *(
            fact("finding", id=code, code=code, present=True, true_on=DAY)
            for code in ("weight_loss", "saddle_anaesthesia", "suicidal_thoughts")
        ),
    )
    plan = plan_of_care(both, DAY)
    assert [rung.label for rung in plan.ladder] == ["Cauda equina compression", "Malignancy"]
    assert [one.partner for one in plan.partners] == ["emergency_for_cauda_equina", "crisis_service", "oncology"]


def test_a_danger_that_stops_nothing_leaves_the_plan_as_it_is():
    chart = chart_of(
        fact("complaint", id="pain", region="low_back_midline"),
        fact("finding", id="sign", code="suicidal_thoughts", present=True, true_on=DAY),
    )
    plan = plan_of_care(chart, DAY)
    assert len(plan.ladder) > 1
    assert all(rung.procedure for rung in plan.ladder)
    assert "crisis_service" in {one.partner for one in plan.partners}


def test_once_it_is_ruled_out_the_plan_stands_again():
    chart = in_danger("cauda_equina")
    cleared = chart_of(
        *chart.table("complaint"),
        *chart.table("finding"),
        fact("finding", id="scan", code="cauda_equina_excluded", present=True, true_on=DAY),
    )
    plan = plan_of_care(cleared, DAY)
    assert all(rung.procedure for rung in plan.ladder)
    assert "now" in {rung.place for rung in plan.ladder}
    assert "red flag" in WAITS


# --- flags that stop named procedures ------------------------------------------------------------------------------

OTHER_SIGNS = {
    "recumbent_pain": "pain_worse_lying",
    "vertebral_fracture": "severe_trauma",
    "suicide_risk": "suicidal_thoughts",
}
REPAIRS = ("vertebroplasty", "kyphoplasty", "sacroplasty")


def with_sign(code, *more):
    return chart_of(
        fact("complaint", id="pain", region="low_back_midline", dominant=True),
        fact("finding", id="sign", code=code, present=True, true_on=DAY),
        *more,
    )


def waiting_for_a_flag(told):
    return {one.procedure for one in told.options if one.why.startswith("Waits: red flag")}


def test_every_flag_is_tried_here():
    assert set(SIGNS) | set(OTHER_SIGNS) | {"replaced_joint"} == set(FLAGS)


@pytest.mark.parametrize("flag", OTHER_SIGNS)
def test_a_flag_stops_what_it_names_and_nothing_else(flag):
    told = assess(with_sign(OTHER_SIGNS[flag]), DAY, [Request(kind=kind) for kind in (*FLAGS[flag].stops, *REPAIRS)])
    assert [one.id for one in told.red_flags if one.status == "met"] == [flag]
    assert waiting_for_a_flag(told) == set(FLAGS[flag].stops)
    assert {one.place for one in told.options if one.procedure in FLAGS[flag].stops} <= {"later", "not now"}


def test_before_a_suspected_fracture_is_imaged_nobody_manipulates_or_pressurises_a_disc():
    told = assess(with_sign("severe_trauma"), DAY, [Request(kind="discography_lumbar")])
    near = {one.procedure for one in told.options if one.place in ("now", "next")}
    assert near
    for waits in (
        "physical_therapy",
        "discography_lumbar",
        "facet_joint_injection_lumbar",
        "medial_branch_block_lumbar",
    ):
        [option] = [one for one in told.options if one.procedure == waits]
        assert option.why == "Waits: red flag (Vertebral fracture)."
        assert option.opens_with == [FLAGS["vertebral_fracture"].action]
        assert waits not in near


def test_repair_of_the_fracture_does_not_wait_for_the_flag_that_asks_for_it():
    assert not set(REPAIRS) & set(FLAGS["vertebral_fracture"].stops)


def test_every_needle_of_the_spine_waits_for_the_image_of_a_fracture():
    spine = ("cervical", "thoracic", "lumbar", "sacral")
    elsewhere = ("sympathetic", "peripheral", "surgery")
    needles = {
        name
        for name, entry in book().content.procedures.items()
        if entry.region in spine and entry.family not in elsewhere
    }
    assert needles - set(FLAGS["vertebral_fracture"].stops) <= set(REPAIRS)


# --- what eases the pain of a known cancer -------------------------------------------------------------------------


KNOWN = {
    "diagnosed": fact("condition", id="known", icd10="G89.3", label="Neoplasm related pain", status="active"),
    "said": fact(
        "statement",
        id="known",
        kind="working_diagnosis",
        about="cancer_pain",
        says=True,
        text="Carcinoma of the pancreas",
        true_on=DAY,
    ),
}
SPARED = FLAGS["spinal_malignancy"].spares


def with_cancer(*known):
    return chart_of(
        fact("complaint", id="pain", region="upper_abdomen", dominant=True),
        fact("condition", id="cancer", icd10="C25.9", label="Cancer of the pancreas", status="active"),
        *known,
    )


@pytest.mark.parametrize("known", KNOWN)
def test_what_eases_the_pain_of_a_known_cancer_does_not_wait(known):
    asked = [Request(kind=kind) for kind in (*SPARED, "medial_branch_block_lumbar")]
    told = assess(with_cancer(KNOWN[known]), DAY, asked)
    assert [one.id for one in told.red_flags if one.status == "met"] == ["spinal_malignancy"]
    waiting = waiting_for_a_flag(told)
    assert not waiting & set(SPARED)
    assert waiting == {one.procedure for one in told.options} - set(SPARED)
    assert "medial_branch_block_lumbar" in waiting


METASTASIS = fact("condition", id="known", icd10="C79.51", label="Bone metastasis", status="active")


@pytest.mark.parametrize("known", [[], [METASTASIS]], ids=["history", "metastasis"])
def test_a_cancer_on_record_that_nobody_called_the_cause_of_this_pain_spares_nothing(known):
    told = assess(with_cancer(*known), DAY, [Request(kind=kind) for kind in SPARED])
    assert waiting_for_a_flag(told) == {one.procedure for one in told.options} - {REFILL}


def test_what_eases_a_known_cancer_still_waits_for_another_danger():
    fever = fact("finding", id="fever", code="fever", present=True, true_on=DAY)
    told = assess(with_cancer(KNOWN["said"], fever), DAY, [Request(kind=kind) for kind in SPARED])
    assert waiting_for_a_flag(told) == {one.procedure for one in told.options} - {REFILL}


def test_a_known_cancer_warns_and_calls_palliative_care_where_a_suspected_one_stops():
    known = plan_of_care(with_cancer(KNOWN["diagnosed"]), DAY)
    assert [(alert.severity, alert.title) for alert in known.alerts] == [("warning", "Malignancy")]
    assert [one.partner for one in known.partners] == ["palliative_care", "oncology"]
    suspected = plan_of_care(with_cancer(), DAY)
    assert [(alert.severity, alert.title) for alert in suspected.alerts] == [("stop", "Malignancy")]
    assert [one.partner for one in suspected.partners] == ["oncology"]


def test_the_plan_of_a_known_cancer_is_the_action_and_what_need_not_wait():
    plan = plan_of_care(with_cancer(KNOWN["said"]), DAY)
    first, *rest = plan.ladder
    assert (first.procedure, first.why) == (None, FLAGS["spinal_malignancy"].action_when_spared)
    assert rest
    assert {rung.procedure for rung in rest} <= set(SPARED)
    assert set(plan.to_read) == {rung.procedure for rung in rest}
    assert (plan.goals, plan.examination) == ([], [])


# --- a replaced joint ------------------------------------------------------------------------------------------------


def test_nothing_is_put_into_a_replaced_joint_that_hurts_before_its_surgeon_excluded_an_infection():
    knee = fact("complaint", id="pain", region="knee_front", side="right", dominant=True)
    replaced = fact("condition", id="replaced", icd10="Z96.651", status="active")
    request = Request(kind="joint_injection", region="knee", side="right")
    [option] = [
        one for one in assess(chart_of(knee, replaced), DAY, [request]).options if one.procedure == request.kind
    ]
    assert option.why == "Waits: red flag (A replaced joint that hurts)."
    seen = fact("finding", id="seen", code="prosthetic_infection_excluded", present=True, true_on=DAY)
    told = assess(chart_of(knee, replaced, seen), DAY, [request])
    assert not waiting_for_a_flag(told)


# --- dangers that one alert says together --------------------------------------------------------------------------


def test_an_alert_that_says_another_danger_too_is_told_alone_and_both_stop():
    told = assess(in_danger("tumour_at_cord"), DAY)
    assert {one.id for one in told.red_flags if one.status == "met"} == {"tumour_at_cord", "spinal_malignancy"}
    assert [alert.title for alert in told.alerts] == [FLAGS["tumour_at_cord"].label]


# --- what keeps going what is in the body ----------------------------------------------------------------------------

REFILL = "intrathecal_pump_refill"
PUMP = fact("device", id="pump", kind="intrathecal_pump")
NO_ALLERGY = fact("attestation", id="allergy", topic="allergy")


# A wound that is infected, beside a pump, is an infected device.
@pytest.mark.parametrize("flag", sorted(set(STOPPING) - {"infected_device", "infection_after_spine_work"}))
def test_the_refill_of_a_pump_waits_for_no_flag(flag):
    pump = [] if flag == "pump_withdrawal" else [PUMP]
    told = assess(in_danger(flag, *pump, NO_ALLERGY), DAY, [Request(kind=REFILL)])
    [refill] = [one for one in told.options if one.procedure == REFILL]
    assert flag in {one.id for one in told.red_flags if one.status == "met"}
    assert (refill.verdict, refill.target.status, refill.why[:13]) == ("candidate", "met", "It keeps goin")


def test_an_infected_pocket_is_not_punctured():
    chart = chart_of(PUMP, fact("finding", id="sign", code="infection_at_site", present=True, true_on=DAY))
    [refill] = [one for one in assess(chart, DAY, [Request(kind=REFILL)]).options if one.procedure == REFILL]
    assert refill.why == "Waits: red flag (Infection of a stimulator or pump)."


def test_fever_and_an_unanswered_relief_hold_no_refill_back():
    chart = chart_of(
        PUMP,
        NO_ALLERGY,
        fact("complaint", id="pain", region="low_back_midline"),
        fact("procedure", id="last", kind=REFILL, true_on=DAY),
        fact("measure", id="hot", instrument="temperature", score=38.6, true_on=DAY),
    )
    [refill] = [one for one in assess(chart, DAY, [Request(kind=REFILL)]).options if one.procedure == REFILL]
    assert (refill.verdict, refill.earlier) == ("candidate", None)
    assert "look at the pocket first" in refill.cautions.results(refill.cautions.violated)[0].label


# --- thoughts of suicide ---------------------------------------------------------------------------------------------


def test_elective_needles_wait_for_the_word_on_suicide_and_care_goes_on():
    needles = {name for name, one in book().content.procedures.items() if one.role not in NO_NEEDLE}
    spared = needles - set(FLAGS["suicide_risk"].stops)
    assert set(FLAGS["suicide_risk"].stops) <= needles
    assert spared == {one for one in SPARED if one in needles} | set(REPAIRS) | {"epidural_blood_patch"}
    told = assess(with_sign("suicidal_thoughts"), DAY)
    assert {one.role for one in told.options if one.place in ("now", "next")} <= set(NO_NEEDLE)
    assert any(one.place in ("now", "next") for one in told.options)


# --- a scan beside what is in the body -------------------------------------------------------------------------------


@pytest.mark.parametrize(("mri", "is_named"), [("conditional", True), (None, True), ("unsafe", True), ("safe", False)])
def test_a_scan_that_a_flag_asks_for_names_the_device_in_the_body(mri, is_named):
    device = fact("device", id="device", kind="spinal_cord_stimulator", mri=mri)
    told = assess(with_sign("saddle_anaesthesia", device), DAY)
    [alert] = [one for one in told.alerts if one.title == FLAGS["cauda_equina"].label]
    assert (f"spinal cord stimulator (MRI {mri or 'not known'})" in alert.action) is is_named
    assert ("device" in {one.id for one in alert.facts}) is is_named


def test_a_device_that_was_taken_out_is_not_named():
    device = fact("device", id="device", kind="spinal_cord_stimulator", until=DAY - timedelta(days=1))
    told = assess(with_sign("saddle_anaesthesia", device), DAY)
    assert "Carries" not in told.alerts[0].action
