"""Questions as closures: each node becomes, once, a function of an engine and a row that gives its value.

A closure does what the reference (:mod:`lenitive.rules.reference`) does with its node, with everything looked up
beforehand that follows from the node alone. Nodes that have one value a patient keep it with the engine. Nodes without
a closure of their own here use the rule of the reference.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from lenitive.chart.fact import Fact
from lenitive.chart.schema import LATEST_OF, REFERENCES, columns
from lenitive.rules import model
from lenitive.rules.keys import key_of, serial
from lenitive.rules.model import Node, is_about_request_only, is_row_level, kept_on_node, request_fields
from lenitive.rules.reference import COMPARISONS, RULES, SIMPLE, Selection, is_unknown, worked_out
from lenitive.rules.sources import SOURCES, reads, words_asked

if TYPE_CHECKING:
    from lenitive.rules.quick import Quick

Run = Callable[["Quick", Fact | None], Any]
Filter = Callable[["Quick", Sequence[Fact]], Selection]

_ABSENT = object()

PASSED_ON = frozenset({model.Not, model.IsRecorded, model.Feature})
"""Nodes whose value is that of their one child, seen another way: keeping it again would cost more."""


@kept_on_node
def run_of(node: Node) -> Run:
    """The closure of a node."""
    make = _MAKERS.get(type(node))
    run = make(node) if make else _by_rule(node)
    at_hand = type(node) in SIMPLE or type(node) in PASSED_ON or is_row_level(node) or sure_of(node) is not None
    return run if at_hand else _kept(node, run)


def sure_of(node: Node) -> Node | None:
    """What a node is sure of: ``x`` if the node says that ``x`` is true and recorded, and nothing else."""
    parts = conjuncts(node) if isinstance(node, model.And) else ()
    return parts[0].node if len(parts) == 1 and parts[0].surely else None


@dataclass(frozen=True, slots=True)
class Conjunct:
    """A part of an ``And`` or an ``Or``. ``surely``: the node and that it is recorded, true or else false."""

    node: Node
    surely: bool


def conjuncts(node: model.And) -> tuple[Conjunct, ...]:
    """The parts of an ``And``, each ``x`` beside ``IsRecorded(x)`` as one.

    Together the two are true if ``x`` is, and false otherwise; whatever they are, the reasons for it are those for
    ``x``.
    """
    rest = list(node.parts)
    sure: list[Node] = []
    for part in node.parts:
        if isinstance(part, model.IsRecorded):
            said = part.value.parts if isinstance(part.value, model.And) else (part.value,)
            if all(any(one is other for other in rest) for one in said):
                rest = [other for other in rest if other is not part and not any(other is one for one in said)]
                sure.append(part.value)
    return (*(Conjunct(part, False) for part in rest), *(Conjunct(part, True) for part in sure))


def disjuncts(node: model.Or) -> tuple[Conjunct, ...]:
    """The parts of an ``Or``, seen in the same way."""
    said = ((part, sure_of(part)) for part in node.parts)
    return tuple(Conjunct(part, False) if sure is None else Conjunct(sure, True) for part, sure in said)


def _by_rule(node: Node) -> Run:
    rule = RULES[type(node)]
    return lambda engine, row: rule(engine, node, row)


def _kept(node: Node, run: Run) -> Run:
    """The value for a patient, worked out once; from the blank chart if the chart is silent about it."""
    number, bits, key_for = serial(node), reads(node), key_of(node)

    def of_patient(engine: Quick, row: Fact | None) -> Any:
        value = engine.values.get(number, _ABSENT)
        if value is _ABSENT:
            blank = engine.blank
            silent = blank is not None and not bits & engine.kept.heard
            value = engine.values[number] = _told_by(blank, of_patient) if silent and blank else run(engine, None)
        return value

    def for_request(engine: Quick, row: Fact | None) -> Any:
        key = engine.keys.get(number)
        if key is None:
            key = key_for(engine)
        value = engine.values.get(key, _ABSENT)
        if value is _ABSENT:
            blank = engine.blank
            silent = blank is not None and not bits & engine.kept.heard
            value = engine.values[key] = _told_by(blank, for_request) if silent and blank else run(engine, None)
        return value

    return for_request if request_fields(node) else of_patient


def _told_by(blank: Quick, run: Run) -> Any:
    """What another chart's engine says, which has to hear of every source first, as this one did."""
    if blank.kept.sources != len(SOURCES.bits):
        blank.heard()
    return run(blank, None)


def _constant(node: model.Constant) -> Run:
    value = node.value if isinstance(node.value, (tuple, str, bool)) else (node.value, node.value)
    return lambda engine, row: value


