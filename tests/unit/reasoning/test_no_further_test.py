"""Once a source is likely enough to be treated, only a test that could change that by itself is asked for."""

from datetime import date

import pytest

from lenitive.reasoning import assess
from lenitive.reasoning.book import book
from tests.unit.reasoning.conftest import DAY, chart_of, fact

LEG = fact("complaint", id="leg", region="calf_lateral_foot_sole", side="left", dominant=True, true_on=date(2026, 4, 1))
DOUBTFUL = ("leg_pain_worse_than_back_pain",)
CLASSIC = (*DOUBTFUL, "dermatomal_leg_pain", "straight_leg_raise", "sensory_deficit", "slump_test")
SUPPORTED = book().number("target_supported", DAY)


def leg_pain(present=(), absent=()):
    signs = [
        fact("finding", id=code, code=code, present=is_there, side="left", true_on=date(2026, 5, 4))
        for codes, is_there in ((present, True), (absent, False))
        for code in codes
    ]
    return next(one for one in assess(chart_of(LEG, *signs), DAY).differential if one.question == "leg_pain")


def after(answer, test, about_share):
    """How likely each source is once a test gave a result."""
    return {
        one.generator: about_share
        if one.generator == test.about
        else one.probability * (1 - about_share) / (1 - test.now)
        for one in answer.estimates
    }


def test_a_classic_root_needs_no_further_test():
    answer = leg_pain(CLASSIC)
    assert answer.estimates[0].generator == answer.settled_on == "lumbar_radicular"
    assert answer.estimates[0].probability >= SUPPORTED
    assert answer.next_tests == []


def test_a_source_is_settled_surely_only_if_the_low_end_of_its_interval_is_likely_enough():
    answer = leg_pain(CLASSIC)
    leader = answer.estimates[0]
    assert leader.low < SUPPORTED
    assert (answer.settled_surely, answer.unsure_from) == (False, leader.low)
    # With five more signs of a disc than anybody would look for, the low end is beyond the threshold.
    signs = [
        fact("finding", id=code, code=code, present=True, true_on=date(2026, 5, 4))
        for code in ("centralisation", "midline_low_back_pain", "directional_preference", "mri_modic_1")
    ]
    pain = fact("complaint", id="b", region="low_back_midline", dominant=True, true_on=date(2025, 4, 1))
    sure = assess(chart_of(pain, *signs), DAY).differential[0]
    assert sure.estimates[0].low >= SUPPORTED
    assert (sure.settled_on, sure.settled_surely, sure.unsure_from) == ("lumbar_disc", True, None)


def test_what_is_not_settled_is_not_settled_surely():
    answer = leg_pain(DOUBTFUL)
    assert (answer.settled_surely, answer.unsure_from) == (False, None)


def test_a_root_that_is_barely_likely_enough_is_tested_further():
    answer = leg_pain(DOUBTFUL)
    assert answer.estimates[0].probability >= SUPPORTED
    assert answer.settled_on is None
    assert answer.next_tests


@pytest.mark.parametrize("many", range(1, len(CLASSIC) + 1))
@pytest.mark.parametrize("absent", [(), ("muscle_weakness",), ("straight_leg_raise", "slump_test")], ids=len)
def test_each_test_that_is_left_could_unseat_the_supported_source(many, absent):
    answer = leg_pain([code for code in CLASSIC[:many] if code not in absent], absent)
    leader = answer.estimates[0]
    if leader.probability < SUPPORTED:
        assert answer.settled_on is None
        return
    assert (answer.settled_on == leader.generator) is (not answer.next_tests)
    for test in answer.next_tests:
        results = [after(answer, test, share) for share in (test.if_present, test.if_absent)]
        assert min(result[leader.generator] for result in results) < SUPPORTED, test.label


def test_a_block_that_may_refute_a_supported_joint_is_still_asked_for():
    """The joint is likelier than not by its signs alone, and the block may show that it is not the source."""
    signs = [
        fact("finding", id=code, code=code, present=is_there, true_on=date(2026, 5, 4))
        for code, is_there in (("sij_provocation_cluster", True), ("midline_low_back_pain", False))
    ]
    pain = fact("complaint", id="b", region="buttock", side="left", dominant=True, true_on=date(2025, 4, 1))
    answer = assess(chart_of(pain, *signs), DAY).differential[0]
    assert answer.next_tests, [(one.generator, one.probability) for one in answer.estimates]
    assert answer.settled_on is None
