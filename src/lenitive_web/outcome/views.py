"""What the procedures brought."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from lenitive.chart.goal import Goal
from lenitive.chart.procedure import Procedure
from lenitive.documents.wording import given, name_of
from lenitive.medicine.content import content
from lenitive_web.audit.actions import address_of
from lenitive_web.ledger.actions import ChartChangedError, record_facts
from lenitive_web.ledger.telling import tell
from lenitive_web.outcome.forms import FollowUpForm
from lenitive_web.outcome.telling import baseline, came_of_it, earlier_sessions, reports, session_of
from lenitive_web.patients.page import PatientPage, open_page


@require_GET
def outcome(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    """What the last session of each kind brought, what comes next, and all earlier sessions."""
    page = open_page(request, patient_id, "chart.view")
    came = came_of_it(page.chart, page.assessment, page.as_of, page.book)
    earlier = earlier_sessions(page.chart, came)
    return render(
        request,
        "outcome/outcome.html",
        page.context("outcome", came=came, earlier=earlier, chart_has_goals=bool(page.chart.rows(Goal))),
    )


@require_http_methods(["GET", "POST"])
def follow_up(request: HttpRequest, patient_id: UUID, session: str) -> HttpResponse:
    """Write down how the patient is after one session."""
    page = open_page(request, patient_id, "chart.record")
    done = session_of(page.chart, session)
    if done is None:
        raise Http404
    return _save(page, done) if request.method == "POST" else _page(page, done, _form(page, done))


def _form(page: PatientPage, done: Procedure, data: Any = None) -> FollowUpForm:
    is_test = done.intent == "diagnostic"
    initial = {
        "on": page.as_of,
        "version": page.patient.last_entry,
        "lasted_unit": "hours" if is_test else "days",
        **(_from_the_diary(page, done) if is_test else {}),
    }
    return FollowUpForm(data, session=done, before=baseline(page.chart, done), initial=initial)


def _from_the_diary(page: PatientPage, done: Procedure) -> dict[str, Any]:
    """What the patient's diary said when it was closed, so that nobody asks again; its reader judges the duration."""
    told = [row for row in reports(page.chart, done.id) if row.minutes_after is None and row.lasted_hours is not None]
    if not told:
        return {}
    return {"percent": told[-1].percent, "held": "no", "lasted": told[-1].lasted_hours, "lasted_unit": "hours"}


def _save(page: PatientPage, done: Procedure) -> HttpResponse:
    request = page.request
    form = _form(page, done, request.POST)
    if not form.is_valid():
        return _page(page, done, form, status=422)
    try:
        record_facts(
            patient=page.patient,
            facts=form.facts(),
            by=request.user,
            source=f"follow-up, {request.user.get_role_display().lower()}",
            version=form.cleaned_data["version"],
            address=address_of(request),
        )
    except ChartChangedError as changed:
        tell(form, changed, page.patient)
        return _page(page, done, form, status=409)
    messages.success(request, _("The follow-up is written down."))
    return redirect("outcome", page.patient.public_id)


def _page(page: PatientPage, done: Procedure, form: FollowUpForm, status: int = 200) -> HttpResponse:
    context = page.context("outcome", form=form, done=done, given=given(done), label=name_of(done, content()))
    return render(page.request, "outcome/follow_up.html", context, status=status)
