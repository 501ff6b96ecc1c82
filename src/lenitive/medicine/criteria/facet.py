"""Facet joints and the medial branches that supply them: blocks as tests, injections as treatment, ablation."""

from __future__ import annotations

from lenitive.medicine.criteria.families import (
    ANTERIOR_FUSIONS,
    FACET_ABLATION,
    FACET_BLOCK,
    FACET_CYST_RUPTURE,
    FACET_JOINT_INJECTION,
    HIGH_PROCEDURES,
    LOW_PROCEDURES,
    MEDIAL_BRANCH_BLOCK,
)
from lenitive.medicine.criteria.phrases import (
    by_region,
    covers_request,
    diagnosed,
    each_side,
    finding,
    findings,
    found,
    in_family,
    known_to_be,
    may_be_on_side,
    may_cover_request,
    on_record,
    procedure,
    procedures,
    relief,
    relief_held,
    relief_reached,
    reported,
    reports_of,
    reports_so_far,
    request_is_high,
    request_is_low,
    stands,
    stated,
    surely,
    unless_stated,
    was_scored,
)
from lenitive.rules.language import RowSet, Truth, all_of, any_of, as_of, criterion, parameter, request, rows

JOINT_INJECTIONS = FACET_JOINT_INJECTION.low + FACET_JOINT_INJECTION.high
BRANCH_BLOCKS = MEDIAL_BRANCH_BLOCK.low + MEDIAL_BRANCH_BLOCK.high

statements = rows("statement")
statement = statements.columns

# --- what must not be the cause ------------------------------------------------------------------------------------

root_is_affected = by_region(
    any_of(
        stands(diagnosed("radicular_conditions_lumbar", "radicular_codes_lumbar")),
        found("radicular_symptoms_lumbar"),
        found("claudication_symptoms"),
    ),
    any_of(
        stands(diagnosed("radicular_conditions_cervicothoracic", "radicular_codes_cervicothoracic")),
        found("radicular_symptoms_cervicothoracic"),
    ),
)

untreated_radiculopathy = criterion(
    "untreated_radiculopathy",
    met_when=all_of(
        root_is_affected,
        ~stands(findings.where(finding.code.is_in(parameter("facet_cyst_imaging")), finding.present)),
        ~on_record("radiculopathy_treated"),
    ),
    label="Radiculopathy or neurogenic claudication that is not treated and not caused by a facet cyst",
    ask="Does pain run down a limb or come on with walking? If so, was it treated, or does a facet cyst cause it?",
)

other_causes = diagnosed("other_spinal_causes", "other_spinal_codes")

DANGERS_TO_EXCLUDE = ("vertebral_fracture_excluded", "spinal_malignancy_excluded", "spinal_infection_excluded")


def excluded_by_a_test(name: str) -> Truth:
    """A finding says that a test excluded a danger; false if none says so, for there are other ways to know."""
    return stands(findings.where(finding.code == name, finding.present))


other_cause_excluded = criterion(
    "other_cause_excluded",
    met_when=all_of(
        ~stands(other_causes),
        unless_stated(
            "other_cause_excluded",
            any_of(~other_causes.exist(), all_of(*(excluded_by_a_test(name) for name in DANGERS_TO_EXCLUDE))),
        ),
    ),
    label="Assessment or imaging shows no fracture, tumour, infection or major deformity that explains the pain",
    ask="Do history, examination or imaging point to a fracture, tumour, infection or deformity?",
)

generalised_pain = criterion(
    "generalised_pain",
    met_when=diagnosed("generalised_pain_conditions", "generalised_pain_codes").exist(),
    label="A generalised or centralised pain condition stands on the problem list",
    ask="Is there a generalised pain condition such as fibromyalgia?",
)

anterior_fusions = procedures.complete_if_asked("spine_surgery").where(
    any_of(
        procedure.kind.starts_with(ANTERIOR_FUSIONS),
        surely(procedure.code.is_in(parameter("anterior_fusion_codes"))),
    )
)

anterior_lumbar_fusion = criterion(
    "anterior_lumbar_fusion",
    met_when=any_of(stands(anterior_fusions), unless_stated("anterior_lumbar_fusion", anterior_fusions.exist())),
    label="An anterior lumbar interbody fusion was done",
    ask="Was the spine ever fused? From the front, and at which levels?",
)

