"""What can stop, delay or change a procedure, where a rule helps.

Each criterion here names the danger, so a safe answer is *not met*; the few that name a precaution say so in their
label. Dates for antithrombotics are not worked out here: they follow from ``drugs/`` and the planned day. Nothing here
tells a patient to stop a drug.
"""

from __future__ import annotations

from lenitive.chart.procedure import SEDATED
from lenitive.medicine.criteria.phrases import (
    condition,
    conditions,
    diagnosed,
    ever_diagnosed,
    finding,
    findings,
    is_over,
    procedure,
    procedures,
    reported,
    stands,
    stated,
    surely,
)
from lenitive.rules.language import RowSet, Truth, any_of, as_of, criterion, parameter, request, rows

allergies = rows("allergy")
allergy = allergies.columns
devices = rows("device")
device = devices.columns
measures = rows("measure")
measure = measures.columns
medications = rows("medication")
medication = medications.columns
patients = rows("patient")
patient = patients.columns
statements = rows("statement")
statement = statements.columns


# --- words that the questions share ------------------------------------------------------------------------------


def said(kind: str, days: str = "preparation_answer_days") -> Truth:
    """What was last said on the way to this procedure; unknown if nobody asked lately."""
    lately = statement.true_on.within_last(parameter(days), "days")
    says: Truth = statements.where(statement.kind == kind, lately).latest().says
    return says


def said_or_not_denied_lately(kind: str, days: str) -> Truth:
    """The last answer to a question whose answer can change overnight: a yes stands until somebody says no, for as long
    as ``days`` says; a no has to be of these days."""
    still = statement.true_on.within_last(parameter(days), "days")
    yes = surely(statements.where(statement.kind == kind, still).latest().says)
    return any_of(yes, said(kind, "day_of_procedure_answer_days"))


def found_or_said(found: Truth, kind: str) -> Truth:
    """The answer of whoever was asked, unless the chart shows the danger; without an answer, what the chart shows."""
    answer = said(kind)
    return any_of(surely(found), surely(answer), ~answer.is_recorded() & found)


def has_condition(concepts: str, icd10: str) -> Truth:
    """A condition on the list that has not ended."""
    return diagnosed(concepts, icd10).exist()


def taken(ingredients: str) -> RowSet:
    """Drugs of the list that are being taken, on hold, or of which no end was recorded."""
    over = surely(medication.until < as_of) | surely(medication.status.is_in(["stopped", "completed", "intended"]))
    return medications.where(medication.ingredient.is_in(parameter(ingredients)), ~over)


def taken_lately(ingredients: str) -> RowSet:
    """Drugs of the list whose last dose may still act: stopped ones count until the look-back has passed."""
    cutoff = as_of.before(parameter("antithrombotic_lookback_days"), "days")
    stopped = surely(medication.status.is_in(["stopped", "completed"]))
    return medications.where(
        medication.ingredient.is_in(parameter(ingredients)),
        ~surely(medication.status == "intended"),
        ~surely(medication.until < cutoff),
        ~stopped | (medication.until >= cutoff),
    )


def allergies_to(substances: str) -> RowSet:
    """Allergies to one of the substances that were not taken back."""
    return allergies.where(allergy.substance.is_in(parameter(substances)), ~surely(~allergy.active))


def carried(kinds: str) -> Truth:
    """A device of these kinds is in the body."""
    return devices.where(device.kind.is_in(parameter(kinds)), ~surely(device.until < as_of)).exist()


def lately_measured(instrument: str, days: str) -> RowSet:
    """Values of one instrument that are recent enough to count."""
    return measures.where(
        measure.instrument == instrument,
        measure.score.is_recorded(),
        measure.true_on.within_last(parameter(days), "days"),
    )


# --- the patient's word ------------------------------------------------------------------------------------------

