"""Attached documents as a FHIR server gives them out: what each is, and its bytes apart, so that no list carries them.

Of a document of which nobody said which LOINC code names it, the type is unknown with its words beside it; who wrote it
nobody said either, unless the patient sent it.
"""

from __future__ import annotations

import base64
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from lenitive.codes import LOINC
from lenitive.interop.fhir.serving import Served, with_profile

Json = dict[str, Any]

FILE = "Binary"
"""The type of the bytes of a document: read one by one, never searched."""
CATEGORIES = "http://hl7.org/fhir/us/core/CodeSystem/us-core-documentreference-category"
UNKNOWN_TYPE: Json = {"system": "http://terminology.hl7.org/CodeSystem/v3-NullFlavor", "code": "UNK"}


@dataclass(frozen=True, slots=True)
class Document:
    """A document of a chart: what it is, of which day, since when it is there, and what its bytes are."""

    number: UUID
    title: str
    about: str
    day: date
    at: datetime
    media: str
    size: int | None = None
    is_from_patient: bool = False
    loinc: str | None = None


def id_of_document(number: UUID, patient_id: UUID) -> str:
    """Under which id a document, and the file of it, are given out: as long as an id of FHIR may be."""
    return f"{patient_id.hex}.{number.hex[:31]}"


def served_document(document: Document, patient_id: UUID, base: str) -> Served:
    """A document with an address at which its bytes are read."""
    name = id_of_document(document.number, patient_id)
    day, patient = document.day.isoformat(), {"reference": f"Patient/{patient_id}"}
    attachment: Json = {
        "contentType": document.media,
        "url": f"{base}/{FILE}/{name}",
        "title": document.title,
        "creation": day,
    }
    if document.size is not None:
        attachment["size"] = document.size
    body: Json = {
        "resourceType": "DocumentReference",
        "id": name,
        "identifier": [{"system": "urn:ietf:rfc:3986", "value": f"urn:uuid:{document.number}"}],
        "status": "current",
        "type": {"coding": [_type(document)], "text": document.title},
        "category": [{"coding": [{"system": CATEGORIES, "code": "clinical-note"}], "text": document.about}],
        "subject": patient,
        "date": document.at.isoformat(timespec="seconds"),
        "description": document.title,
        "content": [{"attachment": attachment}],
        "context": {"period": {"start": day, "end": day}},
    }
    if document.is_from_patient:
        body["author"] = [patient]
    return Served("DocumentReference", name, with_profile(body))


def _type(document: Document) -> Json:
    return {"system": LOINC, "code": document.loinc} if document.loinc else UNKNOWN_TYPE


def served_file(document: Document, content: bytes, patient_id: UUID) -> Served:
    """The bytes of a document, for who may read the patient."""
    name = id_of_document(document.number, patient_id)
    body: Json = {
        "resourceType": FILE,
        "id": name,
        "contentType": document.media,
        "securityContext": {"reference": f"Patient/{patient_id}"},
        "data": base64.b64encode(content).decode(),
    }
    return Served(FILE, name, body)
