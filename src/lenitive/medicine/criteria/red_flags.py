"""Dangers that act first and by rule: cauda equina, deficit, bleeding, infection, tumour, fracture, aorta, suicide, …

Each criterion names a danger, so a safe answer is *not met*; it is *undocumented* until the questions were asked. A
sign that was found raises the danger whatever else is unknown. A no needs either the one question that sums the signs
up, answered no, or every sign looked for and absent, lately. A test that excludes the danger lowers the flag until
signs are recorded after it. No flag ever lowers a probability by being absent.
"""

from __future__ import annotations

from lenitive.medicine.criteria.phrases import (
    active_conditions,
    condition,
    conditions,
    diagnosed,
    stands,
    surely,
)
from lenitive.rules.language import Day, PickedRow, RowSet, Truth, all_of, any_of, as_of, criterion, parameter, rows

complaints = rows("complaint")
complaint = complaints.columns
devices = rows("device")
device = devices.columns
findings = rows("finding")
finding = findings.columns
measures = rows("measure")
measure = measures.columns
patients = rows("patient")
patient = patients.columns
procedures = rows("procedure")
procedure = procedures.columns
statements = rows("statement")
statement = statements.columns


# --- how a sign is read --------------------------------------------------------------------------------------------


def state(code: str, cleared_by: str | None = None) -> Truth:
    """Whether a sign is there, by the latest record of it; with ``cleared_by``, of those since that test.

    A sign that was written down without a day counts as found: it may be today's.
    """
    return any_of(undated(code, cleared_by), _of(code, cleared_by).latest().present)


def answered(code: str, cleared_by: str | None = None) -> Truth:
    """The same, but an absence counts only if it was recorded lately: an old no is asked again."""
    lately = _of(code, cleared_by).where(finding.true_on.within_last(parameter("red_flag_answer_days"), "days"))
    return any_of(state(code, cleared_by), lately.latest().present)


def transient(code: str, span: str, cleared_by: str | None = None, unit: str = "days") -> Truth:
    """Whether a sign that passes (fever) was there in the last days or weeks; older records say nothing."""
    lately = finding.true_on.within_last(parameter(span), unit)
    return any_of(undated(code, cleared_by), _of(code, cleared_by).where(lately).latest().present)


def undated(code: str, cleared_by: str | None = None) -> Truth:
    """A sign stands in the chart without a day, and no test has answered it lately. Never unknown."""
    noted = stands(findings.where(finding.code == code, surely(finding.present), ~finding.true_on.is_recorded()))
    return noted if cleared_by is None else all_of(noted, ~excluded(cleared_by))


def excluded(test: str, days: str = "red_flag_exclusion_days") -> Truth:
    """A test that answers the danger was done lately and found nothing. Never unknown."""
    lately = finding.true_on.within_last(parameter(days), "days")
    return surely(findings.where(finding.code == test, lately).latest().present)


def since(test: str, day: Day) -> Truth:
    """Later than the last test that excluded the danger; true if none did."""
    clearing = findings.where(finding.code == test, surely(finding.present)).latest().true_on
    return any_of(~clearing.is_recorded(), day > clearing)


def _of(code: str, cleared_by: str | None) -> RowSet:
    if cleared_by is None:
        return findings.where(finding.code == code)
    return findings.where(finding.code == code, since(cleared_by, finding.true_on))


def danger(*, found: Truth, no_if_absent: Truth, is_excluded: Truth) -> Truth:
    """Met if a sign was found; not met if all were looked for and absent, or a test excluded the danger."""
    return any_of(surely(found), all_of(no_if_absent, ~is_excluded))


def known(name: str) -> Truth:
    """It stands as a diagnosis on the problem list. Never unknown. ``name`` begins the names of two parameters."""
    return stands(diagnosed(f"{name}_concepts", f"{name}_icd10"))


def older_than(age: str) -> Truth:
    """The patient has reached that age; unknown without a date of birth."""
    limit = as_of.before(parameter(age), "years")
    reached = patients.where(patient.birth_date <= limit).exist()
    return reached & ~stands(patients.where(patient.birth_date > limit))


# --- cauda equina --------------------------------------------------------------------------------------------------

