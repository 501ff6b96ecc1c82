"""Pain medicines stand in the plan: for what, how soon, what speaks against them, and what comes after."""

from datetime import date

import pytest

from lenitive.chart.chart import Chart
from lenitive.chart.request import Request
from lenitive.reasoning import assess
from lenitive.reasoning.book import book
from lenitive.reasoning.medicines import medicine_steps
from lenitive.reasoning.plan_of_care import plan_of_care
from tests.unit.reasoning.conftest import DAY, chart_of, fact

SORE_BACK = fact("complaint", id="pain", region="low_back_paramidline", dominant=True, true_on=date(2024, 1, 1))
SHINGLES = fact("condition", id="shingles", icd10="B02.29", label="Pain after shingles", status="active")
ASKED = tuple(fact("attestation", id=f"asked-{topic}", topic=topic) for topic in ("condition", "medication", "allergy"))
SOUND = (
    *ASKED,
    fact("measure", id="kidneys", instrument="egfr", score=85, true_on=DAY),
    fact("statement", id="not-pregnant", kind="pregnancy_possible", says=False, true_on=DAY),
)


def steps(*facts):
    chart = chart_of(*facts)
    return {one.medicine: one for one in medicine_steps(book(), chart, assess(chart, DAY))}


def weak(score):
    return fact("measure", id="kidneys", instrument="egfr", score=score, true_on=DAY)


def takes(ingredient, **fields):
    return fact("medication", id=ingredient, ingredient=ingredient, status="active", true_on=DAY, **fields)


def tried(kind, response):
    return fact("treatment", id=kind, kind=kind, response=response, true_on=date(2025, 1, 1), until=date(2025, 3, 1))


# --- for what, and how soon ----------------------------------------------------------------------------------------


def test_for_a_sore_back_what_calms_inflammation_comes_first_and_an_opioid_last():
    found = steps(SORE_BACK, *SOUND)
    places = {name: step.place for name, step in found.items()}
    assert places == {"nsaid": "now", "snri": "next", "opioid": "later", "muscle_relaxant": "not now"}
    assert [step.line for step in found.values()] == ["first", "second", "last", "second"]
    assert found["opioid"].why.startswith("Gate")
    assert found["muscle_relaxant"].why == "Not as wanted: A recent spell, of less than twelve weeks."


def test_what_is_only_advised_against_is_not_offered():
    assert not {"acetaminophen", "gabapentinoid"} & set(steps(SORE_BACK, *SOUND))


def test_guidelines_that_disagree_are_both_told_and_the_soonest_gives_the_place():
    duloxetine = steps(SORE_BACK, *SOUND)["snri"]
    assert duloxetine.line == "second"
    assert {one.citation.source for one in duloxetine.advice} == {"qaseem2017", "nice-ng59"}


def test_pain_after_shingles_is_thought_of_beside_a_sore_back():
    found = steps(SORE_BACK, SHINGLES, *SOUND)
    assert found["nsaid"].target.generator == "lumbar_disc"
    for name in ("gabapentinoid", "tricyclic_antidepressant", "snri"):
        assert (found[name].target.generator, found[name].line, found[name].place) == (
            "post_herpetic_neuralgia",
            "first",
            "now",
        )
    assert found["topical_lidocaine"].place == "next"


def test_a_burning_pain_with_a_neuropathic_component_brings_the_medicines_for_nerves():
    dn4 = [
        fact("finding", id=code, code=code, present=True, true_on=DAY)
        for code in book().content.findings
        if code.startswith("dn4")
    ]
    found = steps(SORE_BACK, *dn4, *SOUND)
    assert found["gabapentinoid"].target.generator == "neuropathic_component"


def test_without_a_pain_there_is_no_medicine():
    assert steps(*SOUND) == {}


# --- what speaks against it ----------------------------------------------------------------------------------------


def listed(icd10, **fields):
    return fact("condition", id="x", icd10=icd10, label="x", status="active", **fields)


