"""Accounts that are closed: signed out at once, tasks in other hands, no mail any more; what was written stays."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from lenitive_web.audit.chain import breaks
from lenitive_web.audit.models import Event
from lenitive_web.authorization.actions import end_task, give_task
from lenitive_web.authorization.models import Task
from lenitive_web.ledger.models import Patient
from lenitive_web.people.models import Practice, User
from lenitive_web.people.roles import Role
from lenitive_web.portal.models import Draft, OwnChart
from lenitive_web.portal.reminders import send_reminders
from lenitive_web.practice.leaving import TasksLeftError, leave
from tests.web.conftest import As, member, seen_at
from tests.web.procedure.booking import at, booked

PASSWORD = "a long enough password"
KIND = "radiofrequency_ablation_medial_branch_lumbar"


def signed_in(user: User) -> Client:
    client = Client()
    client.post(reverse("account_login"), {"login": user.email, "password": PASSWORD})
    assert client.get(reverse("usersessions_list")).status_code == 200
    return client


@pytest.fixture
def leaver(practice: Practice) -> User:
    return member(practice, Role.AUTHORIZATION)


def given(patient: Patient, to: User, what: str) -> Task:
    return give_task(patient=patient, kind=KIND, what=what, to=to, due_on=None, by=member(patient.practice, Role.NURSE))


def change(as_role: As, person: User, **said: str):
    address, administrator = reverse("person", args=[person.pk]), as_role(Role.ADMINISTRATOR)
    seen = seen_at(administrator, address)
    return administrator.post(address, {"name": person.name, "role": person.role, **seen, **said})


def test_who_leaves_is_signed_out_everywhere_at_once(as_role: As, leaver: User) -> None:
    here, there = signed_in(leaver), signed_in(leaver)
    assert change(as_role, leaver).status_code == 302
    for client in (here, there):
        assert client.get(reverse("patients"))["Location"].startswith(reverse("account_login"))
    assert leaver.usersession_set.count() == 0
    again = Client().post(reverse("account_login"), {"login": leaver.email, "password": PASSWORD}, follow=True)
    assert "_auth_user_id" not in again.client.session


def test_nobody_leaves_while_their_tasks_are_nobodys(as_role: As, leaver: User, patient: Patient) -> None:
    task = given(patient, leaver, "The letter of the physical therapist")
    answer = change(as_role, leaver)
    assert answer.status_code == 422
    assert "1 task is open" in answer.content.decode()
    leaver.refresh_from_db()
    assert leaver.is_active
    with pytest.raises(TasksLeftError):
        leave(person=leaver, successor=None, by=member(leaver.practice, Role.ADMINISTRATOR))
    task.refresh_from_db()
    assert task.assigned_to == leaver


def test_open_tasks_go_to_the_successor_and_ended_ones_stay(as_role: As, leaver: User, patient: Patient) -> None:
    nurse = member(leaver.practice, Role.NURSE)
    open_one, ended = given(patient, leaver, "The letter"), given(patient, leaver, "The picture")
    end_task(task=ended, ending="done", by=leaver)
    assert change(as_role, leaver, successor=str(nurse.pk)).status_code == 302
    open_one.refresh_from_db()
    ended.refresh_from_db()
    assert (open_one.assigned_to, ended.assigned_to) == (nurse, leaver)
    event = Event.objects.get(action="task.hand_over")
    assert (event.patient, event.by) == (patient.public_id, member(leaver.practice, Role.ADMINISTRATOR))


def test_what_was_done_stays_in_the_audit_under_the_name(as_role: As, leaver: User, patient: Patient) -> None:
    signed_in(leaver).get(reverse("story", args=[patient.public_id]))
    before = list(Event.objects.filter(by=leaver).values_list("pk", "hash"))
    change(as_role, leaver)
    assert list(Event.objects.filter(by=leaver).values_list("pk", "hash")) == before
    assert list(breaks()) == []


def test_tasks_are_not_handed_to_who_has_left_or_is_a_patient(as_role: As, leaver: User, patient: Patient) -> None:
    given(patient, leaver, "The letter")
    gone = member(leaver.practice, Role.NURSE)
    User.objects.filter(pk=gone.pk).update(is_active=False)
    for other in (gone, member(leaver.practice, Role.PATIENT), leaver):
        assert change(as_role, leaver, successor=str(other.pk)).status_code == 422


def test_a_patients_account_is_no_account_of_the_staff(as_role: As, practice: Practice) -> None:
    assert change(as_role, member(practice, Role.PATIENT), is_active="on").status_code == 404


# --- a patient's account ---------------------------------------------------------------------------------------------


@pytest.fixture
def own(practice: Practice, patient: Patient) -> OwnChart:
    user = member(practice, Role.PATIENT)
    return OwnChart.objects.create(user=user, patient=patient, opened_at=timezone.now())


def ask(as_role: As, own: OwnChart, what: str):
    return as_role(Role.NURSE).post(reverse("own_pages", args=[own.patient.public_id]), {what: "yes"})


def test_a_patients_account_is_closed_and_opened_again(as_role: As, own: OwnChart, today: date) -> None:
    phone = signed_in(own.user)
    Draft.objects.create(patient=own.patient, kind="intake", body={"where": {}}, changed_at=timezone.now())
    entries = own.patient.entries.count()
    assert ask(as_role, own, "close").status_code == 302
    assert phone.get(reverse("mine"))["Location"].startswith(reverse("account_login"))
    assert not Draft.objects.exists()
    assert own.patient.entries.count() == entries
    booked(own.patient, at(today + timedelta(days=7)))
    assert not send_reminders(today)
    assert mail.outbox == []
    assert (
        "Open it again" in as_role(Role.NURSE).get(reverse("own_pages", args=[own.patient.public_id])).content.decode()
    )
    assert ask(as_role, own, "reopen").status_code == 302
    assert signed_in(own.user).get(reverse("mine")).status_code == 200
    actions = Event.objects.filter(action__startswith="portal.").order_by("pk")
    assert [(one.action, one.patient) for one in actions if one.action != "portal.invite"] == [
        ("portal.close", own.patient.public_id),
        ("portal.reopen", own.patient.public_id),
    ]


def test_an_account_that_there_is_not_cannot_be_closed(as_role: As, patient: Patient) -> None:
    address = reverse("own_pages", args=[patient.public_id])
    assert as_role(Role.NURSE).post(address, {"close": "yes"}).status_code == 404


def test_a_reminder_names_nothing_of_the_chart(own: OwnChart, today: date) -> None:
    from lenitive.medicine.content import content

    booking = booked(own.patient, at(today + timedelta(days=7)))
    assert send_reminders(today) == {"sent": 1}
    [letter] = mail.outbox
    said = f"{letter.subject} {letter.body} {letter.message()['From']}".lower()
    day = booking.day
    secret = {own.patient.name, str(own.patient.public_id), str(day), f"{day:%d}.", day.strftime("%B")}
    secret |= {booking.operator.name, booking.place.name}
    for words in (content().procedures, content().regions, content().drugs, content().instruments):
        secret |= {str(getattr(one, "label", name)) for name, one in words.items()}
    assert not [word for word in secret if word and word.lower() in said]
    assert letter.to == [own.user.email]
