"""What was tried without a needle."""

import pytest

from lenitive.medicine.criteria.common_coverage import other_treatments_failed_or_unsuitable
from lenitive.medicine.criteria.conservative import (
    active_care_goes_on,
    conservative_care_did_not_help,
    conservative_care_failed,
    conservative_care_was_tried,
    failed_care_is_dated,
)
from lenitive.medicine.criteria.soft_tissue_coverage import trigger_point_care_came_first

TREATMENT = """
    as_of = 2026-05-15
    complete = ["{complete}"]
    [patient]
    sex = "female"
    [[treatment]]
    kind = "{kind}"
    region = "{region}"
    true_on = {began}
    until = {until}
    response = "{response}"
    [request]
    kind = "epidural_transforaminal_lumbar"
"""


def test_conservative_care_failed(ask):
    ask(
        conservative_care_failed,
        TREATMENT,
        """
        kind             | region   | began      | until      | response      | complete  | expect
        -----------------+----------+------------+------------+---------------+-----------+-------------
        physical_therapy | lumbar   | 2026-01-01 | 2026-01-28 | failed        | allergy   | met
        physical_therapy | lumbar   | 2026-01-01 | 2026-01-27 | failed        | allergy   | undocumented
        physical_therapy | lumbar   | 2026-01-01 | 2026-01-27 | failed        | treatment | not met
        physical_therapy |          | 2026-01-01 | 2026-01-28 | partial       | allergy   | met
        physical_therapy | cervical | 2026-01-01 | 2026-01-28 | failed        | allergy   | undocumented
        physical_therapy | cervical | 2026-01-01 | 2026-01-28 | failed        | treatment | not met
        physical_therapy | lumbar   | 2026-01-01 | 2026-01-28 | good          | treatment | not met
        physical_therapy | lumbar   | 2026-01-01 | 2026-01-28 |               | treatment | undocumented
        physical_therapy | lumbar   | 2026-01-01 |            | failed        | treatment | undocumented
        nsaid            | lumbar   | 2026-01-01 | 2026-01-03 | not_tolerated | allergy   | met
        nsaid            | lumbar   | 2026-05-15 |            | not_tolerated | allergy   | met
        nsaid            | lumbar   | 2026-05-16 |            | not_tolerated | allergy   | undocumented
        wishful_thinking | lumbar   | 2026-01-01 | 2026-01-28 | failed        | allergy   | undocumented
        -                |          |            |            |               | allergy   | undocumented
        -                |          |            |            |               | treatment | not met
        """,
        min_conservative_days=28,
    )


def test_two_courses_in_a_row_count_together(ask):
    ask(
        conservative_care_failed,
        """
        as_of = 2026-05-15
        complete = ["treatment"]
        [patient]
        sex = "female"
        [[treatment]]
        kind = "nsaid"
        true_on = 2026-01-01
        until = 2026-01-14
        response = "failed"
        [[treatment]]
        kind = "physical_therapy"
        true_on = {began}
        until = 2026-01-28
        response = "failed"
        [request]
        kind = "epidural_transforaminal_lumbar"
        """,
        """
        began      | expect
        -----------+--------
        2026-01-10 | met
        2026-01-15 | met
        2026-01-16 | not met
        """,
        min_conservative_days=28,
    )


def test_conservative_care_did_not_help(ask):
    ask(
        conservative_care_did_not_help,
        TREATMENT,
        """
        kind             | region   | began      | until | response      | complete  | expect
        -----------------+----------+------------+-------+---------------+-----------+-------------
        physical_therapy | lumbar   | 2026-05-01 |       | failed        | allergy   | met
        physical_therapy | lumbar   |            |       | partial       | allergy   | met
        nsaid            | lumbar   | 2026-05-01 |       | not_tolerated | allergy   | met
        physical_therapy | lumbar   | 2026-05-01 |       | good          | allergy   | not met
        physical_therapy | lumbar   | 2026-05-01 |       |               | allergy   | undocumented
        physical_therapy | lumbar   | 2026-05-15 |       | failed        | allergy   | met
        physical_therapy | lumbar   | 2026-05-16 |       | failed        | allergy   | undocumented
        physical_therapy | cervical | 2026-05-01 |       | failed        | allergy   | undocumented
        physical_therapy | cervical | 2026-05-01 |       | failed        | treatment | not met
        -                |          |            |       |               | allergy   | undocumented
        """,
    )


