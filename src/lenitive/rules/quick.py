"""The one-patient engine that commands and services ask: the reference, less the work that need not be done.

It gives the same answers for the same reasons; tests hold it to that. What it spares:

- what another request of the same chart and day worked out already, if it does not depend on what the requests differ
  in;
- rows without the words that a filter asks for first, and the parts of a filter that the request alone decides;
- everything that the chart is silent about (:mod:`lenitive.rules.sources`): that is taken from the blank chart, where
  it was worked out once for all patients.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from lenitive.chart.chart import Chart
from lenitive.chart.fact import Fact
from lenitive.chart.request import Request
from lenitive.rules import model
from lenitive.rules.closures import key_of, run_of, selection_of, why_of
from lenitive.rules.model import Node, is_about_request_only, request_fields
from lenitive.rules.reference import Reasons, Reference, Selection
from lenitive.rules.sources import SOURCES, Words, words_asked

BLANK = Chart("", ())
"""A chart of which nothing is recorded."""


@dataclass(slots=True)
class Kept:
    """What engines for one chart and day share: values, reasons, rows by word and id, and the sources heard."""

    values: dict[int, Any] = field(default_factory=dict)
    selected: dict[int, Selection] = field(default_factory=dict)
    why: dict[int, Reasons] = field(default_factory=dict)
    by_id: dict[str, dict[str, Fact]] = field(default_factory=dict)
    by_word: dict[tuple[str, str], dict[Any, list[int]]] = field(default_factory=dict)
    heard: int = 0
    sources: int = -1


class Quick(Reference):
    """Answers questions about one chart, on one day, for one request."""

    def __init__(
        self,
        chart: Chart,
        as_of: date,
        request: Request | None = None,
        beside: Quick | None = None,
        blank: Quick | None = None,
    ) -> None:
        """``beside`` is an engine for the same chart; ``blank`` one for the blank chart and the same request and day.

        What they worked out is not worked out again. One for another day is left aside.
        """
        super().__init__(chart, as_of, request)
        self.blank = blank if blank and blank.day == self.day else None
        shared = beside is not None and beside.day == self.day and beside.chart is chart
        self.kept: Kept = beside.kept if beside and shared else Kept()
        self.values = self.kept.values
        self._by_id = self.kept.by_id

    def heard(self) -> int:
        """The sources heard, those included that were named since anybody last asked."""
        kept = self.kept
        if kept.sources != len(SOURCES.bits):
            kept.heard, kept.sources = SOURCES.heard(self.chart), len(SOURCES.bits)
        return kept.heard

    def key(self, node: Node) -> int:
        """A node, and how the request answers the comparisons in it: the same key has the same value and reasons."""
        return key_of(node)(self)

    def value(self, node: Node) -> Any:
        """The value of a patient-level node."""
        run = run_of(node)
        self.heard()
        return run(self, None)

    def at(self, node: Node, row: Fact | None) -> Any:
        """The value of a node at a row; of a patient-level node if there is no row."""
        return run_of(node)(self, row)

    def reasons(self, node: Node) -> Reasons:
        """What decided the value of a patient-level node."""
        key = self.key(node)
        kept = self.kept.why.get(key)
        if kept is None:
            kept = self.kept.why[key] = Reasons()
            self.explain(node, None, kept)
        return kept

    def explain(self, node: Node, row: Fact | None, into: Reasons) -> None:
        """Gather what decided the value of a node."""
        why = why_of(node)
        self.heard()
        if why:
            why(self, row, into)

    def select(self, rows: model.Rows) -> Selection:
        """The rows that are in, and those that are possible."""
        return selection_of(rows)(self)

    def selection(self, rows: model.Rows) -> Selection:
        """The same, worked out anew. If the condition asks first for certain words in a column, those are looked up.

        Rows without a word stay: for them the condition is unknown.
        """
        every = self.chart.table(rows.table)
        if not every:
            return [], []
        condition = self._condition(rows)
        if condition is None:
            return list(every), []
        asked = words_asked(condition) if len(every) > 1 else None
        holds = run_of(condition)
        certain: list[Fact] = []
        possible: list[Fact] = []
        for row in self._with_words(rows.table, asked) if asked else every:
            truth = holds(self, row)
            if truth:
                certain.append(row)
            elif truth is None:
                possible.append(row)
        return certain, possible

    def _with_words(self, table: str, asked: Words) -> Sequence[Fact]:
        column, words = asked
        rows, index = self.chart.table(table), self._index(table, column)
        return [rows[number] for number in sorted(n for word in index.keys() & words for n in index[word])]

    def _condition(self, rows: model.Rows) -> Node | None:
        if rows.condition is None or not request_fields(rows):
            return rows.condition
        key = self.key(rows)
        kept: dict[int, Node] = rows.__dict__.setdefault("_conditions", {})
        if key not in kept:
            kept[key] = _without_request(self, rows.condition)
        return kept[key]

    def _index(self, table: str, column: str) -> dict[Any, list[int]]:
        """Word -> the numbers of the rows that have it in a column."""
        index = self.kept.by_word.get((table, column))
        if index is None:
            index = self.kept.by_word[table, column] = {}
            for number, row in enumerate(self.chart.table(table)):
                index.setdefault(getattr(row, column), []).append(number)
        return index


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
