"""What payers ask of any spinal injection request."""

import pytest

from lenitive.medicine.criteria import coverage

REQUEST = """
    as_of = 2026-05-15
    [patient]
    sex = "female"
    [request]
    kind = "{kind}"
    side = "{side}"
    levels = {levels}
    guidance = "{guidance}"
    contrast = {contrast}
    sedation = "{sedation}"
    steroid = "{steroid}"
    intent = "{intent}"
    state = "{state}"
"""
BLANK = {"kind": "epidural_transforaminal_lumbar"}


def request_with(field: str) -> str:
    """The chart with only one field of the request left open."""
    lines = [
        line
        for line in REQUEST.splitlines()
        if "{" not in line or f"{{{field}}}" in line or (field != "kind" and "{kind}" in line)
    ]
    text = "\n".join(lines)
    return text if field == "kind" else text.replace("{kind}", BLANK["kind"])


def test_guidance_is_accepted(ask):
    ask(
        coverage.guidance_is_accepted,
        request_with("guidance"),
        """
        guidance    | expect
        ------------+-------------
        fluoroscopy | met
        ct          | met
        ultrasound  | not met
        none        | not met
                    | undocumented
        """,
        accepted_guidance=["ct", "fluoroscopy"],
    )


def test_contrast_is_planned(ask):
    ask(
        coverage.contrast_is_planned,
        """
        as_of = 2026-05-15
        [patient]
        sex = "female"
        [[allergy]]
        substance = "{allergy}"
        active = {active}
        [[condition]]
        icd10 = "{icd10}"
        until = {until}
        [request]
        kind = "epidural_caudal"
        contrast = {contrast}
        """,
        """
        contrast | allergy             | active | icd10   | until      | expect
        ---------+---------------------+--------+---------+------------+-------------
        true     | -                   |        | -       |            | met
        false    | -                   |        | -       |            | not met
                 | -                   |        | -       |            | undocumented
        false    | iodinated contrast  |        | -       |            | met
        false    | iodinated contrast  | false  | -       |            | not met
        false    | penicillin          |        | -       |            | not met
        false    | -                   |        | Z91.041 |            | met
        false    | -                   |        | Z33.1   |            | met
        false    | -                   |        | Z33.1   | 2026-05-15 | met
        false    | -                   |        | Z33.1   | 2026-05-14 | not met
                 | iodinated contrast  |        | -       |            | met
        """,
    )


def test_level_count_is_within(ask):
    ask(
        coverage.level_count_is_within,
        request_with("levels"),
        """
        levels                      | expect
        ----------------------------+-------------
        ["L4-5"]                    | met
        ["L4-5", "L5-S1"]           | met
        ["L3-4", "L4-5", "L5-S1"]   | not met
                                    | undocumented
        """,
        max_levels=2,
    )


def test_request_is_one_sided(ask):
    ask(
        coverage.request_is_one_sided,
        request_with("side"),
        """
        side    | expect
        --------+-------------
        left    | met
        midline | met
        both    | not met
                | undocumented
        """,
    )


def test_one_region_only(ask):
    ask(
        coverage.one_region_only,
        request_with("levels").replace(BLANK["kind"], "{kind}"),
        """
        kind                           | levels             | expect
        -------------------------------+--------------------+-------------
        epidural_transforaminal_lumbar | ["L4-5", "L5-S1"]  | met
        epidural_transforaminal_lumbar | ["T12-L1", "L1-2"] | met
        epidural_transforaminal_lumbar | ["T11-12", "L1-2"] | not met
        medial_branch_block_cervical   | ["C5-6"]           | met
        medial_branch_block_thoracic   | ["T12-L1"]         | met
        medial_branch_block_cervical   | ["C5-6", "L4-5"]   | not met
        epidural_transforaminal_lumbar |                    | undocumented
        """,
    )


SEDATION = """
    as_of = 2026-05-15
    [patient]
    sex = "female"
    [[statement]]
    kind = "sedation_needed"
    says = {says}
    text = "{reason}"
    true_on = 2026-05-01
    [request]
    kind = "epidural_caudal"
    sedation = "{sedation}"
"""


def test_sedation_is_light_or_justified(ask):
    ask(
        coverage.sedation_is_light_or_justified,
        SEDATION,
        """
        sedation | says  | reason           | expect
        ---------+-------+------------------+-------------
        none     | -     |                  | met
        minimal  | -     |                  | met
        moderate | -     |                  | not met
        deep     | true  |                  | met
        deep     |       | Severe spasticity | met
        deep     | false | Asked and no need | not met
        deep     |       |                  | not met
                 | -     |                  | undocumented
                 | true  |                  | met
        """,
    )


def test_general_anaesthesia_is_planned(ask):
    ask(
        coverage.general_anaesthesia_is_planned,
        request_with("sedation"),
        """
        sedation | expect
        ---------+-------------
        general  | met
        deep     | not met
        none     | not met
                 | undocumented
        """,
    )


