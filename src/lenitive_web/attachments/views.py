"""The documents of a chart: the list, attaching, the bytes of a page, withdrawing."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from lenitive_web.attachments import actions
from lenitive_web.attachments.archive import archive_of, check_all
from lenitive_web.attachments.forms import AttachForm, EncloseForm, WithdrawForm
from lenitive_web.attachments.models import Attachment
from lenitive_web.attachments.naming import name_of
from lenitive_web.attachments.receiving import FileRefusedError, is_too_large, received, too_large
from lenitive_web.attachments.selectors import ChangedError, document_of, documents_of, piece_of, withdrawn_from
from lenitive_web.attachments.serving import served
from lenitive_web.audit.actions import address_of, write_event
from lenitive_web.ledger.door import access_patient
from lenitive_web.ledger.models import Patient
from lenitive_web.look.unread import refused_unread
from lenitive_web.patients.page import PatientPage, open_page

PER_PAGE = 25
VIEW, ATTACH = "chart.view", "document.attach"


@csrf_exempt  # checked below: before, the whole request would be read, however large it is
@require_http_methods(["GET", "POST"])
def documents(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    """What is attached, and the form for more."""
    if request.method == "GET":
        page = open_page(request, patient_id, VIEW)
        return _page(page, AttachForm(initial={"about": request.GET.get("about", "")}))
    page = open_page(request, patient_id, ATTACH)
    if is_too_large(request):
        return _page(page, refused_unread(AttachForm, "file", too_large()), status=413)
    return _attach(request, page)


@csrf_protect
def _attach(request: HttpRequest, page: PatientPage) -> HttpResponse:
    form = AttachForm(request.POST, request.FILES)
    if not form.is_valid():
        return _page(page, form, status=422)
    try:
        file, drawn = received(form.cleaned_data["file"])
        made = actions.attach(
            patient=page.patient,
            told=form.told(),
            file=file,
            drawn=drawn,
            by=request.user,
            address=address_of(request),
        )
    except FileRefusedError as refused:
        form.add_error("file", str(refused))
        return _page(page, form, status=422)
    except actions.AttachedBeforeError as same:
        messages.warning(
            request,
            _("This very file was attached before, on %(day)s, as “%(name)s”. It is kept once; here it is.")
            % {"day": date_format(same.before.recorded_at), "name": name_of(same.before)},
        )
        return redirect("document", page.patient.public_id, same.before.public_id)
    messages.success(request, _("“%(name)s” is attached.") % {"name": name_of(made)})
    return redirect("document", page.patient.public_id, made.public_id)


def _page(page: PatientPage, form: AttachForm, status: int = 200) -> HttpResponse:
    request = page.request
    context = page.context(
        "examination",
        form=form,
        page=Paginator(documents_of(page.patient), PER_PAGE).get_page(request.GET.get("page")),
        withdrawn=withdrawn_from(page.patient),
        may_attach=request.user.may(ATTACH),
    )
    return render(request, "attachments/documents.html", context, status=status)


@require_GET
def page_picture(request: HttpRequest, patient_id: UUID, document: UUID, number: int) -> HttpResponse:
    """One page as a picture."""
    return _piece(request, access_patient(request, patient_id, VIEW), document, number)


@require_GET
def file(request: HttpRequest, patient_id: UUID, document: UUID) -> HttpResponse:
    """The file as it came, to be saved; only what can do nothing but be read is kept so."""
    return _piece(request, access_patient(request, patient_id, VIEW), document, 0)


def _piece(request: HttpRequest, patient: Patient, public_id: UUID, number: int) -> HttpResponse:
    found = document_of(patient, public_id)
    if found is None:
        raise Http404
    try:
        piece = piece_of(found, number)
    except ChangedError:
        return changed(request, found)
    if piece is None:
        raise Http404
    return served(found, piece, "inline" if number else "attachment")


def changed(request: HttpRequest, attachment: Attachment) -> HttpResponse:
    """Refuse to show what somebody changed behind the clinic's back, say so, and leave an event."""
    patient = attachment.patient
    actions.tell_changed(attachment, by=request.user, address=address_of(request))
    name, may_list = name_of(attachment), request.user.may(VIEW)
    context = {"attachment": attachment, "patient": patient, "name": name, "may_list": may_list}
    return render(request, "attachments/changed.html", context, status=409)


