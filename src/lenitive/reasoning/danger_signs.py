"""Which signs of a danger nobody has asked about yet, read from the rule that raises it.

A danger is not there once enough of its signs were looked for and are absent. After some of them were denied, the
others are what is missing: they are named, so that nobody has to ask again for what was answered.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import lru_cache

from lenitive.chart.finding import Finding
from lenitive.reasoning.assessment import RedFlagResult
from lenitive.reasoning.book import Book
from lenitive.reasoning.citing import in_a_sentence
from lenitive.reasoning.determination import Asking
from lenitive.rules import model
from lenitive.rules.model import Node, children, kept_on_node
from lenitive.rules.quick import BLANK
from lenitive.rules.reference import Reference
from lenitive.rules.sources import reads, words_asked
from lenitive.rules.written import sure_of

Signs = tuple[str, ...]


class Unanswered:
    """What is missing in one chart. Who denied some signs of a danger is asked for the others, not for a risk."""

    def __init__(self, asking: Asking) -> None:
        self._asking = asking
        self._unknown = _Unknown(asking.engine, frozenset([one.code for one in asking.engine.chart.rows(Finding)]))

    def signs_of(self, flag: RedFlagResult) -> Signs:
        """The findings that would settle an undocumented danger as not there, were they absent as well; none where
        findings alone would not."""
        asking = self._asking
        entry = asking.book.content.red_flags[flag.id]
        question = asking.book.standing(entry.criterion, asking.engine.day, asking.place)
        return self._unknown.left_to_deny(question.met_when) or ()


@lru_cache(maxsize=1_000)
def signs_in_words(book: Book, flag: str, signs: Signs) -> tuple[str, ...]:
    """The signs of a red flag as they are called inside a sentence; the danger itself where no sign would settle it."""
    labels = [book.content.findings[sign].label for sign in signs] or [book.content.red_flags[flag].label]
    return tuple(map(in_a_sentence, labels))


class _Unknown:
    """What an engine does not know. ``recorded`` are the findings that its chart speaks of."""

    __slots__ = ("_engine", "_heard", "_recorded")

    def __init__(self, engine: Reference, recorded: frozenset[str | None]) -> None:
        self._engine = engine
        self._heard = engine.heard()
        self._recorded = recorded

    def left_to_deny(self, node: Node) -> Signs | None:
        """What has to be absent for this, which is unknown, to be false: without what is absent already. ``None`` if no
        absence of a finding makes it false."""
        if not reads(node) & self._heard:
            return _all_to_deny(node)
        # The parts that are known leave it open: of an Or they are false, of an And true.
        if isinstance(node, model.Or):
            return _together([self.left_to_deny(part) for part in self._unknown_parts(node)])
        if isinstance(node, model.And):
            parts = self._unknown_parts(node)
            return _nearest([(self.left_to_deny(part), _all_to_deny(part)) for part in parts], self._recorded)
        return _named(node)

    def _unknown_parts(self, node: Node) -> list[Node]:
        value = self._engine.at
        return [part for part in _parts_that_may_be_unknown(node) if value(part, None) is None]


@kept_on_node
def _parts_that_may_be_unknown(node: Node) -> tuple[Node, ...]:
    return tuple(part for part in children(node) if not _is_never_unknown(part))


@kept_on_node
def _is_never_unknown(node: Node) -> bool:
    """It says that something is known to be so, or is put together from such."""
    if isinstance(node, model.And | model.Or | model.Not):
        return sure_of(node) is not None or all(map(_is_never_unknown, children(node)))
    return isinstance(node, model.IsRecorded)


@kept_on_node
def _all_to_deny(node: Node) -> Signs | None:
    """What has to be absent where nothing was recorded. Of what a chart is silent about every day says the same."""
    nothing = Reference(BLANK, date(2000, 1, 1))
    if nothing.truth(node) is not None:
        return None
    return _Unknown(nothing, frozenset()).left_to_deny(node)


def _named(node: Node) -> Signs | None:
    """The signs of which a question takes the latest record."""
    rows = node.pick.rows if isinstance(node, model.ValueOf) else None
    if rows is None or rows.table != "finding" or rows.condition is None:
        return None
    asked = words_asked(rows.condition)
    return tuple(sorted(word for word in asked[1] if word)) if asked else None


def _together(ways: Sequence[Signs | None]) -> Signs | None:
    """Everything that each of several parts needs."""
    if None in ways:
        return None
    return tuple(dict.fromkeys(sign for way in ways for sign in way or ()))


def _nearest(ways: Sequence[tuple[Signs | None, Signs | None]], recorded: frozenset[str | None]) -> Signs | None:
    """Of several ways, each beside all of its signs, one on which a sign was denied already, else the shortest."""
    open_ = [(recorded.isdisjoint(all_of or ()), len(way), way) for way, all_of in ways if way is not None]
    return min(open_, key=lambda one: one[:2])[2] if open_ else None
