"""Who is likely to gain. Each table stands on both sides of every boundary, with a blank."""

import pytest

from lenitive.medicine.criteria import candidacy

SCORE = """
    as_of = 2026-05-15
    [patient]
    sex = "female"
    [[measure]]
    id = "one"
    instrument = "{scale}"
    score = {score}
    true_on = {on}
    [[measure]]
    id = "two"
    instrument = "{second}"
    score = {its_score}
    true_on = 2026-05-10
"""


def test_pain_is_moderate_by_the_last_score(ask):
    ask(
        candidacy.pain_is_moderate,
        SCORE,
        """
        scale | score | on         | second | its_score | expect
        ------+-------+------------+--------+-----------+-------------
        nrs   | 4     | 2026-05-15 | -      | -         | met
        nrs   | 3.9   | 2026-05-01 | -      | -         | not met
        vas   | 40    | 2026-05-01 | -      | -         | met
        vas   | 39    | 2026-05-01 | -      | -         | not met
        nrs   | 8     | 2026-05-01 | nrs    | 2         | not met
        nrs   | 8     | 2026-05-12 | vas    | 2         | met
        nrs   |       | 2026-05-01 | -      | -         | undocumented
        nrs   | 8     | 2026-05-16 | -      | -         | undocumented
        peg   | 8     | 2026-05-01 | -      | -         | undocumented
        -     | -     | -          | -      | -         | undocumented
        """,
    )


def test_function_is_limited_by_the_last_score(ask):
    ask(
        candidacy.function_is_limited,
        SCORE,
        """
        scale                      | score | on         | second | its_score | expect
        ---------------------------+-------+------------+--------+-----------+-------------
        odi                        | 21    | 2026-05-15 | -      | -         | met
        odi                        | 20    | 2026-05-01 | -      | -         | not met
        ndi                        | 15    | 2026-05-01 | -      | -         | met
        ndi                        | 14    | 2026-05-01 | -      | -         | not met
        promis29_pain_interference | 60    | 2026-05-01 | -      | -         | met
        promis29_pain_interference | 59.9  | 2026-05-01 | -      | -         | not met
        odi                        | 60    | 2026-05-01 | ndi    | 3         | not met
        odi                        |       | 2026-05-01 | -      | -         | undocumented
        nrs                        | 9     | 2026-05-01 | -      | -         | undocumented
        -                          | -     | -          | -      | -         | undocumented
        """,
    )


def test_distress_is_high_by_any_recent_questionnaire(ask):
    ask(
        candidacy.distress_is_high,
        SCORE,
        """
        scale | score | on         | second | its_score | expect
        ------+-------+------------+--------+-----------+-------------
        pcs   | 30    | 2026-05-01 | -      | -         | met
        pcs   | 29    | 2026-05-01 | -      | -         | not met
        nrs   | 9     | 2026-05-01 | -      | -         | undocumented
        pcs   |       | 2026-05-01 | -      | -         | undocumented
        odi   | 60    | 2026-05-01 | pcs    | 5         | not met
        phq9  | 10    | 2026-05-01 | -      | -         | met
        phq9  | 9     | 2026-05-01 | -      | -         | not met
        gad7  | 10    | 2026-05-01 | pcs    | 5         | met
        gad7  | 9     | 2026-05-01 | pcs    | 5         | not met
        phq9  | 20    | 2026-05-15 | -      | -         | met
        phq9  | 20    | 2025-11-15 | -      | -         | met
        phq9  | 20    | 2025-11-14 | -      | -         | undocumented
        -     | -     | -          | -      | -         | undocumented
        """,
    )


# --- findings ----------------------------------------------------------------------------------------------------

FOUND = """
    as_of = 2026-05-15
    complete = ["{complete}"]
    [patient]
    sex = "female"
    [[finding]]
    code = "{code}"
    present = {present}
    true_on = 2026-05-01
"""