# A refusal counts once it is recorded; consent is asked for each procedure anyway, so silence holds nothing up.
patient_declined = criterion(
    "patient_declined",
    met_when=surely(
        stated("declines_procedure", ~statement.about.is_recorded() | (statement.about == request.kind)),
    ),
    label="The patient does not want this procedure",
    ask="Does the patient want this procedure after hearing what it can and cannot do?",
)


may_not_consent_alone = criterion(
    "may_not_consent_alone",
    met_when=stands(diagnosed("dementia_concepts", "dementia_icd10")),
    label="Dementia is on record: whether the patient can consent is not taken for granted",
    ask="Can the patient understand and weigh this procedure, and who decides if not?",
)


# --- age ---------------------------------------------------------------------------------------------------------

not_yet_adult = criterion(
    "not_yet_adult",
    met_when=stands(patients.where(patient.birth_date > as_of.before(parameter("adult_age"), "years"))),
    label="Not yet an adult: every number here is of adults, a children's pain team decides",
    ask="When was the patient born?",
)


# --- upkeep -----------------------------------------------------------------------------------------------------

something_new = criterion(
    "something_new",
    met_when=~request.kind.is_in(parameter("upkeep_procedures")),
    label="It does something new, and not only keeps going what is in the body",
    ask="Which procedure is planned?",
)


# --- infection ---------------------------------------------------------------------------------------------------

fever = lately_measured("temperature", "fever_valid_days").where(measure.score >= parameter("fever_celsius"))
signs_of_infection = findings.where(
    finding.code.is_in(parameter("infection_findings")),
    surely(finding.present),
    finding.true_on.within_last(parameter("fever_valid_days"), "days"),
)
antibiotics = medications.where(
    any_of(
        surely(medication.drug_class == "antibiotic"), surely(medication.ingredient.is_in(parameter("antibiotics")))
    ),
    ~surely(medication.until < as_of),
    ~surely(medication.status.is_in(["stopped", "completed", "intended"])),
)

active_infection = criterion(
    "active_infection",
    met_when=any_of(
        stands(fever),
        stands(signs_of_infection),
        stands(antibiotics),
        said_or_not_denied_lately("infection_now", "preparation_answer_days"),
    ),
    label="Fever, systemic infection, infection at the site, or antibiotics not yet finished",
    ask="Any fever, infection anywhere (skin, teeth, urine, chest) or antibiotics now?",
)

immunosuppressed = criterion(
    "immunosuppressed",
    met_when=found_or_said(
        any_of(
            has_condition("immunosuppression_concepts", "immunosuppression_icd10"),
            taken("immunosuppressants").exist(),
        ),
        "immunosuppressed",
    ),
    label="The immune defence is weakened (disease, low neutrophils, transplant, immunosuppressant, dialysis)",
    ask="Any disease or drug that weakens the immune defence, low white cells, transplant or dialysis?",
)


# --- pregnancy ---------------------------------------------------------------------------------------------------

beyond_childbearing = any_of(
    patients.where(patient.sex == "male").exist(),
    patients.where(patient.birth_date <= as_of.before(parameter("pregnancy_possible_until_age"), "years")).exist(),
    patients.where(patient.birth_date > as_of.before(parameter("pregnancy_possible_from_age"), "years")).exist(),
)
pregnant = conditions.where(
    surely(condition.code.is_in(parameter("pregnancy_concepts")))
    | surely(condition.icd10.starts_with(parameter("pregnancy_icd10"))),
    ~is_over,
    condition.true_on.within_last(parameter("pregnancy_weeks"), "weeks"),
).exist()
maybe_pregnant = said_or_not_denied_lately("pregnancy_possible", "pregnancy_possible_yes_days")

pregnancy_known = criterion(
    "pregnancy_known",
    # It counts once it stands in the chart: whether it is possible is asked beside it.
    met_when=surely(pregnant),
    label="Pregnant",
    ask="Is the patient pregnant?",
)

pregnancy_possible = criterion(
    "pregnancy_possible",
    met_when=any_of(surely(pregnant), surely(maybe_pregnant), ~surely(beyond_childbearing) & maybe_pregnant),
    label="Pregnant, or pregnancy was not excluded",
    ask="Could the patient be pregnant? If it is possible: what does a test on the day before say?",
)


