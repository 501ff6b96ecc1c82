"""From a chart to an assessment."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from lenitive import __version__
from lenitive.chart.chart import Chart
from lenitive.chart.request import Insurance, Request
from lenitive.chart.schema import TABLES
from lenitive.errors import UsageError, no_such
from lenitive.reasoning.alerts import standing_alerts
from lenitive.reasoning.assessment import Assessment, Differential
from lenitive.reasoning.book import Book, book
from lenitive.reasoning.coverage import insurance, with_insurance
from lenitive.reasoning.determination import Asking
from lenitive.reasoning.differential import differentials, overlays
from lenitive.reasoning.explained import explained, shown_by_trial
from lenitive.reasoning.findings import findings_of
from lenitive.reasoning.laboratory import laboratory_alerts
from lenitive.reasoning.named import considered_besides, first_pain_is_weighed, named_sources
from lenitive.reasoning.next_test import without_held_up
from lenitive.reasoning.open_questions import OpenQuestions
from lenitive.reasoning.option import option_for
from lenitive.reasoning.plan import laid_out
from lenitive.reasoning.safety import emergencies_first, has_died, red_flags
from lenitive.reasoning.sides import side_alerts
from lenitive.reasoning.suggested import Suggesting
from lenitive.reasoning.working import worked_with


def assess(
    chart: Chart,
    as_of: date,
    requests: Sequence[Request] = (),
    payer: Insurance | None = None,
    knowledge: Book | None = None,
) -> Assessment:
    """All that follows from a chart on a day.

    ``requests`` say more about some procedures (levels, side, planned day); the others are considered as the complaint
    suggests. ``payer`` overrides payer, programme, state and site of service of every request.
    """
    known = knowledge or book()
    chart = chart.as_of(as_of)
    seen = findings_of(chart, known, as_of)
    asking = Asking.about(known, chart, as_of)
    flags = red_flags(asking)
    differential = without_held_up(known, differentials(known, chart, seen, as_of), flags)
    asked_for = frozenset(request.kind for request in requests)
    raised = [flag for flag in flags if flag.status == "met"]
    died = has_died(flags)
    worked = worked_with(chart, known.content, differential)
    options = [
        option_for(asking, request, differential, raised, with_outlook=True)
        for request in _considered(known, chart, as_of, requests, payer, differential, worked)
        if not died or request.kind in asked_for
    ]
    supported = known.number("target_supported", as_of)
    worth_testing = known.number("target_worth_testing", as_of)
    felt_elsewhere = explained(known.content, chart, differential, supported, worth_testing)
    tried = shown_by_trial(known, chart, differential, options, as_of)
    laid = laid_out(options, differential, first_pain_is_weighed(known, chart), felt_elsewhere, tried, worked)
    riding = overlays(known, seen, as_of)
    about_orders = (
        [] if died else [*side_alerts(known, chart, requests, differential), *laboratory_alerts(asking, requests)]
    )
    open_ = OpenQuestions(asking, flags, differential, laid, asked_for)
    return Assessment(
        patient=chart.patient_id,
        as_of=as_of,
        version=__version__,
        alerts=emergencies_first([*about_orders, *standing_alerts(asking, flags)]),
        red_flags=flags,
        differential=differential,
        overlays=riding,
        named=named_sources(known, chart, seen, differential, riding, as_of),
        options=laid,
        ask_first=open_.first(),
        missing=[] if died else open_.every_one(),
        facts_read={name: len(chart.table(name)) for name in TABLES if chart.table(name)},
    )


def _considered(
    known: Book,
    chart: Chart,
    as_of: date,
    requests: Sequence[Request],
    payer: Insurance | None,
    differential: list[Differential],
    worked: str | None,
) -> list[Request]:
    """A request for each procedure aimed at a source under consideration, and for each that was asked for.

    Classes of medicines stand in the plan of care (:mod:`lenitive.reasoning.medicines`): nobody orders them as a
    procedure.
    """
    asked = {request.kind: request for request in requests}
    if len(asked) < len(requests):
        raise UsageError("An assessment has room for one request a procedure; ask about the others one by one.")
    for kind in asked:
        if kind not in known.content.procedures:
            raise no_such("procedure", kind, known.content.procedures)
    rivals = {one.generator for answer in differential for one in answer.estimates}
    rivals.update(part.generator for answer in differential for part in answer.located_parts)
    rivals.update(considered_besides(known, chart, differential, as_of))
    if worked:
        rivals.add(worked)
    cover = insurance(chart, as_of)
    considered: list[Request] = []
    suggesting = Suggesting.of(known, chart, as_of)
    kinds = {*asked}.union(*(known.aimed_at[rival] for rival in rivals if rival in known.aimed_at))
    for kind in sorted(kinds, key=known.place_of.__getitem__):
        request = asked.get(kind) or suggesting.request(kind)
        considered.append(with_insurance(payer.over(request) if payer else request, cover))
    return considered