CLEARED = "cauda_equina_excluded"
cauda_signs = [
    answered(code, CLEARED)
    for code in (
        "urinary_retention",
        "urinary_incontinence",
        "bowel_incontinence",
        "saddle_anaesthesia",
        "sexual_dysfunction_new",
        "progressive_bilateral_deficit",
    )
]
cauda_asked = answered("cauda_equina_signs", CLEARED)
residual = measures.where(
    measure.instrument == "post_void_residual",
    measure.score.is_recorded(),
    measure.true_on.within_last(parameter("red_flag_answer_days"), "days"),
    since(CLEARED, measure.true_on),
).latest()
cauda_examined = [
    state("reduced_anal_tone", CLEARED),
    state("post_void_residual_over_200", CLEARED),
    residual.score > parameter("red_flag_residual_ml"),
]

cauda_equina_suspected = criterion(
    "cauda_equina_suspected",
    met_when=any_of(
        known("red_flag_cauda_equina"),
        danger(
            found=any_of(*(surely(sign) for sign in (cauda_asked, *cauda_signs, *cauda_examined))),
            no_if_absent=all_of(cauda_asked, any_of(*cauda_signs)),
            is_excluded=excluded(CLEARED),
        ),
    ),
    label="Signs that the nerves to bladder, bowel and legs are being crushed",
    ask="Since this pain began or got worse: any new trouble with bladder, bowel or sexual function, numbness between "
    "the legs, or both legs getting weaker?",
)


# --- a deficit that gets worse -------------------------------------------------------------------------------------

ASSESSED = "progressive_deficit_assessed"
deficit_signs = [answered(code, ASSESSED) for code in ("progressive_weakness", "gait_change", "hand_clumsiness")]
deficit_asked = answered("progressive_deficit_signs", ASSESSED)


def not_assessed_since(name: str) -> Truth:
    """It stands on the problem list, and no surgeon or neurologist has assessed it since. Never unknown."""
    listed = diagnosed(f"{name}_concepts", f"{name}_icd10")
    return any_of(
        stands(listed) & ~excluded(ASSESSED),
        stands(listed.where(surely(condition.true_on.is_recorded()), surely(since(ASSESSED, condition.true_on)))),
    )


def of_late(day: Day) -> Truth:
    """A weakness of that day is new, and nobody has assessed it since; one without a day may be new."""
    return any_of(
        ~day.is_recorded() & ~excluded(ASSESSED),
        surely(day.within_last(parameter("new_weakness_days"), "days")) & surely(since(ASSESSED, day)),
    )


# A foot drop on the problem list, or a muscle of one root too weak to be left waiting: severe at its first record.
severe_weakness = any_of(
    stands(diagnosed("foot_or_wrist_drop_concepts", "foot_or_wrist_drop_icd10").where(of_late(condition.true_on))),
    stands(
        findings.where(
            finding.code.is_in(["muscle_weakness", "leg_weakness"]),
            ~surely(~finding.present),
            surely(finding.value <= parameter("severe_weakness_grade")),
            of_late(finding.true_on),
        )
    ),
)

neurological_deficit_progresses = criterion(
    "neurological_deficit_progresses",
    met_when=any_of(
        not_assessed_since("red_flag_cord"),
        severe_weakness,
        danger(
            found=any_of(*(surely(sign) for sign in (deficit_asked, *deficit_signs, state("hyperreflexia", ASSESSED)))),
            no_if_absent=all_of(deficit_asked, any_of(*deficit_signs)),
            is_excluded=excluded(ASSESSED),
        ),
    ),
    label="Weakness that is new and severe or gets worse, or signs that the spinal cord suffers",
    ask="Is an arm or leg getting weaker, has walking become unsteady, or have the hands become clumsy? Where a muscle "
    "is weak: how strong is it, from 0 to 5, and since when?",
)


# --- infection -----------------------------------------------------------------------------------------------------

STERILE = "spinal_infection_excluded"


def temperature_since(test: str) -> PickedRow:
    """The last temperature of these days that was measured after a test which excluded the danger."""
    return measures.where(
        measure.instrument == "temperature",
        measure.score.is_recorded(),
        measure.true_on.within_last(parameter("red_flag_fever_days"), "days"),
        since(test, measure.true_on),
    ).latest()