# --- allergies ---------------------------------------------------------------------------------------------------

contrast_reactions = allergies_to("contrast_agents")
reacted_to_contrast = contrast_reactions.exist() | surely(
    has_condition("contrast_allergy_concepts", "contrast_allergy_icd10")
)

contrast_reaction = criterion(
    "contrast_reaction",
    met_when=reacted_to_contrast,
    label="An earlier reaction to iodinated contrast medium",
    ask="Has contrast medium ever caused a reaction: which agent, how bad, when? (Shellfish and iodine do not count.)",
)

severe_contrast_reaction = criterion(
    "severe_contrast_reaction",
    met_when=contrast_reactions.where(allergy.severity == "severe").exist(),
    label="A severe earlier reaction to iodinated contrast medium",
    ask="How severe was the reaction to contrast medium?",
)

steroid_allergy = criterion(
    "steroid_allergy",
    met_when=allergies_to("steroid_allergens").exist(),
    label="Allergy to the corticosteroid or its preservative",
    ask="Any allergic reaction to a cortisone injection or its preservative?",
)

local_anaesthetic_allergy = criterion(
    "local_anaesthetic_allergy",
    met_when=allergies_to("local_anaesthetic_allergens").exist(),
    label="Allergy to the local anaesthetic",
    ask="Any allergic reaction to a local anaesthetic, and was it tested?",
)


# --- corticosteroids ---------------------------------------------------------------------------------------------

steroid_sessions = procedures.where(procedure.kind.is_in(parameter("steroid_procedures"))).complete_if_asked(
    "injection"
)

steroid_given_recently = criterion(
    "steroid_given_recently",
    met_when=steroid_sessions.where(procedure.true_on.within_last(parameter("steroid_gap_days"), "days")).exist(),
    label="A depot corticosteroid was given within the last month",
    ask="When and where was the last cortisone injection, at any site and by anybody?",
)

injections_in_quick_succession = criterion(
    "injections_in_quick_succession",
    met_when=steroid_sessions.where(
        procedure.true_on.within_last(parameter("injection_cluster_days"), "days")
    ).count_days()
    >= parameter("injection_cluster_before"),
    label="This would be at least the third such injection within three months",
    ask="How many cortisone injections in the last three months?",
)

adrenal_glands_fail = criterion(
    "adrenal_glands_fail",
    # It counts once it stands in the chart: nobody else is asked.
    met_when=stands(diagnosed("adrenal_insufficiency_concepts", "adrenal_insufficiency_icd10")),
    label="The adrenal glands or the pituitary fail: no cortisol of their own under stress",
    ask="Does the patient have a failing adrenal or pituitary gland?",
)

systemic_steroid_taken = criterion(
    "systemic_steroid_taken",
    met_when=taken("corticosteroids").exist(),
    label="A corticosteroid is taken already (tablet, inhaler, …); doses add up",
    ask="Does the patient take cortisone in any form: tablet, inhaler, nasal spray, cream?",
)

cyp3a4_inhibitor_taken = criterion(
    "cyp3a4_inhibitor_taken",
    met_when=taken("cyp3a4_inhibitors").exist(),
    label="A strong CYP3A4 inhibitor is taken, which keeps corticosteroids in the body",
    ask="Does the patient take ritonavir, cobicistat, an azole antifungal, or clarithromycin?",
)

diabetes = criterion(
    "diabetes",
    met_when=found_or_said(has_condition("diabetes_concepts", "diabetes_icd10"), "diabetes"),
    label="Diabetes: the corticosteroid will raise the blood glucose for days",
    ask="Does the patient have diabetes?",
)

glucose_too_high = criterion(
    "glucose_too_high",
    met_when=lately_measured("glucose", "glucose_valid_days").latest().score > parameter("max_glucose_mg_dl"),
    label="The blood glucose is too high for an elective corticosteroid",
    ask="What is the blood glucose today, in mg/dL?",
)

