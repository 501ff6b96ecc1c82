"""A request leaves for the payer's endpoint: shown before, sent once, followed, changed, taken back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from lenitive.documents.authorization import authorization as determined
from lenitive.errors import UsageError
from lenitive.reasoning.authorizations import Followed
from lenitive_web.audit.actions import address_of
from lenitive_web.authorization.actions import LeftOpen
from lenitive_web.authorization.cases import cases, request_about
from lenitive_web.authorization.connections import connection_of
from lenitive_web.authorization.documents import OVERRIDE
from lenitive_web.authorization.exchange import ask, carry_on
from lenitive_web.authorization.models import BODIES, Sending
from lenitive_web.authorization.selectors import left_open_before
from lenitive_web.authorization.sending_actions import (
    NotToBeStoppedError,
    SendingOpenError,
    keep_sending,
    stop_sending,
)
from lenitive_web.authorization.sending_forms import NUMBER, SubmissionForm
from lenitive_web.authorization.submitting import (
    Leaving,
    base_of,
    cancellation_of,
    may_send,
    new_number,
    root_of,
    standing_with_payer,
)
from lenitive_web.ledger.actions import ChartChangedError
from lenitive_web.ledger.telling import tell
from lenitive_web.patients.page import PatientPage, open_page

SEND = "authorization.send"


@require_http_methods(["GET", "POST"])
def send(request: HttpRequest, patient_id: UUID, kind: str) -> HttpResponse:
    """What would leave for the payer, what it lacks, and one button. A request that stands is changed."""
    page = open_page(request, patient_id, SEND)
    asked, current = request_about(page, kind)
    if asked is None:
        return _back(page, _("This is not asked for."))
    number = request.POST.get("number", "")
    if NUMBER.fullmatch(number) and Sending.objects.filter(number=number, patient=page.patient, kind=kind).exists():
        return redirect(_address(page, kind))  # the form came twice: it was kept the first time
    told = determined(page.chart, page.as_of, asked, knowledge=page.book)
    connection = connection_of(page.patient.practice, told.request.payer)
    if connection is None:
        return _back(page, _("Requests to this payer go by hand: send the packet, and write down what happened."))
    sendings = _sendings(page)
    if not may_send(sendings, kind, current):
        return _back(page, _("Nothing can be sent as the request stands."))
    earlier = standing_with_payer(sendings, current)
    leaving = Leaving(
        chart=page.chart,
        as_of=page.as_of,
        told=told,
        patient=page.patient,
        connection=connection,
        base=base_of(request.build_absolute_uri("/"), earlier),
        knowledge=page.book,
    )
    form = SubmissionForm(
        leaving,
        request.POST if request.method == "POST" else None,
        number=new_number(),
        version=page.patient.last_entry,
        earlier=earlier,
    )
    if request.method == "GET" or not leaving.can_leave or not form.is_valid():
        return _send_page(page, leaving, form, earlier, 422 if request.method == "POST" else 200)
    if not leaving.ready.is_ready and not request.user.may(OVERRIDE):
        form.add_error(None, _("Something is open, and your role does not send a request so."))
        return _send_page(page, leaving, form, earlier, 422)
    return _keep(page, leaving, form, earlier, current)


def _keep(
    page: PatientPage, leaving: Leaving, form: SubmissionForm, earlier: Sending | None, current: Followed | None
) -> HttpResponse:
    """Keep the request; it is carried to the payer by the page that follows."""
    said = form.cleaned_data
    left_open = None if leaving.ready.is_ready else LeftOpen(leaving.ready.number, said["why"])
    try:
        submission = leaving.submission(said, said["number"], root_of(earlier) or said["number"])
        sending = leaving.sending(submission, earlier, current)
        keep_sending(
            sending=sending,
            version=said["version"],
            left_open=left_open,
            by=page.request.user,
            address=address_of(page.request),
        )
    except (UsageError, SendingOpenError) as problem:
        form.add_error(None, str(problem))
        return _send_page(page, leaving, form, earlier, 422 if isinstance(problem, UsageError) else 409)
    except ChartChangedError as changed:
        tell(form, changed, page.patient)
        return _send_page(page, leaving, form, earlier, 409)
    return redirect(_address(page, leaving.told.request.kind))


def _send_page(
    page: PatientPage, leaving: Leaving, form: SubmissionForm, earlier: Sending | None, status: int
) -> HttpResponse:
    context = page.context(
        "authorization",
        leaving=leaving,
        told=leaving.told,
        form=form,
        earlier=earlier,
        ready=leaving.ready,
        taken=left_open_before(page.patient, leaving.told.request.kind),
    )
    return render(page.request, "authorization/send.html", context, status=status)


# --- what follows


@require_POST
def carry(request: HttpRequest, patient_id: UUID, sending: int) -> HttpResponse:
    """Bring it to the payer now. The page does it by itself; the button is for those without script."""

    def now(page: PatientPage, one: Sending) -> None:
        carry_on(one, by=request.user, address=address_of(request))

    return _about(request, patient_id, sending, now)


@require_GET
def sending_state(request: HttpRequest, patient_id: UUID, sending: int) -> HttpResponse:
    """How far it has come."""
    return _about(request, patient_id, sending, lambda page, one: None)


@require_POST
def ask_payer(request: HttpRequest, patient_id: UUID, sending: int) -> HttpResponse:
    """Ask the payer what became of it."""

    def asked(page: PatientPage, one: Sending) -> None:
        if one.is_open:
            carry_on(one, by=request.user, address=address_of(request))
        elif ask(one, by=request.user, address=address_of(request)):
            messages.success(request, _("The payer answered."))
        else:
            messages.error(request, _("The payer could not be asked, or knows nothing of it. Nothing has changed."))

    return _about(request, patient_id, sending, asked)


@require_POST
def stop(request: HttpRequest, patient_id: UUID, sending: int) -> HttpResponse:
    """Go on by hand instead."""

    def stopped(page: PatientPage, one: Sending) -> None:
        try:
            stop_sending(sending=one, by=request.user, address=address_of(request))
        except NotToBeStoppedError:
            messages.error(request, _("It is on its way, or it is over. Look again in a minute."))
        else:
            messages.success(request, _("It is not sent from here any more. Go on by hand."))

    return _about(request, patient_id, sending, stopped)


@require_POST
def cancel(request: HttpRequest, patient_id: UUID, sending: int) -> HttpResponse:
    """Take a request back that the payer holds."""

    def taken_back(page: PatientPage, one: Sending) -> None:
        _asked, current = request_about(page, one.kind)
        if standing_with_payer(_sendings(page), current) != one:
            messages.error(request, _("The payer does not hold this request any more, or holds a later one."))
            return
        try:
            row = cancellation_of(one, page.chart, page.as_of, new_number())
            keep_sending(sending=row, version=page.patient.last_entry, by=request.user, address=address_of(request))
        except (UsageError, SendingOpenError, ChartChangedError) as problem:
            messages.error(request, str(problem))

    return _about(request, patient_id, sending, taken_back)


def _about(
    request: HttpRequest, patient_id: UUID, number: int, act: Callable[[PatientPage, Sending], Any]
) -> HttpResponse:
    page = open_page(request, patient_id, SEND)
    found = Sending.objects.filter(patient=page.patient, pk=number).first()
    if found is None:
        return _back(page, _("There is no such sending here. The page shows how things stand."))
    act(page, found)
    if not request.htmx:
        return redirect(_address(page, found.kind))
    found.refresh_from_db()
    return _fragment(page, found) if found.is_open else _anew()


def _fragment(page: PatientPage, sending: Sending) -> HttpResponse:
    """What stands with the payer, as far as it has come; the rest of the page has not changed."""
    fresh = PatientPage(page.request, page.patient, page.as_of)
    case = next((one for one in cases(fresh)[0] if one.kind == sending.kind), None)
    if case is None:
        return _anew()
    context = {"patient": page.patient, "as_of": page.as_of, "case": case, "number": sending.pk}
    return render(page.request, "authorization/_payer.html", context)


def _anew() -> HttpResponse:
    """The whole page changes: the chart has a fact more."""
    return HttpResponse(status=204, headers={"HX-Refresh": "true"})


def _back(page: PatientPage, words: str) -> HttpResponse:
    if words:
        messages.error(page.request, words)
    return _anew() if page.request.htmx else redirect("authorization", page.patient.public_id)


def _address(page: PatientPage, kind: str) -> str:
    return f"{reverse('authorization', args=[page.patient.public_id])}#{kind}"


def _sendings(page: PatientPage) -> list[Sending]:
    found = Sending.objects.filter(patient=page.patient).select_related("connection__payer")
    return list(found.defer(*BODIES))
