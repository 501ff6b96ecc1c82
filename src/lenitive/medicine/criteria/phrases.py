"""Turns of phrase that several criteria share: what stands in the chart, what was reported, which region and level."""

from __future__ import annotations

from collections.abc import Callable

from lenitive.codes import LEVELS
from lenitive.medicine.criteria.families import (
    ALSO_HIGH,
    ALSO_LOW,
    HIGH_PROCEDURES,
    HIGH_REGIONS,
    LOW_PROCEDURES,
    LOW_REGIONS,
    Family,
)
from lenitive.rules.language import (
    Day,
    Number,
    PickedRow,
    RowSet,
    Text,
    Texts,
    Truth,
    all_of,
    any_of,
    as_of,
    parameter,
    request,
    rows,
)

# --- the chart as it stands ----------------------------------------------------------------------------------------


def surely(part: Truth) -> Truth:
    """True if it is known to be so, else false; never unknown."""
    return part & part.is_recorded()


def stands(found: RowSet) -> Truth:
    """True if such a row stands in the chart, else false; never unknown.

    For what counts only once it is written down (a documented exception, an earlier session that makes this a repeat).
    """
    return surely(found.exist())


def reported(found: RowSet, holds: Truth) -> Truth:
    """True if a recorded row satisfies it, false if rows were recorded and none of them can; without rows, as
    :meth:`RowSet.exist` says.

    Whoever wrote the rows down has answered the question, so no attestation is needed to believe a recorded no.
    """
    fitting = found.where(holds)
    undecided = found.where(~holds.is_recorded())
    return any_of(stands(fitting), fitting.exist() & (~stands(found) | stands(undecided)))


def known_to_be(column: Text, *words: str) -> Truth:
    """True if the column was recorded as one of the words, else false."""
    return surely(column.is_in(words))


statements = rows("statement")
statement = statements.columns


def stated(kind: str, about: Truth | None = None) -> Truth:
    """The latest statement of a kind says yes, or gives its reason in words; unknown if nobody made one.

    Statements without a day count only where there is none with a day.
    """
    made = statements.where(statement.kind == kind, *(() if about is None else (about,)))
    told = made.latest()
    is_dated = told.id.is_recorded()
    return any_of(
        is_dated & any_of(told.says, ~told.says.is_recorded() & told.text.is_recorded()),
        ~is_dated
        & reported(made, any_of(statement.says, ~statement.says.is_recorded() & statement.text.is_recorded())),
    )


def unless_stated(kind: str, otherwise: Truth) -> Truth:
    """What the latest statement of a kind says; without one, what the chart shows."""
    said = stated(kind)
    return any_of(surely(said), ~said.is_recorded() & otherwise)


def on_record(kind: str) -> Truth:
    """The latest statement of a kind says yes, or gives its reason in words; false if nobody made one."""
    return surely(stated(kind))


# --- regions -------------------------------------------------------------------------------------------------------

request_is_low = request.kind.is_in(LOW_PROCEDURES + ALSO_LOW)
request_is_high = request.kind.is_in(HIGH_PROCEDURES + ALSO_HIGH)


def by_region(low: Truth, high: Truth) -> Truth:
    """The one question for a request below the chest, the other for one above."""
    return any_of(request_is_low & low, request_is_high & high)


procedures = rows("procedure")
procedure = procedures.columns


def in_family(family: Family) -> Truth:
    """A procedure of a family, done in the region of the request.

    It is known by its kind or by the code number on its record. One that does not say its region belongs to the region
    that it names; if it names none, it may belong here.
    """
    has_low_code = surely(procedure.code.is_in(family.low_codes))
    has_high_code = surely(procedure.code.is_in(family.high_codes))
    unplaced = procedure.kind.is_in(family.unplaced)
    return by_region(
        any_of(
            procedure.kind.is_in(family.low),
            has_low_code,
            all_of(unplaced, ~has_high_code, procedure.region.is_in(LOW_REGIONS)),
        ),
        any_of(
            procedure.kind.is_in(family.high),
            has_high_code,
            all_of(unplaced, ~has_low_code, procedure.region.is_in(HIGH_REGIONS)),
        ),
    )


# --- side and level ------------------------------------------------------------------------------------------------

LOW_LEVELS = tuple(sorted(level for level in LEVELS if level[0] in "LS" or level == "T12-L1"))
HIGH_LEVELS = tuple(sorted(level for level in LEVELS if level[0] in "CT"))


