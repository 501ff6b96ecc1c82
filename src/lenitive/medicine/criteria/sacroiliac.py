"""The sacroiliac joint and the nerves behind it: where it hurts, how it was tested, how often it was injected."""

from __future__ import annotations

from lenitive.medicine.criteria.facet import root_is_affected
from lenitive.medicine.criteria.families import SACROILIAC_CODES, SACROILIAC_INJECTION
from lenitive.medicine.criteria.pain import complaint, complaints, goes_on
from lenitive.medicine.criteria.phrases import (
    each_side,
    finding,
    findings,
    known_to_be,
    may_be_on_side,
    procedure,
    procedures,
    relief,
    relief_held,
    relief_reached,
    reported,
    reports_of,
    reports_so_far,
    stands,
    surely,
)
from lenitive.rules.language import RowSet, Truth, all_of, any_of, as_of, criterion, parameter, request

# --- why -----------------------------------------------------------------------------------------------------------

pain_is_over_sacroiliac_joint = criterion(
    "pain_is_over_sacroiliac_joint",
    met_when=reported(
        complaints.where(goes_on),
        complaint.dominant & complaint.region.is_in(parameter("sacroiliac_pain_regions")),
    ),
    label="The pain that the patient came for is felt mainly over the sacroiliac joint, below L5",
    ask="Where is the pain worst? Please show it with one finger.",
)

root_signs_present = criterion(
    "root_signs_present",
    met_when=root_is_affected,
    label="Radicular pain, radiculopathy or neurogenic claudication is present",
    ask="Does the pain run down the limb in the area of one nerve root, or come on with walking?",
)


def tests_of_side(sides: tuple[str, ...]) -> Truth:
    """Enough different provocation tests are positive on a side; not, once too many are negative."""
    done = findings.complete_if_asked("sacroiliac").where(
        finding.code.is_in(parameter("sacroiliac_tests")),
        any_of(~finding.side.is_recorded(), finding.side.is_in(sides)),
    )
    positive = done.where(finding.present).count_distinct(finding.code)
    negative = done.where(~finding.present).count_distinct(finding.code)
    return all_of(
        positive >= parameter("min_positive_tests"), ~surely(negative >= parameter("decisive_negative_tests"))
    )


sacroiliac_tests_positive = criterion(
    "sacroiliac_tests_positive",
    met_when=each_side(tests_of_side),
    label="Enough sacroiliac provocation tests are positive on the side asked for",
    ask="Which provocation tests hurt: distraction, compression, thigh thrust, Gaenslen, FABER, Yeoman?",
)

# --- which policy --------------------------------------------------------------------------------------------------

sacroiliac_sessions = procedures.complete_if_asked("sacroiliac").where(
    any_of(procedure.kind.is_in(SACROILIAC_INJECTION), surely(procedure.code.is_in(SACROILIAC_CODES))),
    procedure.true_on < as_of,
)
sacroiliac_tests = sacroiliac_sessions.where(~surely(procedure.intent == "therapeutic"))
sacroiliac_treatments = sacroiliac_sessions.where(procedure.intent == "therapeutic")
is_treatment = known_to_be(request.intent, "therapeutic")
treated_before = stands(sacroiliac_treatments.where(may_be_on_side(procedure.side)))

sacroiliac_injection_is_test = criterion(
    "sacroiliac_injection_is_test",
    met_when=~is_treatment,
    label="The sacroiliac injection is a test; so it is taken unless the request says treatment",
    ask="Is the injection meant as a test or as a treatment?",
)

sacroiliac_treatment_is_first = criterion(
    "sacroiliac_treatment_is_first",
    met_when=is_treatment & ~treated_before,
    label="A sacroiliac injection as treatment, and no earlier one stands in the chart for this side",
    ask="Was this sacroiliac joint injected as treatment before?",
)

sacroiliac_treatment_is_repeat = criterion(
    "sacroiliac_treatment_is_repeat",
    met_when=is_treatment & treated_before,
    label="A sacroiliac injection as treatment that follows an earlier one on this side",
    ask="Was this sacroiliac joint injected as treatment before?",
)

