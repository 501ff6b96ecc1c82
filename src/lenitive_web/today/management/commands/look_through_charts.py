"""``look_through_charts``: look at every chart that waits, so that the first page of the day is complete."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from lenitive_web.people.models import Practice
from lenitive_web.today.looking import look_through
from lenitive_web.today.models import Glance
from lenitive_web.today.selectors import progress


class Command(BaseCommand):
    """Looks at the charts of every practice; says how many there were, and how many could not be read."""

    help = "Look at every chart that was not looked at today."

    def add_arguments(self, parser: CommandParser) -> None:
        """Whether to begin from nothing."""
        parser.add_argument("--anew", action="store_true", help="look at every chart, also those of today")

    def handle(self, *args: Any, **options: Any) -> None:
        """Look, and tell."""
        day = timezone.localdate()
        for practice in Practice.objects.order_by("pk"):
            if options["anew"]:
                Glance.objects.filter(practice=practice).update(release="")
            number = sum(look_through(practice, day))
            found = progress(practice, day)
            self.stdout.write(
                f"practice {practice.pk}: {number} charts looked at, {found.looked_at} of {found.charts} are of {day}, "
                f"{found.problems} could not be read"
            )
