"""The way to an account, and that a patient sees nobody else's pages."""

from __future__ import annotations

import re
from datetime import date, timedelta
from io import StringIO

import pytest
from django.conf import LazySettings
from django.core import mail
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import get_resolver, reverse
from django.utils import timezone

from lenitive_web.audit.models import Event
from lenitive_web.ledger.models import Patient
from lenitive_web.people.models import Practice, User
from lenitive_web.people.roles import Role
from lenitive_web.portal.invitations import TRIES
from lenitive_web.portal.models import Invitation, OwnChart
from lenitive_web.portal.reminders import send_reminders
from lenitive_web.practice.models import LetterHead
from tests.web.conftest import As, admitted, member

BORN = date(1960, 5, 4)
CHOSEN = {"birth_date": str(BORN), "password": "quiet river under stones"}
OWN = [name for name in get_resolver().reverse_dict if isinstance(name, str) and name.startswith(("my_", "mine"))]
MORE = {
    "my_story": ["where"],
    "my_questions": ["peg", 1],
    "my_diary": ["procedure-1"],
    "my_aid": ["radiofrequency_ablation_medial_branch_lumbar"],
}
MORE |= {"my_document_page": ["d0c00000-0000-4000-8000-000000000001", 1]}
ABOUT_ONE = ("my_diary", "my_document_page", "my_aid")
"""Pages about one thing that not every patient has."""


@pytest.fixture
def invited(practice: Practice) -> Patient:
    return Patient.objects.create(practice=practice, name="Ada Example", birth_date=BORN)


def link(as_role: As, patient: Patient, email: str = "ada@example.org") -> str:
    answer = as_role(Role.NURSE).post(reverse("own_pages", args=[patient.public_id]), {"email": email})
    assert answer.status_code == 302
    return re.search(r"http://testserver(/invitation/\S+)", mail.outbox[-1].body)[1]


def test_who_does_not_get_in_reads_whom_to_call(as_role: As, invited: Patient) -> None:
    LetterHead.objects.create(practice=invited.practice, lines="River Clinic", phone="(216) 555-0100")
    place = link(as_role, invited)
    for answer in (Client().get(place), Client().post(place, CHOSEN | {"birth_date": "1961-05-04"})):
        assert 'href="tel:2165550100"' in answer.content.decode()


def test_a_link_a_birth_date_and_a_password_open_the_own_pages(as_role: As, invited: Patient) -> None:
    place, client = link(as_role, invited), Client()
    assert client.get(place).status_code == 200
    assert client.post(place, CHOSEN)["Location"] == reverse("mine")
    assert client.get(reverse("mine")).status_code == 200
    user = OwnChart.objects.get(patient=invited).user
    assert (user.role, user.email, user.practice) == (Role.PATIENT, "ada@example.org", invited.practice)
    assert {"portal.invite", "portal.accept", "own.view"} <= set(Event.objects.values_list("action", flat=True))


def test_the_link_is_kept_only_as_a_hash_and_the_mail_says_nothing_clinical(as_role: As, invited: Patient) -> None:
    token = link(as_role, invited).rpartition("/")[2]
    assert token not in str(list(Invitation.objects.values_list()))
    assert len(token) >= 40
    for word in ("pain", "Ada", "block"):
        assert word not in mail.outbox[-1].body + mail.outbox[-1].subject


def test_a_link_works_once(as_role: As, invited: Patient) -> None:
    place = link(as_role, invited)
    Client().post(place, CHOSEN)
    assert Client().get(place).status_code == 410
    assert Client().post(place, CHOSEN).status_code == 410
    assert User.objects.filter(role=Role.PATIENT).count() == 1


def test_a_new_link_a_withdrawal_and_time_end_a_link(as_role: As, invited: Patient) -> None:
    first, second = link(as_role, invited), link(as_role, invited)
    assert Client().get(first).status_code == 410
    assert Client().get(second).status_code == 200
    as_role(Role.NURSE).post(reverse("own_pages", args=[invited.public_id]), {"withdraw": "yes"})
    assert Client().get(second).status_code == 410
    third = link(as_role, invited)
    Invitation.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert Client().get(third).status_code == 410


