# ruff: noqa: E501  (a table is as wide as it needs to be)
"""The sacroiliac joint: where it hurts, how it was tested, how often it was injected."""

import pytest

from lenitive.medicine.criteria import sacroiliac

WHY = """
    as_of = 2026-05-15
    complete = ["{complete}"]
    [patient]
    sex = "female"
    [[complaint]]
    region = "{region}"
    dominant = {dominant}
    until = {until}
    [[condition]]
    icd10 = "{icd10}"
    until = {until}
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
        region               | dominant | until      | icd10 | root | claudication | complete  | expect
        ---------------------+----------+------------+-------+------+--------------+-----------+-------------
        psis_sacral_sulcus   | true     |            | -     | -    | -            | allergy   | met
        psis_sacral_sulcus   | true     | 2026-05-15 | -     | -    | -            | allergy   | met
        psis_sacral_sulcus   | true     | 2026-05-14 | -     | -    | -            | complaint | not met
        psis_sacral_sulcus   | true     | 2026-05-14 | -     | -    | -            | allergy   | undocumented
        low_back_paramidline | true     |            | -     | -    | -            | allergy   | not met
        psis_sacral_sulcus   | false    |            | -     | -    | -            | allergy   | not met
        psis_sacral_sulcus   |          |            | -     | -    | -            | allergy   | undocumented
        -                    |          |            | -     | -    | -            | allergy   | undocumented
        """,
    )


def test_root_signs_present(ask):
    ask(
        sacroiliac.root_signs_present,
        WHY,
        """
        region | dominant | until      | icd10  | root  | claudication | complete | expect
        -------+----------+------------+--------+-------+--------------+----------+-------------
        -      |          |            | -      | true  | -            | allergy  | met
        -      |          |            | -      | false | true         | allergy  | met
        -      |          |            | -      | false | false        | allergy  | not met
        -      |          |            | -      | false | -            | allergy  | undocumented
        -      |          |            | M54.16 | false | false        | allergy  | met
        -      |          | 2026-05-15 | M54.16 | false | false        | allergy  | met
        -      |          | 2026-05-14 | M54.16 | false | false        | allergy  | not met
        -      |          |            | -      | -     | -            | allergy  | undocumented
        """,
    )


@pytest.mark.parametrize(("asked", "other"), [("left", "right"), ("right", "left")])
def test_sacroiliac_tests_positive(ask, asked, other):
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
        side = "ASKED"
        """.replace("ASKED", asked),
        """
        faber | side  | thrust | compression | distraction | complete           | expect
        ------+-------+--------+-------------+-------------+--------------------+-------------
        true  | ASKED | true   | -           | -           | allergy            | met
        true  |       | true   | -           | -           | allergy            | met
        true  | both  | true   | false       | false       | allergy            | met
        true  | OTHER | true   | -           | -           | allergy            | undocumented
        true  | ASKED | -      | -           | -           | allergy            | undocumented
        true  | ASKED | -      | -           | -           | finding:sacroiliac | not met
        true  | ASKED | false  | false       | false       | allergy            | not met
        false | ASKED | false  | false       | -           | allergy            | not met
        false | ASKED | false  | -           | -           | allergy            | undocumented
        -     |       | -      | -           | -           | allergy            | undocumented
        """.replace("ASKED", asked).replace("OTHER", other),
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


@pytest.mark.parametrize("asked", ["left", "right"])
def test_enough_positive_sacroiliac_tests(ask, asked):
    ask(
        sacroiliac.enough_positive_sacroiliac_tests,
        INJECTED.replace('"left"', f'"{asked}"'),
        """
        intent      | kind                       | code  | earlier    | side | day        | then       | percent | function | fits  | days | complete          | expect
        ------------+----------------------------+-------+------------+------+------------+------------+---------+----------+-------+------+-------------------+-------------
        therapeutic | sacroiliac_joint_injection |       | diagnostic | SIDE | 2026-04-01 | 2026-03-01 | 75      |          | true  |      | allergy           | met
        therapeutic | sacroiliac_joint_injection |       | diagnostic | SIDE | 2026-04-01 | 2026-03-01 | 74      |          | true  |      | allergy           | undocumented
        therapeutic | sacroiliac_joint_injection |       | diagnostic | SIDE | 2026-04-01 | 2026-03-01 | 74      |          | true  |      | relief:sacroiliac | not met
        therapeutic | sacroiliac_joint_injection |       | diagnostic | SIDE | 2026-04-01 | 2026-04-01 | 75      |          | true  |      | relief:sacroiliac | not met
        therapeutic | sacroiliac_joint_injection |       | diagnostic | SIDE | 2026-04-01 | 2026-03-01 | 75      |          | false |      | relief:sacroiliac | not met
        therapeutic | sacroiliac_joint_injection |       | diagnostic | SIDE | 2026-04-01 | 2026-03-01 | 75      |          |       |      | relief:sacroiliac | undocumented
        therapeutic | epidural_caudal            |       | diagnostic | SIDE | 2026-04-01 | 2026-03-01 | 75      |          | true  |      | relief:sacroiliac | not met
        therapeutic | Joint injection            | 27096 | diagnostic | SIDE | 2026-04-01 | 2026-03-01 | 75      |          | true  |      | allergy           | met
        therapeutic | sacroiliac_joint_injection |       | diagnostic | SIDE | 2026-04-01 | -          | 75      |          | true  |      | allergy           | undocumented
        """.replace("SIDE", asked),
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


SCORED = """
    as_of = 2026-05-15
    complete = ["relief:sacroiliac"]
    [patient]
    sex = "female"
    [[procedure]]
    id = "last"
    kind = "sacroiliac_joint_injection"
    intent = "{earlier}"
    side = "left"
    true_on = {day}
    [[relief]]
    procedure = "last"
    percent = {percent}
    score_before = 8
    score_after = {after}
    function_percent = {function}
    lasted_days = 90
    concordant = true
    true_on = 2026-05-15
    [request]
    kind = "sacroiliac_joint_injection"
    intent = "therapeutic"
    side = "left"
