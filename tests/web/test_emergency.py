"""Emergency access: one chart, one hour, to read, with a reason, written down and reviewed."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse
from django.utils import timezone

from lenitive_web.audit.models import Event
from lenitive_web.emergency.models import Access, Review
from lenitive_web.emergency.selectors import waiting
from lenitive_web.ledger.models import Patient
from lenitive_web.people.models import Practice
from lenitive_web.people.roles import Role
from tests.web.conftest import As, admitted, member

WHY = "Ambulance on the telephone"


@pytest.fixture
def known(practice: Practice, today: date) -> Patient:
    """A patient who can be named exactly."""
    patient = admitted(practice, today)
    patient.name, patient.birth_date = "Ada Example", date(1960, 5, 4)
    patient.save()
    return patient


def asked(as_role: As, **said: str):
    exact = {"name": "ada  example", "birth_date": "1960-05-04", "reason": WHY}
    return as_role(Role.FRONT_DESK).post(reverse("emergency"), exact | said)


def test_it_opens_one_chart_to_read_for_an_hour(as_role: As, known: Patient, practice: Practice, today: date) -> None:
    other = admitted(practice, today, 1)
    desk = as_role(Role.FRONT_DESK)
    assert desk.get(reverse("story", args=[known.public_id])).status_code == 404
    assert asked(as_role)["Location"] == reverse("patient", args=[known.public_id])
    page = desk.get(reverse("story", args=[known.public_id]))
    assert page.status_code == 200
    assert "Emergency access until" in page.content.decode()
    assert not page.context["may_record"]
    assert desk.get(reverse("story", args=[other.public_id])).status_code == 404
    assert desk.get(reverse("authorization", args=[known.public_id])).status_code == 404
    assert desk.post(reverse("examination", args=[known.public_id]), {}).status_code == 404


def test_after_the_hour_it_is_closed(as_role: As, known: Patient, practice: Practice) -> None:
    ago = timezone.now() - timedelta(hours=1, seconds=1)
    Access.objects.create(
        practice=practice, by=member(practice, Role.FRONT_DESK), patient=known.public_id, reason=WHY, opened_at=ago,
        until=ago + timedelta(hours=1),
    )  # fmt: skip
    assert as_role(Role.FRONT_DESK).get(reverse("story", args=[known.public_id])).status_code == 404


def test_it_is_for_the_person_who_asked_alone(as_role: As, known: Patient) -> None:
    asked(as_role)
    assert as_role(Role.ADMINISTRATOR).get(reverse("story", args=[known.public_id])).status_code == 404


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ({"name": "Ada"}, "No single patient here"),
        ({"birth_date": "1960-05-05"}, "No single patient here"),
        ({"reason": "why"}, "write 10 characters or more"),
    ],
)
def test_it_needs_the_exact_patient_and_a_reason(as_role: As, known: Patient, said: dict[str, str], told: str) -> None:
    answer = asked(as_role, **said)
    assert answer.status_code == 422
    assert told in answer.content.decode()
    assert not Access.objects.exists()
    assert Event.objects.filter(action="refused: access.emergency").count() == 1


def test_a_patient_of_another_practice_does_not_exist_here(
    as_role: As, practice: Practice, other_practice: Practice
) -> None:
    Patient.objects.create(practice=other_practice, name="Ada Example", birth_date=date(1960, 5, 4))
    assert asked(as_role).status_code == 422


def test_it_is_written_down_and_reviewed_once(as_role: As, known: Patient, practice: Practice) -> None:
    asked(as_role)
    as_role(Role.FRONT_DESK).get(reverse("story", args=[known.public_id]))
    assert Event.objects.filter(action="access.emergency", patient=known.public_id).count() == 1
    assert Event.objects.filter(about="GET story, emergency").count() == 1
    auditor = as_role(Role.AUDITOR)
    assert WHY in auditor.get(reverse("accesses")).content.decode()
    [access] = waiting(practice)
    address = reverse("review_access", args=[access.pk])
    assert auditor.post(address, {"note": "no choice made"}).status_code == 302
    assert list(waiting(practice)) == [access]
    assert auditor.post(address, {"justified": "no", "note": "Nobody had called."}).status_code == 302
    review = Review.objects.get()
    assert (review.justified, review.by.role) == (False, Role.AUDITOR)
    assert "Nobody had called." in auditor.get(reverse("accesses")).content.decode()
    assert auditor.post(address, {"justified": "yes"}).status_code == 404
    assert Event.objects.filter(action="access.review").count() == 1


def test_the_database_refuses_to_change_an_access(as_role: As, known: Patient) -> None:
    asked(as_role)
    with pytest.raises(DatabaseError), transaction.atomic():
        Access.objects.update(reason="something nicer")
    with pytest.raises(DatabaseError), transaction.atomic():
        Access.objects.all().delete()


@pytest.mark.parametrize("role", [Role.PHYSICIAN, Role.NURSE, Role.AUTHORIZATION, Role.AUDITOR, Role.PATIENT])
def test_who_may_not_ask_finds_no_page(role: Role, as_role: As) -> None:
    assert as_role(role).get(reverse("emergency")).status_code == 404
