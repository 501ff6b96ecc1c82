"""What to examine next, and that the figures promised are the figures that come."""

import pytest

from lenitive.reasoning import assess
from lenitive.reasoning.book import book
from lenitive.reasoning.examination import examination_plan
from tests.unit.reasoning.conftest import DAY, chart_of, fact

BACK = fact("complaint", id="back", region="low_back_paramidline")
LEG = fact("complaint", id="leg", region="calf_lateral_foot_sole")


def told(*facts):
    return assess(chart_of(*facts), DAY).differential


def found(code, present):
    return fact("finding", id=code, code=code, present=present, true_on=DAY)


def share(differential, generator):
    return next(one.probability for answer in differential for one in answer.estimates if one.generator == generator)


def test_at_most_five_steps_the_best_first_and_none_needs_a_machine():
    plan = examination_plan(book(), told(BACK, LEG))
    assert 0 < len(plan) <= 5
    assert len({step.finding for step in plan}) == len(plan)
    parts = [one.finding for step in plan for one in step.manoeuvres]
    assert all(book().content.findings[name].burden in ("bedside", "question") for name in parts)


def test_a_counted_finding_names_its_manoeuvres_and_how_each_is_done():
    plan = examination_plan(book(), told(BACK), steps=20)
    cluster = next(step for step in plan if step.finding == "sij_provocation_cluster")
    assert [one.finding for one in cluster.manoeuvres] == book().content.findings[cluster.finding].composite.of
    assert all(one.how for one in cluster.manoeuvres)


@pytest.mark.parametrize("region", [BACK, LEG], ids=["back", "leg"])
@pytest.mark.parametrize("present", [True, False], ids=["present", "absent"])
def test_what_a_step_promises_is_what_the_differential_says_afterwards(region, present):
    step = next(step for step in examination_plan(book(), told(region), steps=20) if len(step.manoeuvres) == 1)
    after = told(region, found(step.finding, present))
    for source in step.sources:
        promised = source.if_present if present else source.if_absent
        assert share(after, source.generator) == pytest.approx(promised, abs=1e-9)


def test_what_was_examined_is_not_asked_for_again():
    first = examination_plan(book(), told(LEG))[0]
    again = examination_plan(book(), told(LEG, *(found(one.finding, True) for one in first.manoeuvres)), steps=50)
    assert first.finding not in {step.finding for step in again}


def test_without_a_complaint_there_is_nothing_to_examine():
    assert examination_plan(book(), told()) == []
