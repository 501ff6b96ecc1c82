"""How the practice reads the points that policies leave open: both readings, the choice, and why it was made."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from lenitive.reasoning.book import book
from lenitive.reasoning.readings import Choosable, choosable
from lenitive_web.audit.actions import address_of
from lenitive_web.people.guards import needs
from lenitive_web.readings.actions import choose_reading
from lenitive_web.readings.models import ReadingChosen
from lenitive_web.readings.selectors import chosen_readings

HERE, OTHERWISE = "here", "otherwise"


class ReadingForm(forms.Form):
    """Which of two readings, and why."""

    reading = forms.ChoiceField(
        label=gettext_lazy("This practice reads it"),
        widget=forms.RadioSelect,
        choices=[
            (HERE, gettext_lazy("as the knowledge base does")),
            (OTHERWISE, gettext_lazy("the other way")),
        ],
    )
    reason = forms.CharField(label=gettext_lazy("Why"), max_length=500, widget=forms.Textarea(attrs={"rows": 2}))


@dataclass(frozen=True)
class Point:
    """An open point, how it is read, the choices made before, and the form for another."""

    told: Choosable
    chosen: ReadingChosen | None
    form: ReadingForm


@require_http_methods(["GET", "POST"])
@needs("practice.manage")
def readings(request: HttpRequest) -> HttpResponse:
    """Every point that can be read in two ways; choosing one takes a reason and holds from now on."""
    known = {one.key: one for one in choosable(book())}
    chosen = chosen_readings(request.user.practice_id)
    given: dict[str, ReadingForm] = {}
    if request.method == "POST":
        point = request.POST.get("point", "")
        if point not in known:
            raise Http404
        form = ReadingForm(request.POST, prefix=point)
        if form.is_valid():
            return _choose(request, known[point], form)
        given[point] = form
    points = [Point(one, chosen.get(key), given.get(key) or _form(key, chosen.get(key))) for key, one in known.items()]
    gone = [one for point, one in chosen.items() if point not in known]
    context: dict[str, Any] = {"here": "readings", "points": points, "gone": gone}
    return render(request, "practice/readings.html", context, status=422 if given else 200)


def _form(key: str, chosen: ReadingChosen | None) -> ReadingForm:
    reading = OTHERWISE if chosen and chosen.otherwise else HERE
    return ReadingForm(prefix=key, initial={"reading": reading})


def _choose(request: HttpRequest, told: Choosable, form: ReadingForm) -> HttpResponse:
    otherwise = form.cleaned_data["reading"] == OTHERWISE
    choose_reading(
        point=told.key,
        otherwise=otherwise,
        reason=form.cleaned_data["reason"],
        by=request.user,
        address=address_of(request),
    )
    messages.success(request, _("From now on every answer of the clinic rests on this reading."))
    return redirect("readings")
