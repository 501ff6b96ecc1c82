"""Which patients there are."""

from __future__ import annotations

from datetime import date

from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.forms import DateField
from django.utils import timezone

from lenitive_web.ledger.models import Patient
from lenitive_web.people.models import Practice


def patients_of(practice: Practice, words: str = "") -> QuerySet[Patient]:
    """The patients of a practice whose name holds every word, in any order, or who were born on the day that is typed:
    as 1961-04-02, or as days are written where the reader is."""
    found = Patient.objects.filter(practice=practice)
    born = _day(words.strip())
    if born is not None:
        return found.filter(birth_date=born)
    for word in words.replace(",", " ").split():
        day = _day(word)
        found = found.filter(Q(name__icontains=word) if day is None else Q(name__icontains=word) | Q(birth_date=day))
    return found


def _day(words: str) -> date | None:
    """A day as somebody types it. One of two digits for the year is never a day to come: people were born before."""
    for written in dict.fromkeys((words, words.replace(". ", " "))):
        try:
            found: date = DateField().clean(written)
        except ValidationError:
            continue
        is_to_come = found > timezone.localdate() and str(found.year) not in written
        return found.replace(year=found.year - 100) if is_to_come else found
    return None
