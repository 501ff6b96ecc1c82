"""Doses of a procedure against what the drug entries say. Every number comes from an entry; a missing one is missing.

Local anaesthetics add up as fractions of their ceilings; corticosteroids add up as methylprednisolone over a year.
Nothing here says that a dose below a ceiling is safe.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from lenitive.chart import Chart
from lenitive.chart.procedure import DrugGiven
from lenitive.medicine.shapes import Ceiling, DrugEntry
from lenitive.reasoning.assessment import Citation, StatusWord
from lenitive.reasoning.book import Book
from lenitive.reasoning.citing import cite

MG_PER_ML_OF_ONE_PERCENT = 10
"""One percent is one gram in a hundred millilitres."""


def mg_of(drug: DrugGiven) -> float | None:
    """The dose in mg: as written, or from strength and volume; nothing if neither says it."""
    if drug.dose is not None:
        return drug.dose if drug.unit == "mg" else None
    if drug.strength_percent is None or drug.volume_ml is None:
        return None
    return drug.strength_percent * drug.volume_ml * MG_PER_ML_OF_ONE_PERCENT


def entry_of(book: Book, ingredient: str, drug_class: str) -> tuple[str, DrugEntry] | None:
    """The drug entry of an ingredient, if it is one of that class."""
    for name, entry in book.content.drugs.items():
        if entry.drug_class == drug_class and ingredient.strip().lower() in entry.names:
            return name, entry
    return None


# --- local anaesthetics ----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Portion:
    """One local anaesthetic and its ceiling for this patient; ``ceiling`` is unknown without a weight."""

    label: str
    mg: float | None
    ceiling: float | None
    citation: Citation
    note: str

    @property
    def fraction(self) -> float | None:
        """The share of its ceiling."""
        return None if self.mg is None or self.ceiling is None else self.mg / self.ceiling


@dataclass(frozen=True)
class LocalAnaesthetic:
    """All local anaesthetics of a session together: *met* within the ceiling, *undocumented* if nobody can say."""

    portions: Sequence[Portion]
    status: StatusWord
    fraction: float | None


def local_anaesthetic(
    book: Book, drugs: Iterable[DrugGiven], weight_kg: float | None, with_adrenaline: bool
) -> LocalAnaesthetic | None:
    """The local anaesthetics among the drugs against their ceilings; nothing if none was given."""
    portions = [
        _portion(*found, drug, weight_kg, with_adrenaline)
        for drug in drugs
        if (found := entry_of(book, drug.ingredient, "local_anaesthetic"))
    ]
    if not portions:
        return None
    known = [portion.fraction for portion in portions if portion.fraction is not None]
    complete = len(known) == len(portions)
    over = sum(known) > 1
    status: StatusWord = "not met" if over else "met" if complete else "undocumented"
    return LocalAnaesthetic(portions, status, sum(known) if complete else None)


def _portion(name: str, entry: DrugEntry, drug: DrugGiven, weight_kg: float | None, with_adrenaline: bool) -> Portion:
    lowest, ceiling = _lowest(entry, weight_kg, with_adrenaline)
    mg = mg_of(drug)
    if ceiling is None and mg is not None and lowest.max_mg is not None and mg > lowest.max_mg:
        ceiling = lowest.max_mg  # above the cap for any weight
    return Portion(entry.label, mg, ceiling, cite(f"{name}.ceilings", lowest), lowest.note or "")


def _lowest(entry: DrugEntry, weight_kg: float | None, with_adrenaline: bool) -> tuple[Ceiling, float | None]:
    """The row that allows least, and what it allows; rows with adrenaline count only where adrenaline was added."""
    rows = [row for row in entry.ceilings if row.with_adrenaline is with_adrenaline] or entry.ceilings
    allowed = [(row, _allows(row, weight_kg)) for row in rows]
    return min(allowed, key=lambda pair: (pair[1] is None, pair[1] or 0.0))


def _allows(row: Ceiling, weight_kg: float | None) -> float | None:
    if row.mg_per_kg is None:
        return row.max_mg
    if weight_kg is None:
        return None
    by_weight = row.mg_per_kg * weight_kg
    return by_weight if row.max_mg is None else min(by_weight, row.max_mg)


# --- corticosteroids -------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class SteroidDose:
    """One dose of a corticosteroid and what it is worth as methylprednisolone, as far as that is known."""

    on: date
    label: str
    mg: float | None
    as_methylprednisolone: float | None


@dataclass(frozen=True)
class SteroidYear:
    """What a year holds with today's dose. ``total`` is a lower bound unless ``is_complete``."""

    doses: Sequence[SteroidDose]
    total: float
    orientation: float
    is_complete: bool
    status: StatusWord
    citations: Sequence[Citation]


REFERENCE = "methylprednisolone"


def steroid_year(book: Book, chart: Chart, drugs: Iterable[DrugGiven], as_of: date) -> SteroidYear | None:
    """The corticosteroids of the last year with today's; nothing if none is given today."""
    today = [dose for drug in drugs if (dose := _steroid(book, drug, as_of))]
    if not today:
        return None
    since = as_of - timedelta(days=book.number("steroid_year_days", as_of))
    before = [
        dose
        for done in _procedures(chart)
        if done.true_on and since <= done.true_on <= as_of
        for drug in done.drugs
        if (dose := _steroid(book, drug, done.true_on))
    ]
    doses = [*before, *today]
    known = [dose.as_methylprednisolone for dose in doses if dose.as_methylprednisolone is not None]
    complete = len(known) == len(doses) and "procedure" in chart.attested
    orientation = book.number("steroid_year_mg", as_of)
    over = sum(known) > orientation
    return SteroidYear(
        doses=doses,
        total=sum(known),
        orientation=orientation,
        is_complete=complete,
        status="not met" if over else "met" if complete else "undocumented",
        citations=[cite("steroid_year_mg", book.value("steroid_year_mg", as_of)), *_equivalents(book, doses)],
    )


def _procedures(chart: Chart) -> Sequence[Any]:
    return chart.table("procedure")


def _steroid(book: Book, drug: DrugGiven, on: date) -> SteroidDose | None:
    found = entry_of(book, drug.ingredient, "steroid")
    reference = entry_of(book, REFERENCE, "steroid")
    if found is None or reference is None:
        return None
    _name, entry = found
    mg, own, other = mg_of(drug), entry.equivalent_mg, reference[1].equivalent_mg
    worth = None if mg is None or own is None or other is None else mg / _value(own) * _value(other)
    return SteroidDose(on, entry.label, mg, worth)


def _value(quantity: Any) -> float:
    return float(quantity.value)


def _equivalents(book: Book, doses: Sequence[SteroidDose]) -> list[Citation]:
    labels = {dose.label for dose in doses}
    return [
        cite(f"{name}.equivalent_mg", entry.equivalent_mg)
        for name, entry in book.content.drugs.items()
        if entry.drug_class == "steroid" and entry.label in labels and entry.equivalent_mg
    ]
