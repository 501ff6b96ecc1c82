"""How a practice chooses a reading."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from lenitive_web.audit.actions import write_event
from lenitive_web.people.models import User
from lenitive_web.readings.models import ReadingChosen


@transaction.atomic
def choose_reading(*, point: str, otherwise: bool, reason: str, by: User, address: str | None = None) -> ReadingChosen:
    """From now on the practice reads this point so."""
    made = ReadingChosen(
        practice=by.practice, point=point, otherwise=otherwise, reason=reason, at=timezone.now(), by=by
    )
    made.full_clean()
    made.save(force_insert=True)
    about = f"{point} {'read otherwise' if otherwise else 'read as the knowledge base does'}"
    write_event(practice=by.practice, by=by, action="practice.reading", about=about, address=address)
    return made