hba1c_too_high = criterion(
    "hba1c_too_high",
    met_when=lately_measured("hba1c", "hba1c_valid_days").latest().score > parameter("max_hba1c_percent"),
    label="HbA1c is above the value accepted before an implant",
    ask="What is the latest HbA1c, in percent?",
)

surgery_planned_nearby = criterion(
    "surgery_planned_nearby",
    met_when=said("surgery_planned_nearby"),
    label="An operation at the same site is planned; a corticosteroid beforehand raises its infection risk",
    ask="Is an operation on the same spine or joint planned in the coming months?",
)

glucose_may_rise = criterion(
    "glucose_may_rise",
    met_when=~surely(request.steroid == "none"),
    label="A corticosteroid is usual here and was not ruled out: the blood glucose can rise, also without diabetes",
    ask="Which corticosteroid is planned, if any, and does the patient know the signs of a high blood glucose?",
)

glucose_raising_drug_taken = criterion(
    "glucose_raising_drug_taken",
    met_when=taken("glucose_raising_drugs").exist(),
    label="A drug is taken that raises the blood glucose by itself; a corticosteroid adds to it",
    ask="Does the patient take a thiazide, or a drug against psychosis that raises the blood glucose?",
)

particulate = request.steroid.is_in(parameter("particulate_steroids"))
done_before = procedures.where(procedure.kind == request.kind, surely(procedure.true_on < as_of)).complete_if_asked(
    "injection"
)

particulate_steroid_planned = criterion(
    "particulate_steroid_planned",
    met_when=particulate,
    label="A particulate corticosteroid is planned",
    ask="Which corticosteroid is planned?",
)

first_injection_particulate = criterion(
    "first_injection_particulate",
    met_when=particulate & ~done_before.exist(),
    label="A particulate corticosteroid is planned for the first injection by this route",
    ask="Which corticosteroid is planned, and was one without particles given by this route before?",
)

particulate_without_contrast = criterion(
    "particulate_without_contrast",
    met_when=particulate & ~request.contrast,
    label="A particulate corticosteroid is planned without contrast medium",
    ask="Will contrast be used, and which corticosteroid?",
)

contrast_left_out = criterion(
    "contrast_left_out",
    met_when=~request.contrast & ~reacted_to_contrast,
    label="Contrast medium is left out although nothing speaks against it",
    ask="Will contrast be used? If not, what speaks against it?",
)


# --- the way in ---------------------------------------------------------------------------------------------------

sac_was_punctured = any_of(
    procedures.where(procedure.complication.starts_with(parameter("dural_puncture_words")))
    .complete_if_asked("injection")
    .exist(),
    stands(ever_diagnosed("dural_puncture_concepts", "dural_puncture_icd10")),
)

dural_puncture_before = criterion(
    "dural_puncture_before",
    met_when=found_or_said(sac_was_punctured, "dural_puncture_before"),
    label="An earlier needle went through the sac around the nerves",
    ask="Did an earlier injection go through the sac around the nerves, or bring a headache that was worse upright?",
)

route_near_cord_artery = criterion(
    "route_near_cord_artery",
    met_when=request.kind.is_in(parameter("routes_near_cord_artery")),
    label="The route passes arteries that feed the cord and the brainstem",
    ask="Which route is planned?",
)


# --- bleeding ----------------------------------------------------------------------------------------------------

antithrombotics = taken_lately("antithrombotics")

antithrombotic_taken = criterion(
    "antithrombotic_taken",
    met_when=antithrombotics.exist(),
    label="A drug against clotting is taken, or was until lately",
    ask="Any blood thinner or antiplatelet drug, also aspirin and injections, and when was the last dose?",
)

several_antithrombotics_taken = criterion(
    "several_antithrombotics_taken",
    met_when=antithrombotics.count_distinct(medication.ingredient) >= parameter("several_antithrombotics"),
    label="Several drugs against clotting together",
    ask="Which drugs against clotting are taken together?",
)

