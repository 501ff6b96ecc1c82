"""``python -m django work_imports``: do the work of imports outside of the serving process."""

from __future__ import annotations

from time import sleep
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from lenitive_web.importing.working import LOOK_SECONDS, throw_away_old, work


class Command(BaseCommand):
    """Reads what was uploaded, writes what was looked at, lets go of what nobody decided about.

    It shares the table with the serving process.
    """

    help = "Read uploads that wait and write imports that somebody began."

    def add_arguments(self, parser: CommandParser) -> None:
        """Whether to stay."""
        parser.add_argument("--stay", action="store_true", help="keep looking for work instead of ending")

    def handle(self, *args: Any, stay: bool, **options: Any) -> None:
        """Work until nothing is left, and say how much it was."""
        taken = work()
        throw_away_old()
        while stay:
            sleep(LOOK_SECONDS)
            taken += work()
            throw_away_old()
        self.stdout.write(f"{taken} imports were taken up; nothing waits.")
