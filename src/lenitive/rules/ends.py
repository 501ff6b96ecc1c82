"""Values that are known before the chart is read, or worked out from it: plain values and expressions alike.

An :data:`End` is one end of a range, or a truth, or a text. What can be worked out in Python is, so that a
window's first day reaches the engine as a number; everything else becomes an expression. The logic is Kleene's.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Any, Literal

import narwhals as nw

from lenitive.rules import model
from lenitive.rules.frames import FIRST_DAY, LAST_DAY
from lenitive.status import kleene_and, kleene_at_least, kleene_not, kleene_or

Plain = bool | int | float | str | tuple[str, ...] | None
End = nw.Expr | Plain
"""One end of a range, or a truth or text: a plain value if it is known before the chart is read."""

Kind = Literal["truth", "number", "day", "text", "texts", "unknown"]
KINDS: dict[str, Kind] = {
    "text": "text",
    "number": "number",
    "whole": "number",
    "truth": "truth",
    "day": "day",
    "texts": "texts",
}


@dataclass(frozen=True)
class Value:
    """What a node compiles to. ``low is high`` where the value is exact or wholly unknown."""

    kind: Kind
    low: End
    high: End

    @property
    def is_exact(self) -> bool:
        return self.low is self.high


def exact(kind: Kind, end: End) -> Value:
    """A value that is no range; of no kind if it is known to be unknown."""
    return Value("unknown" if end is None else kind, end, end)


def as_truth(end: End) -> nw.Expr:
    """A truth as an expression."""
    return end if isinstance(end, nw.Expr) else nw.lit(end, dtype=nw.Boolean)


def applied(operation: Callable[[Any, Any], Any], a: End, b: End) -> Any:
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


def all_of(parts: Iterable[End]) -> End:
    """False if any is false, else unknown if any is unknown, else true."""
    plain, expressions = _split(parts)
    known = kleene_and(plain)
    if known is False or not expressions:
        return known
    return reduce(operator.and_, expressions if known else [*expressions, as_truth(None)])


def any_of(parts: Iterable[End]) -> End:
    """True if any is true, else unknown if any is unknown, else false."""
    plain, expressions = _split(parts)
    known = kleene_or(plain)
    if known is True or not expressions:
        return known
    return reduce(operator.or_, [*expressions, as_truth(None)] if known is None else expressions)


def negated(part: End) -> End:
    """True for false, false for true, unknown for unknown."""
    return ~part if isinstance(part, nw.Expr) else kleene_not(part)  # type: ignore[arg-type]


def at_least(n: int, parts: Sequence[End]) -> End:
    """True if n are true, false if n can no longer be reached, else unknown."""
    plain, expressions = _split(parts)
    if not expressions:
        return kleene_at_least(n, plain)
    true = reduce(operator.add, (one_if(part) for part in expressions)) + sum(part is True for part in plain)
    false = reduce(operator.add, (one_if(~part) for part in expressions)) + sum(part is False for part in plain)
    return settled(true >= n, false > len(parts) - n)


def one_if(truth: nw.Expr) -> nw.Expr:
    """1 for true; 0 for false and unknown."""
    return nw.when(truth).then(nw.lit(1)).otherwise(nw.lit(0))


def certainty(truth: nw.Expr) -> nw.Expr:
    """2 for true, 1 for unknown, 0 for false: the largest of many is what *or* makes of them."""
    two, one, none = (nw.lit(number, dtype=nw.Int8) for number in (2, 1, 0))
    return nw.when(truth).then(two).otherwise(nw.when(truth.is_null()).then(one).otherwise(none))


def settled(holds: End, fails: End) -> End:
    """True where the first is true, else false where the second is, else unknown: ranges are compared this way."""
    if not isinstance(holds, nw.Expr):
        if holds:
            return True
        return nw.when(fails).then(nw.lit(False)) if isinstance(fails, nw.Expr) else (False if fails else None)
    if not isinstance(fails, nw.Expr):
        return nw.when(holds).then(nw.lit(True)).otherwise(as_truth(False if fails else None))
    return nw.when(holds).then(nw.lit(True)).otherwise(nw.when(fails).then(nw.lit(False)))


def _less(left: Value, right: Value) -> End:
    if left.is_exact and right.is_exact:
        return applied(operator.lt, left.low, right.low)  # type: ignore[no-any-return]
    return settled(applied(operator.lt, left.high, right.low), applied(operator.ge, left.low, right.high))


def _equal(left: Value, right: Value) -> End:
    if left.is_exact and right.is_exact:
        return applied(operator.eq, left.low, right.low)  # type: ignore[no-any-return]
    same = all_of(
        [
            applied(operator.eq, left.low, right.low),
            applied(operator.eq, left.high, right.high),
            applied(operator.eq, left.low, left.high),
        ]
    )
    apart = any_of([applied(operator.lt, left.high, right.low), applied(operator.lt, right.high, left.low)])
    return settled(same, apart)


COMPARISONS: dict[str, Callable[[Value, Value], End]] = {
    "<": _less,
    ">=": lambda left, right: negated(_less(left, right)),
    ">": lambda left, right: _less(right, left),
    "<=": lambda left, right: negated(_less(right, left)),
    "==": _equal,
    "!=": lambda left, right: negated(_equal(left, right)),
}


def _divide(a: End, b: End) -> Any:
    if not isinstance(b, nw.Expr):
        return None if b == 0 else applied(operator.truediv, a, b)
    return applied(operator.truediv, a, nw.when(b != 0).then(b))


def is_in(text: nw.Expr, options: tuple[str, ...]) -> nw.Expr:
    """The text is one of the options."""
    return text.is_in(options)


def starts_with(text: nw.Expr, options: tuple[str, ...]) -> nw.Expr:
    """The text starts with one of the options."""
    return reduce(operator.or_, (text.str.starts_with(option) for option in options))


def shares(texts: nw.Expr, options: tuple[str, ...]) -> nw.Expr:
    """The list has one of the options."""
    return reduce(operator.or_, (texts.list.contains(option) for option in options))


def covers(texts: nw.Expr, options: tuple[str, ...]) -> nw.Expr:
    """A list of texts has every one of the options."""
    return reduce(operator.and_, (texts.list.contains(option) for option in options))


def is_unknown(end: End) -> End:
    """True or false, never unknown."""
    return end.is_null() if isinstance(end, nw.Expr) else end is None


def moved(day: End, step: int) -> End:
    """A day some days later; the calendar's first and last day stand for those beyond it."""
    return (day + step).clip(FIRST_DAY, LAST_DAY) if isinstance(day, nw.Expr) else day


