"""What fits this patient."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from lenitive.medicine.content import content
from lenitive_web.ledger.selectors import requests_of
from lenitive_web.options.presenting import best_relief, groups, questions
from lenitive_web.patients.page import open_page


@require_GET
def options(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    """Every procedure under consideration in one table."""
    page = open_page(request, patient_id, "chart.view")
    asked_for = {made.kind for made in requests_of(page.patient)}
    return render(request, "options/options.html", page.context("options", groups=groups(page.assessment, asked_for)))


@require_GET
def option(request: HttpRequest, patient_id: UUID, procedure: str) -> HttpResponse:
    """One procedure with its criteria, facts, citations, and what would make it met."""
    page = open_page(request, patient_id, "chart.view")
    found = next((one for one in page.assessment.options if one.procedure == procedure), None)
    if found is None:
        raise Http404
    parts = {
        "option": found,
        "entry": content().procedures[procedure],
        "questions": questions(found),
        "relief": best_relief(found.outlook),
    }
    if request.htmx:
        return render(request, "options/_criteria.html", {"patient": page.patient, **parts})
    return render(request, "options/option.html", page.context("options", **parts))
