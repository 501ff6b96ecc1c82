"""Corticosteroids of a year, added up over all needles."""

from datetime import date

import pytest

from lenitive.chart import Chart
from lenitive.chart.procedure import DrugGiven
from lenitive.reasoning.book import book
from lenitive.reasoning.steroids import steroid_alerts, steroid_year
from tests.unit.reasoning.conftest import DAY, chart_of, fact


def given(name, ingredient, dose, on, kind="joint_injection", unit="mg"):
    drug = DrugGiven(ingredient=ingredient, dose=dose, unit=unit)
    return fact("procedure", id=name, kind=kind, true_on=on, drugs=(drug,))


def year_of(*facts):
    return steroid_year(book(), chart_of(*facts), DAY)


@pytest.mark.parametrize(
    ("ingredient", "dose", "worth"),
    [("methylprednisolone", 40, 40), ("triamcinolone", 40, 40), ("dexamethasone", 7.5, 40), ("betamethasone", 6, 40)],
)
def test_the_published_equivalents_come_out(ingredient, dose, worth):
    assert year_of(given("a", ingredient, dose, date(2026, 5, 1))).total == pytest.approx(worth)


def test_every_site_counts_and_other_drugs_do_not():
    facts = [
        given("knee", "triamcinolone", 40, date(2026, 5, 1)),
        given("back", "dexamethasone", 7.5, date(2026, 4, 1), kind="epidural_transforaminal_lumbar"),
        given("block", "lidocaine", 20, date(2026, 4, 1)),
    ]
    assert year_of(*facts).total == pytest.approx(80)


def test_the_year_ends_on_the_day_and_begins_a_year_before():
    days = [date(2025, 5, 31), date(2025, 6, 1), date(2026, 6, 1), date(2026, 6, 2)]
    doses = year_of(*(given(str(on), "triamcinolone", 10, on) for on in days)).doses
    assert [dose.on for dose in doses] == [date(2025, 6, 1), date(2026, 6, 1)]


def test_an_unknown_dose_makes_a_lower_bound_that_can_prove_too_much_and_never_enough():
    unknown = given("x", "triamcinolone", None, date(2026, 5, 1))
    assert (year_of(unknown).total, year_of(unknown).status, year_of(unknown).is_complete) == (0, "undocumented", False)
    much = [given(str(number), "triamcinolone", 80, date(2026, number, 1)) for number in (1, 2, 3)]
    assert year_of(unknown, *much).status == "not met"
    assert "at least 240" in steroid_alerts(book(), chart_of(unknown, *much), DAY)[0].title


def test_a_dose_in_another_unit_is_not_guessed():
    assert year_of(given("x", "triamcinolone", 1, date(2026, 5, 1), unit="mL")).doses[0].as_methylprednisolone is None


def test_only_who_says_that_all_procedures_are_recorded_can_be_within():
    one = given("a", "triamcinolone", 40, date(2026, 5, 1))
    assert year_of(one).status == "undocumented"
    said = fact("attestation", id="all", topic="procedure", true_on=DAY)
    assert steroid_year(book(), Chart.of([*chart_of(one).facts, said]), DAY).status == "met"


def session(name, on=None, kind="epidural_interlaminar_lumbar", **said):
    return fact("procedure", id=name, kind=kind, true_on=on, **said)


TRIAMCINOLONE = (DrugGiven(ingredient="triamcinolone", dose=80),)


@pytest.mark.parametrize(
    "unknown",
    [
        session("no drug", date(2026, 1, 2)),
        session("of a code number", date(2026, 1, 2), kind="facet_procedure"),
        session("in the words of the source", date(2026, 1, 2), kind="knee injection"),
        session("neither day nor drug"),
        session("no day", drugs=TRIAMCINOLONE),
        session("perhaps before the year", date(2025, 5, 1), true_by=date(2025, 12, 31), drugs=TRIAMCINOLONE),
    ],
    ids=lambda one: one.id,
)
def test_a_session_that_leaves_open_what_was_given_when_leaves_the_year_open(unknown):
    said = fact("attestation", id="all", topic="procedure", true_on=DAY)
    known = given("a", "triamcinolone", 40, date(2026, 5, 1))
    year = year_of(known, unknown, said)
    assert (year.total, year.status, year.is_complete) == (40, "undocumented", False)
    assert [dose.fact.id for dose in year.doses if dose.as_methylprednisolone is None] == [unknown.id]


@pytest.mark.parametrize(
    "known",
    [
        session("before the year", date(2025, 4, 1), true_by=date(2025, 5, 31)),
        session("another drug", date(2026, 1, 2), drugs=(DrugGiven(ingredient="lidocaine"),)),
        session("needs none", date(2026, 1, 2), kind="medial_branch_block_lumbar"),
    ],
    ids=lambda one: one.id,
)
def test_a_session_that_adds_nothing_leaves_the_year_complete(known):
    said = fact("attestation", id="all", topic="procedure", true_on=DAY)
    year = year_of(given("a", "triamcinolone", 40, date(2026, 5, 1)), known, said)
    assert (year.total, year.status, year.is_complete, len(year.doses)) == (40, "met", True, 1)


def test_at_the_orientation_nothing_is_said_and_above_it_there_is_a_word():
    at = [given(str(number), "triamcinolone", 40, date(2026, number, 1)) for number in range(1, 6)]
    assert year_of(*at).total == year_of(*at).orientation
    assert steroid_alerts(book(), chart_of(*at), DAY) == []
    above = steroid_alerts(book(), chart_of(*at, given("more", "betamethasone", 1, date(2026, 5, 20))), DAY)
    assert [alert.severity for alert in above] == ["warning"]
    assert len(above[0].facts) == 6
    assert {one.entry for one in above[0].citations} >= {"steroid_year_mg", "triamcinolone.equivalent_mg"}