"""


@pytest.mark.parametrize(
    ("criterion", "intent", "numbers", "without"),
    [
        (sacroiliac.latest_sacroiliac_test_positive, "diagnostic", {}, "undocumented"),
        (sacroiliac.enough_positive_sacroiliac_tests, "diagnostic", {"min_blocks": 1}, "not met"),
        (sacroiliac.last_sacroiliac_treatment_relieved, "therapeutic", {"min_relief_days": 90}, "undocumented"),
    ],
    ids=["latest_test", "enough_tests", "last_treatment"],
)
def test_two_scores_outweigh_a_bare_percentage_and_the_day_itself_is_not_earlier(
    ask, criterion, intent, numbers, without
):
    ask(
        criterion,
        SCORED,
        """
        earlier | day        | percent | after | function | expect
        --------+------------+---------+-------+----------+--------
        INTENT  | 2026-01-01 | 10      | 4     |          | met
        INTENT  | 2026-01-01 | 90      | 4.1   |          | not met
        INTENT  | 2026-05-14 | 90      | 4     |          | met
        INTENT  | 2026-05-15 | 90      | 4     |          | WITHOUT
        -       |            | -       |       |          | WITHOUT
        """.replace("INTENT", intent).replace("WITHOUT", without),
        min_relief_percent=50,
        **numbers,
    )


def test_function_after_a_treatment_of_the_day_itself_says_nothing(ask):
    ask(
        sacroiliac.last_sacroiliac_treatment_improved_function,
        SCORED,
        """
        earlier     | day        | percent | after | function | expect
        ------------+------------+---------+-------+----------+-------------
        therapeutic | 2026-05-14 |         |       | 50       | met
        therapeutic | 2026-05-15 |         |       | 50       | undocumented
        """,
        min_function_percent=50,
        min_relief_days=90,
    )


EARLIER = """
    as_of = 2026-05-15
    complete = ["procedure"]
    [patient]
    sex = "female"
    [[procedure]]
    kind = "{kind}"
    code = "{code}"
    intent = "{intent}"
    side = "{side}"
    true_on = {day}
    [request]
    kind = "sacroiliac_joint_injection"
    intent = "therapeutic"
    side = "{asked}"
