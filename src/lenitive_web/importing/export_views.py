"""One patient's record goes out: as a FHIR Bundle for another system, or as a case file for people."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from lenitive.chart import Chart
from lenitive.chart.patient import Patient as Person
from lenitive.interop.case_file_writing import case_file_text
from lenitive.interop.fhir.days import ALWAYS_KNOWN
from lenitive.interop.fhir.writer import chart_as_json
from lenitive.interop.reading import chart_counts
from lenitive_web.audit.actions import address_of, write_event
from lenitive_web.importing.placing import stored_facts
from lenitive_web.ledger.door import access_patient
from lenitive_web.ledger.models import Patient
from lenitive_web.patients.page import open_page

PERMISSION = "chart.export"


@require_GET
def export(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    """In which forms the record can be exported, and how much it is."""
    page = open_page(request, patient_id, PERMISSION)
    counts = chart_counts(record_of(page.patient))
    context = page.context("export", counts=counts, facts=sum(counts.values()))
    return render(request, "importing/export.html", context)


@require_GET
def bundle(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    """The whole record as a FHIR R4 Bundle."""
    patient = access_patient(request, patient_id, PERMISSION)
    return _exported(request, patient, chart_as_json(record_of(patient)), "application/fhir+json", "json")


@require_GET
def case_file(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    """The whole record as a case file."""
    patient = access_patient(request, patient_id, PERMISSION)
    text = case_file_text(record_of(patient), as_of=timezone.localdate())
    return _exported(request, patient, text.encode(), "application/toml", "toml")


def record_of(patient: Patient) -> Chart:
    """Everything in the ledger, corrections included; who the patient is from the register where no fact says it."""
    facts = stored_facts(patient)
    number = str(patient.public_id)
    if not any(isinstance(fact, Person) for fact in facts):
        facts.append(
            Person(
                id="register",
                patient=number,
                recorded_at=ALWAYS_KNOWN,
                name=patient.name,
                birth_date=patient.birth_date,
                source="register",
            )
        )
    return Chart.of(facts)


def _exported(request: HttpRequest, patient: Patient, body: bytes, kind: str, ending: str) -> HttpResponse:
    write_event(
        practice=patient.practice,
        by=request.user,
        action="chart.exported",
        patient=patient.public_id,
        about=f"{ending}, {len(body)} bytes",
        address=address_of(request),
    )
    # The name of a file is seen in lists and logs: it does not say whose record it is.
    name = f"record-{str(patient.public_id)[:8]}.{ending}"
    return HttpResponse(body, content_type=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'})