def _column(node: model.Column) -> Run:
    if node.via is not None:
        return _column_elsewhere(node, node.via)
    name, kind = node.name, columns(node.table)[node.name].kind
    if kind == "day":
        return _day_column(name)
    if kind in ("number", "whole"):

        def number(engine: Quick, row: Fact | None) -> Any:
            value = getattr(row, name)
            return None if value is None else (value, value)

        return number
    return (lambda engine, row: getattr(row, name)) if kind in ("text", "truth", "texts") else _by_rule(node)


def _column_elsewhere(node: model.Column, via: str) -> Run:
    """A column of the row that this row refers to."""
    elsewhere = REFERENCES[node.table, via]
    there = run_of(model.Column(elsewhere, node.name))

    def column(engine: Quick, row: Fact | None) -> Any:
        holder = engine.referred(elsewhere, getattr(row, via))
        return None if holder is None else there(engine, holder)

    return column


def _day_column(name: str) -> Run:
    end = LATEST_OF.get(name)

    def day(engine: Quick, row: Fact | None) -> Any:
        value = getattr(row, name)
        return None if value is None else (value, (getattr(row, end) or value) if end else value)

    return day


def _and(node: model.And) -> Run:
    split = conjuncts(node)
    parts = tuple((run_of(part.node), part.surely) for part in split)
    if len(parts) == 1:
        ((run, surely),) = parts
        return (lambda engine, row: run(engine, row) is True) if surely else run

    def all_of(engine: Quick, row: Fact | None) -> bool | None:
        truth: bool | None = True
        for part, surely in parts:
            value = part(engine, row)
            if value is True:
                continue
            if surely or value is False:
                return False
            truth = None
        return truth

    return all_of


def _or(node: model.Or) -> Run:
    parts = tuple((run_of(part.node), part.surely) for part in disjuncts(node))

    def any_of(engine: Quick, row: Fact | None) -> bool | None:
        truth: bool | None = False
        for part, surely in parts:
            value = part(engine, row)
            if value is True:
                return True
            if value is None and not surely:
                truth = None
        return truth

    return any_of


def _not(node: model.Not) -> Run:
    said = sure_of(node.part)
    if said is not None:
        surely = run_of(said)
        return lambda engine, row: surely(engine, row) is not True
    part = run_of(node.part)

    def negated(engine: Quick, row: Fact | None) -> bool | None:
        value = part(engine, row)
        return None if value is None else not value

    return negated


def _compare(node: model.Compare) -> Run:
    compared, wants_equal = COMPARISONS[node.op], node.op == "=="
    word_of = _word_of(node.left)
    if word_of and isinstance(node.right, model.Constant) and isinstance(node.right.value, str):
        wanted = node.right.value

        def compare_word(engine: Quick, row: Fact | None) -> bool | None:
            word = getattr(row, word_of)
            return None if word is None else (word == wanted) is wants_equal

        return compare_word
    left, right = run_of(node.left), run_of(node.right)

    def compare(engine: Quick, row: Fact | None) -> bool | None:
        first, second = left(engine, row), right(engine, row)
        if first is None or second is None:
            return None
        if isinstance(first, (str, bool)):
            return (first == second) is wants_equal
        return compared(first, second)

    return compare


def _is_in(node: model.IsIn) -> Run:
    word_of = _word_of(node.value)
    if word_of and isinstance(node.options, model.Constant) and node.options.value:
        options = frozenset(cast("tuple[str, ...]", node.options.value))

        def is_word_in(engine: Quick, row: Fact | None) -> bool | None:
            word = getattr(row, word_of)
            return None if word is None else word in options

        return is_word_in
    value_of, options_of = run_of(node.value), run_of(node.options)

    def is_in(engine: Quick, row: Fact | None) -> bool | None:
        value, options = value_of(engine, row), options_of(engine, row)
        return None if value is None or not options else value in options

    return is_in


def _word_of(node: Node) -> str | None:
    """The name of the column, if a node is a column of the row itself that holds one text."""
    if not isinstance(node, model.Column) or node.via is not None:
        return None
    return node.name if columns(node.table)[node.name].kind == "text" else None


def _starts_with(node: model.StartsWith) -> Run:
    value_of, options_of = run_of(node.value), run_of(node.options)

    def starts_with(engine: Quick, row: Fact | None) -> bool | None:
        value, options = value_of(engine, row), options_of(engine, row)
        return None if value is None or not options else value.startswith(options)

    return starts_with


def _is_recorded(node: model.IsRecorded) -> Run:
    column = node.value
    if isinstance(column, model.Column) and column.via is None:
        name = column.name
        return lambda engine, row: getattr(row, name) not in (None, ())
    value_of = run_of(node.value)

    def is_recorded(engine: Quick, row: Fact | None) -> bool:
        return not is_unknown(value_of(engine, row))

    return is_recorded


