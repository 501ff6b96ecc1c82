"""The pain itself: how long, how bad, what was tried without a needle."""

from __future__ import annotations

from lenitive.rules.language import any_of, as_of, criterion, parameter, rows

complaints = rows("complaint")
complaint = complaints.columns
treatments = rows("treatment")
treatment = treatments.columns
measures = rows("measure")
measure = measures.columns

index_pain = complaints.where(complaint.region.is_in(parameter("index_regions")))

pain_has_lasted = criterion(
    "pain_has_lasted",
    met_when=index_pain.where(complaint.true_on <= as_of.before(parameter("min_pain_weeks"), "weeks")).exist(),
    label="The pain has lasted long enough",
    ask="When did this pain begin?",
)

conservative_care = treatments.where(
    treatment.kind.is_in(parameter("conservative_kinds")),
    treatment.true_on <= as_of,
)

failed_care = conservative_care.where(treatment.response.is_in(["failed", "partial", "not_tolerated"]))

conservative_care_failed = criterion(
    "conservative_care_failed",
    met_when=any_of(
        failed_care.where(treatment.response == "not_tolerated").exist(),
        failed_care.longest_span_days() >= parameter("min_conservative_days"),
    ),
    label="Conservative care was tried for long enough and failed, or was not tolerated",
    ask="Which non-invasive treatment was tried, from when to when, and how did it end?",
)

baseline_pain_score = criterion(
    "baseline_pain_score",
    met_when=measures.where(
        measure.instrument.is_in(parameter("pain_scales")), measure.score.is_recorded(), measure.true_on <= as_of
    ).exist(),
    label="A pain score on a named scale stands in the chart",
    ask="How bad is the pain today, 0 to 10?",
)
