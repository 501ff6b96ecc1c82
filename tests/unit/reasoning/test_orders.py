"""What speaks before a needle that was asked for: the side, the blood, a clot that is young, the dose that is taken."""

from datetime import timedelta

import pytest

from lenitive.chart.request import Request
from lenitive.reasoning import assess
from lenitive.reasoning.book import book
from tests.unit.reasoning.conftest import DAY, chart_of, fact

EPIDURAL = "epidural_transforaminal_lumbar"


def asked(side="right", kind=EPIDURAL, on=None, **more):
    return Request(kind=kind, region="lumbar", side=side, levels=("L4-5",), on=on, **more)


def pain(side, region="lateral_leg_dorsum_foot", name="pain"):
    return fact("complaint", id=name, region=region, side=side)


def image(side, levels=("L4-5",)):
    return fact(
        "finding",
        id="image",
        code="mri_disc_herniation",
        kind="imaging",
        present=True,
        side=side,
        levels=levels,
        true_on=DAY,
    )


def alerts(*facts, request=None):
    return assess(chart_of(*facts), DAY, [request or asked()]).alerts


def about_the_side(*facts, request=None):
    return [one for one in alerts(*facts, request=request) if one.title.startswith("Which side?")]


# --- the side ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("facts", "said", "severity"),
    [
        ([pain("left")], "the pain on the left", "stop"),
        ([pain("left"), image("right")], "the pain on the left", "stop"),
        ([pain("right"), image("left")], "the image on the left", "warning"),
        ([image("left")], "the image on the left", "warning"),
        ([pain("left"), image("left")], "the pain and the image on the left", "stop"),
    ],
)
def test_a_needle_on_the_other_side_than_the_pain_stops_first_and_than_the_image_warns(facts, said, severity):
    [alert] = about_the_side(*facts)
    assert alert.title == f"Which side? Asked for on the right, {said}"
    assert (alert.severity, alert.procedure) == (severity, EPIDURAL)
    assert {one.id for one in facts} == {one.id for one in alert.facts}
    assert alerts(*facts)[0] == alert


@pytest.mark.parametrize(
    "facts",
    [
        [],
        [pain("right")],
        [pain("both")],
        [pain(None)],
        [pain("left"), pain("right", name="other")],
        [pain("right"), image("right")],
        [pain("right"), image("both")],
        [pain("right"), image("left", levels=("L2-3",))],
        [pain("right"), pain("left", region="shoulder_front", name="arm")],
    ],
)
def test_nothing_is_said_where_no_pain_and_no_image_contradicts(facts):
    assert about_the_side(*facts) == []


@pytest.mark.parametrize("side", ["both", "midline", None])
def test_a_request_for_no_one_side_contradicts_nothing(side):
    assert about_the_side(pain("left"), request=asked(side=side)) == []


def test_a_pain_elsewhere_does_not_make_the_side_right():
    assert about_the_side(pain("left"), pain("right", region="shoulder_front", name="arm"))


def test_an_earlier_session_on_the_other_side_is_named():
    session = fact("procedure", id="last", kind=EPIDURAL, side="left", levels=("L4-5",), true_on=DAY)
    [alert] = about_the_side(pain("left"), session)
    assert "An earlier epidural steroid injection, lumbar, through the foramen was on the left." in alert.action


def test_an_emergency_comes_before_the_side():
    saddle = fact("finding", id="saddle", code="saddle_anaesthesia", present=True, true_on=DAY)
    assert [one.severity for one in alerts(pain("left"), saddle)[:2]] == ["emergency", "stop"]


# --- the blood -----------------------------------------------------------------------------------------------------


def blood(instrument, score, on=DAY):
    return fact("measure", id=instrument, instrument=instrument, score=score, true_on=on)


@pytest.mark.parametrize(
    ("value", "title"),
    [
        (blood("platelets", 40), f"Platelets 40 on {DAY}, below 50"),
        (blood("platelets", 50), f"Platelets 50 on {DAY}, below 100"),
        (blood("platelets", 99), f"Platelets 99 on {DAY}, below 100"),
        (blood("platelets", 100), None),
        (blood("inr", 1.8), f"INR 1.8 on {DAY}, above 1.2"),
        (blood("inr", 1.2), None),
    ],
)
def test_too_few_platelets_and_a_raised_inr_are_told_with_their_number(value, title):
    found = [one for one in alerts(pain("right"), value) if one.procedure == EPIDURAL]
    assert [one.title for one in found] == ([title] if title else [])
    assert all(one.severity == "warning" and one.citations for one in found)


