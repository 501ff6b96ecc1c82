"""What each role may see and do: one table. The documentation prints it, the tests walk it cell by cell."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import TextChoices
from django.utils.functional import Promise
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
    meaning: str | Promise
    roles: frozenset[Role]


def _row(name: str, meaning: str | Promise, *roles: Role) -> Permission:
    return Permission(name, meaning, frozenset(roles))


_CLINICIANS = (Role.PHYSICIAN, Role.NURSE)
_CHART_READERS = (*_CLINICIANS, Role.AUTHORIZATION)

TABLE = (
    _row("patients.list", _("Find a patient by name and see who is on the list"), *_CHART_READERS, Role.FRONT_DESK),
    _row("patients.today", _("See what is missing and which red flags stand, patient by patient"), *_CHART_READERS),
    _row("chart.view", _("Read a chart: story, examination, diagnosis, options"), *_CHART_READERS),
    _row("chart.record", _("Record findings and what the patient tells"), *_CLINICIANS),
    _row("document.attach", _("Attach a document to a chart; withdraw one, with a reason"), *_CHART_READERS),
    _row(
        "document.scan",
        _("Scan a card, a letter or results into a chart, and see that they came, not what they say"),
        *_CLINICIANS,
        Role.FRONT_DESK,
    ),
    _row("draft.keep", _("Have what is half written in a form kept as one's own draft"), *_CHART_READERS),
    _row("diagnosis.override", _("Set a working diagnosis against the differential, with a reason"), Role.PHYSICIAN),
    _row("request.make", _("Choose the procedure that is asked for, its side and levels"), *_CHART_READERS),
    _row("authorization.view", _("Read a determination and take the packet"), *_CHART_READERS),
    _row("letter.write", _("Change a letter before it is signed, address it, follow it"), *_CHART_READERS),
    _row("authorization.list", _("See where all requests to payers stand"), *_CHART_READERS),
    _row("authorization.record", _("Record what payers were sent and answered; give and end tasks"), *_CHART_READERS),
    _row(
        "authorization.send",
        _("Send requests to payers' endpoints, ask about them, change and cancel"),
        *_CHART_READERS,
    ),
    _row(
        "authorization.override",
        _("Give or send a request to the payer while something is open, with a reason that is kept"),
        *_CHART_READERS,
    ),
    _row("schedule.view", _("See who comes when, to which room and operator"), *_CHART_READERS, Role.FRONT_DESK),
    _row("procedure.book", _("Book, move and cancel a procedure"), *_CLINICIANS),
    _row("procedure.override", _("Go on against a closed gate or a warning, with a reason"), Role.PHYSICIAN),
    _row("procedure.record", _("Write the record of a procedure"), Role.PHYSICIAN),
    _row("patients.register", _("Register a new patient"), *_CLINICIANS, Role.FRONT_DESK),
    _row(
        "desk.keep",
        _(
            "Put name and day of birth right, write down the insurance, see and print visits, check in, invite to the "
            "own pages; nothing of the illness"
        ),
        *_CLINICIANS,
        Role.FRONT_DESK,
    ),
    _row(
        "records.import",
        _("Import records from files: see whom they are about, decide who is who, write them into charts"),
        Role.FRONT_DESK,
        Role.ADMINISTRATOR,
    ),
    _row("chart.export", _("Export the whole record of one patient as a file"), *_CLINICIANS),
    _row(
        "practice.manage", _("Invite and deactivate people, set up rooms, payers and letter heads"), Role.ADMINISTRATOR
    ),
    _row(
        "access.emergency",
        _("Read one chart for an hour in an emergency, with a reason that is reviewed"),
        Role.FRONT_DESK,
        Role.ADMINISTRATOR,
    ),
    _row("access.review", _("Review emergency access"), Role.AUDITOR),
    _row(
        "aid.share",
        _("Put a decision aid on a patient’s own pages, see that it was opened and what was asked, take it off"),
        *_CLINICIANS,
    ),
    _row("portal.invite", _("Invite a patient to the own pages and see what came of it"), *_CLINICIANS),
    _row("own.view", _("Read the own pages: getting ready, afterwards, how I am doing"), Role.PATIENT),
    _row("own.tell", _("Tell the own story, answer questions, keep a block diary"), Role.PATIENT),
    _row("audit.view", _("Read and export who saw and changed what"), Role.AUDITOR),
)
PERMISSIONS = {row.name: row for row in TABLE}


def may(role: str, permission: str) -> bool:
    """Whether a role may do this. A permission that is not in the table is a mistake of ours, never a yes."""
    return Role(role) in PERMISSIONS[permission].roles


def as_markdown() -> str:
    """The table for the documentation."""
    head = ["permission", "what it allows", *(str(role.label).lower() for role in Role)]
    rows = [
        [f"`{row.name}`", str(row.meaning), *("yes" if role in row.roles else "" for role in Role)] for row in TABLE
    ]
    lines = [head, ["---"] * len(head), *rows]
    return "".join("| " + " | ".join(line) + " |\n" for line in lines)
