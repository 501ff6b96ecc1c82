"""Whoever registers a patient stands on the new chart, with what comes first."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from lenitive_web.ledger.actions import record_facts
from lenitive_web.ledger.facts import NewFact
from lenitive_web.ledger.models import Patient
from lenitive_web.people.roles import Role
from tests.web.conftest import As

ADA = {"name": "Ada Example", "birth_date": "1970-05-04", "sex": "female"}


def registered(client: Client) -> tuple[str, Patient]:
    answer = client.post(reverse("register"), ADA, follow=True)
    return answer.content.decode(), Patient.objects.get(name="Ada Example")


def steps_at(client: Client, patient: Patient) -> dict[str, bool]:
    """The addresses of the first steps, and which are done."""
    steps = client.get(reverse("story", args=[patient.public_id])).context["first_steps"]
    return {step.address.removeprefix(f"/patients/{patient.public_id}/"): step.is_done for step in steps}


@pytest.mark.parametrize("role", [Role.PHYSICIAN, Role.NURSE])
def test_after_registering_one_stands_on_the_new_chart_with_the_next_steps(role: Role, as_role: As) -> None:
    page, ada = registered(as_role(role))
    assert "Ada Example is registered." in page
    for address in (
        reverse("story_add", args=[ada.public_id, "coverage"]),
        reverse("own_pages", args=[ada.public_id]),
        reverse("story_add", args=[ada.public_id, "complaint"]),
    ):
        assert f'<a href="{address}">' in page
        assert as_role(role).get(address).status_code == 200


def test_a_step_that_was_taken_is_done_and_a_story_that_has_begun_needs_no_list(as_role: As) -> None:
    nurse = as_role(Role.NURSE)
    _page, ada = registered(nurse)
    assert steps_at(nurse, ada) == {"story/coverage/new": False, "own-pages": False, "story/complaint/new": False}
    record_facts(patient=ada, facts=[NewFact("coverage", {"payer": "Medicare"})], by=None, source="visit")
    nurse.post(reverse("own_pages", args=[ada.public_id]), {"email": "ada@example.org"})
    assert steps_at(nurse, ada) == {"story/coverage/new": True, "own-pages": True, "story/complaint/new": False}
    record_facts(patient=ada, facts=[NewFact("complaint", {"region": "low_back"})], by=None, source="visit")
    assert steps_at(nurse, ada) == {}


def test_who_may_only_read_is_asked_to_do_nothing(as_role: As) -> None:
    _page, ada = registered(as_role(Role.NURSE))
    assert steps_at(as_role(Role.AUTHORIZATION), ada) == {}


def test_the_front_desk_stands_on_the_desk_of_the_new_patient(as_role: As) -> None:
    front = as_role(Role.FRONT_DESK)
    answer = front.post(reverse("register"), ADA)
    assert answer["Location"] == reverse("desk", args=[Patient.objects.get(name="Ada Example").public_id])
