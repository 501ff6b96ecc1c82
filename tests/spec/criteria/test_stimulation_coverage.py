# ruff: noqa: E501  (a table is as wide as it needs to be)
"""Stimulators and pumps: the trial, and the device in place."""

import pytest

from lenitive.medicine.criteria import stimulation_coverage as stimulation

TRIAL = """
    as_of = 2026-05-15
    [patient]
    sex = "female"
    [[procedure]]
    id = "trial"
    kind = "{kind}"
    intent = "{intent}"
    true_on = {day}
    [[relief]]
    procedure = "trial"
    percent = {percent}
    instrument = "nrs"
    score_before = {before}
    score_after = {after}
    lasted_hours = {hours}
    lasted_days = {days}
    function_percent = {function}
    true_on = 2026-04-10
    [[statement]]
    kind = "function_improved_in_trial"
    says = {better}
    [request]
    kind = "spinal_cord_stimulation_implant"
"""
KINDS = {"trial_kinds": ["spinal_cord_stimulation_trial"]}


def test_trial_relieved_enough(ask):
    ask(
        stimulation.trial_relieved_enough,
        TRIAL,
        """
        kind                            | intent | day        | percent | before | after | hours | days | function | better | expect
        --------------------------------+--------+------------+---------+--------+-------+-------+------+----------+--------+-------------
        spinal_cord_stimulation_trial   |        | 2026-04-01 | 50      |        |       |       |      |          | -      | met
        spinal_cord_stimulation_trial   |        | 2026-04-01 | 49      |        |       |       |      |          | -      | not met
        spinal_cord_stimulation_trial   |        | 2026-04-01 | 80      | 8      | 5     |       |      |          | -      | not met
        spinal_cord_stimulation_trial   |        | 2026-04-01 | 10      | 8      | 4     |       |      |          | -      | met
        spinal_cord_stimulation_trial   |        | 2026-04-01 |         |        |       |       |      |          | -      | undocumented
        spinal_cord_stimulation_implant | trial  | 2026-04-01 | 50      |        |       |       |      |          | -      | met
        epidural_caudal                 |        | 2026-04-01 | 50      |        |       |       |      |          | -      | undocumented
        -                               |        |            | -       |        |       |       |      |          | -      | undocumented
        """,
        min_relief_percent=50,
        **KINDS,
    )


def test_trial_showed_relief(ask):
    ask(
        stimulation.trial_showed_relief,
        TRIAL,
        """
        kind                          | intent | day        | percent | before | after | hours | days | function | better | expect
        ------------------------------+--------+------------+---------+--------+-------+-------+------+----------+--------+-------------
        spinal_cord_stimulation_trial |        | 2026-04-01 | 1       |        |       |       |      |          | -      | met
        spinal_cord_stimulation_trial |        | 2026-04-01 | 0       |        |       |       |      |          | -      | not met
        spinal_cord_stimulation_trial |        | 2026-04-01 |         | 8      | 7     |       |      |          | -      | met
        spinal_cord_stimulation_trial |        | 2026-04-01 | 40      | 8      | 8     |       |      |          | -      | not met
        spinal_cord_stimulation_trial |        | 2026-04-01 |         |        |       |       |      |          | -      | undocumented
        """,
        **KINDS,
    )


def test_trial_improved_function(ask):
    ask(
        stimulation.trial_improved_function,
        TRIAL,
        """
        kind                          | intent | day        | percent | before | after | hours | days | function | better | expect
        ------------------------------+--------+------------+---------+--------+-------+-------+------+----------+--------+-------------
        spinal_cord_stimulation_trial |        | 2026-04-01 | 50      |        |       |       |      | 10       | -      | met
        spinal_cord_stimulation_trial |        | 2026-04-01 | 50      |        |       |       |      | 0        | false  | not met
        spinal_cord_stimulation_trial |        | 2026-04-01 | 50      |        |       |       |      | 0        | -      | undocumented
        spinal_cord_stimulation_trial |        | 2026-04-01 | 50      |        |       |       |      |          | true   | met
        -                             |        |            | -       |        |       |       |      |          | -      | undocumented
        """,
        **KINDS,
    )


def test_trial_relief_lasted(ask):
    ask(
        stimulation.trial_relief_lasted,
        TRIAL,
        """
        kind                          | intent | day        | percent | before | after | hours | days | function | better | expect
        ------------------------------+--------+------------+---------+--------+-------+-------+------+----------+--------+-------------
        spinal_cord_stimulation_trial |        | 2026-04-01 | 50      |        |       | 72    |      |          | -      | met
        spinal_cord_stimulation_trial |        | 2026-04-01 | 50      |        |       | 71    |      |          | -      | not met
        spinal_cord_stimulation_trial |        | 2026-04-01 | 50      |        |       |       | 3    |          | -      | met
        spinal_cord_stimulation_trial |        | 2026-04-01 | 50      |        |       |       | 2    |          | -      | not met
        spinal_cord_stimulation_trial |        | 2026-04-01 | 50      |        |       |       |      |          | -      | undocumented
        """,
        min_trial_hours=72,
        **KINDS,
    )


