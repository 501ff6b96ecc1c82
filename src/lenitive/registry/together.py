"""Questions about several requests, asked of every patient at once.

One evaluation has one request, because windows and levels are worked out before the data are read. Questions about
several requests still go through the data together: each question holds its request as constants, so that it needs
none, and what two questions share is worked out once for both.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from lenitive.chart import Request
from lenitive.rules import model
from lenitive.rules.model import Node


@dataclass(frozen=True)
class Asked:
    """Questions about one request."""

    questions: Mapping[str, Node]
    request: Request


def together(asked: Mapping[str, Asked], as_of: date) -> dict[str, Node]:
    """All questions, each named ``NAME.question`` and about its own request. Evaluate them without a request."""
    return {
        f"{name}.{question}": node
        for name, one in asked.items()
        for question, node in _about_request(one, as_of).items()
    }


def _about_request(asked: Asked, as_of: date) -> dict[str, Node]:
    held = _Held(asked.request, as_of)
    return {name: held(node) for name, node in asked.questions.items()}


class _Held:
    """Puts a request into nodes. A node that stands in several places is done once, and stays one."""

    def __init__(self, request: Request, as_of: date) -> None:
        self._request = request
        self._day = request.on or as_of
        self._done: dict[int, tuple[Node, Node]] = {}

    def __call__(self, node: Node) -> Node:
        if id(node) not in self._done:
            self._done[id(node)] = (node, self._held(node))  # the first keeps the id from being used again
        return self._done[id(node)][1]

    def _held(self, node: Node) -> Node:
        match node:
            case model.AsOf():
                return model.Constant(self._day)
            case model.RequestField(name):
                return model.Constant(self._decided(getattr(self._request, name)))
            case model.RequestLevelCount():
                return model.Constant(len(self._request.levels) or None)
            case _:
                return model.with_children(node, self)

    @staticmethod
    def _decided(value: Any) -> Any:
        """``None`` for an empty list, which was not decided."""
        return None if value == () else value
