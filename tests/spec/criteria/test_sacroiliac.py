# ruff: noqa: E501  (a table is as wide as it needs to be)
"""The sacroiliac joint: where it hurts, how it was tested, how often it was injected."""

from lenitive.medicine.criteria import sacroiliac

WHY = """
    as_of = 2026-05-15
    complete = ["{complete}"]
    [patient]
    sex = "female"
    [[complaint]]
    region = "{region}"
    dominant = {dominant}
    [[finding]]
    code = "dermatomal_leg_pain"
    present = {root}
    [[finding]]
    code = "neurogenic_claudication"
    present = {claudication}
    [request]
    kind = "sacroiliac_joint_injection"
    side = "left"
"""


def test_pain_is_over_sacroiliac_joint(ask):
    ask(
        sacroiliac.pain_is_over_sacroiliac_joint,
        WHY,
        """
        region               | dominant | root | claudication | complete  | expect
        ---------------------+----------+------+--------------+-----------+-------------
        psis_sacral_sulcus   | true     | -    | -            | allergy   | met
        low_back_paramidline | true     | -    | -            | allergy   | not met
        psis_sacral_sulcus   | false    | -    | -            | allergy   | not met
        psis_sacral_sulcus   |          | -    | -            | allergy   | undocumented
        -                    |          | -    | -            | allergy   | undocumented
        """,
    )


def test_root_signs_present(ask):
    ask(
        sacroiliac.root_signs_present,
        WHY,
        """
        region | dominant | root  | claudication | complete | expect
        -------+----------+-------+--------------+----------+-------------
        -      |          | true  | -            | allergy  | met
        -      |          | false | false        | allergy  | not met
        -      |          | false | -            | allergy  | undocumented
        -      |          | -     | -            | allergy  | undocumented
        """,
    )


def test_sacroiliac_tests_positive(ask):
    ask(
        sacroiliac.sacroiliac_tests_positive,
        """
        as_of = 2026-05-15
        complete = ["{complete}"]
        [patient]
        sex = "female"
        [[finding]]
        code = "faber"
        present = {faber}
        side = "{side}"
        [[finding]]
        code = "sij_thigh_thrust"
        present = {thrust}
        [[finding]]
        code = "sij_compression"
        present = {compression}
        [[finding]]
        code = "sij_distraction"
        present = {distraction}
        [request]
        kind = "sacroiliac_joint_injection"
        side = "left"
        """,
        """
        faber | side  | thrust | compression | distraction | complete           | expect
        ------+-------+--------+-------------+-------------+--------------------+-------------
        true  | left  | true   | -           | -           | allergy            | met
        true  |       | true   | -           | -           | allergy            | met
        true  | both  | true   | false       | false       | allergy            | met
        true  | right | true   | -           | -           | allergy            | undocumented
        true  | left  | -      | -           | -           | allergy            | undocumented
        true  | left  | -      | -           | -           | finding:sacroiliac | not met
        true  | left  | false  | false       | false       | allergy            | not met
        false | left  | false  | false       | -           | allergy            | not met
        false | left  | false  | -           | -           | allergy            | undocumented
        -     |       | -      | -           | -           | allergy            | undocumented
        """,
        sacroiliac_tests=["faber", "sij_thigh_thrust", "sij_compression", "sij_distraction"],
        min_positive_tests=2,
        decisive_negative_tests=3,
    )


INJECTED = """
    as_of = 2026-05-15
    complete = ["{complete}"]
    [patient]
    sex = "female"
    [[procedure]]
    id = "last"
    kind = "{kind}"
    code = "{code}"
    intent = "{earlier}"
    side = "{side}"
    true_on = {day}
    [[procedure]]
    id = "before"
    kind = "lateral_branch_block_sacral"
    intent = "{earlier}"
    side = "left"
    true_on = {then}
    [[relief]]
    procedure = "last"
    percent = {percent}
    function_percent = {function}
    concordant = {fits}
    lasted_days = {days}
    true_on = 2026-04-01
    [[relief]]
    procedure = "before"
    percent = 80
    concordant = true
    true_on = {then}
    [request]
    kind = "sacroiliac_joint_injection"
    side = "left"
    intent = "{intent}"
"""


