# ruff: noqa: E501  (a table is as wide as it needs to be)
"""Dangers that act first. Each table stands on both sides of every boundary, with a blank.

A no counts for 90 days, a yes until somebody says no or a test answers it; the test counts for 90 days too.
"""

import pytest

from lenitive.medicine.criteria import red_flags

# --- how an answer ages ----------------------------------------------------------------------------------------------

ASKED = """
    as_of = 2026-05-15
    [patient]
    birth_date = 1950-01-01
    sex = "male"
    [[finding]]
    code = "SIGN"
    present = {first}
    true_on = {first_on}
    [[finding]]
    code = "SIGN"
    present = {then}
    true_on = {then_on}
    [[finding]]
    code = "TEST"
    present = {excluded}
    true_on = {tested}
    [findings]
    absent = [OTHERS]
    true_on = 2026-05-01
"""


@pytest.mark.parametrize(
    ("criterion", "sign", "test", "others"),
    [
        (red_flags.cauda_equina_suspected, "cauda_equina_signs", "cauda_equina_excluded", ""),
        (
            red_flags.neurological_deficit_progresses,
            "progressive_deficit_signs",
            "progressive_deficit_assessed",
            "",
        ),
        (
            red_flags.vertebral_fracture_suspected,
            "severe_trauma",
            "vertebral_fracture_excluded",
            '"prolonged_corticosteroids", "sudden_onset_pain"',
        ),
        (red_flags.aortic_aneurysm_suspected, "new_nonmechanical_pain", "aortic_aneurysm_excluded", ""),
    ],
    ids=lambda value: getattr(value, "name", ""),
)
def test_a_yes_counts_until_it_is_answered_and_a_no_for_ninety_days(ask, criterion, sign, test, others):
    ask(
        criterion,
        ASKED.replace("SIGN", sign).replace("TEST", test).replace("OTHERS", others),
        """
        first | first_on   | then  | then_on    | excluded | tested     | expect
        ------+------------+-------+------------+----------+------------+-------------
        -     | -          | -     | -          | -        | -          | undocumented
        false | 2026-05-15 | -     | -          | -        | -          | not met
        false | 2026-02-14 | -     | -          | -        | -          | not met
        false | 2026-02-13 | -     | -          | -        | -          | undocumented
        false | 2026-05-16 | -     | -          | -        | -          | undocumented
        false |            | -     | -          | -        | -          | undocumented
              | 2026-05-15 | -     | -          | -        | -          | undocumented
        true  | 2020-01-01 | -     | -          | -        | -          | met
        true  |            | -     | -          | -        | -          | met
        true  | 2026-05-01 | false | 2026-05-10 | -        | -          | not met
        false | 2026-05-01 | true  | 2026-05-10 | -        | -          | met
        -     | -          | -     | -          | true     | 2026-05-15 | not met
        -     | -          | -     | -          | true     | 2026-02-14 | not met
        -     | -          | -     | -          | true     | 2026-02-13 | undocumented
        -     | -          | -     | -          | true     | 2026-05-16 | undocumented
        -     | -          | -     | -          | false    | 2026-05-15 | undocumented
        true  | 2026-05-10 | -     | -          | true     | 2026-05-10 | not met
        true  | 2026-05-11 | -     | -          | true     | 2026-05-10 | met
        true  |            | -     | -          | true     | 2026-05-10 | not met
        true  | 2026-01-01 | -     | -          | true     | 2026-02-13 | undocumented
        true  | 2026-05-10 | -     | -          | false    | 2026-05-11 | met
        """,
    )


def test_suicidal_thoughts_reported(ask):
    ask(
        red_flags.suicidal_thoughts_reported,
        """
        as_of = 2026-05-15
        [patient]
        sex = "female"
        [[finding]]
        code = "suicidal_thoughts"
        present = {first}
        true_on = {first_on}
        [[finding]]
        code = "suicidal_thoughts"
        present = {then}
        true_on = {then_on}
        """,
        """
        first | first_on   | then  | then_on    | expect
        ------+------------+-------+------------+-------------
        -     | -          | -     | -          | undocumented
        false | 2026-05-15 | -     | -          | not met
        false | 2026-02-14 | -     | -          | not met
        false | 2026-02-13 | -     | -          | undocumented
        true  | 2020-01-01 | -     | -          | met
        true  |            | -     | -          | met
        true  | 2026-05-01 | false | 2026-05-10 | not met
        false | 2026-05-01 | true  | 2026-05-10 | met
        """,
    )


# --- a diagnosis -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("criterion", "code"),
    [
        (red_flags.cauda_equina_suspected, "G83.4"),
        (red_flags.neurological_deficit_progresses, "G95.20"),
        (red_flags.neurological_deficit_progresses, "M47.12"),
        (red_flags.neurological_deficit_progresses, "M50.02"),
        (red_flags.neurological_deficit_progresses, "G99.2"),
        (red_flags.neurological_deficit_progresses, "G95.9"),
        (red_flags.spinal_infection_suspected, "M46.46"),
        (red_flags.vertebral_fracture_suspected, "S32.010A"),
        (red_flags.aortic_aneurysm_suspected, "I71.40"),
    ],
    ids=lambda value: getattr(value, "name", value),
)
def test_a_diagnosis_raises_the_danger_while_it_lasts(ask, criterion, code):
    ask(
        criterion,
        """
        as_of = 2026-05-15
        [patient]
        sex = "female"
        [[condition]]
        icd10 = "{icd10}"
        status = "{status}"
        certainty = "{certainty}"
        until = {until}
        """,
        """
        icd10 | status   | certainty    | until      | expect
        ------+----------+--------------+------------+-------------
        CODE  |          |              |            | met
        CODE  | active   | provisional  |            | met
        CODE  | active   | differential |            | undocumented
        CODE  | resolved |              |            | undocumented
        CODE  |          |              | 2026-05-15 | met
        CODE  |          |              | 2026-05-14 | undocumented
        I10   | active   |              |            | undocumented
        -     |          |              |            | undocumented
        """.replace("CODE", code),
    )


def test_a_known_aneurysm_waits_until_its_width_is_known(ask):
    ask(
        red_flags.aortic_aneurysm_suspected,
        """
        as_of = 2026-05-15
        [patient]
        sex = "female"
        birth_date = 1950-01-01
        [[condition]]
        icd10 = "I71.40"
        [[finding]]
        code = "{test}"
        present = {normal}
        true_on = {tested}
        [findings]
        absent = ["new_nonmechanical_pain"]
        true_on = 2026-05-01
        """,
        """
        test                     | normal | tested     | expect
        -------------------------+--------+------------+--------
        -                        | -      | -          | met
        aortic_aneurysm_assessed | true   | 2026-02-14 | not met
        aortic_aneurysm_assessed | true   | 2026-02-13 | met
        aortic_aneurysm_assessed | false  | 2026-05-01 | met
        aortic_aneurysm_excluded | true   | 2026-02-14 | not met
        aortic_aneurysm_excluded | true   | 2026-02-13 | met
        """,
    )


