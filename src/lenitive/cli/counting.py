"""A number with what it counts: *1 record*, *2 records*."""

from __future__ import annotations


def counted(number: int, one: str, many: str = "") -> str:
    """The number, and the word for one or for many (the word for one with an *s*, unless it is given)."""
    return f"{number} {one if number == 1 else many or one + 's'}"
