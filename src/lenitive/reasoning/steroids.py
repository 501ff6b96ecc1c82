"""Corticosteroids over a year, from every needle and by every specialty, added up as methylprednisolone.

The sum counts what was given through a needle with its dose. A dose that nobody recorded makes it a lower bound: it can
prove that much was given, never that little was. So does one of a day that nobody recorded, or that may lie before the
year, and an injection of which no drug is recorded. Tablets and inhalers are named, not counted.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from typing import Literal, cast

from lenitive.chart.chart import Chart
from lenitive.chart.medication import Medication
from lenitive.chart.procedure import DrugGiven, Procedure
from lenitive.knowledge.entries import Quantity
from lenitive.medicine.shapes import DrugEntry
from lenitive.reasoning.assessment import Alert, Citation, FactSeen, Value
from lenitive.reasoning.book import Book
from lenitive.reasoning.citing import cite, cite_parameter, plain, see
from lenitive.reasoning.determination import Asking

REFERENCE = "methylprednisolone"


class SteroidGiven(Value, frozen=True, kw_only=True):
    """One dose through a needle; without ``as_methylprednisolone`` nobody can say how much of it counts. ``on`` is none
    where it is not known that the day lies in the year. A dose that is about to be given has no fact yet."""

    on: date | None
    label: str
    mg: float | None
    as_methylprednisolone: float | None
    fact: FactSeen | None


class SteroidYear(Value, frozen=True, kw_only=True):
    """The doses of the year before a day, their sum in mg, and the sum from which a reason is asked for.

    ``total`` is a lower bound unless every dose is known and somebody said that all procedures are recorded.
    """

    doses: list[SteroidGiven]
    total: float
    orientation: float
    status: Literal["met", "not met", "undocumented"]
    is_complete: bool
    citations: list[Citation]


def steroid_year(book: Book, chart: Chart, as_of: date, now: Iterable[DrugGiven] = ()) -> SteroidYear:
    """The corticosteroids given through a needle in the year before a day. ``chart`` is as of that day.

    ``now`` holds the drugs of a session of that day that is not in the chart yet.
    ``status`` answers whether the sum stays within the orientation: a lower bound above it says *not met*; below it
    the answer waits until every dose is known and somebody said that all procedures are recorded.
    """
    steroids = _steroids(book)
    since = as_of - timedelta(days=book.number("steroid_year_days", as_of))
    given_now = (_steroid(steroids, as_of, drug, None) for drug in now)
    doses = [*_recorded(book, steroids, chart, since, as_of), *(dose for dose in given_now if dose)]
    total = sum(dose.as_methylprednisolone or 0.0 for dose in doses)
    orientation = book.number("steroid_year_mg", as_of)
    complete = all(dose.as_methylprednisolone is not None for dose in doses) and chart.is_complete(("procedure",))
    return SteroidYear(
        doses=doses,
        total=total,
        orientation=orientation,
        status="not met" if total > orientation else "met" if complete else "undocumented",
        is_complete=complete,
        citations=[cite("steroid_year_mg", book.value("steroid_year_mg", as_of)), *_cited(book, doses)],
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
            facts=[dose.fact for dose in year.doses if dose.fact],
            citations=year.citations,
        )
    ]


def inhibitor_alerts(asking: Asking) -> list[Alert]:
    """That a drug is taken which keeps an injected corticosteroid in the body for weeks."""
    answer = asking.if_met("cyp3a4_inhibitor_taken")
    if answer is None:
        return []
    shared = asking.book.content.shared_rows["steroid"]
    [row] = [one for one in shared.cautions if one.criterion == "cyp3a4_inhibitor_taken"]
    names = dict.fromkeys(one.ingredient for one in answer.facts if isinstance(one, Medication) and one.ingredient)
    return [
        Alert(
            severity="warning",
            title=f"Takes {' and '.join(names)}: no triamcinolone, and no other corticosteroid unasked",
            action=(
                "This keeps an injected corticosteroid in the body: Cushing and failing adrenal glands have followed "
                "a single injection. Leave the corticosteroid out, or ask the prescriber first; watch for weakness."
            ),
            facts=[see(fact) for fact in answer.facts],
            citations=[cite("steroid.cautions", row), *map(cite_parameter, answer.citations)],
        )
    ]


def _steroids(book: Book) -> dict[str, DrugEntry]:
    """Name of an ingredient -> the corticosteroid that it is."""
    drugs = [drug for drug in book.content.drugs.values() if drug.drug_class == "steroid"]
    return {name: drug for drug in drugs for name in drug.names}


def _recorded(
    book: Book, steroids: Mapping[str, DrugEntry], chart: Chart, since: date, until: date
) -> Iterator[SteroidGiven]:
    """What was given from one day until another, or may have been."""
    for session in chart.rows(Procedure):
        if _is_outside(session, since, until):
            continue
        on = session.true_on if session.true_on and session.true_on >= since else None
        for given in session.drugs:
            if dose := _steroid(steroids, on, given, see(session)):
                yield dose
        if not session.drugs and _may_hold_one(book, session):
            yield SteroidGiven(
                on=on, label=_named(book, session), mg=None, as_methylprednisolone=None, fact=see(session)
            )


def _is_outside(session: Procedure, since: date, until: date) -> bool:
    """It is known to have been done before the first day, or after the last."""
    if session.true_on is None:
        return False
    return session.true_on > until or (session.true_by or session.true_on) < since


def _may_hold_one(book: Book, session: Procedure) -> bool:
    """True unless it is known as a procedure for which a corticosteroid is not usually given."""
    entry = book.content.procedures.get(session.kind)
    return entry is None or entry.steroid is True


def _named(book: Book, session: Procedure) -> str:
    entry = book.content.procedures.get(session.kind)
    return entry.label if entry else session.label or plain(session.kind)


def _steroid(
    steroids: Mapping[str, DrugEntry], on: date | None, given: DrugGiven, fact: FactSeen | None
) -> SteroidGiven | None:
    entry = steroids.get(given.ingredient.strip().lower())
    if entry is None:
        return None
    own, reference = entry.equivalent_mg, steroids[REFERENCE].equivalent_mg
    mg = given.milligrams
    worth = None if mg is None or own is None or reference is None else mg * _mg(reference) / _mg(own)
    if on is None:
        worth = None
    return SteroidGiven(on=on, label=entry.label, mg=mg, as_methylprednisolone=worth, fact=fact)


def _mg(equivalent: Quantity) -> float:
    return float(cast("float", equivalent.value))


def _cited(book: Book, doses: list[SteroidGiven]) -> list[Citation]:
    labels = {dose.label for dose in doses}
    return [
        cite(f"{name}.equivalent_mg", entry.equivalent_mg)
        for name, entry in book.content.drugs.items()
        if entry.drug_class == "steroid" and entry.equivalent_mg and entry.label in labels
    ]
