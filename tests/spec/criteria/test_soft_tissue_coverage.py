# ruff: noqa: E501  (a table is as wide as it needs to be)
"""Trigger points and nerves outside the spine."""

import pytest

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
        true_on = {begun}
        [[statement]]
        kind = "movement_is_limited"
        says = {limited}
        [request]
        kind = "trigger_point_injection"
        intent = "{intent}"
        """,
        """
        response | begun      | limited | intent      | expect
        ---------+------------+---------+-------------+-------------
        failed   |            | -       | therapeutic | met
        failed   | 2026-05-15 | -       | therapeutic | met
        failed   | 2026-05-16 | -       | therapeutic | undocumented
        good     |            | true    | therapeutic | met
        good     |            | false   | diagnostic  | met
        good     |            | false   | therapeutic | not met
        good     |            | false   |             | not met
        good     |            | -       | therapeutic | undocumented
        -        |            | -       | therapeutic | undocumented
        """,
    )


TOLD = """
    as_of = 2026-05-15
    complete = ["procedure"]
    [patient]
    sex = "female"
    [[procedure]]
    id = "last"
    kind = "{kind}"
    side = "left"
    true_on = {day}
    [[relief]]
    procedure = "last"
    percent = {percent}
    score_before = 8
    score_after = {after}
    function_percent = 50
    lasted_days = {days}
    true_on = {told_on}
    [request]
    kind = "KIND"
    side = "left"
"""


@pytest.mark.parametrize(
    ("criterion", "kind", "numbers", "without"),
    [
        (soft.last_trigger_point_injection_relieved, "trigger_point_injection", {}, "undocumented"),
        (soft.nerve_blocks_help_or_are_few, "genicular_nerve_block", {"max_blocks_without_benefit": 1}, "met"),
    ],
    ids=["trigger_point", "nerve"],
)
def test_relief_by_two_scores_lasts_until_it_is_reported(ask, criterion, kind, numbers, without):
    ask(
        criterion,
        TOLD.replace("KIND", kind),
        """
        kind            | day        | percent | after | days | told_on    | expect
        ----------------+------------+---------+-------+------+------------+-------------
        epidural_caudal | 2026-03-01 | 90      | 4.1   | 42   | 2026-05-14 | WITHOUT
        DONE            | 2026-03-01 | 10      | 4     | 42   | 2026-05-14 | met
        DONE            | 2026-03-01 | 90      | 4.1   | 42   | 2026-05-14 | not met
        DONE            | 2026-03-01 | 90      | 4     | 41   | 2026-05-14 | not met
        DONE            | 2026-03-01 |         | 4     |      | 2026-04-12 | met
        DONE            | 2026-03-01 |         | 4     |      | 2026-04-11 | undocumented
        DONE            | 2026-05-15 | 90      | 4.1   | 42   | 2026-05-15 | WITHOUT
        -               |            |         |       |      | -          | WITHOUT
        """.replace("DONE", kind).replace("WITHOUT", without),
        min_relief_percent=50,
        min_relief_days=42,
        **numbers,
    )


def test_function_that_lasts_until_it_is_reported(ask):
    ask(
        soft.last_trigger_point_injection_improved_function,
        TOLD.replace("KIND", "trigger_point_injection"),
        """
        kind                    | day        | percent | after | days | told_on    | expect
        ------------------------+------------+---------+-------+------+------------+-------------
        trigger_point_injection | 2026-03-01 |         |       |      | 2026-04-12 | met
        trigger_point_injection | 2026-03-01 |         |       |      | 2026-04-11 | undocumented
        trigger_point_injection | 2026-05-14 |         |       | 42   | 2026-05-15 | met
        trigger_point_injection | 2026-05-15 |         |       | 42   | 2026-05-15 | undocumented
        """,
        min_function_percent=50,
        min_relief_days=42,
    )


@pytest.mark.parametrize(
    ("criterion", "numbers", "earlier", "without"),
    [
        (soft.trigger_point_injection_is_first, {}, "not met", "met"),
        (soft.trigger_point_injection_is_repeat, {}, "met", "not met"),
        (soft.trigger_point_sessions_are_left, {"max_sessions": 1, "window_months": 12}, "not met", "met"),
        (soft.trigger_point_interval_kept, {"min_interval_days": 42}, "not met", "undocumented"),
    ],
    ids=lambda value: getattr(value, "name", ""),
)
def test_what_counts_as_an_earlier_trigger_point_injection(ask, criterion, numbers, earlier, without):
    ask(
        criterion,
        """
        as_of = 2026-05-15
        complete = ["procedure"]
        [patient]
        sex = "female"
        [[procedure]]
        kind = "{kind}"
        code = "{code}"
        true_on = {day}
        [request]
        kind = "trigger_point_injection"
        """,
        f"""
        kind                    | code  | day        | expect
        ------------------------+-------+------------+--------
        trigger_point_injection |       | 2026-05-14 | {earlier}
        trigger_point_injection |       | 2026-05-15 | {without}
        Injection               | 20552 | 2026-05-14 | {earlier}
        Injection               | 20553 | 2026-05-14 | {earlier}
        Injection               | 20610 | 2026-05-14 | {without}
        epidural_caudal         |       | 2026-05-14 | {without}
        -                       |       |            | {without}
        """,
        **numbers,
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
    true_on = {day}
    [[procedure]]
    id = "before"
    kind = "genicular_nerve_block"
    side = "left"
    true_on = {then}
    [[relief]]
    procedure = "last"
    percent = {percent}
    score_before = 8
    score_after = {after}
    lasted_days = {days}
    [request]
    kind = "{asked}"
    side = "left"
"""


