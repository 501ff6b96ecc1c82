"""Dangers that act first and by rule: cauda equina, deficit, infection, tumour, fracture, aorta, arteritis, suicide.

Each criterion names a danger, so a safe answer is *not met*; it is *undocumented* until the questions were asked. A
sign that was found raises the danger whatever else is unknown. A no needs either the one question that sums the signs
up, answered no, or every sign looked for and absent, lately. A test that excludes the danger lowers the flag until
signs are recorded after it. No flag ever lowers a probability by being absent.
"""

from __future__ import annotations

from lenitive.medicine.criteria.phrases import condition, conditions, diagnosed, stands, surely
from lenitive.rules.language import Day, RowSet, Truth, all_of, any_of, as_of, criterion, parameter, rows

complaints = rows("complaint")
complaint = complaints.columns
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


def transient(code: str, days: str, cleared_by: str | None = None) -> Truth:
    """Whether a sign that passes (fever) was there in the last days; older records say nothing."""
    lately = finding.true_on.within_last(parameter(days), "days")
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
temperature = measures.where(
    measure.instrument == "temperature",
    measure.score.is_recorded(),
    measure.true_on.within_last(parameter("red_flag_fever_days"), "days"),
    since(STERILE, measure.true_on),
).latest()
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

spinal_infection_suspected = criterion(
    "spinal_infection_suspected",
    met_when=any_of(
        known("red_flag_infection"),
        danger(
            found=any_of(surely(feverish), surely(bacteria_in_blood), surely(unremitting) & surely(prone_to_infection)),
            no_if_absent=all_of(
                infection_asked, any_of(feverish, bacteria_in_blood, all_of(unremitting, prone_to_infection))
            ),
            is_excluded=excluded(STERILE),
        ),
    ),
    label="Signs of an infection of the spine",
    ask="Any fever or blood-stream infection lately? Is there a new pain that never lets go, also at night, or an old "
    "one that grew much worse, in a patient whose spine was operated on or injected lately, whose immune defence is "
    "weak, or who injects drugs?",
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

spinal_malignancy_suspected = criterion(
    "spinal_malignancy_suspected",
    met_when=any_of(
        known("red_flag_malignancy"),
        danger(
            found=any_of(surely(had_cancer), surely(lost_weight), surely(state("esr_50_or_more", IMAGED))),
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
    met_when=any_of(known("cancer_pain"), known("red_flag_malignancy"), surely(said_to_be_the_pain.latest().says)),
    label="The cancer that causes the pain is known",
    ask="Is it known that this pain comes from a cancer, and from which?",
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

NO_ARTERITIS = "giant_cell_arteritis_excluded"
chewing_hurts = answered("jaw_claudication", NO_ARTERITIS)
sight_disturbed = answered("new_visual_disturbance", NO_ARTERITIS)
scalp_tender = answered("scalp_tenderness", NO_ARTERITIS)
arteritis_asked = answered("giant_cell_arteritis_signs", NO_ARTERITIS)
head_hurts_anew = stands(
    complaints.where(
        complaint.region.is_in(parameter("headache_regions")),
        complaint.true_on.within_last(parameter("new_headache_weeks"), "weeks"),
        ~surely(complaint.until < as_of),
        since(NO_ARTERITIS, complaint.true_on),
    )
)
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
