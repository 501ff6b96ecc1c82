"""Stimulators of cord, dorsal root ganglion and peripheral nerves: selection, trial, implant, revision."""

from __future__ import annotations

from lenitive.medicine.criteria.phrases import (
    better_by_score,
    known_to_be,
    on_record,
    procedure,
    procedures,
    relief,
    relief_reached,
    reported,
    reports_of,
    stated,
    surely,
)
from lenitive.rules.language import all_of, any_of, as_of, criterion, parameter, request, rows

devices = rows("device")
device = devices.columns

# --- which policy --------------------------------------------------------------------------------------------------

is_trial = known_to_be(request.intent, "trial")
is_revision = known_to_be(request.intent, "revision", "removal")

implant_is_first = criterion(
    "implant_is_first",
    met_when=~is_trial & ~is_revision,
    label="A device is to be implanted for good, and the request does not say that it replaces one",
    ask="Is this a trial, a first implant or a revision?",
)

implant_is_trial = criterion(
    "implant_is_trial",
    met_when=is_trial,
    label="The implant is asked for as a trial",
    ask="Is this a trial, a first implant or a revision?",
)

implant_is_revision = criterion(
    "implant_is_revision",
    met_when=is_revision,
    label="A device in place is to be revised, replaced or taken out",
    ask="Is this a trial, a first implant or a revision?",
)

contractor_has_stimulation_policy = criterion(
    "contractor_has_stimulation_policy",
    met_when=request.state.is_in(parameter("states_with_stimulation_policy")),
    label="The Medicare contractor of this state has a local policy on spinal cord stimulators",
    ask="In which state is the procedure planned?",
)

# --- who may have one ----------------------------------------------------------------------------------------------

stimulation_is_late_resort = criterion(
    "stimulation_is_late_resort",
    met_when=stated("late_resort"),
    label="It is written down that the stimulator is a late resort for chronic intractable pain",
    ask="What makes the stimulator a late resort: what else was done or ruled out?",
)

team_evaluated_patient = criterion(
    "team_evaluated_patient",
    met_when=stated("team_evaluation"),
    label="A multidisciplinary team screened, evaluated and diagnosed the patient beforehand",
    ask="Who of the team saw the patient (physician, psychologist, therapist, surgeon), and when?",
)

implant_facilities_available = criterion(
    "implant_facilities_available",
    met_when=stated("implant_facilities_available"),
    label="Facilities, equipment and staff for implant, training and follow-up are at hand",
    ask="Where will the implant, the training and the follow-up be done?",
)

risks_were_discussed = criterion(
    "risks_were_discussed",
    met_when=stated("shared_decision"),
    label="Benefits and risks were talked over with the patient",
    ask="When were benefits and risks talked over with the patient?",
)

# --- the trial -----------------------------------------------------------------------------------------------------

trials = procedures.complete_if_asked("stimulation").where(
    any_of(
        procedure.kind.is_in(parameter("trial_kinds")),
        all_of(procedure.kind == request.kind, surely(procedure.intent == "trial")),
    ),
    procedure.true_on < as_of,
)
last_trial = trials.latest()
trial_reports = reports_of(last_trial)

trial_relieved_enough = criterion(
    "trial_relieved_enough",
    met_when=reported(trial_reports, relief_reached("min_relief_percent")),
    label="The last trial took away enough of the pain",
    ask="What were the pain scores before and during the trial?",
)

trial_showed_relief = criterion(
    "trial_showed_relief",
    met_when=reported(
        trial_reports,
        any_of(
            better_by_score.is_recorded() & (better_by_score > 0), ~better_by_score.is_recorded() & (relief.percent > 0)
        ),
    ),
    label="The last trial with a temporary lead or catheter relieved pain",
    ask="What were the pain scores before and during the trial?",
)

analgesics_halved_in_trial = criterion(
    "analgesics_halved_in_trial",
    met_when=stated("analgesics_halved_in_trial"),
    label="Half of the painkillers, or more, could be left out during the trial",
    ask="Which painkillers, at what doses, were taken before and during the trial?",
)

trial_improved_function = criterion(
    "trial_improved_function",
    met_when=any_of(reported(trial_reports, relief.function_percent > 0), stated("function_improved_in_trial")),
    label="Function was better during the trial",
    ask="What could the patient do during the trial that was not possible before?",
)

trial_hours = any_of(
    relief.lasted_hours.is_recorded() & (relief.lasted_hours >= parameter("min_trial_hours")),
    ~relief.lasted_hours.is_recorded() & (relief.lasted_days * 24 >= parameter("min_trial_hours")),
)
longer_trial_hours = any_of(
    relief.lasted_hours.is_recorded() & (relief.lasted_hours > parameter("more_than_hours")),
    ~relief.lasted_hours.is_recorded() & (relief.lasted_days * 24 > parameter("more_than_hours")),
)

trial_relief_lasted = criterion(
    "trial_relief_lasted",
    met_when=reported(trial_reports, trial_hours),
    label="The relief of the trial lasted at least as long as the payer wants",
    ask="For how many hours or days did the trial relieve the pain?",
)

trial_relief_lasted_longer = criterion(
    "trial_relief_lasted_longer",
    met_when=reported(trial_reports, longer_trial_hours),
    label="The relief of the trial lasted longer than the payer's limit",
    ask="For how many hours or days did the trial relieve the pain?",
)

stimulation_trials_are_left = criterion(
    "stimulation_trials_are_left",
    met_when=any_of(
        procedures.complete_if_asked("stimulation")
        .where(procedure.kind == request.kind, procedure.region == request.region, procedure.true_on < as_of)
        .count_days()
        < parameter("max_trials"),
        on_record("repeat_trial_reason"),
    ),
    label="Fewer trials of this kind in this region than the payer allows, or the exception is written down",
    ask="Which trials of stimulation did the patient have, in which region, and why is another one needed?",
)

# --- the device in place -------------------------------------------------------------------------------------------

devices_in_place = devices.where(device.kind.is_in(parameter("device_kinds")), ~surely(device.until < as_of))

device_is_in_place = criterion(
    "device_is_in_place",
    met_when=devices_in_place.exist(),
    label="Such a device is implanted already",
    ask="Which devices does the patient carry, implanted when?",
)

device_replacement_is_justified = criterion(
    "device_replacement_is_justified",
    met_when=stated("device_replacement_reason"),
    label="The reason to revise or replace the device is written down (battery, fault, end of life)",
    ask="Why is the device revised or replaced, and did it help until then?",
)
