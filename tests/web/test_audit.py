"""The chain of events shows when it was tampered with; the auditor reads, filters and exports it."""

from __future__ import annotations

import csv
import io

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.urls import reverse

from lenitive_web.audit.chain import breaks
from lenitive_web.audit.models import Event
from lenitive_web.ledger.models import Patient
from lenitive_web.people.roles import Role
from tests.web.conftest import As


def without_guard(statement: str, *values: object) -> None:
    """What somebody with the database's own password could do."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("ALTER TABLE audit_event DISABLE TRIGGER USER")
        else:
            cursor.execute("DROP TRIGGER audit_event_no_UPDATE")
            cursor.execute("DROP TRIGGER audit_event_no_DELETE")
        cursor.execute(statement, values)


@pytest.fixture
def events(as_role: As, patient: Patient) -> list[Event]:
    for stage in ("story", "diagnosis", "options"):
        as_role(Role.PHYSICIAN).get(reverse(stage, args=[patient.public_id]))
    return list(Event.objects.order_by("pk"))


def test_an_untouched_chain_holds(events: list[Event]) -> None:
    assert list(breaks()) == []
    out = io.StringIO()
    call_command("verify_audit", stdout=out)
    assert events[-1].hash in out.getvalue()


def test_a_changed_event_is_found(events: list[Event]) -> None:
    without_guard("UPDATE audit_event SET about = 'nothing' WHERE id = %s", events[2].pk)
    assert [(one.event, one.problem) for one in breaks()] == [(events[2].pk, "its content was changed")]
    with pytest.raises(CommandError, match="does not hold"):
        call_command("verify_audit", stderr=io.StringIO())


def test_a_removed_event_is_found(events: list[Event]) -> None:
    without_guard("DELETE FROM audit_event WHERE id = %s", events[2].pk)
    assert [one.event for one in breaks()] == [events[3].pk]


def test_the_auditor_filters_by_patient_and_action(as_role: As, events: list[Event], patient: Patient) -> None:
    auditor = as_role(Role.AUDITOR)
    address = reverse("audit")
    assert len(auditor.get(address, {"action": "chart.view"}).context["page"].object_list) == 3
    assert len(auditor.get(address, {"patient": "not-an-id"}).context["page"].object_list) == 0
    found = auditor.get(address, {"patient": str(patient.public_id)}).context["page"].object_list
    assert {event.patient for event in found} == {patient.public_id}


def test_the_export_holds_every_event_with_its_hash(as_role: As, events: list[Event]) -> None:
    answer = as_role(Role.AUDITOR).get(reverse("audit_export"))
    rows = list(csv.DictReader(io.StringIO(b"".join(answer.streaming_content).decode())))
    assert {event.hash for event in events} <= {row["hash"] for row in rows}


def test_signing_in_and_out_leaves_events(as_role: As) -> None:
    client = as_role(Role.NURSE)
    client.post(reverse("account_logout"))
    assert list(Event.objects.order_by("pk").values_list("action", flat=True)) == [
        "account.sign_in",
        "account.sign_out",
    ]


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.AUDITOR])
def test_nobody_else_reads_the_audit(role: Role, as_role: As) -> None:
    assert as_role(role).get(reverse("audit")).status_code == 404
    assert as_role(role).get(reverse("audit_export")).status_code == 404
