"""Where the cancer behind a pain is known, what eases it waits for no test block and no course of exercise."""

from datetime import date

import pytest

from lenitive.chart import Request
from lenitive.reasoning import assess
from tests.unit.reasoning.conftest import DAY, chart_of, fact

BELLY = fact("complaint", id="belly", region="upper_abdomen", dominant=True, true_on=date(2026, 3, 1))
PELVIS = fact("complaint", id="pelvis", region="perineum", dominant=True, true_on=date(2026, 3, 1))
PANCREAS = [fact("condition", id=code, icd10=code, true_on=date(2026, 4, 2)) for code in ("G89.3", "C25.1")]
PANCREATITIS = [fact("condition", id="inflamed", icd10="K86.1", true_on=date(2026, 4, 2))]
ALL_TOLD = fact("attestation", id="none", topic="relief", true_on=DAY)
TEST = "celiac_plexus_block"


def block(percent):
    return [
        fact("procedure", id="block", kind=TEST, intent="diagnostic", true_on=date(2026, 5, 4)),
        fact("relief", id="relief", procedure="block", percent=percent, true_on=date(2026, 5, 4)),
    ]


def option(kind, *facts):
    told = assess(chart_of(*facts), DAY, [Request(kind=kind, intent="therapeutic")])
    return next(one for one in told.options if one.procedure == kind)


@pytest.mark.parametrize(
    ("facts", "gate"),
    [
        (PANCREAS, "met"),
        ([*PANCREAS, ALL_TOLD], "met"),
        ([*PANCREAS, *block(80)], "met"),
        ([*PANCREATITIS, *block(80)], "met"),
        (PANCREATITIS, "undocumented"),
        (PANCREAS[:1], "met"),
        (PANCREAS[1:], "undocumented"),
    ],
    ids=["no block", "all told", "block", "no cancer, block", "no cancer", "pain from cancer", "cancer elsewhere"],
)
def test_the_gate_of_a_neurolysis_opens_by_a_test_block_or_by_the_known_cancer(facts, gate):
    assert option("neurolysis_celiac", BELLY, *facts).gates.status == gate


def test_a_test_block_that_did_not_help_is_said_as_a_caution_and_not_as_a_gate():
    failed, passed, none = (
        option("neurolysis_celiac", BELLY, *PANCREAS, *further) for further in ([*block(10), ALL_TOLD], block(80), [])
    )
    named = "diagnostic_blocks_relieved"
    assert [one.cautions.named(named).satisfied for one in (failed, passed, none)] == [False, True, None]
    assert {one.gates.status for one in (failed, passed, none)} == {"met"}
    assert named not in {one.criterion for one in option("neurolysis_celiac", BELLY, *PANCREATITIS).cautions.criteria}


@pytest.mark.parametrize("kind", ["celiac_plexus_block", "splanchnic_nerve_block", "superior_hypogastric_block"])
def test_a_block_for_known_cancer_pain_does_not_wait_for_care_without_a_needle(kind):
    where = PELVIS if kind.startswith("superior") else BELLY
    known, unknown = option(kind, where, *PANCREAS), option(kind, where, *PANCREATITIS)
    assert known.candidacy.named("cancer_pain_is_known").satisfied
    assert "conservative_care_did_not_help" not in known.candidacy.open
    assert "conservative_care_did_not_help" in unknown.candidacy.open
