"""Corticosteroids over a year, from every needle and by every specialty, added up as methylprednisolone.

The sum counts what was given through a needle with its dose. A dose that nobody recorded makes it a lower bound: it can
prove that much was given, never that little was. Tablets and inhalers are named, not counted.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Literal, cast

from lenitive.chart.chart import Chart
from lenitive.chart.procedure import DrugGiven, Procedure
from lenitive.medicine.shapes import DrugEntry
from lenitive.reasoning.assessment import Alert, Citation, FactSeen, Value
from lenitive.reasoning.book import Book
from lenitive.reasoning.citing import cite, see

REFERENCE = "methylprednisolone"


class SteroidGiven(Value, frozen=True, kw_only=True):
    """One dose through a needle; without ``as_methylprednisolone`` nobody recorded how much."""

    on: date
    label: str
    as_methylprednisolone: float | None
    fact: FactSeen


class SteroidYear(Value, frozen=True, kw_only=True):
    """The doses of the year before a day, their sum in mg, and the sum from which a reason is asked for."""

    doses: list[SteroidGiven]
    total: float
    orientation: float
    status: Literal["met", "not met", "undocumented"]
    citations: list[Citation]

    @property
    def is_complete(self) -> bool:
        """Every dose is known."""
        return all(dose.as_methylprednisolone is not None for dose in self.doses)


def steroid_year(book: Book, chart: Chart, as_of: date) -> SteroidYear:
    """The corticosteroids given through a needle in the year before a day. ``chart`` is as of that day.

    ``status`` answers whether the sum stays within the orientation: a lower bound above it says *not met*; below it
    the answer waits until every dose is known and somebody said that all procedures are recorded.
    """
    since = as_of - timedelta(days=book.number("steroid_year_days", as_of))
    doses = list(_given(book, chart, since, as_of))
    total = sum(dose.as_methylprednisolone or 0.0 for dose in doses)
    orientation = book.number("steroid_year_mg", as_of)
    known = all(dose.as_methylprednisolone is not None for dose in doses) and chart.is_complete(("procedure",))
    return SteroidYear(
        doses=doses,
        total=total,
        orientation=orientation,
        status="not met" if total > orientation else "met" if known else "undocumented",
        citations=[cite("steroid_year_mg", book.value("steroid_year_mg", as_of)), *_equivalents(book, doses)],
    )


def steroid_alerts(book: Book, chart: Chart, as_of: date) -> list[Alert]:
    """A word about the sum once it is above the orientation; below it nothing is said."""
    year = steroid_year(book, chart, as_of)
    if year.status != "not met":
        return []
    at_least = "" if year.is_complete else "at least "
    return [
        Alert(
            severity="warning",
            title=f"Corticosteroids of a year: {at_least}{year.total:g} mg as methylprednisolone",
            action=(
                f"Give a further dose only with a reason: above {year.orientation:g} mg bone was lost in women after "
                "the menopause. Use the smallest dose, or none; think of bone density, glucose and the adrenal glands."
            ),
            facts=[dose.fact for dose in year.doses],
            citations=year.citations,
        )
    ]


def _given(book: Book, chart: Chart, since: date, until: date) -> Iterator[SteroidGiven]:
    steroids = {name: drug for drug in book.content.drugs.values() if drug.equivalent_mg for name in drug.names}
    for fact in chart.table("procedure"):
        session = cast("Procedure", fact)
        if session.true_on is None or not since <= session.true_on <= until:
            continue
        for given in session.drugs:
            entry = steroids.get(given.ingredient)
            if entry:
                yield SteroidGiven(
                    on=session.true_on,
                    label=entry.label,
                    as_methylprednisolone=_as_methylprednisolone(book, entry, given),
                    fact=see(session),
                )


def _as_methylprednisolone(book: Book, entry: DrugEntry, given: DrugGiven) -> float | None:
    reference = book.content.drugs[REFERENCE].equivalent_mg
    if given.dose is None or given.unit != "mg" or entry.equivalent_mg is None or reference is None:
        return None
    return given.dose * float(cast("float", reference.value)) / float(cast("float", entry.equivalent_mg.value))


def _equivalents(book: Book, doses: list[SteroidGiven]) -> list[Citation]:
    labels = {dose.label for dose in doses}
    return [
        cite(f"{name}.equivalent_mg", entry.equivalent_mg)
        for name, entry in book.content.drugs.items()
        if entry.equivalent_mg and entry.label in labels
    ]
