"""``verify_audit``: does the chain of events hold?"""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from lenitive_web.audit.chain import START, breaks
from lenitive_web.audit.models import Event


class Command(BaseCommand):
    """Walks the chain; prints its length and last hash, or every place at which it does not hold."""

    help = "Check that no audit event was changed or removed."

    def handle(self, *args: Any, **options: Any) -> None:
        """Check, and fail if the chain does not hold."""
        found = list(breaks())
        for one in found:
            self.stderr.write(f"event {one.event}: {one.problem}")
        if found:
            raise CommandError(f"The audit does not hold at {len(found)} places.")
        last = Event.objects.order_by("-pk").values_list("hash", flat=True).first()
        self.stdout.write(f"{Event.objects.count()} events hold together; the last hash is {last or START}")
