"""What goes to the payer, as PDF: the packet, its one-page summary, the draft of an appeal."""

from __future__ import annotations

from uuid import UUID

import msgspec
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_GET

from lenitive.documents.appeal import appeal, denied_request
from lenitive.documents.authorization import Authorization, authorization
from lenitive.documents.enclosures import Pictures
from lenitive.documents.packet import packet, summary
from lenitive.documents.typesetting import Content, pdf
from lenitive.errors import UsageError
from lenitive_web.attachments.enclosing import NOT_WHAT_IT_WAS, enclosures_of
from lenitive_web.attachments.selectors import ChangedError
from lenitive_web.authorization.cases import request_about
from lenitive_web.patients.page import PatientPage, open_page
from lenitive_web.practice.actions import letter_head_of


@require_GET
def packet_pdf(request: HttpRequest, patient_id: UUID, kind: str) -> HttpResponse:
    """The packet: letter, criteria, every fact that they rest on, and the documents that go along."""
    page = open_page(request, patient_id, "authorization.view")
    told = packet(_stands(page, kind), page.chart, page.book)
    try:
        enclosures, pictures = enclosures_of(page.patient, kind)
    except ChangedError:
        messages.error(request, NOT_WHAT_IT_WAS)
        return redirect("authorization", patient_id)
    told = msgspec.structs.replace(told, enclosures=enclosures)
    return _file(page, told, f"packet-{page.as_of}.pdf", pictures)


@require_GET
def summary_pdf(request: HttpRequest, patient_id: UUID, kind: str) -> HttpResponse:
    """The packet on one page, for the physician who speaks with the payer."""
    page = open_page(request, patient_id, "authorization.view")
    return _file(page, summary(_stands(page, kind), page.chart, page.book), f"summary-{page.as_of}.pdf")


@require_GET
def appeal_pdf(request: HttpRequest, patient_id: UUID, kind: str) -> HttpResponse:
    """The draft of an appeal; where there is nothing to appeal, the page says why."""
    page = open_page(request, patient_id, "authorization.view")
    stands = _stands(page, kind)
    try:
        draft = appeal(stands, denied_request(page.chart, page.as_of, kind), page.chart, page.book)
    except UsageError as problem:
        messages.error(request, str(problem))
        return redirect("authorization", patient_id)
    return _file(page, draft, f"appeal-{page.as_of}.pdf")


def _stands(page: PatientPage, kind: str) -> Authorization:
    asked, _ = request_about(page, kind)
    if asked is None:
        raise Http404
    return authorization(page.chart, page.as_of, asked, knowledge=page.book)


def _file(page: PatientPage, content: Content, name: str, pictures: Pictures | None = None) -> HttpResponse:
    """The pages under the practice's letter head."""
    content = msgspec.structs.replace(content, head=letter_head_of(page.patient.practice).printed())
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(pdf(content, pictures).body, content_type="application/pdf", headers=headers)
