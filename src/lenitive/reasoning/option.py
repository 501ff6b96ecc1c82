"""One procedure for one patient: candidacy, safety, coverage, and what to expect."""

from __future__ import annotations

from lenitive.chart.request import Request
from lenitive.reasoning.assessment import Differential, Option, RedFlagResult
from lenitive.reasoning.candidacy import candidacy
from lenitive.reasoning.coverage import coverage
from lenitive.reasoning.determination import Asking
from lenitive.reasoning.earlier import earlier
from lenitive.reasoning.outlook import outlook
from lenitive.reasoning.safety import hold_alerts, nothing_is_prepared


def option_for(
    before: Asking,
    request: Request,
    differential: list[Differential],
    flags: list[RedFlagResult],
    with_outlook: bool,
) -> Option:
    """How a request stands, not yet laid out beside others. ``before`` asks the same chart about another request."""
    procedure = before.book.content.procedures[request.kind]
    asking = before.beside(request)
    stands = candidacy(asking, request.kind, procedure, differential, flags)
    return Option(
        procedure=request.kind,
        label=procedure.label,
        role=procedure.role,
        request=request,
        verdict=stands.verdict,
        why=stands.why,
        place="not now",
        step=procedure.step,
        opens_with=stands.opens_with,
        target=stands.target,
        gates=stands.gates,
        candidacy=stands.candidacy,
        contraindications=stands.contraindications,
        cautions=stands.cautions,
        alerts=[] if nothing_is_prepared(flags) else hold_alerts(asking, request, procedure, before.engine.day),
        coverage=coverage(asking, request),
        outlook=outlook(asking, request.kind, stands.target.generator) if with_outlook else [],
        earlier=earlier(before.book, before.engine.chart, request, before.engine.day),
    )