temperature = temperature_since(STERILE)
feverish = any_of(
    surely(temperature.score >= parameter("fever_celsius")),
    transient("fever", "red_flag_fever_days", STERILE),
)
bacteria_in_blood = transient("bacteraemia", "red_flag_answer_days", STERILE)
unremitting = any_of(answered("unremitting_pain", STERILE), surely(state("pain_much_worse_lately", STERILE)))
needle_or_knife_lately = any_of(
    stands(
        procedures.where(
            procedure.region.is_in(["cervical", "thoracic", "lumbar", "sacral"]),
            procedure.true_on.within_last(parameter("red_flag_spinal_procedure_days"), "days"),
        )
    ),
    transient("recent_spinal_procedure", "red_flag_spinal_procedure_days"),
)
prone_to_infection = any_of(
    needle_or_knife_lately,
    known("immunosuppression"),
    state("immunosuppression"),
    state("injection_drug_use"),
)
infection_asked = answered("infection_signs", STERILE)
goes_on = ~surely(complaint.until < as_of)
in_a_joint = complaint.region.is_in(parameter("joint_regions"))
joint_hurts = stands(complaints.where(in_a_joint, goes_on))
only_joints_hurt = joint_hurts & ~stands(complaints.where(goes_on, ~in_a_joint))

spinal_infection_suspected = criterion(
    "spinal_infection_suspected",
    # Where nothing but a joint of a limb hurts, the same signs are asked of the joint (joint_infection_suspected).
    met_when=any_of(
        known("red_flag_infection"),
        all_of(
            ~only_joints_hurt,
            danger(
                found=any_of(
                    surely(feverish), surely(bacteria_in_blood), surely(unremitting) & surely(prone_to_infection)
                ),
                no_if_absent=all_of(
                    infection_asked, any_of(feverish, bacteria_in_blood, all_of(unremitting, prone_to_infection))
                ),
                is_excluded=excluded(STERILE),
            ),
        ),
    ),
    label="Signs of an infection of the spine",
    ask="Any fever or blood-stream infection lately? Is there a new pain that never lets go, also at night, or an old "
    "one that grew much worse, in a patient whose spine was operated on or injected lately, whose immune defence is "
    "weak, or who injects drugs?",
)


# A joint that is infected: its own test answers it, and what was found before that test no longer counts.
STERILE_JOINT = "joint_infection_excluded"
fever_measured = temperature_since(STERILE_JOINT)
hot_and_swollen = transient("hot_swollen_joint", "red_flag_fever_days", STERILE_JOINT)
feverish_with_joint = any_of(
    surely(fever_measured.score >= parameter("fever_celsius")),
    transient("fever", "red_flag_fever_days", STERILE_JOINT),
)
new_in_a_joint = stands(
    complaints.where(in_a_joint, goes_on, complaint.true_on.within_last(parameter("hot_joint_days"), "days"))
)

joint_infection_suspected = criterion(
    "joint_infection_suspected",
    # Only a joint that began to hurt lately is asked about; fever raises it for any joint, where nothing else hurts.
    met_when=all_of(
        joint_hurts,
        any_of(
            surely(hot_and_swollen),
            all_of(
                only_joints_hurt,
                any_of(
                    surely(feverish_with_joint),
                    surely(transient("bacteraemia", "red_flag_answer_days", STERILE_JOINT)),
                    surely(answered("unremitting_pain", STERILE_JOINT)) & surely(prone_to_infection),
                ),
            ),
            all_of(new_in_a_joint, hot_and_swollen, ~excluded(STERILE_JOINT)),
        ),
    ),
    label="A hot, swollen joint, or fever in somebody in whom nothing but a joint hurts",
    ask="Is the painful joint hot, red or swollen, or too painful to move? Any fever?",
)


# After an operation or a needle at the spine: what was found at the wound, whoever looks at it.
wound_infected = any_of(
    transient("infection_at_site", "red_flag_fever_days", STERILE),
    stands(
        active_conditions.where(
            surely(condition.icd10.starts_with(parameter("infected_wound_icd10"))),
            ~surely(~since(STERILE, condition.true_on)),
        )
    ),
)
blood_inflamed = surely(
    measures.where(
        measure.instrument == "crp",
        measure.score.is_recorded(),
        measure.true_on.within_last(parameter("red_flag_fever_days"), "days"),
        since(STERILE, measure.true_on),
    )
    .latest()
    .score
    >= parameter("abnormal_crp")
)

