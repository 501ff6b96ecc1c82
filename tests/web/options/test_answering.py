"""What the chart is silent about is asked where it is missed, answered once, and booked from there."""

from __future__ import annotations

from datetime import date

import pytest
from django.urls import reverse

from lenitive_web.ledger.actions import record_facts
from lenitive_web.ledger.facts import NewFact
from lenitive_web.ledger.models import Entry, Patient
from lenitive_web.ledger.selectors import assessment_of
from lenitive_web.options.answering import NOT_HERE, open_questions
from lenitive_web.people.models import Practice
from lenitive_web.people.roles import Role
from tests.web.conftest import As, admitted, member

BLOCK = "medial_branch_block_lumbar"


@pytest.fixture
def unproven(practice: Practice, today: date) -> Patient:
    """Facet pain that nobody has blocked yet."""
    return admitted(practice, today, 1)


def asked(patient: Patient, today: date) -> list[str]:
    option = next(one for one in assessment_of(patient, today).options if one.procedure == BLOCK)
    return [one.kind for one in open_questions(option, today)]


def answered(as_role: As, patient: Patient, role: Role = Role.NURSE, **said: str):
    patient.refresh_from_db()
    address = reverse("option_answers", args=[patient.public_id, BLOCK])
    return as_role(role).post(address, {"version": patient.last_entry, **said})


def test_an_answer_becomes_a_statement_and_is_not_asked_again(as_role: As, unproven: Patient, today: date) -> None:
    assert "plan_is_ablation" in asked(unproven, today)
    assert answered(as_role, unproven, plan_is_ablation="yes").status_code == 302
    written = Entry.objects.get(patient=unproven, table="statement").body
    assert (written["kind"], written["says"], written["by"], written["true_on"]) == (
        "plan_is_ablation", True, "nurse", str(today),
    )  # fmt: skip
    unproven.refresh_from_db()
    assert "plan_is_ablation" not in asked(unproven, today)


def test_what_has_a_page_of_its_own_is_not_asked_here(unproven: Patient, today: date) -> None:
    assert not NOT_HERE & set(asked(unproven, today))


def test_nothing_answered_is_nothing_written(as_role: As, unproven: Patient) -> None:
    page = answered(as_role, unproven, plan_is_ablation="")
    assert (page.status_code, Entry.objects.filter(patient=unproven, table="statement").exists()) == (422, False)
    assert "Nothing was answered" in page.content.decode()


def test_the_later_of_two_is_told_and_keeps_the_answer(as_role: As, unproven: Patient, practice: Practice) -> None:
    unproven.refresh_from_db()
    old = unproven.last_entry
    score = NewFact("measure", {"instrument": "nrs", "score": 4})
    record_facts(patient=unproven, facts=[score], by=member(practice, Role.PHYSICIAN), source="visit")
    page = answered(as_role, unproven, version=str(old), plan_is_ablation="yes")
    assert page.status_code == 409
    assert page.context["answers"]["plan_is_ablation"].value() == "yes"


@pytest.mark.parametrize(("role", "may"), [(Role.NURSE, True), (Role.AUTHORIZATION, False)])
def test_who_may_book_finds_the_way_from_the_option(role: Role, may: bool, as_role: As, unproven: Patient) -> None:
    page = as_role(role).get(reverse("option", args=[unproven.public_id, BLOCK])).content.decode()
    way = f"{reverse('book', args=[unproven.public_id])}?kind={BLOCK}"
    assert (way in page, 'class="card answers"' in page) == (may, may)
