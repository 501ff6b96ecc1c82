"""The chain of events, for the auditor."""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import islice
from uuid import UUID

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from lenitive_web.audit.actions import address_of, write_event
from lenitive_web.audit.models import Event, Shown
from lenitive_web.auditing.forms import MOST_PEOPLE, FilterForm
from lenitive_web.auditing.words import told
from lenitive_web.people.guards import needs

PER_PAGE = 50
COLUMNS = ("number", "at", "by", "role", "address", "action", "patient", "about", "hash")
_FIELDS = ("pk", "at", "by__email", "role", "address", "action", "patient", "about", "hash")


@require_GET
@needs("audit.view")
def audit(request: HttpRequest) -> HttpResponse:
    """Events of the practice, latest first, by person, patient, action and day."""
    form = FilterForm(request.GET, practice=request.user.practice)
    found = _found(request, form).prefetch_related("shown")
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    page.object_list = told(page.object_list, request.user.practice)  # before this look becomes an event itself
    named = {one.event.patient for one in page.object_list if one.patient}
    _leave_event(request, "audit.view", form, named)
    people = form.people[:MOST_PEOPLE]
    context = {
        "form": form,
        "page": page,
        "one": people[0] if len(people) == 1 else None,
        "people": people if len(people) > 1 else [],
        "are_more": len(form.people) > MOST_PEOPLE,
    }
    return render(request, "auditing/audit.html", context)


@require_GET
@needs("audit.view")
def export(request: HttpRequest) -> HttpResponse:
    """The same events as CSV, with their hashes."""
    form = FilterForm(request.GET, practice=request.user.practice)
    found = _found(request, form)
    _leave_event(request, "audit.export", form)
    headers = {"Content-Disposition": 'attachment; filename="audit.csv"'}
    return StreamingHttpResponse(_lines(found), content_type="text/csv; charset=utf-8", headers=headers)


def _found(request: HttpRequest, form: FilterForm) -> QuerySet[Event]:
    events = Event.objects.filter(practice=request.user.practice).select_related("by")
    return form.narrowed(events) if form.is_valid() and not form.is_undecided else events.none()


def _leave_event(request: HttpRequest, action: str, form: FilterForm, named: Iterable[UUID] = ()) -> None:
    """Looking for a person is looking too: the event names who was looked for, or everybody whom the words fit, and
    whose names stood on the page."""
    one = form.cleaned_data.get("patient")
    write_event(
        practice=request.user.practice,
        by=request.user,
        action=action,
        patient=one or None,
        about=f"{len(form.people)} patients to choose from" if form.people and not one else "",
        address=address_of(request),
        shown=() if one else {*named, *(patient.public_id for patient in form.people[:MOST_PEOPLE])},
    )


class _Echo:
    """A file that gives back what is written to it."""

    def write(self, text: str) -> str:
        return text


def _lines(events: QuerySet[Event]) -> Iterator[str]:
    writer = csv.writer(_Echo())
    yield writer.writerow(COLUMNS)
    rows = events.select_related(None).values_list(*_FIELDS)
    every = rows.iterator(chunk_size=2000)
    while some := list(islice(every, 2000)):
        shown = _shown_in([row[0] for row in some])
        for number, at, by, role, address, action, patient, *others in some:
            cells = (by, role, address, action, patient or " ".join(shown.get(number, ())), *others)
            yield writer.writerow([number, at.isoformat(), *(_inert(str(cell or "")) for cell in cells)])


def _shown_in(events: list[int]) -> dict[int, list[str]]:
    """Who stood on the lists of these events."""
    found: dict[int, list[str]] = defaultdict(list)
    rows = Shown.objects.filter(event__in=events)
    for number, patient in rows.order_by("event", "patient").values_list("event", "patient"):
        found[number].append(str(patient))
    return found


def _inert(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula."""
    return f"'{cell}" if cell[:1] in ("=", "+", "-", "@", "\t", "\r") else cell
