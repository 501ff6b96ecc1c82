"""What each role finds on its first page."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.urls import reverse

from lenitive_web.ledger.actions import record_facts
from lenitive_web.ledger.facts import NewFact
from lenitive_web.ledger.models import Patient
from lenitive_web.people.models import Practice
from lenitive_web.people.roles import Role
from tests.web.conftest import As, admitted


@pytest.fixture
def clinic(practice: Practice, today: date) -> dict[str, Patient]:
    """A block without a diary, a treatment nobody asked about, a request that waits at the payer."""
    patients = {
        name: admitted(practice, today, number) for name, number in (("block", 1), ("treated", 3), ("asked", 9))
    }
    block = {"kind": "medial_branch_block_lumbar", "intent": "diagnostic", "true_on": today - timedelta(1)}
    treated = {"kind": "sacroiliac_joint_injection", "intent": "therapeutic", "true_on": today - timedelta(20)}
    sent = {"request": "first", "status": "sent", "kind": "epidural_transforaminal_lumbar", "true_on": today}
    for name, table, said in (
        ("block", "procedure", block),
        ("treated", "procedure", treated),
        ("asked", "authorization", sent),
    ):
        record_facts(patient=patients[name], facts=[NewFact(table, said)], by=None, source="visit")
    return patients


def duties(as_role: As, role: Role) -> dict[str, list[str]]:
    page = as_role(role).get(reverse("today"))
    return {kind: [owed.patient.name for owed in rows] for kind, _label, rows, _number in page.context["duties"]}


def test_each_role_sees_its_own_duties(as_role: As, clinic: dict[str, Patient]) -> None:
    expected = {"diary": ["Patient 1"], "follow_up": ["Patient 3"]}
    assert {kind: rows for kind, rows in duties(as_role, Role.NURSE).items() if kind != "hold"} == expected
    assert duties(as_role, Role.AUTHORIZATION) == {"authorization": ["Patient 9"]}
    assert set(duties(as_role, Role.PHYSICIAN)) >= {"diary", "follow_up", "authorization"}


def test_a_duty_leads_to_where_it_is_done_and_is_gone_when_it_is_done(
    as_role: As, clinic: dict[str, Patient], today: date
) -> None:
    client = as_role(Role.NURSE)
    [owed] = next(rows for kind, _label, rows, _n in client.get(reverse("today")).context["duties"] if kind == "diary")
    form = client.get(owed.duty.address)
    assert form.status_code == 200
    clinic["block"].refresh_from_db()
    said = {"version": clinic["block"].last_entry, "on": str(today), "percent": "85", "held": "no", "lasted": "3"}
    assert client.post(owed.duty.address, {**said, "lasted_unit": "hours"}).status_code == 302
    assert "diary" not in duties(as_role, Role.NURSE)


def test_a_duty_stays_although_many_charts_were_written_since(
    as_role: As, clinic: dict[str, Patient], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lenitive_web.today.selectors.CONSIDERED", 0)
    assert duties(as_role, Role.AUTHORIZATION) == {"authorization": ["Patient 9"]}
    assert "diary" in duties(as_role, Role.NURSE)


def test_all_duties_of_a_kind_have_a_page(as_role: As, clinic: dict[str, Patient]) -> None:
    page = as_role(Role.NURSE).get(reverse("today"), {"kind": "follow_up"})
    assert [owed.patient.name for owed in page.context["page"].object_list] == ["Patient 3"]
    assert "Follow-ups due" in page.content.decode()


def test_a_clinic_without_anything_has_a_first_page(as_role: As) -> None:
    page = as_role(Role.PHYSICIAN).get(reverse("today")).content.decode()
    assert "No chart has been written yet." in page
    assert "Nobody is booked today." in page
