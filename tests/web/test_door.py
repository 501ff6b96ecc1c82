"""One door to a patient: a stranger learns nothing. Every role at every door is the matter of ``test_doors.py``."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID, uuid4

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone

from lenitive_web.audit.models import Event
from lenitive_web.ledger.models import Patient
from lenitive_web.people.models import Practice
from lenitive_web.people.roles import Role
from tests.web.attachments import making
from tests.web.conftest import As, admitted, member, signed_in_once
from tests.web.procedure.booking import at, booked

pytestmark = pytest.mark.django_db

FILLED = {
    "partner": "physical_therapist",
    "goal": "activity",
    "talk": "ask_the_specialist",
    "procedure": "radiofrequency_ablation_medial_branch_lumbar",
    "kind": "radiofrequency_ablation_medial_branch_lumbar",
    "session": "procedure-1",
    "table": "complaint",
    "fact": "complaint-1",
    "number": "1",
    "form": "examination",
    "sort": "necessity",
    "about": "radiofrequency_ablation_medial_branch_lumbar",
    "sending": "1",
    "answers": "1",
    "document": "d0c00000-0000-4000-8000-000000000001",
}


def about_a_patient(patterns: list[URLPattern | URLResolver], before: str = "") -> Iterator[tuple[str, list[str]]]:
    """The name and further arguments of every route that takes a patient."""
    for pattern in patterns:
        route = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from about_a_patient(pattern.url_patterns, route)
        elif "patient_id" in route and pattern.name:
            names = [part.partition(">")[0].partition(":")[2] for part in route.split("<")[1:]]
            yield pattern.name, [name for name in names if name != "patient_id"]


ROUTES = sorted(about_a_patient(get_resolver().url_patterns))
POSTED = (
    "override",
    "ask",
    "withdraw",
    "record_step",
    "give_task",
    "give_all_tasks",
    "end_task",
    "visit-cancel",
    "visit-relief",
    "option_answers",
    "carry_on",
    "ask_payer",
    "stop_sending",
    "cancel_request",
    "draft_keep",
    "draft_discard",
    "document_withdraw",
    "document_look",
    "enclose",
    "take_out",
    "letter_step",
    "share_aid",
)


def called(client: Client, name: str, more: list[str], patient_id: object):
    """The answer of a route, for a patient."""
    address = reverse(name, kwargs={"patient_id": patient_id, **{one: FILLED[one] for one in more}})
    return client.post(address, {}) if name in POSTED else client.get(address)


@pytest.fixture(scope="module")
def practice(once: None) -> Practice:
    return Practice.objects.create(name="First Practice")


@pytest.fixture(scope="module")
def as_role(practice: Practice) -> As:
    return signed_in_once(practice)


@pytest.fixture(scope="module")
def patient(practice: Practice) -> Patient:
    """Somebody with a booking and a document, for the routes about one."""
    admitted_here = admitted(practice, timezone.localdate())
    booked(admitted_here, at(timezone.localdate()))
    making.attached(admitted_here, None, number=UUID(FILLED["document"]))
    return admitted_here


@pytest.fixture(scope="module")
def elsewhere(once: None) -> Patient:
    return admitted(Practice.objects.create(name="Other Practice"), timezone.localdate())


def test_there_are_routes_about_patients() -> None:
    assert {"story", "diagnosis", "options", "packet"} <= {name for name, _ in ROUTES}


FRONT_DESKS = ("desk", "visit_slip", "scan")
"""The routes about a patient that the front desk does find."""


@pytest.mark.parametrize(("name", "more"), ROUTES, ids=[name for name, _ in ROUTES])
def test_unknown_elsewhere_and_not_for_this_role_look_the_same(
    name: str, more: list[str], as_role: As, patient: Patient, elsewhere: Patient
) -> None:
    physician = as_role(Role.PHYSICIAN)
    answers = [
        called(physician, name, more, uuid4()),
        called(physician, name, more, elsewhere.public_id),
        called(as_role(Role.AUDITOR if name in FRONT_DESKS else Role.FRONT_DESK), name, more, patient.public_id),
        called(as_role(Role.PATIENT), name, more, patient.public_id),
    ]
    assert [answer.status_code for answer in answers] == [404] * 4
    bodies = {answer.content.partition(b"<main")[2] for answer in answers}
    assert len(bodies) == 1
    assert Event.objects.filter(action__startswith="refused").count() == 4


@pytest.mark.parametrize(("name", "more"), ROUTES, ids=[name for name, _ in ROUTES])
def test_who_is_not_signed_in_is_asked_to(name: str, more: list[str], patient: Patient) -> None:
    answer = called(Client(), name, more, patient.public_id)
    assert answer.status_code == 302
    assert answer["Location"].startswith("/accounts/login/")


def test_a_refusal_belongs_to_the_practice_of_the_person_who_asked(
    as_role: As, practice: Practice, elsewhere: Patient
) -> None:
    as_role(Role.NURSE).get(reverse("story", args=[elsewhere.public_id]))
    event = Event.objects.get(action="refused: chart.view")
    assert (event.practice, event.by) == (practice, member(practice, Role.NURSE))


def test_the_lists_show_only_the_own_practice(as_role: As, patient: Patient, elsewhere: Patient) -> None:
    Patient.objects.filter(pk=elsewhere.pk).update(name="Somebody Else")
    for route in ("patients", "today"):
        page = as_role(Role.PHYSICIAN).get(reverse(route)).content.decode()
        assert "Patient 0" in page
        assert "Somebody Else" not in page


@pytest.mark.parametrize("role", [Role.ADMINISTRATOR, Role.AUDITOR, Role.PATIENT])
def test_rooms_that_are_not_for_a_role_do_not_exist_for_it(role: Role, as_role: As) -> None:
    assert as_role(role).get(reverse("patients")).status_code == 404
    assert as_role(role).get(reverse("today")).status_code == 404
