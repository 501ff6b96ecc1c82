"""A decision aid on the patient's own pages: put there by the clinic, read and asked about by the patient."""

from __future__ import annotations

from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from lenitive_web.audit.actions import address_of
from lenitive_web.options.aid import decision_aid
from lenitive_web.patients.page import open_page
from lenitive_web.people.guards import needs
from lenitive_web.portal.aids import (
    ask_about_aid,
    has_own_pages,
    open_aid,
    option_to_choose,
    share_aid,
    shared_aids,
    withdraw_aid,
)
from lenitive_web.portal.door import OwnPage, own_page
from lenitive_web.portal.models import SharedAid
from lenitive_web.portal.words import plain_name


class QuestionsForm(forms.Form):
    """What the patient wants to ask."""

    questions = forms.CharField(
        label=gettext_lazy("My questions, and what matters most to me"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
    )


# --- the clinic


@require_POST
def share(request: HttpRequest, patient_id: UUID, procedure: str) -> HttpResponse:
    """Put the aid on the patient's own pages, or take it off."""
    page = open_page(request, patient_id, "aid.share")
    shared = shared_aids(page.patient).filter(procedure=procedure).first()
    if "withdraw" in request.POST:
        if shared is not None:
            withdraw_aid(shared=shared, by=request.user, address=address_of(request))
        messages.success(request, _("It does not stand on the patient’s own pages any more."))
        return redirect(_back(request), patient_id, *([procedure] if _back(request) == "decision_aid" else []))
    if all(one.procedure != procedure for one in page.assessment.options):
        raise Http404
    if option_to_choose(page.assessment, procedure) is None:
        messages.warning(request, _("A red flag is raised: until it is dealt with there is nothing to choose from."))
        return redirect("plan", patient_id)
    if not has_own_pages(page.patient):
        messages.error(request, _("The patient has no own pages yet. Invite the patient first, or print the page."))
        return redirect("decision_aid", patient_id, procedure)
    share_aid(patient=page.patient, procedure=procedure, by=request.user, address=address_of(request))
    messages.success(request, _("It stands on the patient’s own pages now."))
    return redirect("decision_aid", patient_id, procedure)


def _back(request: HttpRequest) -> str:
    """The page on which the button was: the aid itself, or what the clinic sees of the own pages."""
    return "own_pages" if request.POST["withdraw"] == "own_pages" else "decision_aid"


# --- the patient


@require_http_methods(["GET", "POST"])
@needs("own.tell")
def read(request: HttpRequest, procedure: str) -> HttpResponse:
    """The aid on the phone, with the patient's own questions."""
    page = own_page(request, "own.tell")
    shared = shared_aids(page.patient).filter(procedure=procedure).first()
    if shared is None:
        if not SharedAid.objects.filter(patient=page.patient, procedure=procedure).exists():
            raise Http404
        messages.info(request, _("Your clinic took this page off. Ask your clinic if you wish to read it again."))
        return redirect("mine")
    if request.method == "GET":
        return _page(page, shared, QuestionsForm(initial={"questions": shared.questions}))
    form = QuestionsForm(request.POST)
    if not form.is_valid():
        return _page(page, shared, form, status=422)
    said = form.cleaned_data["questions"].strip()
    ask_about_aid(shared=shared, questions=said, by=request.user, address=page.address)
    messages.success(request, _("Your questions are with your clinic now.") if said else _("Your questions are gone."))
    return redirect("mine")


def _page(page: OwnPage, shared: SharedAid, form: QuestionsForm, status: int = 200) -> HttpResponse:
    option = option_to_choose(page.assessment, shared.procedure)
    if option is not None:
        open_aid(shared=shared, by=page.request.user, address=page.address)
    aid = decision_aid(page.assessment, option) if option else None
    context = page.context(
        "aid",
        shared=shared,
        form=form,
        aid=aid,
        others=dict.fromkeys(plain_name(one.procedure) for one in aid.others) if aid else (),
        is_open=option is not None and option.verdict == "candidate",
    )
    return render(page.request, "portal/aid.html", context, status=status)
