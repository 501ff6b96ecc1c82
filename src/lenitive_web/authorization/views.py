"""How what is asked for stands against the payer's policy."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from lenitive.chart import Request
from lenitive.documents.authorization import Authorization
from lenitive.documents.authorization import authorization as determined
from lenitive.documents.packet import packet
from lenitive.documents.typesetting import pdf
from lenitive.reasoning.assessment import CriterionResult
from lenitive_web.audit.actions import address_of
from lenitive_web.authorization.forms import RequestForm
from lenitive_web.ledger.actions import make_request
from lenitive_web.ledger.selectors import requests_of
from lenitive_web.options.presenting import split
from lenitive_web.patients.page import PatientPage, open_page


@require_GET
def authorization(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    """Each procedure that is asked for, criterion by criterion, and what is missing."""
    return _page(open_page(request, patient_id, "authorization.view"))


@require_POST
def ask(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    """Decide what is asked for."""
    page = open_page(request, patient_id, "request.make")
    form = RequestForm(request.POST, assessment=page.assessment)
    if not form.is_valid():
        return _page(page, form, status=422)
    make_request(patient=page.patient, request=form.request(), by=request.user, address=address_of(request))
    messages.success(request, _("This is asked for now."))
    return redirect("authorization", patient_id)


@require_POST
def withdraw(request: HttpRequest, patient_id: UUID, kind: str) -> HttpResponse:
    """Ask no longer."""
    page = open_page(request, patient_id, "request.make")
    made = _made(page, kind)
    make_request(patient=page.patient, request=made, by=request.user, withdrawn=True, address=address_of(request))
    messages.success(request, _("This is no longer asked for."))
    return redirect("authorization", patient_id)


@require_GET
def packet_pdf(request: HttpRequest, patient_id: UUID, kind: str) -> HttpResponse:
    """The packet for the payer, as PDF."""
    page = open_page(request, patient_id, "authorization.view")
    stands = determined(page.chart, page.as_of, _made(page, kind))
    body = pdf(packet(stands, page.chart)).body
    headers = {"Content-Disposition": f'attachment; filename="packet-{page.as_of}.pdf"'}
    return HttpResponse(body, content_type="application/pdf", headers=headers)


@dataclass(frozen=True)
class _Stands:
    """How one request stands, its criteria in the order in which they need work."""

    told: Authorization
    unsettled: Sequence[CriterionResult]
    settled: Sequence[CriterionResult]

    @classmethod
    def of(cls, told: Authorization) -> _Stands:
        return cls(told, *(split(told.determination) if told.determination else ([], [])))


def _made(page: PatientPage, kind: str) -> Request:
    made = next((one for one in requests_of(page.patient) if one.kind == kind), None)
    if made is None:
        raise Http404
    return made


def _page(page: PatientPage, form: RequestForm | None = None, status: int = 200) -> HttpResponse:
    stands = [_Stands.of(determined(page.chart, page.as_of, one)) for one in requests_of(page.patient)]
    context = page.context(
        "authorization",
        stands=stands,
        form=form or RequestForm(assessment=page.assessment),
        may_ask=page.request.user.may("request.make"),
    )
    return render(page.request, "authorization/authorization.html", context, status=status)
