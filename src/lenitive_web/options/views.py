"""What fits this patient."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from lenitive.medicine.content import content
from lenitive.reasoning.assessment import Option
from lenitive_web.ledger.selectors import requests_of
from lenitive_web.options.aid import decision_aid, frequencies, why_not_yet
from lenitive_web.options.figures import benefits
from lenitive_web.options.presenting import groups, questions
from lenitive_web.options.steps import gate_steps
from lenitive_web.patients.page import PatientPage, open_page


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
    found = _option(page, procedure)
    parts = {
        "option": found,
        "entry": content().procedures[procedure],
        "questions": questions(found),
        "steps": gate_steps(found),
        "benefits": benefits(found.outlook),
        "harms": frequencies(found),
    }
    if request.htmx:
        return render(request, "options/_criteria.html", {"patient": page.patient, **parts})
    return render(request, "options/option.html", page.context("options", **parts))


@require_GET
def aid(request: HttpRequest, patient_id: UUID, procedure: str) -> HttpResponse:
    """The decision aid for one option, to print or to look at together."""
    page = open_page(request, patient_id, "chart.view")
    found = _option(page, procedure)
    parts = {"aid": decision_aid(page.assessment, found), "not_yet": why_not_yet(found)}
    return render(request, "options/aid.html", page.context("options", **parts))


def _option(page: PatientPage, procedure: str) -> Option:
    found = next((one for one in page.assessment.options if one.procedure == procedure), None)
    if found is None:
        raise Http404
    return found