def test_a_known_disease_of_the_cord_waits_until_a_surgeon_has_seen_it(ask):
    ask(
        red_flags.neurological_deficit_progresses,
        """
        as_of = 2026-05-15
        [patient]
        sex = "female"
        [[condition]]
        icd10 = "{icd10}"
        true_on = {since}
        [[finding]]
        code = "progressive_deficit_assessed"
        present = {assessed}
        true_on = {seen_on}
        """,
        """
        icd10  | since      | assessed | seen_on    | expect
        -------+------------+----------+------------+-------------
        M47.12 | 2025-01-01 | -        | -          | met
        M47.12 | 2025-01-01 | true     | 2026-05-01 | not met
        M47.12 |            | true     | 2026-05-01 | not met
        M47.12 | 2025-01-01 | true     | 2026-02-13 | met
        M47.12 | 2025-01-01 | false    | 2026-05-01 | met
        M47.12 | 2026-05-01 | true     | 2026-05-01 | not met
        M47.12 | 2026-05-02 | true     | 2026-05-01 | met
        M48.02 | 2025-01-01 | -        | -          | undocumented
        """,
    )


def test_a_foot_that_drops_is_severe_and_new_for_ninety_days_unless_assessed(ask):
    ask(
        red_flags.neurological_deficit_progresses,
        """
        as_of = 2026-05-15
        [patient]
        sex = "female"
        [[condition]]
        icd10 = "{icd10}"
        true_on = {since}
        [[finding]]
        code = "progressive_deficit_assessed"
        present = true
        true_on = {seen_on}
        """,
        """
        icd10   | since      | seen_on    | expect
        --------+------------+------------+-------------
        M21.371 | 2026-05-10 | -          | met
        M21.371 | 2026-05-15 | -          | met
        M21.371 | 2026-05-16 | -          | undocumented
        M21.332 | 2026-05-10 | -          | met
        M21.371 | 2026-02-14 | -          | met
        M21.371 | 2026-02-13 | -          | undocumented
        M21.371 |            | -          | met
        M21.371 |            | 2026-05-12 | not met
        M21.371 | 2026-05-10 | 2026-05-12 | not met
        M21.371 | 2026-05-12 | 2026-05-12 | not met
        M21.371 | 2026-05-13 | 2026-05-12 | met
        M21.611 | 2026-05-10 | -          | undocumented
        """,
    )


def test_a_muscle_of_grade_three_or_less_raises_it_before_anybody_says_that_it_gets_worse(ask):
    ask(
        red_flags.neurological_deficit_progresses,
        """
        as_of = 2026-05-15
        [patient]
        sex = "female"
        [[finding]]
        code = "{code}"
        present = {present}
        value = {grade}
        true_on = {on}
        """,
        """
        code            | present | grade | on         | expect
        ----------------+---------+-------+------------+-------------
        muscle_weakness | true    | 3     | 2026-05-10 | met
        muscle_weakness | true    | 3.5   | 2026-05-10 | undocumented
        muscle_weakness | true    | 4     | 2026-05-10 | undocumented
        muscle_weakness | true    |       | 2026-05-10 | undocumented
        muscle_weakness |         | 2     | 2026-05-10 | met
        muscle_weakness | false   | 3     | 2026-05-10 | undocumented
        muscle_weakness | true    | 3     | 2026-02-14 | met
        muscle_weakness | true    | 3     | 2026-05-15 | met
        muscle_weakness | true    | 3     | 2026-05-16 | undocumented
        muscle_weakness | true    | 3     | 2026-02-13 | undocumented
        muscle_weakness | true    | 3     |            | met
        leg_weakness    | true    | 1     | 2026-05-10 | met
        sensory_deficit | true    | 1     | 2026-05-10 | undocumented
        """,
    )


# --- what was found, and what has to be asked ------------------------------------------------------------------------

SIGNS = """
    as_of = 2026-05-15
    [patient]
    sex = "female"
    birth_date = 1990-01-01
    [findings]
    present = [{present}]
    absent = [{absent}]
    true_on = 2026-05-01
"""
QUESTIONS_ON_BLADDER_BOWEL_AND_LEGS = (
    '"urinary_retention", "urinary_incontinence", "bowel_incontinence", "saddle_anaesthesia", "sexual_dysfunction_new"'
)


def test_every_sign_of_cauda_equina_raises_it_alone(ask):
    ask(
        red_flags.cauda_equina_suspected,
        SIGNS,
        """
        present                         | absent                                | expect
        --------------------------------+---------------------------------------+-------------
        "urinary_retention"             | "cauda_equina_signs"                  | met
        "urinary_incontinence"          |                                       | met
        "bowel_incontinence"            |                                       | met
        "saddle_anaesthesia"            |                                       | met
        "sexual_dysfunction_new"        |                                       | met
        "progressive_bilateral_deficit" |                                       | met
        "reduced_anal_tone"             |                                       | met
        "post_void_residual_over_200"   |                                       | met
        "leg_weakness"                  |                                       | undocumented
                                        | EACH                                  | undocumented
                                        | EACH, "progressive_bilateral_deficit" | not met
                                        | "reduced_anal_tone"                   | undocumented
        """.replace("EACH", QUESTIONS_ON_BLADDER_BOWEL_AND_LEGS),
    )


def test_every_sign_of_the_cord_raises_it_alone(ask):
    ask(
        red_flags.neurological_deficit_progresses,
        SIGNS,
        """
        present                | absent                                                   | expect
        -----------------------+----------------------------------------------------------+-------------
        "progressive_weakness" | "progressive_deficit_signs"                              | met
        "gait_change"          |                                                          | met
        "hand_clumsiness"      |                                                          | met
        "hyperreflexia"        |                                                          | met
        "leg_weakness"         |                                                          | undocumented
                               | "progressive_weakness", "gait_change"                    | undocumented
                               | "progressive_weakness", "gait_change", "hand_clumsiness" | not met
                               | "hyperreflexia"                                          | undocumented
        """,
    )


def test_a_fracture_is_thought_of_after_an_injury_or_where_thin_bone_hurts(ask):
    ask(
        red_flags.vertebral_fracture_suspected,
        SIGNS,
        """
        present                                     | absent                                                            | expect
        --------------------------------------------+-------------------------------------------------------------------+-------------
        "severe_trauma"                             |                                                                   | met
        "contusion_or_abrasion"                     |                                                                   | met
        "prolonged_corticosteroids"                 |                                                                   | met
        "sudden_onset_pain", "osteoporosis"         |                                                                   | met
        "minor_trauma", "osteoporosis"              |                                                                   | met
        "sudden_onset_pain"                         | "severe_trauma", "prolonged_corticosteroids", "osteoporosis"      | not met
        "sudden_onset_pain"                         | "severe_trauma", "prolonged_corticosteroids"                      | undocumented
        "focal_bone_tenderness", "bone_stress_risk" |                                                                   | met
        "focal_bone_tenderness"                     | "severe_trauma", "prolonged_corticosteroids", "osteoporosis"      | not met
                                                    | "severe_trauma", "prolonged_corticosteroids", "sudden_onset_pain" | not met
                                                    | "severe_trauma", "sudden_onset_pain"                              | undocumented
                                                    | "prolonged_corticosteroids", "sudden_onset_pain"                  | undocumented
        """,
    )