def each_side(question: Callable[[tuple[str, ...]], Truth]) -> Truth:
    """The question for each side that is asked for: a two-sided request needs both answers.

    ``question`` is given the words for a side that reach it: ``("left", "both")``.
    """
    return all_of(
        request.side != "midline",
        any_of(~request.side.is_in(["left", "both"]), question(("left", "both"))),
        any_of(~request.side.is_in(["right", "both"]), question(("right", "both"))),
    )


def covers_request(levels: Texts) -> Truth:
    """Every level asked for is among these levels."""
    return levels.covers(request.levels)


def may_cover_request(levels: Texts) -> Truth:
    """Some level asked for is among these levels, or the levels were not written down. Never unknown for a request
    with levels."""
    return any_of(~levels.is_recorded(), levels.shares(request.levels))


def may_be_on_side(side: Text) -> Truth:
    """The same side, a side that takes in the other, or not written down. Never unknown."""
    return any_of(
        ~side.is_recorded(),
        ~request.side.is_recorded(),
        side == "both",
        request.side == "both",
        side == request.side,
    )


# --- problems that go on -------------------------------------------------------------------------------------------

conditions = rows("condition")
condition = conditions.columns
is_possibility = surely(condition.certainty.is_in(["differential", "unconfirmed"]))
is_over = any_of(
    surely(condition.status.is_in(["inactive", "remission", "resolved"])),
    surely(condition.until < as_of),
)
active_conditions = conditions.where(~is_over, ~is_possibility)
"""Diagnoses on the problem list that have not ended and are not mere possibilities."""
is_coded = condition.code.is_recorded() | condition.icd10.is_recorded()


def diagnosed(concepts: str, codes: str) -> RowSet:
    """Active diagnoses among our concepts, or by the start of the ICD-10-CM code. One without a code may be one."""
    return _listed(active_conditions, concepts, codes)


def ever_diagnosed(concepts: str, codes: str) -> RowSet:
    """The same, over or not: for what leaves a danger behind."""
    return _listed(conditions.where(~is_possibility), concepts, codes)


def _listed(among: RowSet, concepts: str, codes: str) -> RowSet:
    return among.where(
        any_of(
            surely(condition.code.is_in(parameter(concepts))),
            surely(condition.icd10.starts_with(parameter(codes))),
            ~is_coded & condition.code.is_in(parameter(concepts)),
        )
    )


findings = rows("finding")
finding = findings.columns


def found(codes: str) -> Truth:
    """One of these findings is present; not, if it was looked for and absent; unknown if nobody looked."""
    return reported(findings.where(finding.code.is_in(parameter(codes))), finding.present)


# --- what it brought -----------------------------------------------------------------------------------------------

reliefs = rows("relief")
relief = reliefs.columns
reports_so_far = reliefs.where(~surely(relief.true_on > as_of))
"""What was reported by the day that is asked about: a later report was not known then. One without a day counts, as
treatments and findings without a day do: it stands in the chart."""


def reports_of(done: PickedRow) -> RowSet:
    """What was reported after a procedure, by the day that is asked about."""
    return reports_so_far.where(relief.procedure == done.id)


better_by_score = relief.score_after.percent_below(relief.score_before)


def relief_reached(percent: str) -> Truth:
    """The relief reached a share of the pain. Two scores on one scale outweigh a bare percentage."""
    return any_of(
        better_by_score.is_recorded() & (better_by_score >= parameter(percent)),
        ~better_by_score.is_recorded() & (relief.percent >= parameter(percent)),
    )


lasted = relief.lasted_days >= parameter("min_relief_days")
reported_late = relief.of("procedure").true_on.days_until(relief.true_on) >= parameter("min_relief_days")
relief_held = any_of(
    relief.lasted_days.is_recorded() & lasted,
    ~relief.lasted_days.is_recorded() & any_of(reported_late, lasted),
)
"""Said to have lasted that long; where nobody said how long, still there when it was reported that long after. An early
report that does not say how long leaves it open."""


def written(column: Text | Number | Day, like: str | float | Day) -> Truth:
    """True if the column is filled, else unknown: what nobody copied into the chart may stand in a diary. ``like`` is
    any value of its kind."""
    return any_of(column.is_recorded(), column == like)


def was_scored(done: PickedRow) -> Truth:
    """A named scale, with the scores before and after, stands in a report of what was done. It is a no only where
    somebody said so since."""
    scored = reported(
        reports_of(done),
        all_of(written(relief.instrument, ""), written(relief.score_before, 0), written(relief.score_after, 0)),
    )
    said = statements.where(statement.kind == "relief_was_scored", statement.true_on >= done.true_on).latest().says
    return any_of(surely(scored), scored & ~surely(~said))
