"""What goes to the payer, as PDF: the packet and the draft of an appeal; and for us the whole of it, and one page."""

from __future__ import annotations

from uuid import UUID

import msgspec
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from lenitive.documents.appeal import Appeal, appeal, denied_request
from lenitive.documents.authorization import Authorization, authorization
from lenitive.documents.enclosures import Pictures
from lenitive.documents.packet import Packet, packet, summary
from lenitive.documents.payers_copy import payers_copy
from lenitive.documents.readiness import Readiness, readiness
from lenitive.documents.typesetting import Content, pdf
from lenitive.errors import UsageError
from lenitive_web.attachments.enclosing import NOT_WHAT_IT_WAS, enclosures_named, enclosures_of
from lenitive_web.attachments.selectors import ChangedError
from lenitive_web.audit.actions import address_of
from lenitive_web.authorization.actions import take_unready
from lenitive_web.authorization.after_death import died_on
from lenitive_web.authorization.cases import request_about
from lenitive_web.authorization.forms import TakingForm
from lenitive_web.authorization.selectors import left_open_before, tasks_of
from lenitive_web.letters.models import Sort
from lenitive_web.letters.selectors import addressee_of, last_edition, texts_of
from lenitive_web.patients.page import PatientPage, open_page
from lenitive_web.practice.actions import letter_head_of

OVERRIDE = "authorization.override"


@require_http_methods(["GET", "POST"])
def packet_for_the_payer(request: HttpRequest, patient_id: UUID, kind: str) -> HttpResponse:
    """The payer's copy, if nothing is open; else what is open, and the copy only for a word why it is taken so."""
    page = open_page(request, patient_id, OVERRIDE if request.method == "POST" else "authorization.view")
    stands = _stands(page, kind)
    ready = readiness(stands, page.chart)
    form = TakingForm(request.POST if request.method == "POST" else None)
    if not ready.is_ready:
        if not form.is_valid():
            return _not_ready(page, stands, ready, form)
        take_unready(
            patient=page.patient,
            kind=kind,
            number_open=ready.number,
            why=form.cleaned_data["why"],
            by=request.user,
            address=address_of(request),
        )
    letter = last_edition(page.patient, Sort.NECESSITY, kind)
    told = payers_copy(stands, page.chart, page.book, written=texts_of(letter), to=addressee_of(letter))
    return _packet(page, kind, told, f"packet-{page.as_of}.pdf")


def _not_ready(page: PatientPage, stands: Authorization, ready: Readiness, form: TakingForm) -> HttpResponse:
    kind = stands.request.kind
    tasks = {task.what: task for task in tasks_of(page.patient) if task.kind == kind and task.is_open}
    context = page.context(
        "authorization",
        told=stands,
        died_on=died_on(page.chart, page.as_of),
        ready=ready,
        wanted=[(one, tasks.get(one.question)) for one in stands.missing],
        taken=left_open_before(page.patient, kind),
        form=form if page.request.user.may(OVERRIDE) else None,
    )
    return render(page.request, "authorization/not_ready.html", context, status=422 if form.errors else 200)


@require_GET
def packet_for_us(request: HttpRequest, patient_id: UUID, kind: str) -> HttpResponse:
    """Our own copy: everything, what is open and how each source was read as well."""
    page = open_page(request, patient_id, "authorization.view")
    return _packet(page, kind, packet(_stands(page, kind), page.chart, page.book), f"our-copy-{page.as_of}.pdf")


def _packet(page: PatientPage, kind: str, told: Packet | Appeal, name: str) -> HttpResponse:
    """A packet or an appeal with the documents that go along."""
    request, patient_id = page.request, page.patient.public_id
    try:
        enclosures, pictures = enclosures_of(page.patient, kind)
    except ChangedError:
        messages.error(request, NOT_WHAT_IT_WAS)
        return redirect("authorization", patient_id)
    told = msgspec.structs.replace(told, enclosures=enclosures)
    return _file(page, told, name, pictures)


@require_GET
def summary_pdf(request: HttpRequest, patient_id: UUID, kind: str) -> HttpResponse:
    """The packet on one page, for the physician who speaks with the payer."""
    page = open_page(request, patient_id, "authorization.view")
    told = summary(_stands(page, kind), page.chart, page.book)
    told = msgspec.structs.replace(told, enclosures=enclosures_named(page.patient, kind))
    return _file(page, told, f"summary-{page.as_of}.pdf")


@require_GET
def appeal_pdf(request: HttpRequest, patient_id: UUID, kind: str) -> HttpResponse:
    """The draft of an appeal; where there is nothing to appeal, the page says why."""
    page = open_page(request, patient_id, "authorization.view")
    stands = _stands(page, kind)
    try:
        letter = last_edition(page.patient, Sort.APPEAL, kind)
        written, to = texts_of(letter), addressee_of(letter)
        refused = denied_request(page.chart, page.as_of, kind)
        draft = appeal(stands, refused, page.chart, page.book, written=written, to=to)
    except UsageError as problem:
        messages.error(request, str(problem))
        return redirect("authorization", patient_id)
    return _packet(page, kind, draft, f"appeal-{page.as_of}.pdf")


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
