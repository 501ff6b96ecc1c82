"""What was tried without a needle."""

from lenitive.medicine.criteria.conservative import (
    active_care_goes_on,
    conservative_care_did_not_help,
    conservative_care_failed,
    conservative_care_was_tried,
    failed_care_is_dated,
)

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
        physical_therapy | lumbar | 2026-01-01 |            | failed   | allergy   | not met
        physical_therapy | lumbar |            |            | failed   | allergy   | not met
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
