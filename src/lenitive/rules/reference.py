"""The one-patient engine: plain, and the definition of what is right.

It walks the nodes of :mod:`lenitive.rules.model` and does what their docstrings say. A truth is ``True``, ``False`` or
``None``; a number or day is a pair ``(low, high)`` whose unknown ends are ``None``; a text is a ``str`` or ``None``; a
list of texts is a tuple, empty when not recorded.

:meth:`Reference.answer` also says why: the facts and cited parameters that decided, or what is missing. Each node is
worked out once. Commands and services ask :mod:`lenitive.rules.quick`, which answers the same and spares work.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Iterator
from datetime import date
from math import floor
from typing import Any, NamedTuple

import msgspec

from lenitive.chart.chart import Chart, order_key
from lenitive.chart.fact import Fact
from lenitive.chart.request import Request
from lenitive.chart.schema import LATEST_OF, REFERENCES
from lenitive.errors import RuleError
from lenitive.rules import model
from lenitive.rules.calendar import shift
from lenitive.rules.model import (
    OVER_ROWS,
    Citation,
    Criterion,
    Node,
    citations_of,
    is_row_level,
)
from lenitive.status import Status, kleene_and, kleene_at_least, kleene_not, kleene_or

Range = tuple[Any, Any]
Selection = tuple[list[Fact], list[Fact]]
UNKNOWN: Range = (None, None)
EVERY_SOURCE = -1
"""A number of which every bit is set."""


class Missing(NamedTuple):
    """Something that would settle an undocumented answer.

    ``what`` is ``"topic"`` (nobody attested that the table's rows are complete), ``"column"`` (a field of the fact
    ``fact`` was not recorded, or only roughly), ``"row"`` (no row of the table fits) or ``"request"`` (a field of the
    request was not decided).
    """

    what: str
    table: str
    column: str | None = None
    fact: str | None = None


class Answer(NamedTuple):
    """How a criterion stands, and why."""

    truth: bool | None
    facts: tuple[Fact, ...] = ()
    citations: tuple[Citation, ...] = ()
    missing: tuple[Missing, ...] = ()

    @property
    def status(self) -> Status:
        """Met, not met or undocumented."""
        return Status.of(self.truth)


class Reasons(msgspec.Struct):
    """What decided, or would decide: gathered from the parts that had a say."""

    facts: dict[str, Fact] = {}
    citations: dict[Citation, None] = {}
    missing: dict[Missing, None] = {}
    topics: set[str] = set()
    """Topics of which an attestation decided that there is nothing (more)."""
    explained: set[int] = set()
    """Nodes that an engine has explained here already."""

    def take(self, other: Reasons) -> None:
        """Add what another node gathered."""
        self.facts.update(other.facts)
        self.citations.update(other.citations)
        self.missing.update(other.missing)
        self.topics.update(other.topics)


class Reference:
    """Answers questions about one chart, on one day, for one request."""

    def __init__(self, chart: Chart, as_of: date, request: Request | None = None) -> None:
        self.chart = chart
        self.request = request
        self.day = request.on if request and request.on else as_of
        self._known: dict[int, tuple[Node, Any]] = {}
        self._selected: dict[int, tuple[Node, Selection]] = {}
        self._why: dict[int, tuple[Node, Reasons]] = {}
        self._by_id: dict[str, dict[str, Fact]] = {}
        self._decided: dict[tuple[str, ...], tuple[Any, ...]] = {}

    def heard(self) -> int:
        """The sources (:mod:`lenitive.rules.sources`) that have to be asked: this engine asks every one."""
        return EVERY_SOURCE

    def key(self, node: Node) -> int:
        """What the value of a node is kept under. Chart, day and request never change in the life of an engine."""
        return id(node)

    def decided(self, names: tuple[str, ...]) -> tuple[Any, ...]:
        """What the request says in some of its fields."""
        kept = self._decided.get(names)
        if kept is None:
            kept = self._decided[names] = tuple([getattr(self.request, name, None) for name in names])
        return kept

    # --- asking --------------------------------------------------------------------------------------------------

    def truth(self, node: Node) -> bool | None:
        """True, false or unknown."""
        value: bool | None = self.value(node)
        return value

    def status(self, criterion: Criterion) -> Status:
        """Met, not met or undocumented."""
        return Status.of(self.truth(criterion.met_when))

    def answer(self, criterion: Criterion) -> Answer:
        """The status with the facts and citations that decided, or what is missing."""
        return self.answered(self.truth(criterion.met_when), self.reasons(criterion.met_when))

    def answered(self, truth: bool | None, reasons: Reasons) -> Answer:
        """A truth with the reasons for it, in order."""
        missing = tuple(reasons.missing) if truth is None else ()
        facts = reasons.facts | self.attestations_of(reasons.topics) if reasons.topics else reasons.facts
        ordered = sorted(facts.values(), key=order_key) if len(facts) > 1 else facts.values()
        return Answer(truth, tuple(ordered), tuple(reasons.citations), missing)

    def value(self, node: Node) -> Any:
        """The value of a patient-level node."""
        if type(node) in SIMPLE:
            return RULES[type(node)](self, node, None)
        key = self.key(node)
        kept = self._known.get(key)
        if kept is None:
            kept = (node, RULES[type(node)](self, node, None))
            self._known[key] = kept
        return kept[1]

    # --- rows ----------------------------------------------------------------------------------------------------

    def at(self, node: Node, row: Fact | None) -> Any:
        """The value of a node at a row; of a patient-level node if there is no row."""
        if row is None or isinstance(node, OVER_ROWS):
            return self.value(node)
        return RULES[type(node)](self, node, row)

    def select(self, rows: model.Rows) -> Selection:
        """The rows that are in, and those that are possible."""
        key = id(rows)
        kept = self._selected.get(key)
        if kept is None:
            certain: list[Fact] = []
            possible: list[Fact] = []
            for row in self.chart.table(rows.table):
                holds = True if rows.condition is None else self.at(rows.condition, row)
                if holds:
                    certain.append(row)
                elif holds is None:
                    possible.append(row)
            kept = (rows, (certain, possible))
            self._selected[key] = kept
        return kept[1]

    def is_complete(self, rows: model.Rows) -> bool:
        """True if a topic of the rows was attested."""
        return self.chart.is_complete(rows.topics)

    def referred(self, table: str, fact_id: str) -> Fact | None:
        """The standing fact of a table with that id."""
        if table not in self._by_id:
            self._by_id[table] = {fact.id: fact for fact in self.chart.table(table)}
        return self._by_id[table].get(fact_id)

    # --- why -----------------------------------------------------------------------------------------------------

    def reasons(self, node: Node) -> Reasons:
        """What decided the value of a patient-level node."""
        key = self.key(node)
        kept = self._why.get(key)
        if kept is None:
            kept = (node, Reasons())
            self.gather(node, None, kept[1])
            self._why[key] = kept
        return kept[1]

    def explain(self, node: Node, row: Fact | None, into: Reasons) -> None:
        """Gather what decided the value of a node: at a row, or of the patient."""
        if isinstance(node, OVER_ROWS) or (row is None and type(node) not in SIMPLE):
            into.take(self.reasons(node))
        else:
            self.gather(node, row, into)

    def gather(self, node: Node, row: Fact | None, into: Reasons) -> None:
        """Gather what decided the value of a node: only the parts that had a say."""
        if isinstance(node, (model.And, model.Or, model.AtLeast)):
            truth = self.at(node, row)
            parts = [part for part in node.parts if self.at(part, row) is truth]
            for part in parts or node.parts:
                self.explain(part, row, into)
        elif isinstance(node, model.Constant):
            if node.citation:
                into.citations[node.citation] = None
        elif isinstance(node, model.Rows):
            self._explain_rows(node, into)
        elif isinstance(node, model.Pick):
            self._explain_pick(node, into)
        elif isinstance(node, (model.RequestField, model.RequestLevelCount)):
            if is_unknown(self.at(node, row)):
                into.missing[Missing("request", "request", getattr(node, "name", "levels"))] = None
        elif isinstance(node, model.Column):
            self._explain_column(node, row, into)
        else:
            for child in model.children(node):
                if row is not None or not is_row_level(child):
                    self.explain(child, row, into)
            self.gather_more(node, into)

    def gather_more(self, node: Node, into: Reasons) -> None:
        """Gather what the children of a node do not show: the picked row's column, and values that are not known."""
        if isinstance(node, model.ValueOf):
            self._explain_picked_value(node, into)
        elif isinstance(node, (model.CountDistinct, model.Aggregate, model.LongestSpan)):
            self._explain_values(node, into)

    def _explain_rows(self, rows: model.Rows, into: Reasons) -> None:
        certain, possible = self.select(rows)
        for row in certain:
            into.facts[row.id] = row
        if rows.condition is not None:
            for row in possible:
                self.explain(rows.condition, row, into)
            into.citations.update(dict.fromkeys(citations_of(rows.condition)))
        if not self.is_complete(rows):
            into.missing[Missing("topic", rows.table, rows.topics[-1])] = None
        elif not certain:
            into.topics.update(rows.topics)

    def attestations_of(self, topics: Container[str]) -> dict[str, Fact]:
        """The facts that say of some topics that they were asked."""
        return {fact.id: fact for fact in self.chart.table("attestation") if getattr(fact, "topic", None) in topics}

    def _explain_pick(self, pick: model.Pick, into: Reasons) -> None:
        row = _picked(self, pick)
        if row is None:
            into.missing[Missing("row", pick.rows.table)] = None
        else:
            into.facts[row.id] = row
        if pick.rows.condition is not None:
            into.citations.update(dict.fromkeys(citations_of(pick.rows.condition)))

    def _explain_picked_value(self, node: model.ValueOf, into: Reasons) -> None:
        row = _picked(self, node.pick)
        if row is not None:
            self._explain_column(node.column, row, into)

    def _explain_values(self, node: model.CountDistinct | model.Aggregate | model.LongestSpan, into: Reasons) -> None:
        values = (node.start, node.end) if isinstance(node, model.LongestSpan) else (node.value,)
        for row in self.select(node.rows)[0]:
            for value in values:
                if is_unknown(self.at(value, row)):
                    self.explain(value, row, into)

    def _explain_column(self, column: model.Column, row: Fact | None, into: Reasons) -> None:
        if row is None:
            return
        value = self.at(column, row)
        if is_unknown(value) or (isinstance(value, tuple) and len(value) == 2 and value[0] != value[1]):
            holder = column.table if column.via is None else REFERENCES[column.table, column.via]
            into.missing[Missing("column", holder, column.name, row.id)] = None
        else:
            into.facts[row.id] = row


