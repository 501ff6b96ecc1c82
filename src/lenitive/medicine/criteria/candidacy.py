"""Who is likely to gain from a procedure: severity, function, what came before, and what the patient wants.

Whether the target is supported follows from the differential and is not asked here.
"""

from __future__ import annotations

from lenitive.chart.procedure import SEDATED
from lenitive.medicine.criteria.phrases import (
    diagnosed,
    ever_diagnosed,
    finding,
    findings,
    found,
    known_to_be,
    procedure,
    procedures,
    relief,
    reported,
    reports_so_far,
    stands,
    stated,
    surely,
)
from lenitive.medicine.criteria.safety import taken
from lenitive.rules.language import all_of, any_of, as_of, criterion, parameter, request, rows

complaints = rows("complaint")
complaint = complaints.columns
devices = rows("device")
device = devices.columns
treatments = rows("treatment")
treatment = treatments.columns
measures = rows("measure")
measure = measures.columns


# --- how bad it is -----------------------------------------------------------------------------------------------

pain_score = measures.where(
    measure.instrument.is_in(["nrs", "vas"]), measure.score.is_recorded(), measure.true_on <= as_of
).latest()

pain_is_moderate = criterion(
    "pain_is_moderate",
    met_when=any_of(
        (pain_score.instrument == "nrs") & (pain_score.score >= parameter("moderate_pain_nrs")),
        (pain_score.instrument == "vas") & (pain_score.score >= parameter("moderate_pain_vas")),
    ),
    label="The pain is at least moderate",
    ask="How bad is the pain on average, 0 to 10?",
)

function_score = measures.where(
    measure.instrument.is_in(["odi", "ndi", "promis29_pain_interference"]),
    measure.score.is_recorded(),
    measure.true_on <= as_of,
).latest()

function_is_limited = criterion(
    "function_is_limited",
    met_when=any_of(
        (function_score.instrument == "odi") & (function_score.score >= parameter("moderate_disability_odi")),
        (function_score.instrument == "ndi") & (function_score.score >= parameter("moderate_disability_ndi")),
        (function_score.instrument == "promis29_pain_interference")
        & (function_score.score >= parameter("moderate_interference_promis")),
    ),
    label="Daily life is at least moderately limited on a named scale",
    ask="What does a function scale say (ODI, NDI or PROMIS pain interference)?",
)

questionnaires = measures.where(
    measure.instrument.is_in(["pcs", "phq9", "gad7"]),
    measure.score.is_recorded(),
    measure.true_on.within_last(parameter("distress_valid_months"), "months"),
)

depression_is_likely = criterion(
    "depression_is_likely",
    met_when=questionnaires.where(measure.instrument == "phq9").latest().score >= parameter("moderate_depression_phq9"),
    label="A questionnaire speaks for depression",
    ask="Please fill in the questionnaire on mood: what is the score of PHQ-9?",
)

distress_is_high = criterion(
    "distress_is_high",
    met_when=reported(
        questionnaires,
        any_of(
            (measure.instrument == "pcs") & (measure.score >= parameter("high_catastrophizing")),
            (measure.instrument == "phq9") & (measure.score >= parameter("moderate_depression_phq9")),
            (measure.instrument == "gad7") & (measure.score >= parameter("moderate_anxiety_gad7")),
        ),
    ),
    label="High distress: catastrophizing, low mood or anxiety",
    ask="What do the questionnaires on mood, worry and catastrophizing say?",
)


# --- where it hurts ----------------------------------------------------------------------------------------------

pain_is_felt_there = criterion(
    "pain_is_felt_there",
    met_when=reported(
        complaints,
        any_of(
            complaint.region.is_in(parameter("pain_regions")), complaint.radiates_to.shares(parameter("pain_regions"))
        ),
    ),
    label="The pain is felt in the part of the body that this procedure reaches",
    ask="Where does it hurt, and where does the pain go?",
)


arachnoiditis_known = criterion(
    "arachnoiditis_known",
    met_when=ever_diagnosed("arachnoiditis_concepts", "arachnoiditis_icd10").exist(),
    label="Arachnoiditis: nerve roots that stick together",
    ask="Did an image ever show nerve roots that stick together (arachnoiditis)?",
)


# --- what was found ----------------------------------------------------------------------------------------------

finding_supports = criterion(
    "finding_supports",
    met_when=found("supporting_findings"),
    label="A finding supports this procedure",
    ask="Was the supporting finding looked for, and found?",
)

