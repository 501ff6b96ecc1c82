"""How a practice reads open points, and the book that follows from it."""

from __future__ import annotations

from lenitive.reasoning.book import Book
from lenitive.reasoning.readings import book_read_otherwise
from lenitive_web.readings.models import ReadingChosen


def chosen_readings(practice_id: int) -> dict[str, ReadingChosen]:
    """Open point -> the choice that holds, with who made it."""
    made = ReadingChosen.objects.filter(practice=practice_id).select_related("by").order_by("pk")
    return {one.point: one for one in made}


def read_otherwise(practice_id: int) -> frozenset[str]:
    """The open points that the practice reads otherwise than the knowledge base."""
    made = ReadingChosen.objects.filter(practice=practice_id).order_by("pk").values_list("point", "otherwise")
    return frozenset(point for point, otherwise in dict(made).items() if otherwise)


def book_of(practice_id: int) -> Book:
    """The knowledge as this practice reads it."""
    return book_read_otherwise(read_otherwise(practice_id))
