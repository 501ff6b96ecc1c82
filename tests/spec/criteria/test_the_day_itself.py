"""What several criteria share: what still counts on the day asked for, and what is not yet an earlier one."""

import pytest

from lenitive.medicine.criteria import candidacy, epidural, facet, sacroiliac
from lenitive.medicine.criteria import soft_tissue_coverage as soft
from lenitive.medicine.criteria import stimulation_coverage as stimulation

# --- a diagnosis counts to its last day ----------------------------------------------------------------------------

ENDING = """
    as_of = 2026-05-15
    complete = ["condition"]
    [patient]
    sex = "female"
    [[condition]]
    icd10 = "CODE"
    until = {until}
    [request]
    kind = "epidural_transforaminal_lumbar"
"""
DIAGNOSES = [
    (epidural.radicular_indication, "M54.16", "met", "undocumented"),
    (epidural.after_laminectomy, "M96.1", "met", "not met"),
    (epidural.acute_herpes_zoster, "B02.9", "met", "not met"),
    (epidural.no_zoster_on_record, "B02.9", "not met", "met"),
    (epidural.only_non_radicular_pain, "G90.51", "met", "not met"),
    (facet.untreated_radiculopathy, "M54.16", "met", "undocumented"),
    (facet.other_cause_excluded, "M80.08XA", "not met", "met"),
    (facet.generalised_pain, "M79.7", "met", "not met"),
]
"""Criteria that ask for a diagnosis, a code for it, the answer while it lasts, and the answer once it is over."""


@pytest.mark.parametrize(
    ("criterion", "code", "lasting", "over"), DIAGNOSES, ids=[criterion.name for criterion, *_ in DIAGNOSES]
)
def test_a_diagnosis_counts_to_its_last_day(ask, criterion, code, lasting, over):
    ask(
        criterion,
        ENDING.replace("CODE", code),
        f"""
        until      | expect
        -----------+-------------
        2026-05-16 | {lasting}
        2026-05-15 | {lasting}
        2026-05-14 | {over}
        """,
    )


# --- a procedure of the day itself is not an earlier one -----------------------------------------------------------

DONE = """
    as_of = 2026-05-15
    complete = ["procedure"]
    [patient]
    sex = "female"
    [[procedure]]
    id = "done"
    kind = "KIND"
    intent = "{intent}"
    side = "left"
    levels = ["L4-5"]
    true_on = {day}
    [[relief]]
    procedure = "done"
    instrument = "nrs"
    score_before = 10
    score_after = 1
    function_percent = 90
    concordant = true
    lasted_days = 1
    true_on = 2026-05-15
    [request]
    kind = "ASKED"
    side = "left"
    levels = ["L4-5"]
"""
EPIDURAL = "epidural_transforaminal_lumbar"
BLOCK = "medial_branch_block_lumbar"
INJECTION = "facet_joint_injection_lumbar"
ABLATION = "radiofrequency_ablation_medial_branch_lumbar"
RUPTURE = "facet_cyst_rupture_lumbar"
RELIEF = {"min_relief_percent": 50}
FUNCTION = {"min_function_percent": 50}
LASTED = {"min_relief_days": 1}
ONE_IN_A_YEAR = {"max_sessions": 1, "window_months": 12}

