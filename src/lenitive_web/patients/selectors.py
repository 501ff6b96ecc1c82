"""Which patients there are."""

from __future__ import annotations

from datetime import date

from django.db.models import Q, QuerySet

from lenitive_web.ledger.models import Patient
from lenitive_web.people.models import Practice


def patients_of(practice: Practice, words: str = "") -> QuerySet[Patient]:
    """The patients of a practice whose name holds every word, or who were born on the day that is typed."""
    found = Patient.objects.filter(practice=practice)
    for word in words.split():
        found = found.filter(Q(name__icontains=word) | _born_on(word))
    return found


def _born_on(word: str) -> Q:
    try:
        return Q(birth_date=date.fromisoformat(word))
    except ValueError:
        return Q(pk__in=[])
