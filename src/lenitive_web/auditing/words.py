"""Events in words: what was done, about what, and who is meant by a number.

The chain holds codes, so that it reads the same for ever. The codes stand beside the words.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from lenitive.medicine.content import content
from lenitive.reasoning.citing import plain
from lenitive_web.audit.models import Event
from lenitive_web.ledger.models import Patient
from lenitive_web.people.models import Practice, User
from lenitive_web.stages import ROOMS, STAGES

ACTIONS: Mapping[str, str | Promise] = {
    # The doors: what a permission let somebody do.
    "patients.list": _("List of patients read"),
    "patients.today": _("Today read"),
    "chart.view": _("Chart read"),
    "chart.record": _("Chart opened to record"),
    "document.attach": _("Documents opened to attach"),
    "document.scan": _("Chart opened to scan into"),
    "draft.keep": _("Draft kept or thrown away"),
    "diagnosis.override": _("Working diagnosis set"),
    "request.make": _("Request chosen"),
    "authorization.view": _("Authorization read"),
    "letter.write": _("Letter opened"),
    "authorization.list": _("List of requests read"),
    "authorization.record": _("Step or task at the payer opened"),
    "authorization.send": _("Sending to the payer"),
    "authorization.override": _("Packet asked for with something open"),
    "schedule.view": _("Schedule read"),
    "procedure.book": _("Booking opened"),
    "procedure.override": _("Went on against a gate or a warning"),
    "procedure.record": _("Record of a procedure opened"),
    "patients.register": _("Page to register a patient opened"),
    "desk.keep": _("Front desk’s page of a patient opened"),
    "records.import": _("Import looked at"),
    "chart.export": _("Export opened"),
    "practice.manage": _("Practice managed"),
    "access.emergency": _("Emergency access opened"),
    "access.review": _("Emergency access reviewed"),
    "aid.share": _("Decision aid to share or take off"),
    "portal.invite": _("Own pages of a patient looked at, or an invitation sent"),
    "own.view": _("Own pages read by the patient"),
    "own.tell": _("Own pages used by the patient to tell or ask"),
    "audit.view": _("Audit read"),
    # What was written.
    "access.list": _("Emergency accesses listed"),
    "account.factor_added": _("Second factor set up"),
    "account.factor_removed": _("Second factor removed"),
    "account.password": _("Password chosen"),
    "account.refused": _("Sign-in refused"),
    "account.sign_in": _("Signed in"),
    "account.sign_out": _("Signed out"),
    "aid.asked": _("Patient’s questions about a decision aid kept"),
    "aid.opened": _("Decision aid opened by the patient"),
    "aid.unasked": _("Patient’s questions about a decision aid removed"),
    "aid.shared": _("Decision aid shared with the patient"),
    "aid.withdrawn": _("Decision aid taken off the own pages"),
    "answers.dropped": _("Answers to a payer’s form not taken"),
    "answers.receive": _("Answers to a payer’s form received"),
    "answers.taken": _("Answers to a payer’s form taken into the chart"),
    "audit.export": _("Audit exported"),
    "authorization.answer": _("Payer’s answer kept"),
    "authorization.ask": _("Payer asked"),
    "authorization.refused": _("Sending refused by the payer’s endpoint"),
    "authorization.stop": _("Sending stopped"),
    "authorization.unanswered": _("Sending not delivered"),
    "booking.arrived": _("Patient arrived"),
    "booking.cancel": _("Booking cancelled"),
    "booking.checklist": _("Checklist written down"),
    "booking.consent": _("Consent signed"),
    "booking.discharge": _("Patient discharged"),
    "booking.make": _("Procedure booked"),
    "booking.move": _("Booking moved"),
    "booking.not_arrived": _("Arrival taken back"),
    "booking.record": _("Record of the procedure written down"),
    "booking.recovery": _("Recovery written down"),
    "booking.time_out": _("Time-out written down"),
    "chart.exported": _("Record exported"),
    "client.register": _("System registered"),
    "client.token": _("Token given to a system"),
    "diary.open": _("Block diary begun"),
    "document.attached": _("Document attached"),
    "document.changed": _("Document found to be changed"),
    "document.enclosed": _("Document enclosed with a request"),
    "document.looked_at": _("Document looked at"),
    "document.read": _("Documents exported"),
    "document.taken_out": _("Document taken out of a request"),
    "document.withdrawn": _("Document withdrawn"),
    "drawing.record": _("Pain drawing kept"),
    "facts.record": _("Facts written down"),
    "import.begin": _("Import begun"),
    "import.decide": _("Who is who decided in an import"),
    "import.discard": _("Import thrown away"),
    "import.expire": _("Import expired"),
    "import.receive": _("Files received for an import"),
    "import.stop": _("Import stopped"),
    "import.write": _("Imported facts written down"),
    "letter.answered": _("Letter answered"),
    "letter.keep": _("Letter changed"),
    "letter.sent": _("Letter sent"),
    "packet.take_unready": _("Request left for the payer with something open"),
    "partner.add": _("Partner added"),
    "partner.remove": _("Partner removed"),
    "patient.register": _("Patient registered"),
    "people.change": _("Account changed"),
    "people.invite": _("Person invited"),
    "people.invite_again": _("Letter of an invitation sent again"),
    "place.open": _("Room opened"),
    "portal.accept": _("Patient’s account opened"),
    "portal.close": _("Patient’s account closed"),
    "portal.reopen": _("Patient’s account opened again"),
    "portal.withdraw": _("Invitation withdrawn"),
    "portal.wrong_birth_date": _("Wrong day of birth on an invitation"),
    "practice.clinician": _("Requesting physician changed"),
    "practice.connection": _("Way to a payer changed"),
    "practice.letter_head": _("Letter head changed"),
    "practice.open": _("Practice opened"),
    "practice.payer": _("List of payers changed"),
    "practice.questionnaires": _("Questionnaires chosen"),
    "practice.reading": _("Reading of a policy chosen"),
    "practice.room": _("Room added or changed"),
    "practice.view": _("Practice’s settings read"),
    "reminder.send": _("Patient reminded by mail"),
    "request.withdraw": _("Request withdrawn"),
    "task.done": _("Task done"),
    "task.dropped": _("Task not needed any more"),
    "task.give": _("Task given"),
    "task.hand_over": _("Task handed over"),
}
_REFUSED = "refused"
_PAGES = {one.route: one.label for one in (*STAGES, *ROOMS)} | {"my_aid": _("Decision aid")}
_ACCOUNT = re.compile(r"\baccount (\d+)\b")
_IDENTIFIER = re.compile(r"\b([0-9a-f]{8})(?:(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9a-f]{56})\b")
"""An identifier, or the digest of a file: its first digits name it well enough beside the codes."""
_CODE = re.compile(r"[a-z]+(?:_[a-z0-9]+)+")


@dataclass(frozen=True)
class Told:
    """One event in words. ``patient`` is the name of the one whom it is about, if this practice knows one."""

    event: Event
    what: str
    about: str
    patient: str


def told(events: Iterable[Event], practice: Practice) -> list[Told]:
    """The events in words, with the names of people and of single patients of this practice."""
    events = list(events)
    patients, people = names_of_patients(events, practice), _names_of_people(events, practice)
    return [
        Told(one, what_was_done(one.action), _about(one.about, people), patients.get(one.patient, "")) for one in events
    ]


def names_of_patients(events: Iterable[Event], practice: Practice) -> dict[UUID | None, str]:
    """What those are called whom an event is about alone. Who stood on a list is named by its number only."""
    named = {one.patient for one in events if one.patient}
    return dict(Patient.objects.filter(practice=practice, public_id__in=named).values_list("public_id", "name"))


def what_was_done(action: str) -> str:
    """An action in words; one that says more after a colon says it still."""
    known, colon, more = action.partition(": ")
    if known == _REFUSED:
        return _t("Refused: %(what)s") % {"what": what_was_done(more)}
    words = str(ACTIONS.get(known, plain(known.replace(".", ", "))))
    return f"{words}: {more}" if colon else words


def actions_called(words: str) -> list[str]:
    """The actions whose words hold these."""
    return [action for action, said in ACTIONS.items() if words.lower() in str(said).lower()]


def _about(about: str, people: Mapping[int, str]) -> str:
    method, blank, rest = about.partition(" ")
    if blank and method in ("GET", "POST"):
        route, comma, more = rest.partition(", ")
        page = str(_PAGES.get(route, plain(route.replace("-", " ")).capitalize()))
        way = page if method == "GET" else _t("%(page)s, form sent") % {"page": page}
        return f"{way}, {more}" if comma else way
    named = _ACCOUNT.sub(lambda one: people.get(int(one[1]), one[0]), about)
    return _CODE.sub(lambda one: _in_words(one[0]), _IDENTIFIER.sub(r"\1", named))


def _in_words(code: str) -> str:
    """A procedure by its name; any other code with blanks."""
    entry = content().procedures.get(code)
    return entry.label if entry else plain(code)


def _names_of_people(events: Iterable[Event], practice: Practice) -> dict[int, str]:
    numbers = {int(one) for event in events for one in _numbers(event)}
    found = User.objects.filter(practice=practice, pk__in=numbers)
    return {
        number: _t("%(name)s (account %(number)s)") % {"name": name, "number": number}
        for number, name in found.values_list("pk", "name")
    }


def _numbers(event: Event) -> Iterator[str]:
    yield from _ACCOUNT.findall(event.about)
