"""Pain that a rheumatologist should see before a needle: inflammation of the spine, and of the girdles in older people.

Named by a diagnosis on the problem list, or by what the history and the blood show together. Each is a danger of a
kind, so a safe answer is *not met*.
"""

from __future__ import annotations

from lenitive.medicine.criteria.phrases import diagnosed, finding, findings, stands, surely
from lenitive.medicine.criteria.red_flags import both_shoulders_hurt, older_than
from lenitive.rules.language import all_of, any_of, as_of, criterion, parameter, rows

complaints = rows("complaint")
complaint = complaints.columns
measures = rows("measure")
measure = measures.columns
goes_on = ~surely(complaint.until < as_of)

# --- the spine ---------------------------------------------------------------------------------------------------

pain_of_inflamed_spine = complaints.where(
    goes_on,
    complaint.region.is_in(parameter("inflammatory_back_regions")),
    complaint.true_on <= as_of.before(parameter("inflammatory_back_months"), "months"),
    complaint.aggravated_by.shares(parameter("worse_at_rest_words")),
    complaint.relieved_by.shares(parameter("better_with_movement_words")),
)

inflammatory_back_pain_suspected = criterion(
    "inflammatory_back_pain_suspected",
    met_when=any_of(
        stands(diagnosed("inflammatory_spine_concepts", "inflammatory_spine_icd10")),
        all_of(~older_than("inflammatory_back_age"), pain_of_inflamed_spine.exist()),
    ),
    label="Inflammation of the spine is known, or the back pain of a young person eases with movement and not at rest",
    ask="Did the back pain begin before the age of 45, is it worse at rest, at night or in the morning, and better "
    "with movement? Psoriasis, an inflamed eye or bowel, or a relative with such a disease?",
)

# --- both shoulders ----------------------------------------------------------------------------------------------

crp = measures.where(
    measure.instrument == "crp",
    measure.score.is_recorded(),
    measure.true_on.within_last(parameter("inflammation_valid_days"), "days"),
).latest()
blood_shows_inflammation = any_of(
    surely(crp.score >= parameter("abnormal_crp")),
    surely(findings.where(finding.code == "esr_50_or_more").latest().present),
)

polymyalgia_suspected = criterion(
    "polymyalgia_suspected",
    met_when=any_of(
        stands(diagnosed("polymyalgia_concepts", "polymyalgia_icd10")),
        all_of(both_shoulders_hurt, older_than("polymyalgia_age"), blood_shows_inflammation),
    ),
    label="Both shoulders ache from the age of 50, and the blood shows inflammation",
    ask="How long are the shoulders stiff in the morning? What are CRP and the sedimentation rate?",
)
