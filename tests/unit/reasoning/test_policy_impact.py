"""A request under another version: the version in force gives what the determination gives, an earlier one its own."""

from datetime import date

import pytest
from msgspec.structs import replace

from lenitive.chart import Chart, Request
from lenitive.chart.procedure import Procedure
from lenitive.interop.case_file import read_case_file
from lenitive.medicine.shapes import Policy
from lenitive.reasoning.book import book
from lenitive.reasoning.coverage import coverage, insurance, with_insurance
from lenitive.reasoning.determination import Asking
from lenitive.reasoning.policy_impact import status_under, turns
from tests.conftest import ROOT

BEFORE, SINCE = date(2024, 8, 10), date(2024, 8, 11)
LEVELS = ("L3-4", "L4-5", "L5-S1")
ABLATION = "medicare_facet_ablation_initial"


def asked(example: str) -> tuple:
    case = read_case_file(ROOT / "examples" / f"{example}.toml")
    assert case.request is not None
    return case.chart, case.as_of, with_insurance(case.request, insurance(case.chart, case.as_of))


@pytest.mark.parametrize("example", ["facet", "facet_open", "sacroiliac", "radiculopathy"])
def test_under_the_version_in_force_it_is_what_the_determination_says(example: str):
    chart, as_of, request = asked(example)
    found = coverage(Asking.about(book(), chart, as_of, request), request)
    assert found.determination is not None
    assert found.chosen.policy is not None
    day = request.on or as_of
    assert status_under(book(), found.chosen.policy, chart, as_of, request, day) == found.determination.status


@pytest.mark.parametrize(("version_on", "status"), [(BEFORE, "met"), (SINCE, "not met")])
def test_a_third_level_was_advice_before_and_refuses_since(version_on: date, status: str):
    chart, as_of, request = asked("facet")
    facts = [replace(one, levels=LEVELS) if isinstance(one, Procedure) else one for one in chart.facts]
    wider = Chart(chart.patient_id, tuple(facts), as_of)
    assert status_under(book(), ABLATION, wider, as_of, replace(request, levels=LEVELS), version_on) == status


def test_where_a_sibling_speaks_there_is_no_status():
    chart, as_of, request = asked("facet")
    assert status_under(book(), "medicare_facet_ablation_repeat", chart, as_of, request, SINCE) is None


@pytest.mark.parametrize(
    ("day", "found"),
    [(date(2024, 8, 10), [SINCE]), (date(2024, 8, 11), [SINCE]), (date(2026, 11, 22), [SINCE])],
)
def test_a_turn_is_to_come_until_its_day(day: date, found: list[date]):
    policy: Policy = book().content.policies[ABLATION]
    told = turns(policy, day)
    assert [one.on for one in told] == found
    assert [one.eve for one in told] == [BEFORE]


def test_a_first_version_takes_no_place_of_another():
    assert turns(book().content.policies["aetna_epidural_initial"], date(2026, 11, 22)) == []


def test_a_request_is_asked_as_it_is_made():
    chart, as_of, _ = asked("facet")
    nothing = Request(kind="radiofrequency_ablation_medial_branch_lumbar", payer="Medicare", state="OH")
    assert status_under(book(), ABLATION, chart, as_of, nothing, SINCE) == "undocumented"
