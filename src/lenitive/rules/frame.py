"""The many-patient engine: the nodes of :mod:`lenitive.rules.model`, compiled to Narwhals expressions.

:func:`evaluate` answers any number of questions about any number of patients, lazily, on Polars or Spark. Answers equal
those of :mod:`lenitive.rules.reference` for every chart, whatever the order of rows or the number of threads.

**How a question becomes a query.** A value that is known before the chart is read (a constant, the request, a window's
first day) is worked out in Python and stays a plain value; everything else is an expression. An aggregate is computed
by a :mod:`pass <lenitive.rules.passes>` over the standing rows of one table, which marks for each filter whether a row
fits (true, false, unknown) in a column of its own, and gathers all aggregates of the table in one group-by. What is
asked twice is worked out once. A filter that holds a value of the patient waits for it: passes come in stages, and the
rows of a later stage borrow the columns that earlier ones found.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import date
from functools import cache
from itertools import count
from typing import Any

import narwhals as nw

from lenitive.chart.request import Request
from lenitive.chart.schema import LATEST_OF, REFERENCES, columns
from lenitive.errors import RuleError
from lenitive.rules import model
from lenitive.rules.calendar import shift
from lenitive.rules.ends import (
    COMPARISONS,
    KINDS,
    End,
    Kind,
    Value,
    all_of,
    any_of,
    as_expression,
    as_truth,
    at_least,
    certainty,
    combined,
    covers,
    exact,
    in_millionths,
    is_in,
    is_unknown,
    moved,
    negated,
    one_if,
    settled,
    shares,
    starts_with,
    where,
)
from lenitive.rules.frames import (
    EPOCH,
    KEY,
    ORDER,
    PATIENT,
    Frame,
    day_column,
    day_number,
    latest_column,
    standing,
    table_named,
)
from lenitive.rules.model import Node
from lenitive.rules.passes import Pass, SpanOf, attested, span_ends

__all__ = ["PATIENT", "evaluate"]


def evaluate(
    questions: Mapping[str, Node],
    frames: Mapping[str, Frame],
    patients: Frame,
    as_of: date,
    request: Request | None = None,
    keep: Callable[[Frame, bool], Frame] = lambda frame, again: frame,
) -> Frame:
    """A frame with each patient's id and one nullable truth a question, in no order.

    ``frames`` holds the fact tables that the questions use, ``patients`` every patient (``patient``, ``__patient``).
    All parameters must be bound. ``keep`` is given what each pass over a table found, and whether a later pass reads
    it again; it may work it out there and then. Left alone, everything stays lazy.
    """
    one = _One()
    asked = {name: one(question) for name, question in questions.items()}
    compiler = _Compiler(as_of, request)
    shared = compiler.share(asked.values())
    answers = [as_truth(compiler.truth(question, None)).alias(name) for name, question in asked.items()]
    people = patients.select(KEY, PATIENT)

    @cache
    def table(name: str) -> Frame:
        return standing(table_named(frames, name), as_of)

    for found in _gather(compiler, table, keep):
        people = people.join(found, on=KEY, how="left")
    for layer in shared:
        people = people.with_columns(**layer)
    return people.select(PATIENT, *answers)


def _gather(compiler: _Compiler, table: Callable[[str], Frame], keep: Callable[[Frame, bool], Frame]) -> list[Frame]:
    """What each pass found: a row a patient."""
    works = [work for stage in compiler.stages for work in stage.values()]
    borrowed: set[str] = set().union(*(work.borrowed for work in works))
    lenders: dict[str, Frame] = {}
    found: list[Frame] = []

    def add(names: Collection[str], frame: Frame) -> None:
        found.append(keep(frame, not borrowed.isdisjoint(names)))
        lenders.update(dict.fromkeys(names, found[-1]))

    if compiler.topics:
        add(compiler.topics.values(), attested(table("attestation"), compiler.topics))
    for work in works:
        add(work.names, work.run({name: table(name) for name in work.tables}, lenders))
    return found


_GATHERED = (model.Exists, model.Count, model.CountDistinct, model.Aggregate, model.ValueOf, model.LongestSpan)


_WORTH_SHARING = (model.And, model.Or, model.AtLeast, model.Compare, model.Exists)


def _below(node: Node) -> tuple[Node, ...]:
    """The nodes below that are about the patient as well."""
    return () if isinstance(node, _GATHERED) else model.children(node)


class _One:
    """Makes one node of all that ask the same, so that they are told apart, and found again, by identity.

    Names and citations, which do not change an answer, are left out. Unlike ``==``, it keeps 1, 1.0 and ``True`` apart.
    """

    def __init__(self) -> None:
        self._done: dict[int, tuple[Node, Node]] = {}
        self._kept: dict[object, Node] = {}

    def __call__(self, node: Node) -> Node:
        if id(node) not in self._done:
            self._done[id(node)] = (node, self._one(node))
        return self._done[id(node)][1]

    def _one(self, node: Node) -> Node:
        if isinstance(node, model.Feature):
            return self(node.value)
        if isinstance(node, model.Constant):
            node = model.Constant(node.value)
        same = model.with_children(node, self)
        parts = (getattr(same, name) for name in same.__dataclass_fields__)
        return self._kept.setdefault((type(same), *map(_identity, parts)), same)


def _identity(part: object) -> object:
    if isinstance(part, Node):
        return id(part)
    return tuple(map(_identity, part)) if isinstance(part, tuple) else (type(part), part)


@model.kept_on_node
def _stage_of(node: Node) -> int:
    """How many aggregates lie on the longest way down: stage 1 needs only rows, stage 2 needs stage 1, and so on."""
    below = max((_stage_of(child) for child in model.children(node)), default=0)
    return below + isinstance(node, _GATHERED)


class _Compiler:
    """Turns nodes into values, and notes the works that they need."""

    def __init__(self, as_of: date, request: Request | None) -> None:
        self.day = request.on if request and request.on else as_of
        self.request = request
        self.topics: dict[str, str] = {}
        self.stages: list[dict[str, Pass]] = []
        self._names = count()
        self._done: dict[object, str] = {}
        self._shared: dict[int, nw.Expr] = {}
        self._without_rows: dict[str, int | bool] = {}

    # --- truths --------------------------------------------------------------------------------------------------

    def share(self, questions: Collection[Node]) -> list[dict[str, nw.Expr]]:
        """Columns for the truths that are asked more than once, in layers: each uses only those before it."""
        uses = Counter[int]()

        def count_uses(node: Node) -> None:
            uses[id(node)] += 1
            if uses[id(node)] == 1:
                for child in _below(node):
                    count_uses(child)

        layers: list[dict[str, nw.Expr]] = []
        height: dict[int, int] = {}

        def visit(node: Node) -> int:
            if id(node) not in height:
                layer = max(map(visit, _below(node)), default=0)
                if uses[id(node)] > 1 and isinstance(node, _WORTH_SHARING):
                    truth = self.truth(node, None)
                    if isinstance(truth, nw.Expr):
                        name = f"__shared_{next(self._names)}"
                        self._shared[id(node)] = nw.col(name)
                        layers.extend({} for _ in range(layer + 1 - len(layers)))
                        layers[layer][name] = truth
                        layer += 1
                height[id(node)] = layer
            return height[id(node)]

        for question in questions:
            count_uses(question)
        for question in questions:
            visit(question)
        return layers

    def truth(self, node: Node, work: Pass | None) -> End:
        """A truth, of the patient or of each row of a work."""
        value = self.value(node, work)
        if value.kind not in ("truth", "unknown"):
            raise RuleError(f"A question is needed here, not a {value.kind}: {node!r}")
        return value.low

    def value(self, node: Node, work: Pass | None) -> Value:
        """The value of any node but a list of options."""
        if work is None and id(node) in self._shared:
            return exact("truth", self._shared[id(node)])
        match node:
            case model.Constant():
                return self._constant(node)
            case model.Parameter(name):
                raise RuleError(
                    f"The parameter {name!r} is not bound: neither the policy row nor the knowledge base gives it."
                )
            case model.AsOf():
                return exact("day", day_number(self.day))
            case model.RequestField(name):
                return self._request_field(name)
            case model.RequestLevelCount():
                return exact("number", len(self.request.levels) or None if self.request else None)
            case model.Column():
                return self._column(node, work)
            case model.Feature(_, inner, _):
                return self.value(inner, work)
            case model.Arithmetic() | model.Shift() | model.DaysBetween():
                return self._arithmetic(node, work)
            case model.Count() | model.CountDistinct() | model.Aggregate() | model.LongestSpan() | model.ValueOf():
                return self._gathered(node, work)
            case _:
                return exact("truth", self._truth(node, work))

    def _truth(self, node: Node, work: Pass | None) -> End:
        match node:
            case model.And(parts):
                return all_of([self.truth(part, work) for part in parts])
            case model.Or(parts):
                return any_of([self.truth(part, work) for part in parts])
            case model.Not(part):
                return negated(self.truth(part, work))
            case model.AtLeast(n, parts):
                return at_least(n, [self.truth(part, work) for part in parts])
            case model.Compare():
                return self._compare(node, work)
            case model.IsIn(value, options):
                return self._among(value, options, "text", work, is_in, lambda text, listed: text in listed)
            case model.StartsWith(value, options):
                return self._among(
                    value, options, "text", work, starts_with, lambda text, listed: text.startswith(listed)
                )
            case model.Shares(value, options):
                return self._among(
                    value, options, "texts", work, shares, lambda texts, listed: not set(texts).isdisjoint(listed)
                )
            case model.Covers(value, options):
                return self._among(
                    value, options, "texts", work, covers, lambda texts, listed: set(texts) >= set(listed)
                )
            case model.IsRecorded(part):
                return self._is_recorded(self.value(part, work))
            case model.Exists(rows):
                return self._exists(rows, node, work)
            case _:
                raise RuleError(f"The frame engine does not know {type(node).__name__}.")

    def _compare(self, node: model.Compare, work: Pass | None) -> End:
        left, right = self.value(node.left, work), self.value(node.right, work)
        kinds = {left.kind, right.kind} - {"unknown"}
        if len(kinds) > 1 or "texts" in kinds or (kinds & {"text", "truth"} and node.op not in ("==", "!=")):
            raise RuleError(f"{left.kind} {node.op} {right.kind} has no meaning: {node!r}")
        return COMPARISONS[node.op](left, right)

    def _among(
        self,
        value: Node,
        options: Node,
        kind: Kind,
        work: Pass | None,
        compiled: Callable[[nw.Expr, tuple[str, ...]], nw.Expr],
        plain: Callable[[Any, tuple[str, ...]], bool],
    ) -> End:
        """A text, or a list of texts, held against options; unknown if either is."""
        listed, found = self._options(options), self.value(value, work)
        if found.kind not in (kind, "unknown"):
            raise RuleError(f"Options are for {kind}, not for a {found.kind}: {value!r}")
        if listed is None or found.low is None:
            return None
        return compiled(found.low, listed) if isinstance(found.low, nw.Expr) else plain(found.low, listed)

    def _options(self, node: Node) -> tuple[str, ...] | None:
        """A list that is known before the chart is read; ``None`` if it is empty or was not decided."""
        if isinstance(node, model.Feature):
            return self._options(node.value)
        value = self.value(node, None).low if isinstance(node, model.RequestField) else getattr(node, "value", node)
        if isinstance(node, model.Parameter):
            self.value(node, None)
        if value is None:
            return None
        if not isinstance(value, tuple):
            raise RuleError(f"Options are a list of texts in the rule, a parameter or the request, not {node!r}.")
        return value or None

    @staticmethod
    def _is_recorded(value: Value) -> End:
        return negated(all_of([is_unknown(value.low), is_unknown(value.high)]))

    # --- values without rows -------------------------------------------------------------------------------------

    @staticmethod
    def _constant(node: model.Constant) -> Value:
        match node.value:
            case bool():
                return exact("truth", node.value)
            case int() | float():
                return exact("number", node.value)
            case date():
                return exact("day", day_number(node.value))
            case str():
                return exact("text", node.value)
            case tuple():
                return exact("texts", tuple(map(str, node.value)) or None)
            case _:
                return exact("unknown", None)

    def _request_field(self, name: str) -> Value:
        value = getattr(self.request, name) if self.request else None
        if isinstance(value, tuple):
            return exact("texts", value or None)
        return exact("truth" if isinstance(value, bool) else "text", value)

    def _arithmetic(self, node: model.Arithmetic | model.Shift | model.DaysBetween, work: Pass | None) -> Value:
        match node:
            case model.Arithmetic(op, left, right):
                return combined(op, self._of_kind("number", left, work), self._of_kind("number", right, work))
            case model.DaysBetween(start, end):
                return combined("-", self._of_kind("day", end, work), self._of_kind("day", start, work))
            case model.Shift(day, amount, unit, sign):
                return self._shift(self._of_kind("day", day, work), self._of_kind("number", amount, None), unit, sign)

    def _shift(self, day: Value, amount: Value, unit: str, sign: int) -> Value:
        step = amount.low
        if step is None or day.kind == "unknown":
            return exact("day", None)
        if not isinstance(step, (int, float)) or int(step) != step:
            raise RuleError(f"A day moves by a whole number of {unit} that is known before the chart is read.")
        if isinstance(day.low, int):
            return exact("day", day_number(shift(date.fromordinal(day.low + EPOCH), sign * step, unit)))
        if unit not in ("days", "weeks"):
            raise RuleError(f"Only a day that is known before the chart is read moves by {unit}.")
        days = sign * int(step) * (7 if unit == "weeks" else 1)
        low = moved(day.low, days)
        return Value("day", low, low if day.is_exact else moved(day.high, days))

    def _of_kind(self, kind: Kind, node: Node, work: Pass | None) -> Value:
        value = self.value(node, work)
        if value.kind not in (kind, "unknown"):
            raise RuleError(f"A {kind} is needed here, not a {value.kind}: {node!r}")
        return value

    # --- columns -------------------------------------------------------------------------------------------------

    def _column(self, node: model.Column, work: Pass | None) -> Value:
        if work is None or work.table != node.table:
            raise RuleError(f"The column {node.table}.{node.name} was asked without a row of {node.table!r}.")
        table = node.table if node.via is None else REFERENCES[node.table, node.via]
        info = columns(table)[node.name]
        if info.kind not in KINDS:
            raise RuleError(f"No rule can ask for the column {table}.{node.name}.")

        def at_row(name: str) -> nw.Expr:
            if node.via is None:
                return nw.col(name)
            return nw.col(work.referred.setdefault(node.via, {}).setdefault(name, f"{node.via}__{name}"))

        if info.kind != "day":
            return exact(KINDS[info.kind], at_row(node.name))
        low = at_row(day_column(node.name))
        return Value("day", low, at_row(latest_column(node.name)) if node.name in LATEST_OF else low)

    # --- aggregates ----------------------------------------------------------------------------------------------

    def _work(self, node: Node, table: str) -> Pass:
        """The pass over the table that can gather this node."""
        stage = _stage_of(node)
        while len(self.stages) < stage:
            self.stages.append({})
        return self.stages[stage - 1].setdefault(table, Pass(table))

    def _once(self, key: object, kind: str, make: Callable[[str], None]) -> str:
        """The name under which something is gathered; made the first time."""
        known = _identity(key)
        if known not in self._done:
            name = f"__{kind}_{next(self._names)}"
            make(name)
            self._done[known] = name
        return self._done[known]

    def _use(self, name: str, reader: Pass | None) -> nw.Expr:
        """A column of the patient, for the answer or for the rows of a later work."""
        if reader is not None:
            reader.borrowed.add(name)
        return nw.col(name).fill_null(self._without_rows[name]) if name in self._without_rows else nw.col(name)

    def _mask(self, rows: model.Rows, work: Pass) -> str:
        def make(name: str) -> None:
            condition: End = True if rows.condition is None else self.truth(rows.condition, work)
            work.masks[name] = as_truth(condition)

        return self._once(("mask", id(work), rows.condition), "mask", make)

    def _gather(
        self, work: Pass, key: tuple[object, ...], expression: nw.Expr, without_rows: int | bool | None = None
    ) -> str:
        """The name of an aggregate, and what it is for a patient without rows."""

        def make(name: str) -> None:
            work.gathered[name] = expression
            if without_rows is not None:
                self._without_rows[name] = without_rows

        return self._once((id(work), *key), "all", make)

    def _any(self, work: Pass, key: tuple[object, ...], truth: nw.Expr, reader: Pass | None) -> nw.Expr:
        """Whether it is true of any row; the truth is never unknown."""
        return self._use(self._gather(work, key, truth.any(), False), reader)

    def _number_of(self, work: Pass, key: tuple[object, ...], truth: nw.Expr, reader: Pass | None) -> nw.Expr:
        """Of how many rows it is true."""
        return self._use(self._gather(work, key, one_if(truth).sum(), 0), reader)

    def _is_complete(self, rows: model.Rows, reader: Pass | None) -> nw.Expr:
        names = [self.topics.setdefault(topic, f"__topic_{len(self.topics)}") for topic in dict.fromkeys(rows.topics)]
        self._without_rows.update(dict.fromkeys(names, False))
        return nw.any_horizontal(*(self._use(name, reader) for name in names), ignore_nulls=False)

    def _exists(self, rows: model.Rows, node: Node, reader: Pass | None) -> End:
        work = self._work(node, rows.table)
        mask = self._mask(rows, work)
        most = self._use(self._gather(work, ("most", mask), certainty(nw.col(mask)).max(), 0), reader)
        return settled(most == 2, (most == 0) & self._is_complete(rows, reader))

    def _gathered(self, node: Node, reader: Pass | None) -> Value:
        match node:
            case model.Count(rows):
                return self._count(rows, self._work(node, rows.table), reader)
            case model.CountDistinct():
                return self._count_distinct(node, self._work(node, node.rows.table), reader)
            case model.Aggregate():
                return self._aggregate(node, self._work(node, node.rows.table), reader)
            case model.LongestSpan():
                return self._longest_span(node, self._work(node, node.rows.table), reader)
            case model.ValueOf():
                return self._value_of(node, self._work(node, node.pick.rows.table), reader)
            case _:
                raise RuleError(f"The frame engine does not know {type(node).__name__}.")

    def _count(self, rows: model.Rows, work: Pass, reader: Pass | None) -> Value:
        mask = self._mask(rows, work)
        inside = self._number_of(work, ("inside", mask), nw.col(mask), reader)
        possible = self._number_of(work, ("possible", mask), nw.col(mask).is_null(), reader)
        return Value("number", inside, nw.when(self._is_complete(rows, reader)).then(inside + possible))

    def _count_distinct(self, node: model.CountDistinct, work: Pass, reader: Pass | None) -> Value:
        mask = self._mask(node.rows, work)
        value = self.value(node.value, work)
        if value.kind == "texts":
            raise RuleError(f"Different values are counted of texts, numbers and days, not of lists: {node.value!r}")
        truth = nw.col(mask)
        maybe = truth.fill_null(True)
        unknown = one_if(maybe & as_truth(is_unknown(value.low))).sum()
        inside = self._distinct(work, ("inside", mask, node.value), where(truth, value.low), reader)
        either = self._distinct(work, ("either", mask, node.value), where(maybe, value.low), reader)
        blank = self._use(self._gather(work, ("blank", mask, node.value), unknown, 0), reader)
        return Value("number", inside, nw.when(self._is_complete(node.rows, reader)).then(either + blank))

    def _distinct(self, work: Pass, key: tuple[object, ...], value: nw.Expr, reader: Pass | None) -> nw.Expr:
        """How many different values there are; null is none."""
        different = self._gather(work, ("different", *key), value.n_unique(), 0)
        null = self._gather(work, ("null", *key), one_if(value.is_null()).max(), 0)
        return self._use(different, reader) - self._use(null, reader)

    def _aggregate(self, node: model.Aggregate, work: Pass, reader: Pass | None) -> Value:
        mask = self._mask(node.rows, work)
        value = self.value(node.value, work)
        if value.kind not in ("number", "unknown") and (node.how == "sum" or value.kind != "day"):
            raise RuleError(f"A {value.kind} has no {node.how}: {node.value!r}")
        low, high = self._ends_over(node, value, mask, work, reader)
        ends = [in_millionths(end) for end in (value.low, value.high)] if node.how == "sum" else (value.low, value.high)
        closed = self._closed((node.how, node.value), node.rows, ends, mask, work, reader)
        kind: Kind = "number" if node.how == "sum" else value.kind
        if node.how == "smallest":
            return Value(kind, nw.when(closed).then(low), high)
        return Value(kind, low, nw.when(closed).then(high))

    def _ends_over(
        self, node: model.Aggregate, value: Value, mask: str, work: Pass, reader: Pass | None
    ) -> tuple[nw.Expr, nw.Expr]:
        """The sum, smallest or largest of the low ends of the rows in, and that of the high ends."""
        low = self._over(("low", mask, node.how, node.value), node.how, value.low, mask, work, reader)
        if value.is_exact:
            return low, low
        return low, self._over(("high", mask, node.how, node.value), node.how, value.high, mask, work, reader)

    def _over(self, key: tuple[object, ...], how: str, end: End, mask: str, work: Pass, reader: Pass | None) -> nw.Expr:
        inside = nw.col(mask)
        if how == "sum":
            total = self._gather(work, key, where(inside, in_millionths(end)).sum(), 0)
            return self._use(total, reader) / 1e6
        values = where(inside, end)
        return self._use(self._gather(work, key, values.min() if how == "smallest" else values.max()), reader)

    def _closed(
        self,
        key: tuple[object, ...],
        rows: model.Rows,
        ends: Iterable[End],
        mask: str,
        work: Pass,
        reader: Pass | None,
    ) -> nw.Expr:
        """Nothing can be missing: the table is complete, no row is only possible, and no row in lacks an end."""
        lacks = as_truth(any_of([is_unknown(end) for end in ends]))
        loose = nw.col(mask).is_null() | (nw.col(mask).fill_null(False) & lacks)
        return self._is_complete(rows, reader) & ~self._any(work, ("loose", mask, *key), loose, reader)

    def _longest_span(self, node: model.LongestSpan, work: Pass, reader: Pass | None) -> Value:
        mask = self._mask(node.rows, work)
        start, end = self.value(node.start, work), self.value(node.end, work)

        def make(name: str) -> None:
            work.spans[name] = SpanOf(mask, start, end, node.gap)
            self._without_rows.update(dict.fromkeys(span_ends(name), 0))

        name = self._once((id(work), "span", mask, node.start, node.end, node.gap), "span", make)
        closed = self._closed((node.start, node.end), node.rows, (start.low, end.low), mask, work, reader)
        low, high = (self._use(each, reader) for each in span_ends(name))
        return Value("number", low, nw.when(closed).then(high))

    def _value_of(self, node: model.ValueOf, work: Pass, reader: Pass | None) -> Value:
        mask = self._mask(node.pick.rows, work)
        rank = where(nw.col(mask) & ~nw.col(day_column("true_on")).is_null(), nw.col(ORDER))
        which = rank.min() if node.pick.which == "earliest" else rank.max()
        row = self._gather(work, (node.pick.which, mask), which)
        value = self.value(node.column, work)

        def at_row(end: End) -> nw.Expr:
            def make(name: str) -> None:
                work.picked.setdefault(row, {})[name] = as_expression(end)

            key = (row, node.column, "low" if end is value.low else "high")
            return self._use(self._once(key, "at", make), reader)

        low = at_row(value.low)
        return Value(value.kind, low, low if value.is_exact else at_row(value.high))
