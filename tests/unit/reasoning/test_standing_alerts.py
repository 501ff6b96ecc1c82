"""Alerts that stand whatever is planned: what is taken although something speaks against it, a pregnancy, a death."""

from datetime import date, timedelta

import pytest

from lenitive.chart import Chart, Request
from lenitive.reasoning import assess
from lenitive.reasoning.book import book
from lenitive.reasoning.consider import consider
from lenitive.reasoning.plan_of_care import plan_of_care
from tests.unit.reasoning.conftest import DAY, fact

LATELY = date(2026, 5, 10)
PAIN = fact("complaint", id="pain", region="low_back_paramidline", side="left", true_on=LATELY, dominant=True)


def chart_of(*facts, born=date(1980, 4, 2), sex="female", **patient):
    return Chart.of([fact("patient", id="patient", birth_date=born, sex=sex, **patient), PAIN, *facts])


def takes(ingredient, dose=None, times=None, **fields):
    told = {"id": ingredient, "unit": "mg", "status": "active", "true_on": LATELY, **fields}
    return fact("medication", ingredient=ingredient, dose=dose, times_a_day=times, **told)


def diagnosed(icd10):
    return fact("condition", id=icd10, icd10=icd10, status="active", true_on=LATELY)


def measured(instrument, score, on=LATELY):
    return fact("measure", id=instrument, instrument=instrument, score=score, true_on=on)


def found(code, present, **fields):
    return fact("finding", id=f"{code}-{present}", code=code, present=present, **{"true_on": LATELY, **fields})


def alerts(*facts, **patient):
    return assess(chart_of(*facts, **patient), DAY).alerts


def titled(start, told):
    return [alert for alert in told if alert.title.startswith(start)]


# --- what is taken -------------------------------------------------------------------------------------------------


def test_an_anti_inflammatory_beside_an_anticoagulant_is_one_alert_that_names_each_danger_once():
    [alert] = alerts(takes("ibuprofen"), takes("warfarin"), takes("prednisolone"), born=date(1944, 2, 2))
    assert alert.title == "Takes ibuprofen: talk over whether it goes on"
    assert alert.action.count("bleed") == 1
    assert "corticosteroid" in alert.action
    assert {fact.id for fact in alert.facts} == {"ibuprofen", "warfarin", "prednisolone", "patient"}
    assert alert.citations


@pytest.mark.parametrize(
    "facts",
    [
        [takes("naproxen")],
        [takes("naproxen"), takes("lisinopril")],
        [takes("naproxen"), measured("egfr", 45)],
        [takes("lisinopril"), measured("egfr", 45), diagnosed("I50.22")],
        [takes("naproxen", status="intended"), takes("warfarin")],
        [takes("naproxen", status="stopped"), takes("warfarin")],
    ],
)
def test_one_caution_alone_or_nothing_taken_raises_no_alert(facts):
    assert titled("Takes", alerts(*facts)) == []


@pytest.mark.parametrize(
    "against",
    [
        [takes("lisinopril"), measured("egfr", 45)],
        [takes("lisinopril"), measured("platelets", 62)],
        [takes("lisinopril"), takes("furosemide"), measured("platelets", 99)],
        [diagnosed("I50.22")],
        [diagnosed("K25.7")],
        [measured("egfr", 29)],
    ],
)
def test_two_cautions_or_one_contraindication_raise_one(against):
    assert len(titled("Takes naproxen", alerts(takes("naproxen"), *against))) == 1


def test_a_drug_is_no_danger_to_itself_but_a_second_of_its_kind_is():
    older = date(1955, 1, 1)
    assert titled("Takes", alerts(takes("naproxen"), born=older)) == []
    assert len(titled("Takes ibuprofen and naproxen", alerts(takes("naproxen"), takes("ibuprofen"), born=older))) == 1


def test_from_seventy_five_on_an_anti_inflammatory_alone_is_talked_over():
    [alert] = titled("Takes naproxen", alerts(takes("naproxen"), born=date(1951, 6, 1)))
    assert "protection for the stomach" in alert.action


