"""Sources without a starting share are named beside the differential, with no number."""

from datetime import date, timedelta

import pytest

from lenitive.chart.request import Request
from lenitive.reasoning import assess
from lenitive.reasoning.book import book
from lenitive.reasoning.differential import differentials, overlays
from lenitive.reasoning.findings import findings_of
from lenitive.reasoning.named import considered_besides, diagnosed_sources, named_sources
from lenitive.reasoning.plan_of_care import plan_of_care
from tests.unit.reasoning.conftest import DAY, chart_of, fact

SITTING = fact("complaint", id="sitting", region="perineum")
BACK = fact("complaint", id="back", region="low_back_midline")


def named(*facts):
    chart = chart_of(*facts).as_of(DAY)
    seen = findings_of(chart, book(), DAY)
    differential = differentials(book(), chart, seen, DAY)
    found = named_sources(book(), chart, seen, differential, overlays(book(), seen, DAY), DAY)
    return {one.generator: one for one in found}


def diagnosis(code, **fields):
    return fact("condition", id=f"dx-{code}", icd10=code, true_on=date(2026, 1, 5), **fields)


def test_a_source_without_a_share_is_named_where_the_patient_hurts():
    found = named(SITTING)["pudendal_neuralgia"]
    assert found.named_by == ["region"]
    assert found.facts[0].id == "sitting"
    assert found.confirmed_by
    assert {one.entry for one in found.citations} >= {"pudendal_neuralgia.confirmed_by", "pudendal_neuralgia.referral"}


def test_a_source_that_some_question_ranks_is_never_said_to_have_no_number():
    shares = {name for one in book().content.questions.values() for name in book().content.priors[one.prior].shares}
    everywhere = [fact("complaint", id=region, region=region) for region in book().content.regions]
    found = named(*everywhere)
    assert len(found) > 10
    assert not shares & set(found)


@pytest.mark.parametrize("name", ["cluneal_nerve", "trigeminal_neuralgia", "pudendal_neuralgia", "coccyx"])
def test_where_it_is_typically_felt_it_is_named(name):
    region = max(book().content.generators[name].referral, key=lambda one: one.weight).region
    assert name in named(fact("complaint", id="c", region=region))


def test_a_region_where_it_is_merely_possible_does_not_name_it():
    assert "saphenous" not in named(fact("complaint", id="c", region="knee_medial_leg"))


def test_a_recorded_diagnosis_names_a_source_wherever_it_hurts():
    found = named(BACK, diagnosis("B02.29"))
    assert found["post_herpetic_neuralgia"].named_by == ["diagnosis"]
    assert next(iter(found)) == "post_herpetic_neuralgia"


@pytest.mark.parametrize(
    "fields",
    [{"status": "resolved"}, {"certainty": "unconfirmed"}, {"certainty": "differential"}, {"until": date(2026, 3, 1)}],
)
def test_a_diagnosis_that_is_over_or_doubted_names_nothing(fields):
    assert "post_herpetic_neuralgia" not in named(BACK, diagnosis("B02.29", **fields))


def test_a_code_that_several_sources_are_recorded_under_names_only_its_own():
    found = named(BACK, diagnosis("M96.1"))
    assert found["persistent_spinal_pain_type_2"].named_by == ["diagnosis"]
    for other in ("fusion_hardware", "perineural_fibrosis"):
        assert found[other].named_by == ["code"]
        assert "stands on the problem list" not in found[other].says.lower()
        assert found[other].facts


def test_only_a_code_of_its_own_makes_a_source_worth_a_needle():
    chart = chart_of(BACK, diagnosis("M96.1"))
    assert considered_besides(book(), chart, assess(chart, DAY).differential, DAY) == ("persistent_spinal_pain_type_2",)


def test_a_diagnosis_of_a_source_that_is_ranked_adds_no_name():
    ranked = {one.generator for one in assess(chart_of(BACK), DAY).differential[0].estimates}
    codes = [code for name in ranked for code in book().content.generators[name].icd10]
    assert codes
    for code in codes:
        chart = chart_of(BACK, diagnosis(code))
        assert not diagnosed_sources(book(), chart, assess(chart, DAY).differential, DAY), code


def test_one_sign_of_a_counted_set_names_the_mechanism_and_says_what_else_to_find():
    sign = fact("finding", id="sign", code="crps_symptom_sensory", present=True, true_on=DAY)
    found = named(fact("complaint", id="c", region="knee_front"), sign)["crps"]
    assert found.named_by == ["findings"]
    assert {one.state for one in found.to_find} <= {"not looked for", "present"}
    assert any(one.ask for one in found.to_find)
    assert [one.id for one in found.facts] == ["sign"]


