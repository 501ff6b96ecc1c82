"""A working diagnosis stands in where no question weighs the source, and never against a number."""

from datetime import date

import pytest

from lenitive.reasoning import assess
from lenitive.reasoning.book import book
from lenitive.reasoning.working import not_weighed
from tests.unit.reasoning.conftest import DAY, chart_of, fact

LEG = fact("complaint", id="leg", region="posterior_thigh", radiates_to=["calf_lateral_foot_sole"], side="left")
TRIAL, IMPLANT = "spinal_cord_stimulation_trial", "spinal_cord_stimulation_implant"


def working(about="persistent_spinal_pain_type_2", text="Two operations, and the pain stayed.", **more):
    on = date(2026, 1, 5)
    return fact("statement", id="working", kind="working_diagnosis", about=about, text=text, true_on=on, **more)


def options(*facts):
    return {one.procedure: one for one in assess(chart_of(*facts), DAY).options}


def test_without_it_nothing_aimed_at_that_source_is_considered():
    assert TRIAL not in options(LEG)


def test_a_working_diagnosis_with_a_reason_is_a_target_without_a_number():
    found = options(LEG, working())
    target = found[TRIAL].target
    assert (target.generator, target.status, target.probability) == ("persistent_spinal_pain_type_2", "met", None)
    assert found[TRIAL].verdict != "not yet"


def test_it_opens_no_gate():
    found = options(LEG, working())[IMPLANT]
    assert found.target.status == "met"
    assert (found.gates.status, found.verdict) == ("undocumented", "not yet")


@pytest.mark.parametrize(
    "said",
    [working(text=None), working(about="other"), working(says=False), working(about="no such source")],
    ids=["no reason", "none of these", "taken back", "unknown"],
)
def test_without_a_reason_or_a_known_source_it_says_nothing(said):
    assert TRIAL not in options(LEG, said)


def test_where_the_source_is_weighed_its_estimate_decides():
    before = options(LEG)["epidural_transforaminal_lumbar"].target
    after = options(LEG, working(about="lumbar_radicular"))["epidural_transforaminal_lumbar"].target
    assert before.probability is not None
    assert after == before


def test_only_what_is_not_weighed_is_offered_to_be_named():
    differential = assess(chart_of(LEG), DAY).differential
    weighed = {one.generator for answer in differential for one in answer.estimates}
    offered = not_weighed(book().content, differential)
    assert weighed
    assert not weighed & set(offered)
    assert weighed | set(offered) == set(book().content.generators)