def test_conservative_care_was_tried(ask):
    ask(
        conservative_care_was_tried,
        TREATMENT,
        """
        kind             | region   | began      | until | response | complete  | expect
        -----------------+----------+------------+-------+----------+-----------+-------------
        physical_therapy | lumbar   | 2026-05-01 |       |          | allergy   | met
        physical_therapy | lumbar   | 2026-05-15 |       | good     | allergy   | met
        physical_therapy | lumbar   | 2026-05-16 |       |          | treatment | not met
        physical_therapy |          |            |       | failed   | allergy   | met
        physical_therapy | cervical | 2026-05-01 |       | failed   | allergy   | undocumented
        physical_therapy | cervical | 2026-05-01 |       | failed   | treatment | not met
        -                |          |            |       |          | allergy   | undocumented
        -                |          |            |       |          | treatment | not met
        """,
    )


def test_care_counts_for_the_region_asked_for(ask):
    ask(
        conservative_care_was_tried,
        TREATMENT.replace("epidural_transforaminal_lumbar", "{asked}"),
        """
        asked                          | kind          | region   | began | until | response | complete  | expect
        -------------------------------+---------------+----------+-------+-------+----------+-----------+-------------
        epidural_transforaminal_lumbar | home_exercise | low_back |       |       |          | treatment | met
        epidural_transforaminal_lumbar | home_exercise | neck     |       |       |          | treatment | not met
        epidural_interlaminar_cervical | home_exercise | neck     |       |       |          | treatment | met
        epidural_interlaminar_cervical | home_exercise | low_back |       |       |          | treatment | not met
        epidural_interlaminar_cervical | home_exercise |          |       |       |          | treatment | met
        spinal_cord_stimulation_trial  | home_exercise | low_back |       |       |          | treatment | met
        spinal_cord_stimulation_trial  | home_exercise | neck     |       |       |          | treatment | met
        spinal_cord_stimulation_trial  | wishing       | low_back |       |       |          | treatment | not met
        spinal_cord_stimulation_trial  | -             |          |       |       |          | allergy   | undocumented
        """,
    )


def test_failed_care_is_dated(ask):
    ask(
        failed_care_is_dated,
        TREATMENT,
        """
        kind             | region | began      | until      | response | complete  | expect
        -----------------+--------+------------+------------+----------+-----------+-------------
        physical_therapy | lumbar | 2026-01-01 | 2026-02-01 | failed   | allergy   | met
        physical_therapy | lumbar | 2026-01-01 |            | failed   | allergy   | undocumented
        physical_therapy | lumbar |            | 2026-02-01 | failed   | allergy   | undocumented
        physical_therapy | lumbar |            |            | failed   | allergy   | undocumented
        -                |        |            |            |          | treatment | not met
        physical_therapy | lumbar | 2026-05-15 | 2026-05-15 | failed   | allergy   | met
        physical_therapy | lumbar | 2026-05-16 | 2026-05-16 | failed   | allergy   | undocumented
        physical_therapy | lumbar | 2026-01-01 | 2026-02-01 | good     | allergy   | undocumented
        -                |        |            |            |          | allergy   | undocumented
        """,
    )


