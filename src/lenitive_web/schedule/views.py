"""The list of a day."""

from __future__ import annotations

from datetime import MAXYEAR, MINYEAR, date, timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from lenitive_web.audit.actions import address_of, write_event
from lenitive_web.people.guards import needs
from lenitive_web.schedule.selectors import bookings_on, columns_of


@require_GET
@needs("schedule.view")
def schedule(request: HttpRequest) -> HttpResponse:
    """Who comes on a day, by room or by operator."""
    day = _day(request.GET.get("day", ""))
    by = "operator" if request.GET.get("by") == "operator" else "room"
    bookings = bookings_on(request.user.practice, day)
    write_event(
        practice=request.user.practice,
        by=request.user,
        action="schedule.view",
        about=f"{day}, {len(bookings)} bookings",
        address=address_of(request),
        shown=[one.patient.public_id for one in bookings],
    )
    context = {
        "day": day,
        "today": timezone.localdate(),
        "before": day - timedelta(days=1),
        "after": day + timedelta(days=1),
        "by": by,
        "columns": columns_of(bookings, by),
        "count": len(bookings),
        "may_open": request.user.may("chart.view"),
        "may_keep": request.user.may("desk.keep"),
    }
    return render(request, "schedule/schedule.html", context)


def _day(written: str) -> date:
    """The day in the address; today where there is none that can be read, or none with a day before and after it."""
    try:
        day = date.fromisoformat(written)
    except ValueError:
        return timezone.localdate()
    return day if MINYEAR < day.year < MAXYEAR else timezone.localdate()
