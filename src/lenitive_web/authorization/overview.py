"""All requests of the practice: what is late, refused, about to end, waiting."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from lenitive_web.audit.actions import address_of, write_event
from lenitive_web.authorization.selectors import (
    ACT,
    HOLDS,
    LATE,
    OVER,
    PREPARE,
    WAIT,
    Row,
    requests_to_payers,
    with_missing,
)
from lenitive_web.authorization.selectors import open_tasks as tasks_in
from lenitive_web.people.guards import needs

PER_PAGE = 25
TASKS_SHOWN = 5

FILTERS: Mapping[str, tuple[str | Promise, Callable[[Row], bool]]] = {
    "to-do": (_("To do now"), lambda row: row.urgency in (LATE, ACT)),
    "prepare": (_("To prepare"), lambda row: row.urgency == PREPARE),
    "waiting": (_("Waiting"), lambda row: row.urgency in (LATE, WAIT)),
    "expiring": (_("About to end"), lambda row: row.is_expiring),
    "denied": (_("Denied or in appeal"), lambda row: row.state in ("denied", "in appeal", "refused in appeal")),
    "approved": (_("Approved"), lambda row: row.urgency == HOLDS or row.is_expiring),
    "over": (_("Over"), lambda row: row.urgency == OVER),
    "all": (_("All"), lambda row: True),
}


@require_GET
@needs("authorization.list")
def authorizations(request: HttpRequest) -> HttpResponse:
    """The requests of the practice, the most urgent first, a page at a time."""
    day = timezone.localdate()
    rows = requests_to_payers(request.user.practice, day)
    chosen = request.GET.get("show", "")
    chosen = chosen if chosen in FILTERS else "to-do"
    page = Paginator([row for row in rows if FILTERS[chosen][1](row)], PER_PAGE).get_page(request.GET.get("page"))
    page.object_list = with_missing(page.object_list, day)
    mine = tasks_in(request.user.practice, request.user)
    first = mine[:TASKS_SHOWN]
    write_event(
        practice=request.user.practice,
        by=request.user,
        action="authorization.list",
        about=f"{chosen}, page {page.number}, {len(page.object_list)} requests",
        address=address_of(request),
        shown=[one.patient.public_id for one in [*page.object_list, *first]],
    )
    context = {
        "page": page,
        "chosen": chosen,
        "filters": [(name, label, sum(map(wanted, rows))) for name, (label, wanted) in FILTERS.items()],
        "mine": first,
        "mine_count": mine.count(),
        "day": day,
    }
    return render(request, "authorization/overview.html", context)
