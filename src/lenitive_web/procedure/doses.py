"""Doses of a procedure against what the drug entries say. Every number comes from an entry; a missing one is missing.

Local anaesthetics add up as fractions of their ceilings; corticosteroids add up as methylprednisolone over a year.
Nothing here says that a dose below a ceiling is safe.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from lenitive.chart import Chart
from lenitive.chart.procedure import DrugGiven
from lenitive.medicine.shapes import Ceiling, DrugEntry
from lenitive.reasoning.assessment import Citation, StatusWord
from lenitive.reasoning.book import Book
from lenitive.reasoning.citing import cite
from lenitive.reasoning.steroids import SteroidYear, steroid_year


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
    mg = drug.milligrams
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


def steroid_year_with(book: Book, chart: Chart, drugs: Sequence[DrugGiven], as_of: date) -> SteroidYear | None:
    """The corticosteroids of the last year with today's; nothing if none is given today."""
    if not any(entry_of(book, drug.ingredient, "steroid") for drug in drugs):
        return None
    return steroid_year(book, chart, as_of, drugs)
