"""One pass over the rows of one table, which gathers all that questions need from them."""

from __future__ import annotations

import operator
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from functools import reduce

import narwhals as nw

from lenitive.chart.schema import REFERENCES
from lenitive.rules.ends import Value, as_expression, one_if
from lenitive.rules.frames import FIRST_DAY, KEY, ORDER, Frame, reference_column

_DAYS_APART = 2**23
"""More than the days of the calendar."""


@dataclass(frozen=True)
class SpanOf:
    """What a longest span needs: the rows, and the days that are surely and possibly covered."""

    mask: str
    start: Value
    end: Value
    gap: int


@dataclass
class Pass:
    """All that is gathered from the rows of one table at one stage."""

    table: str
    masks: dict[str, nw.Expr] = field(default_factory=dict)
    """Truth of each filter at each row."""
    gathered: dict[str, nw.Expr] = field(default_factory=dict)
    """Aggregates over the rows of each patient."""
    picked: dict[str, dict[str, nw.Expr]] = field(default_factory=dict)
    """For each aggregate that is the order of a picked row: values at that row."""
    spans: dict[str, SpanOf] = field(default_factory=dict)
    referred: dict[str, dict[str, str]] = field(default_factory=dict)
    """For each reference column: the columns of the referred row, and the name that each gets here."""
    borrowed: set[str] = field(default_factory=set)
    """Columns of the patient, worked out at earlier stages."""

    @property
    def tables(self) -> set[str]:
        """The tables that the pass reads."""
        return {self.table, *(REFERENCES[self.table, via] for via in self.referred)}

    @property
    def names(self) -> set[str]:
        """The columns that it finds."""
        at_rows = {name for values in self.picked.values() for name in values}
        return {*self.gathered, *at_rows, *(end for name in self.spans for end in span_ends(name))}

    def run(self, tables: Mapping[str, Frame], lenders: Mapping[str, Frame]) -> Frame:
        """What is found about each patient who has a row that matters."""
        rows = self._rows(tables, lenders)
        found = rows.group_by(KEY).agg(**self.gathered)
        for name, values in self.picked.items():
            found = found.join(rows.select(nw.col(ORDER).alias(name), **values), on=name, how="left")
        for name, span in self.spans.items():
            for lengths in _longest_spans(rows, name, span):
                found = found.join(lengths, on=KEY, how="left")
        return found

    def _rows(self, tables: Mapping[str, Frame], lenders: Mapping[str, Frame]) -> Frame:
        """The rows that may matter to any filter, with the truth of each filter."""
        rows = tables[self.table]
        for via, names in self.referred.items():
            there = [nw.col(column).alias(name) for column, name in names.items()]
            key = reference_column(via)
            target = tables[REFERENCES[self.table, via]].select(nw.col(ORDER).alias(key), *there)
            rows = rows.join(target, on=key, how="left")
        for group in self._by_lender(lenders):
            rows = rows.join(lenders[group[0]].select(KEY, *group), on=KEY, how="left")
        rows = rows.with_columns(**self.masks)
        return rows.filter(reduce(operator.or_, (nw.col(mask).fill_null(True) for mask in self.masks)))

    def _by_lender(self, lenders: Mapping[str, Frame]) -> Collection[list[str]]:
        """The borrowed columns, those of one frame together."""
        groups: dict[int, list[str]] = {}
        for name in sorted(self.borrowed):
            groups.setdefault(id(lenders[name]), []).append(name)
        return groups.values()


def span_ends(name: str) -> tuple[str, str]:
    """The columns for the two ends of a longest span."""
    return f"{name}_low", f"{name}_high"


def _longest_spans(rows: Frame, name: str, span: SpanOf) -> tuple[Frame, Frame]:
    """The longest stretch of days that are surely covered, and of those that may be."""
    low, high, end = (as_expression(part) for part in (span.start.low, span.start.high, span.end.low))
    inside = rows.filter(nw.col(span.mask) & ~low.is_null())
    sure_start = (
        nw.when(end.is_null())
        .then(nw.when(low == high).then(low))
        .otherwise(nw.when(high < end).then(high).otherwise(end))
    )
    sure, possible = span_ends(name)
    return _longest(inside, sure_start, end, span.gap, sure), _longest(inside, low, end, span.gap, possible)


def _longest(rows: Frame, start: nw.Expr, end: nw.Expr, gap: int, name: str) -> Frame:
    """The longest stretch of each patient."""
    first, last, before, stretch = "__first", "__last", "__before", "__stretch"
    # Days are moved so far apart from patient to patient that no stretch reaches into the next patient. Then one window
    # over all rows, which is fastest on one machine, gives what a window a patient gives, which spreads over many.
    apart = nw.col(KEY) * _DAYS_APART - FIRST_DAY
    by_patient = (KEY,) if rows.implementation.is_spark_like() else ()

    def over(expression: nw.Expr) -> nw.Expr:
        return expression.over(*by_patient, order_by=first)

    is_new = nw.col(before).is_null() | (nw.col(first) - nw.col(before) > gap)
    return (
        rows.select(KEY, start.alias(first), end.alias(last))
        .filter(~nw.col(first).is_null())
        .select(
            KEY, (nw.col(first) + apart).alias(first), (nw.coalesce(nw.col(last), nw.col(first)) + apart).alias(last)
        )
        .group_by(first)
        .agg(nw.col(KEY).max(), nw.col(last).max())
        .with_columns(over(nw.col(last).cum_max()).alias(before))
        .with_columns(over(nw.col(before).shift(1)).alias(before))
        .with_columns(nw.when(is_new).then(nw.col(first)).otherwise(nw.lit(0)).alias(stretch))
        .with_columns(over(nw.col(stretch).cum_max()).alias(stretch))
        .select(KEY, (nw.col(last) - nw.col(stretch)).alias(name))
        .group_by(KEY)
        .agg(nw.col(name).max())
    )


def attested(attestations: Frame, topics: Mapping[str, str]) -> Frame:
    """One truth a topic: the latest attestation of it says that it was asked completely."""
    # The latest by order decides, so its word rides along as the last bit of the order.
    word = nw.col(ORDER) * 2 + one_if(nw.col("complete"))
    latest = [nw.when(nw.col("topic") == topic).then(word).max().alias(name) for topic, name in topics.items()]
    known = attestations.filter(nw.col("topic").is_in(list(topics))).group_by(KEY).agg(*latest)
    return known.with_columns(*(((nw.col(name) % 2) == 1).alias(name) for name in topics.values()))
