"""How what is asked for stands against the payer's policy, what became of it, and who gets what is missing."""

from __future__ import annotations

from uuid import UUID

import msgspec
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from lenitive.documents.authorization import authorization as authorization_of
from lenitive.documents.readiness import readiness
from lenitive.medicine.content import content
from lenitive_web.audit.actions import address_of
from lenitive_web.authorization.actions import (
    LeftOpen,
    TaskEndedError,
    TaskTakenError,
    end_task,
    give_task,
    give_tasks,
    record_step,
)
from lenitive_web.authorization.after_death import died_on
from lenitive_web.authorization.cases import cases, request_about
from lenitive_web.authorization.documents import OVERRIDE
from lenitive_web.authorization.forms import AllTasksForm, EndingForm, RequestForm, StepForm, TaskForm, usual_intent
from lenitive_web.authorization.models import Ending, Task
from lenitive_web.authorization.steps import KINDS, steps_from
from lenitive_web.ledger.actions import ChartChangedError, make_request
from lenitive_web.ledger.facts import FactRefusedError
from lenitive_web.ledger.selectors import requests_of
from lenitive_web.ledger.telling import tell
from lenitive_web.patients.page import PatientPage, open_page
from lenitive_web.people.models import User
from lenitive_web.schedule.selectors import next_booking_of

SAID_IN_THE_FORM = ("kind", "side", "on", "approach", "guidance", "sedation", "steroid", "site_of_service")
"""What a request says as its form does; levels, contrast and what it is for are written in another way."""


