"""Opening a chart in an emergency, and reviewing that it was one."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from lenitive_web.audit.actions import write_event
from lenitive_web.emergency.models import Access, Review
from lenitive_web.people.models import User

LASTS = timedelta(hours=1)


@transaction.atomic
def open_in_emergency(*, patient: UUID, reason: str, by: User, address: str | None = None) -> Access:
    """Open one chart to one person for an hour. The caller has checked that the patient is of the same practice."""
    now = timezone.now()
    access = Access.objects.create(
        practice=by.practice, by=by, patient=patient, reason=reason, opened_at=now, until=now + LASTS
    )
    write_event(
        practice=by.practice,
        by=by,
        action="access.emergency",
        patient=patient,
        about=f"emergency access {access.pk} for one hour",
        address=address,
    )
    return access


@transaction.atomic
def review_access(*, access: Access, justified: bool, note: str, by: User, address: str | None = None) -> Review:
    """Say whether an access was justified. It is said once."""
    review = Review.objects.create(access=access, by=by, justified=justified, note=note, at=timezone.now())
    write_event(
        practice=access.practice,
        by=by,
        action="access.review",
        patient=access.patient,
        about=f"emergency access {access.pk} {'justified' if justified else 'not justified'}",
        address=address,
    )
    return review