vitamin_k_antagonist_taken = criterion(
    "vitamin_k_antagonist_taken",
    met_when=taken_lately("vitamin_k_antagonists").exist(),
    label="Warfarin or its kin is taken, or was until lately",
    ask="Does the patient take warfarin or a similar drug?",
)

hold_agreed_with_prescriber = criterion(
    "hold_agreed_with_prescriber",
    met_when=said("prescriber_agrees_to_hold"),
    label="The prescriber of the drug against clotting agreed to the plan (precaution)",
    ask="Did the prescriber agree, in writing, to hold or to continue the drug around this procedure?",
)

thrombosis_risk_high = criterion(
    "thrombosis_risk_high",
    # Over or not: a stroke or a clot of long ago is why the drug is taken.
    met_when=found_or_said(ever_diagnosed("thrombosis_concepts", "thrombosis_icd10").exist(), "thrombosis_risk"),
    label="Stopping a drug against clotting is itself dangerous (atrial fibrillation, stent, valve, stroke, clot)",
    ask="Why is the drug against clotting taken: atrial fibrillation, stent, heart valve, stroke, clot?",
)

taken_before_any_event = criterion(
    "taken_before_any_event",
    # Only where somebody asked: as long as it is unknown why a drug against clotting is taken, it goes on.
    met_when=surely(
        ~found_or_said(
            any_of(
                ever_diagnosed("thrombosis_concepts", "thrombosis_icd10").exist(),
                stands(ever_diagnosed("heart_or_vessel_concepts", "heart_or_vessel_icd10")),
                stands(ever_diagnosed("leg_vessels_concepts", "leg_vessels_icd10")),
            ),
            "thrombosis_risk",
        )
    ),
    label="Taken to prevent a first heart attack or stroke: no disease of the vessels, no event, no stent",
    ask="Why is it taken: after a heart attack, stroke or stent, for narrowed vessels, or to prevent a first event?",
)

clot_is_young = criterion(
    "clot_is_young",
    met_when=ever_diagnosed("vein_clot_concepts", "vein_clot_icd10")
    .where(condition.true_on.within_last(parameter("clot_wait_months"), "months"))
    .exist(),
    label="A clot in a vein or the lung too young for the drug against clotting to be interrupted",
    ask="Was there a clot in a leg or the lung, and on which day was it found?",
)

stents = ever_diagnosed("coronary_stent_concepts", "coronary_stent_icd10")
infarcts = ever_diagnosed("coronary_attack_concepts", "coronary_attack_icd10")
within_a_year = condition.true_on.within_last(parameter("stent_after_attack_wait_months"), "months")
attack_within_a_year = infarcts.where(within_a_year).exist()

heart_attack_lately = criterion(
    "heart_attack_lately",
    met_when=attack_within_a_year,
    label="A heart attack or unstable angina within the last year",
    ask="Was there a heart attack or unstable angina, and on which day was the last one?",
)

coronary_stent_is_young = criterion(
    "coronary_stent_is_young",
    met_when=any_of(
        stents.where(condition.true_on.within_last(parameter("stent_wait_months"), "months")).exist(),
        stents.where(within_a_year).exist() & surely(attack_within_a_year),
    ),
    label="A coronary stent too young for an elective procedure that interrupts the drugs that keep it open",
    ask="Is there a stent in a vessel of the heart: placed on which day, and because of a heart attack?",
)

bleeding_tendency = criterion(
    "bleeding_tendency",
    met_when=any_of(
        surely(
            lately_measured("platelets", "laboratory_valid_days").latest().score
            < parameter("platelets_of_a_bleeding_tendency")
        ),
        found_or_said(has_condition("bleeding_concepts", "bleeding_icd10"), "bleeding_tendency"),
    ),
    label="A bleeding tendency: few platelets, disease of clotting or blood, advanced liver or kidney disease",
    ask="Does the patient bleed or bruise easily, or have blood, liver or kidney disease?",
)

