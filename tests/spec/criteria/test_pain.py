# ruff: noqa: E501  (a table is as wide as it needs to be)
"""How long, where and how bad."""

from lenitive.medicine.criteria.pain import (
    baseline_function_score,
    baseline_pain_or_function_score,
    baseline_pain_score,
    pain_has_lasted,
    pain_has_lasted_months,
    pain_is_mainly_axial,
)

COMPLAINT = """
    as_of = 2026-05-15
    complete = ["{complete}"]
    [patient]
    sex = "female"
    [[complaint]]
    region = "{region}"
    true_on = {began}
    true_by = {by}
    until = {until}
    dominant = {dominant}
    [request]
    kind = "{kind}"
"""


def test_pain_has_lasted(ask):
    ask(
        pain_has_lasted,
        COMPLAINT,
        """
        kind                           | region               | began      | by         | until      | dominant | complete  | expect
        -------------------------------+----------------------+------------+------------+------------+----------+-----------+-------------
        epidural_caudal                | posterior_thigh      | 2026-04-16 |            |            |          | allergy   | met
        epidural_caudal                | posterior_thigh      | 2026-04-17 |            |            |          | allergy   | met
        epidural_caudal                | posterior_thigh      | 2026-04-18 |            |            |          | allergy   | not met
        epidural_caudal                | posterior_thigh      | 2026-04-01 | 2026-04-30 |            |          | allergy   | undocumented
        epidural_caudal                | posterior_thigh      |            |            |            |          | allergy   | undocumented
        epidural_caudal                | posterior_thigh      | 2020-01-01 |            | 2026-05-15 |          | allergy   | met
        epidural_caudal                | posterior_thigh      | 2020-01-01 |            | 2026-05-14 |          | allergy   | undocumented
        epidural_caudal                | mid_neck             | 2020-01-01 |            |            |          | allergy   | undocumented
        epidural_caudal                | mid_neck             | 2020-01-01 |            |            |          | complaint | not met
        epidural_interlaminar_cervical | mid_neck             | 2020-01-01 |            |            |          | allergy   | met
        epidural_caudal                | -                    |            |            |            |          | allergy   | undocumented
        genicular_nerve_block          | knee_front           | 2020-01-01 |            |            | true     | allergy   | met
        genicular_nerve_block          | knee_front           | 2020-01-01 |            |            | false    | allergy   | undocumented
        """,
        min_pain_weeks=4,
    )


def test_pain_has_lasted_months(ask):
    ask(
        pain_has_lasted_months,
        COMPLAINT,
        """
        kind                       | region               | began      | by | until      | dominant | complete | expect
        ---------------------------+----------------------+------------+----+------------+----------+----------+-------------
        medial_branch_block_lumbar | low_back_paramidline | 2026-02-14 |    |            |          | allergy  | met
        medial_branch_block_lumbar | low_back_paramidline | 2026-02-15 |    |            |          | allergy  | met
        medial_branch_block_lumbar | low_back_paramidline | 2026-02-16 |    |            |          | allergy  | not met
        medial_branch_block_lumbar | low_back_paramidline |            |    |            |          | allergy  | undocumented
        medial_branch_block_lumbar | low_back_paramidline | 2020-01-01 |    | 2026-05-15 |          | allergy  | met
        medial_branch_block_lumbar | low_back_paramidline | 2020-01-01 |    | 2026-05-14 |          | allergy  | undocumented
        medial_branch_block_lumbar | -                    |            |    |            |          | allergy  | undocumented
        """,
        min_pain_months=3,
    )


def test_pain_is_mainly_axial(ask):
    ask(
        pain_is_mainly_axial,
        COMPLAINT,
        """
        kind                         | region               | began | by | until      | dominant | complete | expect
        -----------------------------+----------------------+-------+----+------------+----------+----------+-------------
        medial_branch_block_lumbar   | low_back_paramidline |       |    |            | true     | allergy  | met
        medial_branch_block_lumbar   | posterior_thigh      |       |    |            | true     | allergy  | not met
        medial_branch_block_lumbar   | low_back_paramidline |       |    |            | false    | allergy  | not met
        medial_branch_block_lumbar   | low_back_paramidline |       |    |            |          | allergy  | undocumented
        medial_branch_block_lumbar   | mid_neck             |       |    |            | true     | allergy  | not met
        medial_branch_block_cervical | mid_neck             |       |    |            | true     | allergy  | met
        medial_branch_block_lumbar   | low_back_paramidline |       |    | 2026-05-15 | true     | allergy  | met
        medial_branch_block_lumbar   | low_back_paramidline |       |    | 2026-05-14 | true     | allergy  | undocumented
        medial_branch_block_lumbar   | -                    |       |    |            |          | allergy  | undocumented
        """,
    )


MEASURE = """
    as_of = 2026-05-15
    complete = ["{complete}"]
    [patient]
    sex = "female"
    [[measure]]
    instrument = "{instrument}"
    score = {score}
    true_on = {day}
"""


def test_baseline_pain_score(ask):
    ask(
        baseline_pain_score,
        MEASURE,
        """
        instrument | score | day        | complete | expect
        -----------+-------+------------+----------+-------------
        nrs        | 7     | 2026-05-15 | allergy  | met
        nrs        | 0     | 2026-05-15 | allergy  | met
        nrs        | 7     | 2026-05-16 | allergy  | undocumented
        nrs        |       | 2026-05-15 | allergy  | undocumented
        odi        | 40    | 2026-05-15 | allergy  | undocumented
        odi        | 40    | 2026-05-15 | measure  | not met
        -          |       |            | allergy  | undocumented
        -          |       |            | measure  | not met
        """,
    )


def test_baseline_function_score(ask):
    ask(
        baseline_function_score,
        MEASURE,
        """
        instrument | score | day        | complete | expect
        -----------+-------+------------+----------+-------------
        odi        | 40    | 2026-05-15 | allergy  | met
        rmdq       | 11    | 2026-05-15 | allergy  | met
        nrs        | 7     | 2026-05-15 | allergy  | undocumented
        nrs        | 7     | 2026-05-15 | measure  | not met
        -          |       |            | allergy  | undocumented
        """,
        function_scales=["odi", "rmdq"],
    )


def test_baseline_pain_or_function_score(ask):
    ask(
        baseline_pain_or_function_score,
        MEASURE,
        """
        instrument | score | day        | complete | expect
        -----------+-------+------------+----------+-------------
        odi        | 40    | 2026-05-15 | allergy  | met
        nrs        | 7     | 2026-05-15 | allergy  | met
        phq9       | 7     | 2026-05-15 | allergy  | undocumented
        phq9       | 7     | 2026-05-15 | measure  | not met
        -          |       |            | allergy  | undocumented
        """,
    )
