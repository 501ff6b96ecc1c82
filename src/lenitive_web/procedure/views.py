"""The procedures of a patient: what is booked, and booking behind the gates."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from lenitive.chart import Request
from lenitive.chart.procedure import Procedure
from lenitive.medicine.content import content
from lenitive.medicine.shapes import ProcedureEntry
from lenitive.reasoning.assessment import NO_NEEDLE, Option
from lenitive_web.audit.actions import address_of
from lenitive_web.ledger.selectors import requests_of
from lenitive_web.patients.heading import medicines_are_asked
from lenitive_web.patients.page import PatientPage, open_page
from lenitive_web.procedure.actions import GateClosedError, book, move_booking
from lenitive_web.procedure.forms import BookingForm, request_of, usual_guidance, usual_sedation
from lenitive_web.procedure.gates import closed, considered, payer
from lenitive_web.procedure.visit import Visit, open_visit
from lenitive_web.schedule.actions import BookingChangedError, NotNowError, SlotTakenError, cancel
from lenitive_web.schedule.models import Booking, Place
from lenitive_web.schedule.selectors import bookings_of


@require_GET
def procedure(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    """What is booked and was done, and what may be booked: what is asked for first."""
    page = open_page(request, patient_id, "chart.view")
    asked = {made.kind for made in requests_of(page.patient)}
    options = [one for one in page.assessment.options if _is_done_here(one)]
    context = page.context(
        "procedure",
        bookings=bookings_of(page.patient),
        asked_for=[one for one in options if one.procedure in asked],
        others=[one for one in options if one.procedure not in asked],
        may_book=request.user.may("procedure.book"),
    )
    return render(request, "procedure/procedure.html", context)


def _is_done_here(option: Option) -> bool:
    return content().procedures[option.procedure].role not in NO_NEEDLE


@require_http_methods(["GET", "POST"])
def book_procedure(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    """The booking form; beside it gates, holds and the payer's decision for that day, worked out as it is filled."""
    page = open_page(request, patient_id, "procedure.book")
    said = request.POST if request.method == "POST" else request.GET
    entry = content().procedures.get(said.get("kind", ""))
    if entry is None or entry.role in NO_NEEDLE:
        messages.warning(request, _("Choose the procedure first."))
        return redirect("procedure", patient_id)
    if request.method == "POST":
        return _book(page, BookingForm(request.POST, practice=page.patient.practice, entry=entry))
    if request.htmx:
        return _considered(page, _draft(BookingForm(request.GET, practice=page.patient.practice, entry=entry)))
    return _booking_page(page, _fresh(page, said["kind"]))


def _book(page: PatientPage, form: BookingForm) -> HttpResponse:
    request = page.request
    if not form.is_valid():
        return _booking_page(page, form, status=422)
    try:
        booking = book(
            patient=page.patient,
            request=form.request(),
            slot=form.slot(),
            as_of=page.as_of,
            by=request.user,
            escort=form.cleaned_data["escort"],
            reason=form.cleaned_data["reason"],
            address=address_of(request),
        )
    except SlotTakenError as taken:
        form.add_error(None, told_taken(taken))
    except GateClosedError:
        if request.user.may("procedure.override"):
            form.add_error("reason", _("The gate is closed. To go on all the same, write down why."))
        else:
            form.add_error(None, _("The gate is closed. Only a physician may go on all the same, with a reason."))
    else:
        messages.success(request, _("Booked."))
        return redirect("visit", page.patient.public_id, booking.number)
    return _booking_page(page, form, status=422)


