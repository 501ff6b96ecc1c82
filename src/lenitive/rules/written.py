"""Questions as Python functions: each is written down once, compiled, and kept on its node.

What the nodes mean is defined by the reference (:mod:`lenitive.rules.reference`). Here the logic of a question, its
``and``, ``or``, ``not`` and comparisons, becomes one Python expression; what it asks of rows stays a function beside
it, whose value is kept for the patient. Names in the text stand for objects: nothing of a chart, and no word that
anybody typed, ever becomes part of it. Nodes that are not written here use the rule of the reference.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, cast

from lenitive.chart.fact import Fact
from lenitive.chart.request import Request
from lenitive.chart.schema import LATEST_OF, REFERENCES, columns
from lenitive.rules import model
from lenitive.rules.keys import key_of, serial
from lenitive.rules.model import Node, children, is_about_request_only, is_row_level, kept_on_node, request_fields
from lenitive.rules.reference import (
    COMPARISONS,
    RULES,
    SIMPLE,
    UNKNOWN,
    Range,
    Selection,
    is_unknown,
    worked_out,
)
from lenitive.rules.sources import SOURCES, reads, words_asked

if TYPE_CHECKING:
    from lenitive.rules.quick import Quick

Run = Callable[["Quick", Fact | None], Any]
Filter = Callable[["Quick", Sequence[Fact]], Selection]

ABSENT = object()
"""Stands for a value that was not worked out yet."""

PASSED_ON = (model.Not, model.IsRecorded, model.Feature)
"""Nodes whose value is that of their one child, seen another way: keeping it again would cost more."""

LOGIC = (model.And, model.Or, model.Compare, model.IsIn, model.StartsWith, model.Arithmetic)
"""Nodes of a patient that are written out in place, unless they are long."""

LONG = 12
"""The parts of a question that is written and kept by itself wherever it stands in another."""


class Writing:
    """The text of one function in the making, and the objects that the names in it stand for.

    Its parameters are ``engine`` and ``row``. ``by_row``: it is asked for each of many rows.
    """

    def __init__(self, by_row: bool = False) -> None:
        self.by_row = by_row
        self._objects: dict[str, Any] = {"ABSENT": ABSENT}
        self._fresh = 0
        self._of_engine: dict[str, str] = {}
        self._once: dict[int, tuple[str, str]] = {}
        self._referred: dict[tuple[str, str], str] = {}

    def name(self, value: Any) -> str:
        """A name for an object."""
        name = f"o{len(self._objects)}"
        self._objects[name] = value
        return name

    def fresh(self) -> str:
        """A name for a value that is worked out on the way."""
        self._fresh += 1
        return f"v{self._fresh}"

    def of_engine(self, name: str) -> str:
        """The name of something that the engine holds: its values, the keys of this request, or the request."""
        return self._of_engine.setdefault(name, f"engine.{name}") and name

    def referred(self, table: str, via: str) -> str:
        """A name for the row of a table that the row refers to."""
        return self._referred.setdefault((table, via), f"r{len(self._referred)}")

    def once(self, node: Node, text: str) -> str:
        """Stands for an expression of the row that is worked out once, however often it stands in the function."""
        name, _ = self._once.setdefault(id(node), (f"s{len(self._once)}", text))
        return f"<{name}>"

    def about_row(self, lines: Iterable[str]) -> list[str]:
        """Lines that ask something of one row, after what has to be there first."""
        text = "\n".join(lines)
        first = [
            f"{name} = engine.by_id({table!r}).get(row.{_column_name(*place)})"
            for place, name in self._referred.items()
            for table in (REFERENCES[place],)
        ]
        for name, expression in reversed(self._once.values()):
            if text.count(f"<{name}>") > 1:
                first.append(f"{name} = ABSENT")
                expression = f"({name} if {name} is not ABSENT else ({name} := {expression}))"
            text = text.replace(f"<{name}>", expression)
        return [*first, *text.split("\n")]

    def function(self, parameters: str, lines: Iterable[str]) -> Any:
        """The function that the lines are the body of."""
        known = [f"{', '.join(self._of_engine)} = {', '.join(self._of_engine.values())}"] if self._of_engine else []
        body = "\n    ".join([*known, *lines])
        code = compile(f"def written({parameters}):\n    {body}\n", "<question>", "exec")
        exec(code, self._objects)  # noqa: S102 - our own text, see above; a question is worth a thousand closures
        return self._objects["written"]


# --- a question and its value ----------------------------------------------------------------------------------------


@kept_on_node
def run_of(node: Node) -> Run:
    """The function that gives the value of a node: at a row, or of the patient (worked out once)."""
    if type(node) in SIMPLE or type(node) in PASSED_ON or is_row_level(node) or sure_of(node) is not None:
        return _run(node, is_row_level(node))
    return kept_run(node)


@kept_on_node
def kept_run(node: Node) -> Run:
    """The value for a patient, worked out once; from the blank chart if the chart is silent about it."""
    number, key_for, work_out = serial(node), key_of(node), worked_out_run(node)

    def of_patient(engine: Quick, row: Fact | None) -> Any:
        value = engine.values.get(number, ABSENT)
        return work_out(engine, number) if value is ABSENT else value

    def for_request(engine: Quick, row: Fact | None) -> Any:
        key = engine.keys.get(number)
        if key is None:
            key = key_for(engine)
        value = engine.values.get(key, ABSENT)
        return work_out(engine, key) if value is ABSENT else value

    return for_request if request_fields(node) else of_patient


@kept_on_node
def worked_out_run(node: Node) -> Callable[[Quick, int], Any]:
    """The value for a patient where none is kept yet. It is kept under the key from then on."""
    make = _OVER_ROWS.get(type(node))
    run = make(node) if make else _run(node, by_row=False) if isinstance(node, LOGIC) else _by_rule(node)
    bits = reads(node)

    def work_out(engine: Quick, key: int) -> Any:
        blank = engine.blank
        if blank is None or bits & engine.kept.heard:
            value = engine.plain.value(node) if engine.is_blank else run(engine, None)
        else:
            value = blank.values.get(key, ABSENT)
            if value is ABSENT:
                # The blank chart's engine has to hear of every source first, as this one did.
                if blank.kept.sources != len(SOURCES.bits):
                    blank.heard()
                value = work_out(blank, key)
        engine.values[key] = value
        return value

    return work_out


def _run(node: Node, by_row: bool) -> Run:
    writing = Writing(by_row)
    return cast("Run", writing.function("engine, row", writing.about_row([f"return {_written(node, writing)}"])))


def _by_rule(node: Node) -> Run:
    rule = RULES[type(node)]
    return lambda engine, row: rule(engine, node, row)


# --- the text of a value ---------------------------------------------------------------------------------------------


def value_text(node: Node, writing: Writing) -> str:
    """An expression for the value of a node."""
    return _written(node, writing) if is_inline(node, writing.by_row) else _looked_up(node, writing)


def is_inline(node: Node, by_row: bool) -> bool:
    """True if a node is written out where it stands; what is one for the patient is not worked out for every row."""
    if type(node) in SIMPLE or type(node) in PASSED_ON or is_row_level(node) or sure_of(node) is not None:
        return True
    return isinstance(node, LOGIC) and not by_row and _parts(node) < LONG


@kept_on_node
def _parts(node: Node) -> int:
    """How many values the text of a node looks up."""
    return sum(map(_parts, children(node))) if isinstance(node, (*LOGIC, *PASSED_ON)) else 1


def _looked_up(node: Node, writing: Writing) -> str:
    value, values, number = writing.fresh(), writing.of_engine("values"), serial(node)
    if request_fields(node):
        key, missed = f"{writing.of_engine('keys')}.get({number})", f"{writing.name(kept_run(node))}(engine, None)"
    else:
        key, missed = str(number), f"{writing.name(worked_out_run(node))}(engine, {number})"
    return f"({value} if ({value} := {values}.get({key}, ABSENT)) is not ABSENT else {missed})"


def _written(node: Node, writing: Writing) -> str:
    write = _WRITERS.get(type(node))
    if write:
        return write(node, writing)
    return f"{writing.name(_by_rule(node))}(engine, {'row' if is_row_level(node) else 'None'})"


def _constant(node: model.Constant, writing: Writing) -> str:
    value = node.value
    if isinstance(value, bool):
        return str(value)
    return writing.name(value if isinstance(value, (tuple, str)) else (value, value))


def _column(node: model.Column, writing: Writing) -> str:
    if node.via is not None:
        elsewhere, there = REFERENCES[node.table, node.via], writing.referred(node.table, node.via)
        return f"(None if {there} is None else {_column_of(elsewhere, node.name, there, writing)})"
    return _column_of(node.table, node.name, "row", writing)


def _column_of(table: str, name: str, row: str, writing: Writing) -> str:
    """A column of a row: its text or truth, or its number or day as a range."""
    column, kind = f"{row}.{_column_name(table, name)}", columns(table)[name].kind
    if kind not in ("number", "whole", "day"):
        return column
    value = writing.fresh()
    high = f"{row}.{LATEST_OF[name]} or {value}" if name in LATEST_OF else value
    return f"(None if ({value} := {column}) is None else ({value}, {high}))"


def _request_field(node: model.RequestField, writing: Writing) -> str:
    asked, name = writing.of_engine("request"), _request_name(node.name)
    return f"({asked}.{name} if {asked} else ())" if name == "levels" else f"({asked} and {asked}.{name})"


def _request_level_count(node: model.RequestLevelCount, writing: Writing) -> str:
    asked, count = writing.of_engine("request"), writing.fresh()
    return f"(({count}, {count}) if {asked} and ({count} := len({asked}.levels)) else {writing.name(UNKNOWN)})"


def _request_name(name: str) -> str:
    """The name of a field of the request, as the request itself has it."""
    return Request.__struct_fields__[Request.__struct_fields__.index(name)]


def _column_name(table: str, name: str) -> str:
    """The name of a column, which the schema knows: text from anywhere else is never part of a function."""
    return columns(table)[name].name


def _and(node: model.And, writing: Writing) -> str:
    return _together(conjuncts(node), False, writing)


def _or(node: model.Or, writing: Writing) -> str:
    return _together(disjuncts(node), True, writing)


def _together(parts: Sequence[Conjunct], decides: bool, writing: Writing) -> str:
    """An ``And``, which one false part decides, or an ``Or``, which one true part decides."""
    deciding: list[str] = []
    unknown: list[str] = []
    for part in parts:
        text = value_text(part.node, writing)
        if part.surely:
            deciding.append(f"{text} is True" if decides else f"{text} is not True")
        else:
            value = writing.fresh()
            deciding.append(f"({value} := {text}) is {decides}")
            unknown.append(f"{value} is None")
    either = f"None if {' or '.join(unknown)} else {not decides}" if unknown else str(not decides)
    return f"({decides} if {' or '.join(deciding)} else {either})" if deciding else str(not decides)


def _not(node: model.Not, writing: Writing) -> str:
    said = sure_of(node.part)
    if said is not None:
        return f"({value_text(said, writing)} is not True)"
    value = writing.fresh()
    return f"(None if ({value} := {value_text(node.part, writing)}) is None else not {value})"


def _is_recorded(node: model.IsRecorded, writing: Writing) -> str:
    column = node.value
    if isinstance(column, model.Column) and column.via is None:
        return f"(row.{_column_name(column.table, column.name)} not in (None, ()))"
    return f"(not {writing.name(is_unknown)}({value_text(column, writing)}))"


def _feature(node: model.Feature, writing: Writing) -> str:
    return value_text(node.value, writing)


def _is_in(node: model.IsIn, writing: Writing) -> str:
    value = writing.fresh()
    given = f"None if ({value} := {value_text(node.value, writing)}) is None"
    if isinstance(node.options, model.Constant) and node.options.value:
        words = node.options.value if isinstance(node.options.value, tuple) else (node.options.value,)
        return f"({given} else {value} in {writing.name(frozenset(words))})"
    options = writing.fresh()
    return f"({given} or not ({options} := {value_text(node.options, writing)}) else {value} in {options})"


def _starts_with(node: model.StartsWith, writing: Writing) -> str:
    value, options = writing.fresh(), writing.fresh()
    given = f"({value} := {value_text(node.value, writing)}) is None"
    asked = f"not ({options} := {value_text(node.options, writing)})"
    return f"(None if {given} or {asked} else {value}.startswith({options}))"


def _compare(node: model.Compare, writing: Writing) -> str:
    """Texts and truths are equal or not; ranges are compared by their ends where an order is asked."""
    if node.op in ("==", "!="):
        left, right, compared = writing.fresh(), writing.fresh(), writing.name(_EQUAL[node.op])
        unknown = f"({left} := {value_text(node.left, writing)}) is None"
        unknown += f" or ({right} := {value_text(node.right, writing)}) is None"
        return f"(None if {unknown} else {compared}({left}, {right}))"
    lower, upper = (node.left, node.right) if node.op in ("<", "<=") else (node.right, node.left)
    less, more = ("<", ">=") if node.op in ("<", ">") else ("<=", ">")
    first, second = _ends(lower, writing), _ends(upper, writing)
    unknown = " or ".join(text for text in (first.unknown, second.unknown) if text)
    holds = _compared(first.high, less, second.low, first.may_be_open, second.may_be_open)
    fails = _compared(first.low, more, second.high, first.may_be_open, second.may_be_open)
    known = f"True if {holds} else False if {fails} else None"
    return f"(None if {unknown} else {known})" if unknown else f"({known})"


def _compared(one: str, op: str, other: str, one_may_be_open: bool, other_may_be_open: bool) -> str:
    known = [f"{end} is not None and " for end, may in ((one, one_may_be_open), (other, other_may_be_open)) if may]
    return f"{''.join(known)}{one} {op} {other}"


@dataclass(frozen=True, slots=True)
class Ends:
    """The texts of the ends of a range, valid after the text ``unknown`` was asked (empty: never unknown)."""

    unknown: str
    low: str
    high: str
    may_be_open: bool


def _ends(node: Node, writing: Writing) -> Ends:
    if isinstance(node, model.AsOf):
        return Ends("", "engine.day", "engine.day", False)
    if isinstance(node, model.Constant) and node.value is not None:
        value = writing.name(node.value)
        return Ends("", value, value, False)
    value = writing.fresh()
    if isinstance(node, model.Column) and node.via is None:
        unknown = f"({value} := row.{_column_name(node.table, node.name)}) is None"
        until = f"(row.{LATEST_OF[node.name]} or {value})" if node.name in LATEST_OF else value
        return Ends(unknown, value, until, False)
    return Ends(f"({value} := {value_text(node, writing)}) is None", f"{value}[0]", f"{value}[1]", True)


def _arithmetic(node: model.Arithmetic, writing: Writing) -> str:
    left, right = value_text(node.left, writing), value_text(node.right, writing)
    text = f"{writing.name(worked_out)}({node.op!r}, {left}, {right})"
    return writing.once(node, text) if writing.by_row else text


def _equal(left: Any, right: Any) -> bool | None:
    return bool(left == right) if isinstance(left, (str, bool)) else COMPARISONS["=="](left, right)


def _unequal(left: Any, right: Any) -> bool | None:
    return bool(left != right) if isinstance(left, (str, bool)) else COMPARISONS["!="](left, right)


_EQUAL = {"==": _equal, "!=": _unequal}

_WRITERS: dict[type[Node], Callable[[Any, Writing], str]] = {
    model.Constant: _constant,
    model.Column: _column,
    model.RequestField: _request_field,
    model.RequestLevelCount: _request_level_count,
    model.And: _and,
    model.Or: _or,
    model.Not: _not,
    model.IsRecorded: _is_recorded,
    model.Feature: _feature,
    model.IsIn: _is_in,
    model.StartsWith: _starts_with,
    model.Compare: _compare,
    model.Arithmetic: _arithmetic,
}


# --- what a part says besides ----------------------------------------------------------------------------------------


def sure_of(node: Node) -> Node | None:
    """What a node is sure of: ``x`` if the node says that ``x`` is true and recorded, and nothing else."""
    parts = conjuncts(node) if isinstance(node, model.And) else ()
    return parts[0].node if len(parts) == 1 and parts[0].surely else None


@dataclass(frozen=True, slots=True)
class Conjunct:
    """A part of an ``And`` or an ``Or``. ``surely``: the node and that it is recorded, true or else false."""

    node: Node
    surely: bool


@kept_on_node
def conjuncts(node: Node) -> tuple[Conjunct, ...]:
    """The parts of an ``And``, each ``x`` beside ``IsRecorded(x)`` as one.

    Together the two are true if ``x`` is, and false otherwise; whatever they are, the reasons for it are those for
    ``x``.
    """
    found = [Conjunct(part, False) for part in cast("model.And", node).parts]
    for part in cast("model.And", node).parts:
        if isinstance(part, model.IsRecorded):
            said = part.value.parts if isinstance(part.value, model.And) else (part.value,)
            places = [place for place, one in enumerate(found) if any(one.node is x for x in said) and not one.surely]
            if places and len({id(found[place].node) for place in places}) == len({id(x) for x in said}):
                # It stands where the first of them stood, so that reasons come in the order of the reference.
                found[places[0]] = Conjunct(part.value, True)
                gone = {id(part), *(id(x) for x in said)}
                found = [one for one in found if one.surely or id(one.node) not in gone]
    return tuple(found)


def disjuncts(node: model.Or) -> tuple[Conjunct, ...]:
    """The parts of an ``Or``, seen in the same way."""
    said = ((part, sure_of(part)) for part in node.parts)
    return tuple(Conjunct(part, False) if sure is None else Conjunct(sure, True) for part, sure in said)


# --- rows ------------------------------------------------------------------------------------------------------------


@kept_on_node
def selection_of(rows: Node) -> Callable[[Quick], Selection]:
    """The rows of an engine's chart that are in, and those that are possible; selected once."""
    asked = cast("model.Rows", rows)
    table, condition = asked.table, asked.condition
    key_for, number = key_of(rows), serial(rows)
    words = condition and words_asked(condition)
    filters: dict[int, Filter] = {}

    def select(engine: Quick) -> Selection:
        kept = engine.selected.get(number)
        return selected_for(engine, number) if kept is None else kept

    def select_for_request(engine: Quick) -> Selection:
        key = engine.keys.get(number)
        if key is None:
            key = key_for(engine)
        kept = engine.selected.get(key)
        return selected_for(engine, key) if kept is None else kept

    def selected_for(engine: Quick, key: int) -> Selection:
        every: Sequence[Fact] = engine.chart.tables[table]
        if words and len(every) > 1:
            every = engine.with_words(table, words, every)
        if every:
            pick = filters.get(key)
            if pick is None:
                pick = filters[key] = _filter(condition and _without_request(engine, condition))
            kept = pick(engine, every)
        else:
            kept = [], []
        engine.selected[key] = kept
        return kept

    return select_for_request if request_fields(rows) else select


