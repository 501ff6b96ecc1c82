"""The list of patients."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from lenitive_web.audit.actions import address_of, write_event
from lenitive_web.patients.selectors import patients_of
from lenitive_web.people.guards import needs

PER_PAGE = 25


@require_GET
@needs("patients.list")
def patients(request: HttpRequest) -> HttpResponse:
    """Patients by name, a page at a time, searched by parts of the name or the day of birth."""
    words = request.GET.get("q", "").strip()[:100]
    page = Paginator(patients_of(request.user.practice, words), PER_PAGE).get_page(request.GET.get("page"))
    write_event(
        practice=request.user.practice,
        by=request.user,
        action="patients.list",
        about=f"page {page.number}, {len(page.object_list)} patients, {'searched' if words else 'all'}",
        address=address_of(request),
    )
    context = {
        "page": page,
        "words": words,
        "as_of": timezone.localdate(),
        "may_open": request.user.may("chart.view"),
    }
    template = "_list.html" if request.htmx else "list.html"
    return render(request, f"patients/{template}", context)
