"""Invented charts that a hostile reviewer would write: does each danger speak, with its day and what to do?

Each chart holds one danger, or two that meet. What nobody recorded must never pass for safe.
"""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from lenitive.chart import Chart
from lenitive.chart.request import Request
from lenitive.reasoning import assess
from tests.unit.reasoning.conftest import DAY, chart_of, fact

ON = date(2026, 6, 22)
LEG = fact("complaint", id="leg", region="calf_lateral_foot_sole")
THROUGH_FORAMEN = "epidural_transforaminal_lumbar"
NECK_FORAMEN = "epidural_transforaminal_cervical"
TRIAL = "spinal_cord_stimulation_trial"
ABLATION = "radiofrequency_ablation_medial_branch_lumbar"


def takes(ingredient, **fields):
    return fact("medication", **{"id": ingredient, "ingredient": ingredient, "status": "active", **fields})


def has(icd10, **fields):
    return fact("condition", id=icd10, icd10=icd10, true_on=date(2026, 3, 1), **fields)


def measured(instrument, score):
    return fact("measure", id=instrument, instrument=instrument, score=score, true_on=date(2026, 6, 1))


def option(*facts, kind=THROUGH_FORAMEN, **request):
    told = assess(chart_of(LEG, *facts), DAY, [Request(kind=kind, on=ON, **request)])
    return next(one for one in told.options if one.procedure == kind)


def hold(*facts, **request):
    alerts = option(*facts, **request).alerts
    assert len(alerts) == 1
    return alerts[0]


def row(found, criterion):
    rows = [
        one
        for part in (found.gates, found.contraindications, found.cautions)
        for one in part.criteria
        if one.criterion == criterion
    ]
    assert rows, criterion
    return rows[0]


def alerts_of(*facts):
    return assess(chart_of(LEG, *facts), DAY).alerts


# --- drugs against clotting ----------------------------------------------------------------------------------------

APIXABAN = takes("apixaban", dose=5, unit="mg", times_a_day=2)


def days_held(alert):
    return (ON - alert.hold_from).days


def test_apixaban_with_unknown_kidneys_is_held_as_long_as_with_bad_ones_and_says_so():
    unknown, reduced = hold(APIXABAN), hold(APIXABAN, measured("egfr", 25))
    assert unknown.hold_from == reduced.hold_from
    assert "not known" in unknown.action


@pytest.mark.parametrize("instrument", ["egfr", "creatinine_clearance"])
def test_apixaban_with_good_kidneys_is_held_shorter(instrument):
    assert days_held(hold(APIXABAN, measured(instrument, 80))) < days_held(hold(APIXABAN))


@pytest.mark.parametrize("instrument", ["egfr", "creatinine_clearance"])
def test_dabigatran_with_bad_kidneys_is_held_longer(instrument):
    good, bad = hold(takes("dabigatran"), measured(instrument, 80)), hold(takes("dabigatran"), measured(instrument, 35))
    assert days_held(bad) > days_held(good)


def test_the_day_of_the_last_dose_is_on_the_calendar():
    alert = hold(takes("warfarin"))
    assert alert.hold_from < ON - timedelta(days=1)
    assert alert.hold_from.isoformat() in alert.action
    assert "normal INR" in alert.action
    assert "Ask the prescriber before anything is stopped." in alert.action


def test_a_raised_inr_stands_against_the_needle():
    late = fact("measure", id="inr", instrument="inr", score=2.4, true_on=ON)
    told = assess(chart_of(LEG, takes("warfarin"), late), ON, [Request(kind=THROUGH_FORAMEN, on=ON)])
    found = next(one for one in told.options if one.procedure == THROUGH_FORAMEN)
    assert row(found, "inr_raised").satisfied is False


