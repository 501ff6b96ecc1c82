"""A request to a payer goes its way step by step, as facts of the chart; who comes too late is told."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.urls import reverse

from lenitive.chart import Request
from lenitive.reasoning.authorizations import authorizations, booking_warnings
from lenitive_web.audit.models import Event
from lenitive_web.authorization.models import PacketTaken
from lenitive_web.ledger.actions import make_request
from lenitive_web.ledger.models import Entry, Patient
from lenitive_web.ledger.selectors import chart_of, requests_of
from lenitive_web.people.models import Practice
from lenitive_web.people.roles import Role
from tests.web.authorization.sending import say_the_rest
from tests.web.authorization.test_copies import WHOLE
from tests.web.conftest import As, admitted

KIND = "radiofrequency_ablation_medial_branch_lumbar"
WHY = "The payer asked for what we have until Friday."


def record(client, patient: Patient, status: str, **said: object):
    """The answer after one step was posted as the form would."""
    patient.refresh_from_db()
    said = {"status": status, "version": patient.last_entry, "why": WHY, **said}
    return client.post(reverse("record_step", args=[patient.public_id, KIND]), said)


def followed(patient: Patient, today: date):
    return authorizations(chart_of(patient, today), today)


def test_an_approval_is_a_fact_and_the_booking_check_sees_it(as_role: As, patient: Patient, today: date) -> None:
    staff = as_role(Role.AUTHORIZATION)
    assert record(staff, patient, "sent", on=today - timedelta(5)).status_code == 302
    [asked] = requests_of(patient)
    [waiting] = followed(patient, today)
    assert booking_warnings(waiting, asked, today) == ["The request is not approved: waiting for a decision."]
    answer = record(
        staff, patient, "approved", on=today, number="A-17", sessions_granted=1, units_granted=2, valid_until="",
        valid_from=today,
    )  # fmt: skip
    assert answer.status_code == 302
    [granted] = followed(patient, today)
    assert (granted.state, granted.number, granted.sessions_left, granted.units_granted) == ("approved", "A-17", 1, 2)
    assert (granted.side, tuple(granted.levels), granted.payer) == (asked.side, asked.levels, "Medicare")
    assert booking_warnings(granted, asked, today) == []
    page = staff.get(reverse("authorization", args=[patient.public_id])).content.decode()
    assert "A-17" in page
    assert "1 of 1 left" in page
    assert "The authorization covers it" in page


def test_what_was_left_empty_is_not_said(as_role: As, patient: Patient, today: date) -> None:
    staff = as_role(Role.AUTHORIZATION)
    record(staff, patient, "sent", on=today)
    record(staff, patient, "approved", on=today)
    body = Entry.objects.filter(patient=patient, table="authorization").last().body
    assert not body.keys() & {"number", "sessions_granted", "units_granted", "valid_until", "expedited"}
    assert followed(patient, today)[0].sessions_left is None


@pytest.mark.parametrize(
    ("status", "said", "told"),
    [
        ("sent", {"on": "2999-01-01"}, "still to come"),
        ("sent", {"on": ""}, "required"),
        ("approved", {}, "cannot follow"),
        ("burned", {}, "no such step"),
    ],
)
def test_a_step_that_cannot_be_is_refused(
    as_role: As, patient: Patient, today: date, status: str, said: dict[str, str], told: str
) -> None:
    before = Entry.objects.count()
    page = record(as_role(Role.AUTHORIZATION), patient, status, **{"on": today, **said})
    assert page.status_code in (409, 422)
    assert told in page.content.decode()
    assert Entry.objects.count() == before


@pytest.mark.parametrize(
    ("status", "said", "told"),
    [
        ("denied", {"reason": ""}, "required"),
        ("more_wanted", {"reason": " "}, "required"),
        ("approved", {"valid_from": "2026-05-02", "valid_until": "2026-05-01"}, "lies before"),
        ("approved", {"units_granted": "-1"}, "write 0 or more"),
        ("partly_approved", {"reason": "less", "levels": "L9"}, "is not a spinal level"),
        ("denied", {"reason": "late", "on": "2001-01-01"}, "cannot be earlier"),
    ],
)
def test_an_answer_that_says_nothing_valid_is_refused_and_keeps_what_was_typed(
    as_role: As, patient: Patient, today: date, status: str, said: dict[str, str], told: str
) -> None:
    staff = as_role(Role.AUTHORIZATION)
    record(staff, patient, "sent", on=today)
    before = Entry.objects.count()
    page = record(staff, patient, status, **{"on": today, "number": "TYPED-1", **said})
    assert page.status_code == 422
    body = page.content.decode()
    assert told in body
    assert ("TYPED-1" in body) is (status != "more_wanted")
    assert Entry.objects.count() == before


def test_who_writes_on_an_old_chart_is_told(as_role: As, patient: Patient, today: date) -> None:
    staff, nurse = as_role(Role.AUTHORIZATION), as_role(Role.NURSE)
    record(staff, patient, "sent", on=today)
    patient.refresh_from_db()
    old = patient.last_entry
    record(nurse, patient, "more_wanted", on=today, reason="The report.")
    page = record(staff, patient, "denied", version=old, on=today, reason="No.")
    assert page.status_code == 409
    assert "Nurse One wrote into this chart" in page.content.decode()
    assert followed(patient, today)[0].state == "more is wanted"


def test_sending_again_after_a_denial_begins_a_new_request(as_role: As, patient: Patient, today: date) -> None:
    staff = as_role(Role.AUTHORIZATION)
    for status, said in (("sent", {}), ("denied", {"reason": "No block."}), ("sent", {})):
        record(staff, patient, status, on=today, **said)
    found = followed(patient, today)
    assert sorted(one.state for one in found) == ["denied", "waiting for a decision"]


def test_sending_what_was_wanted_goes_on_with_the_same_request(as_role: As, patient: Patient, today: date) -> None:
    staff = as_role(Role.AUTHORIZATION)
    for status, said in (("sent", {}), ("more_wanted", {"reason": "The report."}), ("sent", {})):
        record(staff, patient, status, on=today, **said)
    [one] = followed(patient, today)
    assert (one.state, len(one.history)) == ("waiting for a decision", 3)


def test_a_step_needs_the_permission_and_leaves_its_event(as_role: As, patient: Patient, today: date) -> None:
    assert record(as_role(Role.FRONT_DESK), patient, "sent", on=today).status_code == 404
    record(as_role(Role.PHYSICIAN), patient, "sent", on=today)
    event = Event.objects.get(action="facts.record", patient=patient.public_id, about="1 authorization")
    assert event.by.role == Role.PHYSICIAN


def test_an_appeal_is_drafted_only_against_a_refusal(as_role: As, practice: Practice, today: date) -> None:
    patient = admitted(practice, today, 12)
    staff = as_role(Role.AUTHORIZATION)
    address = reverse("appeal", args=[patient.public_id, KIND])
    page = staff.get(address, follow=True)
    assert "there is nothing to appeal" in page.content.decode()
    assert address not in page.content.decode()
    record(staff, patient, "sent", on=today)
    record(staff, patient, "denied", on=today, reason="No block.")
    assert address in staff.get(reverse("authorization", args=[patient.public_id])).content.decode()
    draft = staff.get(address)
    assert draft.content.startswith(b"%PDF")


@pytest.mark.parametrize("name", ["packet_for_us", "summary"])
def test_the_papers_are_pdf_files(as_role: As, patient: Patient, name: str) -> None:
    answer = as_role(Role.AUTHORIZATION).get(reverse(name, args=[patient.public_id, KIND]))
    assert answer.content.startswith(b"%PDF")
    assert answer["Content-Disposition"].startswith("attachment")


def test_a_request_that_came_from_elsewhere_can_be_answered_too(as_role: As, patient: Patient, today: date) -> None:
    staff = as_role(Role.AUTHORIZATION)
    record(staff, patient, "sent", on=today)
    staff.post(reverse("withdraw", args=[patient.public_id, KIND]))
    assert requests_of(patient) == []
    assert record(staff, patient, "withdrawn", on=today, reason="Better.").status_code == 302
    assert [one.state for one in followed(patient, today)] == ["withdrawn"]
    page = staff.get(reverse("authorization", args=[patient.public_id])).content.decode()
    assert "Earlier requests" in page


@pytest.mark.parametrize("name", ["packet_for_us", "summary"])
def test_the_papers_exist_without_a_policy_too(as_role: As, practice: Practice, today: date, name: str) -> None:
    patient = admitted(practice, today, 0)
    staff = as_role(Role.AUTHORIZATION)
    kind = "radiofrequency_ablation_genicular"
    make_request(patient=patient, request=Request(kind=kind, side="left"), by=None)
    page = staff.get(reverse("authorization", args=[patient.public_id]))
    [case] = [one for one in page.context["cases"] if one.kind == kind]
    assert case.told.determination is None
    assert staff.get(reverse(name, args=[patient.public_id, kind])).content.startswith(b"%PDF")


# --- it was sent although something is open ---------------------------------------------------------------------------


@pytest.mark.parametrize("why", ["", "  ", "x" * 501])
def test_what_was_sent_with_something_open_says_why_or_is_not_written(
    as_role: As, patient: Patient, today: date, why: str
) -> None:
    page = record(as_role(Role.AUTHORIZATION), patient, "sent", on=today, why=why)
    assert page.status_code == 422
    assert "Not ready: " in page.content.decode()
    assert not followed(patient, today)
    assert not PacketTaken.objects.exists()


def test_the_word_why_is_kept_with_the_step_and_the_event_holds_none_of_it(
    as_role: As, patient: Patient, today: date
) -> None:
    staff = as_role(Role.NURSE)
    assert record(staff, patient, "sent", on=today).status_code == 302
    [taken], step = PacketTaken.objects.all(), Entry.objects.filter(patient=patient, table="authorization").get()
    assert (taken.why, taken.step, taken.sending, taken.by.role) == (WHY, step, None, Role.NURSE)
    assert taken.number_open > 0
    [event] = Event.objects.filter(action="packet.take_unready", patient=patient.public_id)
    assert f"entry {step.pk}" in event.about
    assert WHY not in event.about
    copy = staff.get(reverse("packet", args=[patient.public_id, KIND])).content.decode()
    assert "written down as sent" in copy
    record(staff, patient, "more_wanted", on=today, reason="The note of the block.")
    assert PacketTaken.objects.count() == 1, "an answer of the payer is not a sending"


def test_what_was_said_when_the_packet_was_taken_need_not_be_said_again(
    as_role: As, patient: Patient, today: date
) -> None:
    staff, earlier = as_role(Role.AUTHORIZATION), "Our own reason."
    staff.post(reverse("packet", args=[patient.public_id, KIND]), {"why": earlier})
    page = reverse("authorization", args=[patient.public_id])
    assert earlier in staff.get(page).content.decode()
    record(staff, patient, "sent", on=today, why=earlier)
    assert earlier not in staff.get(page).content.decode(), "the next sending has a reason of its own"


def test_where_nothing_is_open_nobody_is_asked_why(as_role: As, practice: Practice, today: date) -> None:
    whole = admitted(practice, today, WHOLE)
    say_the_rest(whole, today)
    [asked, *_] = requests_of(whole)
    said = {"status": "sent", "version": Patient.objects.get(pk=whole.pk).last_entry, "on": today}
    answer = as_role(Role.AUTHORIZATION).post(reverse("record_step", args=[whole.public_id, asked.kind]), said)
    assert answer.status_code == 302
    assert not PacketTaken.objects.exists()


def test_a_sending_that_somebody_forestalled_leaves_no_word_why(as_role: As, patient: Patient, today: date) -> None:
    page = record(as_role(Role.AUTHORIZATION), patient, "sent", on=today, version=0)
    assert page.status_code == 409
    assert not PacketTaken.objects.exists()
