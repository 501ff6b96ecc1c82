"""Which emergency access is open, and which waits for review."""

from __future__ import annotations

from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone

from lenitive_web.emergency.models import Access
from lenitive_web.people.models import Practice, User

OPENS = "chart.view"
"""The one permission that an emergency gives."""


def open_access(user: User, patient: UUID, permission: str) -> Access | None:
    """The access that lets this person do this now; nobody keeps it after losing the right to ask for it."""
    if permission != OPENS or not user.may("access.emergency"):
        return None
    return Access.objects.filter(by=user, patient=patient, until__gt=timezone.now()).first()


def waiting(practice: Practice) -> QuerySet[Access]:
    """Those that nobody reviewed yet, the oldest first."""
    return Access.objects.filter(practice=practice, review=None).select_related("by").order_by("pk")


def reviewed(practice: Practice) -> QuerySet[Access]:
    """Those that were reviewed, the latest first."""
    return Access.objects.filter(practice=practice).exclude(review=None).select_related("by", "review", "review__by")
