"""What a payer checks before it reads a request: the elements that PAS requires, and references that lead somewhere.

Written from the guide, apart from the code that it tests.
"""

from collections import Counter
from collections.abc import Iterator
from typing import Any

Json = dict[str, Any]
PAS = "http://hl7.org/fhir/us/davinci-pas/StructureDefinition/"
BUNDLES = {"$submit": "profile-pas-request-bundle", "$inquire": "profile-pas-inquiry-request-bundle"}
REQUIRED = ("identifier", "status", "type", "use", "patient", "created", "insurer", "provider", "priority", "insurance")
OF_AN_ITEM = ("sequence", "category", "productOrService", "locationCodeableConcept")
SUPPORTS = {
    "Patient": ("identifier", "name", "gender"),
    "Coverage": ("identifier", "status", "beneficiary", "relationship", "payor"),
    "Organization": ("active", "name"),
    "PractitionerRole": ("practitioner",),
    "Practitioner": ("identifier", "name"),
    "DocumentReference": ("status", "type", "category", "subject", "content"),
    "QuestionnaireResponse": ("questionnaire", "status", "subject", "authored"),
}


def faults(bundle: Any, operation: str) -> list[str]:
    """What is wrong with a request; nothing if it may be read."""
    if not isinstance(bundle, dict) or bundle.get("resourceType") != "Bundle":
        return ["not a Bundle"]
    found = list(_bundle(bundle, operation))
    if found:
        return found
    claim = bundle["entry"][0]["resource"]
    return [*_claim(claim, operation), *_references(bundle), *_supports(bundle)]


def _bundle(bundle: Json, operation: str) -> Iterator[str]:
    if bundle.get("type") != "collection":
        yield "Bundle.type is not collection"
    if not bundle.get("identifier", {}).get("value"):
        yield "Bundle.identifier is missing"
    if not bundle.get("timestamp"):
        yield "Bundle.timestamp is missing"
    if f"{PAS}{BUNDLES[operation]}" not in bundle.get("meta", {}).get("profile", []):
        yield "Bundle.meta.profile is another"
    entries = bundle.get("entry") or []
    if not entries or entries[0].get("resource", {}).get("resourceType") != "Claim":
        yield "the first entry is not a Claim"
    if any(not entry.get("fullUrl") or not entry.get("resource") or "request" in entry for entry in entries):
        yield "an entry without fullUrl or resource, or with request"
    if any(count > 1 for count in Counter(entry.get("fullUrl") for entry in entries).values()):
        yield "a resource stands twice"


def _claim(claim: Json, operation: str) -> Iterator[str]:
    yield from (f"Claim.{name} is missing" for name in REQUIRED if not claim.get(name))
    if claim.get("use") != "preauthorization" or claim.get("status") != "active":
        yield "Claim is no active preauthorization"
    for name in ("careTeam", "supportingInfo", "diagnosis", "item", "insurance"):
        numbers = [one.get("sequence") for one in claim.get(name, [])]
        if len(set(numbers)) < len(numbers) or None in numbers:
            yield f"Claim.{name}: a sequence is missing or stands twice"
    if operation == "$submit":
        if not claim.get("item"):
            yield "Claim.item is missing"
        for item in claim.get("item", []):
            yield from _item(item, claim)
    for member in claim.get("careTeam", []):
        if not _has(member, "careTeamClaimScope"):
            yield "Claim.careTeam: careTeamClaimScope is missing"
        if member["provider"]["reference"].startswith("Practitioner/"):
            yield "Claim.careTeam.provider is a Practitioner"
    for info in claim.get("supportingInfo", []):
        if "valueReference" in info and not _has(info, "documentInformation"):
            yield "Claim.supportingInfo: documentInformation is missing"


def _item(item: Json, claim: Json) -> Iterator[str]:
    yield from (f"Claim.item.{name} is missing" for name in OF_AN_ITEM if not item.get(name))
    for name in ("serviceItemRequestType", "certificationType"):
        if not _has(item, name):
            yield f"Claim.item: {name} is missing"
    if len(item.get("servicedDate", "0000-00-00")) != 10:
        yield "Claim.item.servicedDate is no whole day"
    for link, held in (("informationSequence", "supportingInfo"), ("diagnosisSequence", "diagnosis")):
        known = {one["sequence"] for one in claim.get(held, [])}
        if not set(item.get(link, [])) <= known:
            yield f"Claim.item.{link} leads nowhere"


def _has(element: Json, name: str) -> bool:
    return any(one.get("url") == f"{PAS}extension-{name}" for one in element.get("extension", []))


def _references(bundle: Json) -> Iterator[str]:
    urls = {entry["fullUrl"] for entry in bundle["entry"]}
    reached = {bundle["entry"][0]["fullUrl"]}
    for entry in bundle["entry"]:
        base = "/".join(entry["fullUrl"].split("/")[:-2])
        for reference in _said(entry["resource"]):
            url = reference if ":" in reference else f"{base}/{reference}"
            reached.add(url)
            if url not in urls:
                yield f"a {entry['resource']['resourceType']} points to a resource that is not in the Bundle"
    if urls - reached:
        yield "a resource in the Bundle is not pointed to"


def _said(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        if isinstance(value.get("reference"), str):
            yield value["reference"]
        for part in value.values():
            yield from _said(part)
    elif isinstance(value, list):
        for part in value:
            yield from _said(part)


def _supports(bundle: Json) -> Iterator[str]:
    for entry in bundle["entry"]:
        resource = entry["resource"]
        for name in SUPPORTS.get(resource["resourceType"], ()):
            if not resource.get(name):
                yield f"{resource['resourceType']}.{name} is missing"