infection_after_spine_work = criterion(
    "infection_after_spine_work",
    # The work counts once it stands in the chart, and the wound once somebody wrote down how it looks.
    met_when=all_of(
        stands(
            procedures.where(
                procedure.region.is_in(["cervical", "thoracic", "lumbar", "sacral"]),
                procedure.true_on.within_last(parameter("red_flag_spinal_procedure_days"), "days"),
            )
        ),
        any_of(surely(wound_infected), surely(feverish) & blood_inflamed),
    ),
    label="An infected wound, or fever with a raised CRP, after an operation or a needle at the spine",
    ask="Is the wound of the operation red, warm, open or wet, or is there fever? What is the CRP?",
)


# --- after a needle at the spine -----------------------------------------------------------------------------------

NO_BLEED = "bleed_at_cord_excluded"
NEW_BY_NAME = (
    "bowel_incontinence",
    "cauda_equina_signs",
    "gait_change",
    "hand_clumsiness",
    "pain_much_worse_lately",
    "progressive_bilateral_deficit",
    "progressive_deficit_signs",
    "progressive_weakness",
    "saddle_anaesthesia",
    "unremitting_pain",
    "urinary_incontinence",
    "urinary_retention",
)
MAY_BE_OLD = ("leg_weakness", "muscle_weakness")
spine_needles = procedures.where(
    any_of(
        surely(procedure.region.is_in(["cervical", "thoracic", "lumbar", "sacral"])),
        surely(procedure.kind.is_in(parameter("red_flag_needles"))),
    ),
    procedure.true_on.within_last(parameter("red_flag_needle_days"), "days"),
)
needle_day = spine_needles.latest().true_on


def signs_found(codes: tuple[str, ...], when: Truth) -> Truth:
    """One of these signs stands in the chart as found at such a time. Never unknown."""
    return stands(findings.where(finding.code.is_in(codes), surely(finding.present), surely(when)))


# A sign of the needle's own day may be from before it, and a weakness that was there before may have grown: those are
# asked about, not raised.
not_cleared = since(NO_BLEED, finding.true_on)
after_the_needle = finding.true_on > needle_day
weak_anew = all_of(
    signs_found(MAY_BE_OLD, after_the_needle & not_cleared),
    ~signs_found(MAY_BE_OLD, ~surely(after_the_needle)),
)
asked_after_needle = (
    findings.where(finding.code == "signs_after_spine_needle", finding.true_on >= needle_day, not_cleared)
    .latest()
    .present
)

bleed_at_cord_suspected = criterion(
    "bleed_at_cord_suspected",
    # A needle counts once it stands in the chart with its day: nobody else is asked.
    met_when=all_of(
        stands(spine_needles),
        danger(
            found=any_of(
                surely(asked_after_needle), signs_found(NEW_BY_NAME, after_the_needle & not_cleared), weak_anew
            ),
            no_if_absent=asked_after_needle,
            is_excluded=surely(
                findings.where(finding.code == NO_BLEED, finding.true_on >= needle_day).latest().present
            ),
        ),
    ),
    label="A new weakness, numbness, bladder trouble or severe pain within days of a needle at the spine",
    ask="Since the needle at the spine: any new weakness or spreading numbness of a leg or arm, trouble with bladder "
    "or bowel, or severe new pain of back or neck? Was any of it there before?",
)


# --- a new headache ------------------------------------------------------------------------------------------------

NO_ARTERITIS = "giant_cell_arteritis_excluded"
in_the_head = complaint.region.is_in(parameter("headache_regions"))
head_hurts_anew = stands(
    complaints.where(
        in_the_head,
        complaint.true_on.within_last(parameter("new_headache_weeks"), "weeks"),
        goes_on,
        since(NO_ARTERITIS, complaint.true_on),
    )
)
hurts_elsewhere = stands(complaints.where(~in_the_head, goes_on))

NO_BRAIN_BLEED = "brain_bleed_excluded"
at_its_worst_at_once = answered("thunderclap_headache", NO_BRAIN_BLEED)
# Written down of these days: of an older one it may be another pain that began suddenly.
began_at_once = transient("sudden_onset_pain", "sudden_headache_days", NO_BRAIN_BLEED)

sudden_headache_suspected = criterion(
    "sudden_headache_suspected",
    # Only a headache of these days is asked about: an older one was survived.
    met_when=all_of(
        stands(
            complaints.where(
                in_the_head,
                complaint.true_on.within_last(parameter("sudden_headache_days"), "days"),
                goes_on,
                since(NO_BRAIN_BLEED, complaint.true_on),
            )
        ),
        danger(
            found=any_of(surely(at_its_worst_at_once), surely(began_at_once)),
            no_if_absent=at_its_worst_at_once,
            is_excluded=excluded(NO_BRAIN_BLEED),
        ),
    ),
    label="A new headache that began at one moment",
    ask="Did this headache come at one moment and reach its worst within a minute or two?",
)


