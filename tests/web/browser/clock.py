"""A clinic whose time a test can put forward, so that weeks pass between two blocks and nobody writes history."""

from __future__ import annotations

import os
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from django.utils import timezone

PLACE = "LENITIVE_TEST_CLOCK"
"""The variable that names the file; in it, how many seconds the clinic is ahead of the machine."""


class Clock:
    """The clinic's clock. It only goes forward."""

    def __init__(self, file: Path) -> None:
        self.file = file
        if not file.exists():
            file.write_text("0")

    @property
    def ahead(self) -> timedelta:
        """How far the clinic is ahead of the machine."""
        return timedelta(seconds=float(self.file.read_text()))

    @property
    def now(self) -> datetime:
        """The moment in the clinic, whose time zone is UTC."""
        return datetime.now(UTC) + self.ahead  # noqa: TID251

    @property
    def today(self) -> date:
        """The day in the clinic."""
        return self.now.date()

    def wait(self, **how_long: float) -> None:
        """Let time pass: ``wait(days=14)``, ``wait(minutes=30)``."""
        passed = self.ahead + timedelta(**how_long)
        beside = self.file.with_suffix(".new")
        beside.write_text(str(passed.total_seconds()))
        beside.replace(self.file)

    def morning(self, after_days: int) -> None:
        """Let time pass until nine in the morning, so many days later."""
        now = self.now
        then = now.replace(hour=9, minute=0, second=0, microsecond=0) + timedelta(days=after_days)
        if then < now:
            raise ValueError("The clock only goes forward.")
        self.wait(seconds=(then - now).total_seconds())


def clock_in(folder: Path) -> Clock:
    """The clock of the clinic in this folder."""
    return Clock(folder / "clock")


def follow() -> None:
    """Let this process go by the clock of the file: every view and action asks ``timezone.now``."""
    clock = Clock(Path(os.environ[PLACE]))
    timezone.now = lambda: clock.now
