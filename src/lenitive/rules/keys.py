"""What a value is kept under: the node, and how the request answers the comparisons in it.

Requests that differ only in what a question does not look at, or looks at with the same answer, share its value.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import count
from typing import TYPE_CHECKING, Any

from lenitive.rules.model import Node, kept_on_node, request_atoms, request_fields
from lenitive.rules.reference import RULES

if TYPE_CHECKING:
    from lenitive.rules.quick import Quick

Key = Callable[["Quick"], int]

_SERIAL = count()


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
        key = engine.keys.get(number)
        if key is None:
            key = engine.keys[number] = work_out(engine)
        return key

    def work_out(engine: Quick) -> int:
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