@require_POST
def withdraw(request: HttpRequest, patient_id: UUID, document: UUID) -> HttpResponse:
    """Say that a document does not belong in this chart."""
    page = open_page(request, patient_id, ATTACH)
    found = _standing(page, document)
    form = WithdrawForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Say in a few words why it does not belong here."))
        return redirect("document", patient_id, document)
    try:
        reason = form.cleaned_data["reason"]
        actions.withdraw(attachment=found, reason=reason, by=request.user, address=address_of(request))
    except actions.WithdrawnError:
        messages.error(request, _("Somebody withdrew this document meanwhile."))
    else:
        messages.success(
            request, _("“%(name)s” is withdrawn. It is kept, with your reason.") % {"name": name_of(found)}
        )
    return redirect("documents", patient_id)


@require_POST
def look(request: HttpRequest, patient_id: UUID, document: UUID) -> HttpResponse:
    """Say that one has looked at what the patient sent."""
    page = open_page(request, patient_id, "chart.record")
    try:
        actions.look_at(attachment=_standing(page, document), by=request.user, address=address_of(request))
    except actions.WithdrawnError:
        messages.error(request, _("Somebody withdrew this document meanwhile."))
    else:
        messages.success(request, _("It is written down that you have looked at it."))
    return redirect("document", patient_id, document)


def _standing(page: PatientPage, public_id: UUID) -> Attachment:
    found = document_of(page.patient, public_id)
    if found is None:
        raise Http404
    return found


@require_GET
def export(request: HttpRequest, patient_id: UUID) -> HttpResponseBase:
    """All documents of the chart in one archive."""
    patient = access_patient(request, patient_id, "chart.export")
    try:
        number = check_all(patient)
    except ChangedError:
        messages.error(request, _("A document is not what was attached. Nothing was exported."))
        return redirect("documents", patient_id)
    write_event(
        practice=patient.practice,
        by=request.user,
        action="chart.exported",
        patient=patient.public_id,
        about=f"{number} documents",
        address=address_of(request),
    )
    name = f"documents-{str(patient.public_id)[:8]}.zip"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return StreamingHttpResponse(archive_of(patient), content_type="application/zip", headers=headers)


# --- with a request to a payer ---------------------------------------------------------------------------------------


@require_POST
def enclose(request: HttpRequest, patient_id: UUID, kind: str) -> HttpResponse:
    """Let a document go along with a request, as evidence of what the payer asks for."""
    page = open_page(request, patient_id, "authorization.record")
    form = EncloseForm(request.POST, documents=documents_of(page.patient))
    if not form.is_valid():
        messages.error(request, _("Choose a document that stands in this chart."))
    else:
        _enclose(request, form.chosen, kind, form.cleaned_data["shows"])
    return redirect(_case(patient_id, kind))


@require_POST
def take_out(request: HttpRequest, patient_id: UUID, kind: str, document: UUID) -> HttpResponse:
    """Let a document go along no longer."""
    page = open_page(request, patient_id, "authorization.record")
    _enclose(request, _standing(page, document), kind, "", is_out=True)
    return redirect(_case(patient_id, kind))


def _case(patient_id: UUID, kind: str) -> str:
    return f"{reverse('authorization', args=[patient_id])}#{kind}"


def _enclose(request: HttpRequest, found: Attachment, kind: str, shows: str, *, is_out: bool = False) -> None:
    said = _("“%(name)s” goes along no longer.") if is_out else _("“%(name)s” goes along with the packet.")
    try:
        actions.enclose(
            attachment=found, kind=kind, shows=shows, is_out=is_out, by=request.user, address=address_of(request)
        )
    except actions.WithdrawnError:
        messages.error(request, _("Somebody withdrew this document meanwhile."))
    else:
        messages.success(request, said % {"name": name_of(found)})