def test_an_absent_sign_names_nothing():
    sign = fact("finding", id="sign", code="crps_symptom_sensory", present=False, true_on=DAY)
    assert "crps" not in named(fact("complaint", id="c", region="knee_front"), sign)


def test_dangers_are_never_named_here():
    everywhere = [fact("complaint", id=region, region=region) for region in book().content.regions]
    dangers = {name for name, entry in book().content.generators.items() if entry.kind == "danger"}
    codes = [diagnosis(code) for name in dangers for code in book().content.generators[name].icd10]
    assert not dangers & set(named(*everywhere, *codes))


# --- what a recorded diagnosis opens -------------------------------------------------------------------------------

FACE = fact("complaint", id="face", region="cheek")


def target(kind, *facts):
    return next(one for one in assess(chart_of(*facts), DAY, [Request(kind=kind)]).options if one.procedure == kind)


def test_a_recorded_diagnosis_is_worth_care_but_not_yet_a_needle():
    dx = diagnosis("B02.29")
    care = target("cognitive_behavioural_therapy", FACE, dx)
    needle = target("epidural_thoracic", FACE, dx)
    assert (care.target.generator, care.target.status) == ("post_herpetic_neuralgia", "met")
    assert (needle.target.generator, needle.target.status) == ("post_herpetic_neuralgia", "undocumented")
    assert needle.verdict == "not yet"


def test_without_the_diagnosis_it_is_no_target():
    assert target("epidural_thoracic", FACE).target.generator is None


def test_a_plan_of_care_shows_them_and_hands_out_the_page_of_what_is_diagnosed():
    told = plan_of_care(chart_of(SITTING, diagnosis("B02.29")), DAY)
    assert [one.generator for one in told.named] == ["post_herpetic_neuralgia", "pudendal_neuralgia"]
    assert "post_herpetic_neuralgia" in told.to_read
    assert "pudendal_neuralgia" not in told.to_read


def test_where_it_is_felt_counts_only_where_no_question_is_raised():
    alone = chart_of(fact("complaint", id="c", region="perineum"))
    assert "pudendal_neuralgia" in considered_besides(book(), alone, [], DAY)
    both = chart_of(fact("complaint", id="c", region="perineum"), BACK)
    assert considered_besides(book(), both, assess(both, DAY).differential, DAY) == ()


# --- named by the history ------------------------------------------------------------------------------------------

FUSION = {"id": "fusion", "kind": "lumbar_fusion", "region": "lumbar", "true_on": date(2023, 4, 1)}
LEG = {"id": "leg", "region": "posterior_thigh", "true_on": date(2024, 1, 10)}
AFTER = "persistent_spinal_pain_type_2"
TRIAL = "spinal_cord_stimulation_trial"


@pytest.mark.parametrize(
    ("operation", "pain"),
    [
        ({}, {}),
        ({"kind": "laminectomy L4-5 with fusion L3-S1"}, {}),
        ({"kind": "L4/5 microdiscectomy", "region": None}, {}),
        ({"kind": "22612", "label": "Arthrodesis, lumbar"}, {}),
        ({"true_on": None}, {}),
        ({}, {"true_on": date(2020, 1, 1)}),
        ({}, {"true_on": None}),
        ({"kind": "acdf", "label": "Anterior cervical fusion", "region": "cervical"}, {"region": "low_neck"}),
        ({"kind": "cervical fusion", "region": None}, {"region": "low_neck"}),
        ({}, {"region": "calf_lateral_foot_sole"}),
    ],
)  # fmt: skip
def test_pain_after_an_operation_on_that_part_of_the_spine_is_named(operation, pain):
    found = named(fact("procedure", **FUSION | operation), fact("complaint", **LEG | pain))[AFTER]
    assert found.named_by == ["history"]
    assert {one.id for one in found.facts} == {"fusion", "leg"}
    assert found.confirmed_by
    assert {one.entry for one in found.citations} == {f"{AFTER}.confirmed_by", f"{AFTER}.after_operation"}


