"""What comes over the counter: a card, a letter, results. The desk says what it is; what it says, the clinic reads."""

from __future__ import annotations

from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods

from lenitive_web.attachments.actions import AttachedBeforeError, Told, attach
from lenitive_web.attachments.forms import about_field, day_field, file_field
from lenitive_web.attachments.models import About
from lenitive_web.attachments.receiving import FileRefusedError, is_too_large, received, too_large
from lenitive_web.attachments.selectors import documents_of
from lenitive_web.audit.actions import address_of
from lenitive_web.ledger.door import access_patient
from lenitive_web.ledger.models import Patient
from lenitive_web.look.unread import refused_unread

PER_PAGE = 25
KINDS = (
    (About.CARD, gettext_lazy("Insurance card")),
    (About.LETTER, gettext_lazy("Letter or referral")),
    (About.IMAGING, gettext_lazy("Report of imaging")),
    (About.LABORATORY, gettext_lazy("Laboratory results")),
    (About.OPERATION, gettext_lazy("Operative note")),
    (About.THERAPY, gettext_lazy("Notes of physical therapy")),
    (About.PSYCHOLOGY, gettext_lazy("Psychological evaluation")),
    (About.OTHER, gettext_lazy("Something else")),
)


class ScanForm(forms.Form):
    """The file, what kind of paper it is, and the day on it."""

    file = file_field(
        gettext_lazy("Scan"),
        gettext_lazy("PDF, JPEG, PNG or TIFF. Front and back, or all pages of a letter, in one file."),
    )
    about = about_field(gettext_lazy("What it is"), KINDS)
    day = day_field(gettext_lazy("Day on it"), gettext_lazy("For a card: today."))

    def told(self) -> Told:
        """What was said of the paper."""
        return Told(about=self.cleaned_data["about"], day=self.cleaned_data["day"])


@csrf_exempt  # checked below: before, the whole request would be read, however large it is
@require_http_methods(["GET", "POST"])
def scan(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    """The form, and that what was scanned here has come; never what it says."""
    patient = access_patient(request, patient_id, "document.scan")
    if request.method == "GET":
        return _page(request, patient, ScanForm(initial={"day": timezone.localdate()}))
    if is_too_large(request):
        return _page(request, patient, refused_unread(ScanForm, "file", too_large()), status=413)
    return _attach(request, patient)


@csrf_protect
def _attach(request: HttpRequest, patient: Patient) -> HttpResponse:
    form = ScanForm(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, patient, form, status=422)
    try:
        file, drawn = received(form.cleaned_data["file"])
        attach(
            patient=patient,
            told=form.told(),
            file=file,
            drawn=drawn,
            by=request.user,
            is_from_desk=True,
            address=address_of(request),
        )
    except FileRefusedError as refused:
        form.add_error("file", str(refused))
        return _page(request, patient, form, status=422)
    except AttachedBeforeError:
        messages.warning(request, _("This very file is in the chart already. It is kept once."))
    else:
        messages.success(request, _("It is in the chart of %(name)s now.") % {"name": patient.name})
    return redirect("scan", patient.public_id)


def _page(request: HttpRequest, patient: Patient, form: ScanForm, status: int = 200) -> HttpResponse:
    scanned = documents_of(patient).filter(is_from_desk=True).order_by("-pk")
    page = Paginator(scanned, PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "desk/scan.html", {"patient": patient, "form": form, "page": page}, status=status)
