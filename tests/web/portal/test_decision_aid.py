"""A decision aid on the patient's own pages: shared, opened, asked about, withdrawn; each step is an event."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from lenitive_web.audit.models import Event
from lenitive_web.ledger.actions import record_facts
from lenitive_web.ledger.facts import NewFact
from lenitive_web.ledger.models import Patient
from lenitive_web.people.models import Practice
from lenitive_web.people.roles import Role
from lenitive_web.portal.aids import open_aid
from lenitive_web.portal.models import OwnChart, Reminder, SharedAid
from lenitive_web.portal.reminders import send_reminders
from tests.web.conftest import As, admitted, member
from tests.web.portal.conftest import BACKEND

pytestmark = pytest.mark.django_db

ABLATION = "radiofrequency_ablation_medial_branch_lumbar"
STEPS = ("aid.shared", "aid.opened", "aid.asked", "aid.withdrawn")
QUESTIONS = "Can I garden again in spring?"


@pytest.fixture
def person(practice: Practice, today: date) -> Patient:
    """Facet pain after two blocks, with own pages."""
    patient = admitted(practice, today)
    OwnChart.objects.create(user=member(practice, Role.PATIENT), patient=patient, opened_at=timezone.now())
    return patient


@pytest.fixture
def own(practice: Practice, person: Patient) -> Client:
    client = Client()
    client.force_login(member(practice, Role.PATIENT), backend=BACKEND)
    return client


def share(clinician: Client, patient: Patient, procedure: str = ABLATION, **sent: str):
    return clinician.post(reverse("share_aid", args=[patient.public_id, procedure]), sent, follow=True)


def clinic_sees(clinician: Client, patient: Patient) -> str:
    return clinician.get(reverse("decision_aid", args=[patient.public_id, ABLATION])).content.decode()


def test_shared_opened_asked_and_withdrawn_each_is_seen_and_is_an_event(
    as_role: As, person: Patient, own: Client
) -> None:
    physician, address = as_role(Role.PHYSICIAN), reverse("my_aid", args=[ABLATION])
    assert own.get(address).status_code == 404
    share(physician, person)
    assert "The patient has not opened it yet." in clinic_sees(physician, person)
    assert f'href="{address}"' in own.get(reverse("mine")).content.decode()

    page = own.get(address).content.decode()
    assert '<svg class="figures" role="img"' in page
    assert "What can go wrong" in page
    assert "The patient opened it on" in clinic_sees(physician, person)

    assert own.post(address, {"questions": f" {QUESTIONS}\n"}).status_code == 302
    assert QUESTIONS in clinic_sees(physician, person)
    assert QUESTIONS in physician.get(reverse("own_pages", args=[person.public_id])).content.decode()
    assert QUESTIONS in own.get(address).content.decode()

    share(physician, person, withdraw="aid")
    assert "Share it with the patient" in clinic_sees(physician, person)
    answer = own.get(address, follow=True)
    assert "took this page off" in answer.content.decode()
    assert QUESTIONS not in answer.content.decode()
    told = Event.objects.filter(action__in=STEPS).order_by("pk")
    assert [(one.action, one.by.role) for one in told] == [
        ("aid.shared", Role.PHYSICIAN),
        ("aid.opened", Role.PATIENT),
        ("aid.asked", Role.PATIENT),
        ("aid.withdrawn", Role.PHYSICIAN),
    ]
    assert {(one.patient, one.about) for one in told} == {(person.public_id, ABLATION)}


def test_sharing_twice_is_sharing_once_and_after_a_withdrawal_it_is_new(as_role: As, person: Patient) -> None:
    nurse = as_role(Role.NURSE)
    share(nurse, person)
    share(nurse, person)
    assert SharedAid.objects.count() == 1
    share(nurse, person, withdraw="own_pages")
    share(nurse, person)
    assert [one.withdrawn_at is None for one in SharedAid.objects.all()] == [False, True]


def test_the_day_of_the_first_opening_stays(as_role: As, person: Patient, own: Client) -> None:
    share(as_role(Role.PHYSICIAN), person)
    own.get(reverse("my_aid", args=[ABLATION]))
    first = SharedAid.objects.get().opened_at
    own.get(reverse("my_aid", args=[ABLATION]))
    assert SharedAid.objects.get().opened_at == first
    assert Event.objects.filter(action="aid.opened").count() == 1


def test_who_has_no_own_pages_gets_the_page_on_paper(as_role: As, practice: Practice, today: date) -> None:
    patient = admitted(practice, today)
    physician = as_role(Role.PHYSICIAN)
    assert "can only be printed" in clinic_sees(physician, patient)
    assert "no own pages yet" in share(physician, patient).content.decode()
    assert not SharedAid.objects.exists()


def test_what_is_no_option_of_this_patient_cannot_be_shared(as_role: As, person: Patient) -> None:
    assert share(as_role(Role.PHYSICIAN), person, "no_such_procedure").status_code == 404
    assert not SharedAid.objects.exists()


def test_a_red_flag_that_comes_later_leaves_nothing_to_choose(
    as_role: As, person: Patient, own: Client, today: date
) -> None:
    share(as_role(Role.PHYSICIAN), person)
    flag = {"code": "saddle_anaesthesia", "kind": "history", "present": True, "true_on": today}
    record_facts(patient=person, facts=[NewFact("finding", flag)], by=None, source="visit")
    page = own.get(reverse("my_aid", args=[ABLATION])).content.decode()
    assert "Talk with your team" in page
    assert "figures" not in page
    assert SharedAid.objects.get().opened_at is None, "what was not shown was not read"


def test_a_page_that_was_not_opened_is_recalled_on_the_day_after(practice: Practice, today: date) -> None:
    patient = Patient.objects.create(practice=practice, name="Ada Example")
    user = member(practice, Role.PATIENT)
    OwnChart.objects.create(user=user, patient=patient, opened_at=timezone.now())
    shared = SharedAid.objects.create(
        patient=patient, procedure=ABLATION, shared_at=timezone.now(), shared_by=member(practice, Role.PHYSICIAN)
    )
    after = [today + timedelta(days=days) for days in range(3)]
    assert [dict(send_reminders(on)) for on in after] == [{}, {"sent": 1}, {}]
    assert "ablation" not in f"{mail.outbox[0].subject} {mail.outbox[0].body}"
    Reminder.objects.all().delete()
    open_aid(shared=shared, by=user)
    assert not send_reminders(after[1])


# --- who reads what was asked -----------------------------------------------------------------------------------------


def asked_today(clinician: Client) -> list[str]:
    found = clinician.get(reverse("today")).context["duties"]
    return [row.address for kind, _label, rows, _number in found if kind == "question" for row in rows]


def test_a_question_stands_on_today_until_a_clinician_opened_the_page_where_it_stands(
    as_role: As, person: Patient, own: Client
) -> None:
    physician, nurse, page = as_role(Role.PHYSICIAN), as_role(Role.NURSE), reverse("own_pages", args=[person.public_id])
    share(physician, person)
    assert not asked_today(physician)
    own.post(reverse("my_aid", args=[ABLATION]), {"questions": QUESTIONS})
    assert asked_today(physician) == asked_today(nurse) == [page]
    assert "question" not in [
        kind for kind, *_rest in as_role(Role.AUTHORIZATION).get(reverse("today")).context["duties"]
    ]
    clinic_sees(physician, person)
    assert asked_today(nurse) == [page], "while a red flag is raised, the aid shows nothing"
    nurse.get(page)
    assert not asked_today(physician)
    own.post(reverse("my_aid", args=[ABLATION]), {"questions": f"{QUESTIONS} And in autumn?"})
    assert asked_today(physician) == [page]
    own.post(reverse("my_aid", args=[ABLATION]), {"questions": ""})
    assert not asked_today(physician), "who takes a question back asks nothing"


def test_what_was_withdrawn_and_what_another_practice_is_asked_stand_nowhere(
    as_role: As, person: Patient, own: Client, other_practice: Practice, today: date
) -> None:
    elsewhere = admitted(other_practice, today, 1)
    by, now = member(other_practice, Role.PHYSICIAN), timezone.now()
    SharedAid.objects.create(
        patient=elsewhere, procedure=ABLATION, shared_at=now, shared_by=by, questions=QUESTIONS, asked_at=now
    )
    physician = as_role(Role.PHYSICIAN)
    share(physician, person)
    own.post(reverse("my_aid", args=[ABLATION]), {"questions": QUESTIONS})
    share(physician, person, "sacroiliac_joint_injection")
    assert len(asked_today(physician)) == 1
    share(physician, person, withdraw="aid")
    assert not asked_today(physician)