@pytest.mark.parametrize(
    ("operation", "pain"),
    [
        ({"region": "cervical", "kind": "cervical fusion"}, {}),
        ({"region": "ankle", "kind": "ankle fusion"}, {}),
        ({"region": None, "kind": "fusion"}, {}),
        ({"kind": "epidural_caudal"}, {}),
        ({"kind": "sacroiliac_joint_fusion", "region": "sacral"}, {}),
        ({"kind": "appendectomy"}, {}),
        ({"true_on": date(2026, 4, 1)}, {}),
        ({}, {"until": date(2025, 1, 1)}),
        ({}, {"region": "shoulder_outer"}),
    ],
)
def test_it_is_not_named_without_an_operation_there_long_enough_ago_and_a_pain_that_goes_on(operation, pain):
    assert AFTER not in named(fact("procedure", **FUSION | operation), fact("complaint", **LEG | pain))


def test_ninety_days_after_the_operation_it_is_the_pain_that_stayed():
    on_the_day = DAY - timedelta(days=book().number("pain_after_operation_days", DAY))
    complaint = fact("complaint", **LEG)
    assert AFTER in named(fact("procedure", **FUSION | {"true_on": on_the_day}), complaint)
    assert AFTER not in named(fact("procedure", **FUSION | {"true_on": on_the_day + timedelta(days=1)}), complaint)


def considered(*facts):
    chart = chart_of(*facts).as_of(DAY)
    differential = differentials(book(), chart, findings_of(chart, book(), DAY), DAY)
    return considered_besides(book(), chart, differential, DAY)


def trial_of(*facts):
    told = assess(chart_of(*facts), DAY)
    return next((one for one in told.options if one.procedure == TRIAL), None)


def test_the_trial_of_stimulation_then_has_a_target_that_is_named_and_a_physician_can_stand_by_it():
    history = (fact("procedure", **FUSION), fact("complaint", **LEG))
    assert trial_of(history[1]) is None
    option = trial_of(*history)
    assert (option.target.generator, option.target.probability, option.target.status) == (AFTER, None, "undocumented")
    assert "none of its targets" not in option.why
    said = fact(
        "statement", id="said", kind="working_diagnosis", about=AFTER, says=True, text="Two operations, then this pain",
    )  # fmt: skip
    assert trial_of(*history, said).target.status == "met"


def test_words_for_the_pain_name_the_neuropathic_component_and_open_no_option():
    words = fact("complaint", **LEG, quality=("burning", "electric"))
    found = named(words)["neuropathic_component"]
    assert (found.kind, found.named_by) == ("overlay", ["words"])
    assert "neuropathic_component.in_words" in {one.entry for one in found.citations}
    assert any("DN4" in one.label for one in found.to_find)
    assert "neuropathic_component" not in named(fact("complaint", **LEG, quality=("aching",)))
    assert "neuropathic_component" not in considered(words)


def test_a_questionnaire_that_speaks_against_it_outweighs_the_words():
    words = fact("complaint", **LEG, quality=("burning",))
    asked = fact("finding", id="dn4", code="dn4_4_or_more", present=False, true_on=DAY)
    assert "neuropathic_component" not in named(words, asked)


# --- what the chart settles, and what would settle the rest ----------------------------------------------------------

BONE = fact("complaint", id="bone", region="thoracolumbar_junction", side="midline", true_on=date(2026, 4, 1))
FRACTURE = fact("condition", id="fracture", icd10="M80.08XA", levels=("T12",), true_on=date(2026, 4, 2))


def oedema(present=True, levels=("T12",)):
    return fact("finding", id=f"mri-{levels}", code="mri_vertebral_oedema", present=present, levels=levels, true_on=DAY)


def asked_for(kind, *facts):
    told = assess(chart_of(*facts), DAY, [Request(kind=kind, intent="therapeutic")])
    return next(one for one in told.options if one.procedure == kind)


@pytest.mark.parametrize(
    ("scan", "status"),
    [
        ([], "undocumented"),
        ([oedema()], "met"),
        ([oedema(levels=())], "met"),
        ([oedema(present=False)], "undocumented"),
        ([oedema(levels=("L3",))], "undocumented"),
    ],
    ids=["no scan", "oedema there", "oedema, no level", "no oedema", "oedema elsewhere"],
)
def test_a_coded_fracture_that_the_scan_of_its_level_shows_fresh_is_settled(scan, status):
    target = asked_for("kyphoplasty", BONE, FRACTURE, *scan).target
    assert (target.generator, target.status) == ("vertebral_fracture", status)


def test_a_settled_source_says_that_the_chart_confirms_it():
    says = [named(BONE, FRACTURE, *scan)["vertebral_fracture"].says for scan in ([oedema()], [])]
    assert says[0].endswith("The chart holds what confirms it.")
    assert "confirms" not in says[1]


