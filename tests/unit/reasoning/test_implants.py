"""What a passed trial changes: its own low score is what was hoped for, not a reason against the implant."""

from datetime import date

import pytest

from lenitive.chart import Request
from lenitive.reasoning import assess
from lenitive.reasoning.book import book
from lenitive.reasoning.determination import determine
from tests.unit.reasoning.conftest import DAY, chart_of, fact

IMPLANT = "spinal_cord_stimulation_implant"
WANTED = {"pain_is_moderate", "function_is_limited"}


def trial(percent):
    return [
        fact("procedure", id="trial", kind="spinal_cord_stimulation_trial", intent="trial", true_on=date(2026, 5, 18)),
        fact("relief", id="relief", procedure="trial", percent=percent, lasted_days=7, true_on=date(2026, 5, 25)),
    ]


ASKED = [fact("attestation", id=f"asked-{topic}", topic=topic, true_on=DAY) for topic in ("procedure", "relief")]


def scores(pain, disability):
    return [
        fact("measure", id="pain", instrument="nrs", score=pain, true_on=date(2026, 5, 24)),
        fact("measure", id="function", instrument="odi", score=disability, true_on=date(2026, 5, 24)),
    ]


@pytest.mark.parametrize(
    ("facts", "violated"),
    [
        (scores(2, 10), WANTED),
        (scores(7, 50), set()),
        ([*scores(2, 10), *trial(70)], set()),
        ([*scores(2, 10), *trial(49)], WANTED),
    ],
    ids=["little pain, no trial", "much pain, no trial", "little pain after a passed trial", "a trial that failed"],
)
def test_the_score_of_a_passed_trial_does_not_speak_against_the_implant(asking, facts, violated):
    asked = asking(*ASKED, *facts, request=Request(kind=IMPLANT, intent="implant"))
    found = determine(asked, f"{IMPLANT}.candidacy", book().content.procedures[IMPLANT].candidacy)
    assert set(found.violated) & WANTED == violated


def test_a_trial_that_may_have_been_done_elsewhere_leaves_it_open(asking):
    asked = asking(*scores(2, 10), request=Request(kind=IMPLANT, intent="implant"))
    found = determine(asked, f"{IMPLANT}.candidacy", book().content.procedures[IMPLANT].candidacy)
    assert set(found.open) >= WANTED


# --- the refill of a pump ------------------------------------------------------------------------------------------


def refill(*facts):
    cancer = fact("condition", id="cancer", icd10="G89.3", label="Cancer pain", status="active")
    belly = fact("complaint", id="belly", region="upper_abdomen", dominant=True)
    told = assess(chart_of(cancer, belly, *facts), DAY)
    return next(one for one in told.options if one.procedure == "intrathecal_pump_refill")


def test_a_pump_in_place_is_refilled_without_proving_the_pain_anew():
    pump = fact("device", id="pump", kind="intrathecal_pump", true_on=date(2025, 1, 1))
    clear = fact("statement", id="clear", kind="infection_now", says=False, true_on=DAY)
    asked = [fact("attestation", id=topic, topic=topic) for topic in ("allergy", "condition", "medication")]
    found = refill(pump, clear, *asked)
    assert (found.target.generator, found.target.status, found.gates.status) == ("cancer_pain", "met", "met")
    assert found.verdict == "candidate"


def test_without_a_pump_there_is_nothing_to_refill():
    found = refill()
    assert (found.verdict, found.place) == ("not yet", "later")
    assert "Intrathecal pump" in found.opens_with
