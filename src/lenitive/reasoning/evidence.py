"""What one finding, or a series of blocks, does to the log-odds of one generator.

Findings of one group are not independent, so one contributes: the composite if it can be scored, else the primary row,
else an alternative, else a single sign. Among equals the strongest that is present counts, or, if all are absent, the
one whose absence says most.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from math import exp, log
from typing import Literal

import msgspec

from lenitive.chart.fact import Fact
from lenitive.medicine.shapes import CatalogueFinding, Evidence
from lenitive.reasoning.assessment import Contribution
from lenitive.reasoning.book import Book
from lenitive.reasoning.citing import cite, see
from lenitive.reasoning.findings import Seen
from lenitive.reasoning.odds import (
    LogOdds,
    intervals_of_counts,
    rates_behind,
    ratios,
    ratios_of_counts,
    variance_of_interval,
    variance_without_interval,
)

State = Literal["present", "absent"]

_PREFERENCE = {"primary": 1, "cap": 1, "rule-out-only": 1, "alternative": 2, "only-if-alone": 3}


@dataclass(frozen=True, slots=True)
class Weighed:
    """A row's effect: what counts, what was printed, and how the one was made from the other."""

    odds: LogOdds
    printed: float | None
    interval: tuple[float, float] | None
    interval_printed: bool
    adjusted: str


@dataclass(frozen=True, slots=True)
class Limits:
    """Shrinking, capping, the least spread of a ratio without interval, and what makes a block negative, as the
    knowledge base has them on a day."""

    shrink: float
    ceiling: float
    floor: float
    least_factor: float
    block_negative_below: float

    @classmethod
    def on(cls, book: Book, day: date) -> Limits:
        """The limits in force on a day."""
        return cls(
            book.number("shrink_weight", day),
            book.number("ratio_ceiling", day),
            book.number("ratio_floor", day),
            book.number("least_factor_without_interval", day),
            book.number("block_negative_below", day),
        )


class Weighable(msgspec.Struct, frozen=True, gc=False):
    """A row of evidence with all that does not depend on a patient: its rank, and what it weighs in either state."""

    entry: str
    row: Evidence
    finding: str
    group: str
    rank: int
    present: Weighed | None
    absent: Weighed | None
    positive: float
    negative: float
    rates: tuple[float, float] | None
    """Sensitivity and false-positive rate behind the two ratios, if they can belong to one test."""


