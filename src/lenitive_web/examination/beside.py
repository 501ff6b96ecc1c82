"""A document with the findings form beside it: what is read is entered at once, and keeps where it was read."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from lenitive.chart.finding import Finding
from lenitive.chart.measure import Measure
from lenitive.documents.wording import sentence
from lenitive.medicine.content import content
from lenitive_web.attachments.actions import look_at
from lenitive_web.attachments.forms import WithdrawForm
from lenitive_web.attachments.models import About, Attachment
from lenitive_web.attachments.naming import source_of
from lenitive_web.attachments.selectors import ChangedError, document_of, pages_of
from lenitive_web.attachments.views import ATTACH, VIEW, changed
from lenitive_web.audit.actions import address_of, write_event
from lenitive_web.examination.forms import ExaminationForm
from lenitive_web.examination.values import ValuesForm
from lenitive_web.examination.worth import Section, sections
from lenitive_web.ledger.actions import ChartChangedError, record_facts
from lenitive_web.ledger.telling import tell
from lenitive_web.patients.page import PatientPage, open_page

READ_IN: dict[str, tuple[str, ...]] = {
    About.IMAGING: ("imaging",),
    About.ELECTRODIAGNOSTIC: ("electrodiagnostic",),
}
"""Which findings a document of a kind is likely to hold; all others can be chosen from the whole catalogue."""
FIRST = 6
"""So many of the findings that matter most stand open; the others are one click away."""


@require_http_methods(["GET", "POST"])
def document(request: HttpRequest, patient_id: UUID, document: UUID) -> HttpResponse:
    """Its pages, and what can be read in them as a form; saving writes facts whose source is the document."""
    page = open_page(request, patient_id, "chart.record" if request.method == "POST" else VIEW)
    found = document_of(page.patient, document)
    if found is None:
        raise Http404
    return _save(page, found) if request.method == "POST" else _page(page, found)


def _save(page: PatientPage, found: Attachment) -> HttpResponse:
    request = page.request
    if hasattr(found, "withdrawal"):
        messages.error(request, _("This document was withdrawn meanwhile. Nothing was written."))
        return _page(page, found, status=409)
    form = ExaminationForm(request.POST, sections=_sections(page, found))
    values = ValuesForm(request.POST) if found.about == About.LABORATORY else None
    if not form.is_valid() or (values and not values.is_valid()):
        return _page(page, found, form, values, status=422)
    facts = form.facts()
    if values:
        facts += values.facts(form.cleaned_data["on"])
    if not facts:
        form.add_error(None, _("Nothing was answered. Choose present or absent for what the document says."))
        return _page(page, found, form, values, status=422)
    try:
        record_facts(
            patient=page.patient,
            facts=facts,
            by=request.user,
            source=source_of(found),
            version=form.cleaned_data["version"],
            address=address_of(request),
        )
    except ChartChangedError as problem:
        tell(form, problem, page.patient)
        return _page(page, found, form, values, status=409)
    if found.waits_to_be_read:
        look_at(attachment=found, by=request.user, address=address_of(request))
    said = ngettext(
        "%(n)s answer is written down, with this document as its source.",
        "%(n)s answers are written down, with this document as their source.",
        len(facts),
    )
    messages.success(request, said % {"n": len(facts)})
    return redirect("document", page.patient.public_id, found.public_id)


def _page(
    page: PatientPage,
    found: Attachment,
    form: ExaminationForm | None = None,
    values: ValuesForm | None = None,
    status: int = 200,
) -> HttpResponse:
    request = page.request
    try:
        pages = [(piece.number, piece.width, piece.height, piece.words) for piece in pages_of(found)]
    except ChangedError:
        return changed(request, found)
    write_event(
        practice=page.patient.practice,
        by=request.user,
        action="document.read",
        patient=page.patient.public_id,
        about=str(found.public_id),
        address=address_of(request),
    )
    form = form or ExaminationForm(
        sections=_sections(page, found), initial={"on": found.day, "version": page.patient.last_entry}
    )
    source = source_of(found)
    may_attach = request.user.may(ATTACH) and not hasattr(found, "withdrawal")
    context = page.context(
        "examination",
        document=found,
        pages=pages,
        form=form,
        values=values or (ValuesForm() if found.about == About.LABORATORY else None),
        sections=list(form.rows()),
        read=[
            sentence(row, content())
            for row in (*page.chart.rows(Finding), *page.chart.rows(Measure))
            if row.source == source
        ],
        withdrawal=WithdrawForm() if may_attach else None,
    )
    return render(request, "examination/document.html", context, status=status)


def _sections(page: PatientPage, found: Attachment) -> list[Section]:
    """What such a document is likely to say of this patient, the most telling first."""
    kinds = READ_IN.get(found.about, ())
    telling = [
        one
        for section in sections(page.assessment, page.chart)
        for one in section.manoeuvres
        if one.finding.kind in kinds
    ]
    halves = (Section("first", telling[:FIRST]), Section("more", telling[FIRST:]))
    return [one for one in halves if one.manoeuvres]
