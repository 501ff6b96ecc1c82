"""Random questions that have a meaning: every node of the model, in every place where it may stand.

A strategy is for a truth, a number, a day, a text or a list, about one row of a table or (``table`` is ``None``) about
the patient. ``depth`` is how far it may still nest. Each strategy is built once: Hypothesis looks through a new one at
length before it draws. Constants, days and texts come from the same few as those of
:mod:`tests.generative.charts`, so that boundaries are hit.
"""

from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from lenitive.rules import model
from lenitive.rules.model import Node
from tests.generative.charts import DAYS, KINDS, LEVELS, NUMBERS, REGIONS

TEXTS = (*KINDS, *REGIONS)
COLUMNS: dict[str, dict[str, str]] = {
    "patient": {"birth_date": "day"},
    "procedure": {"kind": "text", "region": "text", "contrast": "truth", "levels": "texts", "true_on": "day"},
    "relief": {
        "procedure": "text",
        "percent": "number",
        "score_before": "number",
        "concordant": "truth",
        "true_on": "day",
    },
    "treatment": {"kind": "text", "sessions": "number", "true_on": "day", "until": "day"},
}
TABLES = tuple(COLUMNS)
UNITS = ("days", "weeks", "months", "years")
PARAMETERS = {
    "a_number": model.Constant(2, model.Citation("a_number", "invented", "", "recalled"), "a_number"),
    "a_list": model.Constant(("esi", "rfa"), None, "a_list"),
}


def constants(values: Sequence[Any]) -> SearchStrategy[Node]:
    return st.sampled_from(values).map(model.Constant)


@cache
def columns(table: str | None, kind: str) -> list[SearchStrategy[Node]]:
    """The columns of a row that hold values of a kind, its own and those of the row that it refers to."""
    if table is None:
        return []
    own = [model.Column(table, name) for name, holds in COLUMNS[table].items() if holds == kind]
    if table == "relief":
        own += [model.Column(table, name, "procedure") for name, holds in COLUMNS["procedure"].items() if holds == kind]
    return [st.sampled_from(own)] if own else []


def one_of(*choices: tuple[int, Callable[[], SearchStrategy[Node]]]) -> SearchStrategy[Node]:
    """One of the strategies, each as often as its weight says; built only when it is drawn."""
    drawn = [made for weight, make in choices for made in [cache(make)] * weight]
    return st.sampled_from(range(len(drawn))).flatmap(lambda n: drawn[n]())


def maybe_feature(values: SearchStrategy[Node]) -> SearchStrategy[Node]:
    """A value, now and then under a name."""
    return st.builds(
        lambda node, named: model.Feature("a_feature", node, "A feature") if named else node,
        values,
        st.integers(0, 19).map(lambda n: n == 7),
    )


# --- values ------------------------------------------------------------------------------------------------------


@cache
def truths(table: str | None, depth: int) -> SearchStrategy[Node]:
    """Questions."""
    plain = st.one_of(constants((True, False)), st.just(model.RequestField("contrast")))
    if depth == 0:
        return st.one_of(*columns(table, "truth"), plain, comparisons(table, 0), memberships(table, 0))
    below = truths(table, depth - 1)
    parts = st.lists(below, min_size=2, max_size=3).map(tuple)
    return maybe_feature(
        one_of(
            (6, lambda: comparisons(table, depth)),
            (2, lambda: memberships(table, depth)),
            (1, lambda: st.builds(model.IsRecorded, anything(table, depth - 1))),
            (3 if table else 0, lambda: st.one_of(*columns(table, "truth"), plain)),
            (2, lambda: st.builds(model.And, parts)),
            (2, lambda: st.builds(model.Or, parts)),
            (2, lambda: st.builds(model.Not, below)),
            (2, lambda: st.builds(lambda p, n: model.AtLeast(min(n, len(p)), p), parts, st.integers(1, 3))),
            (1 if table else 4, lambda: st.builds(model.Exists, rows(depth - 1))),
            (1, lambda: picked("truth", depth - 1)),
        )
    )


