"""Questions as closures: each node becomes, once, a function of an engine and a row that gives its value, and another
that gathers the reasons for it.

A closure does what the reference (:mod:`lenitive.rules.reference`) does with its node, with everything looked up
beforehand that follows from the node alone. Nodes that have one value a patient keep it with the engine. Nodes without
a closure of their own here use the rule of the reference.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import count
from typing import TYPE_CHECKING, Any, cast

from lenitive.chart.fact import Fact
from lenitive.chart.schema import LATEST_OF, columns
from lenitive.rules import model
from lenitive.rules.model import Node, children, citations_of, is_row_level, kept_on_node, request_atoms, request_fields
from lenitive.rules.reference import COMPARISONS, RULES, SIMPLE, Missing, Reasons, Selection, is_unknown
from lenitive.rules.sources import reads

if TYPE_CHECKING:
    from lenitive.rules.quick import Quick

Key = Callable[["Quick"], int]
Run = Callable[["Quick", Fact | None], Any]
Why = Callable[["Quick", Fact | None, Reasons], None]

_SERIAL = count()
_ABSENT = object()

_PASSED_ON = frozenset({model.Not, model.IsRecorded, model.Feature})
"""Nodes whose value is that of their one child, seen another way: keeping it again would cost more."""


@kept_on_node
def serial(node: Node) -> int:
    """A number that no other node ever has, unlike its address in memory."""
    return next(_SERIAL)


MOST_REQUESTS = 2000
"""Requests of which a node keeps what they decide in it, before it starts over."""


@kept_on_node
def key_of(node: Node) -> Key:
    """Gives a number for an engine: the same for all requests that answer the comparisons in the node alike.

    For such requests the node has the same value and the same reasons.
    """
    names, number = request_fields(node), serial(node)
    if not names:
        return lambda engine: number
    known: dict[tuple[Any, ...], int] = {}
    numbers: dict[tuple[Any, ...], int] = {}

    def for_request(engine: Quick) -> int:
        decided = engine.decided(names)
        key = known.get(decided)
        if key is None:
            if len(known) > MOST_REQUESTS:
                known.clear()
                numbers.clear()
            key = known[decided] = numbers.setdefault(_answers(engine, node, decided), next(_SERIAL))
        return key

    return for_request


def _answers(engine: Quick, node: Node, decided: tuple[Any, ...]) -> tuple[Any, ...]:
    """What the request decides in a node: the truths of its comparisons, and fields that are used otherwise."""
    atoms, used = request_atoms(node)
    truths = tuple(RULES[type(atom)](engine, atom, None) for atom in atoms)
    return (decided,) if None in truths else (truths, engine.decided(used))


@kept_on_node
def run_of(node: Node) -> Run:
    """The closure of a node."""
    make = _MAKERS.get(type(node))
    run = make(node) if make else _by_rule(node)
    at_hand = type(node) in SIMPLE or type(node) in _PASSED_ON or is_row_level(node) or _sure_of(node) is not None
    return run if at_hand else _kept(node, run)


def _sure_of(node: Node) -> Node | None:
    """What a node is sure of: ``x`` if the node says that ``x`` is true and recorded, and nothing else."""
    parts = conjuncts(node) if isinstance(node, model.And) else ()
    return parts[0].node if len(parts) == 1 and parts[0].surely else None


@dataclass(frozen=True, slots=True)
class Conjunct:
    """A part of an ``And``. ``surely`` stands for two parts, the node and that it is recorded: true or else false."""

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
            value = engine.values[number] = of_patient(blank, None) if silent and blank else run(engine, None)
        return value

    def for_request(engine: Quick, row: Fact | None) -> Any:
        key = key_for(engine)
        value = engine.values.get(key, _ABSENT)
        if value is _ABSENT:
            blank = engine.blank
            silent = blank is not None and not bits & engine.kept.heard
            value = engine.values[key] = for_request(blank, None) if silent and blank else run(engine, None)
        return value

    return for_request if request_fields(node) else of_patient


def _constant(node: model.Constant) -> Run:
    value = node.value if isinstance(node.value, (tuple, str, bool)) else (node.value, node.value)
    return lambda engine, row: value


def _column(node: model.Column) -> Run:
    if node.via is not None or node.name in LATEST_OF:
        return _by_rule(node)
    name, kind = node.name, columns(node.table)[node.name].kind
    if kind not in ("text", "truth", "texts", "number", "whole"):
        return _by_rule(node)
    if kind in ("number", "whole"):

        def number(engine: Quick, row: Fact | None) -> Any:
            value = getattr(row, name)
            return None if value is None else (value, value)

        return number
    return lambda engine, row: getattr(row, name)


def _and(node: model.And) -> Run:
    parts = tuple(_run_of_conjunct(part) for part in conjuncts(node))
    if len(parts) == 1:
        return parts[0]

    def all_of(engine: Quick, row: Fact | None) -> bool | None:
        truth: bool | None = True
        for part in parts:
            value = part(engine, row)
            if value is False:
                return False
            if value is None:
                truth = None
        return truth

    return all_of


def _run_of_conjunct(part: Conjunct) -> Run:
    run = run_of(part.node)
    return (lambda engine, row: run(engine, row) is True) if part.surely else run


def _or(node: model.Or) -> Run:
    parts = tuple(run_of(part) for part in node.parts)

    def any_of(engine: Quick, row: Fact | None) -> bool | None:
        truth: bool | None = False
        for part in parts:
            value = part(engine, row)
            if value is True:
                return True
            if value is None:
                truth = None
        return truth

    return any_of


def _not(node: model.Not) -> Run:
    part = run_of(node.part)

    def negated(engine: Quick, row: Fact | None) -> bool | None:
        value = part(engine, row)
        return None if value is None else not value

    return negated


def _compare(node: model.Compare) -> Run:
    left, right = run_of(node.left), run_of(node.right)
    compared, wants_equal = COMPARISONS[node.op], node.op == "=="

    def compare(engine: Quick, row: Fact | None) -> bool | None:
        first, second = left(engine, row), right(engine, row)
        if first is None or second is None:
            return None
        if isinstance(first, (str, bool)):
            return (first == second) is wants_equal
        return compared(first, second)

    return compare


def _is_in(node: model.IsIn) -> Run:
    value_of, options_of = run_of(node.value), run_of(node.options)

    def is_in(engine: Quick, row: Fact | None) -> bool | None:
        value, options = value_of(engine, row), options_of(engine, row)
        return None if value is None or not options else value in options

    return is_in


def _starts_with(node: model.StartsWith) -> Run:
    value_of, options_of = run_of(node.value), run_of(node.options)

    def starts_with(engine: Quick, row: Fact | None) -> bool | None:
        value, options = value_of(engine, row), options_of(engine, row)
        return None if value is None or not options else value.startswith(options)

    return starts_with


def _is_recorded(node: model.IsRecorded) -> Run:
    value_of = run_of(node.value)

    def is_recorded(engine: Quick, row: Fact | None) -> bool:
        return not is_unknown(value_of(engine, row))

    return is_recorded


@kept_on_node
def selection_of(rows: Node) -> Callable[[Quick], Selection]:
    """The rows of an engine's chart that are in, and those that are possible; selected once."""
    asked = cast("model.Rows", rows)
    key_for, number = key_of(rows), serial(rows)
    is_fixed = not request_fields(rows)

    def select(engine: Quick) -> Selection:
        key = number if is_fixed else key_for(engine)
        kept = engine.kept.selected.get(key)
        if kept is None:
            kept = engine.kept.selected[key] = engine.selection(asked)
        return kept

    return select


