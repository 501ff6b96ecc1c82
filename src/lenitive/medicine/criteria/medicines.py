"""What speaks against a pain medicine, or asks for care with it, and what was tried before it.

Each criterion but the last names a danger, so a safe answer is *not met*. Nothing here tells anybody to stop a drug.
"""

from __future__ import annotations

from lenitive.medicine.criteria.phrases import diagnosed, ever_diagnosed, reported, surely
from lenitive.medicine.criteria.safety import (
    allergies_to,
    has_condition,
    kidney_values,
    patient,
    patients,
    taken,
)
from lenitive.rules.language import any_of, as_of, criterion, parameter, rows

treatments = rows("treatment")
treatment = treatments.columns


# --- organs --------------------------------------------------------------------------------------------------------

kidneys_too_weak = criterion(
    "kidneys_too_weak",
    met_when=any_of(
        surely(diagnosed("advanced_kidney_concepts", "advanced_kidney_icd10").exist()),
        kidney_values.latest().score < parameter("min_kidney_function"),
    ),
    label="Kidneys too weak for this medicine",
    ask="What is the creatinine clearance or eGFR, measured lately?",
)

liver_disease = criterion(
    "liver_disease",
    met_when=ever_diagnosed("liver_disease_concepts", "liver_disease_icd10").exist(),
    label="A disease of the liver",
    ask="Is there a disease of the liver, or was there one?",
)

prone_to_gut_bleeding = criterion(
    "prone_to_gut_bleeding",
    met_when=ever_diagnosed("gut_bleeding_concepts", "gut_bleeding_icd10").exist(),
    label="An ulcer or bleeding of stomach or bowel",
    ask="Was there ever an ulcer, or bleeding from stomach or bowel?",
)

heart_or_vessel_disease = criterion(
    "heart_or_vessel_disease",
    met_when=ever_diagnosed("heart_or_vessel_concepts", "heart_or_vessel_icd10").exist(),
    label="Disease of the heart or of its vessels, heart failure, or a stroke",
    ask="Is there heart disease or heart failure, or was there a heart attack, a bypass or a stroke?",
)

heart_failure = criterion(
    "heart_failure",
    met_when=ever_diagnosed("heart_failure_concepts", "heart_failure_icd10").exist(),
    label="Heart failure",
    ask="Is the heart too weak: is there heart failure, or was there?",
)

coronary_disease = criterion(
    "coronary_disease",
    met_when=ever_diagnosed("coronary_concepts", "coronary_icd10").exist(),
    label="Disease of the vessels of the heart: angina, a heart attack, a stent or a bypass",
    ask="Is there angina, or was there ever a heart attack, a stent or a bypass?",
)

stroke_before = criterion(
    "stroke_before",
    met_when=ever_diagnosed("stroke_concepts", "stroke_icd10").exist(),
    label="A stroke, a bleed in the head, or a passing attack",
    ask="Was there ever a stroke, a bleed in the head, or a weakness or loss of speech that passed?",
)

heart_rhythm_disease = criterion(
    "heart_rhythm_disease",
    met_when=has_condition("heart_rhythm_concepts", "heart_rhythm_icd10"),
    label="A heart block, a disturbed heart rhythm, heart failure, or a recent heart attack",
    ask="Is there a heart block, an uneven heartbeat, heart failure, or was there a heart attack lately?",
)

breathing_impaired = criterion(
    "breathing_impaired",
    met_when=has_condition("breathing_concepts", "breathing_icd10"),
    label="Lung disease or sleep apnoea",
    ask="Is there a disease of the lungs, or sleep apnoea?",
)

glaucoma_or_urinary_retention = criterion(
    "glaucoma_or_urinary_retention",
    met_when=has_condition("glaucoma_or_retention_concepts", "glaucoma_or_retention_icd10"),
    label="Glaucoma, or trouble emptying the bladder",
    ask="Is there glaucoma, or is it hard to pass urine?",
)

overactive_thyroid = criterion(
    "overactive_thyroid",
    met_when=has_condition("overactive_thyroid_concepts", "overactive_thyroid_icd10"),
    label="An overactive thyroid",
    ask="Is the thyroid overactive?",
)


# --- the person ----------------------------------------------------------------------------------------------------

substance_use_disorder = criterion(
    "substance_use_disorder",
    met_when=ever_diagnosed("substance_use_concepts", "substance_use_icd10").exist(),
    label="A use disorder: alcohol, opioids or other drugs",
    ask="How much alcohol a day? Was there ever trouble with alcohol, medicines or drugs?",
)

older_medicine_taker = criterion(
    "older_medicine_taker",
    met_when=reported(patients, patient.birth_date <= as_of.before(parameter("older_taker_age"), "years")),
    label="Older age: falls, confusion and bleeding are likelier",
    ask="When was the patient born?",
)

