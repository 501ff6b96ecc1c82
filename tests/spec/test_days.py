"""Windows, shifted days, days between, and days that are known only roughly."""

from datetime import date

from lenitive.chart import Request
from lenitive.rules.language import as_of, rows

procedures = rows("procedure")
procedure = procedures.columns
treatments = rows("treatment")
treatment = treatments.columns


def within(amount, unit):
    return procedures.where(procedure.true_on.within_last(amount, unit)).exist()


def test_within_the_last_days(spec):
    spec(
        """
        procedure:
        attested  | true_on    | expect
        procedure | 2025-04-30 | not met
        procedure | 2025-05-01 | met
        procedure | 2025-05-15 | met
        procedure | 2025-05-16 | not met
        procedure |            | undocumented
        procedure | -          | not met
                  | 2025-04-30 | undocumented
                  | 2025-05-01 | met
        """,
        within(14, "days"),
        as_of="2025-05-15",
    )


def test_within_the_last_weeks(spec):
    spec(
        """
        procedure:
        attested  | true_on    | expect
        procedure | 2025-04-30 | not met
        procedure | 2025-05-01 | met
        """,
        within(2, "weeks"),
        as_of="2025-05-15",
    )


def test_months_end_on_the_same_day(spec):
    spec(
        """
        procedure:
        attested  | true_on    | expect
        procedure | 2025-02-14 | not met
        procedure | 2025-02-15 | met
        """,
        within(3, "months"),
        as_of="2025-05-15",
    )


def test_a_shorter_month_ends_on_its_last_day(spec):
    spec(
        """
        procedure:
        attested  | true_on    | expect
        procedure | 2025-02-27 | not met
        procedure | 2025-02-28 | met
        procedure | 2025-03-01 | met
        """,
        within(3, "months"),
        as_of="2025-05-31",
    )


def test_a_shorter_month_of_a_leap_year(spec):
    spec(
        """
        procedure:
        attested  | true_on    | expect
        procedure | 2024-02-28 | not met
        procedure | 2024-02-29 | met
        """,
        within(1, "months"),
        as_of="2024-03-31",
    )


def test_twelve_rolling_months(spec):
    spec(
        """
        procedure:
        attested  | true_on    | expect
        procedure | 2024-02-28 | met
        procedure | 2024-02-27 | not met
        """,
        within(12, "months"),
        as_of="2025-02-28",
    )


def test_a_year_after_a_leap_day(spec):
    spec(
        """
        procedure:
        attested  | true_on    | expect
        procedure | 2023-02-27 | not met
        procedure | 2023-02-28 | met
        """,
        within(1, "years"),
        as_of="2024-02-29",
    )


def test_months_ahead(spec):
    spec(
        """
        procedure:
        attested  | true_on    | expect
        procedure | 2025-02-28 | met
        procedure | 2025-03-01 | not met
        """,
        procedures.where(procedure.true_on <= as_of.after(1, "months")).exist(),
        as_of="2025-01-31",
    )


def test_the_planned_day_is_the_day_of_the_request(spec):
    spec(
        """
        procedure:
        attested  | true_on    | expect
        procedure | 2025-05-31 | not met
        procedure | 2025-06-01 | met
        procedure | 2025-06-15 | met
        """,
        within(14, "days"),
        as_of="2025-05-01",
        request=Request(kind="any", on=date(2025, 6, 15)),
    )


def test_the_day_of_a_row_moves_by_days(spec):
    spec(
        """
        treatment:
        attested  | until      | expect
        treatment | 2025-05-04 | not met
        treatment | 2025-05-05 | met
        treatment | 9999-12-31 | met
        treatment |            | undocumented
        """,
        treatments.where(treatment.until.after(4, "weeks") > as_of).exist(),
        as_of="2025-06-01",
    )


def test_the_calendar_has_an_end(spec):
    spec(
        """
        treatment:
        attested  | until      | expect
        treatment | 9999-12-31 | met
        treatment | 9999-11-30 | not met
        """,
        treatments.where(treatment.until.after(1, "days") == treatment.until).exist(),
    )


def test_a_window_from_before_the_calendar(spec):
    spec(
        """
        procedure:
        attested  | true_on    | expect
        procedure | 0001-01-01 | met
        procedure | 2025-07-01 | not met
        """,
        within(5000, "years"),
    )


def test_days_between(spec):
    spec(
        """
        treatment:
        attested  | true_on    | until      | expect
        treatment | 2025-01-01 | 2025-01-31 | not met
        treatment | 2025-01-01 | 2025-02-01 | met
        treatment | 2024-02-01 | 2024-03-02 | not met
        treatment | 2025-01-01 |            | undocumented
        treatment |            | 2025-02-01 | undocumented
        """,
        treatments.where(treatment.true_on.days_until(treatment.until) > 30).exist(),
    )


