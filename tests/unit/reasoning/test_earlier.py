"""What was tried before is known, said, and not offered again as if it were new."""

from datetime import date
from pathlib import Path

import msgspec
import pytest

from lenitive.chart import Chart
from lenitive.chart.request import Request
from lenitive.interop.case_file import read_case_file
from lenitive.reasoning import assess
from lenitive.reasoning.book import book
from lenitive.reasoning.plan import ladder
from tests.unit.reasoning.conftest import DAY, chart_of, fact

BACK = fact("complaint", id="back", region="low_back_paramidline", side="left")
EXAMPLES = Path(__file__).resolve().parents[3] / "examples"
BLOCK, ABLATION = "medial_branch_block_lumbar", "radiofrequency_ablation_medial_branch_lumbar"


def options(*facts, requests=()):
    return {option.procedure: option for option in assess(chart_of(*facts), DAY, requests).options}


def course(**fields):
    return fact("treatment", **{"kind": "physical_therapy", "true_on": date(2026, 1, 5), **fields})


def block(name, percent, side="left", on=date(2026, 3, 2)):
    return [
        fact("procedure", id=name, kind=BLOCK, intent="diagnostic", side=side, levels=("L4-5",), true_on=on),
        fact("relief", id=f"{name}-relief", procedure=name, percent=percent, lasted_hours=5, true_on=on),
    ]


def test_what_nobody_recorded_is_neither_tried_nor_failed():
    found = options(BACK)
    assert found
    assert all(option.earlier is None for option in found.values())


@pytest.mark.parametrize(
    ("response", "outcome", "place"),
    [
        ("failed", "failed", "later"),
        ("not_tolerated", "not tolerated", "later"),
        ("partial", "helped in part", "next"),
        ("good", "helped", "next"),
        (None, "not known", "next"),
    ],
)
def test_conservative_care_that_failed_steps_back_and_what_helped_does_not(response, outcome, place):
    option = options(BACK, course(id="pt", response=response, until=date(2026, 3, 5)))["physical_therapy"]
    assert (option.earlier.outcome, option.place) == (outcome, place)
    assert option.earlier.facts[0].id == "pt"
    assert option.why.startswith("Tried from 2026-01-05 until 2026-03-05: ")


def test_a_course_that_ends_in_the_future_goes_on():
    option = options(BACK, course(until=date(2026, 7, 1)))["physical_therapy"]
    assert option.earlier.outcome == "going on"
    assert "until" not in option.earlier.says


def test_a_course_without_an_end_is_not_taken_to_go_on():
    assert options(BACK, course())["physical_therapy"].earlier.outcome == "not known"


def test_a_course_that_begins_after_the_day_was_not_tried_yet():
    assert options(BACK, course(true_on=date(2026, 6, 2), response=None))["physical_therapy"].earlier is None


def test_a_course_for_the_neck_says_nothing_about_the_back():
    assert options(BACK, course(region="cervical", response="failed"))["physical_therapy"].earlier is None
    assert options(BACK, course(region="lumbar", response="failed"))["physical_therapy"].earlier.outcome == "failed"


def test_when_one_course_helped_a_later_failure_does_not_hide_it():
    found = options(
        BACK,
        course(id="first", response="good", until=date(2026, 2, 1)),
        course(id="second", response="failed", true_on=date(2026, 3, 1)),
    )
    assert found["physical_therapy"].earlier.facts[0].id == "first"


def test_a_treatment_helps_the_option_that_it_is_a_course_of():
    for name, entry in book().content.procedures.items():
        assert set(entry.courses) <= set(book().content.treatments), name
        assert bool(entry.courses) is (entry.role in ("conservative", "medicine")), name


# --- tests and needles ---------------------------------------------------------------------------------------------


def test_one_positive_block_asks_for_a_second():
    option = options(BACK, *block("one", 90))[BLOCK]
    assert (option.earlier.outcome, option.earlier.again) == ("positive test", "allowed")
    assert option.place != "not now"


def test_two_blocks_that_agree_are_not_offered_a_third_time():
    found = options(BACK, *block("one", 90), *block("two", 85, on=date(2026, 4, 6)))
    assert (found[BLOCK].earlier.outcome, found[BLOCK].place) == ("tests agree", "not now")
    assert found[ABLATION].place != "not now"


def test_a_negative_block_is_not_offered_again():
    assert options(BACK, *block("one", 10))[BLOCK].place == "not now"


def test_a_negative_block_of_the_other_side_says_nothing():
    request = Request(kind=BLOCK, side="right")
    found = options(BACK, *block("one", 10, side="left"), requests=[request])
    assert found[BLOCK].earlier is None
    assert options(BACK, *block("one", 10, side="right"), requests=[request])[BLOCK].earlier.outcome == "negative test"


def test_a_block_whose_result_nobody_recorded_does_not_step_back():
    alone = fact("procedure", id="one", kind=BLOCK, intent="diagnostic", true_on=date(2026, 3, 2))
    found = options(BACK, alone)[BLOCK]
    assert (found.earlier.outcome, found.earlier.again) == ("not known", "undocumented")
    assert found.place != "not now"


def test_the_ladder_does_not_lead_to_what_was_done_in_vain():
    example = read_case_file(EXAMPLES / "facet.toml")
    patient = example.chart.patient_id
    ablated = [
        fact("procedure", id="rf", kind=ABLATION, side="left", true_on=date(2026, 4, 6)),
        fact("relief", id="rf-relief", procedure="rf", percent=0, lasted_days=0, true_on=date(2026, 4, 20)),
    ]

    def leads_to(*facts):
        more = [msgspec.structs.replace(one, patient=patient) for one in facts]
        told = assess(Chart.of([*example.chart.facts, *more]), example.as_of, [example.request])
        rungs = ladder(book(), told, ("now", "next", "later", "not now"))
        return {then.procedure for rung in rungs for then in (*rung.if_it_works, *rung.if_it_fails)}

    assert ABLATION in leads_to()
    assert ABLATION not in leads_to(*ablated)


IMPLANT = fact("procedure", id="imp", kind="spinal_cord_stimulation_implant", intent="implant", true_on=date(2026, 1, 10))  # fmt: skip  # noqa: E501
FADED = [
    fact("relief", id="good", procedure="imp", percent=70, true_on=date(2026, 3, 10)),
    fact("relief", id="bad", procedure="imp", percent=10, true_on=date(2026, 5, 10)),
]


@pytest.mark.parametrize(("intent", "asks_for_a_trial"), [("revision", False), ("removal", False), ("implant", True)])
def test_work_on_a_device_asks_for_no_new_trial(intent, asks_for_a_trial):
    pain = fact("complaint", id="leg", region="posterior_thigh")
    asked = Request(kind="spinal_cord_stimulation_implant", intent=intent)
    option = next(one for one in assess(chart_of(pain, IMPLANT, *FADED), DAY, [asked]).options if one.procedure == asked.kind)  # fmt: skip  # noqa: E501
    assert bool(option.gates.criteria) is asks_for_a_trial
    assert (option.verdict == "undocumented") is not asks_for_a_trial
    assert "Target not settled" not in option.why or asks_for_a_trial
