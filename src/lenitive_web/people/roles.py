"""What each role may see and do: one table. The documentation prints it, the tests walk it cell by cell."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Role(TextChoices):
    """What somebody is in a practice. Everybody is one thing."""

    PHYSICIAN = "physician", _("Physician")
    NURSE = "nurse", _("Nurse")
    AUTHORIZATION = "authorization", _("Authorization staff")
    FRONT_DESK = "front_desk", _("Front desk")
    ADMINISTRATOR = "administrator", _("Administrator")
    AUDITOR = "auditor", _("Auditor")
    PATIENT = "patient", _("Patient")


@dataclass(frozen=True)
class Permission:
    """One thing that may be done, and by whom."""

    name: str
    meaning: str
    roles: frozenset[Role]


def _row(name: str, meaning: str, *roles: Role) -> Permission:
    return Permission(name, meaning, frozenset(roles))


_CLINICIANS = (Role.PHYSICIAN, Role.NURSE)
_CHART_READERS = (*_CLINICIANS, Role.AUTHORIZATION)

TABLE = (
    _row("patients.list", "Find a patient by name and see who is on the list", *_CHART_READERS, Role.FRONT_DESK),
    _row("patients.today", "See what is missing and which red flags stand, patient by patient", *_CHART_READERS),
    _row("chart.view", "Read a chart: story, examination, diagnosis, options", *_CHART_READERS),
    _row("chart.record", "Record findings and what the patient tells", *_CLINICIANS),
    _row("diagnosis.override", "Set a working diagnosis against the differential, with a reason", Role.PHYSICIAN),
    _row("request.make", "Choose the procedure that is asked for, its side and levels", *_CHART_READERS),
    _row("authorization.view", "Read a determination and take the packet", *_CHART_READERS),
    _row("audit.view", "Read and export who saw and changed what", Role.AUDITOR),
)
PERMISSIONS = {row.name: row for row in TABLE}


def may(role: str, permission: str) -> bool:
    """Whether a role may do this. A permission that is not in the table is a mistake of ours, never a yes."""
    return Role(role) in PERMISSIONS[permission].roles


def as_markdown() -> str:
    """The table for the documentation."""
    head = ["permission", "what it allows", *(str(role.label).lower() for role in Role)]
    rows = [[f"`{row.name}`", row.meaning, *("yes" if role in row.roles else "" for role in Role)] for row in TABLE]
    lines = [head, ["---"] * len(head), *rows]
    return "".join("| " + " | ".join(line) + " |\n" for line in lines)
