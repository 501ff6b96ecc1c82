"""Da Vinci PAS: a payer says that it has decided. It is believed only so far as to be asked.

Whatever a notification says of a decision, the decision that goes into a chart is the one that the payer gives at its
own address when it is asked about the request.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from typing import Any

import msgspec
from django.db import transaction
from django.http import HttpRequest, HttpResponse

from lenitive.errors import LenitiveError
from lenitive.interop.davinci.pas_notification import Notified, read_notification
from lenitive_web.authorization.exchange import ask
from lenitive_web.authorization.models import Purpose, Sending, SendingState
from lenitive_web.authorization.sending_actions import ask_later
from lenitive_web.services.fhir_views import may
from lenitive_web.services.models import Client
from lenitive_web.services.refusals import FHIR_JSON, RefusedError, body_of, for_machines
from lenitive_web.services.trust import is_first_time, sending_client

log = logging.getLogger("lenitive_web.services")

ASKED_AT_ONCE = 3
"""So many requests are asked about while the payer waits; the others are asked about by the next run."""


@for_machines("POST", kind=FHIR_JSON)
def notifications(request: HttpRequest) -> HttpResponse:
    """A notification of a subscription: the requests that it is about are asked about. One that comes twice, once."""
    client = sending_client(request)
    if not may(client.scopes, "ClaimResponse", "c"):
        raise RefusedError(403, "forbidden", "The token has no scope for this (ClaimResponse.c).")
    body = body_of(request)
    news = list(_news(client, _bundle(body)))
    with transaction.atomic():
        is_new = bool(news) and is_first_time(client, body)
        if is_new:
            ask_later(sendings=news)
    for sending in news[:ASKED_AT_ONCE] if is_new else ():
        ask(sending, by=None)
    log.info("payer has news", extra={"fields": {"client": client.pk, "requests": len(news)}})
    return HttpResponse(status=204)


def _bundle(body: bytes) -> Any:
    try:
        return msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise RefusedError(400, "structure", "The body is not JSON.") from None


def _news(client: Client, bundle: Any) -> Iterator[Sending]:
    """The requests that a notification is about: those that it names, or all that wait if it names none."""
    waiting = Sending.objects.filter(
        practice=client.practice, connection__notifier=client, state=SendingState.ANSWERED
    ).exclude(purpose=Purpose.CANCELLATION)
    named = {one.number: one for one in waiting.filter(number__in=_texts(bundle))}
    sent = {number: msgspec.json.decode(one.request_body) for number, one in named.items()}
    told = _read(bundle, sent)
    if any(one.what == "look" for one in told):
        yield from waiting.filter(decision__in=("pended", "unclear"))
        return
    for one in told:
        if one.what == "decided" and one.number in named:
            yield named[one.number]


def _read(bundle: Any, sent: dict[str, Any]) -> Sequence[Notified]:
    try:
        return read_notification(bundle, sent, ())
    except (LenitiveError, RecursionError):
        raise RefusedError(422, "invalid", "The body is no notification of a PAS subscription.") from None


def _texts(value: Any) -> set[str]:
    """Every text of a Bundle that could be the number of a request."""
    found: set[str] = set()
    waiting = [value]
    while waiting:
        one = waiting.pop()
        if isinstance(one, dict):
            waiting.extend(one.values())
        elif isinstance(one, list):
            waiting.extend(one)
        elif isinstance(one, str) and one.startswith("pa-") and len(one) <= 64 and "\0" not in one:
            found.add(one)
    return set(sorted(found)[:100])