def test_exactly_one_of_the_three_requests(ask):
    table = """
        intent      | kind                       | code  | earlier     | side  | day        | then | percent | function | fits | days | complete | expect
        ------------+----------------------------+-------+-------------+-------+------------+------+---------+----------+------+------+----------+--------
                    | sacroiliac_joint_injection |       | therapeutic | left  | 2026-01-01 | -    | -       |          |      |      | allergy  | {test}
        diagnostic  | -                          |       |             |       |            | -    | -       |          |      |      | allergy  | {test}
        therapeutic | -                          |       |             |       |            | -    | -       |          |      |      | allergy  | {first}
        therapeutic | sacroiliac_joint_injection |       | diagnostic  | left  | 2026-01-01 | -    | -       |          |      |      | allergy  | {first}
        therapeutic | sacroiliac_joint_injection |       | therapeutic | right | 2026-01-01 | -    | -       |          |      |      | allergy  | {first}
        therapeutic | sacroiliac_joint_injection |       | therapeutic | left  | 2026-01-01 | -    | -       |          |      |      | allergy  | {again}
        therapeutic | Joint injection            | 27096 | therapeutic | left  | 2026-01-01 | -    | -       |          |      |      | allergy  | {again}
        """
    ask(sacroiliac.sacroiliac_injection_is_test, INJECTED, table.format(test="met", first="not met", again="not met"))
    ask(sacroiliac.sacroiliac_treatment_is_first, INJECTED, table.format(test="not met", first="met", again="not met"))
    ask(sacroiliac.sacroiliac_treatment_is_repeat, INJECTED, table.format(test="not met", first="not met", again="met"))


def test_sacroiliac_sessions_are_left(ask):
    table = """
        intent | kind                       | code | earlier | side  | day        | then       | percent | function | fits | days | complete             | expect
        -------+----------------------------+------+---------+-------+------------+------------+---------+----------+------+------+----------------------+-------------
               | sacroiliac_joint_injection |      | {kind}  | right | 2026-03-01 | 2025-05-16 | -       |          |      |      | procedure:sacroiliac | not met
               | sacroiliac_joint_injection |      | {kind}  | right | 2026-03-01 | 2025-05-15 | -       |          |      |      | procedure:sacroiliac | met
               | sacroiliac_joint_injection |      | {kind}  | right | 2026-03-01 | 2026-03-01 | -       |          |      |      | procedure:sacroiliac | met
               | sacroiliac_joint_injection |      |         | right | 2026-03-01 | 2026-02-01 | -       |          |      |      | procedure:sacroiliac | undocumented
               | sacroiliac_joint_injection |      | {other} | right | 2026-03-01 | 2026-02-01 | -       |          |      |      | procedure:sacroiliac | met
               | sacroiliac_joint_injection |      | {kind}  | right | 2026-03-01 | -          | -       |          |      |      | allergy              | undocumented
               | -                          |      |         |       |            | -          | -       |          |      |      | procedure:sacroiliac | met
        """
    numbers = {"max_sessions": 2, "window_months": 12}
    ask(sacroiliac.sacroiliac_tests_are_left, INJECTED, table.format(kind="diagnostic", other="therapeutic"), **numbers)
    ask(
        sacroiliac.sacroiliac_treatments_are_left,
        INJECTED,
        table.format(kind="therapeutic", other="diagnostic"),
        **numbers,
    )


def test_latest_sacroiliac_test_positive(ask):
    ask(
        sacroiliac.latest_sacroiliac_test_positive,
        INJECTED,
        """
        intent      | kind                       | code | earlier     | side  | day        | then       | percent | function | fits  | days | complete | expect
        ------------+----------------------------+------+-------------+-------+------------+------------+---------+----------+-------+------+----------+-------------
        therapeutic | sacroiliac_joint_injection |      | diagnostic  | left  | 2026-04-01 | -          | 75      |          | true  |      | allergy  | met
        therapeutic | sacroiliac_joint_injection |      | diagnostic  | left  | 2026-04-01 | 2026-03-01 | 74      |          | true  |      | allergy  | not met
        therapeutic | sacroiliac_joint_injection |      | diagnostic  | left  | 2026-04-01 | -          | 75      |          | false |      | allergy  | not met
        therapeutic | sacroiliac_joint_injection |      | diagnostic  | left  | 2026-04-01 | -          | 75      |          |       |      | allergy  | undocumented
        therapeutic | sacroiliac_joint_injection |      | diagnostic  | right | 2026-04-01 | -          | 75      |          | true  |      | allergy  | undocumented
        therapeutic | sacroiliac_joint_injection |      | therapeutic | left  | 2026-04-01 | -          | 75      |          | true  |      | allergy  | undocumented
        therapeutic | -                          |      |             |       |            | -          | -       |          |       |      | allergy  | undocumented
        """,
        min_relief_percent=75,
    )