def test_a_new_headache_from_fifty_on_with_a_sign_of_an_inflamed_artery(ask):
    ask(
        red_flags.giant_cell_arteritis_suspected,
        """
        as_of = 2026-05-15
        [patient]
        sex = "female"
        birth_date = {born}
        [[complaint]]
        region = "{region}"
        true_on = {began}
        until = {ended}
        [[measure]]
        instrument = "crp"
        score = {crp}
        true_on = {measured}
        [findings]
        present = [{present}]
        absent = [{absent}]
        true_on = 2026-05-01
        """,
        """
        born       | region | began      | ended      | crp  | measured   | present                    | absent                       | expect
        -----------+--------+------------+------------+------+------------+----------------------------+------------------------------+-------------
        1976-05-15 | temple | 2026-05-01 |            | 10   | 2026-05-01 |                            |                              | met
        1976-05-16 | temple | 2026-05-01 |            | 10   | 2026-05-01 |                            |                              | not met
                   | temple | 2026-05-01 |            | 10   | 2026-05-01 |                            |                              | undocumented
        1976-05-15 | temple | 2025-11-28 |            | 10   | 2026-05-01 |                            |                              | met
        1976-05-15 | temple | 2025-11-27 |            | 10   | 2026-05-01 |                            |                              | undocumented
        1976-05-15 | temple | 2026-05-01 | 2026-05-14 | 10   | 2026-05-01 |                            |                              | undocumented
        1976-05-15 | temple | 2026-05-01 | 2026-05-15 | 10   | 2026-05-01 |                            |                              | met
        1976-05-15 | temple | 2026-05-01 |            | 9.9  | 2026-05-01 |                            |                              | undocumented
        1976-05-15 | temple | 2026-05-01 |            | 9.9  | 2026-05-01 |                            | "giant_cell_arteritis_signs" | not met
        1976-05-15 | temple | 2026-05-01 |            | 9.9  | 2026-05-01 |                            | EACH                         | not met
        1976-05-15 | temple | 2026-05-01 |            | -    | -          |                            | EACH                         | undocumented
        1976-05-15 | temple | 2026-05-01 |            | -    | -          |                            | EACH, "esr_50_or_more"       | not met
        1976-05-15 | temple | 2026-05-01 |            | 10   | 2026-02-14 |                            |                              | met
        1976-05-15 | temple | 2026-05-01 |            | 10   | 2026-02-13 |                            |                              | undocumented
        1976-05-15 | temple | 2026-05-01 |            | -    | -          | "esr_50_or_more"           |                              | met
        1976-05-15 | temple | 2026-05-01 |            | -    | -          | "scalp_tenderness"         |                              | met
        1976-05-15 | temple | 2026-05-01 |            | -    | -          | "new_visual_disturbance"   |                              | met
        1976-05-15 | -      | -          |            | -    | -          | "new_visual_disturbance"   |                              | undocumented
        1976-05-15 | -      | -          |            | -    | -          | "jaw_claudication"         |                              | met
        1976-05-15 | -      | -          |            | -    | -          | "temporal_artery_abnormal" |                              | met
        1976-05-16 | -      | -          |            | -    | -          | "jaw_claudication"         |                              | not met
        1976-05-15 | cheek  | 2026-05-01 |            | 10   | 2026-05-01 |                            |                              | undocumented
        1976-05-15 | -      | -          |            | -    | -          |                            | EACH                         | not met
        1976-05-15 | -      | -          |            | -    | -          |                            |                              | undocumented
        """.replace("EACH", '"jaw_claudication", "scalp_tenderness", "new_visual_disturbance"'),
    )


def test_an_arteritis_that_was_excluded_is_asked_again_with_a_later_headache_value_or_sign(ask):
    ask(
        red_flags.giant_cell_arteritis_suspected,
        """
        as_of = 2026-05-15
        [patient]
        sex = "female"
        birth_date = 1950-01-01
        [[complaint]]
        region = "temple"
        true_on = {began}
        [[measure]]
        instrument = "crp"
        score = 64
        true_on = {measured}
        [[finding]]
        code = "giant_cell_arteritis_excluded"
        present = true
        true_on = {tested}
        [[finding]]
        code = "{sign}"
        present = {there}
        true_on = {seen}
        """,
        """
        began      | measured   | tested     | sign                       | there | seen       | expect
        -----------+------------+------------+----------------------------+-------+------------+-------------
        2026-05-10 | 2026-05-10 | 2026-05-10 | -                          |       |            | not met
        2026-05-11 | 2026-05-10 | 2026-05-10 | -                          |       |            | not met
        2026-05-10 | 2026-05-11 | 2026-05-10 | -                          |       |            | not met
        2026-05-11 | 2026-05-11 | 2026-05-10 | -                          |       |            | met
        2026-05-15 | 2026-05-15 | -          | -                          |       |            | met
        2026-05-16 | 2026-05-15 | -          | -                          |       |            | undocumented
        2026-05-15 | 2026-05-16 | -          | -                          |       |            | undocumented
        -          | -          | 2026-02-14 | -                          |       |            | not met
        -          | -          | 2026-02-13 | -                          |       |            | undocumented
        -          | -          | 2026-05-15 | -                          |       |            | not met
        -          | -          | 2026-05-16 | -                          |       |            | undocumented
        -          | -          | -          | giant_cell_arteritis_signs | false | 2026-05-15 | not met
        -          | -          | -          | giant_cell_arteritis_signs | false | 2026-05-16 | undocumented
        -          | -          | -          | giant_cell_arteritis_signs | false | 2026-02-14 | not met
        -          | -          | -          | giant_cell_arteritis_signs | false | 2026-02-13 | undocumented
        """,
    )


CAUDA_EQUINA_SIGNS = (
    "cauda_equina_signs",
    "urinary_retention",
    "urinary_incontinence",
    "bowel_incontinence",
    "saddle_anaesthesia",
    "sexual_dysfunction_new",
    "progressive_bilateral_deficit",
    "reduced_anal_tone",
    "post_void_residual_over_200",
)
CORD_SIGNS = ("progressive_deficit_signs", "progressive_weakness", "gait_change", "hand_clumsiness", "hyperreflexia")
INFECTION_SIGNS = (
    "fever",
    "bacteraemia",
    "unremitting_pain injection_drug_use",
    "pain_much_worse_lately immunosuppression",
    "unremitting_pain recent_spinal_procedure",
)
TUMOUR_SIGNS = ("weight_loss", "esr_50_or_more")
FRACTURE_SIGNS = (
    "severe_trauma",
    "contusion_or_abrasion",
    "prolonged_corticosteroids",
    "sudden_onset_pain osteoporosis",
    "minor_trauma osteoporosis",
    "focal_bone_tenderness bone_stress_risk",
)
ARTERITIS_SIGNS = ("jaw_claudication", "giant_cell_arteritis_signs", "temporal_artery_abnormal")
TESTS = [
    (red_flags.cauda_equina_suspected, "cauda_equina_excluded", CAUDA_EQUINA_SIGNS),
    (red_flags.neurological_deficit_progresses, "progressive_deficit_assessed", CORD_SIGNS),
    (red_flags.spinal_infection_suspected, "spinal_infection_excluded", INFECTION_SIGNS),
    (red_flags.spinal_malignancy_suspected, "spinal_malignancy_excluded", TUMOUR_SIGNS),
    (red_flags.pain_worse_lying_flat, "spinal_malignancy_excluded", ("pain_worse_lying",)),
    (red_flags.vertebral_fracture_suspected, "vertebral_fracture_excluded", FRACTURE_SIGNS),
    (red_flags.aortic_aneurysm_suspected, "aortic_aneurysm_excluded", ("aorta_widened_on_palpation",)),
    (red_flags.giant_cell_arteritis_suspected, "giant_cell_arteritis_excluded", ARTERITIS_SIGNS),
]


