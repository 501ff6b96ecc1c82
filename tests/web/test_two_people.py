"""Two people in one chart: whoever comes later is told what the other wrote, and loses nothing of the own entry.

The forms are found on the pages themselves, by the table of routes: a form that writes facts and does not carry the
chart's version, or that nobody says here how to fill, fails.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from html.parser import HTMLParser
from typing import Any
from uuid import UUID

import pytest
from django.test import Client
from django.urls import get_resolver, resolve, reverse

from lenitive_web.authorization.models import RequestingClinician
from lenitive_web.ledger.actions import record_facts
from lenitive_web.ledger.changes import changes
from lenitive_web.ledger.facts import NewFact
from lenitive_web.ledger.models import Entry, Patient
from lenitive_web.people.models import Practice
from lenitive_web.people.roles import Role
from lenitive_web.practice.models import LetterHead
from lenitive_web.schedule.models import Booking, Place
from tests.web.attachments import making
from tests.web.authorization.sending import connect
from tests.web.conftest import As, admitted, member
from tests.web.procedure.booking import at, booked
from tests.web.procedure.test_day import GOOD, answers, checked, send, signed, stopped
from tests.web.test_door import FILLED, POSTED, ROUTES

Said = dict[str, str | list[str]]


@dataclass
class Shown:
    """A form as it stands on a page: where it goes, and what a browser would send."""

    action: str
    values: dict[str, list[str]] = field(default_factory=dict)

    @property
    def route(self) -> str:
        return str(resolve(self.action).url_name)


class Forms(HTMLParser):
    """Finds the forms of a page that are posted."""

    def __init__(self, address: str) -> None:
        super().__init__()
        self.address, self.found = address, []  # type: ignore[var-annotated]
        self._open: Shown | None = None
        self._select, self._text = "", ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = dict(attrs)
        is_box = said.get("type") in ("checkbox", "radio")
        name, value = said.get("name") or "", said.get("value", "on" if is_box else "") or ""
        if tag == "form":
            self._open = Shown(said.get("action") or self.address) if said.get("method") == "post" else None
            self.found += [self._open] if self._open else []
        elif self._open is None:
            return
        elif tag == "input" and name:
            if (not is_box and said.get("type") not in ("submit", "button")) or "checked" in said:
                self._open.values.setdefault(name, []).append(value)
        elif tag in ("select", "textarea"):
            self._select, self._text = (name, "") if tag == "select" else ("", name)
            self._open.values.setdefault(name, [])
        elif tag == "option" and self._select and "selected" in said:
            self._open.values[self._select].append(value)

    def handle_data(self, data: str) -> None:
        if self._open and self._text:
            self._open.values.setdefault(self._text, []).append(data.strip())

    def handle_endtag(self, tag: str) -> None:
        self._select = "" if tag == "select" else self._select
        self._text = "" if tag == "textarea" else self._text
        self._open = None if tag == "form" else self._open


def forms_at(client: Client, address: str) -> list[Shown]:
    page = client.get(address)
    if page.status_code != 200 or "html" not in page["Content-Type"]:
        list(page)  # a file is closed once it is read
        return []
    reader = Forms(address)
    reader.feed(page.content.decode())
    return [form for form in reader.found if str(resolve(form.action).route).startswith("patients/<uuid")]


def _record(physician: Client, booking: Booking) -> None:
    assert send(physician, booking, "visit-record", **GOOD).status_code == 302


def day_until(stage: str, nurse: Client, physician: Client, booking: Booking, today: date) -> Iterator[str]:
    """The stages of a day one after the other, each with other forms open, until one of them."""
    yield "booked"
    steps = {
        "checked": lambda: checked(nurse, booking, today),
        "ready": lambda: signed(nurse, booking),
        "stopped": lambda: stopped(nurse, booking),
        "recorded": lambda: _record(physician, booking),
    }
    for name, step in steps.items() if stage != "booked" else ():
        step()
        yield name
        if name == stage:
            return


STEPS = dict.fromkeys(("patient", "procedure", "consent", "dangers", "ready"), "on")

SAID: dict[str, tuple[str, Said]] = {
    "story_add": ("booked", {"region": "low_neck", "true_on": "2025-03", "quality": ["aching"]}),
    "story_correct": ("booked", {"aggravated_by": ["extension", "sitting"], "description": "It pulls when I turn."}),
    "scores": ("booked", {"nrs": "3"}),
    "asked": ("booked", {"topics": ["allergy"]}),
    "examination": ("booked", {}),
    "document": ("booked", {}),
    "override": ("booked", {"generator": "lumbar_facet", "reason": "The block settled it for me."}),
    "option_answers": ("booked", {}),
    "follow_up": ("booked", {"percent": "60", "held": "no", "lasted": "5"}),
    "record_step": ("booked", {"why": "The payer asked for it so."}),
    "set_goal": ("booked", {"text": "Walk to the shop and back.", "due": "2999-01-01"}),
    "goal_outcome": ("booked", {"outcome": "reached"}),
    "visit-checklist": ("booked", {}),
    "visit-consent": ("checked", {"signed_name": "Patient 0", "signed_as": "patient", "understood": "on"}),
    "visit-time-out": ("ready", {"team": "Physician One and Nurse One", **STEPS}),
    "visit-record": ("stopped", {**GOOD}),
    "visit-recovery": ("recorded", {"heart_rate": "70", "systolic": "120", "diastolic": "80", "pain": "2"}),
    "visit-discharge": ("recorded", {"reason": "All was looked at but the instructions."}),
    "visit-relief": ("recorded", {"minutes_after": "30", "score_before": "7", "score_after": "2"}),
}
"""How each form that writes facts is filled, and when it stands open."""

OTHERS = {
    "desk": "tests/web/desk shows that the later of two who change an insurance is told",
    "book": "a booking is no fact; its own clash is told by the room and the operator",
    "visit-move": "carries the version of the booking",
    "visit-cancel": "carries the version of the booking",
    "ask": "a decision, whose latest one counts",
    "withdraw": "a decision, whose latest one counts",
    "documents": "a document is no fact; the same file is kept once",
    "scan": "a document is no fact; the same file is kept once",
    "document_withdraw": "a document is withdrawn once",
    "enclose": "a decision, whose latest one counts",
    "give_task": "a task, of which one is open for one question",
    "give_all_tasks": "tasks, of which one is open for one question",
    "end_task": "a task ends once",
    "packet": "each taking is kept with its word why",
    "letter": "tests/web/letters shows that the later of two writers is told",
    "letter_step": "each step is kept",
    "own_pages": "an invitation, of which one is open",
    "share_aid": "an aid is shared once, and taken off once",
    "answers": "what a payer's form is answered with is no fact",
    "send": "tested where a payer is connected",
    "carry_on": "tested where a payer is connected",
    "ask_payer": "tested where a payer is connected",
    "stop_sending": "tested where a payer is connected",
    "cancel_request": "tested where a payer is connected",
}
"""Forms about a patient that write no fact, and why two people do no harm there."""


@pytest.fixture
def booking(patient: Patient, today: date) -> Booking:
    return booked(patient, at(today))


@pytest.fixture(autouse=True)
def document(patient: Patient) -> None:
    """A report in which something can be read."""
    making.attached(patient, None, number=UUID(FILLED["document"]))


@pytest.fixture(autouse=True)
def goal(patient: Patient) -> None:
    """Something that was agreed on with the patient."""
    agreed = NewFact("goal", {"kind": "activity", "text": "Sit through a film.", "true_on": "2026-01-05"})
    record_facts(patient=patient, facts=[agreed], by=None, source="plan")


def address_of(name: str, patient: Patient) -> str:
    """Where a form stands, with what there is in this chart."""
    there = {**FILLED, "table": "complaint", "goal": "sleep", "session": _fact(patient, "procedure")}
    there["fact"] = _fact(patient, "goal" if name == "goal_outcome" else "complaint")
    more = dict(ROUTES)[name]
    return reverse(name, kwargs={"patient_id": patient.public_id, **{one: there[one] for one in more}})


def pages_of(patient: Patient, only: str) -> Iterator[str]:
    for name, _more in ROUTES:
        if name not in POSTED and name.startswith(only):
            yield address_of(name, patient)


def test_every_form_that_writes_facts_carries_the_version(
    as_role: As, booking: Booking, patient: Patient, today: date
) -> None:
    nurse, physician = as_role(Role.NURSE), as_role(Role.PHYSICIAN)
    found: dict[str, Shown] = {}
    for stage in day_until("recorded", nurse, physician, booking, today):
        for address in pages_of(patient, only="" if stage == "booked" else "visit-"):
            found |= {form.route: form for form in forms_at(physician, address)}
    assert set(found) <= set(SAID) | set(OTHERS), "say how it is filled, or why two people do no harm"
    without = {route for route, form in found.items() if route in SAID and "version" not in form.values}
    assert without == set()
    assert set(SAID) <= set(found), "each form was seen on some page"
    assert "booking_version" in found["visit-cancel"].values


def form_of(route: str, client: Client, patient: Patient) -> Shown:
    """The form as it stands on the page on which somebody finds it."""
    on = {"override": "diagnosis", "record_step": "authorization", "visit-relief": "visit-discharge"}
    pages = list(_options(patient)) if route == "option_answers" else [address_of(on.get(route, route), patient)]
    return next(form for page in pages for form in forms_at(client, page) if form.route == route)


def _options(patient: Patient) -> Iterator[str]:
    from lenitive.medicine.content import content

    return (reverse("option", args=[patient.public_id, name]) for name in content().procedures)


def _fact(patient: Patient, table: str) -> str:
    return Entry.objects.filter(patient=patient, table=table).values_list("fact_id", flat=True)[0]


@pytest.mark.parametrize("route", SAID)
def test_the_later_of_two_sees_what_the_other_wrote_beside_the_own_entry(
    route: str, as_role: As, booking: Booking, patient: Patient, today: date
) -> None:
    nurse, physician = as_role(Role.NURSE), as_role(Role.PHYSICIAN)
    stage, said = SAID[route]
    assert stage in list(day_until(stage, nurse, physician, booking, today))
    form = form_of(route, physician, patient)
    filled = {**form.values, **(said or _usual(route, form, physician, booking, today))}

    other = NewFact("allergy", {"substance": "a very rare resin"})
    patient.refresh_from_db()
    record_facts(patient=patient, facts=[other], by=member(patient.practice, Role.NURSE), source="visit")
    before = Entry.objects.count()

    refused = physician.post(form.action, filled)
    page = refused.content.decode()
    assert refused.status_code == 409, refused.context["form"].errors
    assert Entry.objects.count() == before, "nothing was written"
    assert "Allergy: A very rare resin" in page, "what the other wrote is spelled out"
    assert "Nurse One" in page

    again = Forms(form.action)
    again.feed(page)
    shown = [one for one in again.found if one.route == route and "version" in one.values]
    [kept] = [one for one in shown if not lost(one, filled)] or [min(shown, key=lambda one: len(lost(one, filled)))]
    assert lost(kept, filled) == {}
    assert kept.values["version"] != form.values["version"]
    taken = physician.post(form.action, {**filled, "version": kept.values["version"]})
    assert taken.status_code == 302, "now it is taken"
    assert Entry.objects.count() > before


def lost(form: Shown, filled: Said) -> dict[str, tuple[list[str], list[str]]]:
    """What was typed and does not stand in a form any more."""
    typed = {name: _listed(value) for name, value in filled.items() if name not in ("version", "csrfmiddlewaretoken")}
    return {
        name: (value, form.values.get(name, []))
        for name, value in typed.items()
        if any(value) and form.values.get(name) != value
    }


def _listed(value: str | list[str]) -> list[str]:
    return [value] if isinstance(value, str) else list(value)


def _usual(route: str, form: Shown, client: Client, booking: Booking, today: date) -> Said:
    """Answers to questions that depend on the patient."""
    if route == "visit-checklist":
        return dict(answers(booking, today))
    if route in ("examination", "document"):
        asked = client.get(form.action).context["form"]
        name = next(name for name, one in asked.fields.items() if "present" in dict(getattr(one, "choices", ())))
        return {name: "present"}
    if route == "option_answers":
        name = next(name for name in _asked(client, form) if name != "version")
        return {name: "yes"}
    assert route == "record_step"
    return {}


def _asked(client: Client, form: Shown) -> list[str]:
    return list(client.get(form.action.removesuffix("/answers")).context["answers"].fields)


def test_every_kind_of_fact_can_be_told(practice: Practice, today: date) -> None:
    told = set()
    for number in range(12):
        patient = admitted(practice, today, number)
        entries = list(patient.entries.all())
        assert all(change.words for change in changes(entries))
        told |= {entry.table for entry in entries}
    step = {"request": "r1", "status": "sent", "kind": "medial_branch_block_lumbar", "true_on": today}
    [entry] = record_facts(patient=patient, facts=[NewFact("authorization", step)], by=None, source="test")
    assert changes([entry])[0].words.endswith(": sent")
    assert {"complaint", "finding", "medication", "procedure", "statement"} <= told


# --- settings --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Setting:
    """A form of settings: its route, what two people type into it, and what then stands."""

    route: str
    first: Said
    second: Said
    stands: str


SETTINGS = [
    Setting("letter_head", {"phone": "555-0101"}, {"phone": "555-0202"}, "555-0101"),
    Setting("questionnaires", {"asked": ["peg"]}, {"asked": ["phq9"]}, "PEG"),
    Setting("person", {"name": "Nurse First"}, {"name": "Nurse Second"}, "Nurse First"),
    Setting("place", {"name": "Room One"}, {"name": "Room Two"}, "Room One"),
    Setting("connection", {"identifier": "11111"}, {"identifier": "22222"}, "11111"),
    Setting("clinician", {"phone": "555-0101"}, {"phone": "555-0202"}, "555-0101"),
]
NOT_TOLD = {
    "invite": "makes somebody new; an address has one account",
    "invite_again": "writes a letter again",
    "places": "adds a room; a name has one",
    "payers": "adds a payer; a name has one",
    "remove_payer": "takes off a list what is on it, once",
    "partners": "adds a partner; a name has one",
    "remove_partner": "takes out of the book what is in it, once",
    "readings": "a decision with its reason, each of which is kept and shown",
    "new_clinician": "makes somebody new; a physician is named once",
    "review_access": "an access is reviewed once",
    "register": "makes somebody new",
    "emergency": "opens an access of one's own",
    "upload": "makes an import of its own",
    "import": "carries what was decided; tests/web/importing tells the later one",
    "stop_import": "is over once",
    "discard_import": "is over once",
    "look": "works out again what is derived",
    "my_story": "the patient's own; each telling is kept",
    "my_story_check": "the patient's own; each telling is kept",
    "my_questions": "the patient's own; each answer is kept",
    "my_aid": "the patient's own questions; the latest stand",
    "my_diary": "the patient's own; each entry is kept",
    "invitation": "is taken up once",
}
"""Forms about no single patient, and why two people do no harm there."""
MACHINES = ("fhir", "pas", "cds-services")


def posting(patterns: Iterable[Any], before: str = "") -> Iterator[str]:
    """The names of the clinic's own routes about no single patient that take a form."""
    for pattern in patterns:
        route = before + str(pattern.pattern)
        if hasattr(pattern, "url_patterns"):
            yield from posting(pattern.url_patterns, route)
        elif "patient_id" not in route and not route.startswith(("accounts/", *MACHINES)) and pattern.name:
            yield pattern.name


