"""Two uploads of the demonstration: one that brought nothing new, and one that waits for somebody to say who is who."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from lenitive.interop.fhir.writer import chart_as_json
from lenitive_web.importing import actions
from lenitive_web.importing.export_views import record_of
from lenitive_web.importing.receiving import receive
from lenitive_web.importing.working import work
from lenitive_web.people.models import Practice, User
from lenitive_web.people.roles import Role

Json = dict[str, Any]
KNOWN, ALIKE = "Cleo Barrowman", "Rosalind Achterberg"
HOSPITAL = "urn:example:hospital"


def open_imports(practice: Practice, people: Mapping[Role, User], as_of: date) -> None:
    """The uploads, as if the administrator and the front desk had made them."""
    known = practice.patients.get(name=KNOWN)
    taken_out = SimpleUploadedFile("record-from-here.json", chart_as_json(record_of(known)))
    job = receive(files=[taken_out], by=people[Role.ADMINISTRATOR], address=None)
    work()
    actions.begin(job=job, by=people[Role.ADMINISTRATOR], address=None)
    work()
    alike = practice.patients.get(name=ALIKE)
    receive(files=_referred(alike.birth_date, as_of), by=people[Role.FRONT_DESK], address=None)
    work()


def _referred(alike_born: date | None, as_of: date) -> list[SimpleUploadedFile]:
    """Bulk Data of a hospital that refers three patients, with a broken line and records that a chart does not use."""
    patients = [
        _patient("r1", ["Rosalind"], "Achterberg", str(alike_born), "MRN-20417"),
        _patient("r2", ["Wanda", "Maria"], "Pellegrin", "1968-09-14", "MRN-20533"),
        _patient("r3", ["Hal"], "Ostrander", "1979-02-03", "MRN-20788"),
    ]
    days = [as_of - timedelta(days=before) for before in (120, 60, 14)]
    pains = [_pain(f"{one['id']}-{n}", one["id"], 8 - n, day) for one in patients for n, day in enumerate(days)]
    visits = [{"resourceType": "Encounter", "id": f"visit-{n}", "status": "finished"} for n in range(4)]
    nobodys = _pain("lost", "r9", 5, days[0])
    broken = b'{"resourceType":"Observation","id":"cut-short","status":"fin\n'
    return [
        SimpleUploadedFile("Patient.ndjson", _lines(patients)),
        SimpleUploadedFile("Observation.ndjson", _lines([*pains, nobodys]) + broken),
        SimpleUploadedFile("Encounter.ndjson", _lines(visits)),
    ]


def _patient(number: str, given: list[str], family: str, born: str, record: str) -> Json:
    return {
        "resourceType": "Patient",
        "id": number,
        "identifier": [{"system": HOSPITAL, "value": record}],
        "name": [{"given": given, "family": family}],
        "birthDate": born,
    }


def _pain(number: str, patient: str, score: int, day: date) -> Json:
    return {
        "resourceType": "Observation",
        "id": number,
        "status": "final",
        "code": {"coding": [{"system": "http://loinc.org", "code": "72514-3"}]},
        "subject": {"reference": f"Patient/{patient}"},
        "effectiveDateTime": day.isoformat(),
        "valueQuantity": {"value": score, "unit": "{score}"},
    }


def _lines(resources: list[Json]) -> bytes:
    return b"".join(json.dumps(one).encode() + b"\n" for one in resources)