BEFORE_AND_AFTER = """
        SIGNS | 2026-05-10 | -          | met
        SIGNS |            | -          | met
        SIGNS | 2026-05-10 | 2026-05-10 | not met
        SIGNS | 2026-05-11 | 2026-05-10 | met
        SIGNS |            | 2026-05-10 | not met"""


@pytest.mark.parametrize(("criterion", "test", "every"), TESTS, ids=[criterion.name for criterion, *_ in TESTS])
def test_a_test_answers_the_signs_that_were_there_before_it(ask, criterion, test, every):
    ask(
        criterion,
        f"""
        as_of = 2026-05-15
        [patient]
        sex = "female"
        birth_date = 1970-01-01
        [findings]
        present = [{{present}}]
        true_on = {{since}}
        [[finding]]
        code = "{test}"
        present = true
        true_on = {{tested}}
        """,
        "        present | since | tested | expect"
        + "".join(BEFORE_AND_AFTER.replace("SIGNS", str(signs.split())[1:-1]) for signs in every),
    )


# --- amounts, ages, and how long a fever counts ----------------------------------------------------------------------

MEASURED = """
    as_of = 2026-05-15
    [patient]
    sex = "female"
    [[measure]]
    instrument = "INSTRUMENT"
    score = {score}
    true_on = {measured}
    [[finding]]
    code = "TEST"
    present = true
    true_on = {excluded}
"""


def test_urine_left_in_the_bladder(ask):
    ask(
        red_flags.cauda_equina_suspected,
        MEASURED.replace("INSTRUMENT", "post_void_residual").replace("TEST", "cauda_equina_excluded"),
        """
        score | measured   | excluded   | expect
        ------+------------+------------+-------------
        201   | 2026-05-15 | -          | met
        200   | 2026-05-15 | -          | undocumented
        201   | 2026-02-14 | -          | met
        201   | 2026-02-13 | -          | undocumented
              | 2026-05-15 | -          | undocumented
        201   | 2026-05-10 | 2026-05-10 | not met
        201   | 2026-05-11 | 2026-05-10 | met
        -     | -          | -          | undocumented
        """,
    )


def test_a_temperature(ask):
    ask(
        red_flags.spinal_infection_suspected,
        MEASURED.replace("INSTRUMENT", "temperature").replace("TEST", "spinal_infection_excluded"),
        """
        score | measured   | excluded   | expect
        ------+------------+------------+-------------
        38.0  | 2026-05-15 | -          | met
        37.9  | 2026-05-15 | -          | undocumented
        39.0  | 2026-04-15 | -          | met
        39.0  | 2026-04-14 | -          | undocumented
              | 2026-05-15 | -          | undocumented
        39.0  | 2026-05-10 | 2026-05-10 | not met
        39.0  | 2026-05-11 | 2026-05-10 | met
        -     | -          | 2026-02-14 | not met
        -     | -          | 2026-02-13 | undocumented
        -     | -          | 2026-05-15 | not met
        -     | -          | -          | undocumented
        """,
    )


def test_a_fracture_by_age_or_osteoporosis(ask):
    ask(
        red_flags.vertebral_fracture_suspected,
        """
        as_of = 2026-05-15
        [patient]
        birth_date = {born}
        [[condition]]
        icd10 = "{icd10}"
        [[finding]]
        code = "osteoporosis"
        present = {thin}
        true_on = 2026-01-01
        [findings]
        present = ["sudden_onset_pain"]
        absent = ["severe_trauma", "prolonged_corticosteroids"]
        true_on = 2026-05-01
        """,
        """
        born       | icd10 | thin  | expect
        -----------+-------+-------+-------------
        1955-05-15 | -     | false | met
        1955-05-16 | -     | false | not met
        1955-05-16 | M81.0 | false | met
        1955-05-16 | -     | -     | undocumented
                   | -     | false | undocumented
        """,
    )


def test_an_aneurysm_by_age_sex_and_smoking(ask):
    ask(
        red_flags.aortic_aneurysm_suspected,
        """
        as_of = 2026-05-15
        [patient]
        birth_date = {born}
        sex = "{sex}"
        [[finding]]
        code = "new_nonmechanical_pain"
        present = {pain}
        true_on = 2026-05-01
        [[finding]]
        code = "male"
        present = {male}
        true_on = 2026-05-01
        [[finding]]
        code = "current_smoker"
        present = {smokes}
        true_on = 2026-05-01
        [[finding]]
        code = "aorta_widened_on_palpation"
        present = {wide}
        true_on = 2026-05-01
        """,
        """
        born       | sex     | pain  | male  | smokes | wide  | expect
        -----------+---------+-------+-------+--------+-------+-------------
        1966-05-15 | male    | true  | -     | -      | -     | met
        1966-05-16 | male    | true  | -     | -      | -     | not met
        1966-05-15 | male    | false | -     | -      | -     | not met
        1966-05-15 | male    | -     | -     | -      | -     | undocumented
                   | male    | true  | -     | -      | -     | undocumented
        1966-05-15 | female  | true  | -     | true   | -     | met
        1966-05-15 | female  | true  | -     | false  | -     | not met
        1966-05-15 | female  | true  | -     | -      | -     | undocumented
        1966-05-15 |         | true  | -     | false  | -     | undocumented
        1966-05-15 | unknown | true  | true  | false  | -     | met
        1966-05-15 | unknown | true  | false | false  | -     | not met
        1990-01-01 | female  | false | -     | false  | true  | met
        1990-01-01 | female  | -     | -     | -      | false | not met
        """,
    )


# --- infection -------------------------------------------------------------------------------------------------------

INFECTION = """
    as_of = 2026-05-15
    [patient]
    sex = "female"
    [[finding]]
    code = "{sign}"
    present = {there}
    true_on = {since}
    [[finding]]
    code = "unremitting_pain"
    present = {unremitting}
    true_on = 2026-05-01
    [[finding]]
    code = "{prone}"
    present = true
    true_on = {prone_since}
    [[procedure]]
    kind = "Injection"
    region = "{region}"
    true_on = {done}
    [[condition]]
    icd10 = "{icd10}"
    until = {until}
"""


