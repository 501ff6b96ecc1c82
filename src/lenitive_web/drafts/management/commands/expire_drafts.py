"""``expire_drafts``: removes drafts that nobody touched for days. Run it once a day."""

from __future__ import annotations

from argparse import ArgumentParser
from datetime import timedelta
from typing import Any

from django.core.management import BaseCommand, CommandError
from django.utils import timezone

from lenitive_web.drafts.keeping import expire


class Command(BaseCommand):
    """Removes old drafts."""

    help = "Remove drafts that nobody touched for so many days."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """How old a draft may be."""
        parser.add_argument("--days", type=int, default=14, help="how long a draft is kept (default: %(default)s)")

    def handle(self, *args: Any, days: int, **options: Any) -> None:
        """Remove, and say how many."""
        if days < 1:
            raise CommandError(f"--days is {days}; write a number of days, one or more.")
        number = expire(timezone.now() - timedelta(days=days))
        self.stdout.write(f"{number} drafts removed.")
