"""What a history rules out, names, or starts from: replaced joints, mishaps of a needle, whiplash, sedated blocks."""

from datetime import date

import pytest

from lenitive.interop.case_file import parse_case_file
from lenitive.reasoning.assess import assess

DAY = date(2026, 11, 22)


def assessed(text):
    case = parse_case_file(f'as_of = {DAY}\n[patient]\nbirth_date = 1957-03-03\nsex = "female"\n{text}')
    return assess(case.chart, DAY, [case.request] if case.request else [])


def option(found, name):
    return next(one for one in found.options if one.procedure == name)


# --- a replaced joint ------------------------------------------------------------------------------------------------

KNEE = """
    [[complaint]]
    region = "knee_front"
    side = "{hurts}"
    true_on = 2025-11-01
    [[condition]]
    icd10 = "M17.11"
    [[condition]]
    icd10 = "{artificial}"
"""


@pytest.mark.parametrize(
    ("hurts", "artificial", "is_replaced"),
    [
        ("right", "Z96.651", True),
        ("left", "Z96.652", True),
        ("both", "Z96.653", True),
        ("left", "Z96.651", False),
        ("both", "Z96.651", False),
        ("right", "Z96.641", False),
    ],
)
def test_a_replaced_knee_is_not_an_arthritic_one(hurts, artificial, is_replaced):
    found = assessed(KNEE.format(hurts=hurts, artificial=artificial))
    weighed = {one.generator for answer in found.differential for one in answer.estimates}
    named = {one.generator for one in found.named}
    assert ("knee_oa" in weighed) is not is_replaced
    assert ("painful_knee_replacement" in named) is is_replaced
    assert "knee_oa" not in named


def test_a_replaced_hip_leaves_the_tendons_beside_it():
    found = assessed(
        """
        [[complaint]]
        region = "lateral_hip_trochanter"
        side = "left"
        [[procedure]]
        kind = "total hip arthroplasty"
        region = "hip"
        side = "left"
        true_on = 2024-01-01
        """
    )
    [answer] = found.differential
    assert [one.generator for one in answer.estimates] == ["greater_trochanteric_pain"]
    assert "Hip arthritis is left out: the joint that hurts was replaced." in answer.notes


# --- a mishap of a needle --------------------------------------------------------------------------------------------

HEADACHE = """
    [[complaint]]
    region = "whole_head"
    true_on = {began}
    aggravated_by = ["{worse}"]
    relieved_by = ["lying"]
    [[procedure]]
    id = "needle"
    kind = "epidural_interlaminar_lumbar"
    true_on = 2026-11-15
    complication = "{mishap}"
    [request]
    kind = "epidural_blood_patch"
"""


@pytest.mark.parametrize(
    ("began", "worse", "mishap", "is_named"),
    [
        ("2026-11-15", "standing", "dural puncture", True),
        ("2026-11-20", "standing", "Dural puncture, wet tap", True),
        ("2026-11-21", "standing", "dural puncture", False),
        ("2026-11-14", "standing", "dural puncture", False),
        ("2026-11-16", "touch", "dural puncture", False),
        ("2026-11-16", "standing", "none", False),
    ],
)
def test_a_headache_on_standing_after_a_punctured_sac_is_named_and_treated(began, worse, mishap, is_named):
    found = option(assessed(HEADACHE.format(began=began, worse=worse, mishap=mishap)), "epidural_blood_patch")
    assert (found.target.status == "met") is is_named


# --- where a question starts -----------------------------------------------------------------------------------------

AFTER_WHIPLASH = """
    [[complaint]]
    region = "occiput_upper_neck"
    dominant = {dominant}
    [[condition]]
    icd10 = "{injury}"
"""


@pytest.mark.parametrize(
    ("dominant", "injury", "share"),
    [("true", "S13.4XXS", 0.53), ("false", "S13.4XXS", 0.25), ("true", "M54.2", 0.25)],
)
def test_headache_that_dominates_after_whiplash_starts_from_what_was_published_of_it(dominant, injury, share):
    found = assessed(AFTER_WHIPLASH.format(dominant=dominant, injury=injury))
    [answer] = [one for one in found.differential if one.question == "neck_headache"]
    priors = {one.generator: one.prior for one in answer.estimates}
    assert priors["third_occipital_c23_facet"] == pytest.approx(share)


# --- a part of the anterior column -----------------------------------------------------------------------------------

ENDPLATE = """
    [[complaint]]
    region = "low_back_midline"
    true_on = 2024-05-01
    dominant = true
    [[finding]]
    code = "midline_low_back_pain"
    present = true
    [[finding]]
    code = "mri_modic_1"
    present = {modic}
    levels = ["{level}"]
    kind = "imaging"
"""
BASIVERTEBRAL = "radiofrequency_ablation_basivertebral"


def test_a_modic_change_makes_the_endplate_a_target_as_likely_as_its_whole():
    found = assessed(ENDPLATE.format(modic="true", level="L4-5"))
    target = option(found, BASIVERTEBRAL).target
    [disc] = [one for answer in found.differential for one in answer.estimates if one.generator == "lumbar_disc"]
    assert (target.generator, target.status) == ("vertebrogenic", "met")
    assert target.probability == disc.probability
    assert [part.generator for part in disc.parts if part.located] == ["vertebrogenic"]


@pytest.mark.parametrize(("modic", "level"), [("false", "L4-5"), ("true", "L1-2")])
def test_without_a_change_that_it_reaches_the_ablation_is_not_considered(modic, level):
    found = assessed(ENDPLATE.format(modic=modic, level=level))
    assert BASIVERTEBRAL not in {one.procedure for one in found.options}


