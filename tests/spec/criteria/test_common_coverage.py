"""What payers ask in several families: diagnoses, scores, sites, levels, fusions."""

import pytest

from lenitive.medicine.criteria import common_coverage, intrathecal_coverage, stimulation_coverage, vertebral_coverage

DIAGNOSIS = """
    as_of = 2026-05-15
    complete = ["{complete}"]
    [patient]
    sex = "female"
    [[condition]]
    code = "{code}"
    icd10 = "{icd10}"
    status = "{state}"
    until = {until}
    [request]
    kind = "spinal_cord_stimulation_trial"
"""

DIAGNOSES = """
    code                | icd10  | state    | until      | complete  | expect
    --------------------+--------+----------+------------+-----------+-------------
    crps                |        |          |            | allergy   | met
                        | G90.51 |          |            | allergy   | met
    crps                |        | resolved |            | condition | not met
    crps                |        |          | 2026-05-15 | condition | met
    crps                |        |          | 2026-05-14 | condition | not met
    knee_osteoarthritis |        |          |            | condition | not met
    knee_osteoarthritis |        |          |            | allergy   | undocumented
    -                   |        |          |            | allergy   | undocumented
"""


def test_diagnosis_supports(ask):
    ask(
        common_coverage.diagnosis_supports,
        DIAGNOSIS,
        DIAGNOSES,
        supporting_conditions=["crps"],
        supporting_codes=["G90.5"],
    )


def test_diagnosis_excludes(ask):
    ask(
        common_coverage.diagnosis_excludes,
        DIAGNOSIS,
        DIAGNOSES,
        excluding_conditions=["crps"],
        excluding_codes=["G90.5"],
    )


SCORE = """
    as_of = 2026-05-15
    [patient]
    sex = "female"
    [[measure]]
    instrument = "{scale}"
    score = {score}
    true_on = {day}
    [[measure]]
    instrument = "{scale}"
    score = {earlier}
    true_on = 2026-01-01
    [request]
    kind = "medial_branch_block_lumbar"
"""


def test_pain_score_is_high_enough(ask):
    ask(
        common_coverage.pain_score_is_high_enough,
        SCORE,
        """
        scale | score | day        | earlier | expect
        ------+-------+------------+---------+-------------
        nrs   | 3     | 2026-05-01 | -       | met
        nrs   | 2     | 2026-05-01 | -       | not met
        nrs   | 2     | 2026-05-01 | 8       | not met
        nrs   | 8     | 2026-05-01 | 2       | met
        nrs   | 3     | 2026-05-15 | 2       | met
        nrs   | 3     | 2026-05-16 | 2       | not met
        vas   | 80    | 2026-05-01 | -       | undocumented
        nrs   | -     | 2026-05-01 | -       | undocumented
        """,
        min_pain_score=3,
    )


def test_disability_index_is_high_enough(ask):
    ask(
        common_coverage.disability_index_is_high_enough,
        SCORE,
        """
        scale | score | day        | earlier | expect
        ------+-------+------------+---------+-------------
        odi   | 21    | 2026-05-01 | -       | met
        odi   | 20    | 2026-05-01 | 60      | not met
        odi   | 21    | 2026-05-15 | 20      | met
        odi   | 21    | 2026-05-16 | 20      | not met
        ndi   | 45    | 2026-05-01 | -       | undocumented
        odi   | -     | 2026-05-01 | -       | undocumented
        """,
        min_disability_index=21,
    )


def test_roland_morris_is_high(ask):
    ask(
        vertebral_coverage.roland_morris_is_high,
        SCORE,
        """
        scale | score | day        | earlier | expect
        ------+-------+------------+---------+-------------
        rmdq  | 18    | 2026-05-01 | -       | met
        rmdq  | 17    | 2026-05-01 | 20      | not met
        rmdq  | 18    | 2026-05-15 | 17      | met
        rmdq  | 18    | 2026-05-16 | 17      | not met
        odi   | 60    | 2026-05-01 | -       | undocumented
        rmdq  | -     | 2026-05-01 | -       | undocumented
        """,
        roland_morris_above=17,
    )


REQUEST = """
    as_of = 2026-05-15
    [patient]
    sex = "female"
    [request]
    kind = "radiofrequency_ablation_basivertebral"
    site_of_service = "{site}"
    levels = [{levels}]
    intent = "{intent}"
    state = "{place}"
"""


def test_site_is_accepted(ask):
    ask(
        common_coverage.site_is_accepted,
        REQUEST,
        """
        site                | levels | intent | place | expect
        --------------------+--------+--------+-------+-------------
        hospital_outpatient |        |        |       | met
        office              |        |        |       | not met
                            |        |        |       | undocumented
        """,
        accepted_sites=["hospital_outpatient", "inpatient"],
    )


def test_level_is_not_covered(ask):
    ask(
        common_coverage.level_is_not_covered,
        REQUEST,
        """
        site | levels           | intent | place | expect
        -----+------------------+--------+-------+-------------
             | "L2-3"           |        |       | met
             | "L3-4"           |        |       | not met
             | "L3-4", "L2-3"   |        |       | met
             |                  |        |       | undocumented
        """,
        levels_not_covered=["L1-2", "L2-3"],
    )


