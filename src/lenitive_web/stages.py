"""The stages of a patient's journey that have a room: one list, from which the patient page draws its tabs.

A room that opens adds its line, in the order of the journey. A stage without a room is not shown.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Stage:
    """One tab: the name of its route, its label, and the permission its room asks for."""

    route: str
    label: str | Promise
    permission: str


STAGES = (
    Stage("story", _("Story"), "chart.view"),
    Stage("examination", _("Examination"), "chart.view"),
    Stage("diagnosis", _("Diagnosis"), "chart.view"),
    Stage("options", _("Options"), "chart.view"),
    Stage("plan", _("Plan"), "chart.view"),
    Stage("authorization", _("Authorization"), "authorization.view"),
    Stage("procedure", _("Procedure"), "chart.view"),
    Stage("outcome", _("Outcome"), "chart.view"),
    Stage("own_pages", _("Own pages"), "portal.invite"),
)


@dataclass(frozen=True)
class Room:
    """One entry of the main navigation."""

    route: str
    label: str | Promise
    permission: str


ROOMS = (
    Room("today", _("Today"), "patients.today"),
    Room("patients", _("Patients"), "patients.list"),
    Room("authorizations", _("Authorizations"), "authorization.list"),
    Room("schedule", _("Schedule"), "schedule.view"),
    Room("practice", _("Practice"), "practice.manage"),
    Room("imports", _("Import"), "records.import"),
    Room("mine", _("My pages"), "own.view"),
    Room("audit", _("Audit"), "audit.view"),
    Room("emergency", _("Emergency access"), "access.emergency"),
    Room("accesses", _("Emergency reviews"), "access.review"),
)