def test_active_care_goes_on(ask):
    ask(
        active_care_goes_on,
        TREATMENT,
        """
        kind          | region | began      | until      | response | complete  | expect
        --------------+--------+------------+------------+----------+-----------+-------------
        home_exercise | lumbar | 2026-01-01 |            |          | allergy   | met
        home_exercise | lumbar | 2026-01-01 | 2026-05-15 |          | allergy   | met
        home_exercise | lumbar | 2026-05-15 |            |          | allergy   | met
        home_exercise | lumbar | 2026-05-16 |            |          | treatment | not met
        home_exercise | lumbar | 2026-01-01 | 2026-05-14 |          | allergy   | undocumented
        home_exercise | lumbar | 2026-01-01 | 2026-05-14 |          | treatment | not met
        nsaid         | lumbar | 2026-01-01 |            |          | treatment | not met
        -             |        |            |            |          | allergy   | undocumented
        """,
    )


# --- outside the spine: the part that hurts, or the whole body ------------------------------------------------------

ELSEWHERE = """
    as_of = 2026-05-15
    complete = ["treatment"]
    [patient]
    sex = "female"
    [[treatment]]
    kind = "{kind}"
    region = "{region}"
    true_on = 2026-01-01
    until = 2026-05-01
    response = "failed"
    [request]
    kind = "{asked}"
    region = "{part}"
"""
CARE = [
    (conservative_care_failed, {"min_conservative_days": 28}),
    (conservative_care_did_not_help, {}),
    (conservative_care_was_tried, {}),
    (failed_care_is_dated, {}),
    (active_care_goes_on, {"rehabilitation_kinds": ["physical_therapy", "nsaid"]}),
    (other_treatments_failed_or_unsuitable, {}),
    (trigger_point_care_came_first, {}),
]


@pytest.mark.parametrize(("criterion", "numbers"), CARE, ids=[criterion.name for criterion, _ in CARE])
def test_care_of_another_part_of_the_body_does_not_count(ask, criterion, numbers):
    """Care of the part that hurts counts, and what acts on the whole body. What reaches a pain from elsewhere, and a
    request that does not say where, take care of any part."""
    chart = ELSEWHERE.replace("    until = 2026-05-01\n", "") if criterion is active_care_goes_on else ELSEWHERE
    no = (
        "undocumented"
        if criterion in (other_treatments_failed_or_unsuitable, trigger_point_care_came_first)
        else "not met"
    )
    ask(
        criterion,
        chart,
        f"""
        kind             | region     | asked                             | part     | expect
        -----------------+------------+-----------------------------------+----------+--------
        physical_therapy | knee       | radiofrequency_ablation_genicular |          | met
        physical_therapy | lower_limb | genicular_nerve_block             | knee     | met
        physical_therapy |            | genicular_nerve_block             |          | met
        physical_therapy | cervical   | genicular_nerve_block             |          | {no}
        physical_therapy | lumbar     | radiofrequency_ablation_genicular | knee     | {no}
        nsaid            | cervical   | genicular_nerve_block             |          | met
        physical_therapy | hip        | greater_trochanteric_injection    |          | met
        physical_therapy | knee       | greater_trochanteric_injection    |          | {no}
        physical_therapy | shoulder   | suprascapular_nerve_block         |          | met
        physical_therapy | knee       | suprascapular_nerve_block         |          | {no}
        physical_therapy | shoulder   | acromioclavicular_joint_injection |          | met
        physical_therapy | knee       | acromioclavicular_joint_injection |          | {no}
        physical_therapy | neck       | trigger_point_injection           | cervical | met
        physical_therapy | lumbar     | trigger_point_injection           | low_back | met
        physical_therapy | lumbar     | trigger_point_injection           | cervical | {no}
        nsaid            | lumbar     | trigger_point_injection           | cervical | met
        physical_therapy | lumbar     | trigger_point_injection           |          | met
        physical_therapy | other      | joint_injection                   | other    | met
        physical_therapy | knee       | joint_injection                   | shoulder | {no}
        physical_therapy | knee       | spinal_cord_stimulation_trial     |          | met
        """,
        **numbers,
    )
