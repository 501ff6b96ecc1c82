"""Da Vinci PAS: a payer says that it has decided. It is believed only so far as to be asked.

Whatever a notification says of a decision, the decision that goes into a chart is the one that the payer gives at its
own address when it is asked about the request.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Any

import msgspec
from django.db import transaction
from django.db.models import QuerySet
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
MOST_EVENTS = 100
"""So many events are read in one notification, and so many numbers in it. Payers send one or a few."""


@for_machines("POST", kind=FHIR_JSON)
def notifications(request: HttpRequest) -> HttpResponse:
    """A notification of a subscription: the requests that it is about are asked about. One that comes twice, once."""
    client = sending_client(request)
    if not may(client.scopes, "ClaimResponse", "c"):
        raise RefusedError(403, "forbidden", "The token has no scope for this (ClaimResponse.c).")
    body = body_of(request)
    news = _news(client, _bundle(body))
    with transaction.atomic():
        is_new = news.exists() and is_first_time(client, body)
        number = ask_later(sendings=news) if is_new else 0
    for one in list(news.values_list("pk", flat=True)[:ASKED_AT_ONCE]) if is_new else ():
        ask(Sending.objects.get(pk=one), by=None)
    log.info("payer has news", extra={"fields": {"client": client.pk, "requests": number}})
    return HttpResponse(status=204)


def _bundle(body: bytes) -> Any:
    try:
        return msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise RefusedError(400, "structure", "The body is not JSON.") from None


def _news(client: Client, bundle: Any) -> QuerySet[Sending]:
    """The requests that a notification is about: those that it decides, or all that wait if it names none.

    What was sent is large, and there may be thousands that wait: it is read one at a time, and only what is named.
    """
    waiting = Sending.objects.filter(
        practice=client.practice, connection__notifier=client, state=SendingState.ANSWERED
    ).exclude(purpose=Purpose.CANCELLATION)
    told = _read(bundle, {})
    if len(told) > MOST_EVENTS:
        raise RefusedError(413, "too-long", f"The notification tells of more than {MOST_EVENTS} events.")
    if any(one.what == "look" for one in told):
        return waiting.filter(decision__in=("pended", "unclear")).order_by("pk")
    named = waiting.filter(number__in=_texts(bundle)).values_list("number", flat=True)
    return waiting.filter(number__in=[number for number in named if _is_decided(bundle, number)]).order_by("pk")


def _is_decided(bundle: Any, number: str) -> bool:
    """Whether the notification brings an answer that fits what was sent under this number."""
    body = Sending.objects.values_list("request_body", flat=True).get(number=number)
    return any(one.what == "decided" for one in _read(bundle, {number: msgspec.json.decode(body)}))


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
    return set(sorted(found)[:MOST_EVENTS])
