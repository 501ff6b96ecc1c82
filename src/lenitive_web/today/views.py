"""The first page, and where each role starts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from time import monotonic
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from lenitive_web.audit.actions import address_of, write_event
from lenitive_web.people.guards import needs
from lenitive_web.stages import ROOMS
from lenitive_web.today import selectors
from lenitive_web.today.duties import KINDS
from lenitive_web.today.looking import look_through

PER_PAGE = 25
LATEST = 10
"""So many of the charts written last stand on one page."""
SHOWN = 5
"""So many duties of a kind, or patients with a red flag, stand on the first page; the rest is one click away."""
ON_THE_PAGE = 0.03
"""So many seconds the page itself takes to look at charts that it shows; the others are marked until it was done."""
AT_A_TIME = 0.5
"""So many seconds charts are looked through before the page says how far that came."""


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
    if (kind := request.GET.get("kind", "")) in PAGES:
        return PAGES[kind](request, kind, day)
    until = monotonic() + ON_THE_PAGE
    page = Paginator(selectors.latest(practice), LATEST).get_page(request.GET.get("page"))
    urgent = selectors.urgent(practice, day, SHOWN) if page.number == 1 else []
    selectors.look_now(practice, [*urgent, *page.object_list], day, until)
    first = _first(request, day) if page.number == 1 else {}
    asked_of_others, others = selectors.with_questions(selectors.lines_of(page.object_list, practice, day))
    _leave_event(request, f"page {page.number}", [*others, *_patients_on(first)])
    context = {
        "page": page,
        "others": others,
        "asked_of_others": asked_of_others,
        "day": day,
        "shown": SHOWN,
        "progress": selectors.progress(practice, day),
        "may_register": request.user.may("patients.register"),
        **first,
    }
    return render(request, "today/today.html", context)


def _first(request: HttpRequest, day: date) -> dict[str, Any]:
    """What only the first page has."""
    practice = request.user.practice
    flagged, not_asked = selectors.flagged(practice), selectors.not_asked(practice)
    asked_of_visits, visits = selectors.with_what_to_ask(selectors.visits_on(practice, day))
    coming = {visit.booking.patient_id for visit in visits if visit.booking.may_move}
    return {
        "visits": visits,
        "asked_of_visits": asked_of_visits,
        "number_not_asked": not_asked.count(),
        "coming_not_asked": not_asked.filter(patient__in=coming).count(),
        "flagged": selectors.lines_from(flagged[:SHOWN], practice, day),
        "number_flagged": flagged.count(),
        "duties": list(_duties(request, day)),
    }


def _patients_on(first: dict[str, Any]) -> Iterator[Any]:
    """The rows about a patient that only the first page has."""
    yield from first.get("flagged", ())
    yield from (visit.booking for visit in first.get("visits", ()))
    for _kind, _label, rows, _number in first.get("duties", ()):
        yield from rows


def _duties(request: HttpRequest, day: date) -> Any:
    """What this person has to do, by kind: its name, the first rows, and how many there are."""
    practice = request.user.practice
    if mine := selectors.my_tasks(practice, request.user, day):
        yield "task", KINDS["task"], mine[:SHOWN], len(mine)
    for kind in selectors.kinds_of(request.user.role):
        found = selectors.owed(practice, kind, day)
        if rows := selectors.rows_of(found[:SHOWN], day):
            yield kind, KINDS[kind], rows, found.count() if isinstance(found, QuerySet) else len(found)


@require_POST
@needs("patients.today")
def look(request: HttpRequest) -> HttpResponse:
    """Look at charts that nobody looked at today, for a moment, and say how far that came."""
    day, practice = timezone.localdate(), request.user.practice
    until, number = monotonic() + AT_A_TIME, 0
    selectors.look_now(practice, selectors.urgent(practice, day, SHOWN), day)
    for some in look_through(practice, day):
        number += some
        if monotonic() > until:
            break
    _leave_event(request, f"{number} charts looked at by the program")
    if not request.htmx:
        return redirect("today")
    return render(request, "today/_progress.html", {"progress": selectors.progress(practice, day), "is_at_it": True})


# --- all of one kind -------------------------------------------------------------------------------------------------


def _all_of_a_kind(request: HttpRequest, kind: str, day: date) -> HttpResponse:
    practice = request.user.practice
    if kind == "task":
        page: Page[Any] = _page(request, selectors.my_tasks(practice, request.user, day))
        rows = page.object_list
    elif kind in selectors.kinds_of(request.user.role):
        page = _page(request, selectors.owed(practice, kind, day))
        rows = selectors.rows_of(page.object_list, day)
    else:
        return redirect("today")
    more = selectors.more_results(practice) if kind == "result" else 0
    context = {"rows": rows, "day": day, "not_gone_through": more}
    return _kind_page(request, page, KINDS[kind], context, f"{kind}, page {page.number}")


def _all_flagged(request: HttpRequest, kind: str, day: date) -> HttpResponse:
    page = _page(request, _FOUND[kind](request.user.practice))
    lines = selectors.lines_from(page.object_list, request.user.practice, day)
    context = {"lines": lines, "day": day, "is_unasked": kind == "unasked"}
    return _kind_page(request, page, _TITLES[kind], context, f"{kind}, page {page.number}")


_TITLES = {
    "flag": gettext_lazy("Red flags"),
    "unasked": gettext_lazy("Red flags not asked"),
    "unread": gettext_lazy("Charts that could not be looked at"),
}
_FOUND = {"flag": selectors.flagged, "unasked": selectors.not_asked, "unread": selectors.unreadable}
PAGES = {**dict.fromkeys(KINDS, _all_of_a_kind), **dict.fromkeys(_TITLES, _all_flagged)}


def _page(request: HttpRequest, found: Any) -> Page[Any]:
    return Paginator(found, PER_PAGE).get_page(request.GET.get("page"))


def _kind_page(request: HttpRequest, page: Page[Any], title: Any, more: dict[str, Any], about: str) -> HttpResponse:
    shown: Sequence[Any] = page.object_list
    _leave_event(request, about, shown)
    return render(request, "today/kind.html", {"page": page, "title": title, **more})


def _leave_event(request: HttpRequest, about: str, rows: Iterable[Any] = ()) -> None:
    """An event that names the patient of each row."""
    shown = {row.patient.public_id for row in rows}
    write_event(
        practice=request.user.practice,
        by=request.user,
        action="patients.today",
        about=f"{about}, {len(shown)} patients",
        address=address_of(request),
        shown=shown,
    )