@require_GET
def authorization(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    """Each procedure that is asked for: where it stands, what is missing, what may follow."""
    return _page(open_page(request, patient_id, "authorization.view"))


@require_POST
def ask(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    """Decide what is asked for."""
    page = open_page(request, patient_id, "request.make")
    if kind := request.POST.get("as_booked"):
        return _ask_as_booked(page, kind)
    form = RequestForm(request.POST, assessment=page.assessment)
    if not form.is_valid():
        return _page(page, form, status=422)
    asked = form.request()
    make_request(patient=page.patient, request=asked, by=request.user, address=address_of(request))
    messages.success(request, _("This is asked for now."))
    if asked.on and asked.on < page.as_of:
        told = _("The planned day, %(day)s, is over. Change it, unless it was done then and is asked for now.")
        messages.warning(request, told % {"day": date_format(asked.on)})
    return redirect("authorization", patient_id)


def _ask_as_booked(page: PatientPage, kind: str) -> HttpResponse:
    """The same request, for the day on which it is booked."""
    asked, _followed = request_about(page, kind)
    booked = next_booking_of(page.patient, kind, page.as_of)
    if asked is None or booked is None:
        messages.error(page.request, _("This is not asked for or not booked any more. Nothing was changed."))
    else:
        request, by = msgspec.structs.replace(asked, on=booked.day), page.request.user
        make_request(patient=page.patient, request=request, by=by, address=address_of(page.request))
        messages.success(page.request, _("It is asked for the booked day now."))
    return redirect("authorization", page.patient.public_id)


@require_POST
def withdraw(request: HttpRequest, patient_id: UUID, kind: str) -> HttpResponse:
    """Ask no longer."""
    page = open_page(request, patient_id, "request.make")
    made = next((one for one in requests_of(page.patient) if one.kind == kind), None)
    if made is None:
        raise Http404
    make_request(patient=page.patient, request=made, by=request.user, withdrawn=True, address=address_of(request))
    messages.success(request, _("This is no longer asked for."))
    return redirect("authorization", patient_id)


@require_POST
def record(request: HttpRequest, patient_id: UUID, kind: str) -> HttpResponse:
    """Write down what was sent to the payer, or what it answered."""
    page = open_page(request, patient_id, "authorization.record")
    asked, followed = request_about(page, kind)
    if asked is None:
        raise Http404
    status = request.POST.get("status", "")
    if status not in KINDS:
        messages.error(request, _("Choose what happened: no such step is known."))
        return _page(page, status=422)
    if status not in steps_from(followed):
        messages.error(request, _("This step cannot follow: the request stands elsewhere by now. Nothing was written."))
        return _page(page, status=409)
    told = authorization_of(page.chart, page.as_of, asked, knowledge=page.book)
    ready = readiness(told, page.chart)
    form = StepForm(told.request, status, followed, page.as_of, page.patient.last_entry, request.POST, ready=ready)
    if not form.is_valid():
        return _page(page, taken=form, status=422)
    if form.left_open and not request.user.may(OVERRIDE):
        form.add_error(None, _("Something is open, and your role does not send a request so."))
        return _page(page, taken=form, status=422)
    return _record(page, form)


def _record(page: PatientPage, form: StepForm) -> HttpResponse:
    request = page.request
    try:
        record_step(
            patient=page.patient,
            step=form.step(),
            by=request.user,
            version=form.cleaned_data["version"],
            left_open=form.left_open and LeftOpen(form.left_open.number, form.cleaned_data["why"]),
            address=address_of(request),
        )
    except FactRefusedError as refused:
        form.add_error(None, str(refused))
        return _page(page, taken=form, status=422)
    except ChartChangedError as changed:
        tell(form, changed, page.patient)
        return _page(page, taken=form, status=409)
    messages.success(request, _("Written down: %(step)s") % {"step": str(form.label).lower()})
    return redirect("authorization", page.patient.public_id)


@require_POST
def give_a_task(request: HttpRequest, patient_id: UUID, kind: str) -> HttpResponse:
    """Ask somebody to get what is missing."""
    page = open_page(request, patient_id, "authorization.record")
    form = TaskForm(TaskForm.people_of(page.patient.practice), kind, request.POST)
    if not form.is_valid():
        return _page(page, given=form, status=422)
    try:
        give_task(
            patient=page.patient,
            kind=kind,
            what=form.cleaned_data["what"],
            to=User.objects.get(pk=form.cleaned_data["to"], practice=page.patient.practice),
            due_on=form.cleaned_data["due_on"],
            by=request.user,
            address=address_of(request),
        )
    except TaskTakenError as taken:
        form.add_error(None, _("%(name)s sees to it already.") % {"name": taken.task.assigned_to.name})
        return _page(page, given=form, status=409)
    messages.success(request, _("The task is given."))
    return redirect("authorization", patient_id)


@require_POST
def give_all_tasks(request: HttpRequest, patient_id: UUID, kind: str) -> HttpResponse:
    """Ask one person to get everything that is missing and that nobody sees to yet."""
    page = open_page(request, patient_id, "authorization.record")
    form = AllTasksForm(TaskForm.people_of(page.patient.practice), kind, request.POST)
    if not form.is_valid():
        return _page(page, given=form, status=422)
    found, _past = cases(page)
    given = give_tasks(
        patient=page.patient,
        kind=kind,
        questions=[question for case in found if case.kind == kind for question in case.unassigned],
        to=User.objects.get(pk=form.whom, practice=page.patient.practice),
        due_on=form.cleaned_data["due_on"],
        by=request.user,
        address=address_of(request),
    )
    told = ngettext("%(n)s task is given.", "%(n)s tasks are given.", len(given))
    messages.success(request, told % {"n": len(given)})
    return redirect("authorization", patient_id)


@require_POST
def end_a_task(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    """Say that a task is done, or not needed."""
    page = open_page(request, patient_id, "authorization.record")
    form = EndingForm(request.POST)
    task = form.is_valid() and Task.objects.filter(patient=page.patient, pk=form.cleaned_data["task"]).first()
    if not task:
        messages.error(request, _("There is no such task here. The page shows the tasks as they are now."))
        return _page(page, status=422)
    is_silent = _is_silent(page, task)
    if form.lacks_an_answer and is_silent and task.is_open:
        form.add_error("answer", _("Say what the answer was: the chart does not hold it yet."))
        return _page(page, ended=form, status=422)
    said = {"ending": form.cleaned_data["ending"], "answer": form.cleaned_data["answer"]}
    try:
        ended = end_task(task=task, **said, by=request.user, address=address_of(request))
    except TaskEndedError:
        messages.error(request, _("Somebody ended this task meanwhile."))
        return _page(page, status=409)
    return _on_from(page, ended, is_silent)


def _is_silent(page: PatientPage, task: Task) -> bool:
    """Whether the chart still does not hold what the task is to get."""
    found, _past = cases(page)
    return any(one.missing.question == task.what for case in found for one in case.wanted)


def _on_from(page: PatientPage, ended: Task, is_silent: bool) -> HttpResponse:
    """Who may write the answer into the chart goes on to where it is written; everybody else back to the request."""
    if ended.ending != Ending.DONE:
        messages.success(page.request, _("The task is not needed any more."))
    elif is_silent and page.request.user.may("chart.record") and _is_an_option(page, ended.kind):
        told = _("The task is done. Now write the answer into the chart. Asked: %(asked)s Answered: %(answer)s")
        messages.success(page.request, told % {"asked": ended.what, "answer": ended.answer})
        return redirect("option", page.patient.public_id, ended.kind)
    else:
        messages.success(page.request, _("The task is done."))
    return redirect("authorization", page.patient.public_id)


def _is_an_option(page: PatientPage, kind: str) -> bool:
    return any(one.procedure == kind for one in page.assessment.options)


def _as_asked(page: PatientPage) -> dict[str, object]:
    """What the request says that somebody comes to say more about."""
    kind = page.request.GET.get("change")
    asked = next((one for one in requests_of(page.patient) if one.kind == kind), None)
    if asked is None:
        return {"kind": kind} if kind else {}
    contrast = {True: "yes", False: "no", None: ""}[asked.contrast]
    intent = None if asked.intent == usual_intent(content().procedures[asked.kind]) else asked.intent
    told = {name: getattr(asked, name) for name in SAID_IN_THE_FORM}
    return {**told, "levels": " ".join(asked.levels), "contrast": contrast, "intent": intent}


def _page(
    page: PatientPage,
    form: RequestForm | None = None,
    status: int = 200,
    *,
    taken: StepForm | None = None,
    given: TaskForm | None = None,
    ended: EndingForm | None = None,
) -> HttpResponse:
    found, past = cases(page, taken=taken, given=given)
    context = page.context(
        "authorization",
        cases=found,
        past=past,
        ended=ended,
        form=form or RequestForm(assessment=page.assessment, initial=_as_asked(page)),
        died_on=died_on(page.chart, page.as_of),
        may_ask=page.request.user.may("request.make"),
        may_record_steps=page.request.user.may("authorization.record"),
    )
    return render(page.request, "authorization/authorization.html", context, status=status)