def _exists(node: model.Exists) -> Run:
    select, topics = selection_of(node.rows), node.rows.topics

    def exists(engine: Quick, row: Fact | None) -> bool | None:
        certain, possible = select(engine)
        if certain:
            return True
        return False if not possible and engine.chart.is_complete(topics) else None

    return exists


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
}


# --- why ---------------------------------------------------------------------------------------------------------


@kept_on_node
def why_of(node: Node) -> Why | None:
    """The closure that gathers what decided the value of a node; ``None`` if a node like this never says anything."""
    sure_of = _sure_of(node)
    if sure_of is not None:
        return why_of(sure_of)
    make = _WHYS.get(type(node), _why_of_children)
    why = make(node)
    at_hand = why is None or type(node) in SIMPLE or type(node) in _PASSED_ON or is_row_level(node)
    return why if at_hand or why is None else _once(node, why)


def _once(node: Node, why: Why) -> Why:
    """The reasons for a value of the patient: gathered once, or taken from the blank chart."""
    number, bits = serial(node), reads(node)

    def of_patient(engine: Quick, row: Fact | None, into: Reasons) -> None:
        if number in into.explained:
            return
        into.explained.add(number)
        if engine.blank is not None and not bits & engine.kept.heard:
            into.take(engine.blank.reasons(node))
        else:
            why(engine, None, into)

    return of_patient


