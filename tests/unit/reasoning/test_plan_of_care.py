"""The plan of care is what its parts say, for one chart and one day."""

from datetime import date

import msgspec
import pytest

from lenitive.reasoning import assess
from lenitive.reasoning.book import book
from lenitive.reasoning.education import education_for
from lenitive.reasoning.plan_of_care import PlanOfCare, plan_of_care
from tests.unit.reasoning.conftest import DAY, chart_of, fact

CHART = chart_of(
    fact("complaint", id="leg", region="calf_lateral_foot_sole"),
    fact("procedure", id="done", kind="epidural_caudal", true_on=date(2026, 1, 10)),
    fact("relief", id="relief", procedure="done", percent=60, lasted_days=100),
    fact("medication", id="drug", ingredient="tramadol", dose=50, unit="mg", times_a_day=2, status="active"),
)


def test_each_part_speaks_for_the_chart():
    plan = plan_of_care(CHART, DAY)
    assert [one.procedure for one in plan.follow_ups] == ["done"]
    assert plan.examination
    assert plan.goals
    assert plan.opioids.total == pytest.approx(20)
    assert {rung.place for rung in plan.ladder} <= {"now", "next"}


def test_everything_to_read_has_a_page():
    plan = plan_of_care(CHART, DAY)
    assert "lumbar_radicular" in plan.to_read
    assert all(education_for(book(), subject).page for subject in plan.to_read)


def test_a_given_assessment_is_not_made_again_and_must_be_of_that_chart_and_day():
    told = assess(CHART, DAY)
    assert plan_of_care(CHART, DAY, told) == plan_of_care(CHART, DAY)
    with pytest.raises(ValueError, match="another day"):
        plan_of_care(CHART, date(2026, 6, 2), told)


def test_it_can_be_written_and_read_as_json():
    plan = plan_of_care(CHART, DAY)
    assert msgspec.json.decode(msgspec.json.encode(plan), type=PlanOfCare) == plan
