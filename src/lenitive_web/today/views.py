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
from lenitive_web.today.duties import KINDS, duties_by_kind, my_tasks
from lenitive_web.today.selectors import CONSIDERED, booked_requests, followed, lines_of, visits_on

PER_PAGE = 25
SHOWN = 5
"""So many duties of a kind stand on the first page; the rest is one click away."""


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
    """Red flags, who comes, what is to be done by this role, and what the charts wait for."""
    day, practice = timezone.localdate(), request.user.practice
    lines = lines_of(practice, day)
    booked = booked_requests(practice, day)
    duties = duties_by_kind(followed(practice, booked), booked, day, request.user.role)
    if mine := my_tasks(practice, request.user, day):
        duties = {"task": mine, **duties}
    kind = request.GET.get("kind", "")
    if kind in duties:
        return _all_of_a_kind(request, kind, duties[kind])
    page = Paginator([line for line in lines if not line.alerts], PER_PAGE).get_page(request.GET.get("page"))
    flagged = [line for line in lines if line.alerts] if page.number == 1 else []
    _leave_event(request, f"page {page.number}, {len(page.object_list) + len(flagged)} patients")
    context = {
        "page": page,
        "flagged": flagged,
        "visits": visits_on(practice, day) if page.number == 1 else [],
        "duties": [(name, KINDS[name], rows[:SHOWN], len(rows)) for name, rows in duties.items()],
        "others": page.object_list,
        "day": day,
        "considered": CONSIDERED,
        "shown": SHOWN,
    }
    return render(request, "today/today.html", context)


def _all_of_a_kind(request: HttpRequest, kind: str, rows: list[object]) -> HttpResponse:
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    _leave_event(request, f"{kind}, page {page.number}, {len(page.object_list)} rows")
    context = {"page": page, "title": KINDS[kind], "day": timezone.localdate()}
    return render(request, "today/kind.html", context)


def _leave_event(request: HttpRequest, about: str) -> None:
    write_event(
        practice=request.user.practice,
        by=request.user,
        action="patients.today",
        about=about,
        address=address_of(request),
    )