# --- how often -----------------------------------------------------------------------------------------------------

in_window = procedure.true_on > as_of.before(parameter("window_months"), "months")

sacroiliac_tests_are_left = criterion(
    "sacroiliac_tests_are_left",
    met_when=sacroiliac_sessions.where(in_window, procedure.intent == "diagnostic").count_days()
    < parameter("max_sessions"),
    label="Fewer diagnostic sacroiliac sessions in the rolling window than the payer allows, either side",
    ask="Which sacroiliac injections did the patient have in the last twelve months, and were they tests?",
)

sacroiliac_treatments_are_left = criterion(
    "sacroiliac_treatments_are_left",
    met_when=sacroiliac_sessions.where(in_window, procedure.intent == "therapeutic").count_days()
    < parameter("max_sessions"),
    label="Fewer therapeutic sacroiliac sessions in the rolling window than the payer allows, either side",
    ask="Which sacroiliac injections did the patient have in the last twelve months?",
)

sacroiliac_treatments_of_side_are_left = criterion(
    "sacroiliac_treatments_of_side_are_left",
    met_when=sacroiliac_treatments.where(in_window, may_be_on_side(procedure.side)).count_days()
    < parameter("max_sessions"),
    label="Fewer therapeutic sacroiliac sessions on this side in the rolling window than the payer allows",
    ask="Which sacroiliac injections did the patient have in the last twelve months, and on which side?",
)

sacroiliac_interval_kept = criterion(
    "sacroiliac_interval_kept",
    met_when=sacroiliac_treatments.latest().true_on <= as_of.before(parameter("min_interval_months"), "months"),
    label="Enough months lie between two sacroiliac injections given as treatment",
    ask="When was the last sacroiliac injection given as treatment?",
)

# --- did it help? --------------------------------------------------------------------------------------------------


def after_last(done: RowSet, holds: Truth) -> Truth:
    """What was reported after the last of these, for each side asked for."""

    def on_side(sides: tuple[str, ...]) -> Truth:
        last = done.where(procedure.side.is_in(sides)).latest()
        return reported(reports_of(last), holds)

    return each_side(on_side)


latest_sacroiliac_test_positive = criterion(
    "latest_sacroiliac_test_positive",
    met_when=after_last(sacroiliac_tests, relief_reached("min_relief_percent") & relief.concordant),
    label="The last diagnostic sacroiliac block relieved enough, for as long as the drug lasts",
    ask="How much relief did the diagnostic injection give, on one scale, and for how many hours?",
)


def positive_tests(sides: tuple[str, ...]) -> Truth:
    """Enough days with a positive report on a side."""
    block = relief.of("procedure")
    return (
        reports_so_far.complete_if_asked("sacroiliac")
        .where(
            any_of(block.kind.is_in(SACROILIAC_INJECTION), surely(block.code.is_in(SACROILIAC_CODES))),
            ~surely(block.intent == "therapeutic"),
            block.true_on < as_of,
            block.side.is_in(sides),
            relief_reached("min_relief_percent"),
            relief.concordant,
        )
        .count_distinct(block.true_on)
    ) >= parameter("min_blocks")


enough_positive_sacroiliac_tests = criterion(
    "enough_positive_sacroiliac_tests",
    met_when=each_side(positive_tests),
    label="Enough diagnostic sacroiliac blocks each relieved enough",
    ask="Which diagnostic injections were done, and how much relief did each give?",
)

last_sacroiliac_treatment_relieved = criterion(
    "last_sacroiliac_treatment_relieved",
    met_when=after_last(sacroiliac_treatments, relief_reached("min_relief_percent") & relief_held),
    label="The last sacroiliac injection given as treatment relieved enough, for long enough",
    ask="How much of the pain went away after the last injection, and for how many months?",
)

last_sacroiliac_treatment_improved_function = criterion(
    "last_sacroiliac_treatment_improved_function",
    met_when=after_last(
        sacroiliac_treatments, (relief.function_percent >= parameter("min_function_percent")) & relief_held
    ),
    label="The last sacroiliac injection given as treatment improved function enough, for long enough",
    ask="How much better was function after the last injection, and for how many months?",
)
