"""Fractures, the basivertebral nerve, the narrow canal."""

from lenitive.medicine.criteria import vertebral_coverage as vertebral

FOUND = """
    as_of = 2026-05-15
    complete = ["{complete}"]
    [patient]
    sex = "female"
    [[finding]]
    code = "{code}"
    present = {present}
    levels = ["{level}"]
    [[finding]]
    code = "neurogenic_claudication"
    present = {claudication}
    [request]
    kind = "kyphoplasty"
    levels = ["L1", "L4-5"]
"""


def test_fracture_is_recent(ask):
    ask(
        vertebral.fracture_is_recent,
        FOUND,
        """
        code                       | present | level | claudication | complete | expect
        ---------------------------+---------+-------+--------------+----------+-------------
        mri_vertebral_oedema       | true    | L1    | -            | allergy  | met
        bone_scan_vertebral_uptake | true    | L1    | -            | allergy  | met
        mri_vertebral_oedema       | true    | L2    | -            | allergy  | not met
        mri_vertebral_oedema       | false   | L1    | -            | allergy  | not met
        mri_vertebral_oedema       | true    |       | -            | allergy  | undocumented
        -                          |         |       | -            | allergy  | undocumented
        """,
    )


def test_modic_change_at_level(ask):
    ask(
        vertebral.modic_change_at_level,
        FOUND,
        """
        code        | present | level | claudication | complete | expect
        ------------+---------+-------+--------------+----------+-------------
        mri_modic_1 | true    | L4-5  | -            | allergy  | met
        mri_modic_2 | true    | L4-5  | -            | allergy  | met
        mri_modic_1 | true    | L3-4  | -            | allergy  | not met
        mri_modic_1 | false   | L4-5  | -            | allergy  | not met
        mri_modic_1 | true    |       | -            | allergy  | undocumented
        -           |         |       | -            | allergy  | undocumented
        """,
    )


def test_stenosis_is_symptomatic(ask):
    ask(
        vertebral.stenosis_is_symptomatic,
        FOUND,
        """
        code                 | present | level | claudication | complete | expect
        ---------------------+---------+-------+--------------+----------+-------------
        mri_central_stenosis | true    | L4-5  | true         | allergy  | met
        mri_central_stenosis | false   | L4-5  | true         | allergy  | not met
        mri_central_stenosis | true    | L4-5  | false        | allergy  | not met
        mri_central_stenosis | true    | L4-5  | -            | allergy  | undocumented
        -                    |         |       | true         | allergy  | undocumented
        """,
    )


TUMOUR = """
    as_of = 2026-05-15
    complete = ["{complete}"]
    [patient]
    sex = "female"
    [[condition]]
    icd10 = "{icd10}"
    status = "{status}"
    certainty = "{certainty}"
    until = {until}
    [[statement]]
    kind = "fracture_pain_worsens"
    says = {worse}
    [request]
    kind = "kyphoplasty"
    levels = ["L1"]
"""


def test_fracture_is_malignant(ask):
    ask(
        vertebral.fracture_is_malignant,
        TUMOUR,
        """
        icd10  | status   | certainty   | until      | worse | complete  | expect
        -------+----------+-------------+------------+-------+-----------+-------------
        C79.51 |          |             |            | -     | allergy   | met
        C79.51 | active   | provisional |            | -     | allergy   | met
        C79.51 | active   | unconfirmed |            | -     | condition | not met
        C79.51 |          |             | 2026-05-15 | -     | allergy   | met
        C79.51 |          |             | 2026-05-14 | -     | condition | not met
        C79.51 | resolved |             |            | -     | condition | not met
        M81.0  |          |             |            | -     | condition | not met
        M81.0  |          |             |            | -     | allergy   | undocumented
               |          |             |            | -     | condition | undocumented
        -      |          |             |            | -     | condition | not met
        -      |          |             |            | -     | allergy   | undocumented
        """,
    )


def test_no_vertebral_tumour_on_record(ask):
    ask(
        vertebral.no_vertebral_tumour_on_record,
        TUMOUR,
        """
        icd10  | status   | certainty   | until      | worse | complete | expect
        -------+----------+-------------+------------+-------+----------+--------
        C79.51 |          |             |            | -     | allergy  | not met
        C79.51 | active   | unconfirmed |            | -     | allergy  | met
        C79.51 |          |             | 2026-05-15 | -     | allergy  | not met
        C79.51 |          |             | 2026-05-14 | -     | allergy  | met
        C79.51 | resolved |             |            | -     | allergy  | met
        M81.0  |          |             |            | -     | allergy  | met
               |          |             |            | -     | allergy  | met
        -      |          |             |            | -     | allergy  | met
        """,
    )


