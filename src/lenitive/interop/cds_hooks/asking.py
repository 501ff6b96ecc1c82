"""The other side of a hook: a request as a record would send it, made from a chart.

For trying the services out, for tests and for measuring. The chart goes into the prefetch as the FHIR resources that
:mod:`lenitive.interop.fhir.writer` makes of it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from lenitive.chart import Chart
from lenitive.codes import CPT
from lenitive.interop.cds_hooks.discovery import prefetch_of
from lenitive.interop.cds_hooks.messages import Hook
from lenitive.interop.cds_hooks.orders import PLACE_OF_SERVICE
from lenitive.interop.fhir.writer import chart_as_bundle

Json = dict[str, Any]

_KEY_OF = {
    "Patient": "patient",
    "Condition": "conditions",
    "MedicationStatement": "medications",
    "AllergyIntolerance": "allergies",
    "Procedure": "procedures",
    "Coverage": "coverage",
}
_KEY_OF_CATEGORY = {"laboratory": "laboratory", "exam": "examination", "imaging": "examination"}


def hook_request(
    hook: Hook, chart: Chart, call: UUID, orders: Sequence[Json] = (), *, extension: Mapping[str, Any] | None = None
) -> Json:
    """A request about a chart: everything in the prefetch, ``null`` under the keys of which the chart has nothing."""
    prefetch = prefetched(chart, hook)
    patient = prefetch["patient"]["id"]
    context: Json = {"userId": "Practitioner/example", "patientId": patient}
    if hook != "patient-view":
        drafts = [order | {"subject": {"reference": f"Patient/{patient}"}} for order in orders]
        entries = [{"resource": draft} for draft in drafts]
        context["draftOrders"] = {"resourceType": "Bundle", "type": "collection", "entry": entries}
    if hook == "order-select":
        context["selections"] = [f"ServiceRequest/{order['id']}" for order in orders]
    request: Json = {"hook": hook, "hookInstance": str(call), "context": context, "prefetch": prefetch}
    return request | ({"extension": dict(extension)} if extension else {})


def prefetched(chart: Chart, hook: Hook) -> Json:
    """The chart under the prefetch keys of a hook."""
    under: dict[str, list[Json]] = defaultdict(list)
    entries = chart_as_bundle(chart)["entry"]
    patient = next(entry["resource"]["id"] for entry in entries if entry["resource"]["resourceType"] == "Patient")
    for entry in entries:
        under[_key_of(entry["resource"])].append(entry | {"resource": _pointing(entry["resource"], patient)})
    keys = [*prefetch_of(hook), *(key for key in under if key not in prefetch_of(hook))]
    found = {key: _searchset(under[key]) if under[key] else None for key in keys}
    return found | {"patient": under["patient"][-1]["resource"]}


def _pointing(resource: Json, patient: str) -> Json:
    """The resource with its patient named as a server names it."""
    owners = [name for name in ("subject", "patient", "beneficiary") if name in resource]
    return resource | {name: resource[name] | {"reference": f"Patient/{patient}"} for name in owners}


def _key_of(resource: Json) -> str:
    kind = resource["resourceType"]
    if kind != "Observation":
        return _KEY_OF.get(kind, "procedures")
    codes = [coding.get("code") for one in resource.get("category", []) for coding in one.get("coding", [])]
    return next((_KEY_OF_CATEGORY[code] for code in codes if code in _KEY_OF_CATEGORY), "scores")


def _searchset(entries: Sequence[Json]) -> Json:
    return {"resourceType": "Bundle", "type": "searchset", "total": len(entries), "entry": list(entries)}


def draft_order(
    name: str, number: str, *, site: str, on: date, authored: date, place: str | None = None, system: str = CPT
) -> Json:
    """A draft ServiceRequest: a CPT number, the body site in words, the planned day, the CMS place of service."""
    order: Json = {
        "resourceType": "ServiceRequest",
        "id": name,
        "status": "draft",
        "intent": "order",
        "code": {"coding": [{"system": system, "code": number}]},
        "authoredOn": authored.isoformat(),
        "occurrenceDateTime": on.isoformat(),
        "requester": {"reference": "Practitioner/example"},
        "bodySite": [{"text": site}],
    }
    if place:
        order["locationCode"] = [{"coding": [{"system": PLACE_OF_SERVICE, "code": place}]}]
    return order