def _filter(condition: Node | None) -> Filter:
    """Picks rows."""
    if condition is None:
        return lambda engine, every: (list(every), [])
    writing = Writing(by_row=True)
    about_row = writing.about_row([f"truth = {value_text(condition, writing)}"])
    pick: Filter = writing.function(
        "engine, rows",
        [
            "certain, possible = [], []",
            "for row in rows:",
            *(f"    {line}" for line in about_row),
            "    if truth:",
            "        certain.append(row)",
            "    elif truth is None:",
            "        possible.append(row)",
            "return certain, possible",
        ],
    )
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
        return None if possible or engine.chart.attested.isdisjoint(topics) else False

    return exists


def picked_of(pick: model.Pick) -> Callable[[Quick], Fact | None]:
    """The picked row. Rows stand in time order, those without a day first: if the last has no day, none has."""
    select, wants_latest = selection_of(pick.rows), pick.which == "latest"

    def picked(engine: Quick) -> Fact | None:
        rows, _ = select(engine)
        if not rows or rows[-1].true_on is None:
            return None
        return rows[-1] if wants_latest else next(one for one in rows if one.true_on)

    return picked


def _value_of(node: model.ValueOf) -> Run:
    column, picked = column_run(node.column.table, node.column.name, node.column.via), picked_of(node.pick)

    def value_of(engine: Quick, row: Fact | None) -> Any:
        found = picked(engine)
        return None if found is None else column(engine, found)

    return value_of