def test_fever_bacteria_or_a_new_pain_where_infection_finds_a_way(ask):
    ask(
        red_flags.spinal_infection_suspected,
        INFECTION,
        """
        sign                   | there | since      | unremitting | prone                   | prone_since | region | done       | icd10 | until      | expect
        -----------------------+-------+------------+-------------+-------------------------+-------------+--------+------------+-------+------------+-------------
        -                      |       |            | -           | -                       |             | -      |            | -     |            | undocumented
        infection_signs        | false | 2026-05-15 | -           | -                       |             | -      |            | -     |            | not met
        infection_signs        | false | 2026-02-14 | -           | -                       |             | -      |            | -     |            | not met
        infection_signs        | false | 2026-02-13 | -           | -                       |             | -      |            | -     |            | undocumented
        infection_signs        | true  | 2026-05-15 | -           | -                       |             | -      |            | -     |            | undocumented
        fever                  | true  | 2026-05-15 | -           | -                       |             | -      |            | -     |            | met
        fever                  | true  | 2026-04-15 | -           | -                       |             | -      |            | -     |            | met
        fever                  | true  | 2026-04-14 | -           | -                       |             | -      |            | -     |            | undocumented
        fever                  | true  |            | -           | -                       |             | -      |            | -     |            | met
        bacteraemia            | true  | 2026-02-14 | -           | -                       |             | -      |            | -     |            | met
        bacteraemia            | true  | 2026-02-13 | -           | -                       |             | -      |            | -     |            | undocumented
        -                      |       |            | true        | -                       |             | -      |            | -     |            | undocumented
        -                      |       |            | true        | injection_drug_use      | 2020-01-01  | -      |            | -     |            | met
        -                      |       |            | true        | immunosuppression       | 2020-01-01  | -      |            | -     |            | met
        -                      |       |            | false       | immunosuppression       | 2020-01-01  | -      |            | -     |            | undocumented
        pain_much_worse_lately | true  | 2026-05-01 | -           | immunosuppression       | 2020-01-01  | -      |            | -     |            | met
        -                      |       |            | true        | recent_spinal_procedure | 2026-02-14  | -      |            | -     |            | met
        -                      |       |            | true        | recent_spinal_procedure | 2026-02-13  | -      |            | -     |            | undocumented
        -                      |       |            | true        | -                       |             | lumbar | 2026-05-15 | -     |            | met
        -                      |       |            | true        | -                       |             | lumbar | 2026-02-14 | -     |            | met
        -                      |       |            | true        | -                       |             | lumbar | 2026-02-13 | -     |            | undocumented
        -                      |       |            | true        | -                       |             | knee   | 2026-05-01 | -     |            | undocumented
        -                      |       |            | true        | -                       |             | -      |            | D70.9 |            | met
        -                      |       |            | true        | -                       |             | -      |            | D70.9 | 2026-05-15 | met
        -                      |       |            | true        | -                       |             | -      |            | D70.9 | 2026-05-14 | undocumented
        """,
    )


def test_an_infection_is_denied_when_every_sign_was_looked_for_and_absent(ask):
    ask(
        red_flags.spinal_infection_suspected,
        SIGNS,
        """
        present           | absent                                     | expect
        ------------------+--------------------------------------------+-------------
                          | "fever", "bacteraemia", "unremitting_pain" | not met
                          | "fever", "unremitting_pain"                | undocumented
                          | "bacteraemia", "unremitting_pain"          | undocumented
                          | "fever", "bacteraemia"                     | undocumented
        "infection_signs" | "fever", "bacteraemia", "unremitting_pain" | not met
        "fever"           | "infection_signs"                          | met
        """,
    )


# --- malignancy ------------------------------------------------------------------------------------------------------

CANCER = """
    as_of = 2026-05-15
    [patient]
    sex = "female"
    [[condition]]
    icd10 = "{icd10}"
    until = {until}
    [[finding]]
    code = "history_of_cancer"
    present = {history}
    true_on = 2020-01-01
    [[finding]]
    code = "{sign}"
    present = {there}
    true_on = {since}
    [[finding]]
    code = "spinal_malignancy_excluded"
    present = {excluded}
    true_on = {tested}
"""


def test_spinal_malignancy_suspected(ask):
    ask(
        red_flags.spinal_malignancy_suspected,
        CANCER,
        """
        icd10  | until      | history | sign           | there | since      | excluded | tested     | expect
        -------+------------+---------+----------------+-------+------------+----------+------------+-------------
        -      |            | -       | -              |       |            | -        |            | undocumented
        -      |            | false   | weight_loss    | false | 2026-05-15 | -        |            | not met
        -      |            | false   | weight_loss    | false | 2026-02-14 | -        |            | not met
        -      |            | false   | weight_loss    | false | 2026-02-13 | -        |            | undocumented
        -      |            | -       | weight_loss    | false | 2026-05-15 | -        |            | undocumented
        -      |            | false   | weight_loss    | true  | 2025-01-01 | -        |            | met
        -      |            | false   | esr_50_or_more | true  | 2025-01-01 | -        |            | met
        -      |            | true    | -              |       |            | -        |            | met
        C50.9  |            | -       | -              |       |            | -        |            | met
        Z85.3  |            | -       | -              |       |            | -        |            | met
        C50.9  | 2019-01-01 | -       | -              |       |            | -        |            | met
        C44.91 |            | false   | weight_loss    | false | 2026-05-15 | -        |            | not met
        -      |            | true    | -              |       |            | true     | 2026-05-15 | not met
        -      |            | true    | -              |       |            | true     | 2025-05-15 | not met
        -      |            | true    | -              |       |            | true     | 2025-05-14 | met
        -      |            | true    | -              |       |            | false    | 2026-05-15 | met
        -      |            | -       | weight_loss    | true  | 2026-05-10 | true     | 2026-05-10 | not met
        -      |            | -       | weight_loss    | true  | 2026-05-11 | true     | 2026-05-10 | met
        -      |            | -       | weight_loss    | true  |            | true     | 2026-02-14 | not met
        -      |            | -       | weight_loss    | true  |            | true     | 2026-02-13 | met
        C79.51 |            | -       | -              |       |            | true     | 2026-05-10 | met
        C79.51 | 2026-05-15 | -       | -              |       |            | true     | 2026-05-10 | met
        C79.51 | 2026-05-14 | -       | -              |       |            | true     | 2026-05-10 | not met
        """,
    )


def test_a_high_sedimentation_rate_beside_nothing_but_both_shoulders_and_hips_from_fifty_on_is_no_sign_of_a_tumour(ask):
    ask(
        red_flags.spinal_malignancy_suspected,
        """
        as_of = 2026-05-15
        [patient]
        sex = "female"
        birth_date = {born}
        [[complaint]]
        region = "{region}"
        side = "{side}"
        until = {ended}
        [[complaint]]
        region = "{other}"
        side = "both"
        until = {other_ended}
        [findings]
        present = [{present}]
        absent = [{absent}]
        true_on = 2026-05-01
        """,
        """
        born       | region         | side  | ended      | other                  | other_ended | present                         | absent                             | expect
        -----------+----------------+-------+------------+------------------------+-------------+---------------------------------+------------------------------------+-------------
        1976-05-15 | shoulder_outer | both  |            | lateral_hip_trochanter |             | "esr_50_or_more"                |                                    | undocumented
        1976-05-15 | shoulder_outer | both  |            | lateral_hip_trochanter |             | "esr_50_or_more"                | "history_of_cancer", "weight_loss" | not met
        1976-05-15 | shoulder_outer | both  |            | lateral_hip_trochanter |             | "esr_50_or_more", "weight_loss" |                                    | met
        1976-05-15 | shoulder_outer | both  | 2026-05-15 | -                      |             | "esr_50_or_more"                |                                    | undocumented
        1976-05-15 | shoulder_outer | both  | 2026-05-14 | -                      |             | "esr_50_or_more"                |                                    | met
        1976-05-15 | shoulder_outer | left  |            | -                      |             | "esr_50_or_more"                |                                    | met
        1976-05-15 | shoulder_outer |       |            | -                      |             | "esr_50_or_more"                |                                    | met
        1976-05-15 | shoulder_outer | both  |            | low_back_midline       |             | "esr_50_or_more"                |                                    | met
        1976-05-15 | shoulder_outer | both  |            | low_back_midline       | 2026-05-14  | "esr_50_or_more"                |                                    | undocumented
        1976-05-16 | shoulder_outer | both  |            | -                      |             | "esr_50_or_more"                |                                    | met
                   | shoulder_outer | both  |            | -                      |             | "esr_50_or_more"                |                                    | met
        """,
    )