def where(mask: nw.Expr, value: End) -> nw.Expr:
    """The value at rows for which the mask is true, else null."""
    return nw.when(mask).then(as_expression(value))


def as_expression(end: End) -> nw.Expr:
    """An end as an expression."""
    if isinstance(end, nw.Expr):
        return end
    return nw.lit(None, dtype=nw.Int64) if end is None else nw.lit(end)


def in_millionths(end: End) -> nw.Expr:
    """A number as whole millionths, so that its sum does not depend on the order of rows."""
    value = as_expression(end)
    addable = nw.when((value <= model.LARGEST_ADDEND) & (value >= -model.LARGEST_ADDEND)).then(value)
    return (addable * 1e6 + 0.5).floor().cast(nw.Int64)


def combined(op: str, left: Value, right: Value) -> Value:
    """Arithmetic of ranges."""
    if op in ("*", "/"):
        result = applied(operator.mul, left.low, right.low) if op == "*" else _divide(left.low, right.low)
        return exact("number", result)
    if op == "+":
        low = applied(operator.add, left.low, right.low)
        high = applied(operator.add, left.high, right.high)
    else:
        low = applied(operator.sub, left.low, right.high)
        high = applied(operator.sub, left.high, right.low)
    return exact("number", low) if left.is_exact and right.is_exact else Value("number", low, high)
