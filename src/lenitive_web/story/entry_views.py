"""Writing the story down: adding, correcting, scoring, and saying what was asked completely."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import msgspec
from django.contrib import messages
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from lenitive.chart import Fact
from lenitive.chart.schema import columns
from lenitive_web.audit.actions import address_of
from lenitive_web.ledger.actions import ChartChangedError, record_facts
from lenitive_web.ledger.facts import FactRefusedError, NewFact
from lenitive_web.ledger.telling import tell
from lenitive_web.patients.page import PatientPage, open_page
from lenitive_web.practice.models import LetterHead
from lenitive_web.story.asking import AskedForm
from lenitive_web.story.forms import FORMS, EntryForm
from lenitive_web.story.scores import ScoresForm, last_scores, told_of
from lenitive_web.story.telling import TOLD_HERE

MORE = "more"


@require_http_methods(["GET", "POST"])
def add(request: HttpRequest, patient_id: UUID, table: str) -> HttpResponse:
    """A new fact of the story."""
    page = open_page(request, patient_id, "chart.record")
    form_class = _form_class(table)
    initial = {"version": page.patient.last_entry, **_usual(page, table)}
    form = form_class(request.POST or None, initial=initial)
    if request.method != "POST":
        return _page(page, form)
    if not _is_written(page, form):
        return _page(page, form, status=_status_of(form))
    messages.success(request, _("Written down: %(what)s.") % {"what": str(form_class.title).lower()})
    return redirect("story_add", patient_id, table) if MORE in request.POST else redirect("story", patient_id)


@require_http_methods(["GET", "POST"])
def correct(request: HttpRequest, patient_id: UUID, table: str, fact: str) -> HttpResponse:
    """A correction: the new fact supersedes the old one, which stays in the ledger."""
    page = open_page(request, patient_id, "chart.record")
    form_class = _form_class(table)
    before = _standing(page, table, fact)
    form = form_class(request.POST or None, fact=before, initial={"version": page.patient.last_entry})
    if request.method != "POST":
        return _page(page, form)
    if "withdraw" in request.POST:
        return _withdrawn(page, form, before)
    if not _is_written(page, form):
        return _page(page, form, status=_status_of(form))
    messages.success(request, _("Corrected. The earlier entry stays in the history."))
    return redirect("story", patient_id)


@require_http_methods(["GET", "POST"])
def scores(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    """The scores of a day, and what each means."""
    page = open_page(request, patient_id, "chart.record")
    initial = {"on": page.as_of, "version": page.patient.last_entry}
    form = ScoresForm(request.POST or None, chart=page.chart, initial=initial)
    if request.method == "POST":
        if form.is_valid() and _recorded(page, form, form.facts()):
            for one in told_of(form.facts(), last_scores(page.chart)):
                messages.success(request, one.sentence)
            return redirect("story", patient_id)
        return _scores_page(page, form, status=_status_of(form))
    return _scores_page(page, form)


@require_http_methods(["GET", "POST"])
def asked(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    """Which topics were asked completely."""
    page = open_page(request, patient_id, "chart.record")
    initial = {"on": page.as_of, "version": page.patient.last_entry}
    form = AskedForm(request.POST or None, chart=page.chart, by=request.user.role, initial=initial)
    if request.method == "POST":
        if form.is_valid() and _recorded(page, form, form.facts()):
            messages.success(request, _("What was asked completely stands in the chart."))
            return redirect("story", patient_id)
        return _asked_page(page, form, status=_status_of(form))
    return _asked_page(page, form)


def _form_class(table: str) -> type[EntryForm]:
    if table not in FORMS:
        raise Http404
    return FORMS[table]


def _usual(page: PatientPage, table: str) -> dict[str, Any]:
    """What the practice wrote down once, so that nobody types it again."""
    if table != "coverage":
        return {"true_on": page.as_of, "kind": page.request.GET.get("kind")} if table == "statement" else {}
    head = LetterHead.objects.filter(practice=page.patient.practice).first()
    return {"state": head.state, "site_of_service": head.site_of_service} if head else {}


def _standing(page: PatientPage, table: str, fact: str) -> Fact:
    found = next((row for row in page.chart.table(table) if row.id == fact), None)
    if found is None:
        raise Http404
    return found


def _is_written(page: PatientPage, form: EntryForm) -> bool:
    return form.is_valid() and _recorded(
        page, form, [NewFact(form.table, _signed(page, form, one)) for one in form.facts()]
    )


def _signed(page: PatientPage, form: EntryForm, said: dict[str, Any]) -> dict[str, Any]:
    """Who said it, where the table has a column for it."""
    return {**said, "by": page.request.user.role} if form.table == "statement" and form.fact is None else said


def _recorded(page: PatientPage, form: Form, facts: list[NewFact]) -> bool:
    """Whether the facts were written; if not, the form says why."""
    user = page.request.user
    try:
        record_facts(
            patient=page.patient,
            facts=facts,
            by=user,
            source=f"{TOLD_HERE}, {user.get_role_display().lower()}",
            version=form.cleaned_data["version"],
            address=address_of(page.request),
        )
    except ChartChangedError as changed:
        tell(form, changed, page.patient)
        form.is_outrun = True  # type: ignore[attr-defined]
        return False
    except FactRefusedError as refused:
        form.add_error(None, str(refused))
        return False
    return True


def _withdrawn(page: PatientPage, form: EntryForm, before: Fact) -> HttpResponse:
    """Entered in error: a fact that says nothing takes the place of the old one."""
    form.is_valid()
    required = [name for name, column in columns(form.table).items() if column.required]
    kept = msgspec.structs.asdict(before)
    said = {name: kept[name] for name in required if name not in ("id", "patient", "recorded_at")}
    withdrawal = NewFact(form.table, {**said, "supersedes": before.id, "withdrawn": True})
    if "version" not in form.cleaned_data or not _recorded(page, form, [withdrawal]):
        return _page(page, form, status=_status_of(form))
    messages.success(page.request, _("Taken back. The earlier entry stays in the history."))
    return redirect("story", page.patient.public_id)


def _status_of(form: Form) -> int:
    return 409 if getattr(form, "is_outrun", False) else 422


def _page(page: PatientPage, form: EntryForm, status: int = 200) -> HttpResponse:
    context = page.context(
        "story",
        form=form,
        title=form.title,
        table=form.table,
        is_correction=form.fact is not None,
        payers=page.request.user.practice.payers.values_list("name", flat=True),
    )
    return render(page.request, "story/entry.html", context, status=status)


def _scores_page(page: PatientPage, form: ScoresForm, status: int = 200) -> HttpResponse:
    return render(page.request, "story/scores.html", page.context("story", form=form), status=status)


def _asked_page(page: PatientPage, form: AskedForm, status: int = 200) -> HttpResponse:
    return render(page.request, "story/asked.html", page.context("story", form=form), status=status)
