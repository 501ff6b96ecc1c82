"""One line of what decides today: recorded and bearing on the procedure, or asked for by one of its rules."""

from datetime import date

import pytest

from lenitive.chart.request import Request
from lenitive.reasoning import assess
from lenitive.reasoning.deciding_today import deciding_today
from tests.unit.reasoning.conftest import DAY, chart_of, fact

EPIDURAL = "epidural_transforaminal_lumbar"
DIABETES = fact("condition", id="dm", icd10="E11.9", status="active", true_on=date(2020, 1, 1))
WARFARIN = fact("medication", id="w", ingredient="warfarin", status="active", true_on=date(2020, 1, 1))


def leg(side="left", **more):
    return fact("complaint", id=f"leg-{side}", region="lateral_leg_dorsum_foot", side=side, **more)


def measured(instrument, score, on=DAY):
    return fact("measure", id=f"{instrument}-{on}", instrument=instrument, score=score, true_on=on)


def today(*facts, kind=EPIDURAL, side="left"):
    request = Request(kind=kind, side=side, region="lumbar", levels=("L4-5",))
    chart = chart_of(*facts).as_of(DAY)
    (option,) = [one for one in assess(chart, DAY, (request,)).options if one.procedure == kind]
    return deciding_today(chart, option)


def says(*facts, **more):
    return [one.says for one in today(*facts, **more)]


@pytest.mark.parametrize(
    ("pain", "asked", "told", "clashes"),
    [
        ("left", "left", "left side, as the pain", False),
        ("left", "right", "asked for on the right, pain on the left", True),
        ("both", "right", "right side", False),
        ("midline", "right", "right side", False),
        ("left", "both", "both sides", False),
        (None, "left", "left side", False),
        ("left", None, "side not recorded", False),
    ],
)
def test_the_side_that_was_asked_for_stands_beside_that_of_the_pain(pain, asked, told, clashes):
    first = today(leg(pain), side=asked)[0]
    assert (first.says, first.clashes) == (told, clashes)
    assert first.is_open is (asked is None)


def test_of_two_pains_neither_side_clashes_and_neither_is_said_to_be_the_one():
    for side in ("left", "right"):
        first = today(leg("left", dominant=True), leg("right"), side=side)[0]
        assert (first.says, first.clashes) == (f"{side} side", False)


def test_a_pain_that_is_over_has_no_say():
    over = leg("right", true_on=date(2020, 1, 1), until=date(2021, 1, 1))
    assert today(leg("left"), over)[0].says == "left side, as the pain"
    assert today(leg("left"), over, side="right")[0].clashes


def test_no_side_is_asked_for_where_one_needle_reaches_both():
    assert "side not recorded" not in says(leg("left"), kind="epidural_interlaminar_lumbar", side=None)


def test_a_value_is_told_with_its_unit_and_day_and_the_last_one_only():
    told = says(leg(), measured("platelets", 210.0, date(2025, 1, 1)), measured("platelets", 68.0))
    assert f"platelets 68 ×10⁹/L ({DAY})" in told
    assert not any("210" in one for one in told)


def test_what_is_not_recorded_is_said_where_a_rule_asks_for_it():
    assert "platelets not recorded" in says(leg())
    no_drugs = fact("attestation", id="drugs", topic="medication")
    assert "INR not recorded" not in says(leg(), no_drugs)
    assert "INR not recorded" in says(leg(), WARFARIN)
    assert not any("glucose" in one for one in says(leg(), no_drugs))
    assert "blood glucose not recorded" in says(leg(), DIABETES)


def test_a_recorded_value_is_told_although_no_rule_waits_for_it():
    assert f"INR 1.8 ({DAY})" in says(leg(), measured("inr", 1.8))
    assert f"HbA1c 8.9 % ({DAY})" in says(leg(), measured("hba1c", 8.9))


def test_a_value_too_old_to_count_is_told_so():
    told = says(leg(), WARFARIN, measured("inr", 1.1, date(2025, 1, 1)))
    assert "INR 1.1 (2025-01-01, to be measured anew)" in told


def test_what_does_not_bear_on_the_procedure_is_not_told():
    assert not any("cholesterol" in one or "NRS" in one for one in says(leg(), measured("nrs", 7.0)))
    assert not any("HbA1c" in one for one in says(leg(), measured("hba1c", 8.9), kind="discography_lumbar"))


def test_the_last_relief_is_told_with_its_day_and_so_is_that_nobody_recorded_it():
    done = fact("procedure", id="e", kind=EPIDURAL, side="left", intent="therapeutic", true_on=date(2026, 1, 5))
    relief = fact("relief", id="r", procedure="e", percent=60.0, lasted_days=30.0, true_on=date(2026, 2, 4))
    assert "last relief 60 %, for 30 days (2026-02-04)" in says(leg(), done, relief)
    assert "relief after 2026-01-05 not recorded" in says(leg(), done)
    assert not any("relief" in one for one in says(leg()))


def test_of_care_without_a_needle_nothing_is_told():
    assert says(leg(), kind="exercise", side=None) == []


def test_the_kidneys_are_told_where_a_drug_is_held_and_of_two_values_the_last():
    apixaban = fact("medication", id="a", ingredient="apixaban", status="active", true_on=date(2020, 1, 1))
    egfr = measured("egfr", 48.0)
    cleared = measured("creatinine_clearance", 44.0, date(2026, 1, 5))
    assert f"estimated glomerular filtration rate 48 mL/min ({DAY})" in says(leg(), apixaban, egfr, cleared)
    assert not any("44" in one for one in says(leg(), apixaban, egfr, cleared))
    assert not any("glomerular" in one for one in says(leg(), egfr))
