"""Morphine milligram equivalents by day, and what they call for."""

from datetime import date, datetime

import msgspec
import pytest

from lenitive.chart import Chart
from lenitive.chart.medication import Medication
from lenitive.reasoning import assess
from lenitive.reasoning.book import book
from lenitive.reasoning.opioids import equivalents_by_day, equivalents_on, guide_steps, opioid_steps
from lenitive.reasoning.plan_of_care import plan_of_care
from tests.unit.reasoning.conftest import DAY, fact

LONG_AGO = date(2025, 1, 1)


def chart_of(*facts, born=date(1980, 4, 2)):
    """A chart of somebody young enough to need no naloxone for age alone."""
    return Chart.of([fact("patient", id="patient", birth_date=born, sex="female"), *facts])


def takes(ingredient, dose=None, times=None, unit="mg", **fields):
    return fact(
        "medication",
        id=f"{ingredient}-{fields.get('true_on', '')}",
        ingredient=ingredient,
        dose=dose,
        times_a_day=times,
        unit=unit,
        **{"status": "active", "true_on": LONG_AGO, **fields},
    )


def total(*facts, day=DAY):
    found = equivalents_on(book(), chart_of(*facts), day)
    return found.total, found.is_complete


@pytest.mark.parametrize(
    ("drug", "expected"),
    [
        (takes("hydrocodone", 5, 4), 20),
        (takes("oxycodone", 10, 2), 30),
        (takes("fentanyl", 75, unit="ug/h"), 180),
        (takes("tramadol", 50, 4), 40),
        (takes("methadone", 10, 1), 47),
    ],
    ids=lambda value: "" if isinstance(value, (int, float)) else value.ingredient,
)
def test_published_examples_come_out(drug, expected):
    """The first three are the worked examples of the table's publication."""
    assert total(drug) == (pytest.approx(expected), True)


def test_for_the_pain_of_a_known_cancer_the_sum_is_told_without_the_limits_of_other_pain():
    cancer = fact("condition", id="cancer", icd10="G89.3", label="Neoplasm related pain", status="active")
    told = assess(chart_of(takes("oxycodone", 40, 4), cancer), DAY).alerts
    [dose] = [alert for alert in told if alert.title.startswith("Opioids")]
    assert dose.title == "Opioids: 240 morphine milligram equivalents a day, for cancer pain"
    assert dose.severity == "ask"
    assert "nothing more" not in dose.action
    assert "cancer" in {seen.id for seen in dose.facts}


def test_opioids_add_up():
    assert total(takes("oxycodone", 10, 2), takes("tramadol", 50, 2)) == (pytest.approx(50), True)


@pytest.mark.parametrize(
    "drug",
    [
        takes("oxycodone"),
        takes("oxycodone", 10),
        takes("oxycodone", 10, 2, unit="mL"),
        takes("fentanyl", 100, 4, unit="ug"),
        takes("oxycodone", 10, 2, status="on-hold"),
        fact("medication", id="unnamed", drug_class="opioid", status="active"),
    ],
    ids=["no dose", "no times", "wrong unit", "not a patch", "on hold", "no name"],
)
def test_what_is_not_known_makes_the_sum_a_lower_bound(drug):
    assert total(drug, takes("hydrocodone", 5, 4)) == (pytest.approx(20), False)


def test_buprenorphine_and_medicine_at_the_cord_are_not_counted_and_leave_nothing_open():
    drugs = (takes("buprenorphine", 8, 2), takes("morphine", 2, 1, route="intrathecal"))
    found = equivalents_on(book(), chart_of(*drugs), DAY)
    assert (found.total, found.is_complete, len(found.doses)) == (0, True, 2)


def test_no_other_drug_is_an_opioid():
    assert equivalents_on(book(), chart_of(takes("ibuprofen", 400, 3)), DAY).doses == []


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2025, 12, 31), 0),
        (date(2026, 1, 1), 30),
        (date(2026, 2, 28), 30),
        (date(2026, 3, 1), 15),
        (date(2026, 4, 30), 15),
        (date(2026, 5, 1), 0),
    ],
)
def test_a_course_counts_from_its_first_to_its_last_day(day, expected):
    course = (
        takes("oxycodone", 10, 2, true_on=date(2026, 1, 1), until=date(2026, 2, 28), status="completed"),
        takes("oxycodone", 5, 2, true_on=date(2026, 3, 1), until=date(2026, 4, 30), status="stopped"),
    )
    assert total(*course, day=day) == (pytest.approx(expected), True)


