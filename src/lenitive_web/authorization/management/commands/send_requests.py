"""``python -m django send_requests``: carry on what is on its way to payers, and ask about what they have news of."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from lenitive_web.authorization.exchange import ask, carry_on, sendings_due
from lenitive_web.authorization.models import Sending, SendingState


class Command(BaseCommand):
    """Run it every few minutes. It may be killed at any moment; the next run goes on."""

    help = "Send what is kept for payers, ask about what they left unanswered, and say how many of which."

    def add_arguments(self, parser: CommandParser) -> None:
        """How often a request is tried in one run."""
        parser.add_argument("--attempts", type=int, default=2, help="how often each is tried in this run")

    def handle(self, *args: Any, attempts: int, **options: Any) -> None:
        """Carry on, then ask."""
        due = sendings_due()
        states = [carry_on(one, by=None, attempts=attempts).state for one in due]
        news = list(Sending.objects.filter(ask_at__lte=timezone.now(), state=SendingState.ANSWERED))
        told = sum(ask(one, by=None) for one in news)
        done = sum(state not in (SendingState.UNANSWERED, SendingState.SENDING) for state in states)
        self.stdout.write(f"{done} of {len(due)} requests were answered; of {told} of {len(news)} the payer told more.")
