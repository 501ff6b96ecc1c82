"""The block diary."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from lenitive.chart.procedure import Procedure
from lenitive_web.people.guards import needs
from lenitive_web.portal.diary import EVERY, OPEN_FOR, blocks_to_follow, close_diary, label_of, open_diary, tap, taps_of
from lenitive_web.portal.door import OwnPage, own_page
from lenitive_web.portal.intake import Choice
from lenitive_web.portal.models import BlockDiary

SCORES = [(str(number), str(number)) for number in range(11)]


class BeginForm(forms.Form):
    """When the block was, and how strong the pain was before it."""

    at = forms.TimeField(
        label=gettext_lazy("When was the injection?"),
        help_text=gettext_lazy("About; to the quarter of an hour is enough."),
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
    )
    score = forms.TypedChoiceField(
        label=gettext_lazy("How strong was your usual pain just before it?"),
        choices=SCORES,
        coerce=int,
        widget=Choice,
        error_messages={"required": gettext_lazy("Choose a number.")},
    )


class TapForm(forms.Form):
    """How strong the pain is now, or was so many seconds ago where the telephone had no connection then."""

    ago = forms.IntegerField(required=False, min_value=0, max_value=int(OPEN_FOR.total_seconds()))
    score = forms.TypedChoiceField(
        label=gettext_lazy("How strong is this pain now?"), choices=SCORES, coerce=int, widget=Choice
    )


@require_http_methods(["GET", "POST"])
@needs("own.tell")
def diary(request: HttpRequest, procedure: str) -> HttpResponse:
    """Begin, tap, close. What is not the patient's own block does not exist."""
    page = own_page(request, "own.tell")
    block = next((one for one in blocks_to_follow(page.chart, page.as_of) if one.id == procedure), None)
    if block is None:
        raise Http404
    begun = BlockDiary.objects.filter(patient=page.patient, procedure=procedure).first()
    _stay_signed_in(request, begun)
    if request.method == "GET":
        return _page(page, block, begun)
    try:
        return _tapped(page, begun) if begun else _begun(page, block)
    except ValidationError as refused:
        if request.htmx:
            return HttpResponse(" ".join(refused.messages), status=422, content_type="text/plain; charset=utf-8")
        messages.error(request, " ".join(refused.messages))
        return redirect("my_diary", procedure)


def _stay_signed_in(request: HttpRequest, begun: BlockDiary | None) -> None:
    """While a diary is open a session outlives the pause between two taps, and a missed one: nobody signs in anew."""
    is_open = begun is not None and begun.closed_at is None and "close" not in request.POST
    request.session.set_expiry(3 * EVERY if is_open else None)


def _begun(page: OwnPage, block: Procedure) -> HttpResponse:
    form = BeginForm(page.request.POST)
    if not form.is_valid():
        return _page(page, block, None, form, status=422)
    at = timezone.make_aware(datetime.combine(block.true_on, form.cleaned_data["at"]))  # type: ignore[arg-type]
    try:
        open_diary(
            patient=page.patient,
            block=block,
            block_at=at,
            score_before=form.cleaned_data["score"],
            by=page.request.user,
            address=page.address,
        )
    except ValidationError as refused:
        form.add_error(None, refused)
        return _page(page, block, None, form, status=422)
    return redirect("my_diary", block.id)


def _tapped(page: OwnPage, begun: BlockDiary) -> HttpResponse:
    if "close" in page.request.POST:
        close_diary(diary=begun, chart=page.chart, by=page.request.user, address=page.address)
        messages.success(page.request, _("Thank you. Your clinic sees your diary now."))
        return redirect("mine")
    form = TapForm(page.request.POST)
    if not form.is_valid():
        raise ValidationError(_("Choose a number from 0 to 10."))
    score, ago = form.cleaned_data["score"], timedelta(seconds=form.cleaned_data["ago"] or 0)
    at = tap(diary=begun, score=score, ago=ago, by=page.request.user, address=page.address)
    said = {"score": score, "at": date_format(timezone.localtime(at), "TIME_FORMAT")}
    messages.success(page.request, _("Thank you. Written down: %(score)s, %(at)s") % said)
    return HttpResponse(status=204) if page.request.htmx else redirect("my_diary", begun.procedure)


def _page(
    page: OwnPage, block: Procedure, begun: BlockDiary | None, form: Any = None, status: int = 200
) -> HttpResponse:
    taps = taps_of(page.chart, block.id)
    last = begun.block_at + timedelta(minutes=taps[-1].minutes) if begun and taps else None
    next_at = timezone.localtime(last + EVERY) if last else None
    context = page.context(
        "diary",
        procedure=block,
        label=label_of(block),
        begun=begun,
        taps=taps[::-1],
        form=form or (TapForm() if begun else BeginForm()),
        next_at=next_at,
        is_time=next_at is not None and next_at <= timezone.now(),
        scores=range(11),
    )
    return render(page.request, "portal/diary.html", context, status=status)
