"""What comes first for somebody who was just registered: how the story begins, and what need not wait for it."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from lenitive.chart import Chart
from lenitive.chart.complaint import Complaint
from lenitive.chart.coverage import Coverage
from lenitive_web.ledger.models import Patient
from lenitive_web.look.first_step import FirstStep
from lenitive_web.people.models import User


def first_steps(patient: Patient, chart: Chart, user: User) -> list[FirstStep]:
    """What this person can do for a new patient; nothing once a pain is written down."""
    if chart.rows(Complaint):
        return []
    return [step for permission, step in _steps(patient, chart) if user.may(permission)]


def _steps(patient: Patient, chart: Chart) -> list[tuple[str, FirstStep]]:
    def at(route: str, *more: Any) -> str:
        return reverse(route, args=[patient.public_id, *more])

    is_insured = bool(chart.rows(Coverage))
    is_invited = hasattr(patient, "own_account") or patient.invitations.exists()
    return [
        (
            "chart.record",
            FirstStep(
                _("Insurance"),
                _("It decides by which rules a request stands."),
                at("story_add", "coverage"),
                is_insured,
            ),
        ),
        (
            "portal.invite",
            FirstStep(
                _("Invite to the own pages"),
                _("The patient draws the pain, tells the story and answers questionnaires at home."),
                at("own_pages"),
                is_invited,
            ),
        ),
        (
            "chart.record",
            FirstStep(
                _("What hurts"),
                _("Where, since when, where it goes: with it the differential begins."),
                at("story_add", "complaint"),
                is_done=False,
            ),
        ),
    ]
