"""What to look for, and what was found."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods

from lenitive.chart.finding import Finding
from lenitive.documents.wording import sentence
from lenitive.medicine.content import content
from lenitive.reasoning import Assessment
from lenitive_web.audit.actions import address_of
from lenitive_web.diagnosis.presenting import answers
from lenitive_web.drafts.middleware import is_written_down
from lenitive_web.examination.forms import ExaminationForm
from lenitive_web.examination.worth import FLAGS, NEEDED, TELLING, WANTED, dangers_to_ask, sections
from lenitive_web.ledger.actions import ChartChangedError, record_facts
from lenitive_web.ledger.selectors import requests_of
from lenitive_web.ledger.telling import tell
from lenitive_web.patients.page import PatientPage, open_page
from lenitive_web.patients.where_answered import FOR
from lenitive_web.schedule.models import NOT_BEGUN
from lenitive_web.schedule.selectors import bookings_of

HEADINGS = {
    "wanted": gettext_lazy("What you came for"),
    "needed": gettext_lazy("What is asked for or booked waits for this"),
    "flags": gettext_lazy("Dangers nobody has asked about"),
    "telling": gettext_lazy("Tells most now"),
    "dangers": gettext_lazy("Other dangers, one by one"),
    "examination": gettext_lazy("Other manoeuvres"),
    "history": gettext_lazy("Other questions"),
    "imaging": gettext_lazy("Imaging"),
    "electrodiagnostic": gettext_lazy("Electrodiagnosis"),
}
OPEN = (WANTED, NEEDED, FLAGS, TELLING)
"""Sections that stand open; the others are one click away."""


@require_http_methods(["GET", "POST"])
def examination(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    """The form, its manoeuvres in the order of what they tell; saving writes facts and answers anew."""
    if request.method == "POST":
        return _save(open_page(request, patient_id, "chart.record"))
    return _page(open_page(request, patient_id, "chart.view"))


def _save(page: PatientPage) -> HttpResponse:
    request = page.request
    form = _form(page, request.POST)
    if not form.is_valid():
        return _page(page, form, status=422)
    facts = form.facts()
    if not facts:
        form.add_error(None, _("Nothing was answered. Choose present or absent for what you looked for."))
        return _page(page, form, status=422)
    before = page.assessment
    try:
        record_facts(
            patient=page.patient,
            facts=facts,
            by=request.user,
            source=f"examination, {request.user.get_role_display().lower()}",
            version=form.cleaned_data["version"],
            address=address_of(request),
        )
    except ChartChangedError as changed:
        tell(form, changed, page.patient)
        return _page(page, form, status=409)
    is_written_down(request)
    saved = ngettext("%(n)s finding is written down.", "%(n)s findings are written down.", len(facts)) % {
        "n": len(facts)
    }
    if not request.htmx:
        messages.success(request, saved)
        return redirect("examination", page.patient.public_id)
    fresh = PatientPage(request, page.patient, page.as_of)
    return _page(fresh, saved=saved, moved=_moved(before, fresh.assessment))


def _moved(before: Assessment, after: Assessment) -> list[dict[str, Any]]:
    """How far the findings moved each source, the farthest first."""
    was = {one.generator: one.probability for answer in before.differential for one in answer.estimates}
    moved = [
        {"label": one.label, "before": was[one.generator], "after": one.probability}
        for answer in after.differential
        for one in answer.estimates
        if one.generator in was and abs(was[one.generator] - one.probability) >= 0.005
    ]
    return sorted(moved, key=lambda row: -abs(row["after"] - row["before"]))


def _form(page: PatientPage, said: QueryDict | None = None) -> ExaminationForm:
    """The form with what matters for this patient; what a question elsewhere led to, and a request waits for, first."""
    waiting = {one.kind for one in requests_of(page.patient)} | {
        booking.kind for booking in bookings_of(page.patient) if booking.state in NOT_BEGUN
    }
    dangers = dangers_to_ask(page.assessment, page.chart)
    return ExaminationForm(
        said,
        sections=sections(page.assessment, page.chart, page.request.GET.getlist(FOR), waiting),
        dangers=dangers if len(dangers) > 1 else (),
        initial={"on": page.as_of, "version": page.patient.last_entry},
    )


def _page(page: PatientPage, form: ExaminationForm | None = None, status: int = 200, **more: Any) -> HttpResponse:
    form = form or _form(page)
    names = [one.name for one in form.sections]
    # Where nothing is ranked, nothing tells most: the manoeuvres of the region stand open instead.
    open_ = OPEN if TELLING in names else (*OPEN, "examination")
    context = page.context(
        "examination",
        form=form,
        sections=[(HEADINGS[name], rows, name in open_) for name, rows in form.rows()],
        dangers_stand=HEADINGS[FLAGS] if FLAGS in names else "",
        answers=answers(page.assessment),
        recorded=[(sentence(row, content()), row.source) for row in reversed(page.chart.rows(Finding))],
        **more,
    )
    template = "_examination.html" if page.request.htmx else "examination.html"
    return render(page.request, f"examination/{template}", context, status=200 if page.request.htmx else status)
