# ruff: noqa: E501  (a table is as wide as it needs to be)
"""Pain that a rheumatologist should see before a needle."""

from lenitive.medicine.criteria import inflammation


def test_back_pain_of_the_young_that_is_worse_at_rest(ask):
    ask(
        inflammation.inflammatory_back_pain_suspected,
        """
        as_of = 2026-05-15
        complete = ["{complete}", "{also}"]
        [patient]
        sex = "female"
        birth_date = {born}
        [[complaint]]
        region = "{region}"
        true_on = {began}
        until = {ended}
        aggravated_by = ["{worse}"]
        relieved_by = ["{better}"]
        [[condition]]
        icd10 = "{icd10}"
        until = {over}
        """,
        """
        born       | over       | region           | began      | ended      | worse   | better   | icd10 | complete  | also      | expect
        -----------+------------+------------------+------------+------------+---------+----------+-------+-----------+-----------+-------------
        2002-03-03 |            | buttock          | 2025-11-01 |            | rest    | movement | -     | allergy   | allergy   | met
        2002-03-03 |            | buttock          | 2026-02-15 |            | rest    | movement | -     | allergy   | allergy   | met
        2002-03-03 |            | buttock          | 2026-02-16 |            | rest    | movement | -     | complaint | condition | not met
        2002-03-03 |            | buttock          | 2025-11-01 | 2026-05-15 | rest    | movement | -     | allergy   | allergy   | met
        2002-03-03 |            | buttock          | 2025-11-01 | 2026-05-14 | rest    | movement | -     | complaint | condition | not met
        1981-05-16 |            | buttock          | 2025-11-01 |            | rest    | movement | -     | allergy   | allergy   | met
        1981-05-15 |            | buttock          | 2025-11-01 |            | rest    | movement | -     | allergy   | allergy   | not met
        2002-03-03 |            | buttock          | 2025-11-01 |            | walking | rest     | -     | complaint | condition | not met
        2002-03-03 |            | knee_front       | 2025-11-01 |            | rest    | movement | -     | complaint | condition | not met
        2002-03-03 |            | buttock          | 2025-11-01 |            |         |          | -     | complaint | condition | undocumented
                   |            | buttock          | 2025-11-01 |            | rest    | movement | -     | complaint | condition | undocumented
        1950-01-01 |            | knee_front       | 2025-11-01 |            |         |          | M45.8 | allergy   | allergy   | met
        -          |            | -                |            |            |         |          | -     | allergy   | allergy   | undocumented
        1950-01-01 | 2026-05-15 | knee_front       | 2025-11-01 |            |         |          | M45.8 | allergy   | allergy   | met
        1950-01-01 | 2026-05-14 | knee_front       | 2025-11-01 |            |         |          | M45.8 | allergy   | allergy   | not met
        """,
        inflammatory_spine_concepts=["axial_spondyloarthritis"],
        inflammatory_spine_icd10=["M45"],
        inflammatory_back_age=45,
        inflammatory_back_months=3,
        inflammatory_back_regions=["buttock"],
        worse_at_rest_words=["rest"],
        better_with_movement_words=["movement"],
    )


def test_both_shoulders_from_fifty_on_with_inflamed_blood(ask):
    ask(
        inflammation.polymyalgia_suspected,
        """
        as_of = 2026-05-15
        [patient]
        sex = "female"
        birth_date = {born}
        [[complaint]]
        region = "shoulder_outer"
        side = "{side}"
        until = {ended}
        true_on = 2026-04-01
        [[measure]]
        instrument = "crp"
        score = {crp}
        true_on = {taken}
        [[finding]]
        code = "esr_50_or_more"
        present = {esr}
        true_on = 2026-05-01
        [[condition]]
        icd10 = "{icd10}"
        until = {over}
        """,
        """
        born       | over       | side  | ended      | crp | taken      | esr   | icd10 | expect
        -----------+------------+-------+------------+-----+------------+-------+-------+-------------
        1953-03-03 |            | both  |            | 48  | 2026-05-10 | -     | -     | met
        1953-03-03 |            | both  |            | 10  | 2026-05-10 | -     | -     | met
        1953-03-03 |            | both  |            | 9.9 | 2026-05-10 | -     | -     | not met
        1953-03-03 |            | both  |            | 48  | 2026-02-14 | -     | -     | met
        1953-03-03 |            | both  |            | 48  | 2026-02-13 | -     | -     | not met
        1953-03-03 |            | both  |            | -   |            | true  | -     | met
        1953-03-03 |            | both  |            | -   |            | false | -     | not met
        1953-03-03 |            | both  | 2026-05-15 | 48  | 2026-05-10 | -     | -     | met
        1953-03-03 |            | both  | 2026-05-14 | 48  | 2026-05-10 | -     | -     | not met
        1976-05-15 |            | both  |            | 48  | 2026-05-10 | -     | -     | met
        1976-05-16 |            | both  |            | 48  | 2026-05-10 | -     | -     | not met
                   |            | both  |            | 48  | 2026-05-10 | -     | -     | undocumented
        1953-03-03 |            | right |            | 48  | 2026-05-10 | -     | -     | not met
        1953-03-03 |            | right |            | -   |            | -     | M35.3 | met
        1953-03-03 |            | -     |            | -   |            | -     | -     | not met
        1953-03-03 |            | both  |            | 48  | 2026-05-15 | -     | -     | met
        1953-03-03 |            | both  |            | 48  | 2026-05-16 | -     | -     | not met
        1953-03-03 | 2026-05-15 | right |            | -   |            | -     | M35.3 | met
        1953-03-03 | 2026-05-14 | right |            | -   |            | -     | M35.3 | not met
        """,
        polymyalgia_concepts=["polymyalgia_rheumatica"],
        polymyalgia_icd10=["M35.3"],
        polymyalgia_age=50,
        inflammation_valid_days=90,
        abnormal_crp=10,
        shoulder_regions=["shoulder_outer"],
    )
