"""Every list of the clinic pages: however many rows there are, a page stays short, and no row is lost or told twice.

The lists are found by the table of routes: a page about no single patient stands here with what fills it, or with the
reason why it cannot grow.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone

from lenitive_web.audit.actions import write_event
from lenitive_web.authorization.models import Task
from lenitive_web.emergency.models import Access, Review
from lenitive_web.importing.models import RecordImport, StagedPatient, Standing, State, Why
from lenitive_web.ledger.models import Patient, RequestMade
from lenitive_web.letters.models import Partner
from lenitive_web.people.models import Practice, User
from lenitive_web.people.roles import Role
from lenitive_web.practice.models import Payer
from lenitive_web.schedule.models import Imaging, Place
from lenitive_web.today import looking, views
from lenitive_web.today.models import Glance, Owed
from tests.web.conftest import As, member

MANY = 60
LONGEST = 50
"""The most rows that one page shows."""
ABLATION = "radiofrequency_ablation_medial_branch_lumbar"


# --- what fills them -------------------------------------------------------------------------------------------------


def patients(practice: Practice) -> list[Patient]:
    """Sixty patients into whose charts something was written."""
    now = timezone.now()
    made = [
        Patient(practice=practice, public_id=uuid4(), name=f"Patient {n:03d}", last_entry=1, last_entry_at=now)
        for n in range(MANY)
    ]
    return Patient.objects.bulk_create(made)


def glances(practice: Practice, **said: Any) -> None:
    """A glance of today at each of sixty charts, which saw this."""
    today, release = timezone.localdate(), looking.release(practice.pk)
    told = {"rank": looking.CALM, "problem": "", "body": {}, **said}
    Glance.objects.bulk_create(
        Glance(patient=one, practice=practice, version=1, day=today, release=release, **told)
        for one in patients(practice)
    )


def owed(kind: str) -> Callable[[Practice], None]:
    """Sixty things of a kind to do today."""

    def fill(practice: Practice) -> None:
        today = timezone.localdate()
        why = {"hold": "hold", "diary": "not reported", "follow_up": "not reported", "authorization": "request"}
        body = {"kind": kind, "why": why.get(kind, kind), "about": "Something", "due": str(today), "place": "p1"}
        more = {"more": timezone.now().isoformat()} if kind == "result" else {}
        Owed.objects.bulk_create(
            Owed(patient=one, practice=practice, kind=kind, due=today, body=body | more) for one in patients(practice)
        )

    return fill


def tasks(practice: Practice) -> None:
    staff = member(practice, Role.AUTHORIZATION)
    Task.objects.bulk_create(
        Task(
            practice=practice, patient=one, kind=ABLATION, what="The report", assigned_to=staff, made_by=staff,
            made_at=timezone.now(),
        )
        for one in patients(practice)
    )  # fmt: skip


def requests(practice: Practice) -> None:
    RequestMade.objects.bulk_create(
        RequestMade(patient=one, kind=ABLATION, recorded_at=timezone.now(), body={"kind": ABLATION})
        for one in patients(practice)
    )


def imports(practice: Practice) -> list[RecordImport]:
    desk, now = member(practice, Role.FRONT_DESK), timezone.now()
    refusals = [("file.json", n, "Observation", "code", "It has no code.") for n in range(3 * LONGEST)]
    return RecordImport.objects.bulk_create(
        RecordImport(
            practice=practice, by=desk, received_at=now, changed_at=now, state=State.READ,
            report={"refusals": refusals, "refused": len(refusals), "records": len(refusals)},
        )
        for _ in range(MANY)
    )  # fmt: skip


def staged(practice: Practice) -> None:
    first = imports(practice)[0]
    StagedPatient.objects.bulk_create(
        StagedPatient(
            record_import=first, number=n, name=f"Patient {n:03d}", digest=f"{n:064d}",
            standing=Standing.NEW, why=Why.NOBODY_ALIKE,
        )
        for n in range(1, MANY + 1)
    )  # fmt: skip


def people(practice: Practice) -> None:
    User.objects.bulk_create(
        User(email=f"nurse{n}@example.org", name=f"Nurse {n:03d}", practice=practice, role=Role.NURSE)
        for n in range(MANY)
    )


def payers(practice: Practice) -> None:
    Payer.objects.bulk_create(
        Payer(practice=practice, name=f"Payer {n:03d}", programme="commercial") for n in range(MANY)
    )


def rooms(practice: Practice) -> None:
    Place.objects.bulk_create(
        Place(practice=practice, name=f"Room {n:03d}", imaging=Imaging.values[0]) for n in range(MANY)
    )


def events(practice: Practice) -> None:
    for n in range(2 * MANY):
        write_event(practice=practice, by=None, action="test.event", about=f"event {n}")


def accesses(practice: Practice) -> list[Access]:
    now = timezone.now()
    made = [
        Access(
            practice=practice, by=member(practice, Role.FRONT_DESK), patient=uuid4(), reason="It was an emergency.",
            opened_at=now, until=now + timedelta(hours=1),
        )
        for _ in range(MANY)
    ]  # fmt: skip
    return Access.objects.bulk_create(made)


def reviews(practice: Practice) -> None:
    auditor, now = member(practice, Role.AUDITOR), timezone.now()
    Review.objects.bulk_create(Review(access=one, by=auditor, justified=True, at=now) for one in accesses(practice))


def nothing(_practice: Practice) -> None:
    """It is full as it comes."""


@dataclass(frozen=True)
class List:
    """A list: its route, who reads it, what fills it, and what is asked along."""

    route: str
    role: Role
    fill: Callable[[Practice], Any]
    asked: str = ""


def partners(practice: Practice) -> None:
    """Sixty partners in the book."""
    Partner.objects.bulk_create(Partner(practice=practice, name=f"Partner {n:03d}") for n in range(MANY))


LISTS = [
    List("patients", Role.FRONT_DESK, patients),
    List("partners", Role.ADMINISTRATOR, partners),
    List("today", Role.PHYSICIAN, glances),
    *(List("today", Role.NURSE, owed(kind), f"kind={kind}") for kind in ("result", "hold", "diary", "follow_up")),
    List("today", Role.AUTHORIZATION, owed("authorization"), "kind=authorization"),
    List("today", Role.AUTHORIZATION, tasks, "kind=task"),
    List("today", Role.PHYSICIAN, lambda practice: glances(practice, rank=0), "kind=flag"),
    List("today", Role.PHYSICIAN, lambda practice: glances(practice, unasked=3), "kind=unasked"),
    List("today", Role.PHYSICIAN, lambda practice: glances(practice, problem="ValueError"), "kind=unread"),
    List("authorizations", Role.AUTHORIZATION, requests, "show=prepare"),
    List("imports", Role.FRONT_DESK, imports),
    List("import", Role.FRONT_DESK, staged),
    List("import_refused", Role.FRONT_DESK, imports),
    List("practice", Role.ADMINISTRATOR, people),
    List("places", Role.ADMINISTRATOR, rooms),
    List("payers", Role.ADMINISTRATOR, payers),
    List("connections", Role.ADMINISTRATOR, payers),
    List("policies", Role.ADMINISTRATOR, nothing),
    List("accesses", Role.AUDITOR, reviews),
    List("audit", Role.AUDITOR, events, "action=test.event"),
]
SHORT = {
    "home": "leads elsewhere",
    "policies_in_use": "the policies of the release, and of each turn so many patients as are named",
    "schedule": "one day, which a clinic's rooms and hours bound",
    "import_state": "how far one import is",
    "register": "a form",
    "emergency": "a form",
    "connection": "a form",
    "clinician": "a form",
    "new_clinician": "a form",
    "invite": "a form",
    "person": "a form",
    "place": "a form",
    "letter_head": "a form",
    "remove_partner": "a form",
    "questionnaires": "the instruments of the release",
    "readings": "the open points of the release",
    "mine": "one patient's own pages",
    "my_story": "one patient's own pages",
    "my_story_check": "one patient's own pages",
    "my_questions": "one patient's own pages",
    "my_diary": "one patient's own pages",
    "my_documents": "one patient's own pages",
    "my_document_page": "a picture",
    "my_ready": "one patient's own pages",
    "my_calendar": "a file",
    "my_afterwards": "one patient's own pages",
    "my_doing": "one patient's own pages",
    "my_aid": "one patient's own pages",
    "my_help_now": "one patient's own pages",
    "invitation": "a form",
    "audit_export": "a file, written line by line",
    "logo": "a picture",
    "health": "for machines",
    "ready": "for machines",
    "openapi": "for machines",
    "hook-discovery": "for machines",
    "hook-service": "for machines",
    "hook-feedback": "for machines",
    "fhir-metadata": "for machines",
    "questionnaire-package": "for machines",
    "questionnaire-response": "for machines",
    "pas-notifications": "for machines",
    "fhir-search": "for machines; pages by _count",
    "fhir-read": "for machines",
    "fhir-file": "for machines",
    "look": "takes a form only",
    "upload": "takes a form only",
    "stop_import": "takes a form only",
    "discard_import": "takes a form only",
    "review_access": "takes a form only",
    "invite_again": "takes a form only",
    "remove_payer": "takes a form only",
}
"""Pages about no single patient that are no list, or one that cannot grow, and why."""


def routes(patterns: list[URLPattern | URLResolver], before: str = "") -> Iterator[str]:
    """The names of the clinic's own routes about no single patient."""
    for pattern in patterns:
        route = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from routes(pattern.url_patterns, route)
        elif "patient_id" not in route and not route.startswith("accounts/") and pattern.name:
            yield pattern.name


