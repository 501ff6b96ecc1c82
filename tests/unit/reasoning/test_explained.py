"""A pain that goes where its own supported source is felt is not a second pain."""

from lenitive.reasoning import assess
from lenitive.reasoning.book import book
from lenitive.reasoning.differential import differentials
from lenitive.reasoning.explained import explained
from lenitive.reasoning.findings import findings_of
from tests.unit.reasoning.conftest import DAY, chart_of, fact

STENOSIS = [
    fact("finding", id=code, code=code, present=True, true_on=DAY)
    for code in ("neurogenic_claudication", "no_pain_when_seated", "wide_based_gait", "bilateral_leg_pain")
]


def calf(*radiates_to):
    return fact("complaint", id="calf", region="calf_lateral_foot_sole", radiates_to=radiates_to, dominant=True)


def answered(*facts, supported=0.5):
    chart = chart_of(*facts)
    seen = findings_of(chart, book(), DAY)
    return explained(book().content, chart, differentials(book(), chart, seen, DAY), supported, 0.1)


def test_a_narrow_canal_explains_the_pain_in_the_buttock():
    assert answered(calf("buttock", "posterior_thigh"), *STENOSIS) == {"axial_low_back"}


def test_an_unsupported_source_explains_nothing():
    assert answered(calf("buttock")) == frozenset()
    assert answered(calf("buttock"), *STENOSIS, supported=1.0) == frozenset()


def test_a_pain_that_goes_where_the_source_is_not_felt_is_looked_for():
    assert answered(calf("buttock", "low_back_midline"), *STENOSIS) == frozenset()
    assert answered(calf("knee_front"), *STENOSIS) == frozenset()


def test_a_second_complaint_is_never_explained_away():
    back = fact("complaint", id="back", region="low_back_paramidline")
    assert answered(calf("buttock"), back, *STENOSIS) == frozenset()


def test_a_second_complaint_that_goes_there_too_has_to_be_explained_as_well():
    hip = fact("complaint", id="hip", region="groin", radiates_to=("buttock",))
    assert answered(calf("buttock"), hip, *STENOSIS) == frozenset()


def test_no_needle_is_next_for_what_is_explained():
    def near(*facts):
        options = assess(chart_of(*facts), DAY).options
        return {one.procedure for one in options if one.place in ("now", "next")}

    assert "sacroiliac_joint_injection" in near(calf("buttock"))
    assert "sacroiliac_joint_injection" not in near(calf("buttock"), *STENOSIS)


# --- where nothing speaks for the second question ------------------------------------------------------------------

JOINT = fact("complaint", id="joint", region="psis_sacral_sulcus", side="left", radiates_to=("groin",), dominant=True)
SIGNS = [
    fact("finding", id=code, code=code, present=True, true_on=DAY)
    for code in ("sij_distraction", "sij_thigh_thrust", "sij_compression")
]


def test_a_groin_that_the_examined_joint_explains_invites_no_needle_into_the_hip():
    assert answered(JOINT, *SIGNS) == {"hip_pain"}
    assert answered(JOINT) == frozenset()


def test_what_was_found_at_the_hip_keeps_its_question_open():
    signs = [
        row.finding
        for _, row in book().evidence_for["hip_oa"]
        if row.lr_positive and row.lr_positive > 1 and not book().content.findings[row.finding].composite
    ]
    assert signs
    hip = fact("finding", id="hip", code=signs[0], present=True, true_on=DAY)
    assert answered(JOINT, *SIGNS, hip) == frozenset()


def test_a_region_shared_by_two_questions_belongs_to_the_one_that_findings_speak_for():
    knee = fact("complaint", id="knee", region="knee_medial_leg", side="left", dominant=True)
    told = assess(chart_of(knee), DAY)
    assert {"knee_pain", "leg_pain"} <= {one.question for one in told.differential}
    assert answered(knee) == frozenset()
    signs = [
        fact("finding", id=code, code=code, present=True, true_on=DAY)
        for code in ("knee_arthritis_known", "acr_knee_criteria", "xray_knee_arthritis", "pain_on_stairs_or_slopes")
    ]
    assert answered(knee, *signs) == {"leg_pain"}


def test_claudication_is_heard_before_the_canal_is_opened():
    """What is asked by region is asked of decompression and spacer too: they were refused whatever the chart said."""
    options = {one.procedure: one for one in assess(chart_of(calf(), *STENOSIS), DAY).options}
    for name in ("interspinous_spacer", "percutaneous_lumbar_decompression"):
        assert options[name].candidacy.named("radicular_indication").status == "met"


def test_the_root_of_the_neck_is_heard_before_it_is_blocked():
    arm = fact("complaint", id="arm", region="arm_lateral_forearm_thumb", dominant=True)
    signs = [
        fact("finding", id=code, code=code, present=True, true_on=DAY)
        for code in ("spurling_a", "dermatomal_arm_pain", "wainner_four_of_four")
    ]
    options = {one.procedure: one for one in assess(chart_of(arm, *signs), DAY).options}
    root = options["selective_nerve_root_block_cervical"].gates.named("radicular_indication")
    assert root.status == options["epidural_interlaminar_cervical"].gates.named("radicular_indication").status == "met"
