"""The many-patient engine: the nodes of :mod:`lenitive.rules.model`, compiled to Narwhals expressions.

:func:`evaluate` answers any number of questions about any number of patients, lazily, on Polars or Spark. Answers equal
those of :mod:`lenitive.rules.reference` for every chart, whatever the order of rows or the number of threads.

**How a question becomes a query.** A value that is known before the chart is read (a constant, the request, a window's
first day) is worked out in Python and stays a plain value; everything else is an expression. An aggregate is computed
by a *work*: one pass over the standing rows of one table, which marks the rows of each filter (true, false, unknown) in
a column of its own, and gathers all aggregates of the table in one group-by. Aggregates written alike are computed
once. A filter that holds a value of the patient waits for it: works come in stages, and the rows of a later stage
borrow the columns that the earlier ones worked out.

**What a frame holds.** One row a fact with the table's columns, days also as whole numbers (:func:`day_column`), empty
lists as null, and the columns named below, which :mod:`lenitive.registry.store` writes.
"""

from __future__ import annotations

import operator
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import reduce
from itertools import count
from typing import Any, Literal

import narwhals as nw

from lenitive.chart.request import Request
from lenitive.chart.schema import LATEST_OF, REFERENCES, TABLES, columns
from lenitive.errors import RuleError
from lenitive.rules import model
from lenitive.rules.calendar import shift
from lenitive.rules.model import Node
from lenitive.status import kleene_and, kleene_at_least, kleene_not, kleene_or

PATIENT = "patient"
"""The patient's id."""
KEY = "__patient"
"""A whole number below 2**32 that stands for the patient."""
ORDER = "__order"
"""A whole number below 2**56 that stands for the row in its table and grows with the time order of a patient's facts
(:func:`lenitive.chart.chart.order_key`; undated facts first)."""
RECORDED = "recorded__day"
"""The day number (UTC) on which the fact was written down."""
SUPERSEDED = "superseded__day"
"""The day number on which a fact that supersedes it was written down; null if there is none."""

Frame = nw.LazyFrame[Any]
Plain = bool | int | float | str | tuple[str, ...] | None
End = nw.Expr | Plain
"""One end of a range, or a truth or text: a plain value if it is known before the chart is read."""

Kind = Literal["truth", "number", "day", "text", "texts", "unknown"]
_KINDS: dict[str, Kind] = {
    "text": "text",
    "number": "number",
    "whole": "number",
    "truth": "truth",
    "day": "day",
    "texts": "texts",
}


def day_column(name: str) -> str:
    """The column that holds a day column as whole numbers, so that Spark can subtract them."""
    return f"{name}__day"


def reference_column(name: str) -> str:
    """The :data:`ORDER` of the row that a reference column names; null if there is no such fact."""
    return f"{name}__order"


def latest_column(name: str) -> str:
    """The whole numbers of the latest day that a day column with a range can mean; the day itself where it is exact."""
    return f"{name}__latest"


def day_number(day: date) -> int:
    """Days since 1970-01-01."""
    return day.toordinal() - _EPOCH


_EPOCH = date(1970, 1, 1).toordinal()
_DAYS_APART = 2**23
_FIRST_DAY, _LAST_DAY = day_number(date.min), day_number(date.max)


def standing(rows: Frame, as_of: date) -> Frame:
    """The facts that stood at the end of that day: written down, not superseded, not withdrawn."""
    day = day_number(as_of)
    superseded = nw.col(SUPERSEDED)
    return rows.filter((nw.col(RECORDED) <= day) & (superseded.is_null() | (superseded > day)) & ~nw.col("withdrawn"))


def evaluate(
    questions: Mapping[str, Node],
    frames: Mapping[str, Frame],
    patients: Frame,
    as_of: date,
    request: Request | None = None,
    keep: Callable[[Frame], Frame] = lambda frame: frame,
) -> Frame:
    """A frame with each patient's id and one nullable truth a question, in no order.

    ``frames`` holds the fact tables that the questions use, ``patients`` every patient (``patient``, ``__patient``).
    All parameters must be bound. ``keep`` is given what is read more than once and may work it out there and then;
    left alone, all of it stays lazy.
    """
    one = _One()
    asked = {name: one(question) for name, question in questions.items()}
    compiler = _Compiler(as_of, request)
    shared = compiler.share(asked.values())
    answers = [_expression(compiler.truth(question, None)).alias(name) for name, question in asked.items()]
    tables = {name: standing(frame, as_of) for name, frame in frames.items() if name in TABLES}
    people = patients.select(KEY, PATIENT)
    for found in _gather(compiler, tables, keep):
        people = people.join(found, on=KEY, how="left")
    for layer in shared:
        people = people.with_columns(**layer)
    return people.select(PATIENT, *answers)