@pytest.mark.parametrize(
    ("codes", "status"),
    [
        (("G89.3", "C25.1"), "met"),
        (("G89.3",), "undocumented"),
        (("G89.3", "Z85.07"), "undocumented"),
        (("C25.1",), "undocumented"),
    ],
)
def test_pain_from_cancer_beside_the_known_cancer_names_its_source(codes, status):
    belly = fact("complaint", id="belly", region="upper_abdomen", true_on=date(2026, 4, 1))
    conditions = [fact("condition", id=code, icd10=code, true_on=date(2026, 4, 2)) for code in codes]
    assert asked_for("neurolysis_celiac", belly, *conditions).target.status == status


def test_pain_after_an_operation_on_record_is_settled_by_its_code_and_its_history():
    fusion = fact("procedure", id="fusion", kind="lumbar fusion", region="lumbar", true_on=date(2023, 2, 14))
    for facts, status in [((diagnosis("M96.1"), fusion), "met"), ((diagnosis("M96.1"),), "undocumented")]:
        target = asked_for("spinal_cord_stimulation_implant", BACK, *facts).target
        assert (target.generator, target.status) == ("persistent_spinal_pain_type_2", status)


def test_what_would_settle_a_source_comes_from_what_confirms_it_and_never_from_another_question():
    tests = {test.label for answer in assess(chart_of(BONE), DAY).differential for test in answer.next_tests}
    assert tests
    assert not tests & set(asked_for("kyphoplasty", BONE).opens_with)
    coded = asked_for("kyphoplasty", BONE, FRACTURE)
    assert coded.opens_with[0] == book().content.generators["vertebral_fracture"].confirmed_by[0].text


def test_an_unranked_target_that_is_open_says_what_confirms_it():
    fibrosis = fact("condition", id="dx", icd10="G57.11", true_on=date(2026, 4, 2))
    thigh = fact("complaint", id="thigh", region="lateral_hip_trochanter", true_on=date(2026, 4, 1))
    found = asked_for("limb_nerve_block", thigh, fibrosis)
    assert found.target.generator == "meralgia"
    assert found.opens_with[:-1] == [one.text for one in book().content.generators["meralgia"].confirmed_by]
    assert "working diagnosis" in found.opens_with[-1]


# --- sets of criteria that are a definition ------------------------------------------------------------------------

BUDAPEST = (
    "pain_out_of_proportion", "crps_symptom_sensory", "crps_symptom_vasomotor", "crps_symptom_sweating_swelling",
    "crps_sign_sensory", "crps_sign_vasomotor", "no_better_explanation_than_crps",
)  # fmt: skip
SHINGLES = ("zoster_rash_in_dermatome", "pain_90_days_after_zoster")
TRIGEMINAL = book().content.findings["trigeminal_neuralgia_criteria"].composite.of
MIGRAINE = book().content.findings["chronic_migraine_criteria"].composite.of
ARM = fact("complaint", id="arm", region="back_of_hand", radiates_to=("fingers",), true_on=date(2026, 1, 1))


def found_present(codes, absent=()):
    return [fact("finding", id=code, code=code, present=code not in absent, true_on=date(2026, 5, 2)) for code in codes]


@pytest.mark.parametrize(
    ("source", "codes", "kind", "complaint"),
    [
        ("crps", BUDAPEST, "stellate_ganglion_block", ARM),
        (
            "post_herpetic_neuralgia",
            SHINGLES,
            "epidural_thoracic",
            fact("complaint", id="band", region="chest_wall_band"),
        ),
        ("trigeminal_neuralgia", TRIGEMINAL, "trigeminal_branch_block", FACE),
        ("chronic_migraine", MIGRAINE, "botulinum_toxin_migraine", fact("complaint", id="head", region="temple")),
    ],
)
def test_a_set_of_criteria_that_is_all_met_settles_its_source_with_or_without_the_code(source, codes, kind, complaint):
    code = book().content.generators[source].icd10[0]
    for further in ([], [diagnosis(code)]):
        told = assess(chart_of(complaint, *found_present(codes), *further), DAY)
        option = next(one for one in told.options if one.procedure == kind)
        assert (option.target.generator, option.target.status) == (source, "met")
        assert told.named[0].generator == source
        assert told.named[0].is_settled
        assert told.named[0].says.endswith("holds what confirms it.")