AGAINST = {
    "nsaid": [
        weak(25),
        listed("N18.5"),
        listed("I25.2"),
        listed("Z95.5"),
        listed("I50.22"),
        listed("K25.7"),
        takes("lithium"),
    ],
    "snri": [
        takes("phenelzine"),
        fact("condition", id="x", icd10="K74.6", label="x", status="active"),
        weak(25),
    ],
    "tricyclic_antidepressant": [takes("selegiline"), listed("I25.10"), listed("I50.9")],
}


@pytest.mark.parametrize(
    ("medicine", "danger"), [(name, danger) for name, dangers in AGAINST.items() for danger in dangers]
)
def test_a_contraindication_takes_it_out_and_says_why(medicine, danger):
    sound = [one for one in SOUND if one.id != danger.id]
    step = steps(SORE_BACK, SHINGLES, *sound, danger)[medicine]
    assert (step.verdict, step.place) == ("not a candidate", "not now")
    assert step.why.startswith("Contraindication: ")
    [row] = step.contraindications.results(step.contraindications.violated)
    assert [seen.id for seen in row.facts] == [danger.id]


def test_a_reaction_to_aspirin_forbids_them_all():
    allergy = fact("allergy", id="aspirin", substance="aspirin", active=True)
    assert steps(SORE_BACK, *SOUND, allergy)["nsaid"].verdict == "not a candidate"


def test_what_nobody_asked_leaves_it_open_with_the_question():
    step = steps(SORE_BACK)["nsaid"]
    assert (step.verdict, step.place) == ("undocumented", "next")
    assert "What is the creatinine clearance or eGFR, measured lately?" in step.opens_with


def test_what_is_only_remembered_warns_and_does_not_forbid():
    step = steps(SORE_BACK, *SOUND, listed("Z86.73"))["nsaid"]
    assert (step.verdict, step.place) == ("undocumented", "later")
    assert step.contraindications.named("stroke_before").warns_only


def test_an_anti_inflammatory_is_no_next_step_beside_an_anticoagulant():
    step = steps(SORE_BACK, *SOUND, takes("apixaban"))["nsaid"]
    assert step.contraindications.named("anticoagulant_taken").warns_only
    assert step.place == "later"


@pytest.mark.parametrize(
    ("medicine", "danger", "caution"),
    [
        ("nsaid", takes("aspirin"), "A drug against clotting makes bleeding likelier"),
        ("gabapentinoid", takes("oxycodone"), "An opioid or a sedative is taken; together they can slow the breath"),
        (
            "gabapentinoid",
            fact("condition", id="x", icd10="J44.9", label="x", status="active"),
            "Lung disease or sleep apnoea: breathing may slow down",
        ),
        ("gabapentinoid", weak(45), "Weak kidneys: a smaller dose"),
    ],
)
def test_a_caution_is_told_and_does_not_take_it_out(medicine, danger, caution):
    sound = [one for one in SOUND if one.id != danger.id]
    step = steps(SORE_BACK, SHINGLES, *sound, danger)[medicine]
    assert step.verdict == "candidate"
    assert caution in step.take_care


def test_after_a_heart_attack_the_label_speaks_before_the_list_of_problems():
    attack = listed("I21.4", true_on=date(2025, 12, 1))
    [first, *others] = (step := steps(SORE_BACK, *SOUND, attack)["nsaid"]).contraindications.results(
        step.contraindications.violated
    )
    assert (first.criterion, first.citations[0].grade) == ("heart_attack_lately", "primary")
    assert [one.criterion for one in others] == ["coronary_disease"]


@pytest.mark.parametrize(
    ("born", "places"), [(date(1951, 6, 1), ("later", "later")), (date(1951, 6, 2), ("now", "now"))]
)
def test_in_old_age_what_makes_fall_and_bleed_steps_back(born, places):
    old = fact("patient", id="patient", birth_date=born, sex="male")
    chart = Chart.of([old, SORE_BACK, SHINGLES, *SOUND])
    found = {one.medicine: one for one in medicine_steps(book(), chart, assess(chart, DAY))}
    assert (found["nsaid"].place, found["tricyclic_antidepressant"].place) == places
    assert (found["gabapentinoid"].place, found["topical_lidocaine"].place) == ("now", "next")


