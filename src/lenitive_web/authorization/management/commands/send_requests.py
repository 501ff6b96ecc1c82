"""``python -m django send_requests``: carry on what is on its way to payers, and ask about what they have news of."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from time import monotonic
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from lenitive_web.authorization.exchange import ask_as_announced, carry_on, inquiries_due, sendings_due
from lenitive_web.authorization.models import Sending, SendingState

log = logging.getLogger("lenitive_web.authorization")


class Command(BaseCommand):
    """Run it every few minutes. It may be killed at any moment; the next run goes on."""

    help = "Send what is kept for payers, ask about what they left unanswered, and say how many of which."

    def add_arguments(self, parser: CommandParser) -> None:
        """How often a request is tried in one run, and how long the run may take."""
        parser.add_argument("--attempts", type=int, default=2, help="how often each is tried in this run")
        parser.add_argument("--minutes", type=float, default=4.0, help="after so long the rest waits for the next run")

    def handle(self, *args: Any, attempts: int, minutes: float, **options: Any) -> None:
        """Carry on, then ask. What is sent comes first: an answer that is announced does not run away."""
        until = monotonic() + 60 * minutes
        sent = _each(sendings_due(), lambda one: _is_done(carry_on(one, by=None, attempts=attempts)), until)
        asked = _each(inquiries_due(), ask_as_announced, until)
        self.stdout.write(
            f"{sent.done} of {sent.due} requests were answered; of {asked.done} of {asked.due} the payer told more."
        )
        if left := sent.left + asked.left:
            self.stdout.write(f"{left} wait for the next run.")
        if failed := sent.failed + asked.failed:
            raise CommandError(f"{failed} of {sent.due + asked.due} could not be carried on; the log says why.")


@dataclass
class Run:
    """How many there were to do, what came of them, and how many there was no time for."""

    due: int
    done: int = 0
    failed: int = 0
    left: int = 0


def _each(due: Sequence[int], act: Callable[[Sending], bool], until: float) -> Run:
    """One after the other, each read when its turn comes. One at which the clinic itself fails holds up no other."""
    run = Run(len(due))
    for number, key in enumerate(due):
        if monotonic() > until:
            run.left = len(due) - number
            break
        try:
            run.done += act(Sending.objects.get(pk=key))
        except Exception:
            log.exception("a sending could not be carried on", extra={"fields": {"sending": key}})
            run.failed += 1
    return run


def _is_done(sending: Sending) -> bool:
    return sending.state not in (SendingState.UNANSWERED, SendingState.SENDING)
