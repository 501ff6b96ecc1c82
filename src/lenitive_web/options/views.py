"""What fits this patient."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from lenitive.medicine.content import content
from lenitive.reasoning.assessment import NO_NEEDLE, Option, what_holds_up, what_stops
from lenitive.reasoning.safety import worst_first
from lenitive.reasoning.telling import alike_alerts
from lenitive_web.audit.actions import address_of
from lenitive_web.ledger.actions import ChartChangedError, record_facts
from lenitive_web.ledger.selectors import requests_of
from lenitive_web.ledger.telling import tell
from lenitive_web.options.aid import decision_aid, frequencies, why_not_yet
from lenitive_web.options.answering import AnswersForm, open_questions
from lenitive_web.options.figures import benefits
from lenitive_web.options.medicines import medicine_rows
from lenitive_web.options.presenting import groups, questions
from lenitive_web.options.safety import Where, holds_told, not_asked
from lenitive_web.options.steps import gate_steps
from lenitive_web.patients.page import PatientPage, open_page


@require_GET
def options(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    """Every procedure under consideration in one table."""
    page = open_page(request, patient_id, "chart.view")
    asked_for = {made.kind for made in requests_of(page.patient)}
    where = Where(patient_id, request.user.may("chart.record"))
    found = groups(page.assessment, asked_for, page.chart, where)
    context = page.context(
        "options",
        groups=found,
        holds=holds_told(page.assessment.options, asked_for),
        near=[group for group in found if not group.is_folded and not group.is_care],
        care=[group for group in found if group.is_care],
        not_asked=[*not_asked(page.chart, where)],
        far=[group for group in found if group.is_folded],
        medicines=medicine_rows(page),
        stopping=what_stops(page.assessment.red_flags),
        bookable=_bookable(page, page.assessment.options),
    )
    return render(request, "options/options.html", context)


@require_GET
def option(request: HttpRequest, patient_id: UUID, procedure: str) -> HttpResponse:
    """One procedure with its criteria, facts, citations, and what would make it met."""
    page = open_page(request, patient_id, "chart.view")
    return _page(page, _option(page, procedure))


@require_POST
def answer(request: HttpRequest, patient_id: UUID, procedure: str) -> HttpResponse:
    """Answers to what the chart was silent about; they become statements."""
    page = open_page(request, patient_id, "chart.record")
    found = _option(page, procedure)
    form = AnswersForm(request.POST, asked=open_questions(found, page.as_of), auto_id=f"{procedure}-%s")
    if not form.is_valid():
        return _page(page, found, form, status=422)
    try:
        record_facts(
            patient=page.patient,
            facts=form.facts(by=request.user.role, true_on=page.as_of),
            by=request.user,
            source=f"options, {request.user.get_role_display().lower()}",
            version=form.cleaned_data["version"],
            address=address_of(request),
        )
    except ChartChangedError as changed:
        tell(form, changed, page.patient)
        return _page(page, found, form, status=409)
    messages.success(request, _("Written down. What follows from it stands below."))
    return redirect("option", patient_id, procedure)


@require_GET
def aid(request: HttpRequest, patient_id: UUID, procedure: str) -> HttpResponse:
    """The decision aid for one option, to print or to look at together."""
    page = open_page(request, patient_id, "chart.view")
    found = _option(page, procedure)
    if what_holds_up(procedure, page.assessment.red_flags):
        messages.warning(request, _("A red flag is raised: until it is dealt with there is nothing to choose from."))
        return redirect("plan", patient_id)
    parts = {"aid": decision_aid(page.assessment, found), "not_yet": why_not_yet(found)}
    return render(request, "options/aid.html", page.context("options", **parts))


def _page(page: PatientPage, found: Option, form: AnswersForm | None = None, status: int = 200) -> HttpResponse:
    asked = open_questions(found, page.as_of) if page.request.user.may("chart.record") else []
    parts: dict[str, Any] = {
        "option": found,
        "entry": content().procedures[found.procedure],
        "questions": questions(found),
        "steps": gate_steps(found),
        "stopping": what_holds_up(found.procedure, page.assessment.red_flags),
        "waits_alone": not what_stops(page.assessment.red_flags),
        "alerts": alike_alerts(worst_first(found.alerts)),
        "benefits": benefits(found.outlook),
        "harms": frequencies(found),
        "bookable": _bookable(page, [found]),
        "answers": form
        or AnswersForm(asked=asked, initial={"version": page.patient.last_entry}, auto_id=f"{found.procedure}-%s"),
    }
    if page.request.htmx:
        return render(page.request, "options/_criteria.html", {"patient": page.patient, "as_of": page.as_of, **parts})
    return render(page.request, "options/option.html", page.context("options", **parts), status=status)


def _option(page: PatientPage, procedure: str) -> Option:
    found = next((one for one in page.assessment.options if one.procedure == procedure), None)
    if found is None:
        raise Http404
    return found


def _bookable(page: PatientPage, found: list[Option]) -> set[str]:
    """The procedures that this person may book here."""
    if not page.request.user.may("procedure.book"):
        return set()
    known = content().procedures
    return {one.procedure for one in found if known[one.procedure].role not in NO_NEEDLE}