def test_where_the_first_medicine_is_barred_the_next_is_thought_of_now():
    found = steps(SORE_BACK, *SOUND, listed("I25.2"))
    assert (found["nsaid"].place, found["snri"].place) == ("not now", "now")


@pytest.mark.parametrize(
    ("medicine", "danger", "caution"),
    [
        ("nsaid", takes("methotrexate"), "Methotrexate is taken: more of it can stay in the body"),
        ("gabapentinoid", listed("I50.22"), "Heart failure: pregabalin can hold water back"),
        ("snri", listed("I25.2"), "Heart or vessel disease: it can raise pulse and blood pressure"),
        ("tricyclic_antidepressant", listed("I63.9"), "A stroke before: watched closely"),
    ],
)
def test_a_disease_or_a_drug_that_asks_for_care_is_named(medicine, danger, caution):
    step = steps(SORE_BACK, SHINGLES, *SOUND, danger)[medicine]
    assert caution in step.take_care
    assert step.verdict == "candidate"


# --- what is taken, what was tried ---------------------------------------------------------------------------------


def test_what_is_taken_is_looked_at_first_also_where_it_should_not_be():
    found = steps(SORE_BACK, *ASKED, weak(20), takes("ibuprofen"))
    step = found["nsaid"]
    assert [fact.id for fact in step.taken] == ["ibuprofen"]
    assert step.place == "talk over"
    assert step.why.startswith("It is taken, though something speaks against it: talk it over. Contraindication:")


def test_what_is_taken_and_nothing_speaks_against_is_looked_at_now():
    step = steps(SORE_BACK, *SOUND, takes("duloxetine"))["snri"]
    assert (step.place, step.why.split(":")[0]) == ("now", "It is taken")


def test_what_is_advised_against_is_shown_where_it_is_taken():
    step = steps(SORE_BACK, *SOUND, takes("gabapentin"))["gabapentinoid"]
    assert (step.line, step.place) == ("not advised", "talk over")
    assert step.why.startswith("It is taken, though something speaks against it")


def test_what_was_tried_in_vain_steps_back_for_the_next():
    found = steps(SORE_BACK, *SOUND, tried("nsaid", "failed"))
    assert (found["nsaid"].place, found["snri"].place) == ("later", "now")
    assert found["nsaid"].why.startswith("Tried from 2025-01-01")


def test_an_opioid_waits_until_nothing_else_is_open():
    one_failed = steps(SORE_BACK, *SOUND, tried("nsaid", "failed"))["opioid"]
    assert (one_failed.verdict, one_failed.place) == ("candidate", "later")
    all_failed = (tried("nsaid", "failed"), tried("antidepressant_for_pain", "not_tolerated"))
    assert steps(SORE_BACK, *SOUND, *all_failed)["opioid"].place == "now"


def test_for_the_pain_of_a_known_cancer_an_opioid_need_not_wait():
    cancer = fact("condition", id="cancer", icd10="G89.3", label="Cancer pain", status="active")
    belly = fact("complaint", id="pain", region="upper_abdomen", dominant=True)
    plan = plan_of_care(chart_of(belly, cancer, *SOUND), DAY)
    [opioid] = [one for one in plan.medicines if one.medicine == "opioid"]
    assert (opioid.line, opioid.verdict) == ("first", "candidate")


def test_it_ends_in_the_way_it_wants_and_the_next_is_named():
    found = steps(SORE_BACK, SHINGLES, *SOUND)
    gabapentin = found["gabapentinoid"]
    assert any("at least a week" in then.why for then in gabapentin.if_it_fails)
    following = gabapentin.if_it_fails[-1]
    assert following.procedure in {"snri", "tricyclic_antidepressant"}
    assert all(then.citations for then in (*gabapentin.if_it_works, *gabapentin.if_it_fails[:-1]))


