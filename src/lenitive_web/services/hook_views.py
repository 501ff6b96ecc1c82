"""CDS Hooks: what services there are, a call answered, feedback taken."""

from __future__ import annotations

import logging
from functools import lru_cache

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from lenitive.interop.cds_hooks.discovery import services
from lenitive.interop.cds_hooks.service import Desk, answer, read_call, read_feedback
from lenitive.reasoning.book import Book
from lenitive_web.readings.selectors import book_of
from lenitive_web.services.actions import keep_call, keep_feedback
from lenitive_web.services.fetching import fetch_for
from lenitive_web.services.refusals import body_of, for_machines, said
from lenitive_web.services.trust import hook_client

log = logging.getLogger("lenitive_web.services")


@for_machines("GET")
def discovery(request: HttpRequest) -> HttpResponse:
    """What services there are. A caller who shows a token is held to it; the list itself is no secret."""
    if "Authorization" in request.headers:
        hook_client(request)
    return said(services())


@lru_cache(maxsize=8)
def desk(base: str, known: Book) -> Desk:
    """What a practice answers with; ``base`` is the address under which it hands out questionnaires."""
    return Desk.handing_out_forms(base, known)


@for_machines("POST")
def service(request: HttpRequest, service_id: str) -> HttpResponse:
    """One call, answered."""
    client = hook_client(request)
    call = read_call(service_id, body_of(request))
    ours = desk(request.build_absolute_uri("/fhir"), book_of(client.practice_id))
    given = answer(call, timezone.localdate(), ours, fetch_for(call.request, client))
    keep_call(client=client, call=call, answer=given)
    fields = {"client": client.pk, "hook": call.request.hook, "orders": given.orders, "fetched": given.fetched}
    log.info("hook answered", extra={"fields": fields | {"unseen": list(given.unseen), "refused": given.refused}})
    return said(given.response)


@for_machines("POST")
def feedback(request: HttpRequest, service_id: str) -> HttpResponse:
    """What became of cards."""
    client = hook_client(request)
    told = read_feedback(service_id, body_of(request))
    keep_feedback(client=client, service=service_id, feedback=told)
    return said({})
