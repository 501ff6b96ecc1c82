# ruff: noqa: E501  (a table is as wide as it needs to be)
"""Trigger points and nerves outside the spine."""

from lenitive.medicine.criteria import soft_tissue_coverage as soft

INJECTED = """
    as_of = 2026-05-15
    complete = ["{complete}"]
    [patient]
    sex = "female"
    [[procedure]]
    id = "last"
    kind = "{kind}"
    code = "{code}"
    true_on = {day}
    [[procedure]]
    id = "before"
    kind = "trigger_point_injection"
    true_on = {then}
    [[relief]]
    procedure = "last"
    percent = {percent}
    function_percent = {function}
    lasted_days = {days}
    [request]
    kind = "trigger_point_injection"
"""


def test_first_and_repeat_trigger_point_injection(ask):
    rows = """
        kind                    | code  | day        | then | percent | function | days | complete | expect
        ------------------------+-------+------------+------+---------+----------+------+----------+--------
        trigger_point_injection |       | 2025-05-16 | -    | -       |          |      | allergy  | {repeat}
        injection               | 20552 | 2025-05-16 | -    | -       |          |      | allergy  | {repeat}
        trigger_point_injection |       | 2025-05-15 | -    | -       |          |      | allergy  | {first}
        epidural_caudal         |       | 2026-05-01 | -    | -       |          |      | allergy  | {first}
        -                       |       |            | -    | -       |          |      | allergy  | {first}
    """
    ask(soft.trigger_point_injection_is_first, INJECTED, rows.format(first="met", repeat="not met"))
    ask(soft.trigger_point_injection_is_repeat, INJECTED, rows.format(first="not met", repeat="met"))


def test_trigger_point_sessions_are_left(ask):
    ask(
        soft.trigger_point_sessions_are_left,
        INJECTED,
        """
        kind                    | code | day        | then       | percent | function | days | complete                | expect
        ------------------------+------+------------+------------+---------+----------+------+-------------------------+-------------
        trigger_point_injection |      | 2026-01-01 | -          | -       |          |      | procedure:trigger_point | met
        trigger_point_injection |      | 2026-01-01 | 2025-10-01 | -       |          |      | allergy                 | not met
        trigger_point_injection |      | 2026-01-01 | 2026-01-01 | -       |          |      | procedure:trigger_point | met
        trigger_point_injection |      | 2026-01-01 | 2025-05-15 | -       |          |      | procedure:trigger_point | met
        trigger_point_injection |      | 2026-01-01 | -          | -       |          |      | allergy                 | undocumented
        """,
        max_sessions=2,
        window_months=12,
    )


def test_trigger_point_interval_kept(ask):
    ask(
        soft.trigger_point_interval_kept,
        INJECTED,
        """
        kind                    | code | day        | then | percent | function | days | complete | expect
        ------------------------+------+------------+------+---------+----------+------+----------+-------------
        trigger_point_injection |      | 2026-04-03 | -    | -       |          |      | allergy  | met
        trigger_point_injection |      | 2026-04-04 | -    | -       |          |      | allergy  | not met
        trigger_point_injection |      |            | -    | -       |          |      | allergy  | undocumented
        -                       |      |            | -    | -       |          |      | allergy  | undocumented
        """,
        min_interval_days=42,
    )


def test_last_trigger_point_injection_relieved(ask):
    ask(
        soft.last_trigger_point_injection_relieved,
        INJECTED,
        """
        kind                    | code | day        | then | percent | function | days | complete | expect
        ------------------------+------+------------+------+---------+----------+------+----------+-------------
        trigger_point_injection |      | 2026-01-01 | -    | 50      |          | 42   | allergy  | met
        trigger_point_injection |      | 2026-01-01 | -    | 49      |          | 42   | allergy  | not met
        trigger_point_injection |      | 2026-01-01 | -    | 50      |          | 41   | allergy  | not met
        trigger_point_injection |      | 2026-01-01 | -    |         |          | 42   | allergy  | undocumented
        trigger_point_injection |      | 2026-01-01 | -    | -       |          |      | allergy  | undocumented
        """,
        min_relief_percent=50,
        min_relief_days=42,
    )


