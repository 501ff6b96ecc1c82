"""Which request a chart suggests for a procedure that nobody has ordered."""

from datetime import date

import pytest

from lenitive.reasoning import assess
from lenitive.reasoning.book import book
from lenitive.reasoning.suggested import Suggesting
from tests.unit.reasoning.conftest import DAY, chart_of, fact

BLOCK, ABLATION = "medial_branch_block_lumbar", "radiofrequency_ablation_medial_branch_lumbar"
MARCH, APRIL = date(2026, 3, 1), date(2026, 4, 1)


def back(side=None):
    return fact("complaint", id="back", region="low_back_paramidline", side=side)


def needle(kind, on, **more):
    return fact("procedure", id=f"{kind}-{on}", kind=kind, true_on=on, **more)


def suggested(kind, *facts):
    request = Suggesting.of(book(), chart_of(*facts), DAY).request(kind)
    return request.side, request.levels


def test_without_a_needle_before_the_levels_are_the_physician_s_to_choose():
    assert suggested(ABLATION, back("left")) == ("left", ())


@pytest.mark.parametrize("kind", [ABLATION, BLOCK, "facet_joint_injection_lumbar"])
def test_a_treatment_or_another_test_is_meant_for_the_place_that_was_tested(kind):
    block = needle(BLOCK, MARCH, side="left", levels=("L4-5", "L5-S1"))
    assert suggested(kind, back(), block) == ("left", ("L4-5", "L5-S1"))


def test_the_latest_place_counts():
    first = needle(BLOCK, MARCH, side="left", levels=("L3-4",))
    second = needle(BLOCK, APRIL, side="left", levels=("L4-5",))
    assert suggested(ABLATION, back(), second, first) == ("left", ("L4-5",))


def test_a_block_on_the_other_side_says_nothing_about_this_one():
    block = needle(BLOCK, MARCH, side="right", levels=("L4-5",))
    assert suggested(ABLATION, back("left"), block) == ("left", ())


def test_a_block_of_another_source_or_region_says_nothing():
    neck = needle("medial_branch_block_cervical", MARCH, side="left", levels=("C4-5",))
    assert suggested(ABLATION, back("left"), neck) == ("left", ())
    assert suggested("epidural_interlaminar_lumbar", back("left"), needle(BLOCK, MARCH, levels=("L4-5",))) == ("left", ())  # fmt: skip  # noqa: E501


def test_a_treatment_says_nothing_about_where_another_treatment_goes():
    injected = needle("epidural_transforaminal_lumbar", MARCH, side="left", levels=("S1",), intent="therapeutic")
    leg = fact("complaint", id="leg", region="calf_lateral_foot_sole", side="left")
    assert suggested("epidural_interlaminar_lumbar", leg, injected) == ("left", ())
    assert suggested("epidural_transforaminal_lumbar", leg, injected) == ("left", ("S1",))


def test_a_needle_without_a_day_or_after_the_day_says_nothing():
    undated = fact("procedure", id="undated", kind=BLOCK, levels=("L4-5",))
    assert suggested(ABLATION, back(), undated) == (None, ())
    assert suggested(ABLATION, back(), needle(BLOCK, date(2026, 6, 2), levels=("L4-5",))) == (None, ())


def test_two_concordant_blocks_lead_to_ablation_of_the_same_nerves():
    """The path of the field: two positive blocks at one place open the ablation there, and it is what comes next."""
    facts = [back("left")]
    for number, on in enumerate((MARCH, APRIL)):
        facts.append(
            fact(
                "procedure",
                id=f"b{number}",
                kind=BLOCK,
                intent="diagnostic",
                region="lumbar",
                side="left",
                levels=("L4-5",),
                true_on=on,
            )
        )
        facts.append(
            fact(
                "relief",
                id=f"r{number}",
                procedure=f"b{number}",
                percent=90,
                lasted_hours=3,
                concordant=True,
                true_on=on,
            )
        )
    options = {one.procedure: one for one in assess(chart_of(*facts), DAY).options}
    assert options[ABLATION].gates.status == "met"
    assert options[ABLATION].place == "next"
    assert options[BLOCK].place == "not now"
    order = [name for name, one in options.items() if one.place == "next" and one.role not in ("conservative", "referral")]  # fmt: skip  # noqa: E501
    assert order[0] == ABLATION
    # Ablation lasts longer, so the joint is injected where its nerves cannot be ablated (facet.toml, advice).
    assert options["facet_joint_injection_lumbar"].place == "later"
