"""The first page, and where each role starts."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET

from lenitive_web.audit.actions import address_of, write_event
from lenitive_web.people.guards import needs
from lenitive_web.stages import ROOMS
from lenitive_web.today.selectors import CONSIDERED, lines_of

PER_PAGE = 25


@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """The first room that this person may open."""
    for room in ROOMS:
        if request.user.may(room.permission):
            return redirect(room.route)
    return render(request, "today/no_room.html")


@require_GET
@needs("patients.today")
def today(request: HttpRequest) -> HttpResponse:
    """Whose chart needs what, red flags first."""
    day = timezone.localdate()
    page = Paginator(lines_of(request.user.practice, day), PER_PAGE).get_page(request.GET.get("page"))
    write_event(
        practice=request.user.practice,
        by=request.user,
        action="patients.today",
        about=f"page {page.number}, {len(page.object_list)} patients",
        address=address_of(request),
    )
    flagged = [line for line in page.object_list if line.alerts]
    others = [line for line in page.object_list if not line.alerts]
    context = {"page": page, "flagged": flagged, "others": others, "day": day, "considered": CONSIDERED}
    return render(request, "today/today.html", context)
