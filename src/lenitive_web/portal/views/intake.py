"""The story, step by step."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django.contrib import messages
from django.forms import BoundField
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from lenitive_web.body_map.figure import labels
from lenitive_web.people.guards import needs
from lenitive_web.portal.door import OwnPage, own_page
from lenitive_web.portal.drafts import draft_of, is_late, keep, typed_in
from lenitive_web.portal.intake import KIND, STEPS, Rows, Step, Told
from lenitive_web.portal.sending import send_intake
from lenitive_web.portal.words import TREATMENTS, treatment_label


@require_http_methods(["GET", "POST"])
@needs("own.tell")
def step(request: HttpRequest, step: str) -> HttpResponse:
    """One page of the story. What is typed is kept at once; what does not fit is said when one goes on."""
    page = own_page(request, "own.tell")
    told = _told(page)
    if step not in told.steps():
        raise Http404
    if step == "feel" and not told.marks:
        return redirect("my_story", "where")
    if request.method == "GET":
        return _page(page, told, step, told.form(step))
    if is_late(page.patient, KIND, request.POST.get("begun", "")):
        return HttpResponse(status=204) if request.htmx else _was_sent(request)
    keep(patient=page.patient, kind=KIND, step=step, typed=request.POST.lists())
    if request.htmx:
        return HttpResponse(status=204)
    told = _told(page)
    form = told.form(step)
    if "more" in request.POST:
        return redirect("my_story", step)
    if not form.is_valid():
        return _page(page, told, step, form, status=422)
    after = told.steps()[told.steps().index(step) + 1 :]
    return redirect("my_story", after[0]) if after else redirect("my_story_check")


@require_http_methods(["GET", "POST"])
@needs("own.tell")
def check(request: HttpRequest) -> HttpResponse:
    """Where the story was left; when nothing is missing, all of it to look over and send."""
    page = own_page(request, "own.tell")
    told = _told(page)
    missing = told.first_open()
    if missing:
        return redirect("my_story", missing)
    if request.method == "GET":
        forms = [(name, STEPS[name], list(_said(told, name))) for name in told.steps()]
        return render(request, "portal/story_check.html", page.context("story", steps=forms))
    send_intake(patient=page.patient, told=told, chart=page.chart, by=request.user, address=page.address)
    messages.success(request, _("Thank you. Your story is in your chart now."))
    return redirect("mine")


def _was_sent(request: HttpRequest) -> HttpResponse:
    """Who came back to an old page by the browser's own button begins no second story without knowing."""
    messages.info(request, _("This story was sent already. To change it, tell your story again from here."))
    return redirect("mine")


def _told(page: OwnPage) -> Told:
    draft = draft_of(page.patient, KIND)
    typed = {name: typed_in(draft, name) for name in (draft.body if draft else ())}
    return Told(typed, page.as_of)


def _page(page: OwnPage, told: Told, name: str, form: Step, status: int = 200) -> HttpResponse:
    steps = told.steps()
    place = steps.index(name)
    context = page.context(
        "story",
        step=name,
        begun=draft_of(page.patient, KIND),
        form=form,
        told=told,
        content=STEPS[name],
        number=place + 1,
        of=len(steps),
        before=steps[place - 1] if place else None,
    )
    return render(page.request, "portal/story.html", context, status=status)


@dataclass(frozen=True)
class Said:
    """What was said of one place or one treatment, or of nothing in particular."""

    about: str
    lines: Sequence[tuple[str, str]]


def _said(told: Told, name: str) -> Iterator[Said]:
    """What was answered in a step, in the words of its choices; what is about the same thing stands together."""
    form = told.form(name)
    form.full_clean()
    if isinstance(form, Rows) and form.lines():
        yield Said("", form.lines())
    lines = [(_about(one.name), str(one.label), _words(one, form.cleaned_data.get(one.name))) for one in _shown(form)]
    for about, same in groupby((line for line in lines if line[2]), key=lambda line: line[0]):
        yield Said(about, [(label, words) for _same, label, words in same])


def _shown(form: Step) -> Sequence[BoundField]:
    """The fields of a step; those that are lines of a list are told as lines."""
    return form.others if isinstance(form, Rows) else list(form)


def _words(asked: BoundField, value: Any) -> str:
    """An answer in the words of its choices; blank if there is none."""
    if value in (None, "", [], False):
        return ""
    if value is True:
        return _("yes")
    names = {str(code): str(word) for code, word in getattr(asked.field, "choices", ())}
    chosen = value if isinstance(value, list) else [value]
    return "; ".join(names.get(str(one), str(one)) for one in chosen)


def _about(name: str) -> str:
    """The place or the treatment that a field is about; blank if it is about the whole."""
    about = name.rpartition("-")[0]
    return str(labels().get(about) or (treatment_label(about) if about in TREATMENTS else ""))