# --- what each node means ----------------------------------------------------------------------------------------


def _constant(engine: Reference, node: model.Constant, row: Fact | None) -> Any:
    value = node.value
    if isinstance(value, (tuple, str, bool)):
        return value
    return (value, value)


def _parameter(engine: Reference, node: model.Parameter, row: Fact | None) -> Any:
    raise RuleError(
        f"The parameter {node.name!r} is not bound: neither the policy row nor the knowledge base gives it."
    )


def _as_of(engine: Reference, node: model.AsOf, row: Fact | None) -> Range:
    return (engine.day, engine.day)


def _request_field(engine: Reference, node: model.RequestField, row: Fact | None) -> Any:
    value = getattr(engine.request, node.name) if engine.request else None
    return () if value is None and node.name == "levels" else value


def _request_level_count(engine: Reference, node: model.RequestLevelCount, row: Fact | None) -> Range:
    count = len(engine.request.levels) if engine.request else 0
    return (count, count) if count else UNKNOWN


def _column(engine: Reference, node: model.Column, row: Fact | None) -> Any:
    if row is None:
        raise RuleError(f"The column {node.table}.{node.name} was asked without a row.")
    holder: Fact | None = row
    if node.via is not None:
        holder = engine.referred(REFERENCES[node.table, node.via], getattr(row, node.via))
    value = None if holder is None else getattr(holder, node.name)
    if isinstance(value, date):
        until = getattr(holder, LATEST_OF[node.name], None) if node.name in LATEST_OF else None
        return (value, until or value)
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return (value, value)
    return value