def test_fracture_is_benign_and_not_said_to_worsen(ask):
    ask(
        vertebral.fracture_is_benign_and_not_said_to_worsen,
        TUMOUR,
        """
        icd10  | status   | certainty   | until      | worse | complete | expect
        -------+----------+-------------+------------+-------+----------+--------
        -      |          |             |            | -     | allergy  | met
        -      |          |             |            | false | allergy  | met
        -      |          |             |            | true  | allergy  | not met
        C79.51 |          |             |            | -     | allergy  | not met
        C79.51 | active   | unconfirmed |            | -     | allergy  | met
        C79.51 |          |             | 2026-05-15 | -     | allergy  | not met
        C79.51 |          |             | 2026-05-14 | -     | allergy  | met
        C79.51 | resolved |             |            | -     | allergy  | met
        M81.0  |          |             |            | -     | allergy  | met
        """,
    )


def test_fracture_pain_is_severe(ask):
    ask(
        vertebral.fracture_pain_is_severe,
        """
        as_of = 2026-05-15
        [patient]
        sex = "female"
        [[measure]]
        instrument = "nrs"
        score = {score}
        true_on = {measured}
        [request]
        kind = "kyphoplasty"
        site_of_service = "{site}"
        """,
        """
        score | measured   | site      | expect
        ------+------------+-----------+-------------
        8     | 2026-05-15 | inpatient | met
        7     | 2026-05-15 | inpatient | not met
        5     | 2026-05-10 | office    | met
        4     | 2026-05-10 | office    | not met
        8     | 2026-05-10 |           | met
        5     | 2026-05-10 |           | undocumented
        4     | 2026-05-10 |           | not met
        8     | 2026-05-16 | office    | undocumented
        8     |            | office    | undocumented
        -     |            | office    | undocumented
        """,
        min_pain_score_inpatient=8,
        min_pain_score_outpatient=5,
    )


def test_bone_health_is_addressed(ask):
    ask(
        vertebral.bone_health_is_addressed,
        """
        as_of = 2026-05-15
        [patient]
        sex = "female"
        [[statement]]
        kind = "bone_density_referral"
        says = {referred}
        [[statement]]
        kind = "bone_treatment_started"
        says = {treated}
        [[medication]]
        ingredient = "{drug}"
        until = {until}
        [request]
        kind = "kyphoplasty"
        """,
        """
        referred | treated | drug      | until      | expect
        ---------+---------+-----------+------------+-------------
        true     | -       | -         | -          | met
        -        | true    | -         | -          | met
        -        | -       | denosumab |            | met
        -        | -       | denosumab | 2026-05-15 | met
        -        | -       | denosumab | 2026-05-14 | undocumented
        false    | false   | -         | -          | not met
        false    | false   | denosumab |            | not met
        false    | -       | -         | -          | undocumented
        -        | -       | -         | -          | undocumented
        """,
    )


def test_vertebra_was_ablated_before(ask):
    ask(
        vertebral.vertebra_was_ablated_before,
        """
        as_of = 2026-05-15
        complete = ["{complete}"]
        [patient]
        sex = "female"
        [[procedure]]
        kind = "{kind}"
        levels = ["{level}"]
        true_on = {day}
        [request]
        kind = "radiofrequency_ablation_basivertebral"
        levels = ["L4-5"]
        """,
        """
        kind                                  | level | day        | complete                | expect
        --------------------------------------+-------+------------+-------------------------+-------------
        radiofrequency_ablation_basivertebral | L4-5  | 2026-05-14 | allergy                 | met
        radiofrequency_ablation_basivertebral | L4-5  | 2026-05-15 | procedure:spine_surgery | not met
        radiofrequency_ablation_basivertebral | L3-4  | 2024-01-01 | procedure:spine_surgery | not met
        radiofrequency_ablation_basivertebral | L4-5  |            | procedure:spine_surgery | undocumented
        radiofrequency_ablation_basivertebral |       | 2024-01-01 | procedure:spine_surgery | undocumented
        epidural_caudal                       | L4-5  | 2024-01-01 | procedure:spine_surgery | not met
        -                                     |       |            | procedure:spine_surgery | not met
        -                                     |       |            | allergy                 | undocumented
        """,
    )
