"""What a question reads: the rows that it asks for, and the words that it asks them for first.

A chart is *silent* about a question if it holds no row that the question would look at. Then the answer follows from
what was attested alone, and is the same on every such chart and day: that of the blank one with the same attestations.
A question that the day answers without a row is never met with silence. Each source is one bit, so that silence is one
``&``.
"""

from __future__ import annotations

from collections import defaultdict

from lenitive.chart.chart import Chart
from lenitive.chart.schema import TABLES
from lenitive.rules import model
from lenitive.rules.model import Node, children, kept_on_node

Words = tuple[str, frozenset[str | None]]
Source = tuple[str, Words | None, tuple[str, ...]]
"""A table, the words asked of one of its columns, and the topics that would make its rows complete."""

THE_DAY = 1
"""The bit of the day of the request, of which no chart is silent."""


@kept_on_node
def words_asked(condition: Node) -> Words | None:
    """The column and the words (and none), if a condition asks whether a column of the row is one of certain words."""
    for part in condition.parts if isinstance(condition, model.And) else (condition,):
        if isinstance(part, model.IsIn):
            column, options = part.value, part.options
        elif isinstance(part, model.Compare) and part.op == "==":
            column, options = part.left, part.right
        else:
            continue
        if isinstance(column, model.Column) and not column.via and isinstance(options, model.Constant):
            words = options.value if isinstance(options.value, tuple) else (options.value,)
            if words and all(isinstance(word, str) for word in words):
                return column.name, frozenset({*words, None})
    return None


class Sources:
    """Every source that any question named so far, each with its bit."""

    def __init__(self) -> None:
        self.bits: dict[Source, int] = {}
        self._by_table: dict[str, int] = defaultdict(int)
        self._by_word: dict[str, dict[str, dict[str | None, int]]] = {name: {} for name in TABLES}
        self._by_topic: dict[str, int] = defaultdict(int)

    def bit(self, source: Source) -> int:
        """The bit of a source; a new one if it was not named before."""
        known = self.bits.get(source)
        if known is not None:
            return known
        bit = self.bits[source] = THE_DAY << (len(self.bits) + 1)
        table, asked, topics = source
        for topic in topics:
            self._by_topic[topic] |= bit
        if asked is None:
            self._by_table[table] |= bit
        else:
            column, words = asked
            by_word = self._by_word[table].setdefault(column, defaultdict(int))
            for word in words:
                by_word[word] |= bit
        return bit

    def heard(self, chart: Chart, blank: Chart) -> int:
        """The bits of the sources that a chart is not silent about, beside a chart that holds attestations at most."""
        bits = THE_DAY
        for topic in chart.attested ^ blank.attested:
            bits |= self._by_topic.get(topic, 0)
        for table, columns in self._by_word.items():
            rows = chart.table(table)
            if rows:
                bits |= self._by_table.get(table, 0)
                for column, by_word in columns.items():
                    for row in rows:
                        bits |= by_word.get(getattr(row, column), 0)
        return bits


SOURCES = Sources()
"""The sources of all questions of this process: questions are few, made once, and kept."""


@kept_on_node
def reads(node: Node) -> int:
    """The bits of the sources that the value of a node, and the reasons for it, depend on.

    What stands inside a filter is only asked of a row that is there, so the row's own source speaks for it. Its sources
    are named all the same: once a node's sources are known, so are those of everything in it.
    """
    if isinstance(node, model.Rows):
        for child in children(node):
            reads(child)
        asked = None if node.condition is None else words_asked(node.condition)
        return SOURCES.bit((node.table, asked, node.topics))
    bits = THE_DAY if isinstance(node, model.AsOf) else 0
    for child in children(node):
        bits |= reads(child)
    return bits & ~THE_DAY if _is_unknown_in_silence(node) else bits


@kept_on_node
def _is_unknown_in_silence(node: Node) -> bool:
    """True if a value is unknown, whatever the day, as long as there is no row to take it from."""
    if isinstance(node, model.ValueOf):
        return True
    return isinstance(node, _UNKNOWN_IF_A_PART_IS) and any(map(_is_unknown_in_silence, children(node)))


_UNKNOWN_IF_A_PART_IS = (model.Compare, model.Shift, model.DaysBetween, model.Arithmetic)
