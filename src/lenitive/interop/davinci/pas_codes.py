"""Addresses and codes of Da Vinci PAS, version 2.2.1, as far as this library says or reads them.

Code lists 306, 755, 889, 901, 1069, 1322, 1338, 1365 and 1525 belong to X12. Only the codes that the guide's published
examples use stand here, under names of our own; an operator who holds a licence passes other codes in.
"""

from __future__ import annotations

from typing import Any

Json = dict[str, Any]

PAS = "http://hl7.org/fhir/us/davinci-pas/StructureDefinition/"
CLAIM = f"{PAS}profile-claim"
CLAIM_UPDATE = f"{PAS}profile-claim-update"
CLAIM_INQUIRY = f"{PAS}profile-claim-inquiry"
REQUEST_BUNDLE = f"{PAS}profile-pas-request-bundle"
INQUIRY_BUNDLE = f"{PAS}profile-pas-inquiry-request-bundle"

TEMPORARY = "http://hl7.org/fhir/us/davinci-pas/CodeSystem/PASTempCodes"
TOPIC = "http://hl7.org/fhir/us/davinci-pas/SubscriptionTopic/PASSubscriptionTopic"

X12 = "https://codesystem.x12.org/005010/"
RELATIONSHIP = f"{X12}1069"
REPORT_TYPE = f"{X12}755"
CERTIFICATION_TYPE = f"{X12}1322"
LEVEL_OF_SERVICE = f"{X12}1338"
SERVICE_TYPE = f"{X12}1365"
REQUEST_TYPE = f"{X12}1525"

THE_PATIENT_IS_THE_SUBSCRIBER = "18"
PHYSICIAN_REPORT = "PY"
INITIAL, CANCEL = "I", "3"
URGENT, ELECTIVE = "U", "E"
SURGICAL_SERVICE = "2"
HEALTH_SERVICES_REVIEW = "HS"

CERTIFIED, PARTLY_CERTIFIED, NOT_CERTIFIED, PENDED, MODIFIED = "A1", "A2", "A3", "A4", "A6"

NPI = "http://hl7.org/fhir/sid/us-npi"
PAYER_ID = {"coding": [{"system": "http://hl7.org/fhir/us/carin-bb/CodeSystem/C4BBIdentifierType", "code": "payerid"}]}
MEMBER = {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/v2-0203", "code": "MB"}]}
PLACE_OF_SERVICE = "https://www.cms.gov/Medicare/Coding/place-of-service-codes/Place_of_Service_Code_Set"
TERMS = "http://terminology.hl7.org/CodeSystem/"


def coded(system: str, code: str) -> Json:
    """A CodeableConcept with one code."""
    return {"coding": [{"system": system, "code": code}]}


def extension(name: str, **value: Any) -> Json:
    """An extension of the guide with its one value."""
    return {"url": f"{PAS}extension-{name}", **value}


def extensions_named(element: Json, name: str) -> list[Json]:
    """The extensions of the guide that an element carries under a name."""
    return [one for one in element.get("extension", ()) if one.get("url") == f"{PAS}extension-{name}"]