def test_a_timeline_has_one_stretch_for_each_change_and_no_gap():
    course = (
        takes("oxycodone", 10, 2, true_on=date(2026, 2, 1), until=date(2026, 2, 28), status="completed"),
        takes("oxycodone", 5, 2, true_on=date(2026, 3, 1), status="active"),
    )
    line = equivalents_by_day(book(), chart_of(*course), date(2026, 1, 15), date(2026, 3, 31))
    assert [(one.first, one.last, one.equivalents.total) for one in line] == [
        (date(2026, 1, 15), date(2026, 1, 31), 0),
        (date(2026, 2, 1), date(2026, 2, 28), pytest.approx(30)),
        (date(2026, 3, 1), date(2026, 3, 31), pytest.approx(15)),
    ]


def test_a_drug_that_stopped_on_an_unknown_day_is_open_before_and_over_after_it_was_written_down():
    stopped = Medication(
        id="m", patient="p", recorded_at=datetime(2026, 3, 1), ingredient="oxycodone", dose=10, unit="mg",
        times_a_day=2, status="stopped",
    )  # fmt: skip
    chart = Chart.of([stopped])
    assert not equivalents_on(book(), chart, date(2026, 2, 1)).is_complete
    assert equivalents_on(book(), chart, date(2026, 3, 1)).doses == []


# --- alerts --------------------------------------------------------------------------------------------------------


def titles(*facts):
    return [alert.title for alert in assess(chart_of(*facts), DAY).alerts]


def test_below_the_line_nothing_is_said():
    assert titles(takes("oxycodone", 10, 3)) == []


@pytest.mark.parametrize(("born", "offered"), [(date(1961, 6, 1), True), (date(1961, 6, 2), False)])
def test_from_an_age_on_naloxone_goes_with_every_opioid(born, offered):
    alerts = assess(chart_of(takes("tramadol", 50, 1), born=born), DAY).alerts
    assert [alert.title for alert in alerts] == ["Offer naloxone"] * offered


def test_at_the_line_the_dose_is_looked_at_and_naloxone_offered():
    assert titles(takes("hydrocodone", 12.5, 4)) == [
        "Opioids: 50 morphine milligram equivalents a day",
        "Offer naloxone",
    ]


def test_naloxone_at_home_is_not_offered_again():
    assert "Offer naloxone" not in titles(takes("hydrocodone", 12.5, 4), takes("naloxone", 4, None))


def test_naloxone_that_is_mixed_into_a_product_rescues_nobody():
    mixed = [
        msgspec.structs.replace(takes(name, dose, 1), id=f"film#{name}")
        for name, dose in (("buprenorphine", 8), ("naloxone", 2))
    ]
    assert "Offer naloxone" in titles(takes("hydrocodone", 12.5, 4), *mixed)
    assert "Offer naloxone" in titles(takes("hydrocodone", 12.5, 4), takes("oxycodone / naloxone", 10, 2))


def test_a_sedative_beside_a_small_dose_is_named_and_naloxone_offered():
    found = titles(takes("tramadol", 50, 2), takes("diazepam", 5, 1))
    assert found == ["An opioid together with a benzodiazepine or sleeping drug", "Offer naloxone"]


def test_a_sedative_alone_is_no_matter_of_opioids():
    assert titles(takes("diazepam", 5, 1)) == []


def test_an_unknown_dose_is_asked_about_and_the_sum_says_at_least():
    assert titles(takes("oxycodone", 20, 3), takes("tramadol")) == [
        "Opioids: at least 90 morphine milligram equivalents a day",
        "Tramadol: the daily dose is not known",
        "Offer naloxone",
    ]


def test_every_alert_is_cited_and_none_asks_for_a_forced_reduction():
    alerts = assess(chart_of(takes("oxycodone", 20, 3), takes("diazepam", 5, 1)), DAY).alerts
    assert len(alerts) == 3
    assert all(alert.citations and alert.facts for alert in alerts)
    assert "forced or abrupt reduction" in alerts[0].action