def _fresh(page: PatientPage, kind: str) -> BookingForm:
    """A form filled with what was asked for, and with what is usual for the procedure."""
    entry = content().procedures[kind]
    asked = next((made for made in requests_of(page.patient) if made.kind == kind), None)
    option = next((one for one in page.assessment.options if one.procedure == kind), None)
    known: Any = asked or (option.request if option else Request(kind=kind))
    places = list(Place.objects.filter(practice=page.patient.practice))
    tested = _tested(page, entry)
    guidance = known.guidance or usual_guidance(entry)
    initial = {
        "kind": kind,
        "day": known.on if known.on and known.on >= page.as_of else page.as_of,
        "side": known.side or (tested.side if tested else None),
        "levels": " ".join(known.levels or (tested.levels if tested else ())),
        "approach": known.approach or (entry.approaches[0] if len(entry.approaches) == 1 else None),
        "guidance": guidance,
        "sedation": known.sedation or usual_sedation(entry),
        "contrast": {True: "yes", False: "no"}.get(known.contrast, ""),
        "steroid": known.steroid,
        "intent": known.intent,
        "minutes": entry.minutes.value if entry.minutes and entry.minutes.value else None,
        "place": next((place.pk for place in places if place.imaging == guidance), None),
        "operator": page.request.user.pk if page.request.user.role == "physician" else None,
    }
    return BookingForm(initial=initial, practice=page.patient.practice, entry=entry)


def _tested(page: PatientPage, entry: ProcedureEntry) -> Procedure | None:
    """The last test of a source that this procedure is aimed at: its side and levels are the likeliest."""
    known = content().procedures
    rows = list(reversed(page.chart.rows(Procedure)))
    return next(
        (
            row
            for row in rows
            if row.intent in ("diagnostic", "trial")
            and row.kind in known
            and known[row.kind].region == entry.region
            and set(known[row.kind].targets) & set(entry.targets)
        ),
        None,
    )


def _draft(form: BookingForm) -> Request:
    """What is asked for as far as the form can be read; a field that cannot be read yet is left out."""
    form.is_valid()
    return request_of(form.entry, {"kind": form.data["kind"], **form.cleaned_data})


def _draft_of_initial(form: BookingForm) -> Request:
    said = {**form.initial, "levels": tuple((form.initial.get("levels") or "").split())}
    return request_of(form.entry, said)


def _stands(page: PatientPage, request: Request) -> dict[str, Any]:
    found = considered(page.chart, page.as_of, request, page.book)
    [option] = found.options
    return {
        "option": option,
        "closed": closed(found),
        "cautions": option.cautions.found_against,
        "medicines_are_asked": medicines_are_asked(page.chart),
        "may_record": page.request.user.may("chart.record"),
        "holds": sorted(option.alerts, key=lambda alert: (alert.hold_from is None, alert.hold_from)),
        "payer": payer(page.chart, page.as_of, option),
        "planned": request.on,
        "may_override": page.request.user.may("procedure.override"),
    }


def _considered(page: PatientPage, request: Request) -> HttpResponse:
    return render(page.request, "procedure/_considered.html", {"patient": page.patient, **_stands(page, request)})


def _booking_page(
    page: PatientPage, form: BookingForm, status: int = 200, booking: Booking | None = None
) -> HttpResponse:
    asked = _draft(form) if form.is_bound else _draft_of_initial(form)
    has_places = Place.objects.filter(practice=page.patient.practice).exists()
    context = page.context(
        "procedure", form=form, entry=form.entry, booking=booking, has_places=has_places, **_stands(page, asked)
    )
    return render(page.request, "procedure/book.html", context, status=200 if page.request.htmx else status)


def told_taken(taken: SlotTakenError) -> str:
    """Which booking is in the way, without saying whose it is."""
    lines = [
        _("%(place)s, %(operator)s, %(from)s to %(until)s")
        % {
            "place": one.place.name,
            "operator": one.operator.name,
            "from": f"{timezone.localtime(one.starts_at):%H:%M}",
            "until": f"{timezone.localtime(one.ends_at):%H:%M}",
        }
        for one in taken.taken
    ]
    return _("The time is taken: %(by)s.") % {"by": "; ".join(lines)}


# --- a booking that stands -------------------------------------------------------------------------------------------