def test_trial_relief_lasted_longer(ask):
    ask(
        stimulation.trial_relief_lasted_longer,
        TRIAL,
        """
        kind                          | intent | day        | percent | before | after | hours | days | function | better | expect
        ------------------------------+--------+------------+---------+--------+-------+-------+------+----------+--------+-------------
        spinal_cord_stimulation_trial |        | 2026-04-01 | 50      |        |       | 49    |      |          | -      | met
        spinal_cord_stimulation_trial |        | 2026-04-01 | 50      |        |       | 48    |      |          | -      | not met
        spinal_cord_stimulation_trial |        | 2026-04-01 | 50      |        |       |       | 2    |          | -      | not met
        spinal_cord_stimulation_trial |        | 2026-04-01 | 50      |        |       |       | 3    |          | -      | met
        spinal_cord_stimulation_trial |        | 2026-04-01 | 50      |        |       |       |      |          | -      | undocumented
        """,
        more_than_hours=48,
        **KINDS,
    )


@pytest.mark.parametrize(
    ("criterion", "numbers"),
    [
        (stimulation.trial_relieved_enough, {"min_relief_percent": 50}),
        (stimulation.trial_showed_relief, {}),
        (stimulation.trial_improved_function, {}),
        (stimulation.trial_relief_lasted, {"min_trial_hours": 72}),
        (stimulation.trial_relief_lasted_longer, {"more_than_hours": 48}),
    ],
    ids=lambda value: getattr(value, "name", ""),
)
def test_what_counts_as_the_trial_that_came_first(ask, criterion, numbers):
    ask(
        criterion,
        TRIAL,
        """
        kind                            | intent  | day        | percent | before | after | hours | days | function | better | expect
        --------------------------------+---------+------------+---------+--------+-------+-------+------+----------+--------+-------------
        spinal_cord_stimulation_trial   |         | 2026-05-14 | 80      |        |       | 90    |      | 80       | -      | met
        spinal_cord_stimulation_trial   |         | 2026-05-15 | 80      |        |       | 90    |      | 80       | -      | undocumented
        spinal_cord_stimulation_implant | trial   | 2026-05-14 | 80      |        |       | 90    |      | 80       | -      | met
        spinal_cord_stimulation_implant | implant | 2026-05-14 | 80      |        |       | 90    |      | 80       | -      | undocumented
        spinal_cord_stimulation_implant |         | 2026-05-14 | 80      |        |       | 90    |      | 80       | -      | undocumented
        epidural_caudal                 | trial   | 2026-05-14 | 80      |        |       | 90    |      | 80       | -      | undocumented
        -                               |         |            | -       |        |       |       |      |          | -      | undocumented
        """,
        **numbers,
        **KINDS,
    )


TRIALS = """
    as_of = 2026-05-15
    complete = ["{complete}"]
    [patient]
    sex = "female"
    [[procedure]]
    id = "first"
    kind = "{kind}"
    region = "{region}"
    true_on = 2020-01-01
    [[procedure]]
    id = "second"
    kind = "spinal_cord_stimulation_trial"
    region = "{then}"
    true_on = {day}
    [[statement]]
    kind = "repeat_trial_reason"
    text = "{reason}"
    [request]
    kind = "spinal_cord_stimulation_trial"
    region = "lumbar"
"""


def test_stimulation_trials_are_left(ask):
    ask(
        stimulation.stimulation_trials_are_left,
        TRIALS,
        """
        kind                                   | region   | then   | day        | reason      | complete              | expect
        ---------------------------------------+----------+--------+------------+-------------+-----------------------+-------------
        spinal_cord_stimulation_trial          | lumbar   | -      |            | -           | procedure:stimulation | met
        spinal_cord_stimulation_trial          | lumbar   | lumbar | 2023-01-01 | -           | allergy               | not met
        spinal_cord_stimulation_trial          | lumbar   | lumbar | 2023-01-01 | broken lead | allergy               | met
        spinal_cord_stimulation_trial          | cervical | lumbar | 2023-01-01 | -           | procedure:stimulation | met
        dorsal_root_ganglion_stimulation_trial | lumbar   | lumbar | 2023-01-01 | -           | procedure:stimulation | met
        spinal_cord_stimulation_trial          | lumbar   | lumbar | 2026-05-14 | -           | procedure:stimulation | not met
        spinal_cord_stimulation_trial          | lumbar   | lumbar | 2026-05-15 | -           | procedure:stimulation | met
        spinal_cord_stimulation_trial          | lumbar   | lumbar |            | -           | procedure:stimulation | undocumented
        spinal_cord_stimulation_trial          | lumbar   |        | 2023-01-01 | -           | procedure:stimulation | undocumented
        spinal_cord_stimulation_trial          | lumbar   | -      |            | -           | allergy               | undocumented
        """,
        max_trials=2,
    )


def test_device_is_in_place(ask):
    ask(
        stimulation.device_is_in_place,
        """
        as_of = 2026-05-15
        complete = ["{complete}"]
        [patient]
        sex = "female"
        [[device]]
        kind = "{kind}"
        until = {until}
        [request]
        kind = "spinal_cord_stimulation_implant"
        """,
        """
        kind                   | until      | complete | expect
        -----------------------+------------+----------+-------------
        spinal_cord_stimulator |            | allergy  | met
        spinal_cord_stimulator | 2026-05-15 | allergy  | met
        spinal_cord_stimulator | 2026-05-14 | device   | not met
        pacemaker              |            | device   | not met
        -                      |            | device   | not met
        -                      |            | allergy  | undocumented
        """,
        device_kinds=["spinal_cord_stimulator"],
    )