EARLIER = [
    (epidural.epidural_is_first, EPIDURAL, EPIDURAL, {}, "not met", "met"),
    (epidural.epidural_is_repeat, EPIDURAL, EPIDURAL, {}, "met", "not met"),
    (epidural.epidural_sessions_are_left, EPIDURAL, EPIDURAL, ONE_IN_A_YEAR, "not met", "met"),
    (epidural.epidural_interval_kept, EPIDURAL, EPIDURAL, {"min_interval_days": 1}, "met", "undocumented"),
    (epidural.last_epidural_relieved, EPIDURAL, EPIDURAL, RELIEF, "met", "undocumented"),
    (epidural.last_epidural_improved_function, EPIDURAL, EPIDURAL, FUNCTION, "met", "undocumented"),
    (epidural.last_epidural_lasted, EPIDURAL, EPIDURAL, RELIEF | FUNCTION | LASTED, "met", "undocumented"),
    (epidural.last_epidural_was_scored, EPIDURAL, EPIDURAL, {}, "met", "undocumented"),
    (facet.facet_block_is_first, BLOCK, BLOCK, {}, "not met", "met"),
    (facet.facet_block_is_second, BLOCK, BLOCK, {}, "met", "not met"),
    (facet.latest_block_positive, BLOCK, BLOCK, RELIEF, "met", "undocumented"),
    (facet.latest_block_was_scored, BLOCK, BLOCK, {}, "met", "undocumented"),
    (facet.same_levels_and_side_as_block, BLOCK, BLOCK, {}, "met", "not met"),
    (facet.block_interval_kept, BLOCK, BLOCK, {"min_interval_days": 1}, "met", "undocumented"),
    (facet.usual_number_of_blocks_not_reached, BLOCK, BLOCK, {"usual_max_blocks": 1}, "not met", "met"),
    (facet.diagnostic_facet_sessions_are_left, BLOCK, BLOCK, ONE_IN_A_YEAR, "not met", "met"),
    (facet.facet_sessions_of_any_intent_are_left, BLOCK, BLOCK, ONE_IN_A_YEAR, "not met", "met"),
    (facet.facet_treatment_is_first, INJECTION, INJECTION, {}, "not met", "met"),
    (facet.facet_treatment_is_repeat, INJECTION, INJECTION, {}, "met", "not met"),
    (facet.therapeutic_facet_sessions_are_left, INJECTION, INJECTION, ONE_IN_A_YEAR, "not met", "met"),
    (facet.last_facet_treatment_relieved, INJECTION, INJECTION, RELIEF | LASTED, "met", "undocumented"),
    (facet.last_facet_treatment_improved_function, INJECTION, INJECTION, FUNCTION | LASTED, "met", "undocumented"),
    (facet.facet_ablation_is_first, ABLATION, ABLATION, {}, "not met", "met"),
    (facet.facet_ablation_is_repeat, ABLATION, ABLATION, {}, "met", "not met"),
    (facet.last_ablation_relieved, ABLATION, ABLATION, RELIEF | LASTED, "met", "undocumented"),
    (facet.last_ablation_improved_function, ABLATION, ABLATION, FUNCTION | LASTED, "met", "undocumented"),
    (facet.ablation_sessions_are_left, ABLATION, ABLATION, ONE_IN_A_YEAR, "not met", "met"),
    (facet.ablation_interval_kept, ABLATION, ABLATION, {"min_interval_months": 6}, "not met", "undocumented"),
    (facet.source_is_sure_or_retested, ABLATION, ABLATION, {"retest_after_years": 2}, "met", "undocumented"),
    (facet.site_was_ablated_with_success, BLOCK, ABLATION, RELIEF | {"retest_after_years": 2}, "met", "not met"),
    (facet.facet_cyst_rupture_is_repeat, RUPTURE, RUPTURE, {}, "met", "not met"),
    (facet.last_facet_cyst_rupture_relieved, RUPTURE, RUPTURE, RELIEF | LASTED, "met", "undocumented"),
]
"""Criteria that ask for something earlier: what is asked for, what was done, the numbers, and the answers if it was
done the day before and on the day itself."""
INTENT = {BLOCK: "diagnostic", INJECTION: "therapeutic"}


@pytest.mark.parametrize(
    ("criterion", "asked", "kind", "numbers", "day_before", "day_itself"),
    EARLIER,
    ids=[criterion.name for criterion, *_ in EARLIER],
)
def test_a_procedure_of_the_day_itself_is_not_an_earlier_one(
    ask, criterion, asked, kind, numbers, day_before, day_itself
):
    intent = INTENT.get(kind, "")
    ask(
        criterion,
        DONE.replace("ASKED", asked).replace("KIND", kind),
        f"""
        intent   | day        | expect
        ---------+------------+-------------
        {intent} | 2026-05-14 | {day_before}
        {intent} | 2026-05-15 | {day_itself}
        """,
        **numbers,
    )


