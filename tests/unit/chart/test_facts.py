"""What no fact may say: numbers that nothing can be compared with, and days in the wrong order."""

import math
from datetime import UTC, date, datetime

import msgspec
import pytest

from lenitive.chart import TABLES, Chart, Fact
from lenitive.chart.chart import recorded_on
from lenitive.chart.goal import Goal
from lenitive.chart.procedure import DrugGiven, Procedure
from lenitive.chart.relief import Relief
from lenitive.chart.schema import columns
from lenitive.interop.fhir.days import BadDateError, moment

AT = datetime(2025, 1, 1, tzinfo=UTC)
NUMBERS = [(table, name) for table in TABLES for name, column in columns(table).items() if column.kind == "number"]
REQUIRED = {
    "finding": {"code": "fever"},
    "measure": {"instrument": "nrs"},
    "relief": {"procedure": "x"},
    "medication": {"ingredient": "ibuprofen"},
    "goal": {"kind": "activity"},
    "procedure": {"kind": "epidural_caudal"},
}


def fact(table: str, **said: object) -> Fact:
    return TABLES[table](**{"id": "f", "patient": "p", "recorded_at": AT, **REQUIRED.get(table, {}), **said})


@pytest.mark.parametrize("wrong", [math.nan, math.inf, -math.inf])
@pytest.mark.parametrize(("table", "name"), NUMBERS)
def test_a_number_that_is_not_finite_is_refused(table, name, wrong):
    assert getattr(fact(table, **{name: 1.5}), name) == 1.5
    with pytest.raises(ValueError, match=f"{name} is not a finite number"):
        fact(table, **{name: wrong})


@pytest.mark.parametrize("wrong", [math.nan, math.inf])
def test_it_is_refused_where_facts_are_decoded_too(wrong):
    plain = {**msgspec.to_builtins(fact("measure")), "score": wrong}
    with pytest.raises(msgspec.ValidationError, match="score is not a finite number"):
        msgspec.convert(plain, TABLES["measure"])


@pytest.mark.parametrize("name", ["dose", "volume_ml", "strength_percent"])
def test_so_is_one_in_a_drug_that_was_given(name):
    with pytest.raises(ValueError, match=f"{name} is not a finite number"):
        DrugGiven(ingredient="lidocaine", **{name: math.nan})


def test_the_latest_day_of_birth_is_not_before_the_earliest():
    assert fact("patient", birth_date=date(1960, 1, 1), birth_by=date(1960, 1, 1)).birth_by == date(1960, 1, 1)
    with pytest.raises(ValueError, match="birth_by 1959-12-31 is before birth_date 1960-01-01"):
        fact("patient", birth_date=date(1960, 1, 1), birth_by=date(1959, 12, 31))
    with pytest.raises(ValueError, match="birth_by is given without birth_date"):
        fact("patient", birth_by=date(1960, 12, 31))


@pytest.mark.parametrize("wrong", ["9999-12-31T23:59:59-05:00", "0001-01-01T00:00:00+05:00"])
def test_a_moment_without_a_day_in_utc_is_refused(wrong):
    with pytest.raises(ValueError, match="no day in UTC"):
        fact("measure", recorded_at=datetime.fromisoformat(wrong))
    with pytest.raises(msgspec.ValidationError, match="no day in UTC"):
        msgspec.convert({**msgspec.to_builtins(fact("measure")), "recorded_at": wrong}, TABLES["measure"])
    with pytest.raises(BadDateError):
        moment(wrong)


@pytest.mark.parametrize(
    "at", ["9999-12-31T23:59:59+05:00", "0001-01-01T00:00:00-05:00", "9999-12-31T23:59:59", "0001-01-01T00:00:00"]
)
def test_the_first_and_the_last_moment_of_the_calendar_are_moments(at):
    made = fact("measure", recorded_at=datetime.fromisoformat(at))
    assert recorded_on(made).year in (1, 9999)
    assert moment(at).year in (1, 9999)


def test_rows_are_the_facts_of_one_kind_that_stand_in_time_order():
    later = fact("procedure", id="later", true_on=date(2025, 2, 1))
    earlier = fact("procedure", id="earlier", true_on=date(2025, 1, 1))
    wrong = fact("procedure", id="wrong", true_on=date(2025, 1, 5))
    taken_back = fact("procedure", id="no", supersedes="wrong", withdrawn=True)
    chart = Chart.of([later, wrong, taken_back, earlier, fact("relief", id="r")])
    assert chart.rows(Procedure) == chart.table("procedure") == (earlier, later)
    assert [row.procedure for row in chart.rows(Relief)] == ["x"]
    assert chart.rows(Goal) == ()


def test_an_attestation_is_taken_back_from_a_day_on():
    with pytest.raises(ValueError, match="say which"):
        fact("attestation", topic="medication", complete=False)
    asked = fact("attestation", id="asked", topic="medication")
    back = fact("attestation", id="back", topic="medication", complete=False, true_on=date(2026, 6, 1))
    assert Chart.of([asked]).attested == {"medication"}
    assert Chart.of([asked, back]).attested == frozenset()