def _gather(compiler: _Compiler, tables: Mapping[str, Frame], keep: Callable[[Frame], Frame]) -> list[Frame]:
    """What each pass found: a row a patient. A pass whose findings a later one borrows is kept."""
    works = [work for stage in compiler.stages for work in stage.values()]
    borrowed: set[str] = set().union(*(work.borrowed for work in works))
    lenders: dict[str, Frame] = {}
    found: list[Frame] = []

    def add(names: Collection[str], frame: Frame) -> None:
        frame = frame if borrowed.isdisjoint(names) else keep(frame)
        found.append(frame)
        lenders.update(dict.fromkeys(names, frame))

    if compiler.topics:
        add(compiler.topics.values(), _asked(_table(tables, "attestation"), compiler.topics))
    for work in works:
        add(work.names, work.run({name: _table(tables, name) for name in work.tables}, lenders))
    return found


def _table(frames: Mapping[str, Frame], name: str) -> Frame:
    if name not in frames:
        raise RuleError(
            f"The questions read the table {name!r}; the frames are of {', '.join(sorted(frames)) or 'none'}."
        )
    return frames[name]


def _asked(attestations: Frame, topics: Mapping[str, str]) -> Frame:
    """One truth a topic: the latest attestation of it says that it was asked completely."""
    # The latest by order decides, so its word rides along as the last bit of the order.
    word = nw.col(ORDER) * 2 + _one_if(nw.col("complete"))
    latest = [nw.when(nw.col("topic") == topic).then(word).max().alias(name) for topic, name in topics.items()]
    known = attestations.filter(nw.col("topic").is_in(list(topics))).group_by(KEY).agg(*latest)
    return known.with_columns(*(((nw.col(name) % 2) == 1).alias(name) for name in topics.values()))


# --- values ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Value:
    """What a node compiles to. ``low is high`` where the value is exact or wholly unknown."""

    kind: Kind
    low: End
    high: End

    @property
    def is_exact(self) -> bool:
        return self.low is self.high


def _exact(kind: Kind, end: End) -> _Value:
    return _Value("unknown" if end is None else kind, end, end)


def _expression(end: End) -> nw.Expr:
    """A truth as an expression."""
    return end if isinstance(end, nw.Expr) else nw.lit(end, dtype=nw.Boolean)


def _apply(operation: Callable[[Any, Any], Any], a: End, b: End) -> Any:
    """The operation, unknown if either side is."""
    return None if a is None or b is None else operation(a, b)


def _split(parts: Iterable[End]) -> tuple[list[Any], list[nw.Expr]]:
    """Plain values and expressions apart."""
    plain: list[Any] = []
    expressions: list[nw.Expr] = []
    for part in parts:
        if isinstance(part, nw.Expr):
            expressions.append(part)
        else:
            plain.append(part)
    return plain, expressions


def _and(parts: Iterable[End]) -> End:
    plain, expressions = _split(parts)
    known = kleene_and(plain)
    if known is False or not expressions:
        return known
    return reduce(operator.and_, expressions if known else [*expressions, _expression(None)])


def _or(parts: Iterable[End]) -> End:
    plain, expressions = _split(parts)
    known = kleene_or(plain)
    if known is True or not expressions:
        return known
    return reduce(operator.or_, [*expressions, _expression(None)] if known is None else expressions)


def _not(part: End) -> End:
    return ~part if isinstance(part, nw.Expr) else kleene_not(part)  # type: ignore[arg-type]


def _at_least(n: int, parts: Sequence[End]) -> End:
    plain, expressions = _split(parts)
    if not expressions:
        return kleene_at_least(n, plain)
    true = reduce(operator.add, (_one_if(part) for part in expressions)) + sum(part is True for part in plain)
    false = reduce(operator.add, (_one_if(~part) for part in expressions)) + sum(part is False for part in plain)
    return _settle(true >= n, false > len(parts) - n)


def _one_if(truth: nw.Expr) -> nw.Expr:
    """1 for true; 0 for false and unknown."""
    return nw.when(truth).then(nw.lit(1)).otherwise(nw.lit(0))