def _value_of(engine: Reference, node: model.ValueOf, row: Fact | None) -> Any:
    picked = _picked(engine, node.pick)
    return None if picked is None else _column(engine, node.column, picked)


def _picked(engine: Reference, pick: model.Pick) -> Fact | None:
    dated = [row for row in engine.select(pick.rows)[0] if row.true_on]
    if not dated:
        return None
    return dated[-1] if pick.which == "latest" else dated[0]


def _range(value: Any) -> Range:
    return UNKNOWN if value is None else value


def _compare(engine: Reference, node: model.Compare, row: Fact | None) -> bool | None:
    left, right = engine.at(node.left, row), engine.at(node.right, row)
    if left is None or right is None:
        return None
    if isinstance(left, (str, bool)):
        return bool((left == right) is (node.op == "=="))
    return COMPARISONS[node.op](left, right)


def _less(left: Range, right: Range) -> bool | None:
    if left[1] is not None and right[0] is not None and left[1] < right[0]:
        return True
    if left[0] is not None and right[1] is not None and left[0] >= right[1]:
        return False
    return None


def _at_most(left: Range, right: Range) -> bool | None:
    if left[1] is not None and right[0] is not None and left[1] <= right[0]:
        return True
    if left[0] is not None and right[1] is not None and left[0] > right[1]:
        return False
    return None


