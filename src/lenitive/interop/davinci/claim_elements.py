"""The elements of a payer's answer that are read, typed, so that another shape is refused with its place."""

from __future__ import annotations

from typing import Any

import msgspec

from lenitive.errors import BadInputError
from lenitive.interop.davinci.pas_codes import PAS


class Element(msgspec.Struct, frozen=True, kw_only=True):
    """An element of which only the parts named here are read."""


class Coding(Element, frozen=True, kw_only=True):
    """A code of a system."""

    system: str | None = None
    code: str | None = None
    display: str | None = None


class Concept(Element, frozen=True, kw_only=True):
    """Codes and words for one thing."""

    coding: tuple[Coding, ...] = ()
    text: str | None = None

    @property
    def code(self) -> str | None:
        """The first code, of any system."""
        return next((one.code for one in self.coding if one.code), None)

    @property
    def words(self) -> str | None:
        """The text, else the first display, else the first code."""
        return self.text or next((one.display for one in self.coding if one.display), None) or self.code


class Identifier(Element, frozen=True, kw_only=True):
    """A number in its address space."""

    system: str | None = None
    value: str | None = None


class Reference(Element, frozen=True, kw_only=True):
    """A pointer by address or by number."""

    reference: str | None = None
    identifier: Identifier | None = None


class Period(Element, frozen=True, kw_only=True):
    """From when until when."""

    start: str | None = None
    end: str | None = None


class Quantity(Element, frozen=True, kw_only=True):
    """An amount."""

    value: float | None = None


class Extension(Element, frozen=True, kw_only=True):
    """An extension with the value types that PAS answers use."""

    url: str
    extension: tuple[Extension, ...] = ()
    valueString: str | None = None
    valueDate: str | None = None
    valuePeriod: Period | None = None
    valueIdentifier: Identifier | None = None
    valueCodeableConcept: Concept | None = None
    valueQuantity: Quantity | None = None

    def inner(self, name: str) -> tuple[Extension, ...]:
        """Inner extensions under a name, be it plain or of the guide."""
        return tuple(one for one in self.extension if one.url in (name, f"{PAS}extension-{name}"))


class Extended(Element, frozen=True, kw_only=True):
    """An element that may carry extensions of the guide."""

    extension: tuple[Extension, ...] = ()

    def named(self, name: str) -> tuple[Extension, ...]:
        """The extensions of the guide under a name."""
        return tuple(one for one in self.extension if one.url == f"{PAS}extension-{name}")

    def first(self, name: str) -> Extension | None:
        """The first extension of the guide under a name."""
        return next(iter(self.named(name)), None)


class Adjudication(Extended, frozen=True, kw_only=True):
    """What was decided about a line."""


class Item(Extended, frozen=True, kw_only=True):
    """The answer to one line."""

    itemSequence: int
    adjudication: tuple[Adjudication, ...] = ()
    noteNumber: tuple[int, ...] = ()


class AddedItem(Extended, frozen=True, kw_only=True):
    """What is authorized beside, or instead of, lines that were asked for."""

    productOrService: Concept
    itemSequence: tuple[int, ...] = ()
    modifier: tuple[Concept, ...] = ()
    quantity: Quantity | None = None
    adjudication: tuple[Adjudication, ...] = ()
    noteNumber: tuple[int, ...] = ()


class Note(Element, frozen=True, kw_only=True):
    """Words for people."""

    text: str
    number: int | None = None


class Fault(Extended, frozen=True, kw_only=True):
    """Why a request could not be processed."""

    code: Concept


class ClaimResponse(Extended, frozen=True, kw_only=True):
    """A payer's answer."""

    resourceType: str
    status: str
    use: str
    patient: Reference
    created: str
    insurer: Reference
    outcome: str
    identifier: tuple[Identifier, ...] = ()
    request: Reference | None = None
    requestor: Reference | None = None
    item: tuple[Item, ...] = ()
    addItem: tuple[AddedItem, ...] = ()
    processNote: tuple[Note, ...] = ()
    communicationRequest: tuple[Reference, ...] = ()
    error: tuple[Fault, ...] = ()


def read_claim_response(resource: Any, file: str) -> ClaimResponse:
    """The typed answer; an error that names the place where the shape is another."""
    if not isinstance(resource, dict) or resource.get("resourceType") != "ClaimResponse":
        kind = resource.get("resourceType") if isinstance(resource, dict) else type(resource).__name__
        raise BadInputError(file, "entry[0]", f"a {kind} comes first", "a ClaimResponse, as PAS says")
    try:
        return msgspec.convert(resource, ClaimResponse)
    except msgspec.ValidationError as error:
        raise BadInputError(file, "ClaimResponse", str(error), "a ClaimResponse of PAS") from None


def read_identifiers(resource: Any, file: str) -> tuple[Identifier, ...]:
    """The numbers of a resource that may have several."""
    try:
        return msgspec.convert(resource.get("identifier", []), tuple[Identifier, ...])
    except msgspec.ValidationError as error:
        raise BadInputError(file, f"{resource['resourceType']}.identifier", str(error)) from None
