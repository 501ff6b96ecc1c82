"""How an event is written: in the same transaction as what it tells of."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction
from django.http import HttpRequest
from django.utils import timezone

from lenitive_web.audit.chain import START, hash_of
from lenitive_web.audit.models import Event, Shown
from lenitive_web.people.models import Practice, User

_ONE_AT_A_TIME = 0x1E51_7173
"""The name of the lock under which PostgreSQL appends to the chain. SQLite has one writer anyway."""


@transaction.atomic
def write_event(
    *,
    practice: Practice,
    by: User | None,
    action: str,
    patient: UUID | None = None,
    about: str = "",
    address: str | None = None,
    shown: Iterable[UUID] = (),
) -> Event:
    """Append one event. ``about`` names kinds and counts, never a value of a chart; ``shown`` who stood on a list."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_ONE_AT_A_TIME])
    last = Event.objects.order_by("-pk").values_list("hash", flat=True).first()
    event = Event(
        at=timezone.now(),
        practice=practice,
        by=by,
        role=by.role if by else "",
        address=address,
        action=action,
        patient=patient,
        about=about[:200],
        previous=last or START,
    )
    patients = set(shown)
    event.hash = hash_of(event, patients)
    event.save(force_insert=True)
    Shown.objects.bulk_create(Shown(event=event, patient=one) for one in sorted(patients))
    return event


def address_of(request: HttpRequest) -> str | None:
    """Where a request comes from; behind the practice's own proxy, the last address that it wrote down."""
    forwarded = request.META.get("HTTP_X_FORWARDED_FOR", "") if settings.BEHIND_PROXY else ""
    return forwarded.rpartition(",")[2].strip() or request.META.get("REMOTE_ADDR") or None