@pytest.mark.parametrize(
    ("drug", "dose", "times", "function", "is_too_much"),
    [
        ("gabapentin", 900, 3, 22, True),
        ("gabapentin", 700, 1, 22, False),
        ("gabapentin", 701, 1, 22, True),
        ("gabapentin", 701, 1, 30, False),
        ("gabapentin", 700, 2, 59, False),
        ("gabapentin", 701, 2, 59, True),
        ("gabapentin", 1200, 3, 60, False),
        ("gabapentin", 301, 1, 14, True),
        ("gabapentin", None, 3, 22, False),
        ("gabapentin", 900, None, 22, False),
        ("pregabalin", 151, 1, 29, True),
        ("pregabalin", 150, 1, 29, False),
    ],
)
def test_a_dose_above_what_the_kidneys_allow_raises_an_alert_with_the_limit(drug, dose, times, function, is_too_much):
    told = titled("Takes", alerts(takes(drug, dose, times), measured("egfr", function)))
    assert [alert.title for alert in told] == ([f"Takes {drug}: too much for the kidneys"] if is_too_much else [])
    if is_too_much:
        assert {fact.id for fact in told[0].facts} == {drug, "egfr"}
        assert told[0].citations[0].entry == f"{drug}.kidney_limits"


def test_a_kidney_value_of_long_ago_and_a_dose_in_another_unit_say_nothing():
    assert titled("Takes", alerts(takes("gabapentin", 900, 3), measured("egfr", 22, on=date(2025, 1, 1)))) == []
    assert titled("Takes", alerts(takes("gabapentin", 900, 3, unit="mL"), measured("egfr", 22))) == []


# --- pregnancy -----------------------------------------------------------------------------------------------------


def test_a_known_pregnancy_says_what_waits_and_which_medicines_it_concerns():
    [alert] = alerts(diagnosed("Z3A.24"), takes("ibuprofen"), takes("lisinopril"))
    assert (alert.severity, alert.title) == ("stop", "Pregnant")
    assert "what is taken: ibuprofen." in alert.action
    assert "X-rays" in alert.action


def test_a_possible_pregnancy_is_to_be_tested_first():
    said = fact("statement", id="maybe", kind="pregnancy_possible", says=True, true_on=DAY)
    [alert] = alerts(said)
    assert (alert.severity, alert.title) == ("ask", "Pregnancy is possible")
    assert alert.action.startswith("Test first.")


def test_nobody_is_taken_for_pregnant_unasked():
    assert alerts() == []


# --- suicide -------------------------------------------------------------------------------------------------------


def test_where_a_questionnaire_speaks_for_depression_the_question_about_suicide_cannot_wait():
    [alert] = alerts(measured("phq9", 19))
    assert (alert.severity, alert.title) == ("ask", "Ask about thoughts of suicide today")
    assert alert.action.endswith("Are there thoughts of ending it?")
    assert [fact.id for fact in alert.facts] == ["phq9"]


def test_it_is_not_asked_twice_and_not_for_a_low_score():
    assert alerts(measured("phq9", 9)) == []
    assert alerts(measured("phq9", 19), found("suicidal_thoughts", False)) == []
    told = alerts(measured("phq9", 19), found("suicidal_thoughts", True))
    assert [alert.title for alert in told] == ["Suicide risk"]


# --- what contradicts itself ---------------------------------------------------------------------------------------


def test_a_pregnancy_of_a_man_and_a_sign_found_and_not_found_on_one_day_are_one_question():
    told = alerts(
        diagnosed("Z34.90"), found("achilles_reflex_loss", True), found("achilles_reflex_loss", False), sex="male"
    )
    [alert] = titled("The record contradicts itself", told)
    assert alert.severity == "ask"
    assert "sex on record is male" in alert.action
    assert "achilles reflex" in alert.action.lower()
    assert {fact.id for fact in alert.facts} == {"patient", "achilles_reflex_loss-True", "achilles_reflex_loss-False"}


@pytest.mark.parametrize("other", [{"side": "right"}, {"true_on": date(2026, 5, 11)}, {"levels": ("S1",)}])
def test_another_side_day_or_level_contradicts_nothing(other):
    both = found("achilles_reflex_loss", True), found("achilles_reflex_loss", False, **other)
    assert titled("The record", alerts(*both)) == []


# --- a death -------------------------------------------------------------------------------------------------------


def test_of_a_patient_who_died_only_that_is_said_and_nothing_is_proposed():
    request = Request(kind="radiofrequency_ablation_medial_branch_lumbar", on=date(2026, 7, 1))
    told = assess(chart_of(takes("clopidogrel"), takes("ibuprofen"), takes("warfarin"), died_on=DAY), DAY, [request])
    assert [alert.title for alert in told.alerts] == [f"The patient died on {DAY}"]
    assert [(option.procedure, option.verdict, option.alerts) for option in told.options] == [
        (request.kind, "not yet", [])
    ]
    assert (told.ask_first, told.missing) == ([], [])