@cache
def comparisons(table: str | None, depth: int) -> SearchStrategy[Node]:
    ordered = st.sampled_from(("<", "<=", ">", ">=", "==", "!="))
    equal = st.sampled_from(("==", "!="))
    other = st.integers(0, depth).map(lambda n: max(n - 1, 0))
    return one_of(
        (
            4,
            lambda: st.builds(
                model.Compare, ordered, numbers(table, depth), other.flatmap(lambda d: numbers(table, d))
            ),
        ),
        (4, lambda: st.builds(model.Compare, ordered, days(table, depth), other.flatmap(lambda d: days(table, d)))),
        (1, lambda: st.builds(model.Compare, equal, texts(table, depth), other.flatmap(lambda d: texts(table, d)))),
        (
            1 if depth else 0,
            lambda: st.builds(model.Compare, equal, truths(table, depth - 1), truths(table, depth - 1)),
        ),
    )


@cache
def memberships(table: str | None, depth: int) -> SearchStrategy[Node]:
    return one_of(
        (1, lambda: st.builds(model.IsIn, texts(table, depth), options(TEXTS))),
        (1, lambda: st.builds(model.StartsWith, texts(table, depth), options(("e", "lum", "rfa", "")))),
        (1, lambda: st.builds(model.Shares, lists(table, depth), options(LEVELS))),
        (1, lambda: st.builds(model.Covers, lists(table, depth), options(LEVELS))),
    )


@cache
def options(values: Sequence[str]) -> SearchStrategy[Node]:
    return one_of(
        (1, lambda: st.lists(st.sampled_from(values), max_size=1).map(tuple).map(model.Constant)),
        (3, lambda: st.lists(st.sampled_from(values), min_size=1, max_size=3).map(tuple).map(model.Constant)),
        (1, lambda: st.just(model.RequestField("levels"))),
        (1, lambda: st.just(model.Parameter("a_list"))),
    )


@cache
def numbers(table: str | None, depth: int, *, exact: bool = False) -> SearchStrategy[Node]:
    """Numbers; ``exact`` ones are never ranges."""
    plain = one_of(
        (4, lambda: constants(NUMBERS)),
        (1, lambda: constants((None,))),
        (1, lambda: st.just(model.Parameter("a_number"))),
        (1, lambda: st.just(model.RequestLevelCount())),
    )
    leaf = st.one_of(*columns(table, "number") * 2, plain)
    if depth == 0:
        return leaf
    below = depth - 1
    once, exactly = numbers(table, below, exact=exact), numbers(table, below, exact=True)
    ranges = 0 if exact else 1
    often = ranges if table else 3 * ranges
    return maybe_feature(
        one_of(
            (4 if columns(table, "number") else 1, lambda: leaf),
            (2, lambda: st.builds(model.Arithmetic, st.sampled_from(("*", "/")), exactly, exactly)),
            (2, lambda: st.builds(model.Arithmetic, st.sampled_from(("+", "-")), once, once)),
            (2, lambda: picked("number", below)),
            (2 * ranges, lambda: st.builds(model.DaysBetween, days(table, below), days(table, below))),
            (often, lambda: st.builds(model.Count, rows(below))),
            (often, lambda: counted(below)),
            (often, lambda: aggregated("number", ("smallest", "sum", "largest", "sum"), below)),
            (often, lambda: longest(below)),
        )
    )


@cache
def longest(depth: int) -> SearchStrategy[Node]:
    start, end = model.Column("treatment", "true_on"), model.Column("treatment", "until")
    return st.builds(
        model.LongestSpan, rows(depth, "treatment"), st.just(start), st.just(end), st.sampled_from((1, 0, 7))
    )


@cache
def days(table: str | None, depth: int) -> SearchStrategy[Node]:
    plain = one_of(
        (2, lambda: st.just(model.AsOf())),
        (2, lambda: constants(DAYS)),
        (6, lambda: shifted(fixed_days(), UNITS)),
    )
    leaf = st.one_of(*columns(table, "day") * 2, plain)
    if depth == 0:
        return leaf
    below = depth - 1
    return maybe_feature(
        one_of(
            (6 if table else 1, lambda: leaf),
            (2, lambda: shifted(days(table, below), ("days", "weeks"))),
            (1 if table else 4, lambda: picked("day", below)),
            (1 if table else 4, lambda: aggregated("day", ("smallest", "largest"), below)),
        )
    )


@cache
def fixed_days() -> SearchStrategy[Node]:
    plain = st.one_of(st.just(model.AsOf()), constants(DAYS))
    return st.one_of(plain, shifted(plain, UNITS))


