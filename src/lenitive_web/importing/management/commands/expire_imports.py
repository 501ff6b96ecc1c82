"""``expire_imports``: throws away what nobody decided about for days. Whoever works on imports does it too."""

from __future__ import annotations

from argparse import ArgumentParser
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.management import BaseCommand, CommandError
from django.utils import timezone

from lenitive_web.importing.expiry import expire


class Command(BaseCommand):
    """Throws away what waits in imports."""

    help = "Throw away what waits in imports about which nobody decided for so many days."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """How long what waits is kept."""
        told = "how long what waits is kept (default: %(default)s)"
        parser.add_argument("--days", type=int, default=settings.IMPORT_DAYS, help=told)

    def handle(self, *args: Any, days: int, **options: Any) -> None:
        """Throw away, and say of how many imports."""
        if days < 1:
            raise CommandError(f"--days is {days}; write a number of days, one or more.")
        number = expire(timezone.now(), timedelta(days=days))
        self.stdout.write(f"What waited in {number} imports was thrown away.")