def test_request_is_diagnostic(ask):
    ask(
        common_coverage.request_is_diagnostic,
        REQUEST,
        """
        site | levels | intent      | place | expect
        -----+--------+-------------+-------+-------------
             |        | diagnostic  |       | met
             |        | therapeutic |       | not met
             |        |             |       | undocumented
        """,
    )


def test_trial_first_implant_and_revision_are_told_apart(ask):
    rows = """
        site | levels | intent   | place | expect
        -----+--------+----------+-------+--------
             |        | implant  |       | {implant}
             |        |          |       | {implant}
             |        | trial    |       | {trial}
             |        | revision |       | {revision}
             |        | removal  |       | {revision}
    """
    for criterion, yes in (
        (stimulation_coverage.implant_is_first, "implant"),
        (stimulation_coverage.implant_is_trial, "trial"),
        (stimulation_coverage.implant_is_revision, "revision"),
    ):
        expected = {word: "met" if word == yes else "not met" for word in ("implant", "trial", "revision")}
        ask(criterion, REQUEST, rows.format(**expected))


def test_contractor_has_stimulation_policy(ask):
    ask(
        stimulation_coverage.contractor_has_stimulation_policy,
        REQUEST,
        """
        site | levels | intent | place | expect
        -----+--------+--------+-------+-------------
             |        |        | AZ    | met
             |        |        | OH    | not met
             |        |        |       | undocumented
        """,
    )


CARE = """
    as_of = 2026-05-15
    complete = ["{complete}"]
    [patient]
    sex = "female"
    [[treatment]]
    kind = "physical_therapy"
    response = "{response}"
    true_on = {began}
    [[statement]]
    kind = "other_treatments_unsuitable"
    text = "{reason}"
    says = {says}
    [request]
    kind = "spinal_cord_stimulation_trial"
"""


def test_other_treatments_failed_or_unsuitable(ask):
    ask(
        common_coverage.other_treatments_failed_or_unsuitable,
        CARE,
        """
        response | began      | reason          | says  | complete  | expect
        ---------+------------+-----------------+-------+-----------+-------------
        failed   |            |                 | -     | allergy   | met
        partial  |            |                 | -     | allergy   | met
        failed   | 2026-05-15 |                 | -     | allergy   | met
        failed   | 2026-05-16 |                 | -     | allergy   | undocumented
        good     |            |                 | false | allergy   | not met
        good     |            |                 | -     | allergy   | undocumented
        -        |            | liver disease   |       | allergy   | met
        -        |            |                 | -     | allergy   | undocumented
        """,
    )


FUSED = """
    as_of = 2026-05-15
    complete = ["{complete}"]
    [patient]
    sex = "female"
    [[condition]]
    icd10 = "{icd10}"
    code = "{code}"
    levels = [{levels}]
    until = {until}
    [[statement]]
    kind = "segment_is_fused"
    says = {says}
    [request]
    kind = "medial_branch_block_lumbar"
    levels = ["L4-5"]
"""


def test_segment_is_fused(ask):
    ask(
        common_coverage.segment_is_fused,
        FUSED,
        """
        icd10 | code          | levels | until      | says  | complete  | expect
        ------+---------------+--------+------------+-------+-----------+-------------
        Z98.1 |               | "L4-5" |            | -     | allergy   | met
        Z98.1 |               | "L4-5" |            | false | allergy   | met
        Z98.1 |               | "L2-3" |            | -     | condition | not met
        Z98.1 |               |        |            | false | allergy   | not met
        Z98.1 |               | "L4-5" | 2026-05-15 | -     | condition | met
        Z98.1 |               | "L4-5" | 2026-05-14 | -     | condition | not met
              | spinal_fusion |        |            | -     | allergy   | met
        -     |               |        |            | true  | allergy   | met
        -     |               |        |            | -     | condition | not met
        -     |               |        |            | -     | allergy   | undocumented
        """,
    )


OPERATED = """
    as_of = 2026-05-15
    complete = ["{complete}"]
    [patient]
    sex = "female"
    [[procedure]]
    kind = "{kind}"
    code = "{code}"
    region = "{region}"
    levels = [{levels}]
    true_on = {true_on}
    [request]
    kind = "medial_branch_block_lumbar"
    region = "lumbar"
    levels = ["L4-5"]
"""