def test_enough_positive_sacroiliac_tests(ask):
    ask(
        sacroiliac.enough_positive_sacroiliac_tests,
        INJECTED,
        """
        intent      | kind                       | code | earlier    | side | day        | then       | percent | function | fits | days | complete          | expect
        ------------+----------------------------+------+------------+------+------------+------------+---------+----------+------+------+-------------------+-------------
        therapeutic | sacroiliac_joint_injection |      | diagnostic | left | 2026-04-01 | 2026-03-01 | 75      |          | true |      | allergy           | met
        therapeutic | sacroiliac_joint_injection |      | diagnostic | left | 2026-04-01 | 2026-03-01 | 74      |          | true |      | allergy           | undocumented
        therapeutic | sacroiliac_joint_injection |      | diagnostic | left | 2026-04-01 | 2026-03-01 | 74      |          | true |      | relief:sacroiliac | not met
        therapeutic | sacroiliac_joint_injection |      | diagnostic | left | 2026-04-01 | -          | 75      |          | true |      | allergy           | undocumented
        """,
        min_relief_percent=75,
        min_blocks=2,
    )


def test_response_to_the_last_treatment(ask):
    table = """
        intent      | kind                       | code | earlier     | side  | day        | then | percent | function | fits | days | complete | expect
        ------------+----------------------------+------+-------------+-------+------------+------+---------+----------+------+------+----------+-------------
        therapeutic | sacroiliac_joint_injection |      | therapeutic | left  | 2026-01-01 | -    | 50      | 50       |      | 90   | allergy  | met
        therapeutic | sacroiliac_joint_injection |      | therapeutic | left  | 2026-01-01 | -    | 49      | 49       |      | 90   | allergy  | not met
        therapeutic | sacroiliac_joint_injection |      | therapeutic | left  | 2026-01-02 | -    | 50      | 50       |      | 89   | allergy  | not met
        therapeutic | sacroiliac_joint_injection |      | therapeutic | left  | 2026-01-01 | -    | 50      | 50       |      |      | allergy  | met
        therapeutic | sacroiliac_joint_injection |      | therapeutic | left  | 2026-01-02 | -    | 50      | 50       |      |      | allergy  | undocumented
        therapeutic | sacroiliac_joint_injection |      | therapeutic | right | 2026-01-01 | -    | 50      | 50       |      | 90   | allergy  | undocumented
        therapeutic | -                          |      |             |       |            | -    | -       |          |      |      | allergy  | undocumented
        """
    ask(sacroiliac.last_sacroiliac_treatment_relieved, INJECTED, table, min_relief_percent=50, min_relief_days=90)
    ask(
        sacroiliac.last_sacroiliac_treatment_improved_function,
        INJECTED,
        table,
        min_function_percent=50,
        min_relief_days=90,
    )


TREATED = """
    as_of = 2026-05-15
    complete = ["{complete}"]
    [patient]
    sex = "female"
    [[procedure]]
    kind = "sacroiliac_joint_injection"
    intent = "{earlier}"
    side = "{side}"
    true_on = {day}
    [request]
    kind = "sacroiliac_joint_injection"
    intent = "therapeutic"
    side = "left"
"""


def test_sacroiliac_interval_kept(ask):
    ask(
        sacroiliac.sacroiliac_interval_kept,
        TREATED,
        """
        earlier     | side  | day        | complete | expect
        ------------+-------+------------+----------+-------------
        therapeutic | left  | 2026-03-15 | allergy  | met
        therapeutic | right | 2026-03-16 | allergy  | not met
        diagnostic  | left  | 2026-05-01 | allergy  | undocumented
        therapeutic | left  |            | allergy  | undocumented
        -           |       |            | allergy  | undocumented
        """,
        min_interval_months=2,
    )


def test_sacroiliac_treatments_of_side_are_left(ask):
    ask(
        sacroiliac.sacroiliac_treatments_of_side_are_left,
        TREATED,
        """
        earlier     | side  | day        | complete             | expect
        ------------+-------+------------+----------------------+-------------
        therapeutic | left  | 2026-03-15 | allergy              | not met
        therapeutic | both  | 2026-03-15 | allergy              | not met
        therapeutic | right | 2026-03-15 | procedure:sacroiliac | met
        therapeutic | left  | 2025-05-15 | procedure:sacroiliac | met
        diagnostic  | left  | 2026-03-15 | procedure:sacroiliac | met
        therapeutic | left  |            | procedure:sacroiliac | undocumented
        -           |       |            | allergy              | undocumented
        """,
        max_sessions=1,
        window_months=12,
    )