def test_the_steps_down_are_cited_and_begin_with_what_never_to_do():
    steps = guide_steps(book())
    assert [steps[0].part, steps[-1].part] == ["never", "watch"]
    assert all(not step.citation.reference.startswith("unknown source") for step in steps)


# --- steps of the plan ---------------------------------------------------------------------------------------------


def steps(*facts):
    return {one.step: one for one in opioid_steps(book(), chart_of(*facts), DAY)}


def test_a_high_dose_with_a_sedative_puts_naloxone_and_coming_down_into_the_plan():
    found = steps(takes("oxycodone", 30, 4), takes("alprazolam", 1, 2, drug_class="benzodiazepine"))
    assert set(found) == {"naloxone", "coming down"}
    down = found["coming down"]
    assert down.why.startswith("To talk about: Opioids: 180 morphine milligram equivalents a day; An opioid together")
    assert [one.part for one in down.guide][:1] == ["never"], "what must not be done is read first"
    assert down.guide == guide_steps(book())
    assert all(one.citation.source for one in down.guide)
    assert {one.table for one in down.facts} == {"medication"}


def test_a_low_dose_alone_calls_for_nothing_and_no_opioid_for_nothing_at_all():
    assert steps(takes("tramadol", 50, 2)) == {}
    assert steps(takes("ibuprofen", 600, 3)) == {}


def test_a_dose_that_came_down_is_a_taper_that_goes_on():
    before = takes("oxycodone", 10, 3, until=date(2026, 4, 30), status="completed")
    now = takes("oxycodone", 10, 2, true_on=date(2026, 5, 1))
    why = steps(before, now)["coming down"].why
    assert why == "Goes on: from 45 to 30 morphine milligram equivalents a day since 2026-05-01."
    more = takes("oxycodone", 10, 4, true_on=date(2026, 5, 1))
    assert "Goes on" not in "".join(one.why for one in steps(before, more).values())


def test_a_dose_nobody_recorded_is_no_taper():
    before = takes("oxycodone", 10, 3, until=date(2026, 4, 30), status="completed")
    assert steps(before, takes("oxycodone", true_on=date(2026, 5, 1))) == {}


def test_who_has_naloxone_at_home_is_not_offered_it_again():
    found = steps(takes("oxycodone", 30, 4), takes("naloxone", 4, 1))
    assert "naloxone" not in found


def test_they_are_in_the_plan_of_care_and_a_red_flag_leaves_naloxone_alone():
    drugs = (takes("oxycodone", 30, 4), takes("alprazolam", 1, 2, drug_class="benzodiazepine"))
    pain = fact("complaint", id="pain", region="low_back_midline")
    assert [one.step for one in plan_of_care(chart_of(*drugs, pain), DAY).opioid_steps] == ["naloxone", "coming down"]
    sign = fact("finding", id="sign", code="saddle_anaesthesia", present=True, true_on=DAY)
    assert [one.step for one in plan_of_care(chart_of(*drugs, pain, sign), DAY).opioid_steps] == ["naloxone"]


def test_one_drug_prescribed_many_times_without_its_dose_is_one_question():
    refills = [takes("oxycodone", true_on=date(2026, month, 1)) for month in (1, 2, 3)]
    told = assess(chart_of(*refills, takes("tramadol")), DAY).alerts
    asking = {alert.title: alert for alert in told if "daily dose" in alert.title}
    assert sorted(asking) == [
        "Oxycodone: the daily dose is not known, 3 prescriptions",
        "Tramadol: the daily dose is not known",
    ]
    asked = asking["Oxycodone: the daily dose is not known, 3 prescriptions"]
    assert {fact.id for fact in asked.facts} == {one.id for one in refills}


def test_what_an_opioid_asks_to_watch_is_said_once():
    many = [takes("methadone", 10, 1, true_on=date(2026, month, 1)) for month in (1, 2)]
    told = assess(chart_of(*many), DAY).alerts
    assert [alert.title for alert in told if alert.title.endswith("what to watch")] == ["Methadone: what to watch"]