anti_inflammatory_allergy = criterion(
    "anti_inflammatory_allergy",
    met_when=allergies_to("anti_inflammatory_allergens").exist(),
    label="Asthma, hives or another reaction after aspirin or an anti-inflammatory medicine",
    ask="Was there ever asthma, hives or a swollen face after aspirin or a pain medicine?",
)


# --- what is taken beside it ---------------------------------------------------------------------------------------

opioid_or_sedative_taken = criterion(
    "opioid_or_sedative_taken",
    met_when=any_of(taken("opioid_ingredients").exist(), taken("benzodiazepines_and_sedatives").exist()),
    label="An opioid or a sedative is taken; together they can slow the breath",
    ask="Does the patient take an opioid, a benzodiazepine or a sleeping drug, from anybody?",
)

anticoagulant_taken = criterion(
    "anticoagulant_taken",
    met_when=taken("anticoagulants").exist(),
    label="An anticoagulant is taken",
    ask="Does the patient take a blood thinner: warfarin, apixaban, rivaroxaban, heparin injections or the like?",
)

kidney_straining_drug_taken = criterion(
    "kidney_straining_drug_taken",
    met_when=taken("kidney_straining_drugs").exist(),
    label="A drug is taken that strains the kidneys: against high blood pressure, or to drive out water",
    ask="Does the patient take an ACE inhibitor, a sartan or a water tablet?",
)

lithium_taken = criterion(
    "lithium_taken",
    met_when=taken("lithium").exist(),
    label="Lithium is taken",
    ask="Is lithium taken?",
)

methotrexate_taken = criterion(
    "methotrexate_taken",
    met_when=taken("methotrexate").exist(),
    label="Methotrexate is taken",
    ask="Is methotrexate taken, for joints, skin or bowel?",
)

tizanidine_raising_drug_taken = criterion(
    "tizanidine_raising_drug_taken",
    met_when=taken("tizanidine_raising_drugs").exist(),
    label="Ciprofloxacin or fluvoxamine is taken: no tizanidine, whose level would rise many times",
    ask="Is ciprofloxacin taken against an infection, or fluvoxamine?",
)

tizanidine_is_raised = criterion(
    "tizanidine_is_raised",
    met_when=taken("tizanidine").exist() & taken("tizanidine_raising_drugs").exist(),
    label="Tizanidine is taken together with a drug that raises it many times",
    ask="Is tizanidine taken, and beside it ciprofloxacin or fluvoxamine?",
)

sodium_lowering_drug_taken = criterion(
    "sodium_lowering_drug_taken",
    met_when=taken("sodium_lowering_drugs").exist(),
    label="A drug is taken that lowers the sodium too: look at the sodium before and soon after",
    ask="Does the patient take a thiazide, or an antidepressant that raises serotonin?",
)

other_anti_inflammatory_taken = criterion(
    "other_anti_inflammatory_taken",
    met_when=taken("anti_inflammatory_ingredients").exist(),
    label="An anti-inflammatory medicine is taken already, perhaps bought without a prescription",
    ask="Which anti-inflammatory medicines are taken, also without a prescription?",
)

acetaminophen_taken = criterion(
    "acetaminophen_taken",
    met_when=taken("acetaminophen_ingredients").exist(),
    label="Acetaminophen is taken already, perhaps inside another medicine: count all of it",
    ask="Which medicines with acetaminophen are taken, also for colds or sleep, and how much a day?",
)


# --- what was tried ------------------------------------------------------------------------------------------------

other_medicines_did_not_help = criterion(
    "other_medicines_did_not_help",
    met_when=reported(
        treatments.where(treatment.kind.is_in(parameter("other_medicine_kinds")), ~surely(treatment.true_on > as_of)),
        treatment.response.is_in(["failed", "partial", "not_tolerated"]),
    ),
    label="Other pain medicines were tried and did not help enough, or were not tolerated (precaution)",
    ask="Which other pain medicines were tried, for how long, and how did each end?",
)


# --- what must not be weakened, and whom it harms --------------------------------------------------------------------

tamoxifen_taken = criterion(
    "tamoxifen_taken",
    met_when=taken("tamoxifen").exist(),
    label="Tamoxifen is taken: duloxetine keeps it from being activated, venlafaxine hardly does",
    ask="Is tamoxifen taken, against breast cancer?",
)

tamoxifen_is_weakened = criterion(
    "tamoxifen_is_weakened",
    met_when=taken("tamoxifen").exist() & taken("tamoxifen_blocking_drugs").exist(),
    label="Tamoxifen is taken together with a drug that keeps it from being activated",
    ask="Is tamoxifen taken, and beside it duloxetine, paroxetine, fluoxetine or bupropion?",
)

drug_that_harms_the_unborn_taken = criterion(
    "drug_that_harms_the_unborn_taken",
    met_when=taken("drugs_that_harm_the_unborn").exist(),
    label="A drug is taken that is known to harm an unborn child",
    ask="Is topiramate, valproate, phenytoin or phenobarbital taken?",
)
