"""From a chart to an assessment."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date
from typing import cast

import msgspec

from lenitive import __version__
from lenitive.chart.chart import Chart
from lenitive.chart.complaint import Complaint
from lenitive.chart.request import Request
from lenitive.chart.schema import TABLES
from lenitive.errors import no_such
from lenitive.medicine.shapes import ProcedureEntry
from lenitive.reasoning.alerts import standing_alerts
from lenitive.reasoning.assessment import Ask, Assessment, Differential, Option, RedFlagResult
from lenitive.reasoning.book import Book, book
from lenitive.reasoning.coverage import insurance, with_insurance
from lenitive.reasoning.determination import Asking
from lenitive.reasoning.differential import differentials, overlays
from lenitive.reasoning.findings import findings_of, words_of
from lenitive.reasoning.named import considered_besides, named_sources
from lenitive.reasoning.option import option_for
from lenitive.reasoning.plan import laid_out
from lenitive.reasoning.safety import red_flags
from lenitive.reasoning.working import worked_with

URGENCY = {"emergency": 300, "urgent": 200, "before any procedure": 100}
"""How much a question about a danger weighs. Questions about options weigh 1 to 3 for each answer they would settle."""


def assess(
    chart: Chart,
    as_of: date,
    requests: Sequence[Request] = (),
    payer: Request | None = None,
    knowledge: Book | None = None,
) -> Assessment:
    """All that follows from a chart on a day.

    ``requests`` say more about some procedures (levels, side, planned day); the others are considered as the complaint
    suggests. ``payer`` overrides payer, programme, state and site of service of every request.
    """
    known = knowledge or book()
    chart = chart.as_of(as_of)
    seen = findings_of(chart, known.content, as_of)
    asking = Asking.about(known, chart, as_of)
    flags = red_flags(asking)
    differential = differentials(known, chart, seen, as_of)
    options = [
        option_for(asking, request, differential, flags, with_outlook=True)
        for request in _considered(known, chart, as_of, requests, payer, differential)
    ]
    laid = laid_out(options)
    riding = overlays(known, seen, as_of)
    return Assessment(
        patient=chart.patient_id,
        as_of=as_of,
        version=__version__,
        alerts=standing_alerts(asking, flags),
        red_flags=flags,
        differential=differential,
        overlays=riding,
        named=named_sources(known, chart, seen, differential, riding, as_of),
        options=laid,
        missing=what_matters(chart, flags, laid),
        facts_read={name: len(chart.table(name)) for name in TABLES if chart.table(name)},
    )


def _considered(
    known: Book,
    chart: Chart,
    as_of: date,
    requests: Sequence[Request],
    payer: Request | None,
    differential: list[Differential],
) -> list[Request]:
    """A request for each procedure aimed at a source under consideration, and for each that was asked for."""
    asked = {request.kind: request for request in requests}
    for kind in asked:
        if kind not in known.content.procedures:
            raise no_such("procedure", kind, known.content.procedures)
    rivals = {one.generator for answer in differential for one in answer.estimates}
    rivals.update(considered_besides(known, chart, differential, as_of))
    if worked := worked_with(chart, known.content, differential):
        rivals.add(worked)
    cover = insurance(chart, as_of)
    considered: list[Request] = []
    side = _side(chart)
    for kind, targets in known.aimed_at.items():
        if kind in asked or not rivals.isdisjoint(targets):
            request = asked.get(kind) or _suggested(kind, known.content.procedures[kind], side)
            considered.append(with_insurance(_override(request, payer), cover))
    return considered


def _override(request: Request, payer: Request | None) -> Request:
    if payer is None:
        return request
    told = {name: getattr(payer, name) for name in ("payer", "programme", "state", "site_of_service")}
    return msgspec.structs.replace(request, **{name: value for name, value in told.items() if value})


def _side(chart: Chart) -> str | None:
    """The side of the complaints, if all that have one have the same."""
    sides = {complaint.side for fact in chart.table("complaint") if (complaint := cast("Complaint", fact)).side}
    return sides.pop() if len(sides) == 1 else None


def _suggested(kind: str, procedure: ProcedureEntry, side: str | None) -> Request:
    """What the complaint suggests: the procedure's region and the complaint's side. Levels are the physician's."""
    intent = procedure.role if procedure.role in ("diagnostic", "therapeutic", "trial", "implant") else None
    return Request(kind=kind, region=procedure.region, side=side, intent=intent)


def what_matters(chart: Chart, flags: list[RedFlagResult], options: list[Option]) -> list[Ask]:
    """Undocumented questions, those that open most first: red flags by urgency, then by how many answers they settle.

    What only an order can say comes last: nobody has ordered most of what is considered.
    """
    if not any(words_of(cast("Complaint", fact)) for fact in chart.table("complaint")):
        where = Ask(
            question="Where does it hurt, since when, and where does it go?",
            detail="no complaint is recorded",
            settles=["which sources of pain are considered at all"],
        )
    else:
        where = None
    weights: Counter[str] = Counter()
    first: dict[str, Ask] = {}
    settles: dict[str, dict[str, None]] = {}
    for rank, asks in _asked(flags, options):
        for ask in asks:
            question = ask.question
            weights[question] += rank
            if question in first:
                settles[question].update(dict.fromkeys(ask.settles))
            else:
                first[question], settles[question] = ask, dict.fromkeys(ask.settles)
    ranked = sorted(weights, key=lambda question: (first[question].about_request, -weights[question], question))
    found = [
        ask
        if len(settles[question]) == len(ask.settles)
        else msgspec.structs.replace(ask, settles=list(settles[question]))
        for question in ranked
        for ask in (first[question],)
    ]
    return [where, *found] if where else found


def _asked(flags: list[RedFlagResult], options: list[Option]) -> list[tuple[int, list[Ask]]]:
    found: list[tuple[int, list[Ask]]] = [(URGENCY[flag.urgency], flag.missing) for flag in flags if flag.missing]
    for option in options:
        rules = option.coverage.determination
        for weight, determination in (
            (3, option.gates),
            (1, option.candidacy),
            (1, option.contraindications),
            *(((1, rules),) if rules else ()),
        ):
            names = determination.open
            if names:
                for result in determination.criteria:
                    if result.missing and result.criterion in names:
                        found.append((weight, result.missing))
    return found
