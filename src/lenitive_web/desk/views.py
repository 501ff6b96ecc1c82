"""One page for the front desk: everything about a patient that it needs, and nothing that it does not."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from lenitive.chart.coverage import Coverage
from lenitive_web.audit.actions import address_of
from lenitive_web.desk.actions import correct_person, insure
from lenitive_web.ledger.actions import ChartChangedError
from lenitive_web.ledger.door import access_patient
from lenitive_web.ledger.facts import FactRefusedError, NewFact
from lenitive_web.patients.heading import is_going_on
from lenitive_web.patients.page import ChartToday
from lenitive_web.patients.registering import RegistrationForm
from lenitive_web.portal.invitations import holds, invite, withdraw_invitations
from lenitive_web.portal.models import Invitation, OwnChart
from lenitive_web.portal.views.clinic import InviteForm
from lenitive_web.practice.actions import letter_head_of
from lenitive_web.schedule.actions import NotNowError, check_in, take_back
from lenitive_web.schedule.models import NOT_BEGUN, Booking
from lenitive_web.schedule.selectors import booking_of, bookings_of
from lenitive_web.story.forms import CoverageForm


@require_http_methods(["GET", "POST"])
def desk(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    """Insurance, visits and the invitation of one patient."""
    page = _opened(request, patient_id)
    if request.method == "GET":
        return _page(page)
    for name, handle in _HANDLES.items():
        if name in request.POST:
            return handle(page)
    return _page(page, status=422)


@require_GET
def slip(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    """The coming visits on paper, to take home."""
    page = _opened(request, patient_id)
    head = letter_head_of(page.patient.practice)
    context = {"patient": page.patient, "visits": _coming(page), "head": head.printed(), "as_of": page.as_of}
    return render(request, "desk/slip.html", context)


def _opened(request: HttpRequest, patient_id: UUID) -> ChartToday:
    return ChartToday(request, access_patient(request, patient_id, "desk.keep"), timezone.localdate())


# --- insurance -------------------------------------------------------------------------------------------------------


def _insured(page: ChartToday) -> HttpResponse:
    form = _coverage_form(page)
    if not form.is_valid():
        return _page(page, coverage=form, status=422)
    request = page.request
    try:
        insure(
            patient=page.patient,
            facts=[NewFact("coverage", said) for said in form.facts()],
            version=form.cleaned_data["version"],
            by=request.user,
            address=address_of(request),
        )
    except ChartChangedError:
        return _outrun(page, form)
    except FactRefusedError as refused:
        form.add_error(None, str(refused))
        return _page(page, coverage=form, status=422)
    messages.success(request, _("The insurance is written down."))
    return redirect("desk", page.patient.public_id)


def _outrun(page: ChartToday, form: CoverageForm) -> HttpResponse:
    """Somebody else wrote about the insurance: it stands on the page now, and saving again takes that into account."""
    form.add_error(None, _("Somebody changed the insurance while this form was open. See what stands now; save again."))
    said = form.data.copy()
    said["version"] = str(page.patient.last_entry)
    form.data = said
    return _page(page, coverage=form, status=409)


def _coverage_form(page: ChartToday, *, typed: bool = True) -> CoverageForm:
    """The form of an insurance: of the one that is corrected, or of a new one with the practice's usual state."""
    request = page.request
    given = request.POST if typed else None
    named = request.POST.get("correct") or request.GET.get("correct")
    fact = next((row for row in _insurances(page) if row.id == named), None)
    if named and fact is None:
        raise Http404
    head = letter_head_of(page.patient.practice)
    usual = {} if fact else {"state": head.state, "site_of_service": head.site_of_service}
    return CoverageForm(given, fact=fact, initial={"version": page.patient.last_entry, **usual})


def _insurances(page: ChartToday) -> list[Coverage]:
    rows = page.chart.rows(Coverage)
    return [row for row in rows if is_going_on(row, page.as_of)]


# --- the person ------------------------------------------------------------------------------------------------------