def test_clopidogrel_for_a_young_stent_is_not_stopped_and_the_procedure_waits():
    found = option(takes("clopidogrel"), has("Z95.5"))
    [alert] = found.alerts
    assert (alert.severity, alert.hold_from) == ("stop", None)
    assert alert.title == "Do not stop clopidogrel: coronary stent of 2026-03-01"
    assert {one.id for one in alert.facts} == {"clopidogrel", "Z95.5"}
    assert row(found, "coronary_stent_is_young").satisfied is False


def test_clopidogrel_for_an_old_stent_first_says_that_stopping_is_dangerous():
    old = fact("condition", id="Z95.5", icd10="Z95.5", true_on=date(2020, 3, 1))
    found = option(takes("clopidogrel"), old)
    assert found.alerts[0].action.startswith("Stopping is itself dangerous here")
    assert {one.id for one in found.alerts[0].facts} == {"clopidogrel", "Z95.5"}
    assert row(found, "thrombosis_risk_high").satisfied is False
    assert not hold(takes("clopidogrel")).action.startswith("Stopping is itself dangerous")


def test_two_drugs_against_clotting_raise_the_class():
    found = option(takes("clopidogrel"), takes("aspirin"))
    assert row(found, "several_antithrombotics_taken").satisfied is False
    assert len(found.alerts) == 2


def test_a_drug_of_which_nobody_knows_whether_it_is_taken_is_asked_about():
    assert "First ask whether it is still taken" in hold(takes("apixaban", status=None)).action


# --- steroids ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("drug", ["ritonavir", "cobicistat", "itraconazole"])
def test_a_strong_inhibitor_beside_triamcinolone_stands_on_a_source_that_was_read(drug):
    found = row(option(takes(drug), steroid="triamcinolone"), "cyp3a4_inhibitor_taken")
    assert (found.satisfied, found.severity, found.warns_only) == (False, "required", False)
    assert [one.id for one in found.facts] == [drug]


def test_particles_through_a_foramen_of_the_neck_are_a_contraindication():
    neck = fact("complaint", id="arm", region="arm_lateral_forearm_thumb")
    found = option(neck, kind=NECK_FORAMEN, steroid="triamcinolone")
    assert row(found, "particulate_steroid_planned").satisfied is False
    assert row(option(neck, kind=NECK_FORAMEN, steroid="dexamethasone"), "particulate_steroid_planned").satisfied


def test_diabetes_on_insulin_and_a_high_glucose_both_speak():
    high = fact("measure", id="glucose", instrument="glucose", score=280, true_on=ON)
    facts = [takes("insulin glargine"), has("E11.9")]
    told = assess(chart_of(LEG, *facts, high), ON, [Request(kind=THROUGH_FORAMEN, on=ON, steroid="dexamethasone")])
    found = next(one for one in told.options if one.procedure == THROUGH_FORAMEN)
    assert row(found, "diabetes").satisfied is False
    assert row(found, "glucose_too_high").satisfied is False


def test_a_glucose_that_nobody_measured_is_asked_for():
    found = row(option(has("E11.9"), steroid="dexamethasone"), "glucose_too_high")
    assert (found.satisfied, bool(found.missing)) == (None, True)


# --- before the day ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("drug", ["semaglutide", "tirzepatide", "dulaglutide"])
def test_a_weekly_drug_that_slows_the_stomach_speaks_before_sedation(drug):
    assert row(option(takes(drug), kind=TRIAL, sedation="moderate"), "glp1_taken").satisfied is False


def test_a_pregnancy_that_nobody_excluded_holds_up_work_under_x_rays():
    young = fact("patient", id="patient", birth_date=date(1995, 1, 1), sex="female")
    told = assess(Chart.of([LEG, young]), DAY, [Request(kind=THROUGH_FORAMEN, on=ON, guidance="fluoroscopy")])
    found = row(next(one for one in told.options if one.procedure == THROUGH_FORAMEN), "pregnancy_possible")
    assert (found.status, found.severity, bool(found.missing)) == ("undocumented", "required", True)


