"""The steps of the day: checklist, consent, time-out, record, recovery, discharge, and the diary of a block."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any
from uuid import UUID

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from lenitive.reasoning.steroids import SteroidYear
from lenitive_web.audit.actions import address_of
from lenitive_web.ledger.actions import ChartChangedError, record_facts
from lenitive_web.ledger.facts import FactRefusedError, NewFact
from lenitive_web.ledger.telling import tell
from lenitive_web.practice.actions import letter_head_of
from lenitive_web.procedure.actions import (
    has_its_place,
    observe,
    record_procedure,
    save_checklist,
    send_home,
    sign_consent,
    since_checklist,
    statement,
    take_time_out,
)
from lenitive_web.procedure.checklist import Item, fact_of_answer, is_complete, open_items, standing, weight_of
from lenitive_web.procedure.doses import LocalAnaesthetic, local_anaesthetic, steroid_year_with
from lenitive_web.procedure.forms import (
    TECHNIQUE,
    ChecklistForm,
    ConsentForm,
    DischargeForm,
    RecordForm,
    RecoveryForm,
    ReliefForm,
    TimeOutForm,
    relief_percent,
)
from lenitive_web.procedure.note import Note, listed
from lenitive_web.procedure.read_aloud import lines
from lenitive_web.procedure.visit import Visit, open_visit
from lenitive_web.schedule.actions import BEFORE, NotNowError
from lenitive_web.schedule.models import State, StepName

BOTH = ["GET", "POST"]


def _opened(request: HttpRequest, patient_id: UUID, number: int, permission: str = "chart.record") -> Visit:
    """Reading needs less than writing."""
    return open_visit(request, patient_id, number, "chart.view" if request.method == "GET" else permission)


def _show(visit: Visit, template: str, form: forms.Form, status: int = 200, **more: Any) -> HttpResponse:
    request = visit.page.request
    context = visit.context(form=form, **more)
    return render(request, f"procedure/{template}", context, status=200 if request.htmx else status)


def _written(visit: Visit, form: forms.Form, write: Callable[[], object]) -> int | None:
    """Do it; nothing comes back if it was done, else the status of the page that says why not."""
    try:
        write()
    except ChartChangedError as changed:
        tell(form, changed, visit.page.patient)
        return 409
    except (FactRefusedError, NotNowError) as refused:
        form.add_error(None, str(refused))
        return 422
    return None


def _version(visit: Visit) -> dict[str, int]:
    return {"version": visit.page.patient.last_entry}


def _common(visit: Visit, form: forms.Form) -> dict[str, Any]:
    """What every action of the day is told."""
    request = visit.page.request
    return {
        "booking": visit.booking,
        "by": request.user,
        "version": form.cleaned_data["version"],
        "address": address_of(request),
    }


def _next(visit: Visit, said: str, route: str) -> HttpResponse:
    messages.success(visit.page.request, said)
    return redirect(route, visit.page.patient.public_id, visit.booking.number)


# --- before ----------------------------------------------------------------------------------------------------------


@require_http_methods(BOTH)
def checklist(request: HttpRequest, patient_id: UUID, number: int) -> HttpResponse:
    """What must be asked, with what the chart knows; answers become facts."""
    visit = _opened(request, patient_id, number)
    if request.method == "GET":
        return _checklist_page(visit, ChecklistForm(items=visit.items, initial=_known(visit)))
    form = ChecklistForm(request.POST, items=visit.items)
    if not form.is_valid():
        return _checklist_page(visit, form, status=422)
    if form.cleaned_data["reason"] and not request.user.may("procedure.override"):
        form.add_error("reason", _("Only a physician may go on all the same."))
        return _checklist_page(visit, form, status=422)
    chart, day, role = visit.page.chart, visit.page.as_of, request.user.role
    facts = [fact_of_answer(item, said, visit.booking.kind, chart, day, role) for item, said in form.answers()]
    reason = form.cleaned_data["reason"]
    if not facts and not reason and not is_complete(visit.items):
        form.add_error(None, _("Nothing was answered yet. Answer at least one line."))
        return _checklist_page(visit, form, status=422)
    write = partial(save_checklist, facts=facts, reason=reason, as_of=day, **_common(visit, form))
    if status := _written(visit, form, write):
        return _checklist_page(visit, form, status=status)
    fresh = open_visit(request, patient_id, number, "chart.record")
    if StepName.CHECKLIST in fresh.steps:
        return _next(fresh, _("The checklist is complete."), "visit-consent")
    return _next(fresh, _("Written down. The list is not complete yet."), "visit-checklist")


def _known(visit: Visit) -> dict[str, Any]:
    """Who takes the patient home was said at booking."""
    return {**_version(visit), **({"escort_arranged": "yes"} if visit.booking.escort else {})}


def _checklist_page(visit: Visit, form: ChecklistForm, status: int = 200) -> HttpResponse:
    rows = list(form.rows())
    return _show(
        visit,
        "checklist.html",
        form,
        status,
        open_rows=[(item, field) for item, field in rows if field],
        warned=[item for item in visit.items if item.is_warning],
        settled=[item for item in visit.items if item.status == "met"],
        missing=open_items(visit.items),
        against=standing(visit.items),
        complete=is_complete(visit.items),
        may_answer=visit.page.request.user.may("chart.record") and visit.booking.state in BEFORE,
    )


@require_http_methods(BOTH)
def consent(request: HttpRequest, patient_id: UUID, number: int) -> HttpResponse:
    """What is done, what can go wrong and how often, other ways; read, signed, printed."""
    visit = _opened(request, patient_id, number)
    form = ConsentForm(request.POST) if request.method == "POST" else ConsentForm(initial=_version(visit))
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            said = {"name": form.cleaned_data["signed_name"], "signed_as": form.cleaned_data["signed_as"]}
            write = partial(sign_consent, as_of=visit.page.as_of, **said, **_common(visit, form))
            failed = _written(visit, form, write)
            if failed is None:
                return _next(visit, _("The consent is signed."), "visit")
            status = failed
    may_sign = request.user.may("chart.record") and visit.booking.state in BEFORE
    step = visit.steps.get(StepName.CONSENT)
    return _show(visit, "consent.html", form, status, signed=step, may_sign=may_sign)


@require_http_methods(BOTH)
def time_out(request: HttpRequest, patient_id: UUID, number: int) -> HttpResponse:
    """The team stops together."""
    visit = _opened(request, patient_id, number)
    initial = {**_version(visit), "team": listed(list(dict.fromkeys([visit.booking.operator.name, request.user.name])))}
    form = TimeOutForm(request.POST) if request.method == "POST" else TimeOutForm(initial=initial)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            team = form.cleaned_data["team"]
            write = partial(take_time_out, team=team, as_of=visit.page.as_of, **_common(visit, form))
            failed = _written(visit, form, write)
            if failed is None:
                return _next(visit, _("Time-out taken."), "visit-record")
            status = failed
    may = request.user.may("chart.record") and visit.booking.state == State.READY and visit.is_today
    return _show(
        visit,
        "time_out.html",
        form,
        status,
        may_take=may,
        lines=lines(visit.booking, visit.items, visit.page.chart, visit.page.as_of),
        warnings=[item for item in visit.items if item.status == "not met"],
        not_asked=[item for item in visit.items if item.status == "undocumented" and not _is_read_aloud(item)],
        since=since_checklist(visit.steps.get(StepName.CHECKLIST), visit.items),
        has_its_place=has_its_place(visit.booking),
    )


def _is_read_aloud(item: Item) -> bool:
    """Whether a line of its own says already that it is unknown."""
    return bool(item.drug) or item.name in ("allergies", "weight")


# --- the record ------------------------------------------------------------------------------------------------------


@require_http_methods(BOTH)
def record(request: HttpRequest, patient_id: UUID, number: int) -> HttpResponse:
    """What was done, doses against their ceilings; it becomes a fact of the chart and a note in prose."""
    visit = _opened(request, patient_id, number, "procedure.record")
    if request.method == "GET":
        form = RecordForm(initial=_planned(visit), entry=visit.entry)
        return _record_page(visit, form)
    form = RecordForm(request.POST, entry=visit.entry)
    is_valid = form.is_valid()
    weighed, year = (None, None) if _drug_errors(form) else _doses(visit, form)
    if request.htmx and not request.htmx.boosted:
        return render(request, "procedure/_doses.html", {"weighed": weighed, "year": year})
    above = [one for one in (weighed, year) if one and one.status == "not met"]
    if is_valid and above and not form.cleaned_data["reason"]:
        form.add_error("reason", _("A dose is above its ceiling. Change it, or write down why."))
    if form.errors:
        return _record_page(visit, form, status=422)
    note = note_of(visit, form)
    reason = form.cleaned_data["reason"] if above else ""
    columns = _columns(visit, form)
    write = partial(
        record_procedure,
        columns=columns,
        implanted=_implanted(visit, form),
        note=note,
        reason=reason,
        as_of=visit.page.as_of,
        **_common(visit, form),
    )
    if status := _written(visit, form, write):
        return _record_page(visit, form, status=status)
    return _next(visit, _("The record is written."), "visit-record")


USED = ("needle", "contrast_agent", "contrast_ml", "spread", "fluoroscopy_seconds", "dose_mgy")
"""What the form, the note and the fact call by one name."""


def _technique(said: dict[str, Any]) -> dict[str, Any]:
    """The answers on radiofrequency, leads and cement that this kind of procedure was asked for."""
    asked = {name: said[name] for names in TECHNIQUE.values() for name in names if name in said}
    told = {name: None if value in (None, "") else value for name, value in asked.items()}
    if "motor_response" in told:
        told["motor_response"] = _truth(said["motor_response"])
    return {name: value for name, value in told.items() if value is not None}


def _planned(visit: Visit) -> dict[str, Any]:
    asked = visit.booking.request
    names = ("side", "approach", "guidance", "sedation")
    return {**{name: getattr(asked, name) for name in names}, "levels": " ".join(asked.levels), **_version(visit)}


def _doses(visit: Visit, form: RecordForm) -> tuple[LocalAnaesthetic | None, SteroidYear | None]:
    drugs = form.drugs()
    weight, adrenaline = weight_of(visit.page.chart), form.cleaned_data["with_adrenaline"]
    return (
        local_anaesthetic(visit.page.book, drugs, weight, adrenaline),
        steroid_year_with(visit.page.book, visit.page.chart, drugs, visit.page.as_of),
    )


def _columns(visit: Visit, form: RecordForm) -> dict[str, Any]:
    """The procedure as a fact of the chart."""
    said, asked = form.cleaned_data, visit.booking.request
    return {
        "kind": visit.booking.kind,
        "label": visit.entry.label,
        "intent": asked.intent,
        "region": asked.region,
        **{name: said[name] or None for name in ("side", "levels", "approach", "guidance", "sedation")},
        "contrast": _truth(said["contrast"]),
        **{name: said[name] for name in USED},
        **_technique(said),
        "drugs": [_drug_columns(drug) for drug in form.drugs()],
        "operator": visit.booking.operator.name,
        "complication": said["complication"] if said["had_complication"] == "yes" else "none",
        "true_on": visit.page.as_of,
    }


def _implanted(visit: Visit, form: RecordForm) -> dict[str, Any] | None:
    """The device that stays in the body, where the procedure leaves one there."""
    if visit.entry.device is None:
        return None
    said = form.cleaned_data
    return {
        "kind": visit.entry.device,
        "label": said["device"],
        "identifier": said["device_identifier"],
        "mri": said["device_mri"],
        "true_on": visit.page.as_of,
    }


def _drug_columns(drug: Any) -> dict[str, Any]:
    return {name: value for name in drug.__struct_fields__ if (value := getattr(drug, name)) is not None}


def note_of(visit: Visit, form: RecordForm) -> Note:
    """The note, with what the steps before it said."""
    said, asked = form.cleaned_data, visit.booking.request
    signed, stopped = visit.steps.get(StepName.CONSENT), visit.steps.get(StepName.TIME_OUT)
    return Note(
        label=visit.entry.label,
        on=visit.page.as_of,
        operator=visit.booking.operator.name,
        consent=f"Consent was signed by {signed.body['name']}, {_clock(signed.at)}" if signed else "",
        time_out=f"Time-out at {_clock(stopped.at)} with {stopped.body['team']}" if stopped else "",
        indication=visit.option.target.label if visit.option.target.generator else "",
        intent=asked.intent,
        **{name: said[name] or None for name in ("side", "approach", "guidance", "sedation")},
        **{name: said[name] for name in USED},
        records=tuple(visit.entry.records),
        **_technique(said),
        with_adrenaline=said["with_adrenaline"],
        device=said.get("device", ""),
        device_identifier=said.get("device_identifier", ""),
        device_mri=said.get("device_mri") or None,
        levels=said["levels"],
        contrast=_truth(said["contrast"]),
        drugs=form.drugs(),
        complication=said["complication"] if said["had_complication"] == "yes" else "none",
        exceptions=tuple(reason for reason in (visit.booking.exception, said["reason"]) if reason),
        remarks=said["remarks"],
    )


def _clock(at: Any) -> str:
    return f"{timezone.localtime(at):%H:%M}"


def _truth(word: str) -> bool | None:
    return {"yes": True, "no": False}.get(word)


def _record_page(visit: Visit, form: RecordForm, status: int = 200) -> HttpResponse:
    weighed, year = (None, None)
    if form.is_bound and hasattr(form, "cleaned_data") and not _drug_errors(form):
        weighed, year = _doses(visit, form)
    may = visit.page.request.user.may("procedure.record") and visit.booking.state == State.TIMED_OUT
    return _show(
        visit,
        "record.html",
        form,
        status,
        may_write=may,
        written=visit.steps.get(StepName.RECORD),
        weighed=weighed,
        year=year,
        weight=weight_of(visit.page.chart),
    )


def _drug_errors(form: RecordForm) -> bool:
    """Whether the drugs cannot be read."""
    return any(name.startswith(("drug", "strength", "volume", "mg")) for name in form.errors)


# --- afterwards ------------------------------------------------------------------------------------------------------

VITAL = ("heart_rate", "systolic", "diastolic", "oxygen_saturation")


@require_http_methods(BOTH)
def recovery(request: HttpRequest, patient_id: UUID, number: int) -> HttpResponse:
    """Looks at the patient afterwards; each one becomes facts."""
    visit = _opened(request, patient_id, number)
    form = RecoveryForm(request.POST) if request.method == "POST" else RecoveryForm(initial=_version(visit))
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            seen = {name: form.cleaned_data[name] for name in (*VITAL, "pain", "motor_block")}
            facts = _observed(visit, form)
            write = partial(observe, seen=seen, facts=facts, **_common(visit, form))
            failed = _written(visit, form, write)
            if failed is None:
                return _next(visit, _("Written down."), "visit-recovery")
            status = failed
    may = request.user.may("chart.record") and visit.booking.state == State.RECORDED
    return _show(visit, "recovery.html", form, status, may_observe=may)


def _observed(visit: Visit, form: RecoveryForm) -> list[NewFact]:
    """Measures, and the pain as relief after the procedure: as a score of the day it would pass for the usual pain."""
    said, day = form.cleaned_data, visit.page.as_of
    units = {"heart_rate": "/min", "systolic": "mm[Hg]", "diastolic": "mm[Hg]", "oxygen_saturation": "%"}
    facts = [
        NewFact("measure", {"instrument": name, "score": said[name], "unit": units[name], "true_on": day})
        for name in VITAL
        if said[name] is not None
    ]
    if said["motor_block"]:
        says = said["motor_block"] == "yes"
        facts.append(statement("motor_block_after", visit.booking, day, visit.page.request.user, says=says))
    if said["pain"] is not None and visit.done:
        facts.append(NewFact("relief", _reading(visit, said["pain"])))
    return facts


def _reading(visit: Visit, pain: float) -> dict[str, Any]:
    """A score after the procedure. Only after a test is it a share of relief; after a treatment it is too early."""
    before = visit.score_before if visit.is_diagnostic else None
    return {
        "procedure": visit.done.id,
        "minutes_after": visit.minutes_since,
        "instrument": "nrs",
        "score_before": before,
        "score_after": pain,
        "percent": relief_percent(before, pain) if before else None,
        "true_on": visit.page.as_of,
    }


@require_http_methods(BOTH)
def discharge(request: HttpRequest, patient_id: UUID, number: int) -> HttpResponse:
    """What must hold before going home, the instructions, and the diary of a block."""
    visit = _opened(request, patient_id, number)
    form = DischargeForm(request.POST) if request.method == "POST" else DischargeForm(initial=_version(visit))
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid() and _may_go(visit, form):
            reason, missing = form.cleaned_data["reason"], form.missing
            write = partial(send_home, missing=missing, reason=reason, as_of=visit.page.as_of, **_common(visit, form))
            failed = _written(visit, form, write)
            if failed is None:
                return _next(visit, _("Gone home."), "visit-discharge")
            status = failed
    return _discharge_page(visit, form, status)


def _may_go(visit: Visit, form: DischargeForm) -> bool:
    """Everything holds, or a physician says why not."""
    if not form.missing:
        return True
    if not visit.page.request.user.may("procedure.override"):
        form.add_error(None, _("Something is missing. Only a physician may send home all the same, with a reason."))
    elif not form.cleaned_data["reason"]:
        form.add_error("reason", _("Something is missing. To send home all the same, write down why."))
    return not form.errors


def _discharge_page(
    visit: Visit, form: DischargeForm, status: int = 200, relief: ReliefForm | None = None
) -> HttpResponse:
    user = visit.page.request.user
    before = {"score_before": visit.score_before, "minutes_after": visit.minutes_since, **_version(visit)}
    return _show(
        visit,
        "discharge.html",
        form,
        status,
        may_discharge=user.may("chart.record") and visit.booking.state == State.RECORDED,
        gone=visit.steps.get(StepName.DISCHARGE),
        contact=letter_head_of(visit.page.patient.practice).printed().contact,
        emergency_number=settings.EMERGENCY_NUMBER,
        relief=relief or ReliefForm(initial=before),
        may_write_relief=user.may("chart.record"),
    )


@require_POST
def relief(request: HttpRequest, patient_id: UUID, number: int) -> HttpResponse:
    """One line of the diary of a block, told to the staff."""
    visit = _opened(request, patient_id, number)
    form = ReliefForm(request.POST)
    fresh = DischargeForm(initial=_version(visit))
    if visit.done is None or not visit.is_diagnostic:
        form.is_valid()
        form.add_error(None, _("There is no diagnostic block to keep a diary of."))
    if not form.is_valid():
        return _discharge_page(visit, fresh, 422, form)
    said = form.cleaned_data
    columns = {name: said[name] for name in ("minutes_after", "score_before", "score_after", "lasted_hours")}
    columns |= {"procedure": visit.done.id, "percent": form.percent, "instrument": "nrs", "true_on": visit.page.as_of}
    write = partial(
        record_facts,
        patient=visit.page.patient,
        facts=[NewFact("relief", columns)],
        by=request.user,
        source=f"block diary, told to the {request.user.get_role_display().lower()}",
        version=said["version"],
        address=address_of(request),
    )
    if status := _written(visit, form, write):
        return _discharge_page(visit, fresh, status, form)
    return _next(visit, _("Written into the diary."), "visit-discharge")


@require_GET
def note(request: HttpRequest, patient_id: UUID, number: int) -> HttpResponse:
    """The record as a page to print."""
    visit = _opened(request, patient_id, number)
    return render(request, "procedure/note.html", visit.context(written=visit.steps.get(StepName.RECORD)))
