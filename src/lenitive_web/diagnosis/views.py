"""Where the pain comes from."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from lenitive.chart.statement import Statement
from lenitive_web.audit.actions import address_of
from lenitive_web.diagnosis.forms import WorkingDiagnosisForm
from lenitive_web.diagnosis.presenting import SHOWN_NAMED, answers, flags
from lenitive_web.ledger.actions import ChartChangedError, record_facts
from lenitive_web.ledger.facts import NewFact
from lenitive_web.ledger.telling import tell
from lenitive_web.patients.page import PatientPage, open_page

WORKING_DIAGNOSIS = "working_diagnosis"


@require_GET
def diagnosis(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    """Red flags, the differential with its evidence, what would settle it."""
    return _page(open_page(request, patient_id, "chart.view"))


@require_POST
def override(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    """Write down a working diagnosis with its reason."""
    page = open_page(request, patient_id, "diagnosis.override")
    form = WorkingDiagnosisForm(request.POST, assessment=page.assessment)
    if not form.is_valid():
        return _page(page, form, status=422)
    said = {
        "kind": WORKING_DIAGNOSIS,
        "about": form.cleaned_data["generator"],
        "text": form.cleaned_data["reason"],
        "by": request.user.role,
        "true_on": timezone.localdate(),
    }
    try:
        record_facts(
            patient=page.patient,
            facts=[NewFact("statement", said)],
            by=request.user,
            source=f"diagnosis, {request.user.get_role_display().lower()}",
            version=form.cleaned_data["version"],
            address=address_of(request),
        )
    except ChartChangedError as changed:
        tell(form, changed, page.patient)
        return _page(page, form, status=409)
    messages.success(request, _("The working diagnosis stands in the chart."))
    return redirect("diagnosis", patient_id)


def _page(page: PatientPage, form: WorkingDiagnosisForm | None = None, status: int = 200) -> HttpResponse:
    form = form or WorkingDiagnosisForm(
        assessment=page.assessment, initial={"version": page.patient.last_entry}, auto_id="override-%s"
    )
    said = [row for row in page.chart.rows(Statement) if row.kind == WORKING_DIAGNOSIS]
    found = flags(page.assessment)
    context = page.context(
        "diagnosis",
        answers=answers(page.assessment),
        flags=found,
        with_basis=found.above,
        named=page.assessment.named[:SHOWN_NAMED],
        more_named=page.assessment.named[SHOWN_NAMED:],
        form=form,
        working=said[-1] if said else None,
        may_override=page.request.user.may("diagnosis.override"),
    )
    return render(page.request, "diagnosis/diagnosis.html", context, status=status)