def _corrected(page: ChartToday) -> HttpResponse:
    request = page.request
    form = RegistrationForm(request.POST, practice=page.patient.practice, but=page.patient)
    if not form.is_valid():
        return _page(page, person=form, status=422)
    said = {**form.cleaned_data, "name": " ".join(form.cleaned_data["name"].split())}
    try:
        correct_person(
            patient=page.patient, said=said, before=page.chart.patient, by=request.user, address=address_of(request)
        )
    except FactRefusedError as refused:
        form.add_error(None, str(refused))
        return _page(page, person=form, status=422)
    messages.success(request, _("Name and day of birth are put right, here and in the chart."))
    return redirect("desk", page.patient.public_id)


def _person_form(page: ChartToday) -> RegistrationForm:
    person, patient = page.chart.patient, page.patient
    now = {"name": patient.name, "birth_date": patient.birth_date, "sex": (person.sex if person else None) or ""}
    return RegistrationForm(initial=now, practice=patient.practice, but=patient)


# --- visits ----------------------------------------------------------------------------------------------------------


def _arrived(page: ChartToday) -> HttpResponse:
    request, booking = page.request, _booking(page, page.request.POST["arrived"])
    try:
        check_in(booking=booking, by=request.user, address=address_of(request))
    except NotNowError:
        messages.error(request, _("Only a visit of today that has not begun can be checked in."))
    else:
        messages.success(request, _("%(name)s is checked in.") % {"name": page.patient.name})
    return redirect("desk", page.patient.public_id)


def _not_arrived(page: ChartToday) -> HttpResponse:
    request, booking = page.request, _booking(page, page.request.POST["not_arrived"])
    take_back(booking=booking, by=request.user, address=address_of(request))
    messages.success(request, _("The check-in is taken back."))
    return redirect("desk", page.patient.public_id)


def _booking(page: ChartToday, number: str) -> Booking:
    found = booking_of(page.patient, int(number)) if number.isdecimal() and len(number) < 9 else None
    if found is None:
        raise Http404
    return found


def _coming(page: ChartToday) -> list[Booking]:
    """The visits from today on that are not over, the soonest first."""
    coming = [one for one in bookings_of(page.patient) if one.day >= page.as_of and one.state in NOT_BEGUN]
    return coming[::-1]


# --- the invitation --------------------------------------------------------------------------------------------------


def _invited(page: ChartToday) -> HttpResponse:
    request = page.request
    form = InviteForm(request.POST)
    if not form.is_valid():
        return _page(page, invitation=form, status=422)
    link = request.build_absolute_uri(reverse("invitation", args=["TOKEN"]))
    said = {"email": form.cleaned_data["email"], "link_to": link, "address": address_of(request)}
    try:
        invite(patient=page.patient, by=request.user, **said)
    except ValidationError as refused:
        form.add_error(None, refused.messages)
        return _page(page, invitation=form, status=422)
    messages.success(request, _("The invitation is on its way."))
    return redirect("desk", page.patient.public_id)


def _withdrawn(page: ChartToday) -> HttpResponse:
    withdraw_invitations(patient=page.patient, by=page.request.user, address=address_of(page.request))
    messages.success(page.request, _("The link is worth nothing now."))
    return redirect("desk", page.patient.public_id)


_HANDLES = {
    "person": _corrected,
    "insure": _insured,
    "arrived": _arrived,
    "not_arrived": _not_arrived,
    "invite": _invited,
    "withdraw": _withdrawn,
}


def _page(
    page: ChartToday,
    *,
    coverage: CoverageForm | None = None,
    invitation: InviteForm | None = None,
    person: RegistrationForm | None = None,
    status: int = 200,
) -> HttpResponse:
    request = page.request
    last = Invitation.objects.filter(patient=page.patient).last()
    context: dict[str, Any] = {
        "patient": page.patient,
        "person": page.chart.patient,
        "as_of": page.as_of,
        "correction": person or _person_form(page),
        "insurances": _insurances(page),
        "coverage": coverage or _coverage_form(page, typed=False),
        "payers": request.user.practice.payers.values_list("name", flat=True),
        "visits": _coming(page),
        "own": OwnChart.objects.select_related("user").filter(patient=page.patient).first(),
        "invited": last,
        "invitation_holds": last is not None and holds(last),
        "invitation": invitation or InviteForm(),
        "may_open": request.user.may("chart.view"),
    }
    return render(request, "desk/desk.html", context, status=status)
