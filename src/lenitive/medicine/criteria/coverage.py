"""What payers ask of any spinal injection request: guidance, levels, injectate, sedation, who decides."""

from __future__ import annotations

from lenitive.medicine.criteria.families import (
    HIGH_PROCEDURES,
    LOW_PROCEDURES,
    MEDIAL_BRANCH_BLOCK,
    NERVE_ROOT_BLOCKS,
)
from lenitive.medicine.criteria.phrases import (
    HIGH_LEVELS,
    LOW_LEVELS,
    by_region,
    diagnosed,
    on_record,
    procedure,
    procedures,
    request_is_low,
    stands,
    stated,
    surely,
)
from lenitive.rules.language import all_of, any_of, as_of, criterion, parameter, request, rows

INJECTIONS = tuple(sorted({*LOW_PROCEDURES, *HIGH_PROCEDURES}))

allergies = rows("allergy")
allergy = allergies.columns

guidance_is_accepted = criterion(
    "guidance_is_accepted",
    met_when=request.guidance.is_in(parameter("accepted_guidance")),
    label="The needle is guided in a way the payer accepts",
    ask="Which image guidance is planned?",
)

contrast_must_be_avoided = any_of(
    stands(
        allergies.where(allergy.substance.is_in(parameter("contrast_agents")), ~surely(~allergy.active)),
    ),
    stands(diagnosed("contrast_allergy_concepts", "contrast_allergy_icd10")),
    stands(diagnosed("pregnancy_concepts", "pregnancy_icd10")),
)

contrast_is_planned = criterion(
    "contrast_is_planned",
    met_when=any_of(request.contrast, contrast_must_be_avoided),
    label="Contrast is planned, or a reason against it stands in the chart",
    ask="Will contrast be injected? If not, what speaks against it (allergy, pregnancy)?",
)

level_count_is_within = criterion(
    "level_count_is_within",
    met_when=request.level_count <= parameter("max_levels"),
    label="No more levels in one session than the payer allows (two sides of one level are one level)",
    ask="Which levels are planned? Name joints and discs as segments (L4-5).",
)

request_is_one_sided = criterion(
    "request_is_one_sided",
    met_when=request.side != "both",
    label="The injection is not asked for on both sides",
    ask="On which side, or in the midline, is the injection planned?",
)

one_region_only = criterion(
    "one_region_only",
    met_when=by_region(
        ~request.levels.shares([level for level in HIGH_LEVELS if level not in LOW_LEVELS]),
        ~request.levels.shares([level for level in LOW_LEVELS if level not in HIGH_LEVELS]),
    ),
    label="All levels asked for lie in one spinal region",
    ask="Which levels are planned?",
)

sedation_is_light_or_justified = criterion(
    "sedation_is_light_or_justified",
    met_when=any_of(request.sedation.is_in(["none", "minimal"]), on_record("sedation_needed")),
    label="No more than minimal sedation is planned, or an exceptional need for it is written down",
    ask="Which sedation is planned, and why is it needed?",
)

general_anaesthesia_is_planned = criterion(
    "general_anaesthesia_is_planned",
    met_when=request.sedation == "general",
    label="General anaesthesia is planned",
    ask="Which sedation is planned?",
)

unapproved_injectate_is_planned = criterion(
    "unapproved_injectate_is_planned",
    met_when=any_of(request.steroid.is_in(parameter("unapproved_injectates")), on_record("unapproved_injectate")),
    label="A biologic or another injectate not approved for this use is planned",
    ask="What will be injected?",
)

other_block_on_the_day = criterion(
    "other_block_on_the_day",
    met_when=any_of(
        stands(
            procedures.where(
                procedure.true_on == as_of,
                procedure.kind.is_in(INJECTIONS),
                procedure.kind != request.kind,
            )
        ),
        on_record("other_block_on_the_day"),
    ),
    label="Another block stands in the chart for the same day",
    ask="Is any other block planned on the same day?",
)

other_block_is_justified = criterion(
    "other_block_is_justified",
    met_when=stated("other_block_reason"),
    label="The need for a second block on the same day is written down",
    ask="Why is a second block needed on the same day?",
)

planned_as_series = criterion(
    "planned_as_series",
    met_when=any_of(
        on_record("planned_as_series"),
        surely(~stated("not_planned_as_series")),
    ),
    label="The injection is ordered as one of a series, whatever the response to the one before",
    ask="Does the next injection depend on the response to this one?",
)

TESTS_UNLESS_SAID = MEDIAL_BRANCH_BLOCK.low + MEDIAL_BRANCH_BLOCK.high + NERVE_ROOT_BLOCKS
"""Where the request does not say what it is for, these are tests, as they are where policies are chosen."""

request_is_therapeutic = criterion(
    "request_is_therapeutic",
    met_when=all_of(
        request.intent.is_recorded() | ~request.kind.is_in(TESTS_UNLESS_SAID),
        request.intent == "therapeutic",
    ),
    label="The procedure is asked for as a treatment",
    ask="Is the procedure meant as a test or as a treatment?",
)

procedure_is_not_covered = criterion(
    "procedure_is_not_covered",
    met_when=request.kind.is_in(parameter("non_covered_procedures")),
    label="The payer never covers this procedure",
    ask="Which procedure is planned?",
)

request_is_of_the_low_back = criterion(
    "request_is_of_the_low_back",
    met_when=request_is_low,
    label="The procedure is on the low back or sacrum",
    ask="Which procedure is planned?",
)

contractor_is_wps = criterion(
    "contractor_is_wps",
    met_when=request.state.is_in(parameter("states_of_wps")),
    label="WPS decides for Medicare in this state",
    ask="In which state is the procedure planned?",
)

contractor_is_not_wps = criterion(
    "contractor_is_not_wps",
    met_when=~surely(request.state.is_in(parameter("states_of_wps"))),
    label="Nothing says that WPS decides for Medicare in this state",
    ask="In which state is the procedure planned?",
)

contractor_is_cgs = criterion(
    "contractor_is_cgs",
    met_when=request.state.is_in(parameter("states_of_cgs")),
    label="CGS decides for Medicare in this state",
    ask="In which state is the procedure planned?",
)

contractor_is_not_cgs = criterion(
    "contractor_is_not_cgs",
    met_when=~surely(request.state.is_in(parameter("states_of_cgs"))),
    label="Nothing says that CGS decides for Medicare in this state",
    ask="In which state is the procedure planned?",
)

contractor_counts_all_facet_sessions = criterion(
    "contractor_counts_all_facet_sessions",
    met_when=request.state.is_in(parameter("states_of_first_coast_and_novitas")),
    label="The Medicare contractor of this state may count diagnostic and therapeutic facet sessions together",
    ask="In which state is the procedure planned?",
)