@pytest.mark.parametrize("codes", [BUDAPEST, SHINGLES, TRIGEMINAL, MIGRAINE], ids=lambda codes: codes[0])
def test_one_criterion_absent_or_not_asked_and_the_source_is_only_named(codes):
    whole = considered(ARM, *found_present(codes))
    assert len(whole) == 1
    coded = diagnosis(book().content.generators[whole[0]].icd10[0])
    for found in (found_present(codes, absent=codes[-1:]), found_present(codes[:-1])):
        assert considered(ARM, *found) == ()
        assert "confirms" not in named(ARM, *found, coded)[whole[0]].says
    assert named(ARM, *found_present(codes[:-1]))[whole[0]].named_by[0] == "findings"


@pytest.mark.parametrize("fields", [{"status": "resolved"}, {"certainty": "differential"}])
def test_criteria_of_a_diagnosis_that_was_given_up_settle_nothing(fields):
    assert considered(ARM, *found_present(BUDAPEST), diagnosis("G90.512", **fields)) == ()
    assert considered(ARM, *found_present(BUDAPEST), diagnosis("G90.512")) == ("crps",)


@pytest.mark.parametrize(("present", "status"), [(True, "met"), (False, "undocumented"), (None, "undocumented")])
def test_a_diagnosed_polyneuropathy_is_settled_by_nerve_conduction_which_names_nothing_by_itself(present, status):
    feet = fact("complaint", id="feet", region="both_feet_stocking", true_on=date(2025, 1, 1))
    study = [] if present is None else found_present(["nerve_conduction_polyneuropathy"])
    if present is False:
        study = found_present(["nerve_conduction_polyneuropathy"], absent=["nerve_conduction_polyneuropathy"])
    target = asked_for("spinal_cord_stimulation_trial", feet, diagnosis("E11.42"), *study).target
    assert (target.generator, target.status) == ("diabetic_polyneuropathy", status)
    assert considered(BACK, *study) == ()


# --- fibromyalgia ----------------------------------------------------------------------------------------------------

CRITERIA_2016 = ("pain_in_four_of_five_regions", "fibromyalgia_scales_high", "symptoms_for_three_months")


def criteria_2016(*absent):
    return [fact("finding", id=code, code=code, present=code not in absent, true_on=DAY) for code in CRITERIA_2016]


def test_the_criteria_of_fibromyalgia_name_it_without_a_code_and_say_what_no_needle_does():
    found = named(BACK, *criteria_2016())["fibromyalgia"]
    assert found.is_settled
    assert "No needle is among what is recommended for it: exercise first." in found.says
    assert "fibromyalgia.said_first" in {one.entry for one in found.citations}


@pytest.mark.parametrize("signs", [criteria_2016(code) for code in CRITERIA_2016] + [criteria_2016()[:2]])
def test_one_criterion_short_of_fibromyalgia_it_is_only_thought_of(signs):
    found = named(BACK, *signs)["fibromyalgia"]
    assert (found.named_by, found.is_settled) == (["findings"], False)
    assert "No needle" not in found.says


def test_a_recorded_fibromyalgia_is_named_by_itself_and_not_as_a_sensitised_nervous_system():
    found = named(BACK, diagnosis("M79.7"))
    assert "No needle is among what is recommended for it" in found["fibromyalgia"].says
    assert "central_sensitisation" not in found


@pytest.mark.parametrize(
    ("icd10", "name"),
    [
        ("G03.9", "arachnoiditis"),
        ("N80.9", "endometriosis"),
        ("M05.79", "rheumatoid_arthritis"),
        ("I70.213", "vascular_claudication"),
    ],
)
def test_a_diagnosis_that_no_needle_treats_is_known_by_its_name(icd10, name):
    listed = fact("condition", id="listed", icd10=icd10, status="active", true_on=date(2026, 1, 1))
    pain = fact("complaint", id="c", region="low_back_midline")
    found = named(pain, listed)[name]
    assert "diagnosis" in found.named_by


@pytest.mark.parametrize(
    ("kind", "region", "is_named"),
    [
        ("inguinal hernia repair with mesh", "groin", True),
        ("umbilical hernia repair", "groin", False),
        ("inguinal hernia repair with mesh", "shoulder_front", False),
    ],
)
def test_pain_in_the_groin_after_its_hernia_was_repaired_names_the_nerve(kind, region, is_named):
    done = fact("procedure", id="done", kind=kind, true_on=date(2025, 6, 1))
    pain = fact("complaint", id="c", region=region)
    source = named(pain, done).get("inguinal_neuralgia")
    assert bool(source and "history" in source.named_by) is is_named