def _equal(left: Range, right: Range) -> bool | None:
    if None not in (*left, *right) and left == right and left[0] == left[1]:
        return True
    if _less(left, right) or _less(right, left):
        return False
    return None


COMPARISONS: dict[str, Callable[[Range, Range], bool | None]] = {
    "<": _less,
    ">=": lambda left, right: _at_most(right, left),
    ">": lambda left, right: _less(right, left),
    "<=": lambda left, right: _at_most(left, right),
    "==": _equal,
    "!=": lambda left, right: kleene_not(_equal(left, right)),
}


def _listed(options: Any) -> tuple[Any, ...] | None:
    """Options as a tuple; ``None`` if they are not known (a request without levels)."""
    return options if options else None


def _is_in(engine: Reference, node: model.IsIn, row: Fact | None) -> bool | None:
    value, options = engine.at(node.value, row), _listed(engine.at(node.options, row))
    return None if value is None or options is None else value in options


def _starts_with(engine: Reference, node: model.StartsWith, row: Fact | None) -> bool | None:
    value, options = engine.at(node.value, row), _listed(engine.at(node.options, row))
    return None if value is None or options is None else bool(value.startswith(options))


def _shares(engine: Reference, node: model.Shares, row: Fact | None) -> bool | None:
    value, options = _listed(engine.at(node.value, row)), _listed(engine.at(node.options, row))
    return None if value is None or options is None else not set(value).isdisjoint(options)


def _covers(engine: Reference, node: model.Covers, row: Fact | None) -> bool | None:
    value, options = _listed(engine.at(node.value, row)), _listed(engine.at(node.options, row))
    return None if value is None or options is None else set(value).issuperset(options)


def is_unknown(value: Any) -> bool:
    """True for a value of which nothing is known."""
    return value is None or value in (UNKNOWN, ())


def _is_recorded(engine: Reference, node: model.IsRecorded, row: Fact | None) -> bool:
    return not is_unknown(engine.at(node.value, row))


def _and(engine: Reference, node: model.And, row: Fact | None) -> bool | None:
    return kleene_and(engine.at(part, row) for part in node.parts)


def _or(engine: Reference, node: model.Or, row: Fact | None) -> bool | None:
    return kleene_or(engine.at(part, row) for part in node.parts)


def _not(engine: Reference, node: model.Not, row: Fact | None) -> bool | None:
    return kleene_not(engine.at(node.part, row))


def _at_least(engine: Reference, node: model.AtLeast, row: Fact | None) -> bool | None:
    return kleene_at_least(node.n, (engine.at(part, row) for part in node.parts))


def _arithmetic(engine: Reference, node: model.Arithmetic, row: Fact | None) -> Range:
    return worked_out(node.op, engine.at(node.left, row), engine.at(node.right, row))


def worked_out(op: str, left: Range | None, right: Range | None) -> Range:
    """Two numbers added, subtracted, multiplied or divided."""
    (a, b), (c, d) = left or UNKNOWN, right or UNKNOWN
    if op == "+":
        return (_plus(a, c), _plus(b, d))
    if op == "-":
        return (_minus(a, d), _minus(b, c))
    if a is None or c is None or (op == "/" and c == 0):
        return UNKNOWN
    result = a * c if op == "*" else a / c
    return (result, result)


def _plus(x: Any, y: Any) -> Any:
    return None if x is None or y is None else x + y


def _minus(x: Any, y: Any) -> Any:
    return None if x is None or y is None else x - y


def _shift(engine: Reference, node: model.Shift, row: Fact | None) -> Range:
    amount = _range(engine.at(node.amount, row))[0]
    low, high = _range(engine.at(node.day, row))
    if amount is None:
        return UNKNOWN
    step = node.sign * amount
    return (low and shift(low, step, node.unit), high and shift(high, step, node.unit))


def _days_between(engine: Reference, node: model.DaysBetween, row: Fact | None) -> Range:
    (a, b), (c, d) = _range(engine.at(node.start, row)), _range(engine.at(node.end, row))
    return (_days(b, c), _days(a, d))


def _days(start: date | None, end: date | None) -> int | None:
    return None if start is None or end is None else (end - start).days


def _exists(engine: Reference, node: model.Exists, row: Fact | None) -> bool | None:
    certain, possible = engine.select(node.rows)
    if certain:
        return True
    return False if not possible and engine.is_complete(node.rows) else None


