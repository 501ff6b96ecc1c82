"""What a needle that tests and treats is for, and whether it reaches where it hurts."""

from datetime import date

import pytest

from lenitive.chart import Request
from lenitive.medicine.criteria import criterion_named
from lenitive.reasoning import assess
from lenitive.reasoning.book import book
from lenitive.reasoning.candidacy import CARE, WHICH_PURPOSE, WITHIN_REACH
from tests.unit.reasoning.conftest import DAY, chart_of, fact

BLOCK = "occipital_nerve_block"
HEADACHE = fact("complaint", id="head", region="occiput_upper_neck", side="left", true_on=date(2025, 2, 1))
GROIN = fact("complaint", id="hip", region="groin", side="left", true_on=date(2025, 2, 1))
HAND = fact("complaint", id="hand", region="back_of_hand", side="left", true_on=date(2025, 2, 1))
ARM = fact("complaint", id="arm", region="back_of_hand", radiates_to=("fingers",), true_on=date(2025, 2, 1))
FOOT = fact("complaint", id="foot", region="toes", side="left", true_on=date(2025, 2, 1))
CRPS = fact("condition", id="dx", icd10="G90.512", true_on=date(2026, 1, 5))


def option(kind, *facts, intent=None):
    told = assess(chart_of(*facts), DAY, [Request(kind=kind, intent=intent)])
    return next(one for one in told.options if one.procedure == kind)


def test_the_confirming_block_is_worth_testing_and_not_yet_worth_treating():
    found = option(BLOCK, HEADACHE)
    assert (found.target.generator, found.target.status) == ("occipital_neuralgia", "met")
    assert found.verdict == "undocumented"
    assert found.why.startswith("As a test: ")
    assert "As treatment, not yet: target not settled: occipital neuralgia" in found.why
    assert found.opens_with[0] == WHICH_PURPOSE


def test_a_stated_purpose_gives_one_answer():
    treatment, test = option(BLOCK, HEADACHE, intent="therapeutic"), option(BLOCK, HEADACHE, intent="diagnostic")
    assert treatment.verdict == "not yet"
    assert test.verdict == "undocumented"
    assert WHICH_PURPOSE not in [*treatment.opens_with, *test.opens_with]


def test_a_needle_that_is_no_test_of_its_source_waits_for_it():
    found = option("stellate_ganglion_block", ARM, CRPS)
    assert found.verdict == "not yet"
    assert "As a test" not in found.why


def test_a_red_flag_stops_either_purpose():
    lung_cancer = fact("condition", id="cancer", icd10="C34.90", true_on=date(2026, 1, 5))
    assert option("joint_injection", GROIN, lung_cancer).verdict == "not yet"
    assert option("joint_injection", GROIN).verdict == "undocumented"


def test_a_needle_out_of_reach_says_so_before_its_target():
    arm, foot = (option("lumbar_sympathetic_block", where, CRPS) for where in (ARM, FOOT))
    assert (arm.verdict, foot.verdict) == ("not a candidate", "not yet")
    assert arm.why == f"Not as wanted: {criterion_named(WITHIN_REACH).label}."


@pytest.mark.parametrize("facts", [(CRPS,), (CRPS, HAND)], ids=["no pain recorded", "nobody said where it goes"])
def test_where_it_may_yet_hurt_in_reach_nothing_is_out_of_reach(facts):
    assert option("lumbar_sympathetic_block", *facts).verdict == "not yet"


@pytest.mark.parametrize("name", [name for name, one in book().content.procedures.items() if one.confirms])
def test_what_a_needle_confirms_is_its_target_and_the_source_says_so(name):
    entry = book().content.procedures[name]
    assert entry.role == "both"
    assert set(entry.confirms) <= set(entry.targets)
    for generator in entry.confirms:
        said = " ".join(one.text for one in book().content.generators[generator].confirmed_by).lower()
        assert any(word in said for word in ("block", "anaesthetic", "injection")), generator


@pytest.mark.parametrize("kind", ["exercise", "mindfulness_based_stress_reduction"])
def test_care_without_a_needle_is_not_open_because_of_a_target(kind):
    """Exercise is not begun because a disc is likely: it waits for no proof."""
    back = fact("complaint", id="back", region="low_back_midline", true_on=date(2025, 2, 1))
    found = option(kind, back)
    assert (found.verdict, found.why) == ("candidate", CARE)
    assert "%" not in found.why
    assert "target" not in found.why.lower()


def test_what_is_found_against_it_is_never_called_undocumented():
    allergic = fact("allergy", id="no", substance="lidocaine", true_on=date(2020, 1, 1))
    found = option(BLOCK, HEADACHE, allergic, intent="diagnostic")
    assert found.verdict == "undocumented"
    assert found.why.startswith("Found: allergy to the local anaesthetic.")
    assert "recalled, not read" in found.why


def test_a_request_that_misses_every_source_says_so_before_what_else_speaks_against_it():
    shoulder = fact("complaint", id="shoulder", region="shoulder_front", side="right", dominant=True)
    asked = Request(kind="epidural_transforaminal_cervical", side="right", steroid="triamcinolone")
    told = assess(chart_of(shoulder), DAY, [asked]).options
    why = next(one.why for one in told if one.procedure == asked.kind)
    assert why.startswith("No supported target")
    assert "Contraindication" in why