# --- the heart -----------------------------------------------------------------------------------------------------

NO_HEART = "heart_excluded"
pressing_anew = complaints.where(
    complaint.region.is_in(parameter("heart_regions")),
    complaint.quality.shares(["pressing"]),
    goes_on,
    complaint.true_on.within_last(parameter("new_heart_pain_days"), "days"),
    since(NO_HEART, complaint.true_on),
)
on_exertion = answered("pressing_pain_on_exertion", NO_HEART)

heart_pain_suspected = criterion(
    "heart_pain_suspected",
    # A pressing pain of these weeks is asked about; once exertion brings it on, the heart comes first.
    met_when=all_of(
        stands(pressing_anew),
        danger(
            found=any_of(
                surely(on_exertion), stands(pressing_anew.where(complaint.aggravated_by.shares(["walking", "stairs"])))
            ),
            no_if_absent=on_exertion,
            is_excluded=excluded(NO_HEART),
        ),
    ),
    label="A new, pressing pain of chest, shoulder, arm or jaw that exertion brings on",
    ask="Does walking or climbing stairs bring this pressing pain on, and rest ease it? Breathless, sweating or sick "
    "with it?",
)


# --- the veins of the leg ------------------------------------------------------------------------------------------

NO_CLOT = "leg_clot_excluded"
calf_hurts_anew = stands(
    complaints.where(
        complaint.region.is_in(parameter("calf_regions")),
        goes_on,
        complaint.true_on.within_last(parameter("new_calf_pain_days"), "days"),
        since(NO_CLOT, complaint.true_on),
    )
)
leg_swollen = answered("one_leg_swollen", NO_CLOT)
lay_still = any_of(
    transient("bedridden_or_leg_in_a_cast", "operation_before_a_clot_weeks", NO_CLOT, unit="weeks"),
    stands(
        procedures.where(
            any_of(
                surely(procedure.kind.starts_with(parameter("operations_before_a_clot"))),
                surely(procedure.code.is_in(parameter("operation_codes_before_a_clot"))),
            ),
            procedure.true_on.within_last(parameter("operation_before_a_clot_weeks"), "weeks"),
        )
    ),
)

leg_clot_suspected = criterion(
    "leg_clot_suspected",
    # Only a pain of the calf that began lately is asked about.
    met_when=all_of(
        calf_hurts_anew,
        danger(
            found=any_of(surely(leg_swollen), surely(lay_still)),
            no_if_absent=any_of(leg_swollen, lay_still),
            is_excluded=excluded(NO_CLOT),
        ),
    ),
    label="A new pain of the calf with a swollen leg, or after an operation, bed rest or a cast",
    ask="Is one leg swollen? Was there an operation, bed rest or a cast of the leg in the last three months?",
)


# --- an infected device ------------------------------------------------------------------------------------------

CLEAN = "implant_infection_excluded"
implanted_lately = stands(
    procedures.where(
        procedure.kind.is_in(parameter("red_flag_implants")),
        procedure.true_on.within_last(parameter("red_flag_implant_days"), "days"),
    )
)
device_carried = stands(
    devices.where(device.kind.is_in(parameter("nerve_stimulators_and_pumps")), ~surely(device.until < as_of))
)
site_infected = transient("infection_at_site", "red_flag_fever_days", CLEAN)
feverish_since = any_of(
    surely(temperature.score >= parameter("fever_celsius")) & ~excluded(CLEAN),
    transient("fever", "red_flag_fever_days", CLEAN),
)

device_infection_suspected = criterion(
    "device_infection_suspected",
    # Of those who carry one only the newly implanted are asked: later the wound has healed.
    met_when=any_of(
        all_of(any_of(device_carried, implanted_lately), surely(site_infected)),
        all_of(
            implanted_lately,
            danger(
                found=surely(feverish_since),
                no_if_absent=any_of(feverish_since, site_infected),
                is_excluded=excluded(CLEAN),
            ),
        ),
    ),
    label="Fever, or an inflamed wound or pocket, with a stimulator or pump",
    ask="Since the implant: any fever or chills, and are wound and pocket red, warm, swollen or wet?",
)