def shifted(day: SearchStrategy[Node], units: Sequence[str]) -> SearchStrategy[Node]:
    amount = st.one_of(
        constants((0, 1, 2, 3, 12)), st.sampled_from((model.Parameter("a_number"), model.Constant(None)))
    )
    return st.builds(model.Shift, day, amount, st.sampled_from(units), st.sampled_from((1, -1)))  # type: ignore[arg-type]


@cache
def texts(table: str | None, depth: int) -> SearchStrategy[Node]:
    plain = st.one_of(constants(TEXTS), st.sampled_from((model.RequestField("kind"), model.RequestField("region"))))
    leaf = st.one_of(*columns(table, "text") * 3, plain)
    if depth == 0:
        return leaf
    return maybe_feature(one_of((6 if table else 1, lambda: leaf), (4, lambda: picked("text", depth - 1))))


@cache
def lists(table: str | None, depth: int) -> SearchStrategy[Node]:
    leaf = st.one_of(*columns(table, "texts") * 3, st.just(model.RequestField("levels")))
    if depth == 0:
        return leaf
    return one_of((6 if table else 1, lambda: leaf), (4, lambda: picked("texts", depth - 1)))


@cache
def anything(table: str | None, depth: int) -> SearchStrategy[Node]:
    return one_of(*((1, lambda make=make: make(table, depth)) for make in (truths, numbers, days, texts, lists)))


# --- rows --------------------------------------------------------------------------------------------------------

_ANY_TABLE = st.sampled_from(TABLES)
_TABLES_WITH_NUMBERS = st.sampled_from(("relief", "treatment"))
_WHICH = st.sampled_from(("earliest", "latest"))


@cache
@st.composite
def rows(draw: Any, depth: int, table: str | None = None) -> model.Rows:
    table = table or draw(_ANY_TABLE)
    return model.Rows(table, draw(_conditions(table, depth)), (table, *draw(_parts(table))))


@cache
def _conditions(table: str, depth: int) -> SearchStrategy[Node | None]:
    return st.one_of(st.none(), truths(table, depth), truths(table, depth))


@cache
def _parts(table: str) -> SearchStrategy[list[str]]:
    return st.lists(st.just(f"{table}:part"), max_size=1)


@cache
@st.composite
def counted(draw: Any, depth: int) -> Node:
    of = draw(rows(depth))
    return model.CountDistinct(of, _about_rows(draw(_distinct(of.table, min(depth, 1))), of.table))


@cache
def _distinct(table: str, depth: int) -> SearchStrategy[Node]:
    return st.one_of(*(make(table, depth) for make in (days, texts, numbers, truths)))


@cache
@st.composite
def aggregated(draw: Any, kind: str, ways: Sequence[str], depth: int) -> Node:
    how = draw(_one_way(ways))
    of = draw(rows(depth, None if kind == "day" else draw(_TABLES_WITH_NUMBERS)))
    make = {"number": numbers, "day": days}[kind]
    value = _about_rows(draw(make(of.table, min(depth, 1))), of.table, kind)
    return model.Aggregate(how, of, value)


_one_way = cache(st.sampled_from)


def _about_rows(value: Node, table: str, kind: str = "day") -> Node:
    """The value if it is about rows of the table, as the language demands; else a column."""
    if _has_own_column(value):
        return value
    name = next(name for name, holds in COLUMNS[table].items() if holds == kind)
    return model.Column(table, name)


def _has_own_column(node: Node) -> bool:
    if isinstance(node, model.Column):
        return True
    if isinstance(node, (model.Rows, model.ValueOf, model.LongestSpan)):
        return False
    return any(_has_own_column(child) for child in model.children(node) if not isinstance(child, model.Rows)) and not (
        isinstance(node, (model.CountDistinct, model.Aggregate))
    )


@cache
@st.composite
def picked(draw: Any, kind: str, depth: int) -> Node:
    of = draw(rows(depth, draw(_tables_with(kind))))
    return model.ValueOf(model.Pick(draw(_WHICH), of), draw(columns(of.table, kind)[0]))


@cache
def _tables_with(kind: str) -> SearchStrategy[str]:
    return st.sampled_from([table for table in TABLES if columns(table, kind)])


def questions() -> SearchStrategy[Node]:
    """Questions about a patient, with parameters that are not bound yet."""
    return st.one_of(truths(None, 2), truths(None, 2), truths(None, 3))
