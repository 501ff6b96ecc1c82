"""Everything that is said about one request: the policy that speaks, how the request stands, and what is missing."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import msgspec

from lenitive import __version__
from lenitive.chart.chart import Chart
from lenitive.chart.request import Insurance, Request
from lenitive.errors import no_such
from lenitive.medicine.shapes import Requirement
from lenitive.reasoning.assessment import (
    Ask,
    AuthorityOver,
    Coverage,
    CriterionResult,
    Determination,
    PolicyChosen,
    Value,
)
from lenitive.reasoning.authorities import asks_beforehand
from lenitive.reasoning.book import Book, book, row_id
from lenitive.reasoning.coverage import choose, coverage, insurance, with_insurance
from lenitive.reasoning.determination import Asking
from lenitive.reasoning.parameters_used import ParameterUsed, parameters_used
from lenitive.reasoning.readings import OpenPoint, open_points
from lenitive.reasoning.would_be_met import (
    Missing,
    WouldBeMet,
    required_rows,
    unsettled_rows,
    what_is_missing,
    would_be_met,
)


class CriterionShown(Value, frozen=True, kw_only=True):
    """One criterion of the policy with the numbers that it was asked with."""

    row: str
    label: str
    result: CriterionResult
    parameters: list[ParameterUsed]
    at_least: int = 1


class Authorization(Value, frozen=True, kw_only=True):
    """How one request stands against the payer's policy, and what would change that."""

    patient: str
    as_of: date
    version: str
    procedure: str
    request: Request
    codes: list[str]
    chosen: PolicyChosen
    determination: Determination | None
    criteria: list[CriterionShown]
    would_be_met: WouldBeMet | None
    missing: list[Missing]
    warnings: list[str]
    authorities: list[AuthorityOver] = []
    open_points: list[OpenPoint] = []
    own_readings: list[str] = []

    def shown(self, row: str) -> CriterionShown:
        """The criterion of a row."""
        return next(one for one in self.criteria if one.row == row)


def authorization(
    chart: Chart, as_of: date, request: Request, insured: Insurance | None = None, knowledge: Book | None = None
) -> Authorization:
    """How a request stands, as the chart was known on a day. ``insured`` overrides payer, programme, state, site."""
    known = knowledge or book()
    if request.kind not in known.content.procedures:
        raise no_such("procedure", request.kind, known.content.procedures)
    chart = chart.as_of(as_of)
    request = with_insurance(insured.over(request) if insured else request, insurance(chart, as_of))
    asking = Asking.about(known, chart, as_of, request)
    found = coverage(asking, request)
    procedure = known.content.procedures[request.kind]
    policy, rows = _rows(asking, request, found)
    placed = asking.at(request.state)
    unsettled = unsettled_rows(placed, policy, rows)
    ways = would_be_met(required_rows(found.determination, policy, rows, unsettled)) if found.determination else None
    points = open_points(asking, policy, request, found.determination.status) if found.determination else []
    return Authorization(
        patient=chart.patient_id,
        as_of=as_of,
        version=__version__,
        procedure=procedure.label,
        request=request,
        codes=procedure.codes,
        chosen=found.chosen,
        determination=found.determination,
        criteria=_shown(placed, policy, rows, found.determination),
        would_be_met=ways,
        missing=_missing(
            asks_beforehand(known, request, asking.engine.day),
            what_is_missing(found.determination, ways, unsettled) if found.determination and ways else [],
        ),
        warnings=[*found.warnings, *_not_their_own(known, found.chosen)],
        authorities=found.authorities,
        open_points=points,
        own_readings=found.own_readings,
    )


WHETHER_TO_ASK = "whether a decision beforehand is needed at all"


def _missing(beforehand: Sequence[Ask], of_the_policy: Sequence[Missing]) -> list[Missing]:
    """All that is missing, first what decides whether anybody has to be asked beforehand; the same question once."""
    known = {one.question: one for one in of_the_policy}
    first = [_decides_whether_to_ask(ask, known.get(ask.question)) for ask in beforehand]
    asked = {one.question for one in first}
    return [*first, *(one for one in of_the_policy if one.question not in asked)]


def _decides_whether_to_ask(ask: Ask, also: Missing | None) -> Missing:
    if also is None:
        return Missing(
            question=ask.question,
            details=[ask.detail],
            settles=ask.settles,
            rows=[],
            change=WHETHER_TO_ASK,
            recorded_in=ask.recorded_in,
        )
    return msgspec.structs.replace(
        also,
        settles=[*ask.settles, *also.settles],
        change=f"{WHETHER_TO_ASK}; {also.change}",
        is_advice=False,
        recorded_in=list(dict.fromkeys([*ask.recorded_in, *also.recorded_in])),
    )


def _not_their_own(known: Book, chosen: PolicyChosen) -> list[str]:
    """A policy of no contractor and no payer is what payers commonly ask, and says so."""
    policy = known.content.policies[chosen.policy] if chosen.policy else None
    if policy is None or policy.members or policy.payers:
        return []
    return ["This is not the payer's own policy, which is not known here; it is what payers commonly ask."]


def _rows(asking: Asking, request: Request, found: Coverage) -> tuple[str, Sequence[Requirement]]:
    """The policy that was chosen and its rows in force; nothing if none was."""
    chosen = choose(asking, request, asking.engine.day) if found.chosen.policy else ""
    return ("", ()) if isinstance(chosen, str) else (chosen.name, chosen.version.wants)


def _shown(
    asking: Asking, owner: str, rows: Sequence[Requirement], determination: Determination | None
) -> list[CriterionShown]:
    results = {one.citations[0].entry: one for one in determination.criteria} if determination else {}
    found: list[CriterionShown] = []
    for number, row in enumerate(rows):
        name = row_id(owner, number, row)
        if name in results:
            used = parameters_used(asking.book, name, row, asking.engine.day, asking.place)
            result = results[name]
            label = result.label if row.label or row.want == "met" else f"Not so: {result.label}"
            shown = CriterionShown(row=name, label=label, result=result, parameters=used, at_least=row.at_least)
            found.append(shown)
    return found