def test_every_page_is_a_list_that_pages_or_cannot_grow() -> None:
    known = {*SHORT, *(one.route for one in LISTS)}
    found = set(routes(get_resolver().url_patterns))
    assert found - known == set(), "put it into LISTS with what fills it, or into SHORT with the reason"
    assert known - found == set()


@pytest.fixture(autouse=True)
def nothing_is_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    """The charts of these patients are empty: what the lists show of them was put there."""
    monkeypatch.setattr(views, "ON_THE_PAGE", -1.0)


def pages(client: Client, one: List) -> Iterator[list[Any]]:
    """The rows of each page, by the link to the next one."""
    needs_number = one.route in ("import", "import_refused")
    args = [RecordImport.objects.earliest("pk").pk] if needs_number else []
    address = f"{reverse(one.route, args=args)}?{one.asked}"
    for number in range(1, 3 * MANY):
        answer = client.get(f"{address}&page={number}")
        assert answer.status_code == 200
        page = answer.context["page"]
        assert page.number == number
        yield [_key(row) for row in page.object_list]
        leads_on = 'rel="next"' in answer.content.decode()
        assert leads_on == page.has_next(), "the page leads to the next one"
        if not leads_on:
            return


def _key(row: Any) -> Any:
    """What a row is known by."""
    if isinstance(row, list):
        return tuple(row)
    if (duty := getattr(row, "duty", None)) is not None:
        return row.patient.pk, duty.kind
    row = getattr(row, "event", row)
    return getattr(row, "pk", None) or (getattr(row, "patient", None) and row.patient.pk) or row.label


