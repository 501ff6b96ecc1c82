"""The patient's story."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET

from lenitive.chart.complaint import Complaint
from lenitive_web.patients.page import open_page
from lenitive_web.story.beginning import first_steps
from lenitive_web.story.telling import story_of


@require_GET
def patient(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    """The page of a patient opens at the answer; where nobody wrote down what hurts, at where it is written down."""
    page = open_page(request, patient_id, "chart.view")
    return redirect("diagnosis" if page.chart.rows(Complaint) else "story", patient_id)


@require_GET
def story(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    """What the patient told, what was tried, and what nobody asked yet."""
    page = open_page(request, patient_id, "chart.view")
    steps = first_steps(page.patient, page.chart, request.user)
    return render(request, "story/story.html", page.context("story", story=story_of(page.chart), first_steps=steps))