def test_an_order_for_a_patient_who_died_waits():
    request = Request(kind="medial_branch_block_lumbar")
    [option] = consider(chart_of(died_on=DAY), DAY, [request]).options
    assert option.verdict == "not yet"
    assert "died" in option.why


def test_the_day_before_the_death_is_assessed_like_any_other():
    told = assess(chart_of(died_on=date(2026, 6, 2)), DAY)
    assert told.alerts == []
    assert len(told.options) > 1


# --- stopping ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("drug", "is_dangerous"), [("warfarin", True), ("ibuprofen", False), ("duloxetine", False)])
def test_only_stopping_a_drug_against_clotting_is_called_dangerous(drug, is_dangerous):
    request = Request(kind="spinal_cord_stimulation_implant", on=date(2026, 7, 1))
    options = consider(chart_of(takes(drug), diagnosed("I48.91")), DAY, [request], book()).options
    [alert] = options[0].alerts
    assert ("Stopping is itself dangerous" in alert.action) is is_dangerous


@pytest.mark.parametrize(
    ("facts", "counts_as"),
    [
        ([], None),
        ([takes("aspirin")], "several drugs against clotting together"),
        ([measured("platelets", 62)], "a bleeding tendency"),
    ],
)
def test_several_drugs_or_a_bleeding_tendency_raise_the_class_of_the_procedure_by_one(facts, counts_as):
    request = Request(kind="medial_branch_block_lumbar", on=date(2026, 7, 1))
    [option] = consider(chart_of(takes("clopidogrel"), *facts), DAY, [request]).options
    told = titled("Takes Clopidogrel", option.alerts)
    assert [alert.title for alert in told] == (["Takes Clopidogrel: intermediate bleeding risk"] if counts_as else [])
    if counts_as:
        assert f"Counted one class above low: {counts_as}" in told[0].action
        assert {fact.id for fact in told[0].facts} >= {"clopidogrel", facts[0].id}
        assert "bleeding_class_raised_by" in {one.entry for one in told[0].citations}


def test_a_drug_that_is_none_against_clotting_and_the_highest_class_are_not_raised():
    few = measured("platelets", 62)
    low = consider(chart_of(takes("ibuprofen"), few), DAY, [Request(kind="medial_branch_block_lumbar")])
    assert low.options[0].alerts == []
    high = consider(chart_of(takes("clopidogrel"), few), DAY, [Request(kind="spinal_cord_stimulation_implant")])
    assert "Counted" not in high.options[0].alerts[0].action


# --- what must not be stopped --------------------------------------------------------------------------------------


STIMULATOR = Request(kind="spinal_cord_stimulation_implant", on=date(2026, 7, 1))
BLOCK = Request(kind="medial_branch_block_lumbar", on=date(2026, 7, 1))


def heart(icd10, on):
    return fact("condition", id=icd10, icd10=icd10, status="active", true_on=on)


@pytest.mark.parametrize(
    ("facts", "months"),
    [
        ([heart("Z95.5", date(2026, 3, 20))], "6 months"),
        ([heart("Z95.5", date(2025, 9, 20)), heart("I21.4", date(2025, 9, 19))], "12 months"),
    ],
)
def test_nobody_is_given_a_day_to_stop_what_keeps_a_young_stent_open(facts, months):
    told = consider(chart_of(takes("clopidogrel"), takes("aspirin"), *facts), DAY, [STIMULATOR, BLOCK])
    for option in told.options:
        placed = facts[0].true_on
        titles = [f"Do not stop {drug}: coronary stent of {placed}" for drug in ("aspirin", "clopidogrel")]
        assert [(one.severity, one.title, one.hold_from) for one in option.alerts] == [
            ("stop", title, None) for title in titles
        ]
        assert all(months in one.action and "last dose" not in one.action for one in option.alerts)
        assert {one.source for one in option.alerts[0].citations} & {
            "acc-aha-2014-surgery",
            "acc-aha-2016-antiplatelets",
        }
    [implant, _block] = told.options
    assert implant.contraindications.named("coronary_stent_is_young").satisfied is False
    assert implant.verdict == "not a candidate"


def test_an_old_stent_and_a_drug_that_keeps_none_open_get_their_day():
    old = heart("Z95.5", date(2023, 9, 20))
    [option] = consider(chart_of(takes("clopidogrel"), old), DAY, [STIMULATOR]).options
    assert option.alerts[0].hold_from
    young = heart("Z95.5", date(2026, 4, 20))
    [option] = consider(chart_of(takes("rivaroxaban"), young), DAY, [STIMULATOR]).options
    assert option.alerts[0].hold_from


