"""A payer's notification that a pended request was decided, and the subscription that asks for it.

The address that takes notifications is open to the world. So a notification is believed only as far as it answers a
request that was sent, about the patient it was sent for, and one that comes twice changes nothing.
"""

from __future__ import annotations

import hashlib
from collections.abc import Container, Iterator, Mapping
from typing import Any, Literal

import msgspec

from lenitive.errors import BadInputError
from lenitive.interop.davinci.claim_references import entries, resources_of
from lenitive.interop.davinci.claim_response import Decision, read_decision
from lenitive.interop.davinci.pas_codes import PAS, TOPIC

Json = dict[str, Any]

BACKPORT = "http://hl7.org/fhir/uv/subscriptions-backport/StructureDefinition/"


class Notified(msgspec.Struct, frozen=True, kw_only=True):
    """What a notification says about one request.

    ``what`` is *decided* (with the decision), *repeated* (it was taken before), *look* (no content came along: inquire)
    or *not ours* (it fits no request that was sent).
    """

    what: Literal["decided", "repeated", "look", "not ours"]
    number: str | None = None
    fingerprint: str | None = None
    decision: Decision | None = None
    answer: Json | None = None


def subscription(address: str, sender: str, secret_header: str) -> Json:
    """The Subscription that asks for whole answers at an address. By ``secret_header`` the payer is known again."""
    return {
        "resourceType": "Subscription",
        "meta": {"profile": [f"{PAS}profile-subscription"]},
        "status": "requested",
        "reason": "Decisions on prior authorization requests",
        "criteria": TOPIC,
        "_criteria": {
            "extension": [{"url": f"{BACKPORT}backport-filter-criteria", "valueString": f"org-identifier={sender}"}]
        },
        "channel": {
            "type": "rest-hook",
            "endpoint": address,
            "payload": "application/fhir+json",
            "_payload": {"extension": [{"url": f"{BACKPORT}backport-payload-content", "valueCode": "full-resource"}]},
            "header": [secret_header],
        },
    }


def read_notification(bundle: Any, sent: Mapping[str, Json], taken: Container[str]) -> list[Notified]:
    """What a notification Bundle says. ``sent`` are the requests by number, ``taken`` fingerprints of earlier answers.

    Handshakes and heartbeats say nothing.
    """
    if not isinstance(bundle, dict) or bundle.get("resourceType") != "Bundle" or bundle.get("type") != "history":
        raise BadInputError("notification", "", "not a Bundle of type history", "a subscription notification")
    status = _status_of(bundle)
    if _value(status, "topic") != TOPIC:
        raise BadInputError("notification", "topic", "not a topic of PAS", TOPIC)
    if _value(status, "type") != "event-notification":
        return []
    return [_notified(bundle, focus, sent, taken) for focus in _focuses(status)]


# --- what happened


def _status_of(bundle: Json) -> Json:
    first = next(iter(bundle.get("entry") or ()), None)
    resource = first.get("resource") if isinstance(first, dict) else None
    if not isinstance(resource, dict) or resource.get("resourceType") != "Parameters":
        raise BadInputError("notification", "entry[0]", "no Parameters", "the status of the subscription")
    return resource


def _value(parameters: Json, name: str) -> Any:
    for one in parameters.get("parameter") or ():
        if isinstance(one, dict) and one.get("name") == name:
            return next((value for key, value in one.items() if key.startswith("value")), None)
    return None


def _focuses(status: Json) -> Iterator[str]:
    for one in status.get("parameter") or ():
        if isinstance(one, dict) and one.get("name") == "notification-event":
            for part in one.get("part") or ():
                if isinstance(part, dict) and part.get("name") == "focus":
                    yield str((part.get("valueReference") or {}).get("reference"))


# --- whose it is


def _notified(bundle: Json, focus: str, sent: Mapping[str, Json], taken: Container[str]) -> Notified:
    answer = _answer_at(bundle, focus)
    if answer is None:
        return Notified(what="look")
    fingerprint = hashlib.sha256(msgspec.json.encode(answer, order="sorted")).hexdigest()
    for number, request in sent.items():
        try:
            decision = read_decision(answer, request, "notification")
        except BadInputError:
            continue
        if fingerprint in taken:
            return Notified(what="repeated", number=number, fingerprint=fingerprint)
        return Notified(what="decided", number=number, fingerprint=fingerprint, decision=decision, answer=answer)
    return Notified(what="not ours", fingerprint=fingerprint)


def _answer_at(bundle: Json, focus: str) -> Json | None:
    """The response Bundle that a notification brings: whole, or as a ClaimResponse with its companions beside it."""
    resources = resources_of(bundle)
    found = resources.get(focus)
    if found is None or found.get("resourceType") == "Bundle":
        return found
    return {"resourceType": "Bundle", "type": "collection", "entry": entries(focus, resources)}
