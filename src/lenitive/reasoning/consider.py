"""Some requests for one patient, and nothing else: what an order check asks while the order is being signed.

The pieces are those of :func:`lenitive.reasoning.assess.assess`, so a request gets the same verdict, the same alerts
and the same determination. What is left out is what an order does not ask: the other procedures, their outlook, and
the plan that sets them side by side.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from lenitive.chart.chart import Chart
from lenitive.chart.request import Request
from lenitive.errors import no_such
from lenitive.reasoning.alerts import standing_alerts
from lenitive.reasoning.assessment import Alert, Differential, Option, RedFlagResult, Value
from lenitive.reasoning.book import Book, book
from lenitive.reasoning.coverage import insurance, with_insurance
from lenitive.reasoning.determination import Asking
from lenitive.reasoning.differential import differentials
from lenitive.reasoning.findings import findings_of
from lenitive.reasoning.next_test import without_held_up
from lenitive.reasoning.option import option_for
from lenitive.reasoning.safety import red_flags


class Considered(Value, frozen=True, kw_only=True):
    """What follows for the requests. ``options`` stand in the order of the requests."""

    alerts: list[Alert]
    red_flags: list[RedFlagResult]
    differential: list[Differential]
    options: list[Option]


def consider(chart: Chart, as_of: date, requests: Sequence[Request], knowledge: Book | None = None) -> Considered:
    """How each request stands, as the chart was known on a day: candidacy, safety and coverage."""
    known = knowledge or book()
    for request in requests:
        if request.kind not in known.content.procedures:
            raise no_such("procedure", request.kind, known.content.procedures)
    chart = chart.as_of(as_of)
    cover = insurance(chart, as_of)
    asking = Asking.about(known, chart, as_of)
    flags = red_flags(asking)
    differential = without_held_up(known, differentials(known, chart, findings_of(chart, known, as_of), as_of), flags)
    return Considered(
        alerts=standing_alerts(asking, flags),
        red_flags=flags,
        differential=differential,
        options=[
            option_for(asking, with_insurance(request, cover), differential, flags, with_outlook=False)
            for request in requests
        ],
    )
