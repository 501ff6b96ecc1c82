"""What remains to be asked of a chart, of a question of the patient.

Of most questions a chart is silent about most parts (:mod:`lenitive.rules.sources`): those have the values that they
have on the blank chart, and the reasons too. What remains are a few parts, each with a handful of values; and which of
them decide, in what order, follows from those values alone. So it is worked out once for all charts that are silent
about the same parts and give the same values, and afterwards looked up.

What counts as a reason is defined by the reference (:mod:`lenitive.rules.reference`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from lenitive.chart.fact import Fact
from lenitive.rules import model
from lenitive.rules.keys import Key, key_of
from lenitive.rules.model import Node, kept_on_node
from lenitive.rules.reference import EVERY_SOURCE, Reasons
from lenitive.rules.sources import reads
from lenitive.rules.whys import Why, why_of
from lenitive.rules.written import Run, conjuncts, disjuncts, run_of, sure_of
from lenitive.status import kleene_and, kleene_at_least, kleene_not, kleene_or

if TYPE_CHECKING:
    from lenitive.rules.quick import Quick

Values = Mapping[int, Any]
"""The address of a part -> its value."""

WORTH_KEEPING = 10
"""So often a question is put as it stands before anything is kept for it."""

MOST_KEPT = 1_000
"""Outcomes that are kept of one question before it starts over."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """The truth of a question, and what gathers the reasons for it."""

    truth: bool | None
    whys: tuple[Why, ...]


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a question that is asked as a whole, and its sources."""

    node: Node
    run: Run
    sources: int


@dataclass(slots=True)
class Remainder:
    """What remains of a question beside one silence: the parts to ask, and the outcome for each set of their values."""

    asked: tuple[Part, ...]
    runs: tuple[Run, ...]
    taken_over: Values
    outcomes: dict[tuple[Any, ...], Outcome] = field(default_factory=dict)


class Question:
    """What answering a question of the patient takes."""

    __slots__ = ("_kept", "_node", "_parts", "_put", "_remainders", "_sources", "key")

    def __init__(self, node: Node) -> None:
        self.key: Key = key_of(node)
        self._node = node
        self._put = 0
        self._kept = 0
        self._sources = reads(node)
        self._parts: tuple[Part, ...] = ()
        self._remainders: dict[tuple[object, ...], Remainder] = {}

    def is_worth_keeping(self) -> bool:
        """Whether it was put so often that keeping its outcomes takes less than putting it as it stands."""
        if self._put > WORTH_KEEPING:
            return True
        self._put += 1
        return False

    def outcome(self, engine: Quick, key: int) -> Outcome:
        """The truth on an engine's chart, and what decided it. ``key`` is that of this question and the request."""
        blank = engine.blank
        silence = (key, engine.kept.heard & self._sources, blank.chart.attested) if blank else (key,)
        remainder = self._remainders.get(silence)
        if remainder is None:
            remainder = self._remainders[silence] = self._remainder(engine)
        values = tuple([run(engine, None) for run in remainder.runs])
        found = remainder.outcomes.get(values)
        if found is None:
            found = remainder.outcomes[values] = self._worked_out(engine, remainder, values)
            self._kept += 1
            if self._kept > MOST_KEPT:
                self._remainders.clear()
                self._kept = 0
        return found

    def _remainder(self, engine: Quick) -> Remainder:
        self._parts = self._parts or tuple(Part(node, run_of(node), reads(node)) for node in _parts(self._node))
        blank, heard = engine.blank, engine.kept.heard if engine.blank else EVERY_SOURCE
        asked = tuple(part for part in self._parts if blank is None or part.sources & heard)
        silent = [part for part in self._parts if part not in asked]
        taken_over = {id(part.node): blank.value(part.node) for part in silent} if blank else {}
        return Remainder(asked, tuple(part.run for part in asked), taken_over)

    def _worked_out(self, engine: Quick, remainder: Remainder, found: tuple[Any, ...]) -> Outcome:
        asked = {id(part.node): value for part, value in zip(remainder.asked, found, strict=True)}
        values = {**remainder.taken_over, **asked}
        whys: list[Why] = []
        known: Reasons | None = None
        for node in _deciding(self._node, values):
            if id(node) in asked or engine.blank is None:
                known, why = None, why_of(node)
                if why:
                    whys.append(why)
            else:
                if known is None:
                    known = Reasons()
                    whys.append(_taking(known))
                known.take(engine.blank.reasons(node))
        return Outcome(_value(self._node, values), tuple(whys))


def _taking(known: Reasons) -> Why:
    """Adds reasons that are the same on every chart with this silence."""

    def taken_over(engine: Quick, row: Fact | None, into: Reasons) -> None:
        into.take(known)

    return taken_over


@kept_on_node
def question_of(node: Node) -> Question:
    """A node as a question, with what is kept of its outcomes."""
    return Question(node)


# --- the parts of a question -----------------------------------------------------------------------------------------


def _parts(node: Node) -> tuple[Node, ...]:
    """The parts that are asked as a whole: whatever is not logic."""
    below = _below(node)
    if below is None:
        return (node,)
    return tuple({id(part): part for child in below for part in _parts(child)}.values())


def _below(node: Node) -> tuple[Node, ...] | None:
    """What logic joins; nothing if a node is no logic."""
    surely = sure_of(node)
    if surely is not None:
        return (surely,)
    if isinstance(node, model.And):
        return tuple(part.node for part in conjuncts(node))
    if isinstance(node, model.Or):
        return tuple(part.node for part in disjuncts(node))
    if isinstance(node, model.AtLeast):
        return node.parts
    if isinstance(node, model.Not):
        return (node.part,)
    return (node.value,) if isinstance(node, model.Feature) else None


def _value(node: Node, values: Values) -> Any:
    """The value of a node where those of its parts are known."""
    surely = sure_of(node)
    if surely is not None:
        return _value(surely, values) is True
    if isinstance(node, (model.And, model.Or, model.AtLeast)):
        return _TOGETHER[type(node)](node, [value for _, value in _members(node, values)])
    if isinstance(node, model.Not):
        return kleene_not(_value(node.part, values))
    return _value(node.value, values) if isinstance(node, model.Feature) else values[id(node)]


_TOGETHER: Mapping[type[Node], Callable[[Any, list[bool | None]], bool | None]] = {
    model.And: lambda _, said: kleene_and(said),
    model.Or: lambda _, said: kleene_or(said),
    model.AtLeast: lambda node, said: kleene_at_least(node.n, said),
}


def _members(node: model.And | model.Or | model.AtLeast, values: Values) -> list[tuple[Node, bool | None]]:
    """What is joined, each with what it says."""
    if isinstance(node, model.AtLeast):
        return [(part, _value(part, values)) for part in node.parts]
    joined = conjuncts(node) if isinstance(node, model.And) else disjuncts(node)
    told = [(part, _value(part.node, values)) for part in joined]
    return [(part.node, value is True if part.surely else value) for part, value in told]


def _deciding(node: Node, values: Values) -> Iterator[Node]:
    """The parts that decided, in order: of what is joined those that are as the whole is."""
    below = _below(node)
    if below is None:
        yield node
    elif isinstance(node, (model.And, model.Or, model.AtLeast)) and sure_of(node) is None:
        truth, members = _value(node, values), _members(node, values)
        for part in [part for part, value in members if value is truth] or below:
            yield from _deciding(part, values)
    else:
        yield from _deciding(below[0], values)
