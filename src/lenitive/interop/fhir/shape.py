"""Checks on JSON before it is decoded: how deep it is nested, and whether a key stands twice."""

from __future__ import annotations

import json
import re
from typing import Any

MAX_DEPTH = 64
SURELY_SHALLOW = 4096
"""A resource of fewer bytes is not searched for deep nesting; the decoder itself stops it at some hundred levels."""

_BRACKETS = b"{}[]"
_ALL_OTHERS = bytes(sign for sign in range(256) if sign not in _BRACKETS)
_TOKEN = re.compile(rb'"(?:[^"\\]|\\.)*+"|[\[{]|[\]}]')


def nested_too_deep(data: bytes, limit: int = MAX_DEPTH) -> bool:
    """True if brackets are nested deeper than the limit. Costs next to nothing for what is plainly shallow."""
    if data.count(b"{") + data.count(b"[") <= limit:
        return False
    brackets = data.translate(None, _ALL_OTHERS)
    for _ in range(limit // 2):  # a round takes at most two levels away
        fewer = brackets.replace(b"{}", b"").replace(b"[]", b"")
        if not fewer:
            return False
        if len(fewer) == len(brackets):
            break  # brackets stand in texts, or do not match
        brackets = fewer
    return _depth_exceeds(data, limit)


def _depth_exceeds(data: bytes, limit: int) -> bool:
    depth = 0
    for token in _TOKEN.finditer(data):
        first = token.group()[0]
        if first in b"[{":
            depth += 1
            if depth > limit:
                return True
        elif first in b"]}":
            depth -= 1
    return False


class DoubleKeyError(ValueError):
    """An object holds one key twice."""


def refuse_double_keys(data: bytes) -> None:
    """Raise if an object holds a key twice: which of the two is meant, nobody can say.

    As slow as the standard library, so it is asked for single charts only, not for bulk data.
    """
    json.loads(data, object_pairs_hook=_no_double_keys)


def _no_double_keys(pairs: list[tuple[str, Any]]) -> None:
    if len(pairs) > 1:
        keys = [key for key, _ in pairs]
        if len(set(keys)) != len(keys):
            double = next(key for key in keys if keys.count(key) > 1)
            raise DoubleKeyError(f"the key {double!r} stands twice in one object")
