"""Two copies of the packet: the payer's is given freely when nothing is open, else for a word why; ours always."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse

from lenitive.documents.authorization import authorization
from lenitive.documents.readiness import readiness
from lenitive_web.audit.models import Event
from lenitive_web.authorization.models import PacketTaken
from lenitive_web.ledger.actions import record_facts
from lenitive_web.ledger.facts import NewFact
from lenitive_web.ledger.models import Patient
from lenitive_web.ledger.selectors import chart_of, requests_of
from lenitive_web.people.models import Practice
from lenitive_web.people.roles import Role
from lenitive_web.readings.selectors import book_of
from tests.web.authorization.sending import say_the_rest
from tests.web.conftest import As, admitted, member

WHOLE = 3
"""The invented patient about whose request the policy leaves nothing open, once insurance and diagnosis are said."""
WHY = "The payer asked for what we have until Friday."


def copy_of(patient: Patient, name: str = "packet") -> str:
    return reverse(name, args=[patient.public_id, requests_of(patient)[0].kind])


def stands(patient: Patient, today: date):
    book, [asked, *_] = book_of(patient.practice_id), requests_of(patient)
    chart = chart_of(patient, today)
    return readiness(authorization(chart, today, asked, knowledge=book), chart)


def is_pdf(answer) -> bool:
    return answer.status_code == 200 and answer.content.startswith(b"%PDF-")


def test_where_nothing_is_open_it_is_given_freely(as_role: As, practice: Practice, today: date) -> None:
    whole = admitted(practice, today, WHOLE)
    say_the_rest(whole, today)
    assert stands(whole, today).is_ready
    assert is_pdf(as_role(Role.AUTHORIZATION).get(copy_of(whole)))
    assert not PacketTaken.objects.exists()


def test_what_is_open_is_shown_before_the_payers_copy_is_taken(as_role: As, patient: Patient, today: date) -> None:
    ready = stands(patient, today)
    assert ready.number > 0
    answer = as_role(Role.AUTHORIZATION).get(copy_of(patient))
    told = answer.content.decode()
    assert answer["Content-Type"].startswith("text/html")
    assert f"Not ready: {ready.number} " in told
    for one in (*ready.against, *ready.unread):
        assert one.label in told
    assert not PacketTaken.objects.exists()


def test_it_is_taken_all_the_same_for_a_word_why_which_is_kept(as_role: As, patient: Patient, today: date) -> None:
    staff = as_role(Role.AUTHORIZATION)
    assert is_pdf(staff.post(copy_of(patient), {"why": WHY}))
    [taken] = PacketTaken.objects.all()
    assert (taken.why, taken.number_open, taken.by.role) == (WHY, stands(patient, today).number, Role.AUTHORIZATION)
    [event] = Event.objects.filter(action="packet.take_unready", patient=patient.public_id)
    assert WHY not in event.about, "an event holds no words of a person"
    assert WHY in staff.get(copy_of(patient)).content.decode()


@pytest.mark.parametrize("why", ["", "   ", "x" * 501])
def test_without_a_word_it_is_not_given(as_role: As, patient: Patient, why: str) -> None:
    answer = as_role(Role.AUTHORIZATION).post(copy_of(patient), {"why": why})
    assert (answer.status_code, answer["Content-Type"].startswith("text/html")) == (422, True)
    assert not PacketTaken.objects.exists()


def test_our_own_copy_is_always_given(as_role: As, patient: Patient) -> None:
    assert is_pdf(as_role(Role.AUTHORIZATION).get(copy_of(patient, "packet_for_us")))
    assert not PacketTaken.objects.exists()


def test_what_was_taken_cannot_be_changed(as_role: As, patient: Patient) -> None:
    as_role(Role.AUTHORIZATION).post(copy_of(patient), {"why": WHY})
    with pytest.raises(DatabaseError), transaction.atomic():
        PacketTaken.objects.update(why="another")


def denied(practice: Practice, patient: Patient, today: date) -> None:
    step = {"request": "asked-1", "kind": requests_of(patient)[0].kind}
    record_facts(
        patient=patient,
        facts=[
            NewFact("authorization", {**step, "status": "sent", "true_on": today - timedelta(9)}),
            NewFact(
                "authorization", {**step, "status": "denied", "reason": "Not shown.", "true_on": today - timedelta(2)}
            ),
        ],
        by=member(practice, Role.AUTHORIZATION),
        source="test",
        version=patient.last_entry,
    )


def test_while_the_chart_answers_against_the_policy_no_appeal_is_offered(
    as_role: As, practice: Practice, today: date
) -> None:
    told = {}
    for number in range(12):
        patient = admitted(practice, today, number)
        if requests_of(patient) and (ready := stands(patient, today)).is_judged:
            denied(practice, patient, today)
            page = as_role(Role.AUTHORIZATION).get(reverse("authorization", args=[patient.public_id])).content.decode()
            told[bool(ready.against)] = True
            assert ("An appeal will not help before" in page) is bool(ready.against)
            assert (copy_of(patient, "appeal") in page) is not bool(ready.against)
            answer = as_role(Role.AUTHORIZATION).get(copy_of(patient, "appeal"))
            assert is_pdf(answer) is not bool(ready.against)
    assert set(told) == {True, False}
