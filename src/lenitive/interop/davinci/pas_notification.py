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
from lenitive.interop.davinci.claim_elements import Element, Reference
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
    topic, kind = status.named("topic"), status.named("type")
    if topic is None or topic.valueCanonical != TOPIC:
        raise BadInputError("notification", "topic", "not a topic of PAS", TOPIC)
    if kind is None or kind.valueCode != "event-notification":
        return []
    resources = resources_of(bundle)
    return [_notified(resources, focus, sent, taken) for focus in _focuses(status)]


# --- what happened


class _Part(Element, frozen=True, kw_only=True):
    name: str
    part: tuple[_Part, ...] = ()
    valueCanonical: str | None = None
    valueCode: str | None = None
    valueReference: Reference | None = None


class _Status(Element, frozen=True, kw_only=True):
    resourceType: Literal["Parameters"]
    parameter: tuple[_Part, ...] = ()

    def named(self, name: str) -> _Part | None:
        return next((one for one in self.parameter if one.name == name), None)


def _status_of(bundle: Json) -> _Status:
    """The first entry, which says what happened."""
    listed = bundle.get("entry")
    first = listed[0] if isinstance(listed, list) and listed else None
    try:
        return msgspec.convert(first.get("resource") if isinstance(first, dict) else None, _Status)
    except msgspec.ValidationError as error:
        raise BadInputError("notification", "entry[0]", str(error), "the status of the subscription") from None


def _focuses(status: _Status) -> Iterator[str]:
    for event in status.parameter:
        for part in event.part if event.name == "notification-event" else ():
            if part.name == "focus" and part.valueReference and part.valueReference.reference:
                yield part.valueReference.reference


# --- whose it is


def _notified(resources: Mapping[str, Json], focus: str, sent: Mapping[str, Json], taken: Container[str]) -> Notified:
    answer = _answer_at(resources, focus)
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


def _answer_at(resources: Mapping[str, Json], focus: str) -> Json | None:
    """The response Bundle that a notification brings: whole, or as a ClaimResponse with its companions beside it."""
    found = resources.get(focus)
    if found is None or found.get("resourceType") == "Bundle":
        return found
    return {"resourceType": "Bundle", "type": "collection", "entry": entries(focus, resources)}