def test_the_plan_tells_each_drug_once_and_what_must_not_be_stopped_before_a_warning():
    chart = chart_of(takes("clopidogrel"), takes("celecoxib"), heart("Z95.5", date(2026, 3, 20)))
    told = assess(chart, DAY, [STIMULATOR])
    plan = plan_of_care(chart, DAY, told)
    assert plan.alerts[0].title == "Do not stop clopidogrel: coronary stent of 2026-03-20"
    drugs = [one.facts[0].id for one in plan.alerts if one.procedure]
    assert sorted(drugs) == sorted(set(drugs))
    assert {one.title for one in told.alerts} < {one.title for one in plan.alerts}


# --- a child, an unborn child, a drug that keeps a corticosteroid in the body --------------------------------------


def test_for_a_child_nothing_with_a_needle_is_proposed():
    chart = chart_of(born=date(2011, 2, 2))
    told = assess(chart, DAY, [BLOCK])
    [alert] = titled("Not yet an adult", told.alerts)
    assert (alert.severity, [fact.id for fact in alert.facts]) == ("stop", ["patient"])
    needles = {one.procedure for one in told.options if one.role in ("diagnostic", "therapeutic", "both", "implant")}
    assert "medial_branch_block_lumbar" in needles
    assert not {one.procedure for one in told.options if one.place in ("now", "next")} & needles
    assert titled("Not yet an adult", alerts(born=date(2008, 5, 15))) == []


def test_a_drug_that_harms_the_unborn_child_comes_first_whatever_it_is_taken_for():
    [alert] = titled("Pregnant", alerts(diagnosed("Z33.1"), takes("topiramate"), takes("naproxen")))
    assert alert.action.startswith("Known to harm the unborn child: topiramate.")
    assert "what else is taken: naproxen." in alert.action
    assert "drugs_that_harm_the_unborn" in {one.entry for one in alert.citations}
    assert titled("Pregnant", alerts(takes("topiramate"))) == []


def test_a_needle_under_x_rays_is_barred_by_a_known_pregnancy_and_asked_about_by_a_possible_one():
    [known] = consider(chart_of(diagnosed("Z33.1")), DAY, [BLOCK]).options
    [possible] = consider(chart_of(), DAY, [BLOCK]).options
    assert (known.verdict, known.contraindications.named("pregnancy_known").satisfied) == ("not a candidate", False)
    assert possible.contraindications.named("pregnancy_known").satisfied is True
    assert possible.contraindications.status != "not met"


def test_beside_ritonavir_no_corticosteroid_is_injected_unasked():
    [alert] = titled("Takes ritonavir", alerts(takes("ritonavir")))
    assert alert.title == "Takes ritonavir: no triamcinolone, and no other corticosteroid unasked"
    assert "infection-2013" in {one.source for one in alert.citations}
    assert titled("Takes ritonavir", alerts(takes("ritonavir", status="stopped"))) == []


def test_what_keeps_tamoxifen_from_working_is_named_and_another_drug_offered():
    [alert] = titled("Takes duloxetine beside", alerts(takes("tamoxifen"), takes("duloxetine")))
    assert alert.title == "Takes duloxetine beside tamoxifen, which then protects less"
    assert {fact.id for fact in alert.facts} == {"tamoxifen", "duloxetine"}
    assert titled("Takes venlafaxine beside", alerts(takes("tamoxifen"), takes("venlafaxine"))) == []


def test_an_antibiotic_that_raises_tizanidine_many_times_is_named_and_another_one_is_not():
    [alert] = titled("Takes ciprofloxacin beside", alerts(takes("tizanidine"), takes("ciprofloxacin")))
    assert alert.title == "Takes ciprofloxacin beside tizanidine, whose level it raises many times"
    assert {fact.id for fact in alert.facts} == {"tizanidine", "ciprofloxacin"}
    assert titled("Takes levofloxacin", alerts(takes("tizanidine"), takes("levofloxacin"))) == []


# --- an emergency leaves nothing to prepare ------------------------------------------------------------------------


def test_after_a_bleed_at_the_cord_the_drug_is_named_and_no_day_to_hold_it_is_worked_out():
    needle = fact("procedure", id="needle", kind="epidural_interlaminar_lumbar", true_on=DAY - timedelta(days=1))
    told = assess(chart_of(takes("rivaroxaban"), needle, found("leg_weakness", True, true_on=DAY)), DAY, [STIMULATOR])
    assert told.alerts[0].title == "Bleeding or pus at the cord after a needle, under rivaroxaban"
    assert "rivaroxaban" in {fact.id for fact in told.alerts[0].facts}
    assert all(option.alerts == [] for option in told.options)