@require_GET
def visit(request: HttpRequest, patient_id: UUID, number: int) -> HttpResponse:
    """One booking: when, where, by whom, how it stands, and the step that comes next."""
    seen = open_visit(request, patient_id, number, "chart.view")
    stands = _stands(seen.page, seen.booking.request)
    return render(request, "procedure/visit.html", {**seen.context(), **stands})


@require_http_methods(["GET", "POST"])
def move_visit(request: HttpRequest, patient_id: UUID, number: int) -> HttpResponse:
    """Another time, room or operator."""
    seen = open_visit(request, patient_id, number, "procedure.book")
    if not seen.booking.may_move:
        messages.warning(request, _("What has begun is not moved any more."))
        return redirect("visit", patient_id, number)
    if request.method == "POST":
        said = request.POST.copy()
        said["kind"] = seen.booking.kind  # what is moved is what was booked
        return _move(seen, BookingForm(said, practice=seen.page.patient.practice, entry=seen.entry))
    return _booking_page(seen.page, _form_of(seen.booking), booking=seen.booking)


BOOKED_AS = ("kind", "side", "approach", "guidance", "sedation", "steroid", "intent")


def _form_of(booking: Booking) -> BookingForm:
    asked, begins = booking.request, timezone.localtime(booking.starts_at)
    initial = {
        **{name: getattr(asked, name) for name in BOOKED_AS},
        "contrast": {True: "yes", False: "no"}.get(asked.contrast, ""),
        "levels": " ".join(asked.levels),
        "day": booking.day,
        "time": begins.time(),
        "minutes": booking.minutes,
        "place": booking.place_id,
        "operator": booking.operator_id,
        "escort": booking.escort,
        "booking_version": booking.version,
    }
    return BookingForm(initial=initial, practice=booking.practice, entry=content().procedures[booking.kind])


def _move(seen: Visit, form: BookingForm) -> HttpResponse:
    request, status = seen.page.request, 422
    if form.is_valid():
        try:
            move_booking(
                as_of=seen.page.as_of,
                booking=seen.booking,
                slot=form.slot(),
                escort=form.cleaned_data["escort"],
                version=form.cleaned_data["booking_version"] or 0,
                by=request.user,
                address=address_of(request),
            )
        except SlotTakenError as taken:
            form.add_error(None, told_taken(taken))
        except BookingChangedError as changed:
            form.add_error(None, _told_changed(changed.booking))
            form.data = form.data.copy()
            form.data["booking_version"] = changed.booking.version
            status = 409
        except NotNowError:
            form.add_error(None, _("What has begun is not moved any more."))
        except GateClosedError:
            form.add_error("day", _("On this day the gate is closed; see beside."))
        else:
            messages.success(request, _("Moved."))
            return redirect("visit", seen.page.patient.public_id, seen.booking.number)
    return _booking_page(seen.page, form, status=status, booking=seen.booking)


def _told_changed(booking: Booking) -> str:
    return _(
        "Somebody changed this booking after you opened it: it is now %(state)s, %(when)s, %(place)s, %(operator)s. "
        "Look again, then save."
    ) % {
        "state": booking.state_word,
        "when": f"{timezone.localtime(booking.starts_at):%Y-%m-%d %H:%M}",
        "place": booking.place.name,
        "operator": booking.operator.name,
    }


@require_POST
def cancel_visit(request: HttpRequest, patient_id: UUID, number: int) -> HttpResponse:
    """It will not be done."""
    seen = open_visit(request, patient_id, number, "procedure.book")
    written = request.POST.get("booking_version", "")
    version = int(written) if written.isdecimal() else 0
    try:
        cancel(booking=seen.booking, version=version, by=request.user, address=address_of(request))
    except BookingChangedError as changed:
        messages.error(request, _told_changed(changed.booking))
    except NotNowError:
        messages.error(request, _("What has begun is not cancelled any more."))
    else:
        messages.success(request, _("Cancelled. The time is free again."))
    return redirect("visit", patient_id, number)
