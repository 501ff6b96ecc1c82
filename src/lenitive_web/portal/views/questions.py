"""Questionnaires, page by page."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from lenitive_web.people.guards import needs
from lenitive_web.portal.door import OwnPage, own_page
from lenitive_web.portal.drafts import draft_of, is_late
from lenitive_web.portal.questions import (
    Sheet,
    SheetForm,
    draft_answers,
    keep_answers,
    offered,
    send_answers,
    sheets,
    wording,
)
from lenitive_web.portal.words import QUESTIONNAIRES


@require_http_methods(["GET", "POST"])
@needs("own.tell")
def sheet(request: HttpRequest, instrument: str, number: int) -> HttpResponse:
    """One page of a questionnaire. Every answer is kept at once; an answer that cannot wait leads to help at once."""
    page = own_page(request, "own.tell")
    if instrument not in offered():
        raise Http404
    pages = sheets(wording(instrument))
    if not 1 <= number <= len(pages):
        raise Http404
    asked = pages[number - 1]
    if request.method == "GET":
        held = draft_answers(page.patient, instrument)
        return _page(
            page, instrument, asked, SheetForm(held or None, asked=wording(instrument), sheet=asked), bare=True
        )
    form = SheetForm(request.POST, asked=wording(instrument), sheet=asked)
    if not form.is_valid():
        return HttpResponse(status=204) if request.htmx else _page(page, instrument, asked, form, status=422)
    if is_late(page.patient, instrument, request.POST.get("begun", "")):
        return HttpResponse(status=204) if request.htmx else _was_sent(request)
    urgent = keep_answers(
        patient=page.patient,
        instrument=instrument,
        sheet=asked,
        given=request.POST,
        by=request.user,
        address=page.address,
    )
    if urgent:
        return _at_once(request)
    if request.htmx:
        return HttpResponse(status=204)
    if number < len(pages):
        return redirect("my_questions", instrument, number + 1)
    return _finish(page, instrument)


def _was_sent(request: HttpRequest) -> HttpResponse:
    """Who came back to an old page by the browser's own button begins nothing anew without knowing."""
    messages.info(request, _("These answers were sent already. Your clinic has them."))
    return redirect("mine")


def _finish(page: OwnPage, instrument: str) -> HttpResponse:
    scored = send_answers(page=page, instrument=instrument)
    if scored.missing:
        messages.warning(page.request, _("One answer is missing. Here it is."))
        return redirect("my_questions", instrument, _holding(instrument, scored.missing[0]))
    messages.success(page.request, _("Thank you. Your answers are in your chart now."))
    return redirect("mine")


def _holding(instrument: str, item: int) -> int:
    """The page that an item stands on."""
    return next(one.number for one in sheets(wording(instrument)) if item in dict(one.items))


def _at_once(request: HttpRequest) -> HttpResponse:
    address = reverse("my_help_now")
    if request.htmx:
        return HttpResponse(status=204, headers={"HX-Redirect": address})
    return redirect(address)


def _page(
    page: OwnPage, instrument: str, asked: Sheet, form: SheetForm, *, status: int = 200, bare: bool = False
) -> HttpResponse:
    """``bare`` shows what is kept without complaining about what is not answered yet."""
    if bare and form.is_bound:
        form._errors = {}
    context = page.context(
        "questions",
        form=form,
        begun=draft_of(page.patient, instrument),
        sheet=asked,
        instrument=instrument,
        heading=QUESTIONNAIRES.get(instrument, offered()[instrument].label),
        entry=offered()[instrument],
        asked=wording(instrument),
    )
    return render(page.request, "portal/questions.html", context, status=status)
