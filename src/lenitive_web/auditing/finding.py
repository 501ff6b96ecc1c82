"""Whom the auditor means: a patient by name, day of birth or identifier."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.db.models import Q, QuerySet

from lenitive_web.ledger.models import Patient
from lenitive_web.people.models import Practice

SHORTEST_BEGINNING = 8
"""So many digits of an identifier stand in the list of events."""


def people_meant(practice: Practice, words: str) -> QuerySet[Patient]:
    """The practice's patients whose name or day of birth fits every word, or whose identifier begins so."""
    found = practice.patients.order_by("name", "pk")
    if span := _identifiers(words):
        return found.filter(public_id__range=span)
    for word in words.split():
        found = found.filter(Q(name__icontains=word) | _born_on(word))
    return found


def _identifiers(words: str) -> tuple[UUID, UUID] | None:
    """The first and the last identifier that begins with these digits; none for other words."""
    digits = words.replace("-", "").lower()
    is_one = SHORTEST_BEGINNING <= len(digits) <= 32 and set(digits) <= set("0123456789abcdef")
    if not is_one or ("-" in words and _day(words)):
        return None
    return UUID(digits.ljust(32, "0")), UUID(digits.ljust(32, "f"))


def _born_on(word: str) -> Q:
    day = _day(word)
    return Q(birth_date=day) if day else Q(pk__in=[])


def _day(word: str) -> date | None:
    try:
        return date.fromisoformat(word)
    except ValueError:
        return None
