"""What payers ask in several families: diagnoses that support or exclude, how bad, done where, fused or not."""

from __future__ import annotations

from lenitive.medicine.criteria.conservative import conservative_care, did_not_help
from lenitive.medicine.criteria.families import SPINAL_FUSIONS
from lenitive.medicine.criteria.phrases import (
    condition,
    diagnosed,
    procedure,
    procedures,
    reported,
    stands,
    stated,
    surely,
    unless_stated,
)
from lenitive.rules.language import any_of, as_of, criterion, parameter, request, rows

measures = rows("measure")
measure = measures.columns
scored = measures.where(measure.score.is_recorded(), measure.true_on <= as_of)
last_pain_score = scored.where(measure.instrument == "nrs").latest().score

diagnosis_supports = criterion(
    "diagnosis_supports",
    met_when=diagnosed("supporting_conditions", "supporting_codes").exist(),
    label="A diagnosis for which the payer covers this procedure stands on the problem list",
    ask="Which diagnosis is the procedure for?",
)

diagnosis_excludes = criterion(
    "diagnosis_excludes",
    met_when=diagnosed("excluding_conditions", "excluding_codes").exist(),
    label="A diagnosis for which the payer does not cover this procedure stands on the problem list",
    ask="Is the problem list complete, and does one of the excluding diagnoses stand on it?",
)

pain_score_is_high_enough = criterion(
    "pain_score_is_high_enough",
    met_when=last_pain_score >= parameter("min_pain_score"),
    label="The last pain score, 0 to 10, is as high as the payer wants it",
    ask="How bad is the pain now, 0 to 10?",
)

disability_index_is_high_enough = criterion(
    "disability_index_is_high_enough",
    met_when=scored.where(measure.instrument == "odi").latest().score >= parameter("min_disability_index"),
    label="The last Oswestry disability index is as high as the payer wants it",
    ask="Please fill in the Oswestry questionnaire: what is the index in percent?",
)

site_is_accepted = criterion(
    "site_is_accepted",
    met_when=request.site_of_service.is_in(parameter("accepted_sites")),
    label="It is done at a site that the payer accepts",
    ask="Where will it be done: office, ambulatory surgery centre, hospital?",
)

level_is_not_covered = criterion(
    "level_is_not_covered",
    met_when=request.levels.shares(parameter("levels_not_covered")),
    label="A level is asked for at which the payer does not cover this procedure",
    ask="Which levels are planned?",
)

request_is_diagnostic = criterion(
    "request_is_diagnostic",
    met_when=request.intent == "diagnostic",
    label="The procedure is asked for as a test",
    ask="Is the procedure meant as a test or as a treatment?",
)

other_treatments_failed_or_unsuitable = criterion(
    "other_treatments_failed_or_unsuitable",
    met_when=any_of(reported(conservative_care, did_not_help), stated("other_treatments_unsuitable")),
    label="Drugs, physical or psychological treatment failed, or the reason against them is written down",
    ask="Which other treatments were tried and how did they end, or why are they unsuitable?",
)

spinal_fusions = diagnosed("fusion_concepts", "fusion_codes")
fusions = spinal_fusions.where(any_of(~condition.levels.is_recorded(), condition.levels.shares(request.levels)))
fusion_operations = procedures.where(
    any_of(
        procedure.kind.starts_with(SPINAL_FUSIONS),
        surely(procedure.code.is_in(parameter("fusion_operation_codes"))),
    ),
    ~surely(procedure.true_on > as_of),
)
fused_by_operation = fusion_operations.where(
    any_of(~procedure.levels.is_recorded(), procedure.levels.shares(request.levels))
)

segment_is_fused = criterion(
    "segment_is_fused",
    met_when=any_of(
        stands(fusions.where(surely(condition.levels.shares(request.levels)))),
        stands(fusion_operations.where(surely(procedure.levels.shares(request.levels)))),
        unless_stated("segment_is_fused", any_of(fusions.exist(), stands(fused_by_operation))),
    ),
    label="A segment asked for is fused",
    ask="Was the spine ever fused, and at which levels?",
)

fusion_is_on_record = criterion(
    "fusion_is_on_record",
    met_when=any_of(
        stands(spinal_fusions),
        stands(
            fusion_operations.where(
                any_of(
                    ~procedure.region.is_recorded(), ~request.region.is_recorded(), procedure.region == request.region
                )
            )
        ),
    ),
    label="A fusion in this part of the spine, or one whose place is not told, is on record",
    ask="Was the spine ever fused, and at which levels?",
)