# --- what was not reported yet is not known ------------------------------------------------------------------------

TOLD = """
    as_of = 2026-05-15
    complete = ["procedure", "relief"]
    [patient]
    sex = "female"
    [[procedure]]
    id = "before"
    kind = "KIND"
    INTENT
    side = "left"
    levels = ["L4-5"]
    true_on = 2026-02-01
    [[procedure]]
    id = "done"
    kind = "KIND"
    INTENT
    side = "left"
    levels = ["L4-5"]
    true_on = 2026-03-01
    [[relief]]
    procedure = "WHICH"
    percent = 90
    instrument = "nrs"
    score_before = 10
    score_after = 1
    function_percent = 90
    concordant = true
    lasted_days = 30
    true_on = {told_on}
    [request]
    kind = "ASKED"
    side = "left"
    levels = ["L4-5"]
"""
SACROILIAC = "sacroiliac_joint_injection"
TRIGGER_POINT = "trigger_point_injection"
GENICULAR = "genicular_nerve_block"
GENICULAR_ABLATION = "radiofrequency_ablation_genicular"
TRIAL = "spinal_cord_stimulation_trial"
IMPLANT = "spinal_cord_stimulation_implant"
TRIALS = {"trial_kinds": [TRIAL]}
NO_MORE_THAN_ONE = RELIEF | LASTED | {"max_blocks_without_benefit": 1}
ONE_BLOCK = RELIEF | {"min_blocks": 1}
ONE_BLOCK_OF_THESE = ONE_BLOCK | {"earlier_kinds": [BLOCK]}
TRIALS_BEFORE = RELIEF | {"earlier_kinds": [TRIAL]}
NOW_AND_THEN = RELIEF | {"min_lasted_days": 30}

TEST, TREATMENT = '    intent = "diagnostic"\n', '    intent = "therapeutic"\n'

