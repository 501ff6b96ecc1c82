"""Published harms, as our case files with the facts from before: does an assessment raise what should have been seen?

The files of ``safety/`` hold the facts in our words. The alerts that a reader of the reports expected are read from
``../shared/cases/safety`` when the test runs. Every one of them must be raised from what was recorded before the event.
"""

import tomllib
from functools import cache
from pathlib import Path

import msgspec
import pytest

from lenitive.interop.case_file import read_case_file
from lenitive.reasoning import assess

SAFETY = Path(__file__).parent / "safety"
CASES = sorted(file.stem for file in SAFETY.glob("*.toml"))

# (case, place of the expected alert in its label) -> what of ours raises it: a criterion that is not as it should be,
# an alert with these words, or a criterion that is asked because the case does not state the answer.
RAISED = {
    ("sf-abscess-meningitis-70m", 0): [("criterion", "immunosuppressed", "neutropenia")],
    ("sf-abscess-meningitis-70m", 1): [("criterion", "dural_puncture_before", "between the laminae")],
    ("sf-adrenal-hip-50f", 0): [("criterion", "cyp3a4_inhibitor_taken", "ritonavir")],
    ("sf-adrenal-hip-50f", 1): [("criterion", "systemic_steroid_taken", "beclomethasone")],
    ("sf-cord-infarct-multilevel", 0): [("criterion", "route_near_cord_artery", "")],
    ("sf-cord-infarct-multilevel", 1): [("asked", "particulate_steroid_planned", "")],
    ("sf-cushing-hiv-48f", 0): [("criterion", "cyp3a4_inhibitor_taken", "ritonavir")],
    ("sf-dka-63m", 0): [("criterion", "glucose_may_rise", "")],
    ("sf-dka-63m", 1): [("criterion", "glucose_raising_drug_taken", "hydrochlorothiazide")],
    ("sf-edh-aspirin-79m", 0): [
        ("alert", "Takes Aspirin", "decide together"),
        ("criterion", "thrombosis_risk_high", "I25.2"),
        ("asked", "hold_agreed_with_prescriber", ""),
    ],
    ("sf-edh-aspirin-79m", 1): [("criterion", "older_patient", "born 1946")],
    ("sf-edh-myeloma-84f", 0): [("alert", "Takes Aspirin", "prescriber")],
    ("sf-edh-myeloma-84f", 1): [
        ("criterion", "bleeding_tendency", "multiple myeloma"),
        ("asked", "platelets_low", ""),
    ],
    ("sf-edh-warfarin-lmwh", 0): [("alert", "Takes Warfarin", "5 days")],
    ("sf-edh-warfarin-lmwh", 1): [
        ("alert", "Takes Enoxaparin", "24 hours"),
        ("criterion", "several_antithrombotics_taken", "enoxaparin"),
    ],
    ("sf-edh-warfarin-lmwh", 2): [("criterion", "antithrombotic_taken", "warfarin")],
    ("sf-stroke-warfarin-held-81f", 0): [
        ("criterion", "thrombosis_risk_high", "atrial fibrillation"),
        ("asked", "hold_agreed_with_prescriber", ""),
        ("alert", "Takes Warfarin", "Ask the prescriber"),
    ],
}


def expected_alerts(shared, name):
    file = shared / "cases" / "safety" / f"{name}.toml"
    if not file.is_file():
        pytest.skip(f"needs {file.name} of the reference cases in ../shared, which is absent here")
    return tomllib.loads(file.read_text(encoding="utf-8"))["outcome"]["expected_alerts"]


@cache
def case(name):
    return read_case_file(SAFETY / f"{name}.toml")


@cache
def considered(name, steroid=None):
    """The assessment of a case and its option for the procedure that was done."""
    request = case(name).request
    if steroid:
        request = msgspec.structs.replace(request, steroid=steroid)
    told = assess(case(name).chart, case(name).as_of, [request])
    return told, next(option for option in told.options if option.procedure == request.kind)


def rows(option):
    return [*option.contraindications.criteria, *option.cautions.criteria]


def words_of(result):
    return " ".join(fact.text for fact in result.facts)


def is_raised(name, how, what, words, steroid=None):
    told, option = considered(name, steroid)
    if how == "alert":
        return any(what in one.title and words in one.action for one in [*told.alerts, *option.alerts])
    wanted = False if how == "criterion" else None
    return any(
        row.criterion == what
        and row.satisfied is wanted
        and words in words_of(row)
        and (wanted is False or row.missing)
        for row in rows(option)
    )


def test_the_nine_cases_are_here(shared):
    assert set(CASES) == {file.stem for file in (shared / "cases" / "safety").glob("*.toml")}


@pytest.mark.parametrize("name", CASES)
def test_each_expected_alert_is_raised(name, shared):
    for number, label in enumerate(expected_alerts(shared, name)):
        found = RAISED[name, number]
        print(f"{name} {number + 1}: {label}: {found}")
        assert all(is_raised(name, *one) for one in found), label


def test_no_row_of_the_tables_speaks_of_an_alert_that_nobody_expects(shared):
    for name, number in RAISED:
        assert number < len(expected_alerts(shared, name))


@pytest.mark.parametrize("name", CASES)
def test_nothing_in_these_cases_is_waved_through(name):
    """None of the nine would have been a candidate on the facts that were recorded."""
    assert considered(name)[1].verdict != "candidate"


def test_particles_in_the_neck_are_a_contraindication_once_they_are_planned():
    """The steroid of sf-cord-infarct-multilevel is not stated; with one that holds particles the question is a no."""
    name = "sf-cord-infarct-multilevel"
    assert is_raised(name, "criterion", "particulate_steroid_planned", "", steroid="triamcinolone")
    assert not is_raised(name, "criterion", "particulate_steroid_planned", "", steroid="dexamethasone")


@pytest.mark.parametrize("name", CASES)
def test_a_case_file_holds_no_fact_from_after_the_event(name):
    assert all(fact.true_on is None or fact.true_on <= case(name).as_of for fact in case(name).chart.facts)
