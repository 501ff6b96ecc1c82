"""Epidural injections and nerve root blocks: why, where, how often, and whether the last one helped."""

from __future__ import annotations

from lenitive.medicine.criteria.families import CAUDAL_EPIDURALS, EPIDURAL, MIDLINE_EPIDURALS, NERVE_ROOT_BLOCKS
from lenitive.medicine.criteria.phrases import (
    by_region,
    diagnosed,
    each_side,
    finding,
    findings,
    found,
    in_family,
    known_to_be,
    on_record,
    procedure,
    procedures,
    relief,
    relief_held,
    relief_reached,
    reported,
    reports_of,
    stands,
    stated,
    surely,
    was_scored,
)
from lenitive.rules.language import Truth, all_of, any_of, as_of, criterion, parameter, request

# --- why -----------------------------------------------------------------------------------------------------------

radicular_indication = criterion(
    "radicular_indication",
    met_when=by_region(
        any_of(
            diagnosed("radicular_conditions_lumbar", "radicular_codes_lumbar").exist(),
            found("radicular_symptoms_lumbar"),
            found("claudication_symptoms"),
        ),
        any_of(
            diagnosed("radicular_conditions_cervicothoracic", "radicular_codes_cervicothoracic").exist(),
            found("radicular_symptoms_cervicothoracic"),
        ),
    ),
    label="Radicular pain or neurogenic claudication is the reason",
    ask="Does the pain run down the limb in the area of one nerve root, or come on with walking and ease on sitting?",
)

after_laminectomy = criterion(
    "after_laminectomy",
    met_when=diagnosed("post_laminectomy_conditions", "post_laminectomy_codes").exist(),
    label="Pain after spinal surgery (post-laminectomy syndrome) is the reason",
    ask="Has the patient had spinal surgery, and did this pain stay or come back after it?",
)

acute_zoster = diagnosed("zoster_conditions", "zoster_codes")
rash = stands(findings.where(finding.code.is_in(parameter("zoster_findings")), finding.present))

acute_herpes_zoster = criterion(
    "acute_herpes_zoster",
    met_when=any_of(rash, acute_zoster.exist()),
    label="Pain of acute herpes zoster is the reason",
    ask="Is there, or was there lately, a shingles rash in the painful area?",
)

no_zoster_on_record = criterion(
    "no_zoster_on_record",
    met_when=~stands(acute_zoster) & ~rash,
    label="No herpes zoster stands in the chart",
    ask="Is there, or was there lately, a shingles rash in the painful area?",
)

only_non_radicular_pain = criterion(
    "only_non_radicular_pain",
    met_when=all_of(
        stands(diagnosed("non_radicular_conditions", "non_radicular_codes")),
        ~stands(diagnosed("radicular_conditions_lumbar", "radicular_codes_lumbar")),
        ~stands(diagnosed("radicular_conditions_cervicothoracic", "radicular_codes_cervicothoracic")),
        ~stands(findings.where(finding.code.is_in(parameter("radicular_symptoms_lumbar")), finding.present)),
        ~stands(findings.where(finding.code.is_in(parameter("radicular_symptoms_cervicothoracic")), finding.present)),
        ~stands(findings.where(finding.code.is_in(parameter("claudication_symptoms")), finding.present)),
        ~stands(diagnosed("post_laminectomy_conditions", "post_laminectomy_codes")),
        ~stands(acute_zoster),
        ~rash,
    ),
    label="Only a non-radicular pain stands in the chart (axial, complex regional, widespread, headache)",
    ask="Which diagnosis is the injection for?",
)

# --- how -----------------------------------------------------------------------------------------------------------

is_interlaminar = request.kind.is_in(MIDLINE_EPIDURALS) & ~known_to_be(request.approach, "transforaminal")
"""Caudal injections too. A thoracic one counts as interlaminar unless the request says otherwise."""

request_is_transforaminal = criterion(
    "request_is_transforaminal",
    met_when=~is_interlaminar,
    label="The injection goes through the foramen, beside the nerve root",
    ask="Which approach is planned?",
)

request_is_interlaminar_at_a_level = criterion(
    "request_is_interlaminar_at_a_level",
    met_when=is_interlaminar & ~request.kind.is_in(CAUDAL_EPIDURALS),
    label="The injection goes between two laminae",
    ask="Which approach is planned?",
)

request_is_interlaminar_or_caudal = criterion(
    "request_is_interlaminar_or_caudal",
    met_when=is_interlaminar,
    label="The injection goes between two laminae, or through the sacral hiatus",
    ask="Which approach is planned?",
)

# --- the same level and side ---------------------------------------------------------------------------------------


def explains_side(sides: tuple[str, ...]) -> Truth:
    """Imaging that shows why this side hurts."""
    return nerve_compression.where(
        any_of(finding.side.is_in([*sides, "midline"]), finding.code.is_in(parameter("midline_compression_imaging")))
    ).exist()


LEVELS_OF_THE_NECK = ("C2-3", "C3-4", "C4-5", "C5-6", "C6-7", "C7-T1")
"""In the neck the needle between the laminae enters low, where the space is wide, whatever level is diseased."""

nerve_compression = findings.complete_if_asked("imaging").where(
    finding.code.is_in(parameter("nerve_compression_imaging")),
    finding.present,
    any_of(
        request.kind.is_in(CAUDAL_EPIDURALS),
        (request.kind == "epidural_interlaminar_cervical") & finding.levels.shares(LEVELS_OF_THE_NECK),
        finding.levels.shares(request.levels),
    ),
)

imaging_matches_request = criterion(
    "imaging_matches_request",
    met_when=any_of(
        is_interlaminar & nerve_compression.exist(),
        ~is_interlaminar & each_side(explains_side),
    ),
    label="Imaging shows a cause at the level and on the side asked for",
    ask="What does the imaging show at this level and side?",
)

