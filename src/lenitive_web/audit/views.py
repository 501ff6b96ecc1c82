"""The chain of events, for the auditor."""

from __future__ import annotations

import csv
from collections.abc import Iterator

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from lenitive_web.audit.actions import address_of, write_event
from lenitive_web.audit.forms import FilterForm
from lenitive_web.audit.models import Event
from lenitive_web.people.guards import needs

PER_PAGE = 50
COLUMNS = ("number", "at", "by", "role", "address", "action", "patient", "about", "hash")


@require_GET
@needs("audit.view")
def audit(request: HttpRequest) -> HttpResponse:
    """Events of the practice, latest first, by person, patient, action and day."""
    form = FilterForm(request.GET, practice=request.user.practice)
    page = Paginator(_found(request, form), PER_PAGE).get_page(request.GET.get("page"))
    _leave_event(request, "audit.view")
    return render(request, "audit/audit.html", {"form": form, "page": page})


@require_GET
@needs("audit.view")
def export(request: HttpRequest) -> HttpResponse:
    """The same events as CSV, with their hashes."""
    found = _found(request, FilterForm(request.GET, practice=request.user.practice))
    _leave_event(request, "audit.export")
    headers = {"Content-Disposition": 'attachment; filename="audit.csv"'}
    return StreamingHttpResponse(_lines(found), content_type="text/csv; charset=utf-8", headers=headers)


def _found(request: HttpRequest, form: FilterForm) -> QuerySet[Event]:
    events = Event.objects.filter(practice=request.user.practice).select_related("by")
    return form.narrowed(events) if form.is_valid() else events.none()


def _leave_event(request: HttpRequest, action: str) -> None:
    write_event(practice=request.user.practice, by=request.user, action=action, address=address_of(request))


class _Echo:
    """A file that gives back what is written to it."""

    def write(self, text: str) -> str:
        return text


def _lines(events: QuerySet[Event]) -> Iterator[str]:
    writer = csv.writer(_Echo())
    yield writer.writerow(COLUMNS)
    for event in events.iterator(chunk_size=1000):
        yield writer.writerow(
            _inert(cell)
            for cell in (
                str(event.pk),
                event.at.isoformat(),
                event.by.email if event.by else "",
                event.role,
                event.address or "",
                event.action,
                str(event.patient or ""),
                event.about,
                event.hash,
            )
        )


def _inert(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula."""
    return f"'{cell}" if cell[:1] in ("=", "+", "-", "@", "\t", "\r") else cell