def _why_of_parts(node: model.And | model.Or | model.AtLeast) -> Why:
    run = run_of(node)
    split = conjuncts(node) if isinstance(node, model.And) else tuple(Conjunct(part, False) for part in node.parts)
    parts = tuple((_run_of_conjunct(part), why_of(part.node)) for part in split)

    def parts_that_decided(engine: Quick, row: Fact | None, into: Reasons) -> None:
        truth = run(engine, row)
        decided = False
        for value_of, why in parts:
            if value_of(engine, row) is truth:
                decided = True
                if why:
                    why(engine, row, into)
        if not decided:
            for _, why in parts:
                if why:
                    why(engine, row, into)

    return parts_that_decided


def _why_of_children(node: Node) -> Why | None:
    by_row = is_row_level(node)
    asked = [why_of(child) for child in children(node) if by_row or not is_row_level(child)]
    whys = tuple(why for why in asked if why)
    if isinstance(node, (model.ValueOf, model.CountDistinct, model.Aggregate, model.LongestSpan)):

        def children_then_more(engine: Quick, row: Fact | None, into: Reasons) -> None:
            for why in whys:
                why(engine, row, into)
            engine.gather_more(node, into)

        return children_then_more
    if len(whys) < 2:
        return whys[0] if whys else None

    def all_children(engine: Quick, row: Fact | None, into: Reasons) -> None:
        for why in whys:
            why(engine, row, into)

    return all_children


def _why_of_constant(node: model.Constant) -> Why | None:
    citation = node.citation
    if citation is None:
        return None

    def cited(engine: Quick, row: Fact | None, into: Reasons) -> None:
        into.citations[citation] = None

    return cited


def _why_of_rows(rows: model.Rows) -> Why:
    select = selection_of(rows)
    citations = dict.fromkeys(citations_of(rows.condition)) if rows.condition else {}
    why_possible = why_of(rows.condition) if rows.condition else None
    incomplete = Missing("topic", rows.table, rows.topics[-1])
    topics = frozenset(rows.topics)

    def rows_in_and_possible(engine: Quick, row: Fact | None, into: Reasons) -> None:
        certain, possible = select(engine)
        for one in certain:
            into.facts[one.id] = one
        if why_possible:
            for one in possible:
                why_possible(engine, one, into)
        into.citations.update(citations)
        if not engine.chart.is_complete(topics):
            into.missing[incomplete] = None
        elif not certain:
            into.facts.update(engine.attestations_of(topics))

    return rows_in_and_possible


def _by_gathering(node: Node) -> Why:
    return lambda engine, row, into: engine.gather(node, row, into)


def _silent(node: Node) -> None:
    return None


_WHYS: dict[type[Node], Callable[[Any], Why | None]] = {
    model.And: _why_of_parts,
    model.Or: _why_of_parts,
    model.AtLeast: _why_of_parts,
    model.Constant: _why_of_constant,
    model.AsOf: _silent,
    model.Parameter: _silent,
    model.RequestField: _by_gathering,
    model.RequestLevelCount: _by_gathering,
    model.Column: _by_gathering,
    model.Rows: _why_of_rows,
    model.Pick: _by_gathering,
}