@pytest.mark.parametrize("one", LISTS, ids=lambda one: f"{one.route} {one.asked}".strip())
def test_a_list_pages_and_loses_no_row(one: List, as_role: As, practice: Practice) -> None:
    one.fill(practice)
    found = list(pages(as_role(one.role), one))
    rows = [row for page in found for row in page]
    assert len(found) > 1, "more than one page"
    assert max(map(len, found)) <= LONGEST
    assert len(rows) == len(set(rows)), "no row stands twice"
    assert len(rows) >= MANY or one.fill is nothing


def test_what_waits_for_review_is_the_oldest_and_the_page_says_how_much_more(as_role: As, practice: Practice) -> None:
    oldest = [one.pk for one in accesses(practice)][:25]
    page = as_role(Role.AUDITOR).get(reverse("accesses"))
    assert [one.pk for one in page.context["waiting"]] == oldest
    assert f"{MANY} wait. These are the 25 that wait longest" in page.content.decode()


def test_a_page_that_is_not_there_is_the_last_one(as_role: As, practice: Practice, today: date) -> None:
    patients(practice)
    client = as_role(Role.FRONT_DESK)
    last = client.get(reverse("patients"), {"page": "999999"}).context["page"]
    assert last.number == last.paginator.num_pages
    assert client.get(reverse("patients"), {"page": "x"}).context["page"].number == 1
