"""What comes now, next if it works, next if it fails."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from lenitive.medicine.content import content
from lenitive.reasoning.assessment import what_stops
from lenitive.reasoning.medicines import NEAR, MedicineStep
from lenitive.reasoning.plan import Rung, ladder
from lenitive.reasoning.plan_of_care import PlanOfCare, plan_of_care
from lenitive.reasoning.safety import worst_first
from lenitive.reasoning.telling import alike_alerts
from lenitive_web.ledger.selectors import requests_of
from lenitive_web.patients.page import PatientPage, open_page
from lenitive_web.plan.letters import as_written, referral_letter

PLACES = {
    "now": gettext_lazy("Now"),
    "next": gettext_lazy("Next"),
}


@require_GET
def plan(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    """The ladder, the goals, whom to involve."""
    page = open_page(request, patient_id, "chart.view")
    told = _plan(page)
    places = [_place(page, told, place, label) for place, label in PLACES.items()]
    shown = [place for place in (*places, _not_open(page)) if place.shown]
    scored = [goal for goal in told.goals if goal.scores]
    context = page.context(
        "plan",
        plan=told,
        places=shown,
        holds=alike_alerts(worst_first(one for one in told.alerts if one not in page.assessment.alerts)),
        medicines=_medicines(told),
        is_stopped=bool(what_stops(page.assessment.red_flags)),
        talks=content().talks,
        scored=scored,
        goals=[one for one in told.goals if not one.scores],
    )
    return render(request, "plan/plan.html", context)


@require_GET
def letter(request: HttpRequest, patient_id: UUID, partner: str) -> HttpResponse:
    """A letter with the question and the facts that it rests on, to print."""
    page = open_page(request, patient_id, "chart.view")
    asked = next((one for one in _plan(page).partners if one.partner == partner), None)
    if asked is None:
        messages.info(request, _("The chart does not call for this letter any more; here is whom it calls for."))
        return redirect("plan", patient_id)
    return render(
        request, "plan/letter.html", page.context("plan", letter=as_written(referral_letter(asked, page), page.patient))
    )


@require_GET
def talk(request: HttpRequest, patient_id: UUID, talk: str) -> HttpResponse:
    """Two ways of care beside each other, or questions, to print and take along."""
    page = open_page(request, patient_id, "chart.view")
    found = content().talks.get(talk)
    if found is None:
        raise Http404
    return render(request, "plan/talk.html", page.context("plan", talk=found))


Alike = Sequence[Rung]
"""Steps that stand alike: one reason, and the same follows either result."""


@dataclass(frozen=True)
class Place:
    """The steps that have their place at one time, what is asked for first; the later ones are folded away."""

    label: str | Promise
    shown: Sequence[Alike]
    folded: Sequence[Alike]
    asked_for: Sequence[str]

    @property
    def first(self) -> list[Rung]:
        """The steps that are shown."""
        return [rung for alike in self.shown for rung in alike]

    @property
    def more(self) -> list[Rung]:
        """The steps that are folded away."""
        return [rung for alike in self.folded for rung in alike]


SHOWN = 4
"""So many steps of one place are read at a glance; the rest opens."""


def _place(page: PatientPage, told: PlanOfCare, place: str, label: str | Promise) -> Place:
    asked = _asked_for(page)
    rungs = sorted((rung for rung in told.ladder if rung.place == place), key=lambda rung: rung.procedure not in asked)
    together = _together(rungs, asked)
    return Place(label, together[:SHOWN], together[SHOWN:], asked)


def _together(rungs: Sequence[Rung], asked: Sequence[str]) -> list[Alike]:
    """The steps in their order, those that stand alike with the first of them; what is asked for stands alone."""
    found: list[list[Rung]] = []
    for rung in rungs:
        alike = [same for same in found if _are_alike(same[0], rung) and same[0].procedure not in asked]
        if alike and rung.procedure not in asked:
            alike[0].append(rung)
        else:
            found.append([rung])
    return list(found)


def _are_alike(*rungs: Rung) -> bool:
    """The action of a red flag stands alone."""
    told = [(one.why, one.opens_with, one.if_it_works, one.if_it_fails) for one in rungs]
    return all(one.procedure for one in rungs) and all(one == told[0] for one in told)


def _not_open(page: PatientPage) -> Place:
    """What is asked for although its place has not come: it is shown, with what follows, and why it has to wait."""
    asked = _asked_for(page)
    waiting = [rung for rung in ladder(page.book, page.assessment, ("later", "not now")) if rung.procedure in asked]
    return Place(gettext_lazy("Asked for, not open yet"), [[rung] for rung in waiting], [], asked)


def _medicines(told: PlanOfCare) -> dict[str, list[MedicineStep]]:
    """What is taken, open or next; and the others."""
    near = [one for one in told.medicines if one.place in NEAR]
    return {"near": near, "far": [one for one in told.medicines if one not in near]}


def _plan(page: PatientPage) -> PlanOfCare:
    return plan_of_care(page.chart, page.as_of, page.assessment, page.book, _asked_for(page))


def _asked_for(page: PatientPage) -> list[str]:
    """The procedures that the clinic asks for, the latest first."""
    return [one.kind for one in reversed(requests_of(page.patient))]