class Scales:
    """What each row of one book weighs under the limits of one day, worked out once."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self._rows: dict[str, tuple[Weighable, ...]] = {}

    def rows_for(self, book: Book, generator: str) -> tuple[Weighable, ...]:
        """Every row that may be used for a generator."""
        kept = self._rows.get(generator)
        if kept is None:
            rows = book.evidence_for.get(generator, ())
            kept = self._rows[generator] = tuple(self._weighable(book, entry, row) for entry, row in rows)
        return kept

    def _weighable(self, book: Book, entry: str, row: Evidence) -> Weighable:
        present, absent = weigh(row, "present", self.limits), weigh(row, "absent", self.limits)
        positive = exp(present.odds.value) if present else 1.0
        negative = exp(absent.odds.value) if absent else 1.0
        rank = preference(row, book.content.findings[row.finding])
        rates = rates_behind(positive, negative)
        return Weighable(entry, row, row.finding, row.group, rank, present, absent, positive, negative, rates)


def scales_on(book: Book, day: date) -> Scales:
    """The scales of a day."""
    return _scales_since(book, book.since[day])


@lru_cache(maxsize=32)
def _scales_since(book: Book, day: date) -> Scales:
    return Scales(Limits.on(book, day))


def weigh(row: Evidence, state: State, limits: Limits) -> Weighed | None:
    """The effect of a finding in a state, or ``None`` if the row says nothing about that state."""
    if row.use == "rule-out-only" and state == "present":
        return None
    printed, interval = _printed(row, state)
    if printed is None or printed <= 0:
        return None
    is_printed = interval is not None and interval in (row.lr_positive_interval, row.lr_negative_interval)
    said: list[str] = []
    ratio = _own_limit(row, state, printed, said)
    if row.design not in ("pooled", "replicated"):
        ratio **= limits.shrink
        said.append(f"shrunk, LR^{limits.shrink:g}: not replicated")
    ratio = _general_limit(row, interval if is_printed else None, ratio, limits, said)
    if interval and not is_printed:
        said.append("interval worked out from the counts")
    if interval and interval[0] > 0:
        scale = 1.0 if row.design in ("pooled", "replicated") else limits.shrink**2
        variance = variance_of_interval(*interval) * scale
    else:
        variance = variance_without_interval(ratio, limits.least_factor)
        is_near_one = 1 / limits.least_factor < ratio < limits.least_factor
        said.append(f"no interval printed: taken to {'pass' if is_near_one else 'reach'} 1")
    return Weighed(LogOdds(log(ratio), variance), printed, interval, is_printed, "; ".join(said))


def _printed(row: Evidence, state: State) -> tuple[float | None, tuple[float, float] | None]:
    if state == "present" and row.lr_positive is not None:
        return row.lr_positive, row.lr_positive_interval
    if state == "absent" and row.lr_negative is not None and row.lr_negative > 0:
        return row.lr_negative, row.lr_negative_interval
    if row.counts:
        counts = {str(cell): number for cell, number in row.counts.items()}
        return ratios_of_counts(**counts)[state == "absent"], intervals_of_counts(**counts)[state == "absent"]
    if row.sensitivity is not None and row.specificity is not None and 0 < row.specificity < 1:
        found = ratios(row.sensitivity, row.specificity)[state == "absent"]
        return (found, None) if found > 0 else (row.floor_negative, None)
    return (row.floor_negative if state == "absent" else None), None


def _own_limit(row: Evidence, state: State, ratio: float, said: list[str]) -> float:
    if state == "present" and row.cap_positive is not None and ratio > row.cap_positive:
        said.append(f"capped at {row.cap_positive:g}")
        return row.cap_positive
    if state == "absent" and row.floor_negative is not None and ratio < row.floor_negative:
        said.append(f"floored at {row.floor_negative:g}")
        return row.floor_negative
    return ratio


def _general_limit(
    row: Evidence, interval: tuple[float, float] | None, ratio: float, limits: Limits, said: list[str]
) -> float:
    pooled_beyond = row.design == "pooled" and interval is not None
    if ratio > limits.ceiling and not (pooled_beyond and interval and interval[0] > limits.ceiling):
        said.append(f"capped at {limits.ceiling:g}")
        return limits.ceiling
    if ratio < limits.floor and not (pooled_beyond and interval and interval[1] < limits.floor):
        said.append(f"floored at {limits.floor:g}")
        return limits.floor
    return ratio


class Chosen(msgspec.Struct, frozen=True, gc=False):
    """The one row of a group that contributes to a generator."""

    entry: str
    row: Evidence
    state: State
    weighed: Weighed
    facts: tuple[Fact, ...]


def chosen_rows(book: Book, generator: str, seen: Mapping[str, Seen], scales: Scales) -> list[Chosen]:
    """One row a group: what may be multiplied for this generator, given what was seen."""
    groups: dict[str, list[tuple[int, Chosen]]] = defaultdict(list)
    for one in scales.rows_for(book, generator):
        found = seen.get(one.finding)
        if found is None or one.row.likelihoods:
            continue
        weighed = one.present if found.present else one.absent
        if weighed is not None:
            state: State = "present" if found.present else "absent"
            groups[one.group].append((one.rank, Chosen(one.entry, one.row, state, weighed, found.facts)))
    best = {group: _best(candidates) for group, candidates in groups.items()}
    silent = {group for chosen in best.values() for group in chosen.row.replaces_groups}
    return [chosen for group, chosen in best.items() if group not in silent]


def preference(row: Evidence, finding: CatalogueFinding) -> int:
    """Lower is preferred: a primary composite, a primary row, an alternative, a sign that counts only alone."""
    rank = _PREFERENCE[row.use]
    return 0 if rank == 1 and finding.composite else rank


def _best(candidates: list[tuple[int, Chosen]]) -> Chosen:
    if len(candidates) == 1:
        return candidates[0][1]
    first = min(rank for rank, _ in candidates)
    equals = [chosen for rank, chosen in candidates if rank == first]
    present = [chosen for chosen in equals if chosen.state == "present"]
    if present:
        return max(present, key=lambda chosen: (chosen.weighed.odds.value, chosen.entry))
    return min(equals, key=lambda chosen: (chosen.weighed.odds.value, chosen.entry))


def contribution(book: Book, chosen: Chosen) -> Contribution:
    """A chosen row as it is shown."""
    return Contribution(
        finding=chosen.row.finding,
        label=book.content.findings[chosen.row.finding].label,
        state=chosen.state,
        group=chosen.row.group,
        log_odds=chosen.weighed.odds.value,
        ratio=_ratio(chosen.weighed.odds),
        ratio_printed=chosen.weighed.printed,
        ratio_interval=chosen.weighed.interval,
        interval_printed=chosen.weighed.interval_printed,
        adjusted=chosen.weighed.adjusted,
        citation=cite(chosen.entry, chosen.row),
        facts=[see(fact) for fact in chosen.facts],
    )


def _ratio(odds: LogOdds) -> float:
    return exp(odds.value)
