"""Vertebral bodies and the canal: augmentation of fractures, ablation of the basivertebral nerve, decompression."""

from __future__ import annotations

from lenitive.medicine.criteria.candidacy import bone_is_treated
from lenitive.medicine.criteria.common_coverage import last_pain_score, measure, scored
from lenitive.medicine.criteria.phrases import (
    diagnosed,
    finding,
    findings,
    on_record,
    procedure,
    procedures,
    reported,
    stands,
    stated,
)
from lenitive.rules.language import all_of, any_of, as_of, criterion, parameter, request

# --- fractures -----------------------------------------------------------------------------------------------------

fracture_is_recent = criterion(
    "fracture_is_recent",
    met_when=reported(
        findings.where(finding.code.is_in(parameter("recent_fracture_imaging"))),
        finding.present & finding.levels.shares(request.levels),
    ),
    label="Imaging shows that a fracture at a level asked for is recent (oedema, uptake)",
    ask="What do MRI (oedema) or bone scan (uptake) show at this vertebra, and when were they done?",
)

vertebral_tumour = diagnosed("red_flag_malignancy_concepts", "red_flag_malignancy_icd10")

fracture_is_malignant = criterion(
    "fracture_is_malignant",
    met_when=vertebral_tumour.exist(),
    label="A metastasis or myeloma of the spine stands on the problem list",
    ask="Is the fracture caused by a metastasis or myeloma?",
)

no_vertebral_tumour_on_record = criterion(
    "no_vertebral_tumour_on_record",
    met_when=~stands(vertebral_tumour),
    label="No metastasis or myeloma of the spine stands on the problem list",
    ask="Is the fracture caused by a metastasis or myeloma?",
)

fracture_pain_is_severe = criterion(
    "fracture_pain_is_severe",
    met_when=any_of(
        last_pain_score >= parameter("min_pain_score_inpatient"),
        all_of(request.site_of_service != "inpatient", last_pain_score >= parameter("min_pain_score_outpatient")),
    ),
    label="The pain is as bad as the payer wants it in hospital, or outside one",
    ask="How bad is the pain, 0 to 10, and is the patient in hospital?",
)

fracture_is_benign_and_not_said_to_worsen = criterion(
    "fracture_is_benign_and_not_said_to_worsen",
    met_when=~on_record("fracture_pain_worsens") & ~stands(vertebral_tumour),
    label="No tumour of the spine stands in the chart, and nothing says that the pain of the fracture is getting worse",
    ask="Is the pain of the fracture getting worse, the same, or better?",
)

roland_morris_is_high = criterion(
    "roland_morris_is_high",
    met_when=scored.where(measure.instrument == "rmdq").latest().score > parameter("roland_morris_above"),
    label="The last Roland-Morris score is above the payer's limit",
    ask="Please fill in the Roland-Morris questionnaire: what is the score, 0 to 24?",
)

pain_comes_from_fracture = criterion(
    "pain_comes_from_fracture",
    met_when=stated("pain_is_from_fracture"),
    label="The pain comes mainly from the fracture",
    ask="Does the examination (pressure or tapping at this level) show that the pain comes from the fracture?",
)

bone_health_is_addressed = criterion(
    "bone_health_is_addressed",
    met_when=any_of(stated("bone_density_referral"), bone_is_treated),
    label="Bone density and treatment of osteoporosis are taken care of",
    ask="Was the patient referred for bone density and taught about osteoporosis?",
)

# --- the basivertebral nerve ---------------------------------------------------------------------------------------

modic_change_at_level = criterion(
    "modic_change_at_level",
    met_when=reported(
        findings.where(finding.code.is_in(parameter("modic_findings"))),
        finding.present & finding.levels.shares(request.levels),
    ),
    label="MRI shows a Modic change of the kind the payer wants at a level asked for",
    ask="Which Modic change does MRI show, and at which disc? Name discs as segments (L4-5).",
)

vertebra_was_ablated_before = criterion(
    "vertebra_was_ablated_before",
    met_when=procedures.complete_if_asked("spine_surgery")
    .where(procedure.kind == request.kind, procedure.levels.shares(request.levels), procedure.true_on < as_of)
    .exist(),
    label="The basivertebral nerve was ablated at a level asked for before",
    ask="Was the nerve inside a vertebra ablated before, and at which levels?",
)

# --- the canal -----------------------------------------------------------------------------------------------------

stenosis_is_symptomatic = criterion(
    "stenosis_is_symptomatic",
    met_when=all_of(
        reported(findings.where(finding.code.is_in(parameter("stenosis_imaging"))), finding.present),
        reported(findings.where(finding.code.is_in(parameter("claudication_symptoms"))), finding.present),
    ),
    label="Imaging shows a narrow lumbar canal, and walking brings on the leg pain",
    ask="What does imaging show of the canal, and does walking bring on leg pain that sitting relieves?",
)