def test_a_high_sedimentation_rate_beside_nothing_but_a_new_headache_from_fifty_on_is_no_sign_of_a_tumour(ask):
    ask(
        red_flags.spinal_malignancy_suspected,
        """
        as_of = 2026-05-15
        [patient]
        sex = "female"
        birth_date = {born}
        [[complaint]]
        region = "{region}"
        true_on = {began}
        until = {ended}
        [[complaint]]
        region = "{other}"
        until = {other_ended}
        [findings]
        present = [{present}]
        absent = [{absent}]
        true_on = 2026-05-01
        [[finding]]
        code = "giant_cell_arteritis_excluded"
        present = true
        true_on = {excluded}
        """,
        """
        born       | region | began      | ended      | other            | other_ended | present                         | absent                             | excluded   | expect
        -----------+--------+------------+------------+------------------+-------------+---------------------------------+------------------------------------+------------+-------------
        1976-05-15 | temple | 2026-05-01 |            | -                |             | "esr_50_or_more"                |                                    |            | undocumented
        1976-05-15 | temple | 2026-05-01 |            | -                |             | "esr_50_or_more"                | "history_of_cancer", "weight_loss" |            | not met
        1976-05-15 | temple | 2026-05-01 |            | -                |             | "esr_50_or_more", "weight_loss" |                                    |            | met
        1976-05-16 | temple | 2026-05-01 |            | -                |             | "esr_50_or_more"                |                                    |            | met
                   | temple | 2026-05-01 |            | -                |             | "esr_50_or_more"                |                                    |            | met
        1976-05-15 | temple | 2025-11-28 |            | -                |             | "esr_50_or_more"                |                                    |            | undocumented
        1976-05-15 | temple | 2026-05-15 |            | -                |             | "esr_50_or_more"                |                                    |            | undocumented
        1976-05-15 | temple | 2025-11-27 |            | -                |             | "esr_50_or_more"                |                                    |            | met
        1976-05-15 | temple | 2026-05-01 | 2026-05-15 | -                |             | "esr_50_or_more"                |                                    |            | undocumented
        1976-05-15 | temple | 2026-05-01 | 2026-05-14 | -                |             | "esr_50_or_more"                |                                    |            | met
        1976-05-15 | temple | 2026-05-01 |            | low_back_midline | 2026-05-15  | "esr_50_or_more"                |                                    |            | met
        1976-05-15 | temple | 2026-05-01 |            | low_back_midline | 2026-05-14  | "esr_50_or_more"                |                                    |            | undocumented
        1976-05-15 | temple | 2026-05-01 |            | crown            |             | "esr_50_or_more"                |                                    |            | undocumented
        1976-05-15 | temple | 2026-05-01 |            | -                |             | "esr_50_or_more"                |                                    | 2026-05-01 | met
        1976-05-15 | temple | 2026-05-02 |            | -                |             | "esr_50_or_more"                |                                    | 2026-05-01 | undocumented
        1976-05-15 | -      | -          |            | -                |             | "esr_50_or_more"                |                                    |            | met
        """,
    )


def test_pain_worse_lying_flat(ask):
    ask(
        red_flags.pain_worse_lying_flat,
        CANCER,
        """
        icd10 | until | history | sign             | there | since      | excluded | tested     | expect
        ------+-------+---------+------------------+-------+------------+----------+------------+-------------
        -     |       | -       | -                |       |            | -        |            | undocumented
        -     |       | -       | pain_worse_lying | false | 2026-05-15 | -        |            | not met
        -     |       | -       | pain_worse_lying | false | 2026-02-14 | -        |            | not met
        -     |       | -       | pain_worse_lying | false | 2026-02-13 | -        |            | undocumented
        -     |       | -       | pain_worse_lying | true  | 2025-01-01 | -        |            | met
        -     |       | -       | pain_worse_lying | true  | 2026-05-10 | true     | 2026-05-10 | not met
        -     |       | -       | pain_worse_lying | true  | 2026-05-11 | true     | 2026-05-10 | met
        -     |       | -       | -                |       |            | true     | 2026-05-15 | not met
        -     |       | -       | -                |       |            | true     | 2025-05-15 | not met
        -     |       | -       | -                |       |            | true     | 2025-05-14 | undocumented
        -     |       | -       | pain_worse_lying | true  |            | true     | 2026-02-14 | not met
        -     |       | -       | pain_worse_lying | true  |            | true     | 2026-02-13 | met
        -     |       | true    | -                |       |            | -        |            | undocumented
        """,
    )


def test_a_cancer_that_causes_the_pain_is_known_once_it_has_a_name(ask):
    ask(
        red_flags.cancer_pain_is_known,
        """
        as_of = 2026-05-15
        [patient]
        sex = "female"
        [[condition]]
        icd10 = "{icd10}"
        status = "{status}"
        until = {until}
        [[statement]]
        kind = "{kind}"
        says = {says}
        about = "{about}"
        text = "{text}"
        true_on = 2026-05-01
        """,
        """
        icd10  | status    | until      | kind              | says  | about        | text            | expect
        -------+-----------+------------+-------------------+-------+--------------+-----------------+--------
        G89.3  |           |            | -                 |       |              |                 | met
        G89.3  |           | 2026-05-15 | -                 |       |              |                 | met
        G89.3  |           | 2026-05-14 | -                 |       |              |                 | not met
        G89.3  | remission |            | -                 |       |              |                 | not met
        C79.51 |           |            | -                 |       |              |                 | not met
        C50.9  |           |            | -                 |       |              |                 | not met
        -      |           |            | working_diagnosis | true  | cancer_pain  | Pancreas        | met
        -      |           |            | working_diagnosis | true  | cancer_pain  |                 | not met
        -      |           |            | working_diagnosis | false | cancer_pain  | Pancreas        | not met
        -      |           |            | working_diagnosis |       | cancer_pain  | Pancreas        | not met
        -      |           |            | working_diagnosis | true  | lumbar_facet | Worse extending | not met
        -      |           |            | imaging_reviewed  | true  | cancer_pain  | Pancreas        | not met
        -      |           |            | -                 |       |              |                 | not met
        """,
    )


AFTER_A_NEEDLE = """
    as_of = 2026-05-15
    [patient]
    birth_date = 1950-01-01
    [[procedure]]
    id = "needle"
    kind = "{kind}"
    region = "{region}"
    true_on = {done}
    [[finding]]
    code = "{sign}"
    present = {found}
    true_on = {on}
    [[finding]]
    code = "{old}"
    present = true
    true_on = {weak_before}
    [[finding]]
    code = "bleed_at_cord_excluded"
    present = {excluded}
    true_on = {tested}
"""