# --- which policy: first block, second block, treatment, ablation --------------------------------------------------

is_treatment = any_of(
    known_to_be(request.intent, "therapeutic"),
    request.kind.is_in(JOINT_INJECTIONS) & ~known_to_be(request.intent, "diagnostic"),
)

blocks = procedures.complete_if_asked("facet").where(
    in_family(FACET_BLOCK),
    ~surely(procedure.intent == "therapeutic"),
    procedure.true_on < as_of,
)
"""Earlier diagnostic blocks of the region; a block without a stated intent counts as a test."""

ablations = procedures.complete_if_asked("facet").where(in_family(FACET_ABLATION), procedure.true_on < as_of)

at_site = may_cover_request(procedure.levels) & may_be_on_side(procedure.side)
last_ablation_of_site = ablations.where(at_site).latest()
blocks_of_site = blocks.where(
    at_site,
    any_of(~last_ablation_of_site.true_on.is_recorded(), procedure.true_on > last_ablation_of_site.true_on),
)
"""Blocks that may have been at a level and side asked for, since the last ablation there."""

is_second = stands(blocks_of_site.where(procedure.true_on > as_of.before(parameter("block_lookback_months"), "months")))

facet_injection_is_treatment = criterion(
    "facet_injection_is_treatment",
    met_when=is_treatment,
    label="The facet block or injection is a treatment; an injection into the joint is, unless the request says test",
    ask="Is the injection meant as a test or as a treatment?",
)

facet_block_is_first = criterion(
    "facet_block_is_first",
    met_when=~is_treatment & ~is_second,
    label="A diagnostic block, and none of the last months stands in the chart for these levels",
    ask="Were these facet nerves or joints blocked before?",
)

facet_block_is_second = criterion(
    "facet_block_is_second",
    met_when=~is_treatment & is_second,
    label="A diagnostic block that follows an earlier one at these levels",
    ask="Were these facet nerves or joints blocked before?",
)

treatments_before = procedures.complete_if_asked("facet").where(
    in_family(FACET_BLOCK), procedure.intent == "therapeutic", procedure.true_on < as_of
)

facet_treatment_is_first = criterion(
    "facet_treatment_is_first",
    met_when=is_treatment & ~stands(treatments_before.where(at_site)),
    label="A facet injection as treatment, and no earlier one stands in the chart for these levels",
    ask="Were facet injections given as treatment before?",
)

facet_treatment_is_repeat = criterion(
    "facet_treatment_is_repeat",
    met_when=is_treatment & stands(treatments_before.where(at_site)),
    label="A facet injection as treatment that follows an earlier one at these levels",
    ask="Were facet injections given as treatment before?",
)

ablation_is_repeat = stands(ablations.where(at_site))

facet_ablation_is_first = criterion(
    "facet_ablation_is_first",
    met_when=~ablation_is_repeat,
    label="No earlier ablation stands in the chart for these levels",
    ask="Were these facet nerves ablated before?",
)

facet_ablation_is_repeat = criterion(
    "facet_ablation_is_repeat",
    met_when=ablation_is_repeat,
    label="An earlier ablation stands in the chart for these levels",
    ask="Were these facet nerves ablated before?",
)

# --- blocks --------------------------------------------------------------------------------------------------------

is_positive = relief_reached("min_relief_percent") & relief.concordant
"""Enough relief, for as long as the local anaesthetic explains."""


def blocks_reaching(sides: tuple[str, ...]) -> RowSet:
    """Blocks of every level asked for, on a side."""
    return blocks.where(procedure.side.is_in(sides), covers_request(procedure.levels))


def last_block_was_positive(sides: tuple[str, ...]) -> Truth:
    """What was reported after the last block on a side."""
    last = blocks_reaching(sides).latest()
    return reported(reports_of(last), is_positive)


def block_before_last_was_positive(sides: tuple[str, ...]) -> Truth:
    """What was reported after the block before that."""
    done = blocks_reaching(sides)
    last = done.latest()
    before = done.where(procedure.true_on < last.true_on).latest()
    return reported(reports_of(before), is_positive)


latest_block_positive = criterion(
    "latest_block_positive",
    met_when=each_side(last_block_was_positive),
    label="The last block of these levels and side relieved enough, for as long as the drug lasts",
    ask="How much relief did the last block give, on one scale, and for how many hours? Does that fit the drug?",
)

