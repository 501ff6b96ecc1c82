"""The operators that authors write. Nothing here is evaluated: each expression is a node of the model.

::

    procedures = rows("procedure")
    p = procedures.columns
    sessions = procedures.where(
        p.kind.is_in(parameter("epidural_kinds"))
        & (p.region == request.region)
        & p.true_on.within_last(parameter("window_months"), "months")
    )
    sessions_are_left = criterion(
        "epidural_sessions_are_left",
        met_when=sessions.count_days() < parameter("max_sessions"),
        label="Fewer epidural sessions in this region in the last twelve months than the policy allows",
        ask="Which epidural injections did the patient have in the last twelve months, here or elsewhere?",
    )

Python's ``and``, ``or``, ``not``, ``in`` and chained comparisons cannot build nodes; they raise an error that shows
what to write instead.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any, Literal, NoReturn, Self, cast

from lenitive.chart.request import Request
from lenitive.chart.schema import REFERENCES, columns
from lenitive.errors import RuleError, no_such
from lenitive.rules import model
from lenitive.rules.model import Criterion, Node, Parameter

Unit = Literal["days", "weeks", "months", "years"]


class Expression:
    """Something that has a value; wraps one node."""

    __slots__ = ("node",)

    def __init__(self, node: Node) -> None:
        self.node = node

    def __bool__(self) -> NoReturn:
        raise RuleError(
            "A rule has no value while it is being written, so Python's `and`, `or`, `not`, `if` and chained "
            "comparisons cannot be used on it. Write `(a < x) & (x < b)` for `a < x < b`, `a & b` for `a and b`, "
            "`a | b` for `a or b`, `~a` for `not a`."
        )

    def __hash__(self) -> int:
        return hash(self.node)

    def __contains__(self, _item: object) -> NoReturn:
        raise RuleError("Python's `in` cannot be used in a rule. Write `column.is_in([...])`.")

    __iter__ = None

    def is_recorded(self) -> Truth:
        """True if the value is known."""
        return Truth(model.IsRecorded(self.node))

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.node!r})"


class Truth(Expression):
    """Met, not met or undocumented."""

    __slots__ = ()

    def __and__(self, other: Truth) -> Truth:
        return Truth(model.And(_flat(model.And, self, _truth(other, "&"))))

    def __or__(self, other: Truth) -> Truth:
        return Truth(model.Or(_flat(model.Or, self, _truth(other, "|"))))

    def __invert__(self) -> Truth:
        return Truth(model.Not(self.node))

    def __eq__(self, other: object) -> NoReturn:
        raise RuleError("Do not compare a truth with ==. Write `a` for `a == True` and `~a` for `a == False`.")

    __hash__ = Expression.__hash__


class Param(Expression):
    """A value from the policy row or the knowledge base: a number, a text or a list of texts."""

    __slots__ = ()


class Comparable(Expression):
    """Numbers and days: things with an order."""

    __slots__ = ()

    def _compare(self, op: model.Comparison, other: object) -> Truth:
        return Truth(model.Compare(op, self.node, _node_like(self, other, op)))

    def __lt__(self, other: object) -> Truth:
        return self._compare("<", other)

    def __le__(self, other: object) -> Truth:
        return self._compare("<=", other)

    def __gt__(self, other: object) -> Truth:
        return self._compare(">", other)

    def __ge__(self, other: object) -> Truth:
        return self._compare(">=", other)

    def __eq__(self, other: object) -> Truth:  # type: ignore[override]
        return self._compare("==", other)

    def __ne__(self, other: object) -> Truth:  # type: ignore[override]
        return self._compare("!=", other)

    __hash__ = Expression.__hash__


class Number(Comparable):
    """A number, perhaps a range."""

    __slots__ = ()

    def _with(self, op: Literal["+", "-", "*", "/"], other: object, swap: bool = False) -> Number:
        mine, theirs = self.node, _node_like(self, other, op)
        left, right = (theirs, mine) if swap else (mine, theirs)
        if op in "*/" and (may_be_range(left) or may_be_range(right)):
            raise RuleError(
                f"`{op}` needs numbers that are exactly known; a count, sum or difference of days may be a range. "
                "Compare it with a number instead, or take the value at one row (`.latest().score`)."
            )
        return Number(model.Arithmetic(op, left, right))

    def __add__(self, other: object) -> Number:
        return self._with("+", other)

    def __radd__(self, other: object) -> Number:
        return self._with("+", other, swap=True)

    def __sub__(self, other: object) -> Number:
        return self._with("-", other)

    def __rsub__(self, other: object) -> Number:
        return self._with("-", other, swap=True)

    def __mul__(self, other: object) -> Number:
        return self._with("*", other)

    def __rmul__(self, other: object) -> Number:
        return self._with("*", other, swap=True)

    def __truediv__(self, other: object) -> Number:
        return self._with("/", other)

    def __rtruediv__(self, other: object) -> Number:
        return self._with("/", other, swap=True)

    def percent_below(self, baseline: Number) -> Number:
        """How far this is below the baseline, in percent of the baseline; negative if above."""
        return (baseline - self) / baseline * 100


class Day(Comparable):
    """A day, perhaps known only roughly."""

    __slots__ = ()

    def before(self, amount: object, unit: Unit) -> Day:
        """The day that many days, weeks, months or years earlier."""
        return self._shift(amount, unit, -1)

    def after(self, amount: object, unit: Unit) -> Day:
        """The day that many days, weeks, months or years later."""
        return self._shift(amount, unit, 1)

    def _shift(self, amount: object, unit: Unit, sign: Literal[1, -1]) -> Day:
        if unit in ("months", "years") and not is_fixed(self.node):
            raise RuleError(
                f"Only a fixed day can be moved by {unit}: write `day <= as_of.before(3, 'months')` "
                "in place of `day.after(3, 'months') <= as_of`."
            )
        if not is_fixed(_number(amount)):
            raise RuleError(
                f"A day moves by a number of {unit} that is known before the chart is read. "
                "Compare the days between instead: `start.days_until(end) >= amount`."
            )
        return Day(model.Shift(self.node, _number(amount), unit, sign))

    def within_last(self, amount: object, unit: Unit) -> Truth:
        """On or after the day that long before the request's day, and not after it.

        "Within the last 14 days" of 15 May begins on 1 May.
        """
        return (self >= as_of.before(amount, unit)) & (self <= as_of)

    def days_until(self, other: Day) -> Number:
        """The number of days from this day to the other."""
        return Number(model.DaysBetween(self.node, _node_like(self, other, "days_until")))


class Text(Expression):
    """A word or a code."""

    __slots__ = ()

    def __eq__(self, other: object) -> Truth:  # type: ignore[override]
        return Truth(model.Compare("==", self.node, _node_like(self, other, "==")))

    def __ne__(self, other: object) -> Truth:  # type: ignore[override]
        return Truth(model.Compare("!=", self.node, _node_like(self, other, "!=")))

    __hash__ = Expression.__hash__

    def is_in(self, options: Iterable[str] | Param | Texts) -> Truth:
        """One of the options."""
        return Truth(model.IsIn(self.node, _options(options)))

    def starts_with(self, options: Iterable[str] | Param) -> Truth:
        """Starts with one of the options."""
        return Truth(model.StartsWith(self.node, _options(options)))


class Texts(Expression):
    """A list of words or codes."""

    __slots__ = ()

    def shares(self, options: Iterable[str] | Param | Texts) -> Truth:
        """Has at least one of the options."""
        return Truth(model.Shares(self.node, _options(options)))

    def covers(self, options: Iterable[str] | Param | Texts) -> Truth:
        """Has every one of the options."""
        return Truth(model.Covers(self.node, _options(options)))


# --- rows --------------------------------------------------------------------------------------------------------

_WRAP: dict[str, type[Expression]] = {
    "text": Text,
    "number": Number,
    "whole": Number,
    "truth": Truth,
    "day": Day,
    "texts": Texts,
}


class Columns:
    """The columns of a table, as attributes; a reference column also leads to the row it names."""

    def __init__(self, table: str, via: str | None = None) -> None:
        self._table, self._via = table, via

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        table, via = self._table, self._via
        target = REFERENCES[table, via] if via else table
        known = columns(target)
        if name not in known or known[name].kind not in _WRAP:
            usable = [column for column, info in known.items() if info.kind in _WRAP]
            raise RuleError(str(no_such(f"column in the table {target!r}", name, usable)))
        return _WRAP[known[name].kind](model.Column(table, name, via))

    def of(self, reference: str) -> Columns:
        """The columns of the row that a reference column names: ``relief.of("procedure").kind``."""
        if (self._table, reference) not in REFERENCES:
            raise RuleError(
                str(no_such("reference", reference, [name for table, name in REFERENCES if table == self._table]))
            )
        return Columns(self._table, reference)


class RowSet:
    """Rows of one table that satisfy a condition."""

    def __init__(self, node: model.Rows) -> None:
        self.node = node

    @property
    def columns(self) -> Columns:
        """The table's columns, for conditions and aggregates."""
        return Columns(self.node.table)

    def where(self, *conditions: Truth) -> Self:
        """The rows for which all conditions hold too."""
        old = (Truth(self.node.condition),) if self.node.condition is not None else ()
        return type(self)(model.Rows(self.node.table, all_of(*old, *conditions).node, self.node.topics))

    def complete_if_asked(self, part: str) -> Self:
        """Also complete when the topic ``table:part`` was attested (``procedure:epidural``)."""
        topic = f"{self.node.table}:{part}"
        return type(self)(model.Rows(self.node.table, self.node.condition, (*self.node.topics, topic)))

    def exist(self) -> Truth:
        """There is at least one."""
        return Truth(model.Exists(self.node))

    def count(self) -> Number:
        """How many."""
        return Number(model.Count(self.node))

    def count_distinct(self, column: Expression) -> Number:
        """How many different values of a column."""
        if isinstance(column, Texts):
            raise RuleError("A list of texts is not one value. Count the rows where it `.shares([…])` a text.")
        return Number(model.CountDistinct(self.node, self._own(column)))

    def count_days(self) -> Number:
        """On how many different days."""
        return self.count_distinct(self.columns.true_on)

    def sum_of(self, column: Number) -> Number:
        """The sum of a column that is never negative."""
        return Number(model.Aggregate("sum", self.node, self._own(column)))

    def smallest(self, column: Any) -> Any:
        """The smallest number, or the earliest day, of a column."""
        return type(column)(model.Aggregate("smallest", self.node, self._own(_ordered(column, "smallest"))))

    def largest(self, column: Any) -> Any:
        """The largest number, or the latest day, of a column."""
        return type(column)(model.Aggregate("largest", self.node, self._own(_ordered(column, "largest"))))

    def earliest(self) -> PickedRow:
        """The first dated row recorded."""
        return PickedRow(model.Pick("earliest", self.node))

    def latest(self) -> PickedRow:
        """The last dated row recorded."""
        return PickedRow(model.Pick("latest", self.node))

    def longest_span_days(self, gap: int = 1) -> Number:
        """The longest stretch covered without a gap of more than ``gap`` days, from ``true_on`` to ``until``."""
        table = self.node.table
        if "until" not in columns(table):
            raise RuleError(f"Rows of {table!r} have no end; only tables with `until` last for a span.")
        start, end = model.Column(table, "true_on"), model.Column(table, "until")
        return Number(model.LongestSpan(self.node, start, end, gap))

    def _own(self, column: Expression) -> Node:
        if table_of(column.node) != self.node.table:
            raise RuleError(f"The column belongs to {table_of(column.node)!r}, the rows are of {self.node.table!r}.")
        return column.node

    def __bool__(self) -> NoReturn:
        raise RuleError("Rows are not a yes or no. Write `rows.exist()`.")