older_patient = criterion(
    "older_patient",
    met_when=reported(patients, patient.birth_date <= as_of.before(parameter("older_age_years"), "years")),
    label="Older age, which raises the bleeding risk",
    ask="When was the patient born?",
)

platelets_low = criterion(
    "platelets_low",
    met_when=lately_measured("platelets", "laboratory_valid_days").latest().score < parameter("min_platelets"),
    label="Too few platelets for this procedure",
    ask="What is the latest platelet count?",
)

inr_raised = criterion(
    "inr_raised",
    met_when=lately_measured("inr", "inr_valid_days").latest().score > parameter("max_inr"),
    label="The INR is above what this procedure allows",
    ask="What is the INR now, after the hold?",
)

inr_counts = criterion(
    "inr_counts",
    met_when=any_of(stands(lately_measured("inr", "inr_valid_days")), taken_lately("vitamin_k_antagonists").exist()),
    label="Warfarin or its kin is taken, or an INR was measured in these days",
    ask="Does the patient take warfarin or a similar drug?",
)

kidney_values = measures.where(
    measure.instrument.is_in(["egfr", "creatinine_clearance"]),
    measure.score.is_recorded(),
    measure.true_on.within_last(parameter("laboratory_valid_days"), "days"),
)

kidney_function_reduced = criterion(
    "kidney_function_reduced",
    met_when=kidney_values.latest().score < parameter("reduced_kidney_function"),
    label="Reduced kidney function: drugs stay longer",
    ask="What is the creatinine clearance or eGFR?",
)


# --- devices -----------------------------------------------------------------------------------------------------

cardiac_device = criterion(
    "cardiac_device",
    met_when=found_or_said(carried("cardiac_devices"), "cardiac_device"),
    label="A pacemaker or defibrillator is implanted",
    ask="Does the patient have a pacemaker or defibrillator? Which, and when was it last checked?",
)

device_team_agreed = criterion(
    "device_team_agreed",
    met_when=said("device_team_agrees"),
    label="The device team agreed to the plan for the heart device (precaution)",
    ask="What does the device team advise for this procedure?",
)

nerve_stimulator_or_pump = criterion(
    "nerve_stimulator_or_pump",
    met_when=found_or_said(carried("nerve_stimulators_and_pumps"), "nerve_stimulator_or_pump"),
    label="A stimulator or pump is implanted",
    ask="Does the patient have a stimulator, a brain or cochlear implant, or a pump?",
)


# --- sedation ----------------------------------------------------------------------------------------------------

sedation_beyond_light = criterion(
    "sedation_beyond_light",
    met_when=request.sedation.is_in(SEDATED),
    label="Moderate or deeper sedation is planned",
    ask="How much sedation is planned?",
)

deep_sedation_planned = criterion(
    "deep_sedation_planned",
    # It counts once somebody asks for it: most pain procedures need none.
    met_when=surely(request.sedation == "deep"),
    label="Deep sedation is planned",
    ask="How much sedation is planned?",
)

any_sedation = criterion(
    "any_sedation",
    met_when=request.sedation.is_in(["minimal", "moderate", "deep", "general"]),
    label="Sedation is planned",
    ask="Is any sedation planned?",
)

escort_arranged = criterion(
    "escort_arranged",
    met_when=said("escort_arranged"),
    label="An adult takes the patient home (precaution)",
    ask="Who takes the patient home?",
)

fasted = criterion(
    "fasted",
    met_when=said("fasted", "day_of_procedure_answer_days"),
    label="Fasted for the planned sedation (precaution)",
    ask="When did the patient last eat and drink?",
)

opioid_and_sedative = surely(taken("opioid_ingredients").exist()) & surely(
    taken("benzodiazepines_and_sedatives").exist()
)

airway_risk = criterion(
    "airway_risk",
    met_when=found_or_said(
        any_of(has_condition("airway_concepts", "airway_icd10"), opioid_and_sedative), "airway_risk"
    ),
    label="Sleep apnoea, a difficult airway, or an opioid together with a sedative: sedation can stop the breath",
    ask="Sleep apnoea, difficult airway, reflux, oxygen at home, sedatives or opioids today?",
)

