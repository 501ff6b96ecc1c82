"""``python -m django send_requests``: carry on what is on its way to payers, and ask about what they have news of."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from lenitive_web.authorization.exchange import ask, carry_on, sendings_due
from lenitive_web.authorization.models import Sending, SendingState

log = logging.getLogger("lenitive_web.authorization")


class Command(BaseCommand):
    """Run it every few minutes. It may be killed at any moment; the next run goes on."""

    help = "Send what is kept for payers, ask about what they left unanswered, and say how many of which."

    def add_arguments(self, parser: CommandParser) -> None:
        """How often a request is tried in one run."""
        parser.add_argument("--attempts", type=int, default=2, help="how often each is tried in this run")

    def handle(self, *args: Any, attempts: int, **options: Any) -> None:
        """Carry on, then ask."""
        due = sendings_due()
        carried = _each(due, lambda one: carry_on(one, by=None, attempts=attempts).state)
        news = list(Sending.objects.filter(ask_at__lte=timezone.now(), state=SendingState.ANSWERED))
        asked = _each(news, lambda one: ask(one, by=None))
        done = sum(state not in (SendingState.UNANSWERED, SendingState.SENDING) for state in carried)
        told = sum(asked)
        self.stdout.write(f"{done} of {len(due)} requests were answered; of {told} of {len(news)} the payer told more.")
        failed = len(due) + len(news) - len(carried) - len(asked)
        if failed:
            raise CommandError(f"{failed} of {len(due) + len(news)} could not be carried on; the log says why.")


def _each(sendings: Sequence[Sending], act: Callable[[Sending], Any]) -> list[Any]:
    """What came of each. One at which the clinic itself fails holds up no other."""
    came = []
    for one in sendings:
        try:
            came.append(act(one))
        except Exception:
            log.exception("a sending could not be carried on", extra={"fields": {"sending": one.pk}})
    return came