def test_last_trigger_point_injection_improved_function(ask):
    ask(
        soft.last_trigger_point_injection_improved_function,
        INJECTED,
        """
        kind                    | code | day        | then | percent | function | days | complete | expect
        ------------------------+------+------------+------+---------+----------+------+----------+-------------
        trigger_point_injection |      | 2026-01-01 | -    | 50      | 50       | 42   | allergy  | met
        trigger_point_injection |      | 2026-01-01 | -    | 50      | 49       | 42   | allergy  | not met
        trigger_point_injection |      | 2026-01-01 | -    | 50      | 50       | 41   | allergy  | not met
        trigger_point_injection |      | 2026-01-01 | -    | 50      |          | 42   | allergy  | undocumented
        """,
        min_function_percent=50,
        min_relief_days=42,
    )


def test_trigger_point_care_came_first(ask):
    ask(
        soft.trigger_point_care_came_first,
        """
        as_of = 2026-05-15
        [patient]
        sex = "female"
        [[treatment]]
        kind = "physical_therapy"
        response = "{response}"
        [[statement]]
        kind = "movement_is_limited"
        says = {limited}
        [request]
        kind = "trigger_point_injection"
        intent = "{intent}"
        """,
        """
        response | limited | intent      | expect
        ---------+---------+-------------+-------------
        failed   | -       | therapeutic | met
        good     | true    | therapeutic | met
        good     | false   | diagnostic  | met
        good     | false   | therapeutic | not met
        good     | false   |             | not met
        good     | -       | therapeutic | undocumented
        -        | -       | therapeutic | undocumented
        """,
    )


BLOCKED = """
    as_of = 2026-05-15
    complete = ["{complete}"]
    [patient]
    sex = "female"
    [[procedure]]
    id = "last"
    kind = "{kind}"
    side = "{side}"
    true_on = 2026-03-01
    [[procedure]]
    id = "before"
    kind = "genicular_nerve_block"
    side = "left"
    true_on = {then}
    [[relief]]
    procedure = "last"
    percent = {percent}
    lasted_days = {days}
    [request]
    kind = "{asked}"
    side = "left"
"""


def test_nerve_blocks_help_or_are_few(ask):
    ask(
        soft.nerve_blocks_help_or_are_few,
        BLOCKED,
        """
        kind                  | side  | then       | percent | days | asked                 | complete              | expect
        ----------------------+-------+------------+---------+------+-----------------------+-----------------------+-------------
        genicular_nerve_block | left  | -          | 10      | 1    | genicular_nerve_block | procedure:nerve_block | met
        genicular_nerve_block | left  | 2026-01-01 | 50      | 14   | genicular_nerve_block | procedure:nerve_block | met
        genicular_nerve_block | left  | 2026-01-01 | 50      | 13   | genicular_nerve_block | procedure:nerve_block | not met
        genicular_nerve_block | left  | 2026-01-01 | 49      | 14   | genicular_nerve_block | procedure:nerve_block | not met
        genicular_nerve_block | right | 2026-01-01 | 10      | 1    | genicular_nerve_block | procedure:nerve_block | met
        genicular_nerve_block | left  | 2026-01-01 | -       |      | genicular_nerve_block | procedure:nerve_block | undocumented
        genicular_nerve_block | left  | -          | 10      | 1    | genicular_nerve_block | allergy               | undocumented
        """,
        max_blocks_without_benefit=2,
        min_relief_percent=50,
        min_relief_days=14,
    )


def test_diagnostic_nerve_block_relieved(ask):
    ask(
        soft.diagnostic_nerve_block_relieved,
        BLOCKED,
        """
        kind                  | side  | then | percent | days | asked                             | complete | expect
        ----------------------+-------+------+---------+------+-----------------------------------+----------+-------------
        genicular_nerve_block | left  | -    | 50      |      | radiofrequency_ablation_genicular | allergy  | met
        genicular_nerve_block |       | -    | 50      |      | radiofrequency_ablation_genicular | allergy  | met
        genicular_nerve_block | left  | -    | 49      |      | radiofrequency_ablation_genicular | allergy  | not met
        genicular_nerve_block | right | -    | 50      |      | radiofrequency_ablation_genicular | allergy  | undocumented
        genicular_nerve_block | left  | -    | -       |      | radiofrequency_ablation_genicular | allergy  | undocumented
        """,
        test_kinds=["genicular_nerve_block"],
        min_relief_percent=50,
    )