neurological_examination = findings.complete_if_asked("examination").where(
    by_region(
        finding.code.is_in(parameter("root_examination_lumbar")),
        finding.code.is_in(parameter("root_examination_cervicothoracic")),
    ),
    finding.present.is_recorded(),
)

roots_were_examined = criterion(
    "roots_were_examined",
    met_when=neurological_examination.exist(),
    label="The nerve roots of the region were examined",
    ask="What do strength, sensation, reflexes and the nerve stretch tests show?",
)

# --- earlier sessions ----------------------------------------------------------------------------------------------

sessions = procedures.complete_if_asked("epidural").where(in_family(EPIDURAL), procedure.true_on < as_of)
recent_sessions = sessions.where(procedure.true_on > as_of.before(parameter("repeat_lookback_months"), "months"))
is_repeat = stands(recent_sessions)
is_diagnostic = any_of(
    known_to_be(request.intent, "diagnostic") & ~is_interlaminar,
    request.kind.is_in(NERVE_ROOT_BLOCKS) & ~known_to_be(request.intent, "therapeutic"),
)

nerve_root_block_is_diagnostic = criterion(
    "nerve_root_block_is_diagnostic",
    met_when=is_diagnostic,
    label="The injection is a test of one nerve root",
    ask="Is the injection meant as a test or as a treatment?",
)

epidural_is_first = criterion(
    "epidural_is_first",
    met_when=~is_diagnostic & ~is_repeat,
    label="No epidural session of the last months stands in the chart for this region",
    ask="Which epidural injections did the patient have, here or elsewhere?",
)

epidural_is_repeat = criterion(
    "epidural_is_repeat",
    met_when=~is_diagnostic & is_repeat,
    label="An epidural session of the last months stands in the chart for this region",
    ask="Which epidural injections did the patient have, here or elsewhere?",
)

epidural_sessions_are_left = criterion(
    "epidural_sessions_are_left",
    met_when=sessions.where(procedure.true_on > as_of.before(parameter("window_months"), "months")).count_days()
    < parameter("max_sessions"),
    label="Fewer epidural sessions in this region in the rolling window than the payer allows, whoever gave them",
    ask="Which epidural injections did the patient have in the last twelve months, here or elsewhere?",
)

epidural_interval_kept = criterion(
    "epidural_interval_kept",
    met_when=sessions.latest().true_on <= as_of.before(parameter("min_interval_days"), "days"),
    label="Enough days lie between two epidural injections",
    ask="When was the last epidural injection?",
)

imaging_is_recent_enough = criterion(
    "imaging_is_recent_enough",
    met_when=reported(
        findings.where(
            finding.code.is_in(parameter("nerve_compression_imaging")),
            ~surely(finding.true_on > as_of),
        ),
        finding.present & (finding.true_on >= as_of.before(parameter("max_imaging_months"), "months")),
    ),
    label="The imaging that shows the cause is recent enough",
    ask="When was the imaging done that shows the cause?",
)

# --- did the last one help? ----------------------------------------------------------------------------------------

last = sessions.latest()
reports = reports_of(last)
better_function = relief.function_percent >= parameter("min_function_percent")

last_epidural_relieved = criterion(
    "last_epidural_relieved",
    met_when=reported(reports, relief_reached("min_relief_percent")),
    label="The last epidural injection relieved enough of the pain",
    ask="How much of the pain went away after the last injection (scores before and after, on one scale)?",
)

last_epidural_improved_function = criterion(
    "last_epidural_improved_function",
    met_when=reported(reports, better_function),
    label="The last epidural injection improved function enough",
    ask="How much better was function after the last injection, on the baseline scale?",
)

last_epidural_lasted = criterion(
    "last_epidural_lasted",
    met_when=reported(reports, any_of(relief_reached("min_relief_percent"), better_function) & relief_held),
    label="The benefit of the last epidural injection lasted long enough",
    ask="How long did the benefit of the last injection last?",
)

last_epidural_was_scored = criterion(
    "last_epidural_was_scored",
    met_when=was_scored(last),
    label="The response to the last injection was scored before and after on one named scale",
    ask="Which scale was used, and what were the scores before and after the last injection?",
)

differs_from_last = any_of(
    last.kind != request.kind,
    ~last.levels.shares(request.levels),
    on_record("epidural_drug_changes"),
)

epidural_changes_after_poor_response = criterion(
    "epidural_changes_after_poor_response",
    met_when=all_of(
        last.true_on <= as_of.before(parameter("min_interval_days"), "days"),
        differs_from_last,
        ~stands(recent_sessions.where(procedure.true_on < last.true_on)),
        stated("epidural_change_reason"),
    ),
    label="After one poor response: another approach, level or drug this time, and the reason is written down",
    ask="What will be done differently this time, and why?",
)

# --- going on for more than a year ---------------------------------------------------------------------------------

epidurals_for_more_than_a_year = criterion(
    "epidurals_for_more_than_a_year",
    met_when=is_repeat
    & stands(sessions.where(procedure.true_on <= as_of.before(parameter("long_treatment_months"), "months"))),
    label="Epidural treatment of this region has gone on for more than a year",
    ask="When was the first epidural injection of this region?",
)

reason_to_go_on = criterion(
    "reason_to_go_on",
    met_when=stated("epidural_continuation_reason"),
    label="The reason to go on with epidural injections beyond a year is written down",
    ask="Why are injections continued (surgery too risky or declined, same pain came back after a good response)?",
)

primary_care_was_told = criterion(
    "primary_care_was_told",
    met_when=stated("primary_care_told_of_steroids"),
    label="Primary care was told about the continuing steroid exposure",
    ask="Was the primary care clinician told about the continuing steroid injections?",
)
