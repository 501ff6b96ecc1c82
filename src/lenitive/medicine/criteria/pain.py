"""The pain itself: how long, where, how bad."""

from __future__ import annotations

from lenitive.medicine.criteria.phrases import by_region, reported, request_is_high, request_is_low, surely
from lenitive.rules.language import all_of, any_of, as_of, criterion, parameter, rows

complaints = rows("complaint")
complaint = complaints.columns
measures = rows("measure")
measure = measures.columns

goes_on = ~surely(complaint.until < as_of)

index_pain = complaints.where(
    goes_on,
    any_of(
        by_region(
            complaint.region.is_in(parameter("lumbosacral_pain_regions")),
            complaint.region.is_in(parameter("cervicothoracic_pain_regions")),
        ),
        all_of(~request_is_low, ~request_is_high, complaint.dominant),
    ),
)
"""The pain that the request is about: in the region of a spinal request, else the one the patient came for."""

pain_has_lasted = criterion(
    "pain_has_lasted",
    met_when=reported(index_pain, complaint.true_on <= as_of.before(parameter("min_pain_weeks"), "weeks")),
    label="The pain has lasted long enough (counted in weeks)",
    ask="When did this pain begin?",
)

pain_has_lasted_months = criterion(
    "pain_has_lasted_months",
    met_when=reported(index_pain, complaint.true_on <= as_of.before(parameter("min_pain_months"), "months")),
    label="The pain has lasted long enough (counted in months)",
    ask="When did this pain begin?",
)

pain_is_mainly_axial = criterion(
    "pain_is_mainly_axial",
    met_when=reported(
        complaints.where(goes_on),
        all_of(
            complaint.dominant,
            by_region(
                complaint.region.is_in(parameter("axial_low_back_regions")),
                complaint.region.is_in(parameter("axial_neck_and_chest_regions")),
            ),
        ),
    ),
    label="The pain that the patient came for is mainly in the back or neck, not in a limb",
    ask="Which pain is the worst one: the back or neck itself, or the leg or arm?",
)

scored = measures.where(measure.score.is_recorded(), measure.true_on <= as_of)

baseline_pain_score = criterion(
    "baseline_pain_score",
    met_when=scored.where(measure.instrument.is_in(parameter("pain_scales"))).exist(),
    label="A pain score on a named scale stands in the chart",
    ask="How bad is the pain today, 0 to 10?",
)

baseline_function_score = criterion(
    "baseline_function_score",
    met_when=scored.where(measure.instrument.is_in(parameter("function_scales"))).exist(),
    label="A disability or function score on a named scale stands in the chart",
    ask="Please fill in a disability questionnaire (for example the Oswestry or Roland-Morris).",
)

baseline_pain_or_function_score = criterion(
    "baseline_pain_or_function_score",
    met_when=scored.where(
        any_of(
            measure.instrument.is_in(parameter("pain_scales")),
            measure.instrument.is_in(parameter("function_scales")),
        )
    ).exist(),
    label="A score on a named pain or function scale stands in the chart",
    ask="How bad is the pain today, 0 to 10, and what does it keep the patient from doing?",
)
