"""Reasons as closures: each node becomes, once, a function that gathers what decided its value.

What counts as a reason is defined by the reference (:mod:`lenitive.rules.reference`); here it is gathered with
everything looked up beforehand that follows from the node alone.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from lenitive.chart.fact import Fact
from lenitive.rules import model
from lenitive.rules.closures import PASSED_ON, Run, conjuncts, disjuncts, run_of, selection_of, sure_of
from lenitive.rules.keys import Key, key_of, serial
from lenitive.rules.model import Node, children, citations_of, is_row_level, kept_on_node, request_fields
from lenitive.rules.reference import SIMPLE, Missing, Reasons
from lenitive.rules.sources import reads

if TYPE_CHECKING:
    from lenitive.rules.quick import Quick

Why = Callable[["Quick", Fact | None, Reasons], None]


@dataclass(frozen=True, slots=True)
class Asked:
    """What answering a question takes: its key, its value and the reasons for it."""

    key: Key
    run: Run
    why: Why | None


@kept_on_node
def asked_of(node: Node) -> Asked:
    """The closures of a question, together."""
    return Asked(key_of(node), run_of(node), why_of(node))


@kept_on_node
def why_of(node: Node) -> Why | None:
    """The closure that gathers what decided the value of a node; ``None`` if a node like this never says anything."""
    surely = sure_of(node)
    if surely is not None:
        return why_of(surely)
    make = _WHYS.get(type(node), _why_of_children)
    why = make(node)
    at_hand = why is None or type(node) in SIMPLE or type(node) in PASSED_ON or is_row_level(node)
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


def _why_of_parts(node: model.And | model.Or) -> Why:
    """Asks every part once: the parts that are as the whole is have decided. The whole is kept, as ``run_of`` does."""
    split = conjuncts(node) if isinstance(node, model.And) else disjuncts(node)
    parts = tuple((run_of(part.node), part.surely, why_of(part.node)) for part in split)
    decides = isinstance(node, model.Or)
    number, by_row, by_request = serial(node), is_row_level(node), bool(request_fields(node))
    key_for = key_of(node)

    def parts_that_decided(engine: Quick, row: Fact | None, into: Reasons) -> None:
        values = [run(engine, row) is True if surely else run(engine, row) for run, surely, _ in parts]
        truth = decides if decides in values else None if None in values else not decides
        if not by_row:
            engine.values.setdefault(key_for(engine) if by_request else number, truth)
        for value, (_, _, why) in zip(values, parts, strict=True):
            if why and value is truth:
                why(engine, row, into)

    return parts_that_decided


def _why_of_some(node: model.AtLeast) -> Why:
    run = run_of(node)
    parts = tuple((run_of(part), why_of(part)) for part in node.parts)

    def parts_that_decided(engine: Quick, row: Fact | None, into: Reasons) -> None:
        truth = run(engine, row)
        decided = [why for run, why in parts if run(engine, row) is truth] or [why for _, why in parts]
        for why in decided:
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
            into.topics.update(topics)

    return rows_in_and_possible


def _by_gathering(node: Node) -> Why:
    return lambda engine, row, into: engine.gather(node, row, into)


def _silent(node: Node) -> None:
    return None


_WHYS: dict[type[Node], Callable[[Any], Why | None]] = {
    model.And: _why_of_parts,
    model.Or: _why_of_parts,
    model.AtLeast: _why_of_some,
    model.Constant: _why_of_constant,
    model.AsOf: _silent,
    model.Parameter: _silent,
    model.RequestField: _by_gathering,
    model.RequestLevelCount: _by_gathering,
    model.Column: _by_gathering,
    model.Rows: _why_of_rows,
    model.Pick: _by_gathering,
}