@kept_on_node
def selection_of(rows: Node) -> Callable[[Quick], Selection]:
    """The rows of an engine's chart that are in, and those that are possible; selected once."""
    asked = cast("model.Rows", rows)
    table, condition = asked.table, asked.condition
    key_for, number = key_of(rows), serial(rows)
    filters: dict[int, Filter] = {}

    def select(engine: Quick) -> Selection:
        kept = engine.kept.selected.get(number)
        if kept is None:
            every = engine.chart.table(table)
            kept = engine.kept.selected[number] = picked(engine, every) if every else ([], [])
        return kept

    def select_for_request(engine: Quick) -> Selection:
        key = engine.keys.get(number)
        if key is None:
            key = key_for(engine)
        kept = engine.kept.selected.get(key)
        if kept is None:
            every = engine.chart.table(table)
            kept = engine.kept.selected[key] = filter_for(engine, key)(engine, every) if every else ([], [])
        return kept

    def filter_for(engine: Quick, key: int) -> Filter:
        if key not in filters:
            filters[key] = _filter(table, _without_request(engine, cast("Node", condition)))
        return filters[key]

    if request_fields(rows):
        return select_for_request
    picked = _filter(table, condition)
    return select


def _filter(table: str, condition: Node | None) -> Filter:
    """Picks rows. If the condition asks first for certain words in a column, those are looked up.

    Rows without a word stay: for them the condition is unknown.
    """
    if condition is None:
        return lambda engine, every: (list(every), [])
    asked, holds = words_asked(condition), run_of(condition)

    def pick(engine: Quick, every: Sequence[Fact]) -> Selection:
        certain: list[Fact] = []
        possible: list[Fact] = []
        for row in engine.with_words(table, asked, every) if asked and len(every) > 1 else every:
            truth = holds(engine, row)
            if truth:
                certain.append(row)
            elif truth is None:
                possible.append(row)
        return certain, possible

    return pick


def _without_request(engine: Quick, node: Node) -> Node:
    """An equal node in which what the request alone decides is worked out, and what then decides nothing is gone."""
    if is_about_request_only(node):
        truth = engine.value(node)
        return model.Constant(truth) if isinstance(truth, bool) else node
    if isinstance(node, model.Not):
        part = _without_request(engine, node.part)
        return model.Constant(not part.value) if isinstance(part, model.Constant) else model.Not(part)
    if not isinstance(node, (model.And, model.Or)):
        return node
    decides = isinstance(node, model.Or)
    parts: list[Node] = []
    for part in node.parts:
        simpler = _without_request(engine, part)
        if not isinstance(simpler, model.Constant):
            parts.append(simpler)
        elif simpler.value is decides:
            return simpler
    return parts[0] if len(parts) == 1 else type(node)(tuple(parts)) if parts else model.Constant(not decides)


def _exists(node: model.Exists) -> Run:
    select, topics = selection_of(node.rows), node.rows.topics

    def exists(engine: Quick, row: Fact | None) -> bool | None:
        certain, possible = select(engine)
        if certain:
            return True
        return False if not possible and engine.chart.is_complete(topics) else None

    return exists


def _value_of(node: model.ValueOf) -> Run:
    """Rows stand in time order, those without a day first: if the last has no day, none has."""
    select, column, wants_latest = selection_of(node.pick.rows), run_of(node.column), node.pick.which == "latest"

    def value_of(engine: Quick, row: Fact | None) -> Any:
        rows, _ = select(engine)
        if not rows or rows[-1].true_on is None:
            return None
        return column(engine, rows[-1] if wants_latest else next(one for one in rows if one.true_on))

    return value_of


def _arithmetic(node: model.Arithmetic) -> Run:
    op, left, right = node.op, run_of(node.left), run_of(node.right)
    return lambda engine, row: worked_out(op, left(engine, row), right(engine, row))


def _as_of(node: model.AsOf) -> Run:
    return lambda engine, row: (engine.day, engine.day)


def _feature(node: model.Feature) -> Run:
    return run_of(node.value)


_MAKERS: dict[type[Node], Callable[[Any], Run]] = {
    model.Constant: _constant,
    model.Column: _column,
    model.And: _and,
    model.Or: _or,
    model.Not: _not,
    model.Compare: _compare,
    model.IsIn: _is_in,
    model.StartsWith: _starts_with,
    model.IsRecorded: _is_recorded,
    model.Exists: _exists,
    model.Feature: _feature,
    model.AsOf: _as_of,
    model.Arithmetic: _arithmetic,
    model.ValueOf: _value_of,
}