# --- a pump that stops -----------------------------------------------------------------------------------------------

RUNS = "pump_found_running"
pump_carried = stands(
    devices.where(
        device.kind.is_in(parameter("drug_pumps")), ~surely(device.until < as_of), ~surely(device.true_on > as_of)
    )
)
withdraws = transient("pump_withdrawal_signs", "pump_failure_days", RUNS)
failure_listed = stands(
    active_conditions.where(
        surely(condition.icd10.starts_with(parameter("pump_failure_icd10"))),
        any_of(
            ~condition.true_on.is_recorded(),
            surely(condition.true_on.within_last(parameter("pump_failure_days"), "days")),
        ),
        ~surely(~since(RUNS, condition.true_on)),
    )
)

pump_withdrawal_suspected = criterion(
    "pump_withdrawal_suspected",
    met_when=all_of(
        pump_carried, any_of(failure_listed, surely(withdraws), all_of(withdraws, ~excluded(RUNS, "pump_failure_days")))
    ),
    label="A pump for medicine at the spinal cord that may have stopped, or signs of withdrawal",
    ask="With the pump: does it sound an alarm, was a refill missed, or is there new itching, sweating, agitation, "
    "fever, confusion, or more spasm or pain?",
)


# --- the vessels of the leg ----------------------------------------------------------------------------------------

MEASURED = "leg_ischaemia_assessed"
leg_hurts = stands(complaints.where(complaint.region.is_in(parameter("leg_regions")), goes_on))
rests_badly = answered("leg_rest_pain_or_ulcer", MEASURED)

leg_ischaemia_suspected = criterion(
    "leg_ischaemia_suspected",
    # Only where the vessels are known to be narrow, or a sign of it was found, is more asked.
    met_when=any_of(
        known("limb_ischaemia") & ~excluded(MEASURED),
        all_of(
            leg_hurts,
            any_of(known("leg_vessels"), surely(rests_badly)),
            danger(found=surely(rests_badly), no_if_absent=rests_badly, is_excluded=excluded(MEASURED)),
        ),
    ),
    label="Narrowed vessels of the leg with pain at rest, a sore or gangrene",
    ask="With narrowed vessels: does the foot hurt at rest or at night, is there a sore, and can the pulses of both "
    "feet be felt?",
)


# --- a replaced joint ----------------------------------------------------------------------------------------------

SOUND_JOINT = "prosthetic_infection_excluded"


def replaced_and_hurting(joint: str) -> Truth:
    """This joint is replaced, and hurts, on one side at least. Never unknown."""
    replaced = active_conditions.where(surely(condition.icd10.starts_with(parameter(f"replaced_{joint}_icd10"))))
    hurting = complaints.where(complaint.region.is_in(parameter(f"{joint}_regions")), goes_on)
    return any_of(
        *(
            stands(replaced.where(surely(condition.icd10.is_in(parameter(f"replaced_on_the_{side}_icd10")))))
            & stands(hurting.where(~surely(complaint.side == other)))
            for side, other in (("left", "right"), ("right", "left"))
        )
    )


replaced_joint_hurts = criterion(
    "replaced_joint_hurts",
    met_when=any_of(*(replaced_and_hurting(joint) for joint in ("knee", "hip", "shoulder"))) & ~excluded(SOUND_JOINT),
    label="A replaced joint hurts, and nobody has excluded that it is infected or loose",
    ask="Has the surgeon of the replaced joint excluded infection and loosening since this pain began?",
)


# --- malignancy ----------------------------------------------------------------------------------------------------