def test_asked_for_without_a_scan_it_waits_for_the_scan():
    only_pain = ENDPLATE.partition('    [[finding]]\n    code = "mri_modic_1"')[0]
    found = assessed(f'{only_pain}\n[request]\nkind = "{BASIVERTEBRAL}"')
    asked = option(found, BASIVERTEBRAL)
    assert (asked.verdict, asked.target.generator) == ("not yet", "vertebrogenic")


# --- what is asked for, and felt there -------------------------------------------------------------------------------


def test_a_needle_that_is_asked_for_names_the_source_that_is_felt_there():
    found = assessed(
        """
        [[complaint]]
        region = "lateral_thigh"
        side = "left"
        [request]
        kind = "limb_nerve_block"
        side = "left"
        intent = "therapeutic"
        """
    )
    asked = option(found, "limb_nerve_block")
    assert (asked.target.generator, asked.target.status) == ("meralgia", "undocumented")


# --- sedated blocks --------------------------------------------------------------------------------------------------

BLOCKED = """
    [[complaint]]
    region = "low_back_paramidline"
    side = "left"
    dominant = true
    [[procedure]]
    id = "block"
    kind = "medial_branch_block_lumbar"
    intent = "diagnostic"
    side = "left"
    levels = ["L4-5"]
    true_on = 2026-08-01
    {sedation}
    drugs = [{{ ingredient = "lidocaine" }}, {{ ingredient = "{also}" }}]
    [[relief]]
    procedure = "block"
    percent = 90
    true_on = 2026-08-01
"""


@pytest.mark.parametrize(
    ("sedation", "also", "said"),
    [
        ('sedation = "moderate"', "fentanyl", "moderate sedation and fentanyl"),
        ('sedation = "none"', "fentanyl", "done under fentanyl"),
        ('sedation = "deep"', "dexamethasone", "deep sedation"),
        ('sedation = "minimal"', "dexamethasone", ""),
        ("", "dexamethasone", ""),
    ],
)
def test_a_block_under_sedation_or_an_opioid_says_that_it_is_less_sure(sedation, also, said):
    found = assessed(BLOCKED.format(sedation=sedation, also=also))
    [block] = [
        one
        for answer in found.differential
        for estimate in answer.estimates
        for one in estimate.contributions
        if one.group == "blocks"
    ]
    assert (said in block.adjusted) if said else ("falsify" not in block.adjusted)


PAIRED = """
    [[complaint]]
    region = "low_back_paramidline"
    side = "left"
    dominant = true
    [[procedure]]
    id = "first"
    kind = "medial_branch_block_lumbar"
    intent = "diagnostic"
    side = "left"
    levels = ["L4-5"]
    true_on = 2026-08-01
    sedation = "{sedation}"
    drugs = [{{ ingredient = "lidocaine" }}{also}]
    [[relief]]
    procedure = "first"
    percent = 90
    lasted_hours = 2
    true_on = 2026-08-01
    [[procedure]]
    id = "second"
    kind = "medial_branch_block_lumbar"
    intent = "diagnostic"
    side = "left"
    levels = ["L4-5"]
    true_on = 2026-09-01
    sedation = "none"
    drugs = [{{ ingredient = "bupivacaine" }}]
    [[relief]]
    procedure = "second"
    percent = 90
    lasted_hours = 5
    true_on = 2026-09-01
"""


@pytest.mark.parametrize(
    ("sedation", "also", "ratio"),
    [
        ("none", "", 4.5),
        ("minimal", "", 4.5),
        ("moderate", "", 2.86),
        ("deep", "", 2.86),
        ("none", ', { ingredient = "fentanyl" }', 2.86),
        ("none", ', { ingredient = "dexamethasone" }', 4.5),
    ],
)
def test_a_pair_under_sedation_or_an_opioid_counts_by_the_ratio_of_relief_alone(sedation, also, ratio):
    found = assessed(PAIRED.format(sedation=sedation, also=also))
    [pair] = [
        one
        for answer in found.differential
        for estimate in answer.estimates
        for one in estimate.contributions
        if one.group == "blocks"
    ]
    assert pair.ratio == pytest.approx(ratio)
    assert ("the ratio of relief alone counts" in pair.adjusted) is (ratio < 4)
    assert "is not recorded for each block" not in pair.adjusted


# --- a headache that a puncture explains -----------------------------------------------------------------------------

PUNCTURED = """
    [[procedure]]
    id = "epidural"
    kind = "epidural_interlaminar_lumbar"
    true_on = 2026-11-20
    complication = "{complication}"
    [[complaint]]
    region = "whole_head"
    true_on = 2026-11-21
    aggravated_by = ["standing"]
    relieved_by = ["lying"]
    dominant = true
    {also}
"""
OLD_HEADACHE = """
    [[complaint]]
    region = "occiput_upper_neck"
    side = "left"
    true_on = 2024-01-01
"""


@pytest.mark.parametrize(
    ("complication", "also", "place"),
    [("dural puncture", "", "later"), ("haematoma at the skin", "", "next"), ("dural puncture", OLD_HEADACHE, "next")],
)
def test_no_nerve_of_the_head_is_blocked_next_for_the_headache_after_a_puncture(complication, also, place):
    found = assessed(PUNCTURED.format(complication=complication, also=also))
    assert option(found, "occipital_nerve_block").place == place