def _settle(holds: End, fails: End) -> End:
    """True where the first is true, else false where the second is, else unknown: ranges are compared this way."""
    if not isinstance(holds, nw.Expr):
        if holds:
            return True
        return nw.when(fails).then(nw.lit(False)) if isinstance(fails, nw.Expr) else (False if fails else None)
    if not isinstance(fails, nw.Expr):
        return nw.when(holds).then(nw.lit(True)).otherwise(_expression(False if fails else None))
    return nw.when(holds).then(nw.lit(True)).otherwise(nw.when(fails).then(nw.lit(False)))


def _less(left: _Value, right: _Value) -> End:
    if left.is_exact and right.is_exact:
        return _apply(operator.lt, left.low, right.low)  # type: ignore[no-any-return]
    return _settle(_apply(operator.lt, left.high, right.low), _apply(operator.ge, left.low, right.high))


def _equal(left: _Value, right: _Value) -> End:
    if left.is_exact and right.is_exact:
        return _apply(operator.eq, left.low, right.low)  # type: ignore[no-any-return]
    same = _and(
        [
            _apply(operator.eq, left.low, right.low),
            _apply(operator.eq, left.high, right.high),
            _apply(operator.eq, left.low, left.high),
        ]
    )
    apart = _or([_apply(operator.lt, left.high, right.low), _apply(operator.lt, right.high, left.low)])
    return _settle(same, apart)


_COMPARISONS: dict[str, Callable[[_Value, _Value], End]] = {
    "<": _less,
    ">=": lambda left, right: _not(_less(left, right)),
    ">": lambda left, right: _less(right, left),
    "<=": lambda left, right: _not(_less(right, left)),
    "==": _equal,
    "!=": lambda left, right: _not(_equal(left, right)),
}


def _divide(a: End, b: End) -> Any:
    if not isinstance(b, nw.Expr):
        return None if b == 0 else _apply(operator.truediv, a, b)
    return _apply(operator.truediv, a, nw.when(b != 0).then(b))


def _is_in(text: nw.Expr, options: tuple[str, ...]) -> nw.Expr:
    return text.is_in(options)


def _starts_with(text: nw.Expr, options: tuple[str, ...]) -> nw.Expr:
    return reduce(operator.or_, (text.str.starts_with(option) for option in options))


def _shares(texts: nw.Expr, options: tuple[str, ...]) -> nw.Expr:
    return reduce(operator.or_, (texts.list.contains(option) for option in options))


def _is_unknown(end: End) -> End:
    return end.is_null() if isinstance(end, nw.Expr) else end is None


def _moved(day: End, step: int) -> End:
    """A day some days later; the calendar's first and last day stand for those beyond it."""
    return (day + step).clip(_FIRST_DAY, _LAST_DAY) if isinstance(day, nw.Expr) else day


def _where(mask: nw.Expr, value: End) -> nw.Expr:
    """The value at rows for which the mask is true, else null."""
    return nw.when(mask).then(_known(value))


def _known(end: End) -> nw.Expr:
    """An end as an expression."""
    if isinstance(end, nw.Expr):
        return end
    return nw.lit(None, dtype=nw.Int64) if end is None else nw.lit(end)


def _in_millionths(end: End) -> nw.Expr:
    """A number as whole millionths, so that its sum does not depend on the order of rows."""
    value = _known(end)
    addable = nw.when((value <= model.LARGEST_ADDEND) & (value >= -model.LARGEST_ADDEND)).then(value)
    return (addable * 1e6 + 0.5).floor().cast(nw.Int64)


# --- one pass over one table -------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _SpanWork:
    """What a longest span needs: the rows, and the days that are surely and possibly covered."""

    mask: str
    start: _Value
    end: _Value
    gap: int


