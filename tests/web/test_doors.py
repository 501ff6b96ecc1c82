"""Every role at every door, to look and to send: whoever the role table lets in comes in, everybody else finds nothing.

The doors and what they ask for stand in ``doors.py``; who has which permission is the role table's matter.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit
from uuid import UUID, uuid4

import pytest
from django.http import HttpResponseBase
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone

from lenitive.reasoning.book import book
from lenitive.reasoning.readings import choosable
from lenitive_web.audit.models import Event
from lenitive_web.authorization.models import RequestingClinician
from lenitive_web.emergency.models import Access
from lenitive_web.importing.models import RecordImport, State
from lenitive_web.letters.models import Partner
from lenitive_web.people.models import Practice
from lenitive_web.people.roles import PERMISSIONS, Role, may
from lenitive_web.portal.models import OwnChart, SharedAid
from lenitive_web.practice.models import LetterHead
from lenitive_web.schedule.models import Place
from tests.web.attachments import making
from tests.web.authorization.sending import connect
from tests.web.conftest import As, admitted, member, signed_in_once, taken_back
from tests.web.doors import ANYBODY, DOORS, EVERYBODY, MACHINES, NO_WAY, Door, Method
from tests.web.procedure.booking import at, booked

pytestmark = pytest.mark.django_db

NAME = b"Patient 0"
DOCUMENT = UUID("d0c00000-0000-4000-8000-000000000001")
ABLATION = "radiofrequency_ablation_medial_branch_lumbar"
FILLED = {
    "partner": "physical_therapist",
    "goal": "activity",
    "procedure": ABLATION,
    "kind": ABLATION,
    "session": "procedure-1",
    "table": "complaint",
    "fact": "complaint-1",
    "form": "examination",
    "number": "1",
    "sending": "1",
    "answers": "1",
    "document": str(DOCUMENT),
    "token": "x",
    "step": "where",
    "instrument": "peg",
    "talk": "ask_the_specialist",
    "sort": "necessity",
    "about": "radiofrequency_ablation_medial_branch_lumbar",
}
LOOKED_FOR = {"authorizations": {"show": "all"}}
"""What an address is asked along, so that it shows the patient."""
SENT = {"readings": {"point": next(iter(choosable(book()))).key}}
"""What a form names before its door opens."""
ANSWERS = (200, 302, 409, 410, 422, 503)
"""How a door answers whom it lets in, also if nothing was filled in, somebody was faster, a link is used up, or the
machine itself is not ready."""
NOTHING_THERE = {"my_diary": "no block is fresh enough for a diary", "my_document_page": "the patient sent nothing"}
"""Doors behind which this chart has nothing: that one came through stands in the event."""


@dataclass(frozen=True)
class Address:
    """A named address, the arguments it takes, and the view behind it."""

    names: tuple[str, ...]
    view: Any


def _addresses(patterns: list[URLPattern | URLResolver], before: str = "") -> Iterator[tuple[str, Address]]:
    for pattern in patterns:
        route = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from _addresses(pattern.url_patterns, route)
        elif not route.startswith("accounts/"):
            names = tuple(part.partition(">")[0].partition(":")[2] for part in route.split("<")[1:])
            yield pattern.name, Address(names, pattern.callback)


FOUND = list(_addresses(get_resolver().url_patterns))
ADDRESSES = dict(FOUND)


def test_every_address_has_one_name_and_one_row() -> None:
    names = [name for name, _ in FOUND]
    assert len(names) == len(set(names)), "two addresses, one name"
    assert sorted(names) == sorted([*MACHINES, *(door.route for door in DOORS)]), "put it into doors.py"
    asked = {permission for door in DOORS for permission in door.asks.values()}
    assert asked - {ANYBODY, EVERYBODY, NO_WAY} <= set(PERMISSIONS)


def test_only_the_addresses_for_anybody_and_for_machines_need_no_account() -> None:
    open_to_all = {name for name, one in FOUND if not getattr(one.view, "login_required", True)}
    assert open_to_all == {*MACHINES, *(door.route for door in DOORS if ANYBODY in door.asks.values())}


@pytest.fixture(scope="module")
def practice(once: None) -> Practice:
    return Practice.objects.create(name="First Practice")


@pytest.fixture(scope="module")
def as_role(practice: Practice) -> As:
    return signed_in_once(practice)


@pytest.fixture(scope="module")
def there(practice: Practice) -> dict[str, Any]:
    """A chart with a booking, a document and own pages; an import, an access to review, a payer, a letter head."""
    now, desk, today = timezone.now(), member(practice, Role.FRONT_DESK), timezone.localdate()
    patient = admitted(practice, today)
    booked(patient, at(today))
    making.attached(patient, None, number=DOCUMENT)
    OwnChart.objects.create(user=member(practice, Role.PATIENT), patient=patient, opened_at=now)
    SharedAid.objects.create(patient=patient, procedure=ABLATION, shared_at=now, shared_by=desk)
    LetterHead.objects.create(practice=practice, logo=making.picture())
    payer = connect(practice, "https://payer.example/fhir").payer_id
    told = {"practice": practice, "by": desk}
    job = RecordImport.objects.create(**told, received_at=now, changed_at=now, state=State.READ)
    until = now + timedelta(hours=1)
    access = Access.objects.create(**told, patient=uuid4(), reason="It is urgent.", opened_at=now, until=until)
    return {
        **FILLED,
        "patient_id": patient.public_id,
        "payer": payer,
        "clinician": RequestingClinician.objects.get().pk,
        "person": desk.pk,
        "place": Place.objects.create(practice=practice, name="Door Room", imaging="none").pk,
        "access": access.pk,
        "entry": Partner.objects.create(practice=practice, name="Dr. Rowan Example").pk,
        "import": job.pk,
    }


def address_of(door: Door, there: dict[str, Any]) -> str:
    filled = there | ({"number": there["import"]} if "import" in door.route else {})
    path = reverse(door.route, kwargs={name: filled[name] for name in ADDRESSES[door.route].names})
    asked = urlencode(LOOKED_FOR.get(door.route, {}))
    return f"{path}?{asked}" if asked else path


def asked(client: Client, method: Method, address: str, sent: dict[str, str] | None = None) -> HttpResponseBase:
    answer = client.get(address) if method == "GET" else client.post(address, sent or {})
    answer.close()
    return answer


def comes_in(role: Role, permission: str) -> bool:
    return permission in (EVERYBODY, ANYBODY) or may(role, permission)


@pytest.mark.parametrize("door", DOORS, ids=lambda door: door.route)
def test_each_role_at_each_door(door: Door, as_role: As, there: dict[str, Any]) -> None:
    address, is_about_a_patient = address_of(door, there), "patient_id" in ADDRESSES[door.route].names
    for role in Role:
        client, last = as_role(role), Event.objects.latest("pk").pk
        for method, permission in door.asks.items():
            with taken_back():
                answer = asked(client, method, address, SENT.get(door.route))
                status = answer.status_code
                events = list(Event.objects.filter(pk__gt=last).order_by("pk").prefetch_related("shown"))
                named = {patient for event in events for patient in event.patients}
            told = f"{role} {method} {address}: {status}"
            if permission == NO_WAY:
                assert (status, events) == (405, []), told
                continue
            if not comes_in(role, permission):
                assert status == 404, told
                allowed = f"refused: {permission}"
            else:
                assert status in ANSWERS or (status == 404 and door.route in NOTHING_THERE), told
                allowed = permission
            if is_about_a_patient or (allowed == permission and permission.startswith("own.")):
                first = events[0]
                assert first.action == allowed, told
                assert (first.patient, first.by.role, first.address) == (there["patient_id"], role, "127.0.0.1"), told
            elif permission in PERMISSIONS:
                assert ADDRESSES[door.route].view.needs == permission, told
            if NAME in getattr(answer, "content", b""):
                assert there["patient_id"] in named, f"{told} shows a patient, and no event says so"


ONLY_FORMS = [door for door in DOORS if door.asks["GET"] == NO_WAY]


@pytest.mark.parametrize("door", ONLY_FORMS, ids=lambda door: door.route)
def test_who_signs_in_again_after_sending_a_form_lands_on_a_page(
    door: Door, as_role: As, there: dict[str, Any]
) -> None:
    """Whether the browser said where it came from, said it came from here (a form shown again), or said nothing."""
    address = address_of(door, there)
    role = next(role for role in Role if may(role, door.asks["POST"]))
    schedule, itself = "http://testserver/schedule?day=2026-11-22", f"http://testserver{address}"
    for referer in (schedule, itself, "https://x.example/", ""):
        visitor = Client(headers={"Referer": referer} if referer else None)
        answer = visitor.post(address, {})
        lands = parse_qs(urlsplit(answer["Location"]).query)["next"][0]
        if referer == schedule:
            assert lands == "/schedule?day=2026-11-22"
            continue
        assert lands != "/"
        assert address.startswith(lands), "a page above the form"
        assert as_role(role).get(lands).status_code in (200, 302)
    assert "nothing was written" in visitor.get(answer["Location"]).content.decode()


@pytest.mark.parametrize("door", ONLY_FORMS, ids=lambda door: door.route)
def test_an_address_that_only_takes_forms_leads_to_the_page_of_the_form(
    door: Door, as_role: As, there: dict[str, Any]
) -> None:
    role = next(role for role in Role if may(role, door.asks["POST"]))
    client = as_role(role)
    refused = client.get(address_of(door, there), headers={"Accept": "text/html"})
    assert (refused.status_code, refused["Allow"]) == (405, "POST")
    assert client.get(refused.context["page"]).status_code in (200, 302)
    assert f'href="{refused.context["page"]}"' in refused.content.decode()
    assert client.get(address_of(door, there), headers={"Accept": "application/json"}).content == b""


@pytest.mark.parametrize("door", DOORS, ids=lambda door: door.route)
def test_who_is_not_signed_in_is_led_to_the_sign_in(door: Door, there: dict[str, Any]) -> None:
    address = address_of(door, there)
    for method, permission in door.asks.items():
        answer = asked(Client(), method, address)
        if permission == ANYBODY or (door.route in ("health", "ready")):
            assert not answer.headers.get("Location", "").startswith("/accounts/login/")
        else:
            assert answer.status_code == 302
            assert answer["Location"].startswith("/accounts/login/")