def _count(engine: Reference, node: model.Count, row: Fact | None) -> Range:
    certain, possible = engine.select(node.rows)
    most = len(certain) + len(possible) if engine.is_complete(node.rows) else None
    return (len(certain), most)


def _count_distinct(engine: Reference, node: model.CountDistinct, row: Fact | None) -> Range:
    certain, possible = engine.select(node.rows)
    sure = [_low(engine.at(node.value, one)) for one in certain]
    maybe = sure + [_low(engine.at(node.value, one)) for one in possible]
    least = len({value for value in sure if value is not None})
    if not engine.is_complete(node.rows):
        return (least, None)
    return (least, len({value for value in maybe if value is not None}) + sum(value is None for value in maybe))


def _low(value: Any) -> Any:
    return value[0] if isinstance(value, tuple) else value


def _aggregate(engine: Reference, node: model.Aggregate, row: Fact | None) -> Range:
    certain, possible = engine.select(node.rows)
    ranges = [_range(engine.at(node.value, one)) for one in certain]
    if node.how == "sum":
        ranges = [(_addable(low), _addable(high)) for low, high in ranges]
    closed = engine.is_complete(node.rows) and not possible and all(None not in ends for ends in ranges)
    lows = [low for low, _ in ranges if low is not None]
    highs = [high for _, high in ranges if high is not None]
    if node.how == "sum":
        return (_sum(lows), _sum(highs) if closed else None)
    if node.how == "largest":
        return (max(lows, default=None), max(highs, default=None) if closed else None)
    return (min(lows, default=None) if closed else None, min(highs, default=None))


def _addable(value: Any) -> Any:
    return None if value is None or abs(value) > model.LARGEST_ADDEND else value


def _sum(values: Iterable[float]) -> float:
    """The sum in whole millionths: the same in any order."""
    return sum(floor(value * 1e6 + 0.5) for value in values) / 1e6


def _longest_span(engine: Reference, node: model.LongestSpan, row: Fact | None) -> Range:
    certain, possible = engine.select(node.rows)
    closed = engine.is_complete(node.rows) and not possible
    sure: list[tuple[date, date]] = []
    may_be: list[tuple[date, date]] = []
    for one in certain:
        (earliest, latest), (end, _) = (_range(engine.at(column, one)) for column in (node.start, node.end))
        closed = closed and earliest is not None and end is not None
        if earliest is not None:
            may_be.append((earliest, end or earliest))
            if end is not None or earliest == latest:
                sure.append((min(latest, end or latest), end or latest))
    return (_longest(sure, node.gap), _longest(may_be, node.gap) if closed else None)


def _longest(spans: Iterable[tuple[date, date]], gap: int) -> int:
    return max((_days(*span) or 0 for span in _merged(sorted(spans), gap)), default=0)


def _merged(spans: Iterable[tuple[date, date]], gap: int) -> Iterator[tuple[date, date]]:
    """Spans in order of start, joined where no more than ``gap`` days lie between."""
    current: tuple[date, date] | None = None
    for start, end in spans:
        if current and (start - current[1]).days <= gap:
            current = (current[0], max(current[1], end))
        else:
            if current:
                yield current
            current = (start, end)
    if current:
        yield current


def _feature(engine: Reference, node: model.Feature, row: Fact | None) -> Any:
    return engine.at(node.value, row)


SIMPLE = frozenset(
    {model.Constant, model.Parameter, model.AsOf, model.RequestField, model.RequestLevelCount, model.Column}
)
"""Nodes whose value is at hand: looking it up again costs less than keeping it."""

RULES: dict[type[Node], Callable[[Reference, Any, Fact | None], Any]] = {
    model.Constant: _constant,
    model.Parameter: _parameter,
    model.AsOf: _as_of,
    model.RequestField: _request_field,
    model.RequestLevelCount: _request_level_count,
    model.Column: _column,
    model.ValueOf: _value_of,
    model.Compare: _compare,
    model.IsIn: _is_in,
    model.StartsWith: _starts_with,
    model.Shares: _shares,
    model.Covers: _covers,
    model.IsRecorded: _is_recorded,
    model.And: _and,
    model.Or: _or,
    model.Not: _not,
    model.AtLeast: _at_least,
    model.Arithmetic: _arithmetic,
    model.Shift: _shift,
    model.DaysBetween: _days_between,
    model.Exists: _exists,
    model.Count: _count,
    model.CountDistinct: _count_distinct,
    model.Aggregate: _aggregate,
    model.LongestSpan: _longest_span,
    model.Feature: _feature,
}
