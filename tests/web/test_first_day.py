"""The first day: from an empty database to an administrator who knows what to do first."""

from __future__ import annotations

import re
from datetime import date

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from lenitive.errors import UsageError
from lenitive_web.audit.models import Event
from lenitive_web.ledger.actions import register_patient
from lenitive_web.people.models import Practice, User
from lenitive_web.people.roles import Role
from lenitive_web.practice.actions import first_link
from lenitive_web.practice.first_steps import first_steps
from lenitive_web.practice.models import LetterHead, Payer
from lenitive_web.practice.opening import open_practice
from lenitive_web.schedule.actions import open_place
from tests.web.conftest import As, member

pytestmark = pytest.mark.django_db

NAME, EMAIL, PERSON, PASSWORD = "River Pain Clinic", "Ada@example.org", "Ada  Quill", "sixteen green doors"
SITE = "https://clinic.example/"


def opened() -> User:
    return open_practice(name=NAME, email=EMAIL, person=PERSON)


def done() -> dict[str, bool]:
    return {str(step.what): step.is_done for step in first_steps(Practice.objects.get(name=NAME))}


def chooses_a_password(user: User) -> Client:
    client = Client()
    form = client.get(first_link(user, SITE).removeprefix("https://clinic.example"), follow=True)
    client.post(form.redirect_chain[-1][0], {"password1": PASSWORD, "password2": PASSWORD})
    return client


def test_a_practice_is_opened_with_an_administrator_who_chooses_the_password() -> None:
    user = opened()
    assert (user.practice.name, user.role, user.name, user.email) == (
        NAME,
        Role.ADMINISTRATOR,
        "Ada Quill",
        EMAIL.lower(),
    )
    assert first_link(user, SITE).startswith("https://clinic.example/accounts/password/reset/key/")
    [event] = Event.objects.all()
    assert (event.action, event.by, event.practice) == ("practice.open", None, user.practice)
    client = chooses_a_password(user)
    entered = client.post(reverse("account_login"), {"login": EMAIL, "password": PASSWORD}, follow=True)
    assert entered.redirect_chain[-1][0] == reverse("practice")
    assert "First steps" in entered.content.decode()


def test_a_link_that_was_lost_is_made_anew_until_it_was_used() -> None:
    user = opened()
    assert opened() == user
    chooses_a_password(user)
    with pytest.raises(UsageError, match="has an administrator already"):
        opened()


def test_a_practice_without_an_administrator_gets_another_one() -> None:
    first = opened()
    first.is_active = False
    first.save()
    second = open_practice(name=NAME.upper(), email="ben@example.org", person="Ben Quill")
    assert (second.practice, second.role) == (first.practice, Role.ADMINISTRATOR)


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ({"email": "no address"}, "not an e-mail address"),
        ({"name": "  "}, "cannot be called so"),
        ({"person": " "}, "needs a name"),
    ],
)
def test_what_cannot_be_is_told_and_leaves_nothing(said: dict[str, str], told: str) -> None:
    with pytest.raises(UsageError, match=told):
        open_practice(**{"name": NAME, "email": EMAIL, "person": PERSON, **said})
    assert not Practice.objects.exists()


def test_an_address_of_another_practice_is_refused(practice: Practice) -> None:
    taken = member(practice, Role.NURSE)
    with pytest.raises(UsageError, match="has an account already"):
        open_practice(name=NAME, email=taken.email.upper(), person=PERSON)


def test_each_first_step_is_done_by_doing_it_and_the_list_goes_away() -> None:
    practice = opened().practice
    assert not any(is_done for what, is_done in done().items() if what != "Have mail sent")
    LetterHead.objects.create(practice=practice, lines=NAME, phone="216 555 0100")
    assert done()["Write the letter head"]
    open_place(practice=practice, name="Room 1", imaging="fluoroscopy", by=None)
    assert done()["Add a room"]
    Payer.objects.create(practice=practice, name="Medicare", programme="medicare")
    assert done()["Name the payers"]
    member(practice, Role.PHYSICIAN)
    assert (done()["Invite a physician"], done()["Invite the front desk, or a nurse"]) == (True, False)
    member(practice, Role.FRONT_DESK)
    assert not done()["Bring the first patients"]
    register_patient(practice=practice, name="Ida Moss", birth_date=date(1950, 3, 4), by=None)
    assert first_steps(practice) == []


def test_a_letter_is_sent_again_only_until_a_password_was_chosen(as_role: As, practice: Practice) -> None:
    admin = as_role(Role.ADMINISTRATOR)
    admin.post(reverse("invite"), {"email": "new@example.org", "name": "New Nurse", "role": "nurse"})
    user = User.objects.get(email="new@example.org")
    again = reverse("invite_again", args=[user.pk])
    assert again in admin.get(reverse("practice")).content.decode()
    admin.post(again)
    assert [letter.to for letter in mail.outbox] == [["new@example.org"]] * 2
    assert re.search(r"http://testserver\S+", mail.outbox[1].body)
    user.set_password(PASSWORD)
    user.save()
    said = admin.post(again, follow=True).content.decode()
    assert "has chosen a password already" in said
    assert len(mail.outbox) == 2


def test_nobody_else_sends_letters(as_role: As, practice: Practice, other_practice: Practice) -> None:
    stranger = User.objects.create_user(
        email="far@example.org", password=None, practice=other_practice, role=Role.NURSE, name="Far Away"
    )
    assert as_role(Role.ADMINISTRATOR).post(reverse("invite_again", args=[stranger.pk])).status_code == 404
    here = member(practice, Role.NURSE)
    assert as_role(Role.PHYSICIAN).post(reverse("invite_again", args=[here.pk])).status_code == 404
    assert mail.outbox == []


def test_without_a_mail_server_the_administrator_is_told_where_the_letter_is(as_role: As, settings: object) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
    said = {"email": "new@example.org", "name": "New Nurse", "role": "nurse"}
    answer = as_role(Role.ADMINISTRATOR).post(reverse("invite"), said, follow=True).content.decode()
    assert "stands in the server’s log" in answer
    assert "on its way" not in answer