def test_a_new_sign_within_days_of_a_needle_at_the_spine_is_a_bleed_until_shown_otherwise(ask):
    ask(
        red_flags.bleed_at_cord_suspected,
        AFTER_A_NEEDLE,
        """
        kind                         | region | done       | sign                     | found | on         | old          | weak_before | excluded | tested     | expect
        -----------------------------+--------+------------+--------------------------+-------+------------+--------------+-------------+----------+------------+-------------
        epidural_interlaminar_lumbar |        | 2026-05-14 | leg_weakness             | true  | 2026-05-15 | -            |             | -        |            | met
        epidural_interlaminar_lumbar |        | 2026-05-14 | leg_weakness             | true  | 2026-05-14 | -            |             | -        |            | undocumented
        epidural_interlaminar_lumbar |        | 2026-05-14 | leg_weakness             | true  | 2026-05-15 | leg_weakness | 2026-05-01  | -        |            | undocumented
        epidural_interlaminar_lumbar |        | 2026-05-14 | urinary_retention        | true  | 2026-05-15 | leg_weakness | 2026-05-01  | -        |            | met
        epidural_interlaminar_lumbar |        | 2026-05-14 | urinary_retention        | true  | 2026-05-13 | -            |             | -        |            | undocumented
        epidural_interlaminar_lumbar |        | 2026-05-14 | unremitting_pain         | true  | 2026-05-15 | -            |             | -        |            | met
        epidural_interlaminar_lumbar |        | 2026-05-14 | unremitting_pain         | false | 2026-05-15 | -            |             | -        |            | undocumented
        epidural_interlaminar_lumbar |        | 2026-05-14 | signs_after_spine_needle | true  | 2026-05-14 | -            |             | -        |            | met
        epidural_interlaminar_lumbar |        | 2026-05-15 | signs_after_spine_needle | true  | 2026-05-15 | -            |             | -        |            | met
        epidural_interlaminar_lumbar |        | 2026-05-14 | signs_after_spine_needle | false | 2026-05-14 | -            |             | -        |            | not met
        epidural_interlaminar_lumbar |        | 2026-05-14 | signs_after_spine_needle | false | 2026-05-13 | -            |             | -        |            | undocumented
        epidural_interlaminar_lumbar |        | 2026-05-08 | leg_weakness             | true  | 2026-05-15 | -            |             | -        |            | met
        epidural_interlaminar_lumbar |        | 2026-05-07 | leg_weakness             | true  | 2026-05-15 | -            |             | -        |            | not met
        epidural_interlaminar_lumbar |        |            | leg_weakness             | true  | 2026-05-15 | -            |             | -        |            | not met
        joint_injection              |        | 2026-05-14 | leg_weakness             | true  | 2026-05-15 | -            |             | -        |            | not met
        laminectomy                  | lumbar | 2026-05-14 | leg_weakness             | true  | 2026-05-15 | -            |             | -        |            | met
        epidural_interlaminar_lumbar |        | 2026-05-13 | leg_weakness             | true  | 2026-05-14 | -            |             | true     | 2026-05-14 | not met
        epidural_interlaminar_lumbar |        | 2026-05-13 | leg_weakness             | true  | 2026-05-15 | -            |             | true     | 2026-05-14 | met
        epidural_interlaminar_lumbar |        | 2026-05-14 | -                        |       |            | -            |             | -        |            | undocumented
        -                            |        |            | -                        |       |            | -            |             | -        |            | not met
        """,
    )


CANCER_AND_CORD = """
    as_of = 2026-05-15
    [patient]
    birth_date = 1950-01-01
    [[condition]]
    icd10 = "{icd10}"
    status = "{status}"
    [[finding]]
    code = "{sign}"
    present = {found}
    true_on = {on}
    [[finding]]
    code = "{test}"
    present = true
    true_on = {tested}
    [findings]
    absent = ["cauda_equina_signs", "leg_weakness", "progressive_deficit_signs"]
    true_on = {none_on}
"""


def test_a_cancer_and_signs_of_the_cord_are_an_emergency(ask):
    ask(
        red_flags.tumour_at_cord_suspected,
        CANCER_AND_CORD,
        """
        icd10  | status    | sign                      | found | on         | test                         | tested     | none_on    | expect
        -------+-----------+---------------------------+-------+------------+------------------------------+------------+------------+-------------
        C79.51 |           | leg_weakness              | true  | 2026-05-10 | -                            |            |            | met
        C50.9  | remission | gait_change               | true  | 2026-05-10 | -                            |            |            | met
        Z85.3  |           | hyperreflexia             | true  | 2026-05-10 | -                            |            |            | met
        C61    |           | urinary_retention         | true  | 2026-05-10 | -                            |            |            | met
        C61    |           | urinary_retention         | true  | 2026-05-12 | cauda_equina_excluded        | 2026-05-12 |            | undocumented
        C61    |           | urinary_retention         | true  | 2026-05-13 | cauda_equina_excluded        | 2026-05-12 |            | met
        C61    |           | pain_worse_lying          | true  | 2026-05-10 | -                            |            |            | undocumented
        C61    |           | leg_weakness              | true  | 2026-05-12 | progressive_deficit_assessed | 2026-05-12 |            | not met
        C61    |           | leg_weakness              | true  | 2026-05-13 | progressive_deficit_assessed | 2026-05-12 |            | met
        C61    |           | -                         |       |            | progressive_deficit_assessed | 2026-02-14 |            | not met
        C61    |           | -                         |       |            | progressive_deficit_assessed | 2026-02-13 |            | undocumented
        C61    |           | -                         |       |            | spinal_malignancy_excluded   | 2026-02-14 |            | not met
        C61    |           | -                         |       |            | spinal_malignancy_excluded   | 2026-02-13 |            | undocumented
        C61    |           | -                         |       |            | -                            |            | 2026-05-15 | not met
        C61    |           | -                         |       |            | -                            |            | 2026-02-14 | not met
        C61    |           | -                         |       |            | -                            |            | 2026-02-13 | undocumented
        C61    |           | -                         |       |            | -                            |            |            | undocumented
        M54.5  |           | leg_weakness              | true  | 2026-05-10 | -                            |            |            | not met
        -      |           | history_of_cancer         | true  | 2026-05-10 | -                            |            |            | undocumented
        -      |           | -                         |       |            | -                            |            |            | not met
        """,
    )


DEVICE = """
    as_of = 2026-05-15
    [patient]
    birth_date = 1960-01-01
    [[device]]
    kind = "{device}"
    true_on = 2020-01-01
    until = {until}
    [[procedure]]
    id = "implant"
    kind = "{implant}"
    true_on = {done}
    [[finding]]
    code = "{sign}"
    present = {found}
    true_on = {on}
    [[measure]]
    instrument = "{measure}"
    score = {degrees}
    true_on = {taken}
    [[finding]]
    code = "{test}"
    present = true
    true_on = {tested}
"""