IMAGED = "spinal_malignancy_excluded"
no_tumour = excluded(IMAGED, "red_flag_malignancy_exclusion_days")
# Over or not: a cancer that is in remission is still a cancer in the history.
cancer_listed = conditions.where(
    any_of(
        surely(condition.code.is_in(parameter("red_flag_cancer_history_concepts"))),
        surely(condition.icd10.starts_with(parameter("red_flag_cancer_history_icd10"))),
    )
)
had_cancer = all_of(any_of(stands(cancer_listed), state("history_of_cancer")), ~no_tumour)
lost_weight = answered("weight_loss", IMAGED)
# The rate was studied in low back pain. Beside nothing but a new headache of that age it speaks for an inflamed artery.
arteritis_explains_rate = all_of(surely(older_than("giant_cell_arteritis_age")), head_hurts_anew, ~hurts_elsewhere)
# Nor beside nothing but both shoulders, and the hips, of that age: it is how polymyalgia begins.
shoulders_hurt = complaint.region.is_in(parameter("shoulder_regions"))
both_shoulders_hurt = stands(complaints.where(goes_on, shoulders_hurt, complaint.side == "both"))
in_a_girdle = any_of(shoulders_hurt, complaint.region.is_in(parameter("hip_girdle_regions")))
hurts_beside_girdles = stands(complaints.where(goes_on, ~in_a_girdle))
polymyalgia_explains_rate = all_of(surely(older_than("polymyalgia_age")), both_shoulders_hurt, ~hurts_beside_girdles)
rate_is_high = all_of(surely(state("esr_50_or_more", IMAGED)), ~arteritis_explains_rate, ~polymyalgia_explains_rate)

spinal_malignancy_suspected = criterion(
    "spinal_malignancy_suspected",
    met_when=any_of(
        known("red_flag_malignancy"),
        danger(
            found=any_of(surely(had_cancer), surely(lost_weight), rate_is_high),
            no_if_absent=any_of(had_cancer, lost_weight),
            is_excluded=no_tumour,
        ),
    ),
    label="Cancer in the history, unexplained weight loss or a very high sedimentation rate",
    ask="Has the patient ever had cancer, or lost weight without trying?",
)


said_to_be_the_pain = statements.where(
    statement.kind == "working_diagnosis",
    statement.about.is_in(parameter("cancer_pain_sources")),
    statement.text.is_recorded(),
)

cancer_pain_is_known = criterion(
    "cancer_pain_is_known",
    # A cancer in the bone is no proof that this pain comes from it: somebody has to have said so.
    met_when=any_of(known("cancer_pain"), surely(said_to_be_the_pain.latest().says)),
    label="The cancer that causes the pain is known",
    ask="Is it known that this pain comes from a cancer, and from which?",
)


leg_is_weak = answered("leg_weakness", ASSESSED)
on_hyperreflexia = state("hyperreflexia", ASSESSED)
cancer_on_record = any_of(stands(cancer_listed), surely(state("history_of_cancer")))
asked_about_cord = all_of(deficit_asked, any_of(*deficit_signs))
asked_about_cauda = all_of(cauda_asked, any_of(*cauda_signs))

tumour_at_cord_suspected = criterion(
    "tumour_at_cord_suspected",
    # A cancer counts once it stands in the chart; whether there was one is asked for the flag of a malignancy.
    met_when=all_of(
        cancer_on_record,
        danger(
            found=any_of(
                *(surely(sign) for sign in (deficit_asked, *deficit_signs, cauda_asked, *cauda_signs)),
                surely(leg_is_weak),
                surely(on_hyperreflexia),
            ),
            no_if_absent=any_of(asked_about_cord, asked_about_cauda, leg_is_weak),
            is_excluded=any_of(excluded(ASSESSED), excluded(IMAGED)),
        ),
    ),
    label="Weakness, unsteady walking, or trouble with bladder or bowel in somebody who has or had cancer",
    ask="With a cancer in the history: is an arm or leg weak or numb, is walking unsteady, are there new troubles with "
    "bladder or bowel? Test the strength of both legs, the reflexes and the walk.",
)


pain_worse_lying_flat = criterion(
    "pain_worse_lying_flat",
    met_when=danger(
        found=surely(state("pain_worse_lying", IMAGED)),
        no_if_absent=answered("pain_worse_lying", IMAGED),
        is_excluded=no_tumour,
    ),
    label="Pain that is worse lying flat and better upright",
    ask="Is the pain worse lying flat than standing, or does it drive the patient out of bed?",
)


# --- fracture ------------------------------------------------------------------------------------------------------

SOUND = "vertebral_fracture_excluded"
severe_injury = answered("severe_trauma", SOUND)
long_on_steroids = answered("prolonged_corticosteroids", SOUND)
began_suddenly = any_of(answered("sudden_onset_pain", SOUND), surely(state("minor_trauma", SOUND)))
thin_bones = any_of(
    known("red_flag_osteoporosis"),
    state("osteoporosis"),
    older_than("red_flag_fracture_age"),
)
prone_to_break = any_of(thin_bones, state("bone_stress_risk"))
bone_tender = state("focal_bone_tenderness", SOUND)

