"""Pages to read: getting ready, afterwards, how I am doing."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from lenitive.chart.goal import Goal
from lenitive.chart.procedure import Procedure
from lenitive.medicine.content import content
from lenitive.reasoning.book import book
from lenitive.reasoning.education import education_for
from lenitive_web.people.guards import needs
from lenitive_web.portal import doing as scores
from lenitive_web.portal.door import clinic_of, own_page
from lenitive_web.portal.ready import calendar_of, plans_of


@require_GET
@needs("own.view")
def ready(request: HttpRequest) -> HttpResponse:
    """What is planned and how to get ready for it."""
    page = own_page(request, "own.view")
    more = {"plans": plans_of(page), "talks": content().talks, "emergency": settings.EMERGENCY_NUMBER}
    return render(request, "portal/ready.html", page.context("ready", **more))


@require_GET
@needs("own.view")
def calendar(request: HttpRequest) -> HttpResponse:
    """The same as a calendar file."""
    page = own_page(request, "own.view")
    practice = page.patient.practice
    text = calendar_of(plans_of(page), practice.name, timezone.now(), clinic_of(practice.pk))
    return HttpResponse(
        text,
        content_type="text/calendar; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="getting-ready.ics"'},
    )


@require_GET
@needs("own.view")
def afterwards(request: HttpRequest) -> HttpResponse:
    """What is normal after the last procedure, when to call, and when to call an ambulance."""
    page = own_page(request, "own.view")
    rows = page.chart.rows(Procedure)
    known = [row for row in rows if row.kind in content().procedures]
    last = known[-1] if known else None
    leaflet = education_for(book(), last.kind) if last else None
    context = page.context(
        "afterwards",
        last=last,
        leaflet=leaflet,
        emergency=settings.EMERGENCY_NUMBER,
    )
    return render(request, "portal/afterwards.html", context)


@require_GET
@needs("own.view")
def doing(request: HttpRequest) -> HttpResponse:
    """Scores over time."""
    page = own_page(request, "own.view")
    helped = scores.helped_by(page.book, page.chart, page.as_of)
    return render(
        request,
        "portal/doing.html",
        page.context(
            "doing",
            helped=helped,
            lines=scores.lines_of(page.chart, helped),
            chart=page.chart,
            as_of=page.as_of,
            has_goals=bool(page.chart.rows(Goal)),
        ),
    )
