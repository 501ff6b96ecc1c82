"""Reasons as functions: what decided the value of a question is gathered by a function that is written for it.

What counts as a reason is defined by the reference (:mod:`lenitive.rules.reference`); how a question is written down,
by :mod:`lenitive.rules.written`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from lenitive.chart.fact import Fact
from lenitive.chart.schema import REFERENCES
from lenitive.rules import model
from lenitive.rules.keys import serial
from lenitive.rules.model import Node, children, citations_of, is_row_level, kept_on_node
from lenitive.rules.reference import SIMPLE, UNKNOWN, Missing, Reasons, is_unknown
from lenitive.rules.sources import reads
from lenitive.rules.written import (
    Writing,
    conjuncts,
    disjuncts,
    is_inline,
    picked_of,
    run_of,
    selection_of,
    sure_of,
    value_text,
)

if TYPE_CHECKING:
    from lenitive.rules.quick import Quick

Why = Callable[["Quick", Fact | None, Reasons], None]


@kept_on_node
def why_of(node: Node) -> Why | None:
    """The function that gathers what decided the value of a node; ``None`` if a node like this never says anything."""
    if not says(node):
        return None
    if type(node) in SIMPLE or is_row_level(node):
        return _why(node)
    return _once(node)


@kept_on_node
def says(node: Node) -> bool:
    """True if a node, or one below it, can be or have a reason."""
    if isinstance(node, model.Constant):
        return node.citation is not None
    return isinstance(node, _SAYING) or any(map(says, children(node)))


_SAYING = (model.RequestField, model.RequestLevelCount, model.Column, model.Rows, model.Pick)


def _once(node: Node) -> Why:
    """The reasons for a value of the patient: gathered once, or taken from the blank chart."""
    number, bits = serial(node), reads(node)
    why: Why | None = None

    def of_patient(engine: Quick, row: Fact | None, into: Reasons) -> None:
        nonlocal why
        explained = into.explained
        if number in explained:
            return
        explained.add(number)
        if engine.blank is not None and not bits & engine.kept.heard:
            into.take(engine.blank.reasons(node))
        else:
            if why is None:
                why = _why(node)
            why(engine, None, into)

    return of_patient


def _why(node: Node) -> Why:
    if isinstance(node, model.Rows):
        return _why_of_rows(node)
    if isinstance(node, model.Exists):
        return _why_of_rows(node.rows)
    if isinstance(node, model.Column):
        return _why_of_column(node)
    if isinstance(node, model.Pick):
        return _why_of_pick(node)
    writing = Writing(is_row_level(node))
    function: Why = writing.function("engine, row, into", writing.about_row(_lines(node, writing) or ["pass"]))
    return function


# --- the text of reasons ---------------------------------------------------------------------------------------------


def _asked_beside(node: Node, writing: Writing, truth: str | None = None) -> list[str]:
    """Lines that gather the reasons for the value of a node that stands in another. ``truth`` names that value, where
    it is known by then."""
    if is_inline(node, writing.by_row):
        return _lines(node, writing, truth)
    why = why_of(node)
    return [f"{writing.name(why)}(engine, None, into)"] if why else []


def _lines(node: Node, writing: Writing, truth: str | None = None) -> list[str]:
    """Lines that gather the reasons for the value of a node."""
    surely = sure_of(node)
    if surely is not None:
        return _asked_beside(surely, writing)
    if not says(node):
        return []
    if isinstance(node, (model.And, model.Or)):
        return _parts_that_decided(node, writing, truth)
    if isinstance(node, model.AtLeast):
        return [f"{writing.name(_why_of_some(node))}(engine, {_row(node)}, into)"]
    if isinstance(node, model.Constant):
        return [f"into.citations[{writing.name(node.citation)}] = None"]
    if isinstance(node, (model.RequestField, model.RequestLevelCount)):
        missing = writing.name(Missing("request", "request", getattr(node, "name", "levels")))
        return [f"if {value_text(node, writing)} in {writing.name(NOTHING)}:", f"    into.missing[{missing}] = None"]
    if isinstance(node, (model.Column, model.Pick)):
        return [f"{writing.name(_why(node))}(engine, {_row(node)}, into)"]
    by_row = is_row_level(node)
    asked = [child for child in children(node) if by_row or not is_row_level(child)]
    told = truth if isinstance(node, model.Feature) else None
    lines = [line for child in asked for line in _asked_beside(child, writing, told)]
    if isinstance(node, model.ValueOf):
        lines.append(f"{writing.name(_why_of_value(node))}(engine, into)")
    elif isinstance(node, (model.CountDistinct, model.Aggregate, model.LongestSpan)):
        lines.append(f"engine.gather_more({writing.name(node)}, into)")
    return lines


NOTHING = (None, (), UNKNOWN)
"""What a field of a request says that was not decided."""


def _row(node: Node) -> str:
    return "row" if is_row_level(node) else "None"


def _parts_that_decided(node: model.And | model.Or, writing: Writing, known: str | None = None) -> list[str]:
    """Asks every part: those that are as the whole is have decided. ``known`` names the value of the whole."""
    parts = conjuncts(node) if isinstance(node, model.And) else disjuncts(node)
    decides = isinstance(node, model.Or)
    truth = known or writing.fresh()
    values: list[str] = []
    lines: list[str] = []
    for part in parts:
        value, text = writing.fresh(), value_text(part.node, writing)
        values.append(value)
        lines.append(f"{value} = {text} is True" if part.surely else f"{value} = {text}")
    if known is None:
        deciding = " or ".join(f"{value} is {decides}" for value in values) or "False"
        unknown = " or ".join(f"{value} is None" for value in values) or "False"
        lines.append(f"{truth} = {decides} if {deciding} else None if {unknown} else {not decides}")
    for value, part in zip(values, parts, strict=True):
        reasons = _asked_beside(part.node, writing, None if part.surely else truth)
        if reasons:
            lines += [f"if {value} is {truth}:", *(f"    {line}" for line in reasons)]
    return lines


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


def _why_of_column(column: model.Column) -> Why:
    value_of = run_of(column)
    holder = column.table if column.via is None else REFERENCES[column.table, column.via]

    def recorded_or_not(engine: Quick, row: Fact | None, into: Reasons) -> None:
        if row is None:
            return
        value = value_of(engine, row)
        if is_unknown(value) or (isinstance(value, tuple) and len(value) == 2 and value[0] != value[1]):
            into.missing[Missing("column", holder, column.name, row.id)] = None
        else:
            into.facts[row.id] = row

    return recorded_or_not


def _why_of_pick(pick: model.Pick) -> Why:
    picked, nothing = picked_of(pick), Missing("row", pick.rows.table)
    citations = dict.fromkeys(citations_of(pick.rows.condition)) if pick.rows.condition else {}

    def picked_or_nothing(engine: Quick, row: Fact | None, into: Reasons) -> None:
        found = picked(engine)
        if found is None:
            into.missing[nothing] = None
        else:
            into.facts[found.id] = found
        into.citations.update(citations)

    return picked_or_nothing


def _why_of_value(node: model.ValueOf) -> Callable[[Quick, Reasons], None]:
    picked, why = picked_of(node.pick), _why_of_column(node.column)
    return lambda engine, into: why(engine, picked(engine), into)


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
        if engine.chart.attested.isdisjoint(topics):
            into.missing[incomplete] = None
        elif not certain:
            into.topics.update(topics)

    return rows_in_and_possible