@pytest.mark.parametrize("device", ["pacemaker", "defibrillator"])
@pytest.mark.parametrize("kind", [TRIAL, ABLATION])
def test_with_a_device_of_the_heart_both_teams_are_asked_before_any_current(device, kind):
    implanted = fact("device", id="device", kind=device, true_on=date(2020, 1, 1))
    found = row(option(implanted, kind=kind), "device_team_agreed")
    assert (found.satisfied, found.severity) == (None, "required")
    agreed = fact("statement", id="yes", kind="device_team_agrees", says=True, true_on=DAY)
    assert row(option(implanted, agreed, kind=kind), "device_team_agreed").satisfied


def test_an_anaphylaxis_to_contrast_speaks_and_a_mild_rash_only_advises():
    severe = fact("allergy", id="a", substance="iodinated contrast", reaction="anaphylaxis", severity="severe")
    mild = fact("allergy", id="a", substance="iodinated contrast", reaction="rash", severity="mild")
    assert row(option(severe, contrast=True), "severe_contrast_reaction").satisfied is False
    assert row(option(mild, contrast=True), "severe_contrast_reaction").satisfied is not False
    advised = row(option(mild, contrast=True), "contrast_reaction")
    assert (advised.satisfied, advised.severity) == (False, "advice")


# --- opioids and what is taken beside them -------------------------------------------------------------------------

TRAMADOL = takes("tramadol", dose=50, unit="mg", times_a_day=4)


def titles(*facts):
    return [alert.title for alert in alerts_of(*facts)]


@pytest.mark.parametrize("drug", ["sertraline", "duloxetine", "amitriptyline"])
def test_tramadol_beside_an_antidepressant_is_named(drug):
    found = next(alert for alert in alerts_of(TRAMADOL, takes(drug)) if "antidepressant" in alert.title)
    assert {one.id for one in found.facts} == {"tramadol", drug}
    assert "abruptly" in found.action
    assert found.citations


@pytest.mark.parametrize("inhibitor", ["phenelzine", "linezolid"])
def test_what_raises_serotonin_beside_a_monoamine_oxidase_inhibitor_must_not_be(inhibitor):
    taken = (takes(inhibitor), takes("sertraline"), TRAMADOL)
    [found] = [alert for alert in alerts_of(*taken) if "serotonin" in alert.title]
    assert found.title == f"Takes {inhibitor} beside sertraline and tramadol: serotonin can rise too far"
    assert "must not be taken together" in found.action
    assert {one.id for one in found.facts} == {inhibitor, "sertraline", "tramadol"}
    assert not any("antidepressant" in one for one in titles(*taken))


def test_the_inhibitor_needs_no_opioid_to_be_named_and_one_alone_is_not():
    assert any("beside sertraline" in one for one in titles(takes("linezolid"), takes("sertraline")))
    assert not any("serotonin" in one for one in titles(takes("linezolid")))
    assert not any("serotonin" in one for one in titles(takes("linezolid"), takes("ibuprofen")))


def test_an_antidepressant_without_tramadol_is_no_matter_of_opioids():
    assert not any("antidepressant" in one for one in titles(takes("sertraline")))
    assert not any("antidepressant" in one for one in titles(takes("sertraline"), takes("morphine")))


def test_methadone_counts_by_its_own_factor_and_says_what_to_watch():
    methadone = takes("methadone", dose=10, unit="mg", times_a_day=4)
    found = {alert.title: alert for alert in alerts_of(methadone)}
    assert "Opioids: 188 morphine milligram equivalents a day" in found
    assert "QT" in found["Methadone: what to watch"].action


def test_an_opioid_beside_a_sedative_is_named_and_naloxone_offered():
    found = titles(takes("oxycodone", dose=5, unit="mg", times_a_day=2), takes("lorazepam"))
    assert "An opioid together with a benzodiazepine or sleeping drug" in found
    assert "Offer naloxone" in found