def test_days_between_from_a_rough_start(spec):
    spec(
        """
        treatment:
        attested  | true_on | until      | expect
        treatment | 2025-01 | 2025-03-03 | met
        treatment | 2025-01 | 2025-03-02 | undocumented
        treatment | 2025-01 | 2025-01-31 | not met
        treatment | 2025-02 | 2025-03-03 | not met
        """,
        treatments.where(treatment.true_on.days_until(treatment.until) > 30).exist(),
    )


def test_a_rough_day_before_a_day(spec):
    spec(
        """
        procedure:
        attested  | true_on                | expect
        procedure | 2025-03                | met
        procedure | 2025-04                | undocumented
        procedure | 2025-05                | not met
        procedure | 2025-04-01..2025-04-14 | met
        procedure | 2025-04-01..2025-04-15 | undocumented
        procedure | 2025-04-14..2025-04-30 | undocumented
        procedure | 2025-04-15..2025-04-30 | not met
        """,
        procedures.where(procedure.true_on < as_of).exist(),
        as_of="2025-04-15",
    )


def test_a_rough_day_up_to_a_day(spec):
    spec(
        """
        procedure:
        attested  | true_on                | expect
        procedure | 2025-04-01..2025-04-15 | met
        procedure | 2025-04-01..2025-04-16 | undocumented
        procedure | 2025-04-15..2025-04-30 | undocumented
        procedure | 2025-04-16..2025-04-30 | not met
        """,
        procedures.where(procedure.true_on <= as_of).exist(),
        as_of="2025-04-15",
    )


def test_a_rough_day_is_equal_to_no_day(spec):
    spec(
        """
        procedure:
        attested  | true_on                | expect
        procedure | 2025-04-15             | met
        procedure | 2025-04-14             | not met
        procedure | 2025-04-14..2025-04-15 | undocumented
        procedure | 2025-04-16..2025-04-18 | not met
        procedure | 2025-04-10..2025-04-14 | not met
        procedure |                        | undocumented
        """,
        procedures.where(procedure.true_on == as_of).exist(),
        as_of="2025-04-15",
    )


def test_a_rough_day_differs(spec):
    spec(
        """
        procedure:
        attested  | true_on                | expect
        procedure | 2025-04-15             | not met
        procedure | 2025-04-14..2025-04-15 | undocumented
        procedure | 2025-04-16..2025-04-18 | met
        """,
        procedures.where(procedure.true_on != as_of).exist(),
        as_of="2025-04-15",
    )


def test_two_rough_days(spec):
    spec(
        """
        procedure:
        patient  | attested  | true_on                | expect
        apart    | procedure | 2025-04-01..2025-04-10 | met
        touching | procedure | 2025-04-01..2025-04-20 | undocumented
        after    | procedure | 2025-06                | not met

        treatment:
        patient  | true_on
        apart    | 2025-04-11..2025-04-30
        touching | 2025-04-20..2025-04-30
        after    | 2025-05
        """,
        procedures.latest().true_on < treatments.latest().true_on,
    )


def test_two_rough_days_of_one_month_need_not_be_one_day(spec):
    spec(
        """
        procedure:
        attested  | true_on    | expect
        procedure | 2025-04    | undocumented
        procedure | 2025-04-15 | met
        procedure |            | undocumented
        """,
        procedures.where(procedure.true_on == procedure.true_on).exist(),
    )


def test_a_rough_day_moves_with_both_ends(spec):
    spec(
        """
        procedure:
        attested  | true_on                | expect
        procedure | 2025-05-01..2025-05-10 | not met
        procedure | 2025-05-02..2025-05-12 | undocumented
        procedure | 2025-05-12..2025-05-20 | met
        """,
        procedures.where(procedure.true_on.before(10, "days") > as_of).exist(),
        as_of="2025-05-01",
    )


def test_a_birthday_of_which_only_the_year_is_known(spec):
    patients = rows("patient")
    spec(
        """
        patient:
        attested | birth_date             | expect
        patient  | 1960-01-01..1960-12-31 | met
        patient  | 1961-01-01..1961-12-31 | undocumented
        patient  | 1961-06-01             | met
        patient  | 1961-06-02             | not met
        patient  | 1962-01-01..1962-12-31 | not met
        patient  |                        | undocumented
        """,
        patients.where(patients.columns.birth_date <= as_of.before(64, "years")).exist(),
        as_of="2025-06-01",
    )
