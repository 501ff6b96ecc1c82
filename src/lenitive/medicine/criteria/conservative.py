"""What was tried without a needle, and how it ended."""

from __future__ import annotations

from lenitive.medicine.criteria.families import (
    HIGH_REGIONS,
    HIP_PROCEDURES,
    HIP_REGIONS,
    KNEE_PROCEDURES,
    KNEE_REGIONS,
    LOW_REGIONS,
    SHOULDER_PROCEDURES,
    SHOULDER_REGIONS,
    WHERE_IT_HURTS,
)
from lenitive.medicine.criteria.phrases import by_region, reported, request_is_high, request_is_low, surely, written
from lenitive.rules.language import all_of, any_of, as_of, criterion, parameter, request, rows

treatments = rows("treatment")
treatment = treatments.columns

PARTS = {
    KNEE_PROCEDURES: KNEE_REGIONS,
    HIP_PROCEDURES: HIP_REGIONS,
    SHOULDER_PROCEDURES: SHOULDER_REGIONS,
}
"""Procedures of one part of a limb, and the words for that part."""
ONE_PART = tuple(kind for kinds in PARTS for kind in kinds)

same_part = any_of(
    treatment.region == request.region,
    *(
        request.region.is_in(part) & treatment.region.is_in(part)
        for part in (LOW_REGIONS, HIGH_REGIONS, KNEE_REGIONS, HIP_REGIONS, SHOULDER_REGIONS)
    ),
)
of_the_same_part = any_of(
    treatment.kind.is_in(parameter("body_wide_care_kinds")),
    *(request.kind.is_in(kinds) & treatment.region.is_in(words) for kinds, words in PARTS.items()),
    request.kind.is_in(WHERE_IT_HURTS) & any_of(~request.region.is_recorded(), same_part),
    # Stimulators, pumps and blocks of deep nerves reach a pain from elsewhere: any care of it counts.
    ~request.kind.is_in(ONE_PART + WHERE_IT_HURTS),
)

conservative_care = treatments.where(
    treatment.kind.is_in(parameter("conservative_kinds")),
    ~surely(treatment.true_on > as_of),
    any_of(
        ~treatment.region.is_recorded(),
        by_region(
            treatment.region.is_in(LOW_REGIONS),
            treatment.region.is_in(HIGH_REGIONS),
        ),
        all_of(~request_is_low, ~request_is_high, of_the_same_part),
    ),
)
"""Non-invasive care of the region that the request is about, or of no stated region; outside the spine also what acts
on the whole body, whatever it was taken for."""

did_not_help = treatment.response.is_in(["failed", "partial", "not_tolerated"])

conservative_care_failed = criterion(
    "conservative_care_failed",
    met_when=any_of(
        conservative_care.where(treatment.response == "not_tolerated").exist(),
        # From the first to the last day, both counted: 1 to 28 January are four weeks.
        conservative_care.where(did_not_help).longest_span_days() + 1 >= parameter("min_conservative_days"),
    ),
    label="Conservative care was tried for long enough and failed, or was not tolerated",
    ask="Which non-invasive treatment was tried, from when to when, and how did it end?",
)

conservative_care_did_not_help = criterion(
    "conservative_care_did_not_help",
    met_when=reported(conservative_care, did_not_help),
    label="Conservative care was tried, as far as the patient could bear it, and did not help enough",
    ask="Which non-invasive treatment was tried, and how did it end?",
)

conservative_care_was_tried = criterion(
    "conservative_care_was_tried",
    met_when=conservative_care.exist(),
    label="Conservative care of the region was tried, whatever came of it",
    ask="Which non-invasive treatment was tried?",
)

failed_care_is_dated = criterion(
    "failed_care_is_dated",
    met_when=reported(
        conservative_care.where(did_not_help), written(treatment.true_on, as_of) & written(treatment.until, as_of)
    ),
    label="The conservative care that failed has a first and a last day",
    ask="From when to when was the treatment tried?",
)

active_care_goes_on = criterion(
    "active_care_goes_on",
    met_when=conservative_care.where(
        treatment.kind.is_in(parameter("rehabilitation_kinds")),
        ~surely(treatment.until < as_of),
    ).exist(),
    label="The patient keeps up an active programme (exercise, rehabilitation) beside the injections",
    ask="Which exercise or rehabilitation programme does the patient follow now?",
)
