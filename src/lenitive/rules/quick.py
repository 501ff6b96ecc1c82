"""The one-patient engine that commands and services ask: the reference, less the work that need not be done.

It gives the same answers for the same reasons; tests hold it to that. What it spares:

- what another request of the same chart and day worked out already, if it does not depend on what the requests differ
  in;
- rows without the words that a filter asks for first, and the parts of a filter that the request alone decides;
- everything that the chart is silent about (:mod:`lenitive.rules.sources`): that is taken from a blank chart with the
  same attestations, where it was worked out once for all patients.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import cached_property, lru_cache
from typing import Any

from lenitive.chart.attestation import Attestation
from lenitive.chart.chart import Chart
from lenitive.chart.fact import Fact
from lenitive.chart.request import Request
from lenitive.rules import model
from lenitive.rules.keys import key_of
from lenitive.rules.model import Node
from lenitive.rules.reference import Answer, Reasons, Reference, Selection
from lenitive.rules.remaining import question_of
from lenitive.rules.sources import SOURCES, Words
from lenitive.rules.whys import why_of
from lenitive.rules.written import run_of, selection_of

NOBODY = ""
BLANK = Chart(NOBODY, ())
"""A chart of which nothing is recorded."""


def blank_beside(chart: Chart) -> Chart:
    """The chart on which nothing is recorded but what is attested on this one, each fact named by its topic."""
    return _blank_with(chart.attested)


@lru_cache(maxsize=256)
def _blank_with(attested: frozenset[str]) -> Chart:
    if not attested:
        return BLANK
    always = datetime.min.replace(tzinfo=UTC)
    rows = [Attestation(id=one, patient=NOBODY, recorded_at=always, source=NOBODY, topic=one) for one in attested]
    return Chart.of(rows)


@dataclass(slots=True)
class Kept:
    """What engines for one chart and day share: values, reasons, rows by word and id, and the sources heard."""

    values: dict[int, Any] = field(default_factory=dict)
    selected: dict[int, Selection] = field(default_factory=dict)
    why: dict[int, Reasons] = field(default_factory=dict)
    answers: dict[int, Answer] = field(default_factory=dict)
    by_id: dict[str, dict[str, Fact]] = field(default_factory=dict)
    by_word: dict[tuple[str, str], dict[Any, list[Fact]]] = field(default_factory=dict)
    blank: Chart | None = None
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
        """``beside`` is an engine for the same chart; ``blank`` one for a blank chart and the same request, of any day.

        What they worked out is not worked out again. A neighbour of another day is left aside, and so is a blank chart
        that is not the one ``beside`` has.
        """
        # What the reference keeps for itself is not needed here, and a request is asked about in a moment.
        self.chart = chart
        self.request = request
        self.day = day = request.on if request and request.on else as_of
        is_beside = beside is not None and beside.chart is chart and beside.day == day
        self.kept: Kept = beside.kept if beside and is_beside else Kept()
        self.blank: Quick | None = None
        self.keys: dict[int, int] = {}
        self._decided = {}
        if blank and self.kept.blank in (None, blank.chart):
            self.kept.blank = blank.chart
            self.blank, self.keys, self._decided = blank, blank.keys, blank._decided
        self.values, self.selected, self._by_id = self.kept.values, self.kept.selected, self.kept.by_id
        self.is_blank = chart.patient_id == NOBODY

    def heard(self) -> int:
        """The sources heard, those included that were named since anybody last asked."""
        kept = self.kept
        if kept.sources != len(SOURCES.bits):
            kept.heard, kept.sources = SOURCES.heard(self.chart, kept.blank or BLANK), len(SOURCES.bits)
        return kept.heard

    def key(self, node: Node) -> int:
        """A node, and how the request answers the comparisons in it: the same key has the same value and reasons."""
        return key_of(node)(self)

    @cached_property
    def plain(self) -> Reference:
        """The reference for the same chart, day and request: a blank chart is put every question only once."""
        return Reference(self.chart, self.day, self.request)

    def value(self, node: Node) -> Any:
        """The value of a patient-level node."""
        run = run_of(node)
        if self.kept.sources != len(SOURCES.bits):
            self.heard()
        return run(self, None)

    truth = value

    def at(self, node: Node, row: Fact | None) -> Any:
        """The value of a node at a row; of a patient-level node if there is no row."""
        return run_of(node)(self, row)

    def answer(self, criterion: model.Criterion) -> Answer:
        """The status with the facts and citations that decided, or what is missing; worked out once."""
        question = question_of(criterion.met_when)
        key = question.key(self)
        kept = self.kept.answers.get(key)
        if kept is None:
            if self.is_blank or not question.is_worth_keeping():
                kept = self.plain.answer(criterion)
            else:
                if self.kept.sources != len(SOURCES.bits):
                    self.heard()
                outcome, reasons = question.outcome(self, key), Reasons()
                for why in outcome.whys:
                    why(self, None, reasons)
                self.values.setdefault(key, outcome.truth)
                kept = self.answered(outcome.truth, reasons)
            self.kept.answers[key] = kept
        return kept

    def reasons(self, node: Node) -> Reasons:
        """What decided the value of a patient-level node."""
        key = self.key(node)
        kept = self.kept.why.get(key)
        if kept is None:
            if self.is_blank:
                kept = self.plain.reasons(node)
            else:
                kept = Reasons()
                self.explain(node, None, kept)
            self.kept.why[key] = kept
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

    def by_id(self, table: str) -> dict[str, Fact]:
        """The standing facts of a table by their ids."""
        kept = self._by_id.get(table)
        if kept is None:
            kept = self._by_id[table] = {fact.id: fact for fact in self.chart.tables[table]}
        return kept

    def with_words(self, table: str, asked: Words, rows: Sequence[Fact]) -> Sequence[Fact]:
        """Those of the rows of a table that have one of certain words in a column, or none."""
        column, words = asked
        index = self.kept.by_word.get((table, column))
        if index is None:
            index = self.kept.by_word[table, column] = _by_word(column, rows)
        there = index.keys() & words
        if len(there) > 1:
            return [row for row in rows if getattr(row, column) in there]
        return index[there.pop()] if there else ()


def _by_word(column: str, rows: Sequence[Fact]) -> dict[Any, list[Fact]]:
    """Word -> the rows that have it in a column."""
    index: dict[Any, list[Fact]] = {}
    for row in rows:
        index.setdefault(getattr(row, column), []).append(row)
    return index