class PickedRow:
    """One row: its columns are values of the patient."""

    def __init__(self, node: model.Pick) -> None:
        self._node = node

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        column = getattr(Columns(self._node.rows.table), name)
        return type(column)(model.ValueOf(self._node, column.node))

    def of(self, reference: str, name: str) -> Any:
        """A column of the row that a reference of the picked row names."""
        column = getattr(Columns(self._node.rows.table).of(reference), name)
        return type(column)(model.ValueOf(self._node, column.node))


def rows(table: str) -> RowSet:
    """All rows of a fact table."""
    columns(table)
    return RowSet(model.Rows(table, None, (table,)))


# --- values that are not in a table ------------------------------------------------------------------------------

as_of = Day(model.AsOf())
"""The day of the request."""


class _Request:
    """The request's fields, as attributes."""

    _fields = frozenset(Request.__struct_fields__) - {"on", "levels"}

    @property
    def levels(self) -> Texts:
        """The levels asked for."""
        return Texts(model.RequestField("levels"))

    @property
    def level_count(self) -> Number:
        """How many levels are asked for."""
        return Number(model.RequestLevelCount())

    def __getattr__(self, name: str) -> Any:
        if name not in self._fields:
            raise RuleError(str(no_such("field of the request", name, [*self._fields, "levels", "level_count"])))
        node = model.RequestField(name)
        return Truth(node) if name == "contrast" else Text(node)


