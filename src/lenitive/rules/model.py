"""What a question means: frozen nodes, and nothing else.

Authors write with :mod:`lenitive.rules.language`, which builds these nodes. The engines
(:mod:`lenitive.rules.reference`, :mod:`lenitive.rules.frame`) give each node its value. The meaning of each node is
written here, once.

**Values.** A truth is true, false or unknown. A number or a day is a *range* ``(low, high)``; an end that is unknown
is ``None``. A value that is exactly known has ``low == high``; one that is not known at all is ``(None, None)``. A
comparison holds if it holds for every value in the ranges, fails if it fails for every one, and is unknown otherwise.
Text and lists of text are known or ``None``.

**Rows.** A node that contains a :class:`Column` outside an aggregate is *row-level*: it has a value for each row of one
table. All others have one value a patient. A filter may hold a patient-level node; it is the same for every row.

**Completeness.** Rows for which the filter is true are *in*; rows for which it is unknown are *possible*. A table is
*complete* if one of its topics was attested. Aggregates over rows that may be missing (not complete, or with possible
rows) are ranges: see each node.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from functools import wraps
from typing import Any, Literal, TypeVar

import msgspec

Scalar = str | int | float | bool | date


class Citation(msgspec.Struct, frozen=True):
    """Where a value comes from: source, place in it, grade, and the entry or policy row that carries it."""

    entry: str
    source: str
    locator: str
    grade: str
    note: str = ""


@dataclass(frozen=True)
class Node:
    """The root of all nodes. Two nodes built alike are equal."""


# --- values without a table --------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Constant(Node):
    """A value that is written in the rule, or a parameter that was bound. A tuple is a list of options."""

    value: Scalar | tuple[Scalar, ...] | None
    citation: Citation | None = field(default=None, compare=True)
    name: str | None = None


@dataclass(frozen=True)
class Parameter(Node):
    """A value to be taken from the policy row or the knowledge base before the question is asked. See ``bind``."""

    name: str


@dataclass(frozen=True)
class AsOf(Node):
    """The day of the request: its planned day, or the day of the assessment."""


@dataclass(frozen=True)
class RequestField(Node):
    """A field of the request; unknown if it was not decided. ``levels`` is a list, empty meaning not decided."""

    name: str


@dataclass(frozen=True)
class RequestLevelCount(Node):
    """How many levels the request names; unknown if none."""


# --- row-level values --------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Column(Node):
    """A column of a table's row. With ``via``, of the row that the column ``via`` refers to by id.

    A day column with a range (``true_on`` to ``true_by``) is a range. Everything else that is not recorded is unknown;
    so is a column of a referred row that is not there.
    """

    table: str
    name: str
    via: str | None = None


# --- combining values --------------------------------------------------------------------------------------------

Comparison = Literal["<", "<=", ">", ">=", "==", "!="]


@dataclass(frozen=True)
class Compare(Node):
    """Compares two numbers, two days, or (``==``, ``!=`` only) two texts or truths. Unknown where ranges overlap."""

    op: Comparison
    left: Node
    right: Node


@dataclass(frozen=True)
class IsIn(Node):
    """A text is one of the options (a bound list, or the request's levels). Unknown if either is not known."""

    value: Node
    options: Node


@dataclass(frozen=True)
class StartsWith(Node):
    """A text starts with one of the options (for hierarchical codes)."""

    value: Node
    options: Node


@dataclass(frozen=True)
class Shares(Node):
    """A list of texts shares at least one with the options. An empty list was not recorded: unknown."""

    value: Node
    options: Node


@dataclass(frozen=True)
class Covers(Node):
    """A list of texts has every one of the options. An empty list was not recorded: unknown; so are no options."""

    value: Node
    options: Node


@dataclass(frozen=True)
class IsRecorded(Node):
    """True if a value is known (a range counts as known), else false. Never unknown."""

    value: Node


@dataclass(frozen=True)
class And(Node):
    """False if any is false, else unknown if any is unknown, else true."""

    parts: tuple[Node, ...]


@dataclass(frozen=True)
class Or(Node):
    """True if any is true, else unknown if any is unknown, else false."""

    parts: tuple[Node, ...]


@dataclass(frozen=True)
class Not(Node):
    """Unknown stays unknown."""

    part: Node


@dataclass(frozen=True)
class AtLeast(Node):
    """True if ``n`` of the parts are true, false if ``n`` can no longer be reached, else unknown."""

    n: int
    parts: tuple[Node, ...]


@dataclass(frozen=True)
class Arithmetic(Node):
    """``+`` and ``-`` of ranges; ``*`` and ``/`` of exactly known numbers. Dividing by zero is unknown."""

    op: Literal["+", "-", "*", "/"]
    left: Node
    right: Node


@dataclass(frozen=True)
class Shift(Node):
    """A day moved by whole days, weeks, months or years (negative: earlier), never beyond the first and the last day of
    the calendar. The amount is known before the chart is read.

    Months and years keep the day of the month, or take the month's last day if it has no such day, and apply only to
    days that are fixed before the chart is read (the request's day, constants).
    """

    day: Node
    amount: Node
    unit: Literal["days", "weeks", "months", "years"]
    sign: Literal[1, -1] = 1


@dataclass(frozen=True)
class DaysBetween(Node):
    """The number of days from ``start`` to ``end``: 1 from one day to the next."""

    start: Node
    end: Node


# --- rows --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Rows(Node):
    """Rows of one fact table for which ``condition`` holds (all rows if it is ``None``).

    ``topics`` are the attestations that make these rows complete; always including the table itself.
    """

    table: str
    condition: Node | None
    topics: tuple[str, ...]


@dataclass(frozen=True)
class Exists(Node):
    """True if a row is in; false if none is in or possible and the table is complete; else unknown."""

    rows: Rows


@dataclass(frozen=True)
class Count(Node):
    """Rows in, up to rows in or possible; no upper end if the table is not complete."""

    rows: Rows


@dataclass(frozen=True)
class CountDistinct(Node):
    """Distinct known values over rows in; upper end over rows in or possible, plus one for each unknown value.

    The low end of a day's range stands for the day. No upper end if the table is not complete.
    """

    rows: Rows
    value: Node


LARGEST_ADDEND = 1_000_000_000
"""No dose, duration or score is larger; see :class:`Aggregate`."""


@dataclass(frozen=True)
class Aggregate(Node):
    """Sum (of values that are never negative), smallest or largest value over rows.

    A sum is at least that of the known low ends of rows in; the largest is at least, the smallest at most, what is
    recorded. Sums are taken in millionths, so that the order of rows does not matter; a value beyond ``LARGEST_ADDEND``
    either way counts as unknown. The other end is open unless the table is complete, no row is only possible, and every
    row in has a known value. With no row in, the sum starts at 0 and the others are unknown.
    """

    how: Literal["sum", "smallest", "largest"]
    rows: Rows
    value: Node


@dataclass(frozen=True)
class Pick(Node):
    """The first or last dated row that is in, by (``true_on``, ``recorded_at``, ``id``): what is recorded, not what may
    be missing. Possible and undated rows are left aside."""

    which: Literal["earliest", "latest"]
    rows: Rows


@dataclass(frozen=True)
class ValueOf(Node):
    """A column at the picked row; unknown if there is no such row."""

    pick: Pick
    column: Column


@dataclass(frozen=True)
class LongestSpan(Node):
    """The longest stretch of days that rows in cover without a gap of more than ``gap`` days, in days from its first to
    its last day.

    A row without a start is left aside; one without an end counts only its start, and opens the upper end. Where a
    start is known only roughly, the low end counts the days that are covered whatever it was, the high end those that
    may be: from the latest and from the earliest start. The upper end is open unless the table is complete, no row is
    only possible, and every row in has both ends.
    """

    rows: Rows
    start: Column
    end: Column
    gap: int = 1


# --- named things ------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Feature(Node):
    """A named quantity worked out from facts."""

    name: str
    value: Node
    label: str


@dataclass(frozen=True)
class Criterion:
    """A named question: met when ``met_when`` is true. ``ask`` is what to ask when it is undocumented."""

    name: str
    met_when: Node
    label: str
    ask: str


Derived = TypeVar("Derived")


def kept_on_node(work_out: Callable[[Node], Derived]) -> Callable[[Node], Derived]:
    """Keep what is worked out from a node alone on the node itself: nodes never change, and are asked very often."""
    name = f"_{work_out.__name__}"

    @wraps(work_out)
    def kept(node: Node) -> Derived:
        known: dict[str, Derived] = node.__dict__
        try:
            return known[name]
        except KeyError:
            found = known[name] = work_out(node)
            return found

    return kept


@kept_on_node
def children(node: Node) -> tuple[Node, ...]:
    """The nodes directly below, in reading order."""
    found: list[Node] = []
    for name in node.__dataclass_fields__:
        value: Any = getattr(node, name)
        if isinstance(value, Node):
            found.append(value)
        elif isinstance(value, tuple):
            found.extend(part for part in value if isinstance(part, Node))
    return tuple(found)


@kept_on_node
def citations_of(node: Node) -> tuple[Citation, ...]:
    """The citations of every constant in a node, each once."""
    own = (node.citation,) if isinstance(node, Constant) and node.citation else ()
    return tuple(dict.fromkeys((*own, *(found for child in children(node) for found in citations_of(child)))))


@kept_on_node
def request_fields(node: Node) -> tuple[str, ...]:
    """The fields of the request (its day aside) that the value of a node depends on, sorted."""
    own = (
        {node.name} if isinstance(node, RequestField) else {"levels"} if isinstance(node, RequestLevelCount) else set()
    )
    return tuple(sorted(own.union(*(request_fields(child) for child in children(node)))))


@kept_on_node
def parameters_of(node: Node) -> frozenset[str]:
    """The names of the parameters that still have to be bound."""
    if isinstance(node, Parameter):
        return frozenset((node.name,))
    return frozenset().union(*(parameters_of(child) for child in children(node)))


@kept_on_node
def is_about_request_only(node: Node) -> bool:
    """True if the value follows from fields of the request and constants alone."""
    if isinstance(node, (Constant, RequestField, RequestLevelCount)):
        return True
    if isinstance(node, Rows):
        return False
    return bool(children(node)) and all(is_about_request_only(child) for child in children(node))


@kept_on_node
def request_atoms(node: Node) -> tuple[tuple[Node, ...], tuple[str, ...]]:
    """How a value depends on the request: the comparisons that the request alone answers, and fields used otherwise."""
    if isinstance(node, (RequestField, RequestLevelCount)):
        return (), request_fields(node)
    if isinstance(node, (Compare, IsIn, StartsWith, Shares, Covers, IsRecorded)) and is_about_request_only(node):
        return ((node,), ()) if request_fields(node) else ((), ())
    atoms: dict[Node, None] = {}
    fields: set[str] = set()
    for child in children(node):
        if request_fields(child):
            below, used = request_atoms(child)
            atoms.update(dict.fromkeys(below))
            fields.update(used)
    return tuple(atoms), tuple(sorted(fields))


OVER_ROWS = (ValueOf, Exists, Count, CountDistinct, Aggregate, LongestSpan)
"""Nodes that have one value a patient although they contain columns."""


@kept_on_node
def is_row_level(node: Node) -> bool:
    """True if the node has a value for each row, false if it has one a patient."""
    if isinstance(node, Column):
        return True
    return not isinstance(node, (*OVER_ROWS, Rows, Pick)) and any(is_row_level(child) for child in children(node))


def with_children(node: Node, change: Callable[[Node], Node]) -> Node:
    """The same node with each child changed; the node itself where no child changes."""
    changed: dict[str, Any] = {}
    for name in node.__dataclass_fields__:
        value: Any = getattr(node, name)
        if isinstance(value, Node):
            new: Any = change(value)
            if new is not value:
                changed[name] = new
        elif isinstance(value, tuple) and any(isinstance(part, Node) for part in value):
            parts = tuple(change(part) if isinstance(part, Node) else part for part in value)
            if any(after is not before for after, before in zip(parts, value, strict=True)):
                changed[name] = parts
    if not changed:
        return node
    return type(node)(**{name: changed.get(name, getattr(node, name)) for name in node.__dataclass_fields__})


def bind(node: Node, constants: dict[str, Constant]) -> Node:
    """The same node with each named parameter replaced by its constant; shared where nothing changes."""
    done: dict[int, Node] = {}

    def bound(part: Node) -> Node:
        if isinstance(part, Parameter):
            return constants.get(part.name, part)
        if not parameters_of(part):
            return part
        if id(part) not in done:
            done[id(part)] = with_children(part, bound)
        return done[id(part)]

    return bound(node)
