"""What a criterion compares: read off its nodes, so that a question can offer the same words."""

from __future__ import annotations

from collections.abc import Iterable

from lenitive.rules import model


def compared(nodes: Iterable[model.Node], table: str | None, column: str) -> list[str]:
    """The texts that a column of a table, or a field of the request, is compared with."""
    found: dict[str, None] = {}
    for node in nodes:
        held, against = _sides(node)
        if _is(held, table, column) and isinstance(against, model.Constant):
            value = against.value
            for one in value if isinstance(value, tuple) else (value,):
                if isinstance(one, str):
                    found[one] = None
    return list(found)


def _is(node: model.Node | None, table: str | None, column: str) -> bool:
    if table is None:
        return isinstance(node, model.RequestField) and node.name == column
    return isinstance(node, model.Column) and (node.table, node.name, node.via) == (table, column, None)


def _sides(node: model.Node) -> tuple[model.Node | None, model.Node | None]:
    if isinstance(node, model.Compare) and node.op == "==":
        return node.left, node.right
    if isinstance(node, model.IsIn):
        return node.value, node.options
    return None, None