def test_segment_is_fused_by_an_operation(ask):
    ask(
        common_coverage.segment_is_fused,
        OPERATED,
        """
        kind                 | code  | region   | levels           | true_on    | complete  | expect
        ---------------------+-------+----------+------------------+------------+-----------+-------------
        lumbar fusion        |       | lumbar   | "L4-5", "L5-S1"  | 2024-03-11 | allergy   | met
        TLIF                 |       | lumbar   | "L4-5"           | 2024-03-11 | allergy   | met
        an operation         | 22612 | lumbar   | "L4-5"           | 2024-03-11 | allergy   | met
        lumbar fusion        |       | lumbar   | "L4-5"           |            | allergy   | met
        lumbar fusion        |       | lumbar   |                  | 2024-03-11 | allergy   | met
        lumbar fusion        |       | lumbar   | "L2-3"           | 2024-03-11 | allergy   | undocumented
        lumbar fusion        |       | lumbar   | "L2-3"           | 2024-03-11 | condition | not met
        lumbar fusion        |       | lumbar   | "L4-5"           | 2026-05-15 | condition | met
        lumbar fusion        |       | lumbar   | "L4-5"           | 2026-05-16 | condition | not met
        lumbar discectomy    |       | lumbar   | "L4-5"           | 2024-03-11 | condition | not met
        """,
    )


def test_fusion_is_on_record(ask):
    ask(
        common_coverage.fusion_is_on_record,
        OPERATED,
        """
        kind                 | code  | region   | levels  | true_on    | complete  | expect
        ---------------------+-------+----------+---------+------------+-----------+--------
        lumbar fusion        |       | lumbar   | "L2-3"  | 2024-03-11 | allergy   | met
        lumbar fusion        |       |          |         | 2024-03-11 | allergy   | met
        lumbar fusion        |       | lumbar   | "L4-5"  | 2026-05-15 | allergy   | met
        lumbar fusion        |       | lumbar   | "L4-5"  | 2026-05-16 | allergy   | not met
        cervical fusion      |       | cervical | "C5-6"  | 2024-03-11 | allergy   | not met
        lumbar discectomy    |       | lumbar   | "L4-5"  | 2024-03-11 | allergy   | not met
        """,
    )


def test_fusion_is_on_record_as_a_diagnosis(ask):
    ask(
        common_coverage.fusion_is_on_record,
        FUSED,
        """
        icd10 | code          | levels | until      | says  | complete  | expect
        ------+---------------+--------+------------+-------+-----------+--------
        Z98.1 |               |        |            | -     | allergy   | met
              | spinal_fusion | "L2-3" |            | -     | allergy   | met
        Z98.1 |               | "L4-5" | 2026-05-15 | -     | allergy   | met
        Z98.1 |               | "L4-5" | 2026-05-14 | -     | allergy   | not met
        -     |               |        |            | -     | allergy   | not met
        """,
    )


SAID = """
    as_of = 2026-05-15
    [patient]
    sex = "female"
    [[statement]]
    kind = "KIND"
    says = {says}
    text = "{reason}"
    true_on = {day}
    [[statement]]
    kind = "KIND"
    says = {earlier}
    true_on = 2026-01-01
    [request]
    kind = "spinal_cord_stimulation_implant"
"""

STATEMENTS = [
    (stimulation_coverage.stimulation_is_late_resort, "late_resort"),
    (stimulation_coverage.team_evaluated_patient, "team_evaluation"),
    (stimulation_coverage.implant_facilities_available, "implant_facilities_available"),
    (stimulation_coverage.risks_were_discussed, "shared_decision"),
    (stimulation_coverage.analgesics_halved_in_trial, "analgesics_halved_in_trial"),
    (stimulation_coverage.device_replacement_is_justified, "device_replacement_reason"),
    (intrathecal_coverage.amplifying_factors_were_addressed, "amplifying_factors_addressed"),
    (intrathecal_coverage.opioid_reduction_is_agreed, "opioid_reduction_agreed"),
    (intrathecal_coverage.intrathecal_trial_was_accepted, "intrathecal_trial_acceptable"),
    (intrathecal_coverage.trial_may_be_left_out, "trial_left_out_reason"),
    (intrathecal_coverage.muscle_tone_fell_enough, "spasticity_improved_in_trial"),
    (vertebral_coverage.pain_comes_from_fracture, "pain_is_from_fracture"),
]
"""Criteria that are what somebody put on record, and the word for it."""


@pytest.mark.parametrize(("criterion", "kind"), STATEMENTS, ids=[kind for _, kind in STATEMENTS])
def test_what_is_stated(ask, criterion, kind):
    ask(
        criterion,
        SAID.replace("KIND", kind),
        """
        says  | reason     | day        | earlier | expect
        ------+------------+------------+---------+-------------
        true  |            | 2026-05-01 | -       | met
        false |            | 2026-05-01 | -       | not met
              | It is so.  | 2026-05-01 | -       | met
        false |            | 2026-05-01 | true    | not met
        true  |            | 2026-05-01 | false   | met
        -     |            |            | -       | undocumented
        """,
    )


def test_survival_is_long_enough(ask):
    ask(
        intrathecal_coverage.survival_is_long_enough,
        SAID.replace("KIND", "survival_expected_under_three_months"),
        """
        says  | reason | day        | earlier | expect
        ------+--------+------------+---------+-------------
        false |        | 2026-05-01 | -       | met
        true  |        | 2026-05-01 | -       | not met
        -     |        |            | -       | undocumented
        """,
    )