def test_a_needle_of_low_risk_has_limits_of_its_own_that_were_read():
    request = Request(kind="trigger_point_injection")
    [found] = [one for one in alerts(blood("inr", 3.1), request=request) if "INR" in one.title]
    assert (found.title, found.severity) == (f"INR 3.1 on {DAY}, above 3", "stop")
    assert not [one for one in alerts(blood("inr", 2.9), request=request) if "INR" in one.title]


def test_an_old_value_is_not_told():
    days = int(book().number("laboratory_valid_days", DAY))
    old, recent = DAY - timedelta(days=days + 1), DAY - timedelta(days=days)
    assert not [one for one in alerts(blood("platelets", 40, old)) if "Platelets" in one.title]
    assert [one for one in alerts(blood("platelets", 40, recent)) if "Platelets" in one.title]


# --- what is taken -------------------------------------------------------------------------------------------------


def holds(*facts, on=DAY):
    told = assess(chart_of(pain("right"), *facts), DAY, [asked(on=on)])
    [option] = [one for one in told.options if one.procedure == EPIDURAL]
    return option.alerts


def takes(drug, **more):
    return fact("medication", id=drug, ingredient=drug, status="active", **more)


def clot(on, code="I82.412"):
    return fact("condition", id="clot", icd10=code, status="active", true_on=on)


def test_a_drug_that_treats_a_young_clot_gets_no_day_to_stop():
    [alert] = holds(takes("rivaroxaban"), clot(DAY - timedelta(days=28)))
    assert (alert.severity, alert.hold_from) == ("stop", None)
    assert alert.title == f"Do not stop rivaroxaban: clot of {DAY - timedelta(days=28)}"
    assert "3 months after the clot" in alert.action
    assert "how old it is" not in alert.action


def test_of_an_older_clot_whose_day_is_known_the_age_is_not_asked():
    [alert] = holds(takes("rivaroxaban"), clot(DAY - timedelta(days=400)))
    assert alert.hold_from is not None
    assert "how old it is" not in alert.action
    [undated] = holds(takes("rivaroxaban"), clot(None))
    assert "how old it is" in undated.action


def test_an_antiplatelet_drug_is_not_what_treats_the_clot():
    [alert] = holds(takes("clopidogrel"), clot(DAY - timedelta(days=28)))
    assert alert.hold_from is not None


@pytest.mark.parametrize(
    ("dose", "times", "hours"), [(40, 1, 12), (40, 2, 24), (80, 2, 24), (None, None, 24), (40, None, 24)]
)
def test_the_dose_of_enoxaparin_says_which_interval_counts(dose, times, hours):
    [alert] = holds(takes("enoxaparin", dose=dose, unit="mg" if dose else None, times_a_day=times))
    assert alert.action.startswith(f"{hours} hours from the last dose")


def test_a_day_that_has_passed_cannot_be_kept():
    [late] = holds(takes("warfarin"), on=DAY + timedelta(days=2))
    assert "the planned day cannot be kept" in late.action
    [timely] = holds(takes("warfarin"), on=DAY + timedelta(days=20))
    assert "cannot be kept" not in timely.action


def stimulator(*facts):
    request = Request(kind="spinal_cord_stimulation_trial", on=DAY + timedelta(days=20))
    told = assess(chart_of(pain("right"), takes("aspirin"), *facts), DAY, [request])
    [option] = [one for one in told.options if one.procedure == request.kind]
    [alert] = option.alerts
    return alert


def test_aspirin_counts_as_taken_after_an_event_until_somebody_says_otherwise():
    assert stimulator().hold_from is None
    vessels = fact("condition", id="vessels", icd10="I70.213", status="active")
    denied = fact("statement", id="denied", kind="thrombosis_risk", says=False, true_on=DAY)
    assert stimulator(vessels, denied).hold_from is None
    assert stimulator(denied).hold_from is not None
