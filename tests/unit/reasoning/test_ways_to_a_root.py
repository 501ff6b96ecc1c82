"""Of the ways to a root, the caudal one steps behind that through the foramen where imaging shows the root squeezed."""

from datetime import date

import pytest

from lenitive.chart import Request
from lenitive.reasoning import assess
from tests.unit.reasoning.conftest import DAY, chart_of, fact

LEG = fact(
    "complaint", id="leg", region="lateral_leg_dorsum_foot", side="left", dominant=True, true_on=date(2026, 1, 5)
)
SIGNS = [
    fact("finding", id=code, code=code, present=True, side="left", true_on=date(2026, 5, 4))
    for code in (
        "crossed_straight_leg_raise",
        "sensory_deficit",
        "dermatomal_leg_pain",
        "leg_pain_worse_than_back_pain",
    )
]
CAUDAL, FORAMEN, LAMINAE = "epidural_caudal", "epidural_transforaminal_lumbar", "epidural_interlaminar_lumbar"
ASKED = [Request(kind=kind, side="left", levels=("L5-S1",)) for kind in (CAUDAL, FORAMEN, LAMINAE)]


def scan(code, present=True):
    return fact(
        "finding", id=f"{code}-{present}", code=code, present=present, side="left", levels=("L5-S1",),
        true_on=date(2026, 4, 1),
    )  # fmt: skip


def ways(*facts):
    told = assess(chart_of(LEG, *SIGNS, *facts), DAY, ASKED)
    order = [one.procedure for one in told.options if one.procedure in (CAUDAL, FORAMEN, LAMINAE)]
    return {one.procedure: one for one in told.options}, order


def rather_through_the_foramen(option):
    rows = [row for row in option.gates.criteria if row.severity == "advice" and "foramen" in row.label]
    return rows[0].satisfied if rows else "not asked"


@pytest.mark.parametrize("code", ["mri_nerve_root_compression", "mri_disc_herniation"])
def test_a_root_that_imaging_shows_is_reached_through_the_foramen_before_the_caudal_way(code):
    options, order = ways(scan(code))
    assert rather_through_the_foramen(options[CAUDAL]) is not True
    assert rather_through_the_foramen(options[FORAMEN]) == "not asked"
    assert order.index(FORAMEN) < order.index(CAUDAL)
    assert order.index(LAMINAE) < order.index(CAUDAL)
    assert (options[FORAMEN].place, options[CAUDAL].place) == ("next", "later")
    assert options[CAUDAL].gates.status == options[FORAMEN].gates.status == "met"


def test_after_an_operation_the_caudal_way_keeps_its_place():
    operated = fact("condition", id="operated", icd10="M96.1", true_on=date(2025, 1, 5))
    options, order = ways(scan("mri_nerve_root_compression"), operated)
    assert rather_through_the_foramen(options[CAUDAL]) is True
    assert order.index(CAUDAL) < order.index(FORAMEN)


@pytest.mark.parametrize("facts", [[scan("mri_disc_herniation", present=False)], []], ids=["not shown", "not looked"])
def test_without_such_a_scan_nothing_is_said_against_the_caudal_way(facts):
    options, _ = ways(*facts)
    assert rather_through_the_foramen(options[CAUDAL]) == "not asked"
