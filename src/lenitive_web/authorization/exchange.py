"""Carrying a sending to its payer and an answer back, so that a process that dies in between loses nothing.

What is sent was kept before, with its number. Whoever carries a sending on holds it for a while by a lease; if that
process dies, the lease runs out and the next one goes on: it asks the payer first.
"""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import Any

import httpx
import msgspec
from django.db.models import Q
from django.utils import timezone

from lenitive.errors import BadInputError, LenitiveError, UsageError
from lenitive.interop.davinci.pas_exchange import (
    LONGEST_ANSWER,
    PayerEndpoint,
    PayerUnreachableError,
    RefusedByPayerError,
)
from lenitive_web.authorization import sending_actions as actions
from lenitive_web.authorization.connections import TIMEOUT, NotConnectedError, client_for
from lenitive_web.authorization.models import OPEN, Sending, SendingState
from lenitive_web.authorization.outward import InwardAddressError
from lenitive_web.people.models import User

log = logging.getLogger("lenitive_web.authorization")

PAUSE_SECONDS = 2.0
_NOBODY_TO_ASK: dict[type[Exception], str] = {NotConnectedError: "not connected", InwardAddressError: "inward"}
"""Why a payer is not asked by itself again: somebody has to change the settings first."""


class DatabaseJournal:
    """What was sent and what came back, in the row of one sending."""

    def __init__(self, sending: Sending) -> None:
        self.sending = sending

    def request_of(self, number: str) -> bytes | None:
        """What may have been sent; nothing as long as no attempt was begun."""
        row = self._row(number)
        return row.request_body.encode() if row.begun_at else None

    def answer_to(self, number: str) -> bytes | None:
        """The last answer that came."""
        return self._row(number).answer_body.encode() or None

    def begin(self, number: str, request: bytes) -> None:
        """Note that it may arrive from now on."""
        row = self._row(number)
        if row.request_body.encode() != request:
            raise UsageError("Another request was sent under this number. A changed request needs a number of its own.")
        Sending.objects.filter(pk=row.pk, begun_at=None).update(begun_at=timezone.now())

    def keep_answer(self, number: str, answer: bytes) -> None:
        """Keep an answer before anything else happens."""
        Sending.objects.filter(pk=self._row(number).pk).update(answer_body=answer.decode(), answered_at=timezone.now())

    def _row(self, number: str) -> Sending:
        return Sending.objects.get(pk=self.sending.pk, number=number)


def is_due(sending: Sending) -> bool:
    """Whether somebody should carry it on now: nobody is at it, and the pause after the last attempt is over."""
    now = timezone.now()
    if not sending.is_open or (sending.leased_until and sending.leased_until > now):
        return False
    return sending.next_try_at is None or sending.next_try_at <= now


def carry_on(sending: Sending, *, by: User | None, attempts: int = 1, address: str | None = None) -> Sending:
    """Bring a sending to the payer, or find out what became of it. Whoever comes second leaves it as it is."""
    if not _hold(sending, attempts):
        sending.refresh_from_db()
        return sending
    request, inquiry = _bodies(sending)
    told = {"by": by, "address": address}
    try:
        with _client(sending) as client:
            exchanged = _endpoint(client, sending, attempts).submit(request, inquiry)
    except RefusedByPayerError as refused:
        return actions.keep_refusal(sending=sending, status=refused.status, issues=refused.issues, **told)
    except InwardAddressError:
        return actions.keep_silence(sending=sending, problem="inward", **told)
    except NotConnectedError:
        return actions.keep_silence(sending=sending, problem="not connected", **told)
    except (BadInputError, RecursionError):
        return actions.keep_silence(sending=sending, problem="unreadable", **told)
    except (PayerUnreachableError, httpx.HTTPError, httpx.InvalidURL):
        return actions.keep_silence(sending=sending, problem="no answer", **told)
    return actions.keep_decision(sending=sending, decision=exchanged.decision, **told)


def ask(sending: Sending, *, by: User | None, address: str | None = None) -> bool:
    """Ask the payer what became of a sending that it has; whether it knew. Nothing is sent anew."""
    request, inquiry = _bodies(sending)
    try:
        with _client(sending) as client:
            found = _endpoint(client, sending, 1).inquire(request, inquiry)
    except (LenitiveError, RecursionError, httpx.HTTPError, httpx.InvalidURL) as problem:
        log.info("payer not asked", extra={"fields": {"sending": sending.pk, "why": type(problem).__name__}})
        came = _NOBODY_TO_ASK.get(type(problem), "no answer")
        actions.note_inquiry(sending=sending, came=came, by=by, address=address)
        return False
    if found is None:
        actions.note_inquiry(sending=sending, came="not known", by=by, address=address)
        return False
    actions.keep_decision(sending=sending, decision=found.decision, by=by, address=address)
    return True


def sendings_due() -> list[int]:
    """The keys of all that should be carried on now, the longest kept first."""
    now = timezone.now()
    free = Q(leased_until=None) | Q(leased_until__lte=now)
    due = Q(next_try_at=None) | Q(next_try_at__lte=now)
    return list(Sending.objects.filter(free & due, state__in=OPEN).order_by("pk").values_list("pk", flat=True))


def inquiries_due() -> list[int]:
    """The keys of all about which a payer announced news and is to be asked now, the longest announced first."""
    due = Sending.objects.filter(ask_at__lte=timezone.now(), state=SendingState.ANSWERED)
    return list(due.order_by("ask_at", "pk").values_list("pk", flat=True))


def ask_as_announced(sending: Sending) -> bool:
    """Ask about one of which the payer announced news; whether it told more. Of two who come at once, one asks."""
    now = timezone.now()
    meanwhile = now + timedelta(seconds=2 * (LONGEST_ANSWER + (TIMEOUT.read or 0)))
    is_mine = Sending.objects.filter(pk=sending.pk, ask_at__lte=now).update(ask_at=meanwhile)
    return bool(is_mine) and ask(sending, by=None)


def _hold(sending: Sending, attempts: int) -> bool:
    """Take the lease: one statement, so that only one of two who come at once has it."""
    now = timezone.now()
    each = 2 * (LONGEST_ANSWER + (TIMEOUT.read or 0)) + PAUSE_SECONDS * 2**attempts
    free = Q(leased_until=None) | Q(leased_until__lte=now)
    held = Sending.objects.filter(free, pk=sending.pk, state__in=OPEN).update(
        state=SendingState.SENDING, leased_until=now + timedelta(seconds=attempts * each)
    )
    return bool(held)


def _bodies(sending: Sending) -> tuple[dict[str, Any], dict[str, Any]]:
    return msgspec.json.decode(sending.request_body), msgspec.json.decode(sending.inquiry_body)


def _client(sending: Sending) -> httpx.Client:
    if sending.connection is None or sending.connection.by_hand:
        raise NotConnectedError("The payer is no longer reached by an endpoint.")
    return client_for(sending.connection)


def _endpoint(client: httpx.Client, sending: Sending, attempts: int) -> PayerEndpoint:
    base = sending.connection.base if sending.connection else ""
    return PayerEndpoint(client, base, DatabaseJournal(sending), attempts=attempts, pause_seconds=PAUSE_SECONDS)