block_before_latest_positive = criterion(
    "block_before_latest_positive",
    met_when=each_side(block_before_last_was_positive),
    label="The block before the last one, of the same levels and side, relieved enough too",
    ask="How much relief did the block before the last one give, and for how many hours?",
)

latest_block_was_scored = criterion(
    "latest_block_was_scored",
    met_when=each_side(lambda sides: was_scored(blocks_reaching(sides).latest())),
    label="Pain was scored before and after the last block on one named scale",
    ask="Which scale was used for the last block, and what were the scores before and after?",
)

same_levels_and_side_as_block = criterion(
    "same_levels_and_side_as_block",
    met_when=each_side(
        lambda sides: reported(blocks_of_site, procedure.side.is_in(sides) & covers_request(procedure.levels))
    ),
    label="The second block is at the same levels and side as the first",
    ask="Which levels and side were blocked the first time?",
)

block_interval_kept = criterion(
    "block_interval_kept",
    met_when=any_of(
        blocks_of_site.latest().true_on <= as_of.before(parameter("min_interval_days"), "days"),
        on_record("shorter_interval_needed"),
    ),
    label="Enough days lie between the two blocks, or the exception is written down",
    ask="When was the last block, and if this one is earlier than usual, why?",
)

in_window = procedure.true_on > as_of.before(parameter("window_months"), "months")

diagnostic_facet_sessions_are_left = criterion(
    "diagnostic_facet_sessions_are_left",
    met_when=procedures.complete_if_asked("facet")
    .where(
        in_family(FACET_BLOCK),
        in_window,
        procedure.true_on < as_of,
        procedure.intent == "diagnostic",
    )
    .count_days()
    < parameter("max_sessions"),
    label="Fewer diagnostic facet sessions in this region in the rolling window than the payer allows",
    ask="Which facet blocks did the patient have in the last twelve months, here or elsewhere, and were they tests?",
)

therapeutic_facet_sessions_are_left = criterion(
    "therapeutic_facet_sessions_are_left",
    met_when=procedures.complete_if_asked("facet")
    .where(
        in_family(FACET_BLOCK),
        in_window,
        procedure.true_on < as_of,
        procedure.intent == "therapeutic",
    )
    .count_days()
    < parameter("max_sessions"),
    label="Fewer therapeutic facet sessions in this region in the rolling window than the payer allows",
    ask="Which facet injections did the patient have in the last twelve months, here or elsewhere?",
)

facet_sessions_of_any_intent_are_left = criterion(
    "facet_sessions_of_any_intent_are_left",
    met_when=procedures.complete_if_asked("facet")
    .where(in_family(FACET_BLOCK), in_window, procedure.true_on < as_of)
    .count_days()
    < parameter("max_sessions"),
    label="Fewer facet sessions of either kind in this region in the rolling window than the payer may allow in all",
    ask="Which facet injections did the patient have in the last twelve months, here or elsewhere?",
)

usual_number_of_blocks_not_reached = criterion(
    "usual_number_of_blocks_not_reached",
    met_when=blocks_of_site.count_days() < parameter("usual_max_blocks"),
    label="No more diagnostic blocks at these levels than usual",
    ask="How often were these levels blocked as a test?",
)


def about_ablation() -> Truth:
    """About nothing in particular, about this request, or about ablation in its region."""
    return any_of(
        ~statement.about.is_recorded(),
        statement.about == request.kind,
        request_is_low & statement.about.is_in(FACET_ABLATION.low),
        request_is_high & statement.about.is_in(FACET_ABLATION.high),
    )


plan_is_ablation = criterion(
    "plan_is_ablation",
    met_when=stated("plan_is_ablation", about_ablation()),
    label="Ablation of the same nerves is the intended next step if the blocks are positive",
    ask="If the blocks are positive, is ablation of the same nerves planned?",
)

medial_branch_block_or_reason = criterion(
    "medial_branch_block_or_reason",
    met_when=any_of(
        ~request.kind.is_in(JOINT_INJECTIONS),
        stated("medial_branch_block_not_possible"),
    ),
    label="The block is of the medial branches, or a reason to block the joint instead is written down",
    ask="Why is the joint to be blocked rather than its nerves?",
)

