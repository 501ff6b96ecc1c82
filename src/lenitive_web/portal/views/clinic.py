"""What the clinic sees of a patient's own pages: invitation, what was sent, diaries with their verdict."""

from __future__ import annotations

from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from lenitive.chart.medication import Medication
from lenitive.documents.wording import sentence
from lenitive.medicine.content import content
from lenitive.reasoning.follow_up import follow_ups
from lenitive_web.audit.actions import address_of
from lenitive_web.patients.page import PatientPage, open_page
from lenitive_web.portal.aids import shared_aids
from lenitive_web.portal.diary import taps_of
from lenitive_web.portal.intake import KIND
from lenitive_web.portal.invitations import close_account, holds, invite, reopen_account, withdraw_invitations
from lenitive_web.portal.models import BlockDiary, Draft, Invitation, OwnChart
from lenitive_web.portal.sending import SOURCE, drug_class_of

SHOWN_TABLES = ("complaint", "measure", "medication", "allergy", "treatment", "finding", "attestation")


class InviteForm(forms.Form):
    """Where the link is sent."""

    email = forms.EmailField(label=gettext_lazy("The patient’s e-mail address"), max_length=254)


@require_http_methods(["GET", "POST"])
def own_pages(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    """Invite the patient, and see what came of it."""
    if request.method == "GET":
        return _page(open_page(request, patient_id, "portal.invite"), InviteForm())
    page = open_page(request, patient_id, "portal.invite")
    if "withdraw" in request.POST:
        withdraw_invitations(patient=page.patient, by=request.user, address=address_of(request))
        messages.success(request, _("The link is worth nothing now."))
        return redirect("own_pages", patient_id)
    if "close" in request.POST or "reopen" in request.POST:
        return _account(page)
    form = InviteForm(request.POST)
    if not form.is_valid():
        return _page(page, form, status=422)
    link = request.build_absolute_uri(reverse("invitation", args=["TOKEN"]))
    try:
        invite(
            patient=page.patient,
            email=form.cleaned_data["email"],
            by=request.user,
            link_to=link,
            address=address_of(request),
        )
    except ValidationError as refused:
        form.add_error(None, refused.messages)
        return _page(page, form, status=422)
    messages.success(request, _("The invitation is on its way."))
    return redirect("own_pages", patient_id)


def _account(page: PatientPage) -> HttpResponse:
    """Close the account, or open it again."""
    request = page.request
    own = get_object_or_404(OwnChart.objects.select_related("user", "patient__practice"), patient=page.patient)
    if "close" in request.POST:
        close_account(own=own, by=request.user, address=address_of(request))
        messages.success(request, _("The account is closed. The patient is signed out everywhere."))
    else:
        reopen_account(own=own, by=request.user, address=address_of(request))
        messages.success(request, _("The patient may sign in again."))
    return redirect("own_pages", page.patient.public_id)


def _page(page: PatientPage, form: InviteForm, status: int = 200) -> HttpResponse:
    last = Invitation.objects.filter(patient=page.patient).last()
    context = page.context(
        "own_pages",
        form=form,
        own=OwnChart.objects.select_related("user").filter(patient=page.patient).first(),
        invitation=last,
        invitation_holds=last is not None and holds(last),
        drafts=[(_begun(draft.kind), draft.changed_at) for draft in Draft.objects.filter(patient=page.patient)],
        sent=_sent(page),
        unknown=_unknown_medicines(page),
        diaries=_diaries(page),
        aids=shared_aids(page.patient),
    )
    return render(page.request, "portal/own_pages.html", context, status=status)


def _begun(kind: str) -> str:
    """What a draft is of: the story, or a questionnaire by the name that it has here."""
    return _("The story") if kind == KIND else content().instruments[kind].label


def _sent(page: PatientPage) -> list[str]:
    """What the patient told, in sentences, the latest first within its kind."""
    return [
        sentence(fact, content())
        for table in SHOWN_TABLES
        for fact in reversed(page.chart.table(table))
        if fact.source.startswith(SOURCE)
    ]


def _unknown_medicines(page: PatientPage) -> list[str]:
    """Medicines by names that the medicine does not know: nobody has checked whether they thin the blood."""
    rows = [row for row in page.chart.rows(Medication) if row.source == SOURCE]
    return [row.label for row in rows if row.label and not row.drug_class and drug_class_of(row.label) is None]


def _diaries(page: PatientPage) -> list[dict[str, object]]:
    verdicts = {one.procedure: one for one in follow_ups(page.book, page.chart, page.as_of)}
    return [
        {"diary": diary, "taps": taps_of(page.chart, diary.procedure), "verdict": verdicts.get(diary.procedure)}
        for diary in BlockDiary.objects.filter(patient=page.patient).order_by("-pk")
    ]
