"""The list of patients."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from lenitive_web.audit.actions import address_of, write_event
from lenitive_web.patients.registering import RegistrationForm, register
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
        shown=[one.public_id for one in page.object_list],
    )
    context = {
        "page": page,
        "words": words,
        "as_of": timezone.localdate(),
        "may_open": request.user.may("chart.view"),
        "may_keep": request.user.may("desk.keep"),
        "may_register": request.user.may("patients.register"),
    }
    template = "_list.html" if request.htmx else "list.html"
    return render(request, f"patients/{template}", context)


@require_http_methods(["GET", "POST"])
@needs("patients.register")
def register_new(request: HttpRequest) -> HttpResponse:
    """Register a patient who is not here yet."""
    form = RegistrationForm(request.POST or None, practice=request.user.practice)
    may_open = request.user.may("chart.view")
    if request.method == "POST" and form.is_valid():
        practice, said = request.user.practice, form.cleaned_data
        patient = register(practice=practice, said=said, by=request.user, address=address_of(request))
        messages.success(request, _("%(name)s is registered.") % {"name": patient.name})
        return redirect("story" if may_open else "desk", patient.public_id)
    context = {"form": form, "may_open": may_open}
    return render(request, "patients/register.html", context, status=422 if request.method == "POST" else 200)
