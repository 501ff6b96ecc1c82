"""What the services write: who may call, what was answered, what became of it."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec
from django.db import transaction
from django.utils import timezone

from lenitive.interop.cds_hooks.messages import Feedback
from lenitive.interop.cds_hooks.service import Answer, Call
from lenitive_web.audit.actions import write_event
from lenitive_web.people.models import Practice, User
from lenitive_web.services.models import CardFeedback, Client, HookCall
from lenitive_web.services.trust import hash_of


@transaction.atomic
def register_client(
    *,
    practice: Practice,
    name: str,
    by: User | None,
    issuer: str | None = None,
    keys: Sequence[dict[str, Any]] = (),
    keys_url: str = "",
    fhir_servers: Sequence[str] = (),
    origins: Sequence[str] = (),
) -> Client:
    """Let a system call the hooks of a practice."""
    client = Client(
        practice=practice,
        name=name,
        issuer=issuer,
        keys=list(keys),
        keys_url=keys_url,
        fhir_servers=list(fhir_servers),
        origins=list(origins),
    )
    client.full_clean()
    client.save(force_insert=True)
    write_event(practice=practice, by=by, action="client.register", about=f"client {client.pk}")
    return client


@transaction.atomic
def give_token(*, client: Client, account: User, scopes: str, until: datetime, by: User | None) -> str:
    """A token with which a client reads through the FHIR API as an account; an earlier one ends. Shown only now."""
    token = secrets.token_urlsafe(32)
    client.account, client.scopes = account, scopes
    client.token_hash, client.token_until = hash_of(token), until
    client.save(update_fields=["account", "scopes", "token_hash", "token_until"])
    write_event(practice=client.practice, by=by, action="client.token", about=f"client {client.pk}")
    return token


def keep_call(*, client: Client, call: Call, answer: Answer) -> HookCall:
    """Keep that a call was answered: counts and numbers, no value of a patient."""
    return HookCall.objects.create(
        at=timezone.now(),
        client=client,
        service=call.service,
        hook=call.request.hook,
        instance=call.request.hookInstance,
        orders=answer.orders,
        cards=len(answer.response.cards),
        fetched=answer.fetched,
        assertions=list(answer.assertions),
    )


@transaction.atomic
def keep_feedback(*, client: Client, service: str, feedback: Feedback) -> int:
    """Keep what became of cards; how many."""
    rows = [
        CardFeedback(
            at=timezone.now(),
            client=client,
            service=service,
            card=one.card,
            outcome=one.outcome,
            told=msgspec.to_builtins(one),
        )
        for one in feedback.feedback
    ]
    return len(CardFeedback.objects.bulk_create(rows))
