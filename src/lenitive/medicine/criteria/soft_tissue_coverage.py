"""Trigger points and nerves outside the spine: findings, earlier sessions, what came of them."""

from __future__ import annotations

from lenitive.medicine.criteria.conservative import conservative_care, did_not_help
from lenitive.medicine.criteria.phrases import (
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
    stated,
    surely,
)
from lenitive.rules.language import any_of, as_of, criterion, parameter, request

TRIGGER_POINT_INJECTIONS = ("trigger_point_injection",)
TRIGGER_POINT_CODES = ("20552", "20553")

# --- trigger points ------------------------------------------------------------------------------------------------

trigger_point_sessions = procedures.complete_if_asked("trigger_point").where(
    any_of(procedure.kind.is_in(TRIGGER_POINT_INJECTIONS), surely(procedure.code.is_in(TRIGGER_POINT_CODES))),
    procedure.true_on < as_of,
)
was_injected_lately = stands(
    trigger_point_sessions.where(procedure.true_on > as_of.before(parameter("repeat_lookback_months"), "months"))
)
last_trigger_point_session = trigger_point_sessions.latest()
trigger_point_reports = reports_of(last_trigger_point_session)

trigger_point_injection_is_first = criterion(
    "trigger_point_injection_is_first",
    met_when=~was_injected_lately,
    label="No trigger point injection of the last months stands in the chart",
    ask="Which trigger point injections did the patient have, here or elsewhere?",
)

trigger_point_injection_is_repeat = criterion(
    "trigger_point_injection_is_repeat",
    met_when=was_injected_lately,
    label="A trigger point injection of the last months stands in the chart",
    ask="Which trigger point injections did the patient have, here or elsewhere?",
)

trigger_point_care_came_first = criterion(
    "trigger_point_care_came_first",
    met_when=any_of(
        reported(conservative_care, did_not_help),
        stated("movement_is_limited"),
        known_to_be(request.intent, "diagnostic"),
    ),
    label="Conservative care failed, or movement is limited, or the injection is a test",
    ask="Which care was tried and how did it end, or does the muscle limit movement?",
)

trigger_point_sessions_are_left = criterion(
    "trigger_point_sessions_are_left",
    met_when=trigger_point_sessions.where(
        procedure.true_on > as_of.before(parameter("window_months"), "months")
    ).count_days()
    < parameter("max_sessions"),
    label="Fewer trigger point sessions in the rolling window than the payer allows",
    ask="Which trigger point injections did the patient have in the last twelve months, here or elsewhere?",
)

trigger_point_interval_kept = criterion(
    "trigger_point_interval_kept",
    met_when=last_trigger_point_session.true_on <= as_of.before(parameter("min_interval_days"), "days"),
    label="Enough days lie between two trigger point sessions",
    ask="When was the last trigger point injection?",
)

last_trigger_point_injection_relieved = criterion(
    "last_trigger_point_injection_relieved",
    met_when=reported(trigger_point_reports, relief_reached("min_relief_percent") & relief_held),
    label="The last trigger point injection relieved enough, for long enough",
    ask="How much of the pain went away after the last injection, on one scale, and for how many weeks?",
)

last_trigger_point_injection_improved_function = criterion(
    "last_trigger_point_injection_improved_function",
    met_when=reported(
        trigger_point_reports, (relief.function_percent >= parameter("min_function_percent")) & relief_held
    ),
    label="The last trigger point injection improved function enough, for long enough",
    ask="How much better was function after the last injection, and for how many weeks?",
)

# --- nerves outside the spine --------------------------------------------------------------------------------------

earlier_nerve_blocks = procedures.complete_if_asked("nerve_block").where(
    procedure.kind == request.kind, procedure.true_on < as_of, may_be_on_side(procedure.side)
)
last_nerve_block = earlier_nerve_blocks.latest()

nerve_blocks_help_or_are_few = criterion(
    "nerve_blocks_help_or_are_few",
    met_when=any_of(
        earlier_nerve_blocks.count_days() < parameter("max_blocks_without_benefit"),
        reported(
            reports_of(last_nerve_block),
            relief_reached("min_relief_percent") & relief_held,
        ),
    ),
    label="The last block of this nerve brought lasting benefit, or there were few",
    ask="How often was this nerve blocked, and how much did the last block help, for how long?",
)

diagnostic_nerve_block_relieved = criterion(
    "diagnostic_nerve_block_relieved",
    met_when=reported(
        reports_so_far.where(
            relief.of("procedure").kind.is_in(parameter("test_kinds")),
            relief.of("procedure").true_on < as_of,
            any_of(
                ~relief.of("procedure").side.is_recorded(),
                relief.of("procedure").side == request.side,
                relief.of("procedure").side == "both",
            ),
        ),
        relief_reached("min_relief_percent"),
    ),
    label="A test block of the same nerves relieved enough",
    ask="Were the nerves blocked as a test, and how much of the pain went away?",
)