@dataclass
class _Work:
    """All that is gathered from the rows of one table at one stage."""

    table: str
    masks: dict[str, nw.Expr] = field(default_factory=dict)
    """Truth of each filter at each row."""
    gathered: dict[str, nw.Expr] = field(default_factory=dict)
    """Aggregates over the rows of each patient."""
    picked: dict[str, dict[str, nw.Expr]] = field(default_factory=dict)
    """For each aggregate that is the order of a picked row: values at that row."""
    spans: dict[str, _SpanWork] = field(default_factory=dict)
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
        return {*self.gathered, *at_rows, *(end for name in self.spans for end in _span_ends(name))}

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
        for names in self._by_lender(lenders):
            rows = rows.join(lenders[names[0]].select(KEY, *names), on=KEY, how="left")
        rows = rows.with_columns(**self.masks)
        return rows.filter(reduce(operator.or_, (nw.col(mask).fill_null(True) for mask in self.masks)))

    def _by_lender(self, lenders: Mapping[str, Frame]) -> Collection[list[str]]:
        """The borrowed columns, those of one frame together."""
        groups: dict[int, list[str]] = {}
        for name in sorted(self.borrowed):
            groups.setdefault(id(lenders[name]), []).append(name)
        return groups.values()


def _span_ends(name: str) -> tuple[str, str]:
    return f"{name}_low", f"{name}_high"


def _longest_spans(rows: Frame, name: str, span: _SpanWork) -> tuple[Frame, Frame]:
    """The longest stretch of days that are surely covered, and of those that may be."""
    inside = rows.filter(nw.col(span.mask))
    low, high, end = (_known(part) for part in (span.start.low, span.start.high, span.end.low))
    sure_start = (
        nw.when(end.is_null())
        .then(nw.when(low == high).then(low))
        .otherwise(nw.when(high < end).then(high).otherwise(end))
    )
    sure, possible = _span_ends(name)
    return _longest(inside, sure_start, end, span.gap, sure), _longest(inside, low, end, span.gap, possible)


def _longest(rows: Frame, start: nw.Expr, end: nw.Expr, gap: int, name: str) -> Frame:
    """The longest stretch of each patient."""
    first, last, before, stretch = "__first", "__last", "__before", "__stretch"
    # Days are moved so far apart from patient to patient that no stretch reaches into the next patient. Then one window
    # over all rows, which is fastest on one machine, gives what a window a patient gives, which spreads over many.
    apart = nw.col(KEY) * _DAYS_APART - _FIRST_DAY
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