def test_unapproved_injectate_is_planned(ask):
    ask(
        coverage.unapproved_injectate_is_planned,
        """
        as_of = 2026-05-15
        [patient]
        sex = "female"
        [[statement]]
        kind = "unapproved_injectate"
        says = {says}
        true_on = 2026-05-01
        [request]
        kind = "epidural_caudal"
        steroid = "{steroid}"
        """,
        """
        steroid              | says  | expect
        ---------------------+-------+-------------
        triamcinolone        | -     | not met
        none                 | -     | not met
        platelet_rich_plasma | -     | met
        triamcinolone        | true  | met
        triamcinolone        | false | not met
                             | -     | undocumented
        """,
        unapproved_injectates=["platelet_rich_plasma"],
    )


SAME_DAY = """
    as_of = 2026-05-15
    [patient]
    sex = "female"
    [[procedure]]
    kind = "{other}"
    true_on = {day}
    [[statement]]
    kind = "{statement}"
    says = {says}
    text = "{text}"
    true_on = 2026-05-01
    [request]
    kind = "medial_branch_block_lumbar"
"""


def test_other_block_on_the_day(ask):
    ask(
        coverage.other_block_on_the_day,
        SAME_DAY,
        """
        other                      | day        | statement              | says  | text | expect
        ---------------------------+------------+------------------------+-------+------+--------
        epidural_caudal            | 2026-05-15 | -                      |       |      | met
        epidural_caudal            | 2026-05-14 | -                      |       |      | not met
        medial_branch_block_lumbar | 2026-05-15 | -                      |       |      | not met
        physical_therapy           | 2026-05-15 | -                      |       |      | not met
        -                          |            | other_block_on_the_day | true  |      | met
        -                          |            | other_block_on_the_day | false |      | not met
        -                          |            | -                      |       |      | not met
        """,
    )


def test_other_block_is_justified(ask):
    ask(
        coverage.other_block_is_justified,
        SAME_DAY,
        """
        other | day | statement          | says  | text               | expect
        ------+-----+--------------------+-------+--------------------+-------------
        -     |     | other_block_reason | true  |                    | met
        -     |     | other_block_reason |       | A separate problem | met
        -     |     | other_block_reason | false |                    | not met
        -     |     | other_block_reason |       |                    | undocumented
        -     |     | -                  |       |                    | undocumented
        """,
    )


def test_planned_as_series(ask):
    ask(
        coverage.planned_as_series,
        SAME_DAY,
        """
        other | day | statement             | says  | text           | expect
        ------+-----+-----------------------+-------+----------------+--------
        -     |     | planned_as_series     | true  |                | met
        -     |     | planned_as_series     |       | Three, monthly | met
        -     |     | planned_as_series     | false |                | not met
        -     |     | not_planned_as_series | true  |                | not met
        -     |     | not_planned_as_series | false |                | met
        -     |     | -                     |       |                | not met
        """,
    )


def test_request_is_therapeutic(ask):
    ask(
        coverage.request_is_therapeutic,
        """
        as_of = 2026-05-15
        [patient]
        sex = "female"
        [request]
        kind = "{kind}"
        intent = "{intent}"
        """,
        """
        kind                              | intent      | expect
        ----------------------------------+-------------+-------------
        stellate_ganglion_block           | therapeutic | met
        stellate_ganglion_block           | diagnostic  | not met
        stellate_ganglion_block           |             | undocumented
        medial_branch_block_cervical      | therapeutic | met
        medial_branch_block_cervical      |             | not met
        selective_nerve_root_block_lumbar |             | not met
        -                                 |             | undocumented
        """,
    )


def test_procedure_is_not_covered(ask):
    ask(
        coverage.procedure_is_not_covered,
        request_with("kind"),
        """
        kind                                          | expect
        ----------------------------------------------+-------------
        radiofrequency_ablation_lateral_branch_sacral | met
        sacroiliac_joint_injection                    | not met
        -                                             | undocumented
        """,
        non_covered_procedures=["radiofrequency_ablation_lateral_branch_sacral"],
    )


def test_request_is_of_the_low_back(ask):
    ask(
        coverage.request_is_of_the_low_back,
        request_with("kind"),
        """
        kind                         | expect
        -----------------------------+-------------
        epidural_caudal              | met
        sacroiliac_joint_injection   | met
        medial_branch_block_cervical | not met
        -                            | undocumented
        """,
    )


@pytest.mark.parametrize(
    ("criterion", "inside", "unknown"),
    [
        (coverage.contractor_is_wps, "MI", "undocumented"),
        (coverage.contractor_is_cgs, "OH", "undocumented"),
        (coverage.contractor_counts_all_facet_sessions, "TX", "undocumented"),
    ],
    ids=["wps", "cgs", "first coast and novitas"],
)
def test_contractor(ask, criterion, inside, unknown):
    ask(
        criterion,
        request_with("state"),
        f"""
        state    | expect
        ---------+-------------
        {inside} | met
        AZ       | not met
                 | {unknown}
        """,
    )


@pytest.mark.parametrize(
    ("criterion", "inside"),
    [(coverage.contractor_is_not_wps, "MI"), (coverage.contractor_is_not_cgs, "OH")],
    ids=["not wps", "not cgs"],
)
def test_contractor_is_another(ask, criterion, inside):
    ask(
        criterion,
        request_with("state"),
        f"""
        state    | expect
        ---------+--------
        {inside} | not met
        AZ       | met
                 | met
        """,
    )