@lru_cache(maxsize=1_000)
def column_run(table: str, name: str, via: str | None) -> Run:
    """The value of a column at a row."""
    return _run(model.Column(table, name, via), by_row=True)


def _count(node: model.Count) -> Run:
    select, topics = selection_of(node.rows), node.rows.topics

    def count(engine: Quick, row: Fact | None) -> Range:
        certain, possible = select(engine)
        is_open = engine.chart.attested.isdisjoint(topics)
        return (len(certain), None if is_open else len(certain) + len(possible))

    return count


def _count_distinct(node: model.CountDistinct) -> Run:
    select, topics, value_of = selection_of(node.rows), node.rows.topics, run_of(node.value)

    def count_distinct(engine: Quick, row: Fact | None) -> Range:
        certain, possible = select(engine)
        sure = {_low(value_of(engine, one)) for one in certain}
        least = len(sure - {None})
        if engine.chart.attested.isdisjoint(topics):
            return (least, None)
        may_be = [_low(value_of(engine, one)) for one in (*certain, *possible)]
        return (least, len({*may_be} - {None}) + may_be.count(None))

    return count_distinct


def _low(value: Any) -> Any:
    """The low end of a range; any other value as it is."""
    return value[0] if isinstance(value, tuple) else value


_OVER_ROWS: dict[type[Node], Callable[[Any], Run]] = {
    model.Exists: _exists,
    model.ValueOf: _value_of,
    model.Count: _count,
    model.CountDistinct: _count_distinct,
}