# --- where it stands -----------------------------------------------------------------------------------------------


def test_medicines_are_no_options_of_the_assessment_unless_asked_for():
    chart = chart_of(SORE_BACK, *SOUND)
    assert not {one.procedure for one in assess(chart, DAY).options} & book().medicines
    [asked] = [one for one in assess(chart, DAY, [Request(kind="nsaid")]).options if one.procedure == "nsaid"]
    assert (asked.role, asked.verdict) == ("medicine", "candidate")


def test_the_plan_holds_them_and_the_pages_to_read():
    plan = plan_of_care(chart_of(SORE_BACK, *SOUND), DAY)
    assert {one.medicine for one in plan.medicines} >= {"nsaid", "opioid"}
    assert "nsaid" in plan.to_read
    assert "opioid" not in plan.to_read


def test_under_a_danger_that_stops_everything_no_medicine_is_begun():
    numb = fact("finding", id="numb", code="saddle_anaesthesia", present=True, true_on=DAY)
    assert plan_of_care(chart_of(SORE_BACK, *SOUND, numb), DAY).medicines == []


def test_coming_down_from_opioids_stands_beside_them_with_its_citations():
    oxycodone = fact(
        "medication",
        id="oxycodone",
        ingredient="oxycodone",
        dose=40,
        unit="mg",
        times_a_day=3,
        status="active",
        true_on=date(2025, 1, 1),
    )
    plan = plan_of_care(chart_of(SORE_BACK, *SOUND, oxycodone), DAY)
    [opioid] = [one for one in plan.medicines if one.medicine == "opioid"]
    assert (opioid.place, [seen.id for seen in opioid.taken]) == ("talk over", ["oxycodone"])
    [down] = [step for step in plan.opioid_steps if step.step == "coming down"]
    assert [step for step in down.guide if step.part == "steps"]
    assert all(step.citation.source for step in down.guide)


def test_every_piece_of_advice_is_cited():
    for step in steps(SORE_BACK, SHINGLES, *SOUND).values():
        assert step.advice
        assert step.doses
        assert all(told.citation.reference and told.citation.locator for told in (*step.advice, *step.doses))


@pytest.mark.parametrize(
    ("medicine", "drug", "other", "label"),
    [
        ("snri", "duloxetine", "sertraline", "Another antidepressant"),
        ("snri", "duloxetine", "venlafaxine", "Another antidepressant"),
        ("tricyclic_antidepressant", "amitriptyline", "sertraline", "Another antidepressant"),
        ("nsaid", "naproxen", "ibuprofen", "An anti-inflammatory medicine is taken already"),
    ],
)
def test_a_drug_is_no_other_one_beside_itself(medicine, drug, other, label):
    alone = steps(SORE_BACK, SHINGLES, *SOUND, takes(drug))[medicine]
    both = steps(SORE_BACK, SHINGLES, *SOUND, takes(drug), takes(other))[medicine]
    assert alone.taken
    assert not any(one.startswith(label) for one in alone.take_care)
    assert any(one.startswith(label) for one in both.take_care)


# --- what is said beside an alert ------------------------------------------------------------------------------------


def test_what_is_taken_and_has_an_alert_is_not_said_to_be_harmless():
    gabapentin = takes("gabapentin", dose=900.0, unit="mg", times_a_day=3.0, route="oral")
    found = steps(SHINGLES, *ASKED, weak(55), gabapentin)
    assert "Deal with the alert first: takes gabapentin: too much for the kidneys." in found["gabapentinoid"].why
    assert "Nothing" not in found["gabapentinoid"].why
    assert "Nothing that was asked speaks against it." in found["topical_lidocaine"].why


def test_what_needs_care_is_not_said_to_have_nothing_against_it():
    needs_care = steps(SHINGLES, *ASKED, weak(55))["gabapentinoid"]
    assert needs_care.take_care
    assert "Nothing that was asked forbids it; it needs care." in needs_care.why