REPORTED = [
    (epidural.last_epidural_relieved, EPIDURAL, EPIDURAL, "", RELIEF),
    (epidural.last_epidural_improved_function, EPIDURAL, EPIDURAL, "", FUNCTION),
    (epidural.last_epidural_lasted, EPIDURAL, EPIDURAL, "", RELIEF | FUNCTION | LASTED),
    (epidural.last_epidural_was_scored, EPIDURAL, EPIDURAL, "", {}),
    (facet.latest_block_positive, BLOCK, BLOCK, TEST, RELIEF),
    (facet.block_before_latest_positive, BLOCK, BLOCK, TEST, RELIEF),
    (facet.latest_block_was_scored, BLOCK, BLOCK, TEST, {}),
    (facet.enough_positive_blocks, ABLATION, BLOCK, TEST, ONE_BLOCK),
    (facet.site_was_ablated_with_success, BLOCK, ABLATION, "", RELIEF | {"retest_after_years": 2}),
    (facet.last_ablation_relieved, ABLATION, ABLATION, "", RELIEF | LASTED),
    (facet.last_ablation_improved_function, ABLATION, ABLATION, "", FUNCTION | LASTED),
    (facet.last_facet_treatment_relieved, INJECTION, INJECTION, TREATMENT, RELIEF | LASTED),
    (facet.last_facet_treatment_improved_function, INJECTION, INJECTION, TREATMENT, FUNCTION | LASTED),
    (facet.last_facet_cyst_rupture_relieved, RUPTURE, RUPTURE, "", RELIEF | LASTED),
    (sacroiliac.latest_sacroiliac_test_positive, SACROILIAC, SACROILIAC, TEST, RELIEF),
    (sacroiliac.enough_positive_sacroiliac_tests, SACROILIAC, SACROILIAC, TEST, ONE_BLOCK),
    (sacroiliac.last_sacroiliac_treatment_relieved, SACROILIAC, SACROILIAC, TREATMENT, RELIEF | LASTED),
    (
        sacroiliac.last_sacroiliac_treatment_improved_function,
        SACROILIAC,
        SACROILIAC,
        TREATMENT,
        FUNCTION | LASTED,
    ),
    (soft.last_trigger_point_injection_relieved, TRIGGER_POINT, TRIGGER_POINT, "", RELIEF | LASTED),
    (soft.last_trigger_point_injection_improved_function, TRIGGER_POINT, TRIGGER_POINT, "", FUNCTION | LASTED),
    (soft.nerve_blocks_help_or_are_few, GENICULAR, GENICULAR, "", NO_MORE_THAN_ONE),
    (soft.diagnostic_nerve_block_relieved, GENICULAR_ABLATION, GENICULAR, "", RELIEF | {"test_kinds": [GENICULAR]}),
    (stimulation.trial_relieved_enough, IMPLANT, TRIAL, "", TRIALS | RELIEF),
    (stimulation.trial_showed_relief, IMPLANT, TRIAL, "", TRIALS),
    (stimulation.trial_improved_function, IMPLANT, TRIAL, "", TRIALS),
    (stimulation.trial_relief_lasted, IMPLANT, TRIAL, "", TRIALS | {"min_trial_hours": 72}),
    (stimulation.trial_relief_lasted_longer, IMPLANT, TRIAL, "", TRIALS | {"more_than_hours": 48}),
    (candidacy.diagnostic_blocks_relieved, ABLATION, BLOCK, "", ONE_BLOCK_OF_THESE),
    (candidacy.trial_succeeded, IMPLANT, TRIAL, "", TRIALS_BEFORE),
    (candidacy.earlier_relief_was_enough, EPIDURAL, EPIDURAL, "", RELIEF),
    (candidacy.earlier_relief_lasted, EPIDURAL, EPIDURAL, "", NOW_AND_THEN),
]
"""Criteria that ask what a procedure brought: what is asked for, what was done and why, and the numbers."""


@pytest.mark.parametrize(
    ("criterion", "asked", "kind", "intent", "numbers"), REPORTED, ids=[criterion.name for criterion, *_ in REPORTED]
)
def test_what_was_reported_after_the_day_was_not_known_on_it(ask, criterion, asked, kind, intent, numbers):
    """A report made by the day counts, and one that may have been. A later one does not: the chart, which holds every
    report, then has none."""
    chart = TOLD.replace("ASKED", asked).replace("KIND", kind).replace("    INTENT\n", intent)
    which = "before" if criterion is facet.block_before_latest_positive else "done"
    # Better function in a trial may also be stated, which nobody did.
    without = "undocumented" if criterion is stimulation.trial_improved_function else "not met"
    ask(
        criterion,
        chart.replace("WHICH", which),
        f"""
        told_on    | expect
        -----------+-------------
        2026-05-14 | met
        2026-05-15 | met
        2026-05-16 | {without}
                   | met
        """,
        **numbers,
    )


# --- a block says nothing of nerves that were ablated on its day or later ------------------------------------------

BLOCKED_AND_ABLATED = """
    as_of = 2026-05-15
    complete = ["procedure"]
    [patient]
    sex = "female"
    [[procedure]]
    kind = "medial_branch_block_lumbar"
    intent = "diagnostic"
    side = "left"
    levels = ["L4-5"]
    true_on = {blocked}
    [[procedure]]
    kind = "radiofrequency_ablation_medial_branch_lumbar"
    side = "left"
    levels = ["L4-5"]
    true_on = 2026-03-01
    [request]
    kind = "medial_branch_block_lumbar"
    side = "left"
    levels = ["L4-5"]
"""
AFTER_ABLATION = [
    (facet.facet_block_is_first, {}, "not met", "met"),
    (facet.facet_block_is_second, {}, "met", "not met"),
    (facet.same_levels_and_side_as_block, {}, "met", "not met"),
    (facet.block_interval_kept, {"min_interval_days": 14}, "met", "undocumented"),
    (facet.usual_number_of_blocks_not_reached, {"usual_max_blocks": 1}, "not met", "met"),
]
"""Criteria that count blocks since the last ablation, their numbers, and the answers if the block came later and if it
did not."""