def test_a_fever_after_an_implant_or_an_inflamed_pocket_is_an_infected_device(ask):
    ask(
        red_flags.device_infection_suspected,
        DEVICE,
        """
        device                 | until      | implant                         | done       | sign              | found | on         | measure     | degrees | taken      | test                       | tested     | expect
        -----------------------+------------+---------------------------------+------------+-------------------+-------+------------+-------------+---------+------------+----------------------------+------------+-------------
        spinal_cord_stimulator |            | -                               |            | infection_at_site | true  | 2026-05-15 | -           |         |            | -                          |            | met
        spinal_cord_stimulator | 2026-05-15 | -                               |            | infection_at_site | true  | 2026-05-10 | -           |         |            | -                          |            | met
        spinal_cord_stimulator | 2026-05-14 | -                               |            | infection_at_site | true  | 2026-05-10 | -           |         |            | -                          |            | not met
        spinal_cord_stimulator |            | -                               |            | infection_at_site | true  | 2026-04-15 | -           |         |            | -                          |            | met
        spinal_cord_stimulator |            | -                               |            | infection_at_site | true  | 2026-04-14 | -           |         |            | -                          |            | not met
        spinal_cord_stimulator |            | -                               |            | fever             | true  | 2026-05-10 | -           |         |            | -                          |            | not met
        pacemaker              |            | -                               |            | infection_at_site | true  | 2026-05-10 | -           |         |            | -                          |            | not met
        -                      |            | spinal_cord_stimulation_trial   | 2026-05-15 | infection_at_site | true  | 2026-05-15 | -           |         |            | -                          |            | met
        -                      |            | spinal_cord_stimulation_implant | 2025-05-15 | fever             | true  | 2026-05-10 | -           |         |            | -                          |            | met
        -                      |            | spinal_cord_stimulation_implant | 2025-05-14 | fever             | true  | 2026-05-10 | -           |         |            | -                          |            | not met
        -                      |            | spinal_cord_stimulation_implant | 2026-05-01 | -                 |       |            | temperature | 38.0    | 2026-05-15 | -                          |            | met
        -                      |            | spinal_cord_stimulation_implant | 2026-05-01 | -                 |       |            | temperature | 37.9    | 2026-05-15 | -                          |            | undocumented
        -                      |            | spinal_cord_stimulation_implant | 2026-03-01 | -                 |       |            | temperature | 38.4    | 2026-04-15 | -                          |            | met
        -                      |            | spinal_cord_stimulation_implant | 2026-03-01 | -                 |       |            | temperature | 38.4    | 2026-04-14 | -                          |            | undocumented
        -                      |            | spinal_cord_stimulation_implant | 2026-03-01 | -                 |       |            | temperature | 38.4    | 2026-05-10 | spinal_infection_excluded  | 2026-05-10 | undocumented
        -                      |            | spinal_cord_stimulation_implant | 2026-03-01 | infection_at_site | false | 2026-05-10 | -           |         |            | -                          |            | undocumented
        -                      |            | spinal_cord_stimulation_implant | 2026-03-01 | infection_at_site | true  | 2026-05-10 | -           |         |            | implant_infection_excluded | 2026-05-10 | not met
        -                      |            | spinal_cord_stimulation_implant | 2026-03-01 | infection_at_site | true  | 2026-05-11 | -           |         |            | implant_infection_excluded | 2026-05-10 | met
        -                      |            | spinal_cord_stimulation_implant | 2026-03-01 | -                 |       |            | -           |         |            | implant_infection_excluded | 2026-05-15 | not met
        -                      |            | spinal_cord_stimulation_implant | 2025-12-01 | -                 |       |            | -           |         |            | implant_infection_excluded | 2026-02-14 | not met
        -                      |            | spinal_cord_stimulation_implant | 2025-12-01 | -                 |       |            | -           |         |            | implant_infection_excluded | 2026-02-13 | undocumented
        -                      |            | spinal_cord_stimulation_implant | 2026-03-01 | -                 |       |            | -           |         |            | -                          |            | undocumented
        -                      |            | -                               |            | infection_at_site | true  | 2026-05-10 | -           |         |            | -                          |            | not met
        """,
    )


LEG = """
    as_of = 2026-05-15
    [patient]
    birth_date = 1960-01-01
    [[complaint]]
    region = "{region}"
    true_on = 2026-01-01
    until = {over}
    [[condition]]
    icd10 = "{icd10}"
    status = "active"
    until = {until}
    [[finding]]
    code = "leg_rest_pain_or_ulcer"
    present = {sign}
    true_on = {on}
    [[finding]]
    code = "{test}"
    present = true
    true_on = {tested}
"""


def test_narrowed_vessels_with_pain_at_rest_or_a_sore_put_a_leg_in_danger(ask):
    ask(
        red_flags.leg_ischaemia_suspected,
        LEG,
        """
        region           | over       | icd10   | until      | sign  | on         | test                   | tested     | expect
        -----------------+------------+---------+------------+-------+------------+------------------------+------------+-------------
        low_back_midline |            | I70.221 |            | -     |            | -                      |            | met
        low_back_midline |            | E11.52  | 2026-05-15 | -     |            | -                      |            | met
        low_back_midline |            | E11.52  | 2026-05-14 | -     |            | -                      |            | not met
        calf             |            | I70.221 |            | -     |            | leg_ischaemia_assessed | 2026-02-14 | not met
        calf             |            | I70.221 |            | -     |            | leg_ischaemia_assessed | 2026-02-13 | met
        calf             |            | I70.211 |            | true  | 2026-05-10 | -                      |            | met
        calf             |            | I73.9   |            | false | 2026-05-15 | -                      |            | not met
        calf             |            | I73.9   |            | false | 2026-02-14 | -                      |            | not met
        calf             |            | I73.9   |            | false | 2026-02-13 | -                      |            | undocumented
        calf             |            | I73.9   |            | true  | 2026-05-10 | leg_ischaemia_assessed | 2026-05-10 | not met
        calf             |            | I73.9   |            | true  | 2026-05-11 | leg_ischaemia_assessed | 2026-05-10 | met
        calf             |            | I73.9   |            | -     |            | -                      |            | undocumented
        calf             |            | I73.9   | 2026-05-15 | -     |            | -                      |            | undocumented
        calf             |            | I73.9   | 2026-05-14 | -     |            | -                      |            | not met
        calf             | 2026-05-15 | I73.9   |            | -     |            | -                      |            | undocumented
        calf             | 2026-05-14 | I73.9   |            | -     |            | -                      |            | not met
        low_back_midline |            | I73.9   |            | true  | 2026-05-10 | -                      |            | not met
        toes             |            | -       |            | true  | 2026-05-10 | -                      |            | met
        toes             |            | -       |            | -     |            | -                      |            | not met
        """,
    )


def test_a_replaced_joint_that_hurts_is_infected_or_loose_until_its_surgeon_says_no(ask):
    ask(
        red_flags.replaced_joint_hurts,
        """
        as_of = 2026-05-15
        [patient]
        birth_date = 1950-01-01
        [[complaint]]
        region = "{region}"
        side = "{side}"
        true_on = 2026-01-01
        until = {over}
        [[condition]]
        icd10 = "{icd10}"
        status = "active"
        until = {until}
        [[finding]]
        code = "prosthetic_infection_excluded"
        present = {excluded}
        true_on = {tested}
        """,
        """
        region                 | side  | over       | icd10   | until      | excluded | tested     | expect
        -----------------------+-------+------------+---------+------------+----------+------------+--------
        knee_front             | right |            | Z96.651 |            | -        |            | met
        knee_front             | left  |            | Z96.651 |            | -        |            | not met
        knee_front             |       |            | Z96.651 |            | -        |            | met
        knee_front             | left  |            | Z96.652 |            | -        |            | met
        knee_front             | both  |            | Z96.652 |            | -        |            | met
        knee_front             | left  |            | Z96.659 |            | -        |            | met
        groin                  | right |            | Z96.641 |            | -        |            | met
        groin                  | right |            | Z96.651 |            | -        |            | not met
        shoulder_front         | left  |            | Z96.612 |            | -        |            | met
        knee_front             | right | 2026-05-15 | Z96.651 |            | -        |            | met
        knee_front             | right | 2026-05-14 | Z96.651 |            | -        |            | not met
        knee_front             | right |            | Z96.651 | 2026-05-15 | -        |            | met
        knee_front             | right |            | Z96.651 | 2026-05-14 | -        |            | not met
        knee_front             | right |            | Z96.651 |            | true     | 2026-05-15 | not met
        knee_front             | right |            | Z96.651 |            | true     | 2026-02-14 | not met
        knee_front             | right |            | Z96.651 |            | true     | 2026-02-13 | met
        knee_front             | right |            | M17.11  |            | -        |            | not met
        -                      |       |            | -       |            | -        |            | not met
        """,
    )