enough_findings_support = criterion(
    "enough_findings_support",
    met_when=findings.where(finding.code.is_in(parameter("supporting_findings")), finding.present)
    .complete_if_asked("examination")
    .count_distinct(finding.code)
    >= parameter("min_findings"),
    label="Enough of the findings that support this procedure are present",
    ask="Which of these tests were done, and which were positive?",
)

imaging_supports = criterion(
    "imaging_supports",
    met_when=found("supporting_imaging"),
    label="Imaging supports this procedure",
    ask="What does imaging show at this level?",
)

root_compression_is_shown = criterion(
    "root_compression_is_shown",
    met_when=stands(findings.where(finding.code.is_in(parameter("root_compression_imaging")), finding.present)),
    label="Imaging shows a root that is squeezed, or a slipped disc",
    ask="Does imaging show a slipped disc or a squeezed root, and at which level?",
)

anatomy_forbids = criterion(
    "anatomy_forbids",
    met_when=found("forbidding_findings"),
    label="Anatomy speaks against this procedure",
    ask="Does imaging show instability, deformity, a broken posterior wall or a blocked path?",
)

bending_forward_relieves = criterion(
    "bending_forward_relieves",
    met_when=any_of(
        complaints.where(complaint.relieved_by.shares(parameter("flexion_words"))).exist(), found("flexion_findings")
    ),
    label="Sitting or bending forward relieves the leg pain",
    ask="Does sitting down or bending forward ease the leg pain?",
)


# --- what came before --------------------------------------------------------------------------------------------

block = relief.of("procedure")
same_side = any_of(
    ~request.side.is_recorded(), ~block.side.is_recorded(), block.side == request.side, block.side == "both"
)
earlier = reports_so_far.where(block.kind.is_in(parameter("earlier_kinds")))
same_again = reports_so_far.where(block.kind == request.kind, same_side)
relieved = relief.percent >= parameter("min_relief_percent")
blocks_done = procedures.where(
    procedure.kind.is_in(parameter("earlier_kinds")), procedure.true_on <= as_of
).complete_if_asked("block")

diagnostic_blocks_relieved = criterion(
    "diagnostic_blocks_relieved",
    met_when=all_of(
        earlier.where(same_side, relieved).count_distinct(block.true_on) >= parameter("min_blocks"),
        blocks_done.count_days() >= parameter("min_blocks"),
    ),
    label="Enough diagnostic blocks of the target each gave enough relief",
    ask="Was the nerve or joint blocked before, on which days, and how much of the pain went away each time?",
)

diagnostic_block_was_sedated = criterion(
    "diagnostic_block_was_sedated",
    met_when=procedures.where(
        procedure.kind.is_in(parameter("earlier_kinds")),
        ~surely(procedure.intent == "therapeutic"),
        procedure.true_on <= as_of,
        procedure.sedation.is_in(SEDATED),
    )
    .complete_if_asked("block")
    .exist(),
    label="A diagnostic block was done under moderate or deeper sedation",
    ask="How much sedation was given for the diagnostic blocks, and which pain medicine?",
)

trigeminal_neuralgia_on_record = criterion(
    "trigeminal_neuralgia_on_record",
    met_when=stands(diagnosed("trigeminal_neuralgia_concepts", "trigeminal_neuralgia_icd10")),
    label="Trigeminal neuralgia stands on the problem list",
    ask="Is trigeminal neuralgia the diagnosis?",
)

first_medicine_was_tried = criterion(
    "first_medicine_was_tried",
    met_when=any_of(
        treatments.where(
            treatment.kind.is_in(parameter("first_medicine_courses")), ~surely(treatment.true_on > as_of)
        ).exist(),
        taken("first_medicine_ingredients").exist(),
    ),
    label="The medicine that comes first was tried",
    ask="Was the medicine that comes first tried, at which dose, and how did it end?",
)

trial_succeeded = criterion(
    "trial_succeeded",
    met_when=reported(earlier, relieved),
    label="A trial gave enough relief",
    ask="How much relief did the trial give?",
)

treated_before = criterion(
    "treated_before",
    met_when=procedures.where(procedure.kind == request.kind, procedure.true_on < as_of)
    .complete_if_asked("injection")
    .exist(),
    label="This procedure was done before",
    ask="Was this procedure done before, when, and where?",
)

