"""Whether every document is what was attached: its bytes, and the digest that the audit holds."""

from __future__ import annotations

from typing import Any

from django.core.management import BaseCommand, CommandError

from lenitive_web.attachments.models import Attachment
from lenitive_web.attachments.selectors import ChangedError, pages_of
from lenitive_web.audit.models import Event


class Command(BaseCommand):
    """Reads every document once."""

    help = "Check the bytes of every document against their digests, and these against the audit."

    def handle(self, *args: Any, **options: Any) -> None:
        """Name what does not hold; no patient, no title."""
        known = _attached()
        wrong = [one for one in Attachment.objects.order_by("pk").iterator(100) if not _holds(one, known)]
        for one in wrong:
            self.stderr.write(f"document {one.public_id} is not what was attached")
        if wrong:
            raise CommandError(f"{len(wrong)} documents do not hold.")
        missing = len(known) - Attachment.objects.count()
        if missing:
            raise CommandError(f"{missing} documents of the audit are gone.")
        self.stdout.write(f"{len(known)} documents hold.")


def _attached() -> dict[str, str]:
    """The digest of each document as the audit has it."""
    events = Event.objects.filter(action="document.attached").order_by("pk").values_list("about", flat=True)
    return {about.split(", ")[0]: about.rpartition(", ")[2] for about in events.iterator(1000)}


def _holds(attachment: Attachment, known: dict[str, str]) -> bool:
    try:
        for _ in pages_of(attachment):
            pass
    except ChangedError:
        return False
    return known.get(str(attachment.public_id)) == attachment.digest
