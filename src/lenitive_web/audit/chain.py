"""How events hang together: each one's hash covers its content and the hash before it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC

from lenitive_web.audit.models import Event

START = "0" * 64


@dataclass(frozen=True)
class Break:
    """An event at which the chain does not hold, and why."""

    event: int
    problem: str


def hash_of(event: Event) -> str:
    """The hash of an event's content and of the hash before it."""
    content = {
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
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


def breaks() -> Iterator[Break]:
    """Every place at which the chain does not hold, oldest first.

    An end that was cut off leaves no trace in the chain itself: keep the last hash, which ``verify_audit`` prints,
    somewhere else.
    """
    previous = START
    for event in Event.objects.order_by("pk").iterator(chunk_size=2000):
        if event.previous != previous:
            yield Break(event.pk, "the event before it was removed or changed")
        if event.hash != hash_of(event):
            yield Break(event.pk, "its content was changed")
        previous = event.hash
