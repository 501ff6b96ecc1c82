"""Whether what is asked for is on the side that hurts and that the images show."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from lenitive.chart.chart import Chart, order_key
from lenitive.chart.complaint import Complaint
from lenitive.chart.finding import Finding
from lenitive.chart.procedure import Procedure
from lenitive.chart.request import Request
from lenitive.medicine.shapes import ProcedureEntry
from lenitive.reasoning.assessment import Alert, Differential
from lenitive.reasoning.book import Book
from lenitive.reasoning.citing import see

OTHER = {"left": "right", "right": "left"}


def side_alerts(
    book: Book, chart: Chart, requests: Sequence[Request], differential: Sequence[Differential]
) -> list[Alert]:
    """One alert for each procedure asked for on a side of which pain or images say that it is the wrong one."""
    return [alert for one in requests if (alert := _alert(book, chart, one, differential)) is not None]


def _alert(book: Book, chart: Chart, request: Request, differential: Sequence[Differential]) -> Alert | None:
    if request.side not in OTHER:
        return None
    entry = book.content.procedures[request.kind]
    seen_at_level = list(_images(chart, request))
    felt = list(_pains(book, chart, entry, differential))
    pain = _only_on(OTHER[request.side], felt)
    images = _only_on(OTHER[request.side], seen_at_level)
    if not pain and not images:
        return None
    blocks = [one for one in _earlier(chart, request) if one.side == OTHER[request.side]]
    against = [words for words, found in (("the pain", pain), ("the image", images)) if found]
    also = f" An earlier {entry.label[:1].lower()}{entry.label[1:]} was on the {OTHER[request.side]}." if blocks else ""
    # An image often shows something on the side that does not hurt: by itself it asks for another look, no more.
    settle = (
        "nothing is done before the side is settled with the patient and the images."
        if pain
        else "look at the images once more: do they show what hurts? Then settle the side with the patient."
    )
    return Alert(
        severity="stop" if pain else "warning",
        title=f"Which side? Asked for on the {request.side}, {' and '.join(against)} on the {OTHER[request.side]}",
        action=(f"{entry.label}: {settle}{also} Correct the order or the record, or write down why this side."),
        facts=[see(fact) for fact in (*felt, *seen_at_level, *blocks)],
        citations=[],
        procedure=request.kind,
    )


def _only_on(side: str, found: Iterable[Complaint | Finding]) -> list[Complaint | Finding]:
    """Those that name a side, if all of them name this one."""
    sided = [one for one in found if one.side is not None]
    return sided if all(one.side == side for one in sided) else []


def _pains(
    book: Book, chart: Chart, entry: ProcedureEntry, differential: Sequence[Differential]
) -> Iterator[Complaint]:
    """The pains that raise a question whose answers the procedure is aimed at; every pain if no question does."""
    targets = set(entry.targets)
    asked = [one.question for one in differential if any(each.generator in targets for each in one.estimates)]
    regions = {region for name in asked for region in book.content.questions[name].regions}
    for pain in chart.rows(Complaint):
        if not regions or not regions.isdisjoint((pain.region, *pain.radiates_to)):
            yield pain


def _images(chart: Chart, request: Request) -> Iterator[Finding]:
    """What was seen on images at a level that is asked for."""
    for one in chart.rows(Finding):
        if one.kind == "imaging" and one.present and not set(one.levels).isdisjoint(request.levels):
            yield one


def _earlier(chart: Chart, request: Request) -> list[Procedure]:
    """The last session of the same kind."""
    same = [one for one in chart.rows(Procedure) if one.kind == request.kind and one.true_on is not None]
    return sorted(same, key=order_key)[-1:]