glp1_taken = criterion(
    "glp1_taken",
    met_when=taken("glp1_agonists").exist(),
    label="A GLP-1 agonist is taken: the stomach may be full in spite of fasting",
    ask="Does the patient take semaglutide, tirzepatide or a similar drug?",
)

sglt2_taken = criterion(
    "sglt2_taken",
    met_when=taken("sglt2_inhibitors").exist(),
    label="An SGLT2 inhibitor is taken: ketoacidosis is possible when fasting",
    ask="Does the patient take canagliflozin, dapagliflozin, empagliflozin or ertugliflozin?",
)


# --- how it is to be done ----------------------------------------------------------------------------------------

guidance_unsuitable = criterion(
    "guidance_unsuitable",
    met_when=~request.guidance.is_in(parameter("suitable_guidance")),
    label="The planned imaging is not suitable for this procedure",
    ask="Under which imaging will it be done?",
)

level_barred = criterion(
    "level_barred",
    met_when=request.levels.shares(parameter("barred_levels")),
    label="The planned level is too high for this route",
    ask="At which level will the needle go in?",
)

imaging_of_level_reviewed = criterion(
    "imaging_of_level_reviewed",
    met_when=statements.where(
        statement.kind == "imaging_reviewed", ~statement.about.is_recorded() | (statement.about == request.kind)
    )
    .latest()
    .says,
    label="Imaging of the planned level was reviewed and shows room for the needle (precaution)",
    ask="Was imaging of this level reviewed, and is there enough epidural space?",
)

both_sides_on_one_day = criterion(
    "both_sides_on_one_day",
    met_when=request.side == "both",
    label="Both sides are planned on one day",
    ask="Which side is planned?",
)

tobacco_used = criterion(
    "tobacco_used",
    met_when=said("uses_tobacco"),
    label="Tobacco is used: wounds and implants heal worse",
    ask="Does the patient smoke or use tobacco?",
)

staphylococcus_screened = criterion(
    "staphylococcus_screened",
    met_when=said("staphylococcus_screened"),
    label="Carriers of staphylococcus were looked for and treated (precaution)",
    ask="Was the patient screened for staphylococcus?",
)


# --- opioids -----------------------------------------------------------------------------------------------------

sedative_taken = criterion(
    "sedative_taken",
    met_when=taken("benzodiazepines_and_sedatives").exist(),
    label="A benzodiazepine or a sleeping drug of its kind is taken; with an opioid it can stop the breath",
    ask="Does the patient take a benzodiazepine or a sleeping drug, from anybody?",
)

serotonergic_antidepressant_taken = criterion(
    "serotonergic_antidepressant_taken",
    met_when=taken("serotonergic_antidepressants").exist(),
    label="An antidepressant that raises serotonin is taken",
    ask="Does the patient take an antidepressant, from anybody?",
)

monoamine_oxidase_inhibitor_taken = criterion(
    "monoamine_oxidase_inhibitor_taken",
    met_when=taken("monoamine_oxidase_inhibitors").exist(),
    label="A monoamine oxidase inhibitor is taken",
    ask="Does the patient take a monoamine oxidase inhibitor, also linezolid or methylene blue?",
)

prone_to_opioid_harm = criterion(
    "prone_to_opioid_harm",
    met_when=any_of(
        taken("benzodiazepines_and_sedatives").exist(),
        diagnosed("naloxone_offer_concepts", "naloxone_offer_icd10").exist(),
        ever_diagnosed("naloxone_past_concepts", "naloxone_past_icd10").exist(),
        reported(patients, patient.birth_date <= as_of.before(parameter("naloxone_offer_age"), "years")),
    ),
    label="A reason beside the dose to have naloxone at home: sedative, sleep apnoea, use disorder, kidney, liver, age",
    ask="Any sedative, sleep apnoea, earlier overdose or use disorder, failing kidney or liver?",
)