@pytest.mark.parametrize(
    ("criterion", "parameter"),
    [
        (candidacy.finding_supports, "supporting_findings"),
        (candidacy.imaging_supports, "supporting_imaging"),
        (candidacy.anatomy_forbids, "forbidding_findings"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_one_of_the_findings_is_present(ask, criterion, parameter):
    ask(
        criterion,
        FOUND,
        """
        code        | present | complete | expect
        ------------+---------+----------+-------------
        mri_modic_1 | true    | allergy  | met
        mri_modic_2 | true    | allergy  | met
        mri_modic_1 | false   | allergy  | not met
        mri_modic_1 |         | allergy  | undocumented
        groin_pain  | true    | allergy  | undocumented
        groin_pain  | true    | finding  | not met
        -           | -       | finding  | not met
        -           | -       | allergy  | undocumented
        """,
        **{parameter: ["mri_modic_1", "mri_modic_2"]},
    )


def test_root_compression_counts_once_it_stands_in_the_chart(ask):
    ask(
        candidacy.root_compression_is_shown,
        FOUND,
        """
        code                       | present | complete | expect
        ---------------------------+---------+----------+--------
        mri_nerve_root_compression | true    | allergy  | met
        mri_disc_herniation        | true    | allergy  | met
        mri_disc_herniation        | false   | allergy  | not met
        mri_disc_herniation        |         | allergy  | not met
        mri_central_stenosis       | true    | allergy  | not met
        -                          | -       | finding  | not met
        -                          | -       | allergy  | not met
        """,
    )


def test_enough_findings_support(ask):
    ask(
        candidacy.enough_findings_support,
        """
        as_of = 2026-05-15
        complete = ["{complete}"]
        [patient]
        sex = "female"
        [findings]
        true_on = 2026-05-01
        present = [{present}]
        absent = [{absent}]
        """,
        """
        present                                    | absent       | complete            | expect
        -------------------------------------------+--------------+---------------------+-------------
        "faber", "sij_gaenslen"                    | "gillet"     | allergy             | met
        "faber", "sij_gaenslen", "sij_distraction" | "gillet"     | allergy             | met
        "faber"                                    | "gillet"     | allergy             | undocumented
        "faber"                                    | "gillet"     | finding:examination | not met
        "faber", "gillet"                          | "slump_test" | finding             | not met
        -                                          | -            | finding             | not met
        -                                          | -            | allergy             | undocumented
        """,
        supporting_findings=["faber", "sij_gaenslen", "sij_distraction"],
        min_findings=2,
    )


def test_bending_forward_relieves(ask):
    ask(
        candidacy.bending_forward_relieves,
        """
        as_of = 2026-05-15
        complete = ["{complete}"]
        [patient]
        sex = "female"
        [[complaint]]
        region = "posterior_thigh"
        relieved_by = ["{relieved}"]
        [[finding]]
        code = "better_bending_forward"
        present = {present}
        true_on = 2026-05-01
        """,
        """
        relieved | present | complete  | expect
        ---------+---------+-----------+-------------
        sitting  | -       | allergy   | met
        lying    | -       | complaint | undocumented
        lying    | false   | complaint | not met
        lying    | true    | allergy   | met
        -        | false   | allergy   | undocumented
        -        | -       | allergy   | undocumented
        """,
    )


# --- what came before --------------------------------------------------------------------------------------------

BLOCKS = """
    as_of = 2026-05-15
    complete = ["{complete}"]
    [patient]
    sex = "female"
    [[procedure]]
    id = "first"
    kind = "{kind}"
    side = "{side}"
    true_on = 2026-03-01
    [[relief]]
    procedure = "first"
    percent = {percent}
    true_on = 2026-03-01
    [[procedure]]
    id = "second"
    kind = "genicular_nerve_block"
    side = "left"
    true_on = {again}
    [[relief]]
    procedure = "second"
    percent = {again_percent}
    true_on = 2026-05-15
    [request]
    kind = "radiofrequency_ablation_genicular"
    side = "left"
"""


def test_diagnostic_blocks_relieved_once(ask):
    ask(
        candidacy.diagnostic_blocks_relieved,
        BLOCKS,
        """
        kind                  | side  | percent | again | again_percent | complete  | expect
        ----------------------+-------+---------+-------+---------------+-----------+-------------
        genicular_nerve_block | left  | 50      | -     | -             | allergy   | met
        genicular_nerve_block | both  | 50      | -     | -             | allergy   | met
        genicular_nerve_block |       | 50      | -     | -             | allergy   | met
        genicular_nerve_block | right | 90      | -     | -             | relief    | not met
        genicular_nerve_block | left  | 49      | -     | -             | relief    | not met
        genicular_nerve_block | left  | 49      | -     | -             | allergy   | undocumented
        genicular_nerve_block | left  |         | -     | -             | relief    | undocumented
        joint_injection       | left  | 90      | -     | -             | procedure | not met
        -                     | -     | -       | -     | -             | procedure | not met
        -                     | -     | -       | -     | -             | allergy   | undocumented
        """,
        earlier_kinds=["genicular_nerve_block"],
        min_relief_percent=50,
        min_blocks=1,
    )


def test_diagnostic_blocks_relieved_twice_on_two_days(ask):
    ask(
        candidacy.diagnostic_blocks_relieved,
        BLOCKS,
        """
        kind                  | side | percent | again      | again_percent | complete | expect
        ----------------------+------+---------+------------+---------------+----------+-------------
        genicular_nerve_block | left | 80      | 2026-05-15 | 50            | allergy  | met
        genicular_nerve_block | left | 80      | 2026-03-01 | 50            | relief   | not met
        genicular_nerve_block | left | 80      | 2026-04-01 | 49            | relief   | not met
        genicular_nerve_block | left | 80      | -          | -             | relief   | not met
        """,
        earlier_kinds=["genicular_nerve_block"],
        min_relief_percent=50,
        min_blocks=2,
    )


def test_trial_succeeded(ask):
    ask(
        candidacy.trial_succeeded,
        """
        as_of = 2026-05-15
        complete = ["{complete}"]
        [patient]
        sex = "female"
        [[procedure]]
        id = "trial"
        kind = "{kind}"
        true_on = 2026-03-01
        [[relief]]
        procedure = "trial"
        percent = {percent}
        true_on = {told_on}
        [request]
        kind = "spinal_cord_stimulation_implant"
        """,
        """
        kind                          | percent | told_on    | complete | expect
        ------------------------------+---------+------------+----------+-------------
        spinal_cord_stimulation_trial | 50      | 2026-05-15 | allergy  | met
        spinal_cord_stimulation_trial | 49      | 2026-05-15 | allergy  | not met
        spinal_cord_stimulation_trial |         | 2026-05-15 | allergy  | undocumented
        spinal_cord_stimulation_trial | 80      | 2026-05-16 | allergy  | undocumented
        intrathecal_trial             | 80      | 2026-03-08 | relief   | not met
        -                             | -       | -          | relief   | not met
        -                             | -       | -          | allergy  | undocumented
        """,
        earlier_kinds=["spinal_cord_stimulation_trial"],
        min_relief_percent=50,
    )


AGAIN = """
    as_of = 2026-05-15
    complete = ["{complete}"]
    [patient]
    sex = "female"
    [[procedure]]
    id = "before"
    kind = "{kind}"
    intent = "{intent}"
    side = "{done_side}"
    true_on = {done}
    [[relief]]
    procedure = "before"
    percent = {percent}
    lasted_days = {days}
    true_on = 2026-05-15
    [request]
    kind = "sacroiliac_joint_injection"
    side = "{side}"
    intent = "{asked}"
"""


DONE = (AGAIN[: AGAIN.index("    [[relief]]")] + AGAIN[AGAIN.index("    [request]") :]).replace("{done_side}", "left")


def test_treated_before(ask):
    ask(
        candidacy.treated_before,
        DONE,
        """
        kind                       | done       | intent      | side | asked | complete            | expect
        ---------------------------+------------+-------------+------+-------+---------------------+-------------
        sacroiliac_joint_injection | 2026-05-14 | therapeutic | left |       | allergy             | met
        sacroiliac_joint_injection | 2026-05-14 | diagnostic  | left |       | allergy             | met
        sacroiliac_joint_injection | 2026-05-15 | therapeutic | left |       | procedure           | not met
        sacroiliac_joint_injection |            | therapeutic | left |       | procedure           | undocumented
        epidural_caudal            | 2026-05-14 | therapeutic | left |       | procedure           | not met
        -                          |            |             | left |       | procedure:injection | not met
        -                          |            |             | left |       | allergy             | undocumented
        """,
    )


def test_repeated_as_treatment(ask):
    ask(
        candidacy.repeated_as_treatment,
        DONE,
        """
        kind                       | done       | intent      | side | asked       | complete | expect
        ---------------------------+------------+-------------+------+-------------+----------+---------
        sacroiliac_joint_injection | 2026-05-14 | therapeutic | left | therapeutic | allergy  | met
        sacroiliac_joint_injection | 2026-05-14 | therapeutic | left |             | allergy  | met
        sacroiliac_joint_injection | 2026-05-14 | therapeutic | left | diagnostic  | allergy  | not met
        sacroiliac_joint_injection | 2026-05-14 | diagnostic  | left | therapeutic | allergy  | not met
        sacroiliac_joint_injection | 2026-05-14 |             | left | therapeutic | allergy  | not met
        sacroiliac_joint_injection | 2026-05-15 | therapeutic | left | therapeutic | allergy  | not met
        sacroiliac_joint_injection |            | therapeutic | left | therapeutic | allergy  | not met
        epidural_caudal            | 2026-05-14 | therapeutic | left | therapeutic | allergy  | not met
        -                          |            |             | left | therapeutic | allergy  | not met
        """,
    )


def test_earlier_relief_was_enough_and_lasted(ask):
    chart = AGAIN.replace("{intent}", "therapeutic").replace("{done}", "2026-01-01").replace("{asked}", "therapeutic")
    ask(
        candidacy.earlier_relief_was_enough,
        chart.replace("{days}", "10"),
        """
        kind                       | done_side | percent | side  | complete | expect
        ---------------------------+-----------+---------+-------+----------+-------------
        sacroiliac_joint_injection | left      | 50      | left  | allergy  | met
        sacroiliac_joint_injection | left      | 49      | left  | allergy  | not met
        sacroiliac_joint_injection | left      |         | left  | allergy  | undocumented
        sacroiliac_joint_injection | left      | 80      | right | relief   | not met
        sacroiliac_joint_injection | left      | 80      | right | allergy  | undocumented
        sacroiliac_joint_injection | left      | 80      |       | allergy  | met
        sacroiliac_joint_injection |           | 80      | right | allergy  | met
        sacroiliac_joint_injection | both      | 80      | right | allergy  | met
        epidural_caudal            | left      | 80      | left  | relief   | not met
        epidural_caudal            | left      | 80      | left  | allergy  | undocumented
        """,
        min_relief_percent=50,
    )
    ask(
        candidacy.earlier_relief_lasted,
        chart.replace("{complete}", "allergy"),
        """
        kind                       | done_side | percent | days | side  | expect
        ---------------------------+-----------+---------+------+-------+-------------
        sacroiliac_joint_injection | left      | 50      | 90   | left  | met
        sacroiliac_joint_injection | left      | 50      | 89   | left  | not met
        sacroiliac_joint_injection | left      | 49      | 200  | left  | not met
        sacroiliac_joint_injection | left      | 50      |      | left  | undocumented
        sacroiliac_joint_injection | left      | 49      |      | left  | not met
        sacroiliac_joint_injection | left      | 50      | 90   | right | undocumented
        sacroiliac_joint_injection | left      | 50      | 90   |       | met
        sacroiliac_joint_injection |           | 50      | 90   | right | met
        sacroiliac_joint_injection | both      | 50      | 90   | right | met
        epidural_caudal            | left      | 50      | 90   | left  | undocumented
        """,
        min_relief_percent=50,
        min_lasted_days=90,
    )


def test_depression_is_likely_by_the_latest_questionnaire_of_half_a_year(ask):
    ask(
        candidacy.depression_is_likely,
        """
        as_of = 2026-05-15
        [patient]
        sex = "female"
        [[measure]]
        instrument = "{scale}"
        score = {score}
        true_on = {on}
        [[measure]]
        instrument = "phq9"
        score = {later}
        true_on = 2026-05-14
        """,
        """
        scale | score | on         | later | expect
        ------+-------+------------+-------+-------------
        phq9  | 10    | 2026-05-01 | -     | met
        phq9  | 9     | 2026-05-01 | -     | not met
        phq9  | 10    | 2025-11-15 | -     | met
        phq9  | 10    | 2025-11-14 | -     | undocumented
        phq9  | 10    | 2026-05-15 | -     | met
        phq9  | 10    | 2026-05-16 | -     | undocumented
        phq9  | 19    | 2026-05-01 | 4     | not met
        phq9  |       | 2026-05-01 | -     | undocumented
        gad7  | 19    | 2026-05-01 | -     | undocumented
        -     | -     | -          | -     | undocumented
        """,
    )


def test_a_medicine_against_osteoporosis_is_treatment_unless_somebody_said_no(ask):
    ask(
        candidacy.bone_treatment_started,
        """
        as_of = 2026-05-15
        [patient]
        sex = "female"
        [[medication]]
        ingredient = "{drug}"
        status = "{status}"
        until = {until}
        [[statement]]
        kind = "bone_treatment_started"
        says = {says}
        true_on = 2026-05-01
        """,
        """
        drug            | status   | until      | says  | expect
        ----------------+----------+------------+-------+-------------
        zoledronic acid | active   |            | -     | met
        alendronate     |          | 2026-05-15 | -     | met
        alendronate     |          | 2026-05-14 | -     | undocumented
        alendronate     | stopped  |            | -     | undocumented
        zoledronic acid | active   |            | false | not met
        naproxen        | active   |            | -     | undocumented
        naproxen        | active   |            | true  | met
        -               | -        | -          | -     | undocumented
        """,
    )


# --- what was decided --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("criterion", "kind"),
    [
        (candidacy.surgery_is_no_option, "wants_to_avoid_surgery"),
        (candidacy.surgery_is_no_option, "unfit_for_surgery"),
        (candidacy.surgery_is_no_option, "surgeon_advises_against"),
        (candidacy.surgery_is_needed_now, "surgery_needed_now"),
        (candidacy.psychological_evaluation_favourable, "psychological_evaluation_favourable"),
        (candidacy.addiction_untreated, "addiction_untreated"),
        (candidacy.psychiatric_illness_unstable, "psychiatric_illness_unstable"),
        (candidacy.can_handle_device, "can_handle_device"),
        (candidacy.mri_need_discussed, "mri_need_discussed"),
        (candidacy.bone_treatment_started, "bone_treatment_started"),
        (candidacy.survival_expected_short, "survival_expected_under_three_months"),
        (candidacy.joint_replacement_planned, "joint_replacement_planned"),
        (candidacy.enrolled_in_study, "enrolled_in_study"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_was_put_on_record(ask, criterion, kind):
    no = "undocumented" if criterion is candidacy.surgery_is_no_option else "not met"
    ask(
        criterion,
        f"""
        as_of = 2026-05-15
        [patient]
        sex = "female"
        [[statement]]
        id = "early"
        kind = "{kind}"
        says = {{early}}
        true_on = 2026-01-01
        [[statement]]
        id = "late"
        kind = "{kind}"
        says = {{late}}
        text = "{{words}}"
        true_on = {{late_on}}
        """,
        f"""
        early | late  | words             | late_on    | expect
        ------+-------+-------------------+------------+-------------
        -     | true  |                   | 2026-05-01 | met
        -     | true  |                   |            | met
        -     |       | Told at the visit | 2026-05-01 | met
        -     |       | Told at the visit |            | met
        true  | -     |                   | -          | met
        false | true  |                   | 2026-05-01 | met
        false | true  |                   |            | {no}
        true  | false |                   | 2026-05-01 | {no}
        -     | false |                   | 2026-05-01 | {no}
        -     | false | Told at the visit | 2026-05-01 | {no}
        -     | false |                   |            | {no}
        -     |       |                   | 2026-05-01 | undocumented
        -     | -     |                   | -          | undocumented
        """,
    )


def test_surgery_is_an_option_once_every_reason_against_it_is_denied(ask):
    ask(
        candidacy.surgery_is_no_option,
        """
        as_of = 2026-05-15
        [patient]
        sex = "female"
        [[statement]]
        kind = "wants_to_avoid_surgery"
        says = {avoids}
        true_on = 2026-05-01
        [[statement]]
        kind = "unfit_for_surgery"
        says = {unfit}
        true_on = 2026-05-01
        [[statement]]
        kind = "surgeon_advises_against"
        says = {advised}
        true_on = 2026-05-01
        """,
        """
        avoids | unfit | advised | expect
        -------+-------+---------+-------------
        false  | false | false   | not met
        false  | false | true    | met
        false  | false | -       | undocumented
        false  | -     | false   | undocumented
        -      | false | false   | undocumented
        """,
    )


FELT = """
    as_of = 2026-05-15
    [patient]
    sex = "female"
    [[complaint]]
    id = "one"
    region = "{region}"
    radiates_to = ["{goes_to}"]
"""


def test_pain_is_felt_there_by_any_complaint(ask):
    ask(
        candidacy.pain_is_felt_there,
        FELT,
        """
        region   | goes_to  | expect
        ---------+----------+-------------
        palm     | low_neck | met
        low_neck | palm     | met
        low_neck | mid_neck | not met
        low_neck | nowhere  | not met
        palm     | nowhere  | met
        low_neck | -        | undocumented
        -        | -        | undocumented
        """,
        pain_regions=["palm", "wrist"],
    )


SAID = """
    as_of = 2026-05-15
    [patient]
    sex = "female"
    [[statement]]
    id = "one"
    kind = "{kind}"
    says = {says}
    true_on = 2026-05-10
"""


def test_a_block_under_more_than_light_sedation_is_doubtful(ask):
    ask(
        candidacy.diagnostic_block_was_sedated,
        """
        as_of = 2026-05-15
        complete = ["{complete}"]
        [patient]
        sex = "female"
        [[procedure]]
        kind = "{kind}"
        intent = "{intent}"
        sedation = "{sedation}"
        true_on = {day}
        """,
        """
        kind                       | intent      | sedation | day        | complete        | expect
        ---------------------------+-------------+----------+------------+-----------------+-------------
        medial_branch_block_lumbar | diagnostic  | moderate | 2026-03-01 | allergy         | met
        medial_branch_block_lumbar |             | deep     | 2026-03-01 | allergy         | met
        medial_branch_block_lumbar | diagnostic  | general  | 2026-05-15 | allergy         | met
        medial_branch_block_lumbar | diagnostic  | general  | 2026-05-16 | procedure:block | not met
        medial_branch_block_lumbar | diagnostic  | minimal  | 2026-03-01 | procedure:block | not met
        medial_branch_block_lumbar | diagnostic  | none     | 2026-03-01 | allergy         | undocumented
        medial_branch_block_lumbar | diagnostic  |          | 2026-03-01 | procedure:block | undocumented
        medial_branch_block_lumbar | therapeutic | moderate | 2026-03-01 | procedure:block | not met
        genicular_nerve_block      | diagnostic  | moderate | 2026-03-01 | procedure:block | not met
        -                          |             |          |            | procedure       | not met
        -                          |             |          |            | allergy         | undocumented
        """,
        earlier_kinds=["medial_branch_block_lumbar"],
    )


def test_trigeminal_neuralgia_is_what_the_problem_list_says(ask):
    ask(
        candidacy.trigeminal_neuralgia_on_record,
        """
        as_of = 2026-05-15
        complete = ["{complete}"]
        [patient]
        sex = "female"
        [[condition]]
        icd10 = "{icd10}"
        status = "{status}"
        until = {until}
        """,
        """
        icd10 | status   | until      | complete  | expect
        ------+----------+------------+-----------+--------
        G50.0 | active   |            | allergy   | met
        G50.0 | active   | 2026-05-15 | allergy   | met
        G50.0 | active   | 2026-05-14 | allergy   | not met
        G50.0 | resolved |            | allergy   | not met
        G50.1 | active   |            | condition | not met
        -     |          |            | condition | not met
        -     |          |            | allergy   | not met
        """,
        trigeminal_neuralgia_concepts=["trigeminal_neuralgia"],
        trigeminal_neuralgia_icd10=["G50.0"],
    )


def test_the_first_medicine_was_tried_as_a_course_or_is_taken(ask):
    ask(
        candidacy.first_medicine_was_tried,
        """
        as_of = 2026-05-15
        complete = ["{complete}", "{also}"]
        [patient]
        sex = "female"
        [[treatment]]
        kind = "{kind}"
        true_on = {began}
        [[medication]]
        ingredient = "{drug}"
        until = {until}
        """,
        """
        kind                   | began      | drug          | until      | complete  | also       | expect
        -----------------------+------------+---------------+------------+-----------+------------+-------------
        sodium_channel_blocker | 2026-01-01 | -             |            | allergy   | allergy    | met
        sodium_channel_blocker | 2026-05-15 | -             |            | allergy   | allergy    | met
        sodium_channel_blocker | 2026-05-16 | -             |            | treatment | medication | not met
        -                      |            | carbamazepine |            | allergy   | allergy    | met
        -                      |            | carbamazepine | 2026-05-15 | allergy   | allergy    | met
        -                      |            | carbamazepine | 2026-05-14 | treatment | medication | not met
        gabapentinoid          | 2026-01-01 | gabapentin    |            | treatment | medication | not met
        gabapentinoid          | 2026-01-01 | gabapentin    |            | allergy   | medication | undocumented
        -                      |            | -             |            | treatment | medication | not met
        -                      |            | -             |            | treatment | allergy    | undocumented
        """,
        first_medicine_courses=["sodium_channel_blocker"],
        first_medicine_ingredients=["carbamazepine", "oxcarbazepine"],
    )


def test_treatment_hangs_on_it_if_somebody_said_so(ask):
    ask(
        candidacy.treatment_hangs_on_it,
        SAID,
        """
        kind                      | says  | expect
        --------------------------+-------+-------------
        treatment_depends_on_test | true  | met
        treatment_depends_on_test | false | not met
        wants_to_avoid_surgery    | true  | undocumented
        -                         | -     | undocumented
        """,
    )


def test_a_pump_is_in_place_until_it_is_taken_out(ask):
    ask(
        candidacy.pump_in_place,
        """
        as_of = 2026-05-15
        [patient]
        sex = "female"
        [[device]]
        kind = "{kind}"
        true_on = {implanted}
        until = {out}
        """,
        """
        kind             | implanted  | out        | expect
        -----------------+------------+------------+--------
        intrathecal_pump | 2024-01-01 |            | met
        intrathecal_pump | 2024-01-01 | 2026-05-15 | met
        intrathecal_pump | 2024-01-01 | 2026-05-14 | not met
        intrathecal_pump | 2026-05-15 |            | met
        intrathecal_pump | 2026-05-16 |            | not met
        pacemaker        | 2024-01-01 |            | not met
        -                | -          | -          | not met
        """,
    )