def test_guessing_the_day_of_birth_ends_a_link(as_role: As, invited: Patient) -> None:
    place = link(as_role, invited)
    for _ in range(TRIES):
        assert Client().post(place, {**CHOSEN, "birth_date": "1961-05-04"}).status_code == 422
    assert Client().post(place, CHOSEN).status_code == 410
    assert Event.objects.filter(action="portal.wrong_birth_date").count() == TRIES


@pytest.mark.parametrize("password", ["short", "ada@example.org", "password1234"])
def test_the_rules_for_passwords_hold_here_too(as_role: As, invited: Patient, password: str) -> None:
    assert Client().post(link(as_role, invited), {**CHOSEN, "password": password}).status_code == 422
    assert not OwnChart.objects.exists()


def test_an_address_that_has_an_account_is_refused(as_role: As, invited: Patient, other_practice: Practice) -> None:
    taken = member(other_practice, Role.NURSE).email
    answer = as_role(Role.NURSE).post(reverse("own_pages", args=[invited.public_id]), {"email": taken.upper()})
    assert answer.status_code == 422
    assert not mail.outbox


@pytest.mark.parametrize("name", OWN)
@pytest.mark.parametrize("role", [role for role in Role if role != Role.PATIENT])
def test_own_pages_are_for_patients_only(name: str, role: Role, as_role: As) -> None:
    assert as_role(role).get(reverse(name, args=MORE.get(name, []))).status_code == 404


@pytest.mark.parametrize("name", OWN)
def test_a_patient_without_a_chart_finds_nothing_and_leaves_an_event(name: str, as_role: As, patient: Patient) -> None:
    assert as_role(Role.PATIENT).get(reverse(name, args=MORE.get(name, []))).status_code == 404
    assert Event.objects.get(action__startswith="refused").patient is None


@pytest.mark.parametrize("name", [name for name in OWN if name not in ABOUT_ONE])
def test_every_own_page_is_read_from_the_own_chart_and_leaves_an_event(
    name: str, own: Client, person: Patient, patient: Patient
) -> None:
    assert own.get(reverse(name, args=MORE.get(name, []))).status_code in (200, 302)
    [seen] = set(Event.objects.filter(action__startswith="own.").values_list("patient", flat=True))
    assert seen == person.public_id


def test_a_reminder_says_that_and_never_what_and_once_a_day(practice: Practice, today: date, as_role: As) -> None:
    planned = admitted(practice, today)
    OwnChart.objects.create(user=member(practice, Role.PATIENT), patient=planned, opened_at=timezone.now())
    [day] = [made.body["on"] for made in planned.requests.all()]
    week_before = date.fromisoformat(day) - timedelta(days=7)
    assert not send_reminders(week_before - timedelta(days=1))
    assert [send_reminders(week_before) for _ in range(2)] == [{"sent": 1}, {"before": 1}]
    [sent] = mail.outbox
    assert sent.to == [member(practice, Role.PATIENT).email]
    for word in ("ablation", "pain", planned.name, "http"):
        assert word not in sent.body + sent.subject


def test_a_mail_that_did_not_go_out_is_said_and_tried_again(
    practice: Practice, today: date, settings: LazySettings
) -> None:
    planned = admitted(practice, today)
    OwnChart.objects.create(user=member(practice, Role.PATIENT), patient=planned, opened_at=timezone.now())
    [day] = [made.body["on"] for made in planned.requests.all()]
    on = str(date.fromisoformat(day) - timedelta(days=1))
    held, settings.EMAIL_BACKEND = settings.EMAIL_BACKEND, "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_PORT = 1
    with pytest.raises(CommandError, match="1 mails did not go out"):
        call_command("send_reminders", "--on", on, stdout=StringIO())
    settings.EMAIL_BACKEND = held
    said = StringIO()
    call_command("send_reminders", "--on", on, stdout=said)
    assert said.getvalue() == "1 patients reminded, 0 were reminded before.\n"