request = _Request()
"""What is being asked for."""


def parameter(name: str) -> Param:
    """A value that the policy row gives, or else the knowledge base."""
    return Param(Parameter(name))


def all_of(*parts: Truth) -> Truth:
    """All hold."""
    return parts[0] if len(parts) == 1 else Truth(model.And(_flat(model.And, *parts)))


def any_of(*parts: Truth) -> Truth:
    """At least one holds."""
    return parts[0] if len(parts) == 1 else Truth(model.Or(_flat(model.Or, *parts)))


def at_least(n: int, *parts: Truth) -> Truth:
    """At least ``n`` of the parts hold."""
    if not 1 <= n <= len(parts):
        raise RuleError(f"at_least({n}, …) of {len(parts)} parts can never be a question; n is from 1 to {len(parts)}.")
    return Truth(model.AtLeast(n, tuple(_truth(part, "at_least").node for part in parts)))


def feature(name: str, value: Any, label: str) -> Any:
    """A named quantity; use it like its value."""
    return type(value)(model.Feature(name, value.node, label))


def criterion(name: str, *, met_when: Truth, label: str, ask: str) -> Criterion:
    """A named question."""
    node = _truth(met_when, "met_when").node
    if table_of(node):
        raise RuleError(
            f"The criterion {name!r} is about single rows of {table_of(node)!r}. "
            "Say which rows: `rows.where(…).exist()`, `.count() >= 2`, `.latest().score >= 4`."
        )
    return Criterion(name, node, label, ask)