site_was_ablated_with_success = criterion(
    "site_was_ablated_with_success",
    met_when=all_of(
        stands(ablations.where(at_site)),
        reported(reports_of(last_ablation_of_site), relief_reached("min_relief_percent")),
        ~all_of(
            surely(last_ablation_of_site.true_on <= as_of.before(parameter("retest_after_years"), "years")),
            on_record("pain_source_in_doubt"),
        ),
    ),
    label="These levels were ablated with success, and no later doubt about the source calls for a new test",
    ask="Were these nerves ablated before, did it help, and why is the source of the pain in doubt now?",
)

# --- treatment in place of ablation --------------------------------------------------------------------------------


blocks_of_the_joint_count = ~request.kind.is_in(FACET_ABLATION.low + FACET_ABLATION.high)
"""For ablation only blocks of the nerves count; for injections as treatment, blocks of the joint count too."""


def positive_blocks(sides: tuple[str, ...]) -> Truth:
    """Enough sessions with a positive report on a side, of all levels asked for."""
    block = relief.of("procedure")
    sessions = (
        reports_so_far.complete_if_asked("facet")
        .where(
            any_of(
                block.kind.is_in(BRANCH_BLOCKS),
                blocks_of_the_joint_count & block.kind.is_in(JOINT_INJECTIONS),
            ),
            by_region(
                block.kind.is_in(LOW_PROCEDURES),
                block.kind.is_in(HIGH_PROCEDURES),
            ),
            ~surely(block.intent == "therapeutic"),
            block.true_on < as_of,
            block.side.is_in(sides),
            covers_request(block.levels),
            is_positive,
        )
        .count_distinct(block.true_on)
    )
    return all_of(sessions >= parameter("min_blocks"), blocks_reaching(sides).count_days() >= parameter("min_blocks"))


enough_positive_blocks = criterion(
    "enough_positive_blocks",
    met_when=each_side(positive_blocks),
    label="Enough blocks of these levels and side each relieved enough, for as long as the drug lasts",
    ask="Which blocks were done at these levels and side, how much relief did each give, and for how long?",
)

ablation_not_possible = criterion(
    "ablation_not_possible",
    met_when=stated("ablation_not_possible", about_ablation()),
    label="The reason why this patient cannot have an ablation is written down",
    ask="Why can this patient not have an ablation (for example pseudarthrosis, an implanted electrical device)?",
)

# --- did the last one help? ----------------------------------------------------------------------------------------


def last_one_relieved(done: RowSet) -> Truth:
    """After the last of these at the levels and side asked for, enough pain went away for long enough."""

    def on_side(sides: tuple[str, ...]) -> Truth:
        last = done.where(procedure.side.is_in(sides), covers_request(procedure.levels)).latest()
        return reported(reports_of(last), relief_reached("min_relief_percent") & relief_held)

    return each_side(on_side)


def last_one_improved_function(done: RowSet) -> Truth:
    """After the last of these at the levels and side asked for, function was enough better for long enough."""

    def on_side(sides: tuple[str, ...]) -> Truth:
        last = done.where(procedure.side.is_in(sides), covers_request(procedure.levels)).latest()
        return reported(
            reports_of(last),
            (relief.function_percent >= parameter("min_function_percent")) & relief_held,
        )

    return each_side(on_side)


last_ablation_relieved = criterion(
    "last_ablation_relieved",
    met_when=last_one_relieved(ablations),
    label="The last ablation of these levels and side relieved enough, for long enough",
    ask="How much of the pain went away after the last ablation, and for how many months (scores with dates)?",
)

last_ablation_improved_function = criterion(
    "last_ablation_improved_function",
    met_when=last_one_improved_function(ablations),
    label="The last ablation of these levels and side improved function enough, for long enough",
    ask="How much better were painful movements and daily activities after the last ablation, and for how long?",
)

last_facet_treatment_relieved = criterion(
    "last_facet_treatment_relieved",
    met_when=last_one_relieved(treatments_before),
    label="The last facet injection given as treatment relieved enough, for long enough",
    ask="How much of the pain went away after the last facet injection, and for how many months?",
)

last_facet_treatment_improved_function = criterion(
    "last_facet_treatment_improved_function",
    met_when=last_one_improved_function(treatments_before),
    label="The last facet injection given as treatment improved function enough, for long enough",
    ask="How much better were painful movements and daily activities after the last facet injection?",
)