"""
LIMIT = {"max_sessions": 1, "window_months": 12}
COUNTING = [
    (sacroiliac.sacroiliac_treatment_is_first, "therapeutic", {}, "not met", "met", "met"),
    (sacroiliac.sacroiliac_treatment_is_repeat, "therapeutic", {}, "met", "not met", "not met"),
    (sacroiliac.sacroiliac_tests_are_left, "diagnostic", LIMIT, "not met", "met", "not met"),
    (sacroiliac.sacroiliac_treatments_are_left, "therapeutic", LIMIT, "not met", "met", "not met"),
    (sacroiliac.sacroiliac_treatments_of_side_are_left, "therapeutic", LIMIT, "not met", "met", "met"),
    (
        sacroiliac.sacroiliac_interval_kept,
        "therapeutic",
        {"min_interval_months": 2},
        "not met",
        "undocumented",
        "not met",
    ),
]
"""Criteria that look for earlier injections of one intent, and their answers: one is there, none is, on the other side."""


@pytest.mark.parametrize(
    ("criterion", "intent", "numbers", "there", "none", "other_side"),
    COUNTING,
    ids=[criterion.name for criterion, *_ in COUNTING],
)
def test_what_counts_as_an_earlier_injection(ask, criterion, intent, numbers, there, none, other_side):
    ask(
        criterion,
        EARLIER.replace("{intent}", intent),
        f"""
        kind                        | code  | side  | day        | asked | expect
        ----------------------------+-------+-------+------------+-------+--------
        sacroiliac_joint_injection  |       | left  | 2026-05-14 | left  | {there}
        sacroiliac_joint_injection  |       | left  | 2026-05-15 | left  | {none}
        lateral_branch_block_sacral |       | left  | 2026-05-14 | left  | {there}
        Joint injection             | 27096 | left  | 2026-05-14 | left  | {there}
        Joint injection             | G0260 | left  | 2026-05-14 | left  | {there}
        Nerve block                 | 64451 | left  | 2026-05-14 | left  | {there}
        Joint injection             | 20610 | left  | 2026-05-14 | left  | {none}
        epidural_caudal             |       | left  | 2026-05-14 | left  | {none}
        sacroiliac_joint_injection  |       | both  | 2026-05-14 | left  | {there}
        sacroiliac_joint_injection  |       |       | 2026-05-14 | left  | {there}
        sacroiliac_joint_injection  |       | left  | 2026-05-14 | both  | {there}
        sacroiliac_joint_injection  |       | left  | 2026-05-14 |       | {there}
        sacroiliac_joint_injection  |       | right | 2026-05-14 | left  | {other_side}
        -                           |       |       |            | left  | {none}
        """,
        **numbers,
    )


BOTH_SIDES = """
    as_of = 2026-05-15
    complete = ["relief:sacroiliac"]
    [patient]
    sex = "female"
    [[procedure]]
    id = "on the left"
    kind = "sacroiliac_joint_injection"
    intent = "INTENT"
    side = "left"
    true_on = 2026-02-01
    [[relief]]
    procedure = "on the left"
    percent = {left}
    function_percent = {left}
    concordant = true
    lasted_days = 90
    true_on = 2026-05-01
    [[procedure]]
    id = "on the right"
    kind = "sacroiliac_joint_injection"
    intent = "INTENT"
    side = "right"
    true_on = 2026-01-01
    [[relief]]
    procedure = "on the right"
    percent = {right}
    function_percent = {right}
    concordant = true
    lasted_days = 90
    true_on = 2026-05-01
    [request]
    kind = "sacroiliac_joint_injection"
    intent = "therapeutic"
    side = "{asked}"
"""
HALF = {"min_relief_percent": 50}
PROVING = [
    (sacroiliac.latest_sacroiliac_test_positive, "diagnostic", HALF, "undocumented"),
    (sacroiliac.enough_positive_sacroiliac_tests, "diagnostic", {**HALF, "min_blocks": 1}, "not met"),
    (sacroiliac.last_sacroiliac_treatment_relieved, "therapeutic", {**HALF, "min_relief_days": 90}, "undocumented"),
    (
        sacroiliac.last_sacroiliac_treatment_improved_function,
        "therapeutic",
        {"min_function_percent": 50, "min_relief_days": 90},
        "undocumented",
    ),
]
"""Criteria that ask what came of injections of one intent, and their answer while nobody reported."""


@pytest.mark.parametrize(
    ("criterion", "intent", "numbers", "unreported"), PROVING, ids=[criterion.name for criterion, *_ in PROVING]
)
def test_each_side_asked_for_is_proved_by_itself(ask, criterion, intent, numbers, unreported):
    table = f"""
        asked   | left | right | expect
        --------+------+-------+-------------
        left    | 50   | 49    | met
        right   | 50   | 49    | not met
        right   | 49   | 50    | met
        both    | 50   | 50    | met
        both    | 50   | 49    | not met
        both    | 49   | 50    | not met
        both    | 50   | -     | {unreported}
        both    | -    | 50    | {unreported}
        midline | 50   | 50    | not met
                | 50   | 50    | undocumented
        """
    ask(criterion, BOTH_SIDES.replace("INTENT", intent), table, **numbers)
    other = {"diagnostic": "therapeutic", "therapeutic": "diagnostic"}[intent]
    ask(
        criterion,
        BOTH_SIDES.replace("INTENT", other),
        f"""
        asked | left | right | expect
        ------+------+-------+--------
        left  | 50   | 50    | {unreported}
        right | 50   | 50    | {unreported}
        """,
        **numbers,
    )
