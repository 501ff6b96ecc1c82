"""The messages of CDS Hooks 2.0: requests, cards, feedback. Unknown fields of a request are ignored, as the text asks.

What is sent leaves out what it does not say: CDS Hooks has no ``null``.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal
from uuid import UUID

import msgspec
from msgspec import Meta, Raw

Hook = Literal["patient-view", "order-select", "order-sign"]

FhirId = Annotated[str, Meta(pattern=r"^[A-Za-z0-9\-.]{1,64}$", description="a FHIR id")]
UserId = Annotated[
    str,
    Meta(
        pattern=r"^(Practitioner|PractitionerRole|Patient|RelatedPerson)/[A-Za-z0-9\-.]{1,64}$",
        description="who works in the record",
    ),
]


class Received(msgspec.Struct, frozen=True, kw_only=True):
    """The root of what comes in."""


class Sent(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The root of what goes out."""


# --- requests


class FhirAuthorization(Received, frozen=True, kw_only=True):
    """The permission to read at the caller's FHIR server. Never stored, never logged."""

    access_token: Annotated[str, Meta(min_length=1)]
    token_type: Literal["Bearer"]
    expires_in: int
    scope: str
    subject: str
    patient: str | None = None

    def __repr__(self) -> str:
        """Without the token."""
        return f"<FhirAuthorization of {self.subject}>"


class BundleEntry(Received, frozen=True, kw_only=True):
    """One draft order."""

    fullUrl: str | None = None
    resource: Raw | msgspec.UnsetType = msgspec.UNSET


class DraftOrders(Received, frozen=True, kw_only=True):
    """The Bundle of orders that nobody has signed yet."""

    resourceType: Literal["Bundle"]
    entry: list[BundleEntry] = []


class PatientViewContext(Received, frozen=True, kw_only=True):
    """Somebody opened a patient's record."""

    userId: UserId
    patientId: FhirId
    encounterId: FhirId | None = None


class OrderSignContext(PatientViewContext, frozen=True, kw_only=True):
    """Somebody is about to sign orders."""

    draftOrders: DraftOrders


class OrderSelectContext(OrderSignContext, frozen=True, kw_only=True):
    """Somebody chose an order; ``selections`` point into the drafts."""

    selections: list[str]


CONTEXTS: dict[str, type[PatientViewContext]] = {
    "patient-view": PatientViewContext,
    "order-select": OrderSelectContext,
    "order-sign": OrderSignContext,
}


class HookRequest(Received, frozen=True, kw_only=True):
    """One call. ``context`` is decoded by the hook it belongs to, ``prefetch`` resource by resource."""

    hook: Hook
    hookInstance: UUID
    context: Raw
    fhirServer: str | None = None
    fhirAuthorization: FhirAuthorization | None = None
    prefetch: dict[str, Raw] | None = None
    extension: dict[str, Any] | None = None


# --- responses


class Coding(Sent, frozen=True, kw_only=True):
    """A code and what it is called."""

    code: str
    system: str
    display: str | None = None


class Source(Sent, frozen=True, kw_only=True):
    """Who says what a card says."""

    label: str
    url: str | None = None
    topic: Coding | None = None


class Link(Sent, frozen=True, kw_only=True):
    """Where to read on."""

    label: str
    url: str
    type: Literal["absolute", "smart"]


class Action(Sent, frozen=True, kw_only=True):
    """A change to a resource of the caller's."""

    type: Literal["create", "update", "delete"]
    description: str
    resource: Raw | msgspec.UnsetType = msgspec.UNSET
    resourceId: str | None = None


class Suggestion(Sent, frozen=True, kw_only=True):
    """Something that the person may accept with one press."""

    label: str
    uuid: str
    actions: list[Action]


class Card(Sent, frozen=True, kw_only=True):
    """A short message beside the work."""

    uuid: str
    summary: Annotated[str, Meta(max_length=139)]
    indicator: Literal["info", "warning", "critical"]
    source: Source
    detail: str | None = None
    suggestions: list[Suggestion] | None = None
    selectionBehavior: Literal["at-most-one", "any"] | None = None
    overrideReasons: list[Coding] | None = None
    links: list[Link] | None = None
    extension: dict[str, Any] | None = None


class HookResponse(msgspec.Struct, frozen=True, kw_only=True):
    """The answer: cards, perhaps none, and changes that need no person. ``cards`` is always there."""

    cards: list[Card]
    systemActions: list[Action] | msgspec.UnsetType = msgspec.UNSET


# --- feedback


class AcceptedSuggestion(Received, frozen=True, kw_only=True):
    """A suggestion that was accepted."""

    id: Annotated[str, Meta(min_length=1)]


class OverrideCode(Received, frozen=True, kw_only=True):
    """Why a card was not followed, as a code of ours or the caller's."""

    code: str
    system: str | None = None
    display: str | None = None


class OverrideReason(Received, frozen=True, kw_only=True):
    """Why a card was not followed."""

    reason: OverrideCode | None = None
    userComment: str | None = None


class CardFeedback(Received, frozen=True, kw_only=True):
    """What became of one card."""

    card: Annotated[str, Meta(min_length=1, max_length=64)]
    outcome: Literal["accepted", "overridden"]
    outcomeTimestamp: str
    acceptedSuggestions: list[AcceptedSuggestion] = []
    overrideReason: OverrideReason | None = None


class Feedback(Received, frozen=True, kw_only=True):
    """What became of some cards."""

    feedback: Annotated[list[CardFeedback], Meta(min_length=1, max_length=1000)]


# --- discovery


class Service(Sent, frozen=True, kw_only=True):
    """One entry of the discovery document."""

    hook: Hook
    id: str
    title: str
    description: str
    prefetch: dict[str, str]
    usageRequirements: str
    extension: dict[str, Any] | None = None


class Services(msgspec.Struct, frozen=True, kw_only=True):
    """The discovery document."""

    services: list[Service]
