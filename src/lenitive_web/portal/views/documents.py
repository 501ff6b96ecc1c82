"""What a patient sends: a photograph, a report, a letter. The clinic sees that nobody has looked at it yet."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_GET, require_http_methods

from lenitive_web.attachments.actions import AttachedBeforeError, Told, attach
from lenitive_web.attachments.forms import about_field, day_field, file_field
from lenitive_web.attachments.models import About, Attachment
from lenitive_web.attachments.receiving import FileRefusedError, is_too_large, received, too_large
from lenitive_web.attachments.selectors import ChangedError, documents_of, piece_of
from lenitive_web.attachments.serving import served
from lenitive_web.attachments.views import changed
from lenitive_web.ledger.models import Patient
from lenitive_web.look.unread import refused_unread
from lenitive_web.people.guards import needs
from lenitive_web.portal.door import OwnPage, own_page

MOST_A_DAY = 20
"""Documents that one patient can send on one day."""
SHOWN = 50
KINDS = (
    (About.PHOTOGRAPH, gettext_lazy("A photograph")),
    (About.IMAGING, gettext_lazy("A report of an X-ray, CT or MRI")),
    (About.LABORATORY, gettext_lazy("Results from a laboratory")),
    (About.LETTER, gettext_lazy("A letter from a doctor")),
    (About.OTHER, gettext_lazy("Something else")),
)


class SendForm(forms.Form):
    """The file, what it is, and the day on it."""

    file = file_field(
        gettext_lazy("Photograph or file"),
        gettext_lazy("A photograph of the paper is fine. All of it should be in the picture and sharp."),
    )
    about = about_field(gettext_lazy("What is it?"), KINDS)
    day = day_field(gettext_lazy("The day on it"), gettext_lazy("For a photograph: when it was taken."))


@csrf_exempt  # checked below: before, the whole request would be read, however large it is
@require_http_methods(["GET", "POST"])
@needs("own.tell")
def documents(request: HttpRequest) -> HttpResponse:
    """What was sent, and the form for more."""
    page = own_page(request, "own.tell")
    if request.method == "GET":
        return _page(page, SendForm(initial={"day": page.as_of}))
    if is_too_large(request):
        return _page(page, refused_unread(SendForm, "file", too_large()), status=413)
    return _send(request, page)


@csrf_protect
def _send(request: HttpRequest, page: OwnPage) -> HttpResponse:
    form = SendForm(request.POST, request.FILES)
    if not form.is_valid():
        return _page(page, form, status=422)
    if _sent_today(page.patient) >= MOST_A_DAY:
        form.add_error(None, _("You have sent a lot today. Send the rest tomorrow, or bring it with you."))
        return _page(page, form, status=422)
    try:
        file, drawn = received(form.cleaned_data["file"])
        attach(
            patient=page.patient,
            told=Told(about=form.cleaned_data["about"], day=form.cleaned_data["day"]),
            file=file,
            drawn=drawn,
            by=request.user,
            is_from_patient=True,
            address=page.address,
        )
    except FileRefusedError as refused:
        form.add_error("file", str(refused))
        return _page(page, form, status=422)
    except AttachedBeforeError:
        messages.success(request, _("Your clinic has this already. You need not send it again."))
        return redirect("my_documents")
    messages.success(request, _("Thank you. Your clinic has it now."))
    return redirect("my_documents")


def _sent_today(patient: Patient) -> int:
    begin = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    return Attachment.objects.filter(patient=patient, is_from_patient=True, recorded_at__gte=begin).count()


def _page(page: OwnPage, form: SendForm, status: int = 200) -> HttpResponse:
    kinds: dict[str, Any] = dict(KINDS)
    sent = [
        {"document": one, "what": kinds.get(one.about, one.get_about_display())}
        for one in _sent(page.patient).order_by("-pk")[:SHOWN]
    ]
    return render(page.request, "portal/documents.html", page.context("documents", form=form, sent=sent), status=status)


def _sent(patient: Patient) -> Any:
    return documents_of(patient).filter(is_from_patient=True)


@require_GET
@needs("own.view")
def picture(request: HttpRequest, document: UUID, number: int) -> HttpResponse:
    """One page of what the patient sent, as the clinic sees it."""
    page = own_page(request, "own.view")
    found = _sent(page.patient).select_related("patient__practice").filter(public_id=document).first()
    if found is None or number < 1:
        raise Http404
    try:
        piece = piece_of(found, number)
    except ChangedError:
        return changed(request, found)
    if piece is None:
        raise Http404
    return served(found, piece, "inline")
