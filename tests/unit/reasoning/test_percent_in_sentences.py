"""Shares in a sentence: whole percent that never read as more, or as surer, than they are."""

import pytest

from lenitive.reasoning import assess
from lenitive.reasoning.proportions import in_percent, in_percent_beside, range_in_percent
from tests.unit.reasoning.conftest import DAY, chart_of, fact


@pytest.mark.parametrize(
    ("share", "told"),
    [(0, "0 %"), (0.004, "<1 %"), (0.005001, "1 %"), (0.5, "50 %"), (0.9949, "99 %"), (0.996, ">99 %"), (1, "100 %")],
)
def test_what_is_neither_none_nor_all_never_reads_as_if_it_were(share, told):
    assert in_percent(share) == told


@pytest.mark.parametrize(("share", "told"), [(0.4949, "49 %"), (0.4951, "just under 50 %"), (0.5, "50 %")])
def test_what_falls_short_never_reads_as_if_it_did_not(share, told):
    assert in_percent_beside(share, 0.5) == told


def test_an_interval_has_one_unit():
    assert range_in_percent(0.2, 0.86) == "20 to 86 %"
    assert range_in_percent(0.001, 0.999) == "<1 to >99 %"


def test_why_a_target_is_not_supported_is_told_in_the_same_words():
    """A chart of which only the region is known: 25 % of such backs hurt in a facet joint."""
    told = assess(chart_of(fact("complaint", id="pain", region="low_back_paramidline")), DAY)
    (ablation,) = [one for one in told.options if one.procedure == "radiofrequency_ablation_medial_branch_lumbar"]
    target = ablation.target
    assert target.probability < target.needed
    words = f"{in_percent(target.probability)} ({range_in_percent(target.low, target.high)})"
    assert any(words in one.why and f", {in_percent(one.target.needed)} needed" in one.why for one in told.options)
