"""Draft orders to requests: which procedure an order may mean, where, on which side, at which levels.

An order says no more than its codes and words do. A number that stands for several procedures gives one request for
each, and what is said about the order then holds for all of them or is not said.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, cast

import msgspec
from msgspec import Raw

from lenitive.chart import Request
from lenitive.codes import CPT, HCPCS, LENITIVE, LEVELS
from lenitive.interop.cds_hooks.errors import BadHookError
from lenitive.interop.cds_hooks.messages import DraftOrders
from lenitive.interop.fhir import code_maps
from lenitive.interop.fhir.days import BadDateError, days
from lenitive.interop.fhir.problems import side_of
from lenitive.interop.fhir.resources import Coding, Concept, Element, Period, Reference
from lenitive.reasoning.book import Book

PLACE_OF_SERVICE = "https://www.cms.gov/Medicare/Coding/place-of-service-codes/Place_of_Service_Code_Set"
BILLING_OPTIONS = "http://hl7.org/fhir/us/davinci-crd/StructureDefinition/ext-billing-options"

_CPT_SYSTEMS = frozenset((CPT, "urn:oid:2.16.840.1.113883.6.12"))
_HCPCS_SYSTEMS = frozenset(
    (
        HCPCS,
        "https://www.cms.gov/Medicare/Coding/HCPCSReleaseCodeSets",
        "https://bluebutton.cms.gov/resources/codesystem/hcpcs",
        "urn:oid:2.16.840.1.113883.6.285",
    )
)
_NEEDLE = frozenset(("diagnostic", "therapeutic", "both", "trial", "implant"))
_NOT_TO_DO = frozenset(("revoked", "completed", "entered-in-error"))
_REGIONS = ("cervical", "thoracic", "lumbar", "sacral")
_UNLISTED = "999"
"""Numbers that end so stand for whatever has no number; they name no procedure."""


class _BillingOption(Element):
    url: str | None = None
    valueCodeableConcept: Concept | None = None


class _CodedConcept(Concept):
    extension: list[_BillingOption] | None = None


class _ServiceRequest(Element):
    resourceType: str
    id: str | None = None
    status: str | None = None
    doNotPerform: bool | None = None
    code: _CodedConcept | None = None
    orderDetail: list[Concept] | None = None
    subject: Reference | None = None
    occurrenceDateTime: str | None = None
    occurrencePeriod: Period | None = None
    bodySite: list[Concept] | None = None
    locationCode: list[Concept] | None = None


class _Head(Element):
    resourceType: str | None = None
    id: str | None = None


_read_head = msgspec.json.Decoder(_Head).decode
_read_order = msgspec.json.Decoder(_ServiceRequest).decode


@dataclass(frozen=True, slots=True)
class BillingCode:
    """A CPT or HCPCS number with the system that the order gave."""

    system: str
    code: str


@dataclass(frozen=True, slots=True)
class Order:
    """A draft order for a procedure of ours. ``requests`` has one entry for each procedure it may mean."""

    reference: str
    path: str
    raw: Raw
    codes: tuple[BillingCode, ...]
    requests: tuple[Request, ...]


def orders_in(drafts: DraftOrders, patient_id: str, book: Book, path: str = "context.draftOrders") -> list[Order]:
    """The draft orders that are about a pain procedure. Other orders are left alone."""
    return [
        order
        for number, entry in enumerate(drafts.entry)
        if isinstance(entry.resource, Raw)
        for order in _order(entry.resource, patient_id, book, f"{path}.entry[{number}].resource")
    ]


def _order(raw: Raw, patient_id: str, book: Book, path: str) -> Iterator[Order]:
    try:
        head = _read_head(raw)
        if head.resourceType is None:
            raise BadHookError("This is not a FHIR resource: there is no resourceType.", path)
        if head.resourceType != "ServiceRequest":
            return
        order = _read_order(raw)
        codes = billing_codes(order.code)
        requests = tuple(_requests(order, codes, book))
    except BadDateError:
        raise BadHookError("occurrence[x] is no FHIR date.", path) from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise BadHookError("This is not a ServiceRequest of FHIR R4.", path) from None
    if not requests or order.doNotPerform or order.status in _NOT_TO_DO:
        return
    if not order.id:
        raise BadHookError("A draft order has no id, so nothing can be said about it.", path)
    whose = order.subject.reference if order.subject else None
    if whose is not None and "/" in whose and whose.split("/")[-2:] != ["Patient", patient_id]:
        raise BadHookError("A draft order is for another patient than the context says.", f"{path}.subject")
    yield Order(f"ServiceRequest/{order.id}", path, raw, codes, requests)


# --- codes


def billing_codes(concept: _CodedConcept | None) -> tuple[BillingCode, ...]:
    """The CPT and HCPCS numbers of an order: its own, else those that it may be billed with."""
    own = [code for coding in (concept.coding if concept else None) or () if (code := _numbered(coding))]
    options = [
        code
        for extension in (concept.extension if concept else None) or ()
        if extension.url == BILLING_OPTIONS and extension.valueCodeableConcept
        for coding in extension.valueCodeableConcept.coding or ()
        if (code := _numbered(coding))
    ]
    return tuple(dict.fromkeys(own or options))


def _numbered(coding: Coding) -> BillingCode | None:
    if not coding.code or not coding.system:
        return None
    known = coding.system in _CPT_SYSTEMS or coding.system in _HCPCS_SYSTEMS
    return BillingCode(coding.system, coding.code) if known else None


def _requests(order: _ServiceRequest, codes: Sequence[BillingCode], book: Book) -> Iterator[Request]:
    words = " ".join(_words(order)).casefold()
    for kind in _kinds(order, codes, words, book):
        procedure = book.content.procedures[kind]
        number = next((code.code for code in codes if code.code in procedure.codes), None)
        meaning = code_maps.procedures().get(number) if number else None
        yield Request(
            kind=kind,
            on=_planned(order),
            approach=meaning.approach if meaning else None,
            region=procedure.region or _region(words),
            side=side_of([*(order.bodySite or ()), *(order.orderDetail or ())]),
            levels=levels_in(words),
            intent=cast(Any, _intent(procedure.role, words)),
            site_of_service=_site_of_service(order.locationCode),
        )


def _kinds(order: _ServiceRequest, codes: Sequence[BillingCode], words: str, book: Book) -> list[str]:
    """The procedures that an order may mean, fewest first: our own code, else what numbers and words leave open."""
    for coding in (order.code.coding if order.code else None) or ():
        if coding.system == LENITIVE and coding.code in book.content.procedures:
            return [coding.code]
    found: dict[str, None] = {}
    for code in codes:
        found.update(dict.fromkeys(_kinds_of_number(code.code, words, book)))
    return list(found)


def _kinds_of_number(number: str, words: str, book: Book) -> list[str]:
    if number.endswith(_UNLISTED):
        return []
    procedures = book.content.procedures
    kinds = [kind for kind, one in procedures.items() if number in one.codes and one.role in _NEEDLE]
    meaning = code_maps.procedures().get(number)
    narrowed = meaning.kind_for(words) if meaning else None
    if narrowed in kinds:
        return [str(narrowed)]
    region = _region(words)
    there = [kind for kind in kinds if procedures[kind].region == region]
    return there or kinds


# --- words


def _words(order: _ServiceRequest) -> Iterator[str]:
    for concept in (order.code, *(order.bodySite or ()), *(order.orderDetail or ())):
        if concept is not None:
            yield from (text for text in (concept.text, *(c.display for c in concept.coding or ())) if text)


def _region(words: str) -> str | None:
    said = [region for region in _REGIONS if region in words]
    return said[0] if len(said) == 1 else None


_SEGMENT = re.compile(r"\b([ctls])(\d{1,2})\s*[-/–]\s*([ctls]?)(\d{1,2})\b", re.IGNORECASE)
_ONE_LEVEL = re.compile(r"\b([ctls]\d{1,2})\b", re.IGNORECASE)


def levels_in(words: str) -> tuple[str, ...]:
    """The spinal levels that a text names: segments (``L4-5``, ``L5/S1``), vertebrae and roots."""
    found: list[str] = []

    def take(match: re.Match[str]) -> str:
        upper, number, lower, other = match.groups()
        crossing = bool(lower) and lower.upper() != upper.upper()
        found.append(f"{upper.upper()}{number}-{lower.upper() if crossing else ''}{other}")
        return " "

    rest = _SEGMENT.sub(take, words)
    found.extend(match.upper() for match in _ONE_LEVEL.findall(rest))
    return tuple(dict.fromkeys(level for level in found if level in LEVELS))


def _intent(role: str, words: str) -> str | None:
    if role != "both":
        return role
    said = [intent for intent in ("diagnostic", "therapeutic") if intent in words]
    return said[0] if len(said) == 1 else None


def _planned(order: _ServiceRequest) -> date | None:
    """The planned day, if the order says one day."""
    begin = order.occurrenceDateTime or (order.occurrencePeriod.start if order.occurrencePeriod else None)
    if begin is None:
        return None
    first, last = days(begin)
    return first if last is None else None


def _site_of_service(places: Sequence[Concept] | None) -> str | None:
    for concept in places or ():
        for coding in concept.coding or ():
            if coding.system == PLACE_OF_SERVICE and coding.code:
                return code_maps.site_of_service(coding.code)
    return None