def test_nerve_blocks_help_or_are_few(ask):
    ask(
        soft.nerve_blocks_help_or_are_few,
        BLOCKED.replace("{day}", "2026-03-01").replace("    score_after = {after}\n", ""),
        """
        kind                  | side  | then       | percent | days | asked                 | complete              | expect
        ----------------------+-------+------------+---------+------+-----------------------+-----------------------+-------------
        genicular_nerve_block | left  | -          | 10      | 1    | genicular_nerve_block | procedure:nerve_block | met
        genicular_nerve_block | left  | 2026-01-01 | 50      | 14   | genicular_nerve_block | procedure:nerve_block | met
        genicular_nerve_block | left  | 2026-01-01 | 50      | 13   | genicular_nerve_block | procedure:nerve_block | not met
        genicular_nerve_block | left  | 2026-01-01 | 49      | 14   | genicular_nerve_block | procedure:nerve_block | not met
        genicular_nerve_block | right | 2026-01-01 | 10      | 1    | genicular_nerve_block | procedure:nerve_block | met
        genicular_nerve_block | both  | 2026-01-01 | 10      | 1    | genicular_nerve_block | procedure:nerve_block | not met
        genicular_nerve_block |       | 2026-01-01 | 10      | 1    | genicular_nerve_block | procedure:nerve_block | not met
        joint_injection       | left  | 2026-01-01 | 10      | 1    | genicular_nerve_block | procedure:nerve_block | met
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
        kind                  | side  | day        | then | percent | after | days | asked                             | complete | expect
        ----------------------+-------+------------+------+---------+-------+------+-----------------------------------+----------+-------------
        genicular_nerve_block | left  | 2026-03-01 | -    | 50      |       |      | radiofrequency_ablation_genicular | allergy  | met
        genicular_nerve_block |       | 2026-03-01 | -    | 50      |       |      | radiofrequency_ablation_genicular | allergy  | met
        genicular_nerve_block | left  | 2026-03-01 | -    | 49      |       |      | radiofrequency_ablation_genicular | allergy  | not met
        genicular_nerve_block | left  | 2026-03-01 | -    | 10      | 4     |      | radiofrequency_ablation_genicular | allergy  | met
        genicular_nerve_block | left  | 2026-03-01 | -    | 90      | 4.1   |      | radiofrequency_ablation_genicular | allergy  | not met
        genicular_nerve_block | both  | 2026-03-01 | -    | 50      |       |      | radiofrequency_ablation_genicular | allergy  | met
        genicular_nerve_block | right | 2026-03-01 | -    | 50      |       |      | radiofrequency_ablation_genicular | allergy  | undocumented
        genicular_nerve_block | right | 2026-03-01 | -    | 50      |       |      | radiofrequency_ablation_genicular | relief   | not met
        joint_injection       | left  | 2026-03-01 | -    | 50      |       |      | radiofrequency_ablation_genicular | relief   | not met
        genicular_nerve_block | left  | 2026-05-14 | -    | 50      |       |      | radiofrequency_ablation_genicular | allergy  | met
        genicular_nerve_block | left  | 2026-05-15 | -    | 50      |       |      | radiofrequency_ablation_genicular | allergy  | undocumented
        genicular_nerve_block | left  | 2026-03-01 | -    | -       |       |      | radiofrequency_ablation_genicular | allergy  | undocumented
        """,
        test_kinds=["genicular_nerve_block"],
        min_relief_percent=50,
    )
