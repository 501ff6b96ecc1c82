"""Blocks of the third occipital nerve speak for the joint whose nerve it is; blocks elsewhere in the neck do not."""

from datetime import date

import pytest

from lenitive.chart.procedure import DrugGiven
from lenitive.reasoning import assess
from tests.unit.reasoning.conftest import DAY, chart_of, fact

HEAD = fact("complaint", id="head", region="occiput_upper_neck", side="right", dominant=True)


def block(number, levels, drug, hours, percent=90):
    day = date(2026, number, 1)
    given = (DrugGiven(ingredient=drug),)
    return [
        fact(
            "procedure",
            id=f"b{number}",
            kind="medial_branch_block_cervical",
            intent="diagnostic",
            side="right",
            levels=levels,
            drugs=given,
            true_on=day,
        ),
        fact("relief", id=f"r{number}", procedure=f"b{number}", percent=percent, lasted_hours=hours, true_on=day),
    ]


def of_the_joint(*facts):
    answer = next(one for one in assess(chart_of(HEAD, *facts), DAY).differential if one.question == "neck_headache")
    estimate = next(one for one in answer.estimates if one.generator == "third_occipital_c23_facet")
    return estimate.probability, [one.ratio for one in estimate.contributions if one.group == "blocks"]


@pytest.mark.parametrize(
    ("levels", "blocks", "ratios"),
    [
        (("C2-3",), 2, [4.5]),
        (("C2-3",), 1, [1.59]),
        (("C5-6",), 2, []),
        (("C2-3", "C3-4"), 2, []),
        ((), 2, []),
    ],
)
def test_only_blocks_known_to_be_of_its_nerve_alone_count(levels, blocks, ratios):
    done = [*block(1, levels, "lidocaine", 2), *block(2, levels, "bupivacaine", 6)][: 2 * blocks]
    assert of_the_joint(*done)[1] == ratios


def test_a_block_of_its_nerve_without_relief_speaks_against_it():
    alone, _ = of_the_joint()
    after, ratios = of_the_joint(*block(1, ("C2-3",), "lidocaine", 2, percent=10))
    assert ratios == [0.15]
    assert after < alone