def test_every_form_of_settings_tells_the_later_one_or_does_no_harm(as_role: As, practice: Practice) -> None:
    told = {one.route for one in SETTINGS}
    names = set(posting(get_resolver().url_patterns))
    assert told | set(NOT_TOLD) <= names
    only_shown = names - told - set(NOT_TOLD)
    clients = [as_role(role) for role in Role]
    numbered = dict.fromkeys(("person", "place", "payer", "clinician", "access", "number"), 1)
    arguments = {**numbered, "document": FILLED["document"]}
    for name in only_shown:
        wanted = next(one for one in get_resolver().reverse_dict.getlist(name))[0][0][1]
        address = reverse(name, kwargs={one: arguments.get(one, "x") for one in wanted})
        assert {client.post(address).status_code for client in clients} <= {302, 404, 405}, f"{name} takes a form"


@pytest.fixture
def set_up(practice: Practice) -> dict[str, list[int]]:
    """Something that stands already, for each form."""
    LetterHead.objects.create(practice=practice, phone="555-0000")
    connected = connect(practice, "https://payer.example/fhir")
    return {
        "person": [member(practice, Role.NURSE).pk],
        "place": [Place.objects.create(practice=practice, name="Room", imaging="none").pk],
        "connection": [connected.payer_id],
        "clinician": [RequestingClinician.objects.get().pk],
    }


@pytest.mark.parametrize("one", SETTINGS, ids=lambda one: one.route)
def test_of_two_who_change_settings_the_later_one_is_told(
    one: Setting, as_role: As, set_up: dict[str, list[int]]
) -> None:
    address = reverse(one.route, args=set_up.get(one.route, []))
    administrator = as_role(Role.ADMINISTRATOR)

    def shown() -> dict[str, Any]:
        reader = Forms(address)
        reader.feed(administrator.get(address).content.decode())
        return dict(next(form for form in reader.found if "seen" in form.values).values)

    earlier, later = shown(), shown()
    assert administrator.post(address, earlier | one.first).status_code == 302
    refused = administrator.post(address, later | one.second)
    page = refused.content.decode()
    assert refused.status_code == 409
    assert "somebody else changed it" in page
    assert one.stands in page, "what stands now is told"
    reader = Forms(address)
    reader.feed(page)
    kept = next(form for form in reader.found if "seen" in form.values)
    assert lost(Shown(address, {**kept.values}), {**later, **one.second, "seen": kept.values["seen"]}) == {}
    assert administrator.post(address, kept.values).status_code == 302, "now it is taken"
    assert administrator.post(address, {**later, "seen": ""}).status_code == 409, "nobody saves without having seen"
