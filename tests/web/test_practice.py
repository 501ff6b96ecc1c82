"""The administrator's settings, and registering a patient."""

from __future__ import annotations

import re
from datetime import date

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from lenitive_web.audit.models import Event
from lenitive_web.ledger.models import Patient
from lenitive_web.ledger.selectors import chart_of
from lenitive_web.people.models import Practice, User
from lenitive_web.people.roles import Role
from lenitive_web.practice.models import LetterHead, Payer
from tests.web.conftest import As, member

PAGES = ("practice", "invite", "places", "payers", "letter_head", "policies")
NEW = {"email": "New@Example.org", "name": "New Nurse", "role": "nurse"}


@pytest.mark.parametrize("name", PAGES)
def test_only_the_administrator_finds_the_settings(name: str, as_role: As) -> None:
    assert as_role(Role.ADMINISTRATOR).get(reverse(name)).status_code == 200
    for role in set(Role) - {Role.ADMINISTRATOR}:
        assert as_role(role).get(reverse(name)).status_code == 404


def test_an_invitation_lets_somebody_in_once(as_role: As, practice: Practice) -> None:
    assert as_role(Role.ADMINISTRATOR).post(reverse("invite"), NEW).status_code == 302
    user = User.objects.get(email="new@example.org")
    assert (user.practice, user.role, user.has_usable_password()) == (practice, Role.NURSE, False)
    [letter] = mail.outbox
    link = re.search(r"http://testserver(\S+)", letter.body)
    client = Client()
    form = client.get(link[1], follow=True)
    address = form.redirect_chain[-1][0]
    password = {"password1": "sixteen green doors", "password2": "sixteen green doors"}
    assert client.post(address, password).status_code == 302
    user.refresh_from_db()
    assert user.check_password("sixteen green doors")
    again = Client().get(link[1], follow=True)
    assert "password1" not in again.content.decode()


def test_an_address_has_one_account(as_role: As) -> None:
    admin = as_role(Role.ADMINISTRATOR)
    admin.post(reverse("invite"), NEW)
    answer = admin.post(reverse("invite"), NEW)
    assert answer.status_code == 422
    assert "has an account already" in answer.content.decode()
    assert admin.post(reverse("invite"), {**NEW, "email": "p@example.org", "role": "patient"}).status_code == 422


def test_who_is_deactivated_is_out_at_the_next_click(as_role: As, practice: Practice) -> None:
    nurse = as_role(Role.NURSE)
    assert nurse.get(reverse("today")).status_code == 200
    person = member(practice, Role.NURSE)
    said = {"name": person.name, "role": person.role}
    assert as_role(Role.ADMINISTRATOR).post(reverse("person", args=[person.pk]), said).status_code == 302
    assert nurse.get(reverse("today")).status_code == 302
    assert Event.objects.get(action="people.change").about.endswith("deactivated")


def test_nobody_changes_the_own_account_or_one_of_another_practice(
    as_role: As, practice: Practice, other_practice: Practice
) -> None:
    admin, self_ = as_role(Role.ADMINISTRATOR), member(practice, Role.ADMINISTRATOR)
    assert admin.post(reverse("person", args=[self_.pk]), {"name": "X", "role": "auditor"}).status_code == 302
    self_.refresh_from_db()
    assert self_.role == Role.ADMINISTRATOR
    stranger = member(other_practice, Role.NURSE)
    assert admin.get(reverse("person", args=[stranger.pk])).status_code == 404


def test_rooms_payers_and_the_letter_head_are_kept(as_role: As, practice: Practice) -> None:
    admin = as_role(Role.ADMINISTRATOR)
    assert admin.post(reverse("places"), {"name": "Suite 1", "imaging": "fluoroscopy"}).status_code == 302
    assert admin.post(reverse("places"), {"name": "suite 1", "imaging": "ct"}).status_code == 422
    assert admin.post(reverse("payers"), {"name": "Example Health", "programme": "commercial"}).status_code == 302
    payer = Payer.objects.get(practice=practice)
    assert admin.post(reverse("remove_payer", args=[payer.pk])).status_code == 302
    assert not Payer.objects.exists()
    head = {"lines": "Clinic", "npi": "1234567893", "state": "OH", "site_of_service": "office"}
    assert admin.post(reverse("letter_head"), {**head, "npi": "12"}).status_code == 422
    assert admin.post(reverse("letter_head"), head).status_code == 302
    assert LetterHead.objects.get(practice=practice).state == "OH"


def test_a_new_insurance_begins_with_the_usual_state_and_site(
    as_role: As, practice: Practice, patient: Patient
) -> None:
    LetterHead.objects.create(practice=practice, state="OH", site_of_service="office")
    form = as_role(Role.NURSE).get(reverse("story_add", args=[patient.public_id, "coverage"])).context["form"]
    assert (form["state"].value(), form["site_of_service"].value()) == ("OH", "office")


# --- registering -----------------------------------------------------------------------------------------------------

ADA = {"name": "Ada  Example", "birth_date": "1960-05-04", "sex": "female"}


def test_a_registered_patient_has_a_chart_with_a_person(as_role: As, practice: Practice, today: date) -> None:
    answer = as_role(Role.NURSE).post(reverse("register"), ADA)
    patient = Patient.objects.get(practice=practice)
    assert answer["Location"] == reverse("story", args=[patient.public_id])
    person = chart_of(patient, today).patient
    assert (patient.name, person.name, person.sex) == ("Ada Example", "Ada Example", "female")


@pytest.mark.parametrize(
    "said", [ADA, {**ADA, "name": "ada example", "birth_date": "1999-01-01"}, {**ADA, "name": "Ada Sample"}]
)
def test_a_look_alike_is_shown_first(as_role: As, practice: Practice, said: dict[str, str]) -> None:
    client = as_role(Role.FRONT_DESK)
    client.post(reverse("register"), ADA)
    answer = client.post(reverse("register"), said)
    assert answer.status_code == 422
    assert [one.name for one in answer.context["form"].look_alikes] == ["Ada Example"]
    assert client.post(reverse("register"), {**said, "is_new": "on"}).status_code == 302
    assert Patient.objects.filter(practice=practice).count() == 2


def test_somebody_else_is_no_look_alike(as_role: As, practice: Practice, other_practice: Practice) -> None:
    Patient.objects.create(practice=other_practice, name="Ada Example", birth_date=date(1960, 5, 4))
    client = as_role(Role.FRONT_DESK)
    assert client.post(reverse("register"), ADA).status_code == 302
    other = {"name": "Ben Sample", "birth_date": "1960-05-04", "sex": ""}
    assert client.post(reverse("register"), other).status_code == 302
    assert as_role(Role.AUTHORIZATION).get(reverse("register")).status_code == 404