vertebral_fracture_suspected = criterion(
    "vertebral_fracture_suspected",
    met_when=any_of(
        known("red_flag_fracture"),
        danger(
            found=any_of(
                surely(severe_injury),
                surely(state("contusion_or_abrasion", SOUND)),
                surely(long_on_steroids),
                surely(began_suddenly) & surely(thin_bones),
                surely(bone_tender) & surely(prone_to_break),
            ),
            no_if_absent=any_of(severe_injury, long_on_steroids, all_of(began_suddenly, thin_bones)),
            is_excluded=excluded(SOUND),
        ),
    ),
    label="A broken bone of the spine or sacrum, or reason to think of one",
    ask="Did the pain begin with an injury or at one moment? Was cortisone taken for months, or osteoporosis found? "
    "Does one bone hurt on pressure in somebody who had stress fractures?",
)


# --- aorta ---------------------------------------------------------------------------------------------------------

WIDTH_NORMAL = "aortic_aneurysm_excluded"
unmoved_by_movement = answered("new_nonmechanical_pain", WIDTH_NORMAL)
is_man = any_of(
    stands(patients.where(patient.sex == "male")),
    ~stands(patients.where(patient.sex == "female")) & state("male"),
)
at_risk = all_of(older_than("red_flag_aneurysm_age"), any_of(is_man, state("current_smoker")))

aortic_aneurysm_suspected = criterion(
    "aortic_aneurysm_suspected",
    met_when=any_of(
        known("red_flag_aneurysm") & ~excluded(WIDTH_NORMAL) & ~excluded("aortic_aneurysm_assessed"),
        danger(
            found=any_of(
                surely(state("aorta_widened_on_palpation", WIDTH_NORMAL)),
                surely(unmoved_by_movement) & surely(at_risk),
            ),
            no_if_absent=all_of(unmoved_by_movement, at_risk),
            is_excluded=excluded(WIDTH_NORMAL),
        ),
    ),
    label="A known aneurysm of the aorta, or pain that could come from one",
    ask="Is this a new pain in the back or flank that neither movement nor position changes? Does the patient smoke?",
)


# --- giant cell arteritis ------------------------------------------------------------------------------------------

chewing_hurts = answered("jaw_claudication", NO_ARTERITIS)
sight_disturbed = answered("new_visual_disturbance", NO_ARTERITIS)
scalp_tender = answered("scalp_tenderness", NO_ARTERITIS)
arteritis_asked = answered("giant_cell_arteritis_signs", NO_ARTERITIS)
crp_high = measures.where(
    measure.instrument == "crp",
    measure.score.is_recorded(),
    measure.true_on.within_last(parameter("red_flag_answer_days"), "days"),
    since(NO_ARTERITIS, measure.true_on),
).latest().score >= parameter("giant_cell_arteritis_crp")
inflamed = any_of(
    surely(crp_high),
    surely(state("esr_50_or_more", NO_ARTERITIS)),
    ~crp_high.is_recorded() & answered("esr_50_or_more", NO_ARTERITIS),
)

giant_cell_arteritis_suspected = criterion(
    "giant_cell_arteritis_suspected",
    met_when=all_of(
        older_than("giant_cell_arteritis_age"),
        danger(
            found=any_of(
                surely(chewing_hurts),
                surely(arteritis_asked),
                surely(state("temporal_artery_abnormal", NO_ARTERITIS)),
                head_hurts_anew & any_of(surely(sight_disturbed), surely(scalp_tender), surely(inflamed)),
            ),
            no_if_absent=any_of(
                all_of(arteritis_asked, any_of(chewing_hurts, sight_disturbed, scalp_tender)),
                head_hurts_anew & inflamed,
            ),
            is_excluded=excluded(NO_ARTERITIS),
        ),
    ),
    label="A new headache from the age of 50 with signs of an inflamed artery",
    ask="Is the headache new? Does chewing hurt or tire the jaw, is the scalp tender, has sight changed? What are CRP "
    "and the sedimentation rate?",
)


# --- suicide -------------------------------------------------------------------------------------------------------

suicidal_thoughts_reported = criterion(
    "suicidal_thoughts_reported",
    met_when=answered("suicidal_thoughts"),
    label="Thoughts of suicide",
    ask="Pain can make life feel not worth living. Are there thoughts of ending it?",
)