repeated_as_treatment = criterion(
    "repeated_as_treatment",
    met_when=all_of(
        ~known_to_be(request.intent, "diagnostic"),
        stands(
            procedures.where(
                procedure.kind == request.kind, procedure.intent == "therapeutic", procedure.true_on < as_of
            )
        ),
    ),
    label="It was done as a treatment before",
    ask="Was this procedure done as a treatment before?",
)

earlier_relief_was_enough = criterion(
    "earlier_relief_was_enough",
    met_when=reported(same_again, relieved),
    label="The same procedure helped enough before",
    ask="How much did it help last time?",
)

earlier_relief_lasted = criterion(
    "earlier_relief_lasted",
    met_when=reported(same_again, relieved & (relief.lasted_days >= parameter("min_lasted_days"))),
    label="The same procedure helped enough, for long enough, before",
    ask="How much did it help last time, and for how many months?",
)


# --- what was decided --------------------------------------------------------------------------------------------

surgery_is_no_option = criterion(
    "surgery_is_no_option",
    met_when=any_of(stated("wants_to_avoid_surgery"), stated("unfit_for_surgery"), stated("surgeon_advises_against")),
    label="Surgery is not wanted, not advised, or too dangerous",
    ask="Does the patient want to avoid or delay surgery, and what does the surgeon say?",
)

surgery_is_needed_now = criterion(
    "surgery_is_needed_now",
    met_when=stated("surgery_needed_now"),
    label="A surgeon found that an operation cannot wait",
    ask="Does a surgeon think that an operation cannot wait?",
)

treatment_hangs_on_it = criterion(
    "treatment_hangs_on_it",
    met_when=stated("treatment_depends_on_test"),
    label="The next treatment hangs on the result of this test",
    ask="Which treatment would be done, or left out, depending on the result?",
)

psychological_evaluation_favourable = criterion(
    "psychological_evaluation_favourable",
    met_when=stated("psychological_evaluation_favourable"),
    label="A psychological evaluation found nothing that speaks against it",
    ask="What did the psychological evaluation conclude?",
)

addiction_untreated = criterion(
    "addiction_untreated",
    met_when=stated("addiction_untreated"),
    label="Untreated addiction",
    ask="Is there an addiction that is not being treated?",
)

psychiatric_illness_unstable = criterion(
    "psychiatric_illness_unstable",
    met_when=stated("psychiatric_illness_unstable"),
    label="Psychiatric illness that is not stable",
    ask="Is there a psychiatric illness that is not stable now?",
)

pump_in_place = criterion(
    "pump_in_place",
    met_when=stands(
        devices.where(
            device.kind.is_in(parameter("drug_pumps")), ~surely(device.until < as_of), ~surely(device.true_on > as_of)
        )
    ),
    label="A pump for medicine around the spinal cord is in the body",
    ask="Is a pump implanted? Which, and when was it last filled?",
)

can_handle_device = criterion(
    "can_handle_device",
    met_when=stated("can_handle_device"),
    label="The patient, or someone at home, can handle the device",
    ask="Can the patient, or someone at home, charge and steer the device?",
)

mri_need_discussed = criterion(
    "mri_need_discussed",
    met_when=stated("mri_need_discussed"),
    label="Future need for MRI was talked over",
    ask="Is MRI likely to be needed later, and does the device allow it?",
)

said_to_treat_bone = stated("bone_treatment_started")
bone_is_treated = any_of(
    said_to_treat_bone, ~said_to_treat_bone.is_recorded() & surely(taken("osteoporosis_drugs").exist())
)
"""Somebody said so, or a medicine against osteoporosis stands in the list and nobody said no."""

bone_treatment_started = criterion(
    "bone_treatment_started",
    met_when=bone_is_treated,
    label="Treatment of the osteoporosis was started",
    ask="Was bone density looked into and treatment of osteoporosis started?",
)

survival_expected_short = criterion(
    "survival_expected_short",
    met_when=stated("survival_expected_under_three_months"),
    label="Survival of less than three months is expected",
    ask="Is survival of more than three months expected?",
)

joint_replacement_planned = criterion(
    "joint_replacement_planned",
    met_when=stated("joint_replacement_planned"),
    label="Replacement of the joint is planned within months",
    ask="Is replacement of this joint planned within the next months?",
)

enrolled_in_study = criterion(
    "enrolled_in_study",
    met_when=stated("enrolled_in_study"),
    label="The patient takes part in a study of this treatment",
    ask="Does the patient take part in a study of this treatment?",
)
