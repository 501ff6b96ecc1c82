"""``python -m django send_reminders --on 2026-05-04``: remind patients who have something to do on a day."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from lenitive_web.portal.reminders import send_reminders


class Command(BaseCommand):
    """Run it once a day. Whoever was reminded on the day is not reminded again."""

    help = "Write to patients who have something to do, without saying what."

    def add_arguments(self, parser: CommandParser) -> None:
        """The day, which is never guessed."""
        parser.add_argument("--on", required=True, type=date.fromisoformat, help="the day, as 2026-05-04")

    def handle(self, *args: Any, on: date, **options: Any) -> None:
        """Remind, and say how many; an error if a mail did not go out, which is tried again the next time."""
        came = send_reminders(on)
        self.stdout.write(f"{came['sent']} patients reminded, {came['before']} were reminded before.")
        if came["failed"]:
            raise CommandError(f"{came['failed']} mails did not go out; run the command again for them.")
