"""The first own page: what to do next. And the page for who cannot wait."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET

from lenitive.chart.complaint import Complaint
from lenitive_web.people.guards import needs
from lenitive_web.portal.aids import shared_aids
from lenitive_web.portal.diary import blocks_to_follow, label_of
from lenitive_web.portal.door import OwnPage, own_page
from lenitive_web.portal.drafts import draft_of
from lenitive_web.portal.intake import KIND
from lenitive_web.portal.models import BlockDiary
from lenitive_web.portal.questions import due, left_at, offered
from lenitive_web.portal.ready import plans_of
from lenitive_web.portal.sending import SOURCE
from lenitive_web.portal.words import QUESTIONNAIRES, plain_name


@dataclass(frozen=True)
class Task:
    """One thing to do: what, why or how long, where, and whether it was begun."""

    heading: str | Promise
    says: str
    address: str
    begun: bool = False


@require_GET
@needs("own.view")
def mine(request: HttpRequest) -> HttpResponse:
    """What to do next, the most pressing first."""
    page = own_page(request, "own.view")
    read = shared_aids(page.patient).exclude(opened_at=None)
    context = page.context("mine", tasks=tasks_of(page), plans=plans_of(page), told=_has_told(page), read=read)
    return render(request, "portal/mine.html", context)


@require_GET
@needs("own.view")
def help_now(request: HttpRequest) -> HttpResponse:
    """Whom to call now."""
    page = own_page(request, "own.view")
    numbers = {"emergency": settings.EMERGENCY_NUMBER, "crisis": settings.CRISIS_LINE}
    return render(request, "portal/help_now.html", page.context("help", **numbers))


def tasks_of(page: OwnPage) -> list[Task]:
    """Diary first, for its half hour passes; then the story; then what to read; then the questions."""
    return [*_diaries(page), *_story(page), *_to_read(page), *_questions(page)]


def _diaries(page: OwnPage) -> list[Task]:
    closed = set(
        BlockDiary.objects.filter(patient=page.patient, closed_at__isnull=False).values_list("procedure", flat=True)
    )
    return [
        Task(_("Block diary"), label_of(block), reverse("my_diary", args=[block.id]))
        for block in blocks_to_follow(page.chart, page.as_of)
        if block.id not in closed
    ]


def _to_read(page: OwnPage) -> list[Task]:
    """Decision aids that were not opened yet."""
    return [
        Task(
            _("Read: %(procedure)s") % {"procedure": plain_name(one.procedure)},
            _("How often it helps, what can go wrong, and what else there is."),
            reverse("my_aid", args=[one.procedure]),
        )
        for one in shared_aids(page.patient).filter(opened_at=None)
    ]


def _has_told(page: OwnPage) -> bool:
    return any(fact.source == SOURCE for fact in page.chart.rows(Complaint))


def _story(page: OwnPage) -> list[Task]:
    begun = draft_of(page.patient, KIND) is not None
    if _has_told(page) and not begun:
        return []
    says = (
        _("You have begun. It takes up where you left.")
        if begun
        else _("About ten minutes. You can stop and go on later.")
    )
    return [Task(_("Tell us where it hurts"), says, reverse("my_story_check"), begun)]


def _questions(page: OwnPage) -> list[Task]:
    known = offered()
    found = []
    for name in due(page):
        entry = known[name]
        asked = entry.questionnaire
        number = len(asked.items) if asked else 0
        begun = draft_of(page.patient, name) is not None
        address = reverse("my_questions", args=[name, left_at(page.patient, name) if begun else 1])
        says = ngettext("%(number)s question", "%(number)s questions", number) % {"number": number}
        found.append(Task(QUESTIONNAIRES.get(name, entry.label), says, address, begun))
    return found
