"""How events hang together: each one's hash covers its content and the hash before it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC
from typing import Any
from uuid import UUID

from lenitive_web.audit.models import Event

START = "0" * 64


@dataclass(frozen=True)
class Break:
    """An event at which the chain does not hold, and why."""

    event: int
    problem: str


def hash_of(event: Event, shown: Iterable[UUID] = ()) -> str:
    """The hash of an event's content, of the patients whom its list showed, and of the hash before it."""
    content: dict[str, Any] = {
        "at": event.at.astimezone(UTC).isoformat(timespec="microseconds"),
        "practice": event.practice_id,
        "by": event.by_id,
        "role": event.role,
        "address": event.address,
        "action": event.action,
        "patient": str(event.patient) if event.patient else None,
        "about": event.about,
        "previous": event.previous,
    }
    if patients := sorted(map(str, shown)):
        content["shown"] = patients
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


def breaks() -> Iterator[Break]:
    """Every place at which the chain does not hold, oldest first.

    An end that was cut off leaves no trace in the chain itself: keep the last hash, which ``verify_audit`` prints,
    somewhere else.
    """
    previous = START
    for event in Event.objects.order_by("pk").prefetch_related("shown").iterator(chunk_size=500):
        if event.previous != previous:
            yield Break(event.pk, "the event before it was removed or changed")
        if event.hash != hash_of(event, (one.patient for one in event.shown.all())):
            yield Break(event.pk, "its content was changed")
        previous = event.hash