@pytest.mark.parametrize(
    ("criterion", "numbers", "later", "no_later"),
    AFTER_ABLATION,
    ids=[criterion.name for criterion, *_ in AFTER_ABLATION],
)
def test_only_a_block_after_the_last_ablation_counts(ask, criterion, numbers, later, no_later):
    ask(
        criterion,
        BLOCKED_AND_ABLATED,
        f"""
        blocked    | expect
        -----------+-------------
        2026-03-02 | {later}
        2026-03-01 | {no_later}
        2026-02-28 | {no_later}
        """,
        **numbers,
    )


# --- two scores that reach the share exactly -----------------------------------------------------------------------

SCORED = """
    as_of = 2026-05-15
    complete = ["procedure", "relief"]
    [patient]
    sex = "female"
    [[procedure]]
    id = "done"
    kind = "KIND"
    intent = "{intent}"
    side = "left"
    levels = ["L4-5"]
    true_on = 2026-01-10
    [[relief]]
    procedure = "done"
    instrument = "nrs"
    score_before = 10
    score_after = {after}
    concordant = true
    lasted_days = 90
    true_on = 2026-04-10
    [request]
    kind = "ASKED"
    side = "left"
    levels = ["L4-5"]
"""
QUARTER = {"min_relief_days": 90}
SHARES = [
    (facet.latest_block_positive, BLOCK, BLOCK, RELIEF),
    (facet.enough_positive_blocks, ABLATION, BLOCK, RELIEF | {"min_blocks": 1}),
    (facet.last_facet_treatment_relieved, INJECTION, INJECTION, RELIEF | QUARTER),
    (facet.last_ablation_relieved, ABLATION, ABLATION, RELIEF | QUARTER),
    (facet.site_was_ablated_with_success, BLOCK, ABLATION, RELIEF | {"retest_after_years": 2}),
    (facet.last_facet_cyst_rupture_relieved, RUPTURE, RUPTURE, RELIEF | QUARTER),
]
"""Criteria that want half of the pain gone: what is asked for, what was done, and the numbers."""


@pytest.mark.parametrize(
    ("criterion", "asked", "kind", "numbers"), SHARES, ids=[criterion.name for criterion, *_ in SHARES]
)
def test_scores_that_fall_by_the_share_itself_are_enough(ask, criterion, asked, kind, numbers):
    intent = INTENT.get(kind, "")
    ask(
        criterion,
        SCORED.replace("ASKED", asked).replace("KIND", kind),
        f"""
        intent   | after | expect
        ---------+-------+-------------
        {intent} | 4     | met
        {intent} | 5     | met
        {intent} | 6     | not met
        {intent} |       | undocumented
        """,
        **numbers,
    )


# --- without a request ---------------------------------------------------------------------------------------------

UNASKED = """
    as_of = 2026-05-15
    complete = ["procedure"]
    [patient]
    sex = "female"
    [request]
    kind = "{kind}"
"""
BY_KIND = [
    (epidural.epidural_is_first, EPIDURAL),
    (facet.facet_block_is_first, BLOCK),
    (facet.facet_treatment_is_first, INJECTION),
]
"""Criteria that tell requests apart by what is asked for, and one for which they are met."""


@pytest.mark.parametrize(("criterion", "kind"), BY_KIND, ids=[criterion.name for criterion, _ in BY_KIND])
def test_nobody_knows_which_request_it_is_before_it_is_made(ask, criterion, kind):
    ask(
        criterion,
        UNASKED,
        f"""
        kind   | expect
        -------+-------------
        {kind} | met
        -      | undocumented
        """,
    )