ablation_sessions_are_left = criterion(
    "ablation_sessions_are_left",
    met_when=ablations.where(in_window).count_days() < parameter("max_sessions"),
    label="Fewer ablation sessions in this region in the rolling window than the payer allows (each day counts)",
    ask="Which ablations did the patient have in the last twelve months, here or elsewhere?",
)

ablation_interval_kept = criterion(
    "ablation_interval_kept",
    met_when=last_ablation_of_site.true_on <= as_of.before(parameter("min_interval_months"), "months"),
    label="Enough months lie between two ablations of these levels",
    ask="When were these nerves ablated last?",
)

source_is_sure_or_retested = criterion(
    "source_is_sure_or_retested",
    met_when=any_of(
        last_ablation_of_site.true_on > as_of.before(parameter("retest_after_years"), "years"),
        ~stated("pain_source_in_doubt"),
        stands(blocks_of_site),
    ),
    label="The last ablation was not long ago, or the source of the pain is not in doubt, or it was tested again",
    ask="Is it in doubt that the returned pain comes from the same joints? If so, was a block repeated?",
)

done_that_day = procedures.where(
    procedure.kind == request.kind,
    at_site,
    procedure.true_on == as_of,
    procedure.ablation_mode.is_recorded(),
)
"""The ablation asked for, where it was done and its record says how: the record then answers for the request."""

non_thermal_ablation_is_planned = criterion(
    "non_thermal_ablation_is_planned",
    met_when=any_of(
        stands(done_that_day.where(procedure.ablation_mode.is_in(parameter("non_thermal_methods")))),
        all_of(~stands(done_that_day), request.approach.is_in(parameter("non_thermal_methods"))),
    ),
    label="A method other than thermal radiofrequency is planned (pulsed, chemical, laser, cold)",
    ask="Which method, and which temperature, is planned for the ablation?",
)

# --- a cyst of the joint -------------------------------------------------------------------------------------------

imaging = findings.complete_if_asked("imaging")


def imaging_at_request(shows: Truth) -> Truth:
    """Imaging shows it at a level and on each side asked for; no, where it was looked for there and not found.

    A finding that is absent and names no level or side is absent everywhere; one that is present must say where.
    """

    def on_side(sides: tuple[str, ...]) -> Truth:
        is_there = finding.levels.shares(request.levels) & finding.side.is_in(sides)
        is_absent = all_of(
            surely(~finding.present),
            may_cover_request(finding.levels),
            ~finding.side.is_recorded() | finding.side.is_in(sides),
        )
        return reported(imaging.where(shows, any_of(is_absent, is_there)), finding.present)

    return each_side(on_side)


facet_cyst_at_request = criterion(
    "facet_cyst_at_request",
    met_when=imaging_at_request(finding.code.is_in(parameter("facet_cyst_imaging"))),
    label="Imaging shows a facet cyst at the level and on the side asked for",
    ask="Does MRI show a cyst of the facet joint at this level and side?",
)

root_compressed_at_request = criterion(
    "root_compressed_at_request",
    met_when=imaging_at_request(finding.code == "mri_nerve_root_compression"),
    label="Imaging shows a compressed or displaced root at the level and on the side asked for",
    ask="Does MRI show that the cyst presses on the root or pushes it aside, and at which level and side?",
)

cyst_ruptures = procedures.complete_if_asked("facet").where(
    procedure.kind.is_in(FACET_CYST_RUPTURE), procedure.true_on < as_of
)

facet_cyst_rupture_is_repeat = criterion(
    "facet_cyst_rupture_is_repeat",
    met_when=stands(cyst_ruptures.where(at_site)),
    label="An earlier rupture of a cyst stands in the chart for these levels",
    ask="Was a cyst of this joint ruptured or drained before?",
)

last_facet_cyst_rupture_relieved = criterion(
    "last_facet_cyst_rupture_relieved",
    met_when=last_one_relieved(cyst_ruptures),
    label="The last rupture of the cyst relieved enough, for long enough",
    ask="How much of the pain went away after the last rupture of the cyst, and for how many months?",
)

facet_cyst_ruptures_are_left = criterion(
    "facet_cyst_ruptures_are_left",
    met_when=cyst_ruptures.where(at_site).count_days() <= parameter("max_repeats"),
    label="The cyst of this level and side was not ruptured more often than may be repeated",
    ask="How often was a cyst of this joint ruptured or drained before, here or elsewhere?",
)
