"""The chain of events shows when it was tampered with; the auditor reads, filters and exports it."""

from __future__ import annotations

import csv
import io
import re
from datetime import date
from typing import get_args

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from lenitive_web.audit.chain import breaks
from lenitive_web.audit.models import Event
from lenitive_web.auditing.words import ACTIONS, what_was_done
from lenitive_web.authorization.models import Ending
from lenitive_web.ledger.models import Patient
from lenitive_web.letters.models import StepKind
from lenitive_web.people.models import Practice
from lenitive_web.people.roles import PERMISSIONS, Role
from lenitive_web.schedule.models import StepName
from tests.conftest import ROOT
from tests.web.conftest import As, member


def without_guard(statement: str, *values: object, table: str = "audit_event") -> None:
    """What somebody with the database's own password could do."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        else:
            cursor.execute(f"DROP TRIGGER {table}_no_UPDATE")
            cursor.execute(f"DROP TRIGGER {table}_no_DELETE")
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
    assert {seen for told in found for seen in told.event.patients} == {patient.public_id}


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


@pytest.fixture
def three(practice: Practice) -> list[Patient]:
    """Three patients, two of whom share a name."""
    told = [("Augusta Farrow", date(1950, 3, 31)), ("Augusta Farrow", date(1988, 1, 2)), ("Lea Kirchner", None)]
    now = timezone.now()
    return [
        Patient.objects.create(practice=practice, name=name, birth_date=born, last_entry=1, last_entry_at=now)
        for name, born in told
    ]


def found_by(auditor: Client, words: str) -> list[Event]:
    return [told.event for told in auditor.get(reverse("audit"), {"patient": words}).context["page"].object_list]


@pytest.mark.parametrize(
    ("route", "asked"),
    [("patients", {}), ("patients", {"q": "farrow"}), ("today", {}), ("today", {"kind": "unread"})],
    ids=["patients", "patients searched", "today", "one kind of today"],
)
def test_an_event_of_a_list_names_everybody_who_stood_on_it_and_nobody_else(
    route: str, asked: dict[str, str], as_role: As, three: list[Patient]
) -> None:
    page = as_role(Role.PHYSICIAN).get(reverse(route), asked).content.decode()
    event = Event.objects.latest("pk")
    assert set(event.patients) == {one.public_id for one in three if f"/{one.public_id}" in page}
    assert event.patient is None
    assert f"{len(event.patients)} patients" in event.about
    assert list(breaks()) == []


def test_the_auditor_finds_who_saw_a_patient_on_a_list(as_role: As, three: list[Patient]) -> None:
    as_role(Role.NURSE).get(reverse("patients"))
    as_role(Role.NURSE).get(reverse("patients"), {"q": "lea"})
    auditor = as_role(Role.AUDITOR)
    seen = [event for event in found_by(auditor, str(three[0].public_id)) if event.action == "patients.list"]
    assert [event.about for event in seen] == ["page 1, 3 patients, all"]
    rows = list(csv.DictReader(io.StringIO(b"".join(auditor.get(reverse("audit_export")).streaming_content).decode())))
    [listed] = [row["patient"] for row in rows if "3 patients, all" in row["about"]]
    assert set(listed.split()) == {str(one.public_id) for one in three}


def test_the_auditor_finds_a_person_by_name_day_of_birth_or_the_digits_that_stand_in_the_list(
    as_role: As, three: list[Patient]
) -> None:
    as_role(Role.NURSE).get(reverse("story", args=[three[0].public_id]))
    auditor = as_role(Role.AUDITOR)
    for words in ("farrow 1950-03-31", "1950-03-31", str(three[0].public_id)[:8], str(three[0].public_id)):
        assert "chart.view" in {event.action for event in found_by(auditor, words)}, words
        looked = Event.objects.latest("pk")
        assert (looked.action, looked.patient) == ("audit.view", three[0].public_id)
    assert "Lea Kirchner" in auditor.get(reverse("audit"), {"patient": "lea"}).content.decode()


def test_of_several_with_one_name_the_auditor_chooses_and_each_look_is_an_event(
    as_role: As, three: list[Patient]
) -> None:
    auditor = as_role(Role.AUDITOR)
    page = auditor.get(reverse("audit"), {"patient": "farrow"})
    assert page.context["people"] == three[:2]
    assert not page.context["page"].object_list
    assert "March 31, 1950" in page.content.decode()
    assert set(Event.objects.latest("pk").patients) == {one.public_id for one in three[:2]}
    nobody = auditor.get(reverse("audit"), {"patient": "nobody like this"})
    assert "Nobody here has this name" in nobody.content.decode()


def test_the_auditor_finds_nobody_of_another_practice(as_role: As, other_practice: Practice, today: date) -> None:
    elsewhere = Patient.objects.create(practice=other_practice, name="Somebody Else")
    for words in ("somebody else", str(elsewhere.public_id)[:8]):
        assert "Nobody here" in as_role(Role.AUDITOR).get(reverse("audit"), {"patient": words}).content.decode()
    assert found_by(as_role(Role.AUDITOR), str(elsewhere.public_id))[1:] == []


@pytest.mark.parametrize("statement", ["DELETE FROM audit_shown WHERE id = %s", "UPDATE audit_shown SET patient = %s"])
def test_who_stood_on_a_list_cannot_be_changed_and_if_it_is_the_chain_shows_it(
    statement: str, as_role: As, three: list[Patient]
) -> None:
    as_role(Role.NURSE).get(reverse("patients"), {"q": "lea"})
    event = Event.objects.latest("pk")
    value = event.shown.get().pk if "DELETE" in statement else three[0].public_id.hex
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, [value])
    without_guard(statement, value, table="audit_shown")
    assert [(one.event, one.problem) for one in breaks()] == [(event.pk, "its content was changed")]


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.AUDITOR])
def test_nobody_else_reads_the_audit(role: Role, as_role: As) -> None:
    assert as_role(role).get(reverse("audit")).status_code == 404
    assert as_role(role).get(reverse("audit_export")).status_code == 404


# --- in words --------------------------------------------------------------------------------------------------------

WRITTEN = re.compile(
    r"""(?:action=|_note\(|_tell\(|_event\()(?:[\w.]+, )*f?"(?:refused: )?([a-z_]+\.[a-z_]+)(?![a-z_{.])"""
)
"""How an action is named where an event is written."""


def test_every_action_has_words() -> None:
    sources = [path.read_text(encoding="utf-8") for path in (ROOT / "src" / "lenitive_web").rglob("*.py")]
    written = {action for source in sources for action in WRITTEN.findall(source)}
    assert {"facts.record", "booking.move", "account.sign_in", "people.invite", "document.attached"} <= written
    steps = {f"booking.{name}" for name in get_args(StepName)}
    endings = {f"task.{ending}" for ending in Ending} | {f"letter.{kind}" for kind in StepKind}
    wanted = written | steps | endings | set(PERMISSIONS)
    assert wanted - set(ACTIONS) == set()


def test_events_read_in_words_with_the_names_of_people_and_patients_beside_their_numbers(
    as_role: As, practice: Practice, three: list[Patient]
) -> None:
    nurse, auditor, lea = as_role(Role.NURSE), as_role(Role.AUDITOR), three[2]
    nurse.get(reverse("story", args=[lea.public_id]))
    nurse.post(reverse("examination", args=[lea.public_id]), {})
    Client().post(reverse("account_login"), {"login": member(practice, Role.NURSE).email, "password": "wrong"})
    page = auditor.get(reverse("audit"))
    body = page.content.decode()
    told = {one.event.action: one for one in page.context["page"].object_list}
    assert (told["chart.view"].what, told["chart.view"].about) == ("Chart read", "Story")
    assert told["chart.record"].about == "Examination, form sent"
    assert told["chart.view"].patient == "Lea Kirchner"
    assert str(lea.public_id)[:8] in body
    assert '<code class="quiet">chart.view</code>' in body
    assert "Nurse One (account " in told["account.refused"].about
    looked = Event.objects.latest("pk")
    assert (looked.action, looked.patients) == ("audit.view", [lea.public_id]), "a name that was shown was seen"


def test_a_patient_of_another_practice_keeps_the_number_alone(as_role: As, other_practice: Practice) -> None:
    elsewhere = Patient.objects.create(practice=other_practice, name="Somebody Else")
    as_role(Role.NURSE).get(reverse("story", args=[elsewhere.public_id]))
    page = as_role(Role.AUDITOR).get(reverse("audit")).content.decode()
    assert "Refused: Chart read" in page
    assert str(elsewhere.public_id)[:8] in page
    assert "Somebody Else" not in page


@pytest.mark.parametrize(
    ("action", "words"),
    [
        ("authorization.answer: approved", "Payer’s answer kept: approved"),
        ("refused: own.view", "Refused: Own pages read by the patient"),
        ("some.new_thing", "some, new thing"),
    ],
)
def test_an_action_in_words(action: str, words: str) -> None:
    assert what_was_done(action) == words


def test_the_auditor_finds_an_action_by_its_words(as_role: As, three: list[Patient]) -> None:
    as_role(Role.NURSE).get(reverse("story", args=[three[0].public_id]))
    as_role(Role.FRONT_DESK).get(reverse("story", args=[three[0].public_id]))
    found = as_role(Role.AUDITOR).get(reverse("audit"), {"action": "chart READ"}).context["page"].object_list
    assert [told.event.action for told in found] == ["refused: chart.view", "chart.view"]
