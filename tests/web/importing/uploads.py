"""Invented uploads, and an import from the upload to the page."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterable
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from lenitive_web.importing.models import RecordImport, StagedPatient
from lenitive_web.importing.receiving import receive
from lenitive_web.importing.working import work
from lenitive_web.people.models import User

Json = dict[str, Any]
SYSTEM = "urn:example:hospital"


def person(
    number: str, name: str = "Ada Example", born: str | None = "1950-03-04", identifier: str | None = None, **more: Any
) -> Json:
    """A Patient resource. Without ``identifier`` it has none."""
    given, _, family = name.partition(" ")
    made: Json = {"resourceType": "Patient", "id": number, "name": [{"given": [given], "family": family}], **more}
    if born:
        made["birthDate"] = born
    if identifier:
        made["identifier"] = [{"system": SYSTEM, "value": identifier}]
    return made


def pain(number: str, patient: str, score: float = 7, day: str = "2026-05-04", **more: Any) -> Json:
    """A pain intensity from 0 to 10."""
    return {
        "resourceType": "Observation",
        "id": number,
        "status": "final",
        "code": {"coding": [{"system": "http://loinc.org", "code": "72514-3"}]},
        "subject": {"reference": f"Patient/{patient}"},
        "effectiveDateTime": day,
        "valueQuantity": {"value": score, "unit": "{score}"},
        **more,
    }


def bundle(*resources: Json) -> bytes:
    """A collection Bundle."""
    entries = [{"fullUrl": f"urn:example:{one['resourceType']}/{one['id']}", "resource": one} for one in resources]
    return json.dumps({"resourceType": "Bundle", "type": "collection", "entry": entries}).encode()


def lines(*resources: Json) -> bytes:
    """NDJSON."""
    return b"".join(json.dumps(one).encode() + b"\n" for one in resources)


def packed(data: bytes) -> bytes:
    return gzip.compress(data)


def files(**named: bytes) -> list[SimpleUploadedFile]:
    """Files by name; ``__`` in a name stands for a dot."""
    return [SimpleUploadedFile(name.replace("__", "."), data) for name, data in named.items()]


def taken_in(by: User, **named: bytes) -> RecordImport:
    """An import that was uploaded and read."""
    job = receive(files=files(**named), by=by, address="127.0.0.1")
    work()
    job.refresh_from_db()
    return job


def rows(job: RecordImport) -> list[StagedPatient]:
    return list(StagedPatient.objects.filter(record_import=job))


def imported(client: Client, job: RecordImport, decisions: Iterable[tuple[str, object]] = ()) -> RecordImport:
    """Press Import on the page of an import, with decisions, and have the work done."""
    staged = {f"was-{row.pk}": row.decision for row in rows(job)}
    client.post(reverse("import", args=[job.pk]), {**staged, **dict(decisions), "do": "import"})
    work()
    job.refresh_from_db()
    return job