# --- checks ------------------------------------------------------------------------------------------------------

_ROWS_END = (
    model.Exists,
    model.Count,
    model.CountDistinct,
    model.Aggregate,
    model.Pick,
    model.ValueOf,
    model.LongestSpan,
)


@model.kept_on_node
def table_of(node: Node) -> str | None:
    """The table whose rows a node has values for, or ``None`` if it has one value a patient."""
    if isinstance(node, model.Column):
        return node.table
    if isinstance(node, _ROWS_END):
        return None
    tables = {table for child in model.children(node) if (table := table_of(child))}
    if len(tables) > 1:
        raise RuleError(
            f"One expression mixes rows of {' and '.join(sorted(tables))}. Take one value first, "
            "for example `rows.latest().true_on`, or follow a reference with `.of('procedure')`."
        )
    return tables.pop() if tables else None


def is_fixed(node: Node) -> bool:
    """True if the value is known before the chart is read."""
    if isinstance(node, (model.AsOf, model.Constant, model.Parameter, model.RequestField, model.RequestLevelCount)):
        return True
    return isinstance(node, (model.Shift, model.Arithmetic)) and all(is_fixed(child) for child in model.children(node))


def may_be_range(node: Node) -> bool:
    """True if the value can be a range that is neither exact nor wholly unknown."""
    if isinstance(node, (model.Count, model.CountDistinct, model.Aggregate, model.LongestSpan, model.DaysBetween)):
        return True
    if isinstance(node, model.ValueOf):
        return False
    return any(may_be_range(child) for child in model.children(node))


def _truth(value: object, where: str) -> Truth:
    if isinstance(value, Truth):
        return value
    raise RuleError(
        f"`{where}` needs a question, not {type(value).__name__}. "
        "Put each comparison in brackets: `(a == b) & (c > d)`; `&` binds more tightly than `==`."
    )


def _flat(kind: type[model.And] | type[model.Or], *parts: Truth) -> tuple[Node, ...]:
    found: list[Node] = []
    for part in parts:
        node = _truth(part, kind.__name__.lower()).node
        found.extend(node.parts if isinstance(node, kind) else (node,))
    result = tuple(found)
    table_of(kind(result))
    return result


def _number(value: object) -> Node:
    if isinstance(value, (Number, Param)):
        return value.node
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return model.Constant(value)
    raise RuleError(f"A number is needed here, not {value!r}.")


def _node_like(mine: Expression, other: object, where: str) -> Node:
    """The node for the other side of an operator, if it fits this side."""
    if isinstance(other, Param):
        return other.node
    kind = type(mine)
    if isinstance(other, kind):
        table_of(model.Compare("==", mine.node, other.node))
        return other.node
    plain: dict[type[Expression], tuple[type, ...]] = {Number: (int, float), Day: (date,), Text: (str,)}
    if isinstance(other, plain[kind]) and not isinstance(other, bool):
        return model.Constant(cast("model.Scalar", other))
    if other is None:
        raise RuleError("Nothing is ever equal to an unknown. Write `~column.is_recorded()`.")
    raise RuleError(f"`{where}` cannot put a {kind.__name__.lower()} beside {other!r}.")


def _ordered(value: object, where: str) -> Comparable:
    if isinstance(value, Comparable):
        return value
    raise RuleError(f"`{where}` needs numbers or days, not {type(value).__name__}.")


def _options(options: object) -> Node:
    if isinstance(options, (Param, Texts)):
        if not is_fixed(options.node):
            raise RuleError("Options are known before the chart is read: a list, a parameter, or `request.levels`.")
        return options.node
    if isinstance(options, str):
        raise RuleError(f"A list of options is needed: write `is_in([{options!r}])`, or `== {options!r}` for one.")
    return model.Constant(tuple(cast("Iterable[str]", options)))
