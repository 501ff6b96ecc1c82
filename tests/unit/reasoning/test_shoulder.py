"""A painful shoulder has a question of its own: tendons, tear, capsule, joint, and the small joint on top."""

import pytest

from lenitive.chart.request import Request
from lenitive.reasoning import assess
from lenitive.reasoning.book import book
from tests.unit.reasoning.conftest import DAY, chart_of, fact

FIVE = (
    "shoulder_repetitive_onset",
    "shoulder_not_below_elbow",
    "thickened_acromioclavicular_joint",
    "passive_abduction_is_painless",
    "passive_rotation_in_abduction_is_painless",
)


def shoulder(*facts, region="shoulder_outer", **found):
    """The differential of the shoulder, given which findings are present."""
    looked_for = [fact("finding", id=code, code=code, present=present) for code, present in found.items()]
    told = assess(chart_of(fact("complaint", id="pain", region=region), *looked_for, *facts), DAY)
    return next((one for one in told.differential if one.question == "shoulder_pain"), None)


def share(answer, generator):
    return next(one for one in answer.estimates if one.generator == generator).probability


@pytest.mark.parametrize(
    ("region", "raised"),
    [("shoulder_front", True), ("shoulder_back", True), ("top_of_shoulder_suprascapular", False), ("mid_neck", False)],
)
def test_the_shoulder_asks_and_the_neck_does_not(region, raised):
    assert (shoulder(region=region) is not None) is raised


def test_before_any_finding_the_tendons_lead_and_a_quarter_stays_open():
    answer = shoulder()
    assert [one.generator for one in answer.estimates][:2] == ["rotator_cuff", "acromioclavicular_joint"]
    assert 0.25 < answer.unresolved < 0.30


def test_a_painful_arc_speaks_for_the_cuff_and_does_not_tell_a_tear_from_none():
    before, after = shoulder(), shoulder(painful_arc=True)
    both = [share(after, one) / share(before, one) for one in ("rotator_cuff", "rotator_cuff_tear")]
    assert both[0] == pytest.approx(both[1])
    assert both[0] > 1.5
    without = shoulder(painful_arc=False)
    assert share(without, "rotator_cuff") < share(before, "rotator_cuff")


@pytest.mark.parametrize("sign", ["external_rotation_lag", "drop_arm"])
def test_a_sign_of_a_tear_speaks_for_the_tear_alone(sign):
    before, after = shoulder(painful_arc=True), shoulder(painful_arc=True, **{sign: True})
    assert share(after, "rotator_cuff_tear") > share(before, "rotator_cuff_tear")
    assert share(after, "rotator_cuff") < share(before, "rotator_cuff")


def test_signs_of_a_tear_are_one_group():
    (tear,) = [
        one
        for one in shoulder(external_rotation_lag=True, drop_arm=True, empty_can=True).estimates
        if one.generator == "rotator_cuff_tear"
    ]
    assert [one.group for one in tear.contributions] == ["cuff-tear"]


@pytest.mark.parametrize("picture", ["shoulder_ultrasound_full_tear", "shoulder_mri_full_tear"])
def test_once_pictured_the_strength_is_silent(picture):
    (tear,) = [
        one
        for one in shoulder(external_rotation_lag=True, **{picture: False}).estimates
        if one.generator == "rotator_cuff_tear"
    ]
    assert [(one.finding, one.state) for one in tear.contributions] == [(picture, "absent")]
    assert tear.probability < tear.prior


def test_pain_on_passive_turning_out_speaks_for_a_frozen_shoulder_and_its_absence_against():
    before = share(shoulder(), "adhesive_capsulitis")
    assert share(shoulder(stretch_in_passive_external_rotation=True), "adhesive_capsulitis") > 2 * before
    assert share(shoulder(stretch_in_passive_external_rotation=False), "adhesive_capsulitis") < before / 2


@pytest.mark.parametrize(("features", "effect"), [(1, "against"), (2, "none"), (3, "none"), (4, "for"), (5, "for")])
def test_the_small_joint_on_top_is_counted_from_five_features(features, effect):
    counted = {code: number < features for number, code in enumerate(FIVE)}
    (joint,) = [one for one in shoulder(**counted).estimates if one.generator == "acromioclavicular_joint"]
    moved = sum(one.log_odds for one in joint.contributions)
    assert effect == ("for" if moved > 0 else "against" if moved < 0 else "none")


def test_of_arthritis_of_the_joint_only_the_share_before_any_finding_is_known():
    (arthritis,) = [
        one for one in shoulder(shoulder_radiograph_arthritis=True).estimates if one.generator == "glenohumeral_oa"
    ]
    assert arthritis.contributions == []
    assert arthritis.probability == pytest.approx(arthritis.prior)


# --- a needle for the joint on top -----------------------------------------------------------------------------------

NEEDLE = "acromioclavicular_joint_injection"


def needle(intent=None, **found):
    pain = fact("complaint", id="pain", region="shoulder_front", side="left")
    looked_for = [fact("finding", id=code, code=code, present=present) for code, present in found.items()]
    told = assess(chart_of(pain, *looked_for), DAY, [Request(kind=NEEDLE, intent=intent)])
    return next(one for one in told.options if one.procedure == NEEDLE)


def test_the_joint_on_top_is_worth_a_test_before_it_is_supported_as_a_target():
    signs = dict.fromkeys(FIVE, True)
    assert {needle("diagnostic", **found).target.status for found in ({}, signs)} == {"met"}
    treated = [needle("therapeutic", **found) for found in ({}, signs)]
    assert [one.target.status for one in treated] == ["not met", "undocumented"]
    assert {one.target.generator for one in treated} == {"acromioclavicular_joint"}
    assert needle(**signs).why.startswith("As a test: ")


def test_its_relief_confirms_it_and_no_large_joint_is_meant():
    entry = book().content.procedures[NEEDLE]
    assert entry.confirms == entry.targets == ["acromioclavicular_joint"]
    assert "acromioclavicular_joint" not in book().content.procedures["joint_injection"].targets
    assert entry.codes[0] == "20605"


def test_a_corticosteroid_is_reckoned_with():
    flushed = {one.label for one in needle().cautions.criteria}
    assert flushed & {one.label for one in shoulder_joint().cautions.criteria}


def shoulder_joint():
    told = assess(chart_of(fact("complaint", id="pain", region="shoulder_front")), DAY)
    return next(one for one in told.options if one.procedure == "joint_injection")