# --- compiling ---------------------------------------------------------------------------------------------------

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
        self.stages: list[dict[str, _Work]] = []
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

    def truth(self, node: Node, work: _Work | None) -> End:
        """A truth, of the patient or of each row of a work."""
        value = self.value(node, work)
        if value.kind not in ("truth", "unknown"):
            raise RuleError(f"A question is needed here, not a {value.kind}: {node!r}")
        return value.low

    def value(self, node: Node, work: _Work | None) -> _Value:
        """The value of any node but a list of options."""
        if work is None and id(node) in self._shared:
            return _exact("truth", self._shared[id(node)])
        match node:
            case model.Constant():
                return self._constant(node)
            case model.Parameter(name):
                raise RuleError(
                    f"The parameter {name!r} is not bound: neither the policy row nor the knowledge base gives it."
                )
            case model.AsOf():
                return _exact("day", day_number(self.day))
            case model.RequestField(name):
                return self._request_field(name)
            case model.RequestLevelCount():
                return _exact("number", len(self.request.levels) or None if self.request else None)
            case model.Column():
                return self._column(node, work)
            case model.Feature(_, inner, _):
                return self.value(inner, work)
            case model.Arithmetic() | model.Shift() | model.DaysBetween():
                return self._arithmetic(node, work)
            case model.Count() | model.CountDistinct() | model.Aggregate() | model.LongestSpan() | model.ValueOf():
                return self._gathered(node, work)
            case _:
                return _exact("truth", self._truth(node, work))

    def _truth(self, node: Node, work: _Work | None) -> End:
        match node:
            case model.And(parts):
                return _and([self.truth(part, work) for part in parts])
            case model.Or(parts):
                return _or([self.truth(part, work) for part in parts])
            case model.Not(part):
                return _not(self.truth(part, work))
            case model.AtLeast(n, parts):
                return _at_least(n, [self.truth(part, work) for part in parts])
            case model.Compare():
                return self._compare(node, work)
            case model.IsIn(value, options):
                return self._among(value, options, "text", work, _is_in, lambda text, listed: text in listed)
            case model.StartsWith(value, options):
                return self._among(
                    value, options, "text", work, _starts_with, lambda text, listed: text.startswith(listed)
                )
            case model.Shares(value, options):
                return self._among(
                    value, options, "texts", work, _shares, lambda texts, listed: not set(texts).isdisjoint(listed)
                )
            case model.IsRecorded(part):
                return self._is_recorded(self.value(part, work))
            case model.Exists(rows):
                return self._exists(rows, node, work)
            case _:
                raise RuleError(f"The frame engine does not know {type(node).__name__}.")

    def _compare(self, node: model.Compare, work: _Work | None) -> End:
        left, right = self.value(node.left, work), self.value(node.right, work)
        kinds = {left.kind, right.kind} - {"unknown"}
        if len(kinds) > 1 or "texts" in kinds or (kinds & {"text", "truth"} and node.op not in ("==", "!=")):
            raise RuleError(f"{left.kind} {node.op} {right.kind} has no meaning: {node!r}")
        return _COMPARISONS[node.op](left, right)

    def _among(
        self,
        value: Node,
        options: Node,
        kind: Kind,
        work: _Work | None,
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
    def _is_recorded(value: _Value) -> End:
        return _not(_and([_is_unknown(value.low), _is_unknown(value.high)]))

    # --- values without rows -------------------------------------------------------------------------------------

    @staticmethod
    def _constant(node: model.Constant) -> _Value:
        match node.value:
            case bool():
                return _exact("truth", node.value)
            case int() | float():
                return _exact("number", node.value)
            case date():
                return _exact("day", day_number(node.value))
            case str():
                return _exact("text", node.value)
            case tuple():
                return _exact("texts", tuple(map(str, node.value)) or None)
            case _:
                return _exact("unknown", None)

    def _request_field(self, name: str) -> _Value:
        value = getattr(self.request, name) if self.request else None
        if isinstance(value, tuple):
            return _exact("texts", value or None)
        return _exact("truth" if isinstance(value, bool) else "text", value)

    def _arithmetic(self, node: model.Arithmetic | model.Shift | model.DaysBetween, work: _Work | None) -> _Value:
        match node:
            case model.Arithmetic(op, left, right):
                return _combine(op, self._of_kind("number", left, work), self._of_kind("number", right, work))
            case model.DaysBetween(start, end):
                return _combine("-", self._of_kind("day", end, work), self._of_kind("day", start, work))
            case model.Shift(day, amount, unit, sign):
                return self._shift(self._of_kind("day", day, work), self._of_kind("number", amount, None), unit, sign)

    def _shift(self, day: _Value, amount: _Value, unit: str, sign: int) -> _Value:
        step = amount.low
        if step is None or day.kind == "unknown":
            return _exact("day", None)
        if not isinstance(step, (int, float)) or int(step) != step:
            raise RuleError(f"A day moves by a whole number of {unit} that is known before the chart is read.")
        if isinstance(day.low, int):
            return _exact("day", day_number(shift(date.fromordinal(day.low + _EPOCH), sign * step, unit)))
        if unit not in ("days", "weeks"):
            raise RuleError(f"Only a day that is known before the chart is read moves by {unit}.")
        days = sign * int(step) * (7 if unit == "weeks" else 1)
        low = _moved(day.low, days)
        return _Value("day", low, low if day.is_exact else _moved(day.high, days))

    def _of_kind(self, kind: Kind, node: Node, work: _Work | None) -> _Value:
        value = self.value(node, work)
        if value.kind not in (kind, "unknown"):
            raise RuleError(f"A {kind} is needed here, not a {value.kind}: {node!r}")
        return value

    # --- columns -------------------------------------------------------------------------------------------------

    def _column(self, node: model.Column, work: _Work | None) -> _Value:
        if work is None or work.table != node.table:
            raise RuleError(f"The column {node.table}.{node.name} was asked without a row of {node.table!r}.")
        table = node.table if node.via is None else REFERENCES[node.table, node.via]
        info = columns(table)[node.name]
        if info.kind not in _KINDS:
            raise RuleError(f"No rule can ask for the column {table}.{node.name}.")

        def at_row(name: str) -> nw.Expr:
            if node.via is None:
                return nw.col(name)
            return nw.col(work.referred.setdefault(node.via, {}).setdefault(name, f"{node.via}__{name}"))

        if info.kind != "day":
            return _exact(_KINDS[info.kind], at_row(node.name))
        low = at_row(day_column(node.name))
        return _Value("day", low, at_row(latest_column(node.name)) if node.name in LATEST_OF else low)

    # --- aggregates ----------------------------------------------------------------------------------------------

    def _work(self, node: Node, table: str) -> _Work:
        """The pass over the table that can gather this node."""
        stage = _stage_of(node)
        while len(self.stages) < stage:
            self.stages.append({})
        return self.stages[stage - 1].setdefault(table, _Work(table))

    def _once(self, key: object, kind: str, make: Callable[[str], None]) -> str:
        """The name under which something is gathered; made the first time."""
        known = _identity(key)
        if known not in self._done:
            name = f"__{kind}_{next(self._names)}"
            make(name)
            self._done[known] = name
        return self._done[known]

    def _use(self, name: str, reader: _Work | None) -> nw.Expr:
        """A column of the patient, for the answer or for the rows of a later work."""
        if reader is not None:
            reader.borrowed.add(name)
        return nw.col(name).fill_null(self._without_rows[name]) if name in self._without_rows else nw.col(name)

    def _mask(self, rows: model.Rows, work: _Work) -> str:
        def make(name: str) -> None:
            condition: End = True if rows.condition is None else self.truth(rows.condition, work)
            work.masks[name] = _expression(condition)

        return self._once(("mask", id(work), rows.condition), "mask", make)

    def _gather(self, work: _Work, key: tuple[object, ...], expression: nw.Expr, *, zero: bool = False) -> str:
        def make(name: str) -> None:
            work.gathered[name] = expression
            if zero:
                self._without_rows[name] = 0

        return self._once((id(work), *key), "all", make)

    def _inside(self, work: _Work, mask: str) -> str:
        return self._gather(work, ("inside", mask), _one_if(nw.col(mask)).sum(), zero=True)

    def _possible(self, work: _Work, mask: str) -> str:
        return self._gather(work, ("possible", mask), _one_if(nw.col(mask).is_null()).sum(), zero=True)

    def _is_complete(self, rows: model.Rows, reader: _Work | None) -> nw.Expr:
        names = [self.topics.setdefault(topic, f"__topic_{len(self.topics)}") for topic in dict.fromkeys(rows.topics)]
        self._without_rows.update(dict.fromkeys(names, False))
        return reduce(operator.or_, (self._use(name, reader) for name in names))

    def _exists(self, rows: model.Rows, node: Node, reader: _Work | None) -> End:
        work = self._work(node, rows.table)
        mask = self._mask(rows, work)
        inside = self._use(self._inside(work, mask), reader)
        possible = self._use(self._possible(work, mask), reader)
        return _settle(inside > 0, (possible == 0) & self._is_complete(rows, reader))

    def _gathered(self, node: Node, reader: _Work | None) -> _Value:
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

    def _count(self, rows: model.Rows, work: _Work, reader: _Work | None) -> _Value:
        mask = self._mask(rows, work)
        inside = self._use(self._inside(work, mask), reader)
        possible = self._use(self._possible(work, mask), reader)
        return _Value("number", inside, nw.when(self._is_complete(rows, reader)).then(inside + possible))

    def _count_distinct(self, node: model.CountDistinct, work: _Work, reader: _Work | None) -> _Value:
        mask = self._mask(node.rows, work)
        value = self.value(node.value, work)
        if value.kind == "texts":
            raise RuleError(f"Different values are counted of texts, numbers and days, not of lists: {node.value!r}")
        truth = nw.col(mask)
        maybe = truth.fill_null(True)
        unknown = _one_if(maybe & _expression(_is_unknown(value.low))).sum()
        inside = self._distinct(work, ("inside", mask, node.value), _where(truth, value.low), reader)
        either = self._distinct(work, ("either", mask, node.value), _where(maybe, value.low), reader)
        blank = self._use(self._gather(work, ("blank", mask, node.value), unknown, zero=True), reader)
        return _Value("number", inside, nw.when(self._is_complete(node.rows, reader)).then(either + blank))

    def _distinct(self, work: _Work, key: tuple[object, ...], value: nw.Expr, reader: _Work | None) -> nw.Expr:
        """How many different values there are; null is none."""
        different = self._gather(work, ("different", *key), value.n_unique(), zero=True)
        null = self._gather(work, ("null", *key), _one_if(value.is_null()).max(), zero=True)
        return self._use(different, reader) - self._use(null, reader)

    def _aggregate(self, node: model.Aggregate, work: _Work, reader: _Work | None) -> _Value:
        mask = self._mask(node.rows, work)
        value = self.value(node.value, work)
        if value.kind not in ("number", "unknown") and (node.how == "sum" or value.kind != "day"):
            raise RuleError(f"A {value.kind} has no {node.how}: {node.value!r}")
        low, high = self._ends_over(node, value, mask, work, reader)
        ends = (
            [_in_millionths(end) for end in (value.low, value.high)] if node.how == "sum" else (value.low, value.high)
        )
        unclear = self._unclear(("unclear", mask, node.how, node.value), mask, ends, work)
        closed = self._closed(node.rows, mask, unclear, work, reader)
        kind: Kind = "number" if node.how == "sum" else value.kind
        if node.how == "smallest":
            return _Value(kind, nw.when(closed).then(low), high)
        return _Value(kind, low, nw.when(closed).then(high))

    def _ends_over(
        self, node: model.Aggregate, value: _Value, mask: str, work: _Work, reader: _Work | None
    ) -> tuple[nw.Expr, nw.Expr]:
        """The sum, smallest or largest of the low ends of the rows in, and that of the high ends."""
        low = self._over(("low", mask, node.how, node.value), node.how, value.low, mask, work, reader)
        if value.is_exact:
            return low, low
        return low, self._over(("high", mask, node.how, node.value), node.how, value.high, mask, work, reader)

    def _over(
        self, key: tuple[object, ...], how: str, end: End, mask: str, work: _Work, reader: _Work | None
    ) -> nw.Expr:
        inside = nw.col(mask)
        if how == "sum":
            total = self._gather(work, key, _where(inside, _in_millionths(end)).sum(), zero=True)
            return self._use(total, reader) / 1e6
        values = _where(inside, end)
        return self._use(self._gather(work, key, values.min() if how == "smallest" else values.max()), reader)

    def _unclear(self, key: tuple[object, ...], mask: str, ends: Iterable[End], work: _Work) -> str:
        """How many rows in lack an end."""
        lacks = _or([_is_unknown(end) for end in ends])
        return self._gather(work, key, _one_if(nw.col(mask) & _expression(lacks)).sum(), zero=True)

    def _closed(self, rows: model.Rows, mask: str, unclear: str, work: _Work, reader: _Work | None) -> nw.Expr:
        """Nothing can be missing: the table is complete, no row is only possible, and no row in lacks a value."""
        possible = self._use(self._possible(work, mask), reader)
        return self._is_complete(rows, reader) & (possible == 0) & (self._use(unclear, reader) == 0)

    def _longest_span(self, node: model.LongestSpan, work: _Work, reader: _Work | None) -> _Value:
        mask = self._mask(node.rows, work)
        start, end = self.value(node.start, work), self.value(node.end, work)

        def make(name: str) -> None:
            work.spans[name] = _SpanWork(mask, start, end, node.gap)
            self._without_rows.update(dict.fromkeys(_span_ends(name), 0))

        name = self._once((id(work), "span", mask, node.start, node.end, node.gap), "span", make)
        unclear = self._unclear(("unclear", mask, node.start, node.end), mask, (start.low, end.low), work)
        closed = self._closed(node.rows, mask, unclear, work, reader)
        low, high = (self._use(each, reader) for each in _span_ends(name))
        return _Value("number", low, nw.when(closed).then(high))

    def _value_of(self, node: model.ValueOf, work: _Work, reader: _Work | None) -> _Value:
        mask = self._mask(node.pick.rows, work)
        rank = _where(nw.col(mask) & ~nw.col(day_column("true_on")).is_null(), nw.col(ORDER))
        which = rank.min() if node.pick.which == "earliest" else rank.max()
        row = self._gather(work, (node.pick.which, mask), which)
        value = self.value(node.column, work)

        def at_row(end: End) -> nw.Expr:
            def make(name: str) -> None:
                work.picked.setdefault(row, {})[name] = _known(end)

            key = (row, node.column, "low" if end is value.low else "high")
            return self._use(self._once(key, "at", make), reader)

        low = at_row(value.low)
        return _Value(value.kind, low, low if value.is_exact else at_row(value.high))


def _combine(op: str, left: _Value, right: _Value) -> _Value:
    """Arithmetic of ranges."""
    if op in ("*", "/"):
        result = _apply(operator.mul, left.low, right.low) if op == "*" else _divide(left.low, right.low)
        return _exact("number", result)
    if op == "+":
        low = _apply(operator.add, left.low, right.low)
        high = _apply(operator.add, left.high, right.high)
    else:
        low = _apply(operator.sub, left.low, right.high)
        high = _apply(operator.sub, left.high, right.low)
    return _exact("number", low) if left.is_exact and right.is_exact else _Value("number", low, high)
