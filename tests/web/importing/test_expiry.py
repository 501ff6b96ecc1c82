"""What nobody decides about is thrown away on the day that the page says, and nothing else is."""

from __future__ import annotations

from datetime import datetime, timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format

from lenitive_web.audit.models import Event
from lenitive_web.importing.expiry import ends_on, expire
from lenitive_web.importing.models import Outcome, RecordImport, StagedPatient, State
from lenitive_web.ledger.actions import register_patient
from lenitive_web.ledger.models import Entry, Patient
from lenitive_web.people.models import Practice, User
from tests.web.importing.uploads import bundle, imported, pain, person, rows, taken_in

KEPT = timedelta(days=30)
A_SECOND = timedelta(seconds=1)
ADA = (person("a", identifier="1"), pain("o1", "a"))
NAMELESS = ({"resourceType": "Patient", "id": "n", "birthDate": "1950-03-04"}, pain("o2", "n"))


@pytest.fixture
def undecided(desk: User) -> RecordImport:
    """One who could be imported, and one about whom somebody has to decide."""
    return taken_in(desk, both__json=bundle(*ADA, *NAMELESS))


def end_of(job: RecordImport) -> datetime:
    job.refresh_from_db()
    return job.changed_at + KEPT


def kept_of_people(job: RecordImport) -> list[Any]:
    return [
        said
        for row in rows(job)
        for said in (row.facts, row.name, row.birth_date, row.identifiers, row.alike, row.match_id, row.typed_name)
        if said
    ]


def test_it_goes_at_its_end_and_not_a_second_before(undecided: RecordImport) -> None:
    end = end_of(undecided)
    assert expire(end - A_SECOND, KEPT) == 0
    assert kept_of_people(undecided)
    assert expire(end, KEPT) == 1
    undecided.refresh_from_db()
    assert (undecided.state, undecided.problem) == (State.DISCARDED, "Nobody decided about it for 30 days.")
    assert kept_of_people(undecided) == []
    assert {row.outcome for row in rows(undecided)} == {Outcome.LEFT}
    assert (Patient.objects.count(), Entry.objects.count()) == (0, 0)
    assert expire(end + KEPT, KEPT) == 0, "once"


def test_the_page_says_the_day_before_and_the_reason_after(client: Client, undecided: RecordImport) -> None:
    address = reverse("import", args=[undecided.pk])
    end = end_of(undecided)
    assert ends_on(undecided) == timezone.localdate(end)
    day = date_format(timezone.localdate(end))
    assert f"What is not decided by {day} is thrown away then." in client.get(address).content.decode()
    expire(end, KEPT)
    page = client.get(address).content.decode()
    assert "Nobody decided about it for 30 days." in page
    assert "is thrown away then" not in page


def test_it_is_an_event_that_names_nobody(undecided: RecordImport) -> None:
    expire(end_of(undecided), KEPT)
    event = Event.objects.get(action="import.expire")
    assert (event.practice, event.by) == (undecided.practice, None)
    assert event.about == f"import {undecided.pk}: 2 patients, discarded"


def test_a_decision_starts_the_time_anew(client: Client, undecided: RecordImport) -> None:
    earlier = end_of(undecided) - timedelta(days=10)
    RecordImport.objects.update(changed_at=earlier - KEPT)
    undecided.refresh_from_db()
    [first, *_] = rows(undecided)
    said = {f"was-{first.pk}": first.decision, f"leave-{first.pk}": "yes", "do": "save"}
    client.post(reverse("import", args=[undecided.pk]), said)
    assert rows(undecided)[0].decision == "leave", "the form was understood"
    assert expire(earlier, KEPT) == 0
    assert end_of(undecided) > earlier


def test_what_was_imported_stays_and_what_is_left_goes(client: Client, desk: User, practice: Practice) -> None:
    register_patient(practice=practice, name="Eve Example", birth_date=None, by=desk)
    job = taken_in(desk, two__json=bundle(*ADA, person("e", "Eve Example", None), pain("o3", "e")))
    imported(client, job)
    before = list(Entry.objects.values_list("pk", "body"))
    assert before
    assert ends_on(job) is not None
    assert expire(end_of(job), KEPT) == 1
    job.refresh_from_db()
    assert job.state == State.DONE
    assert list(Entry.objects.values_list("pk", "body")) == before
    assert sorted(row.outcome for row in rows(job)) == [Outcome.LEFT, Outcome.WRITTEN]
    assert ends_on(job) is None


def test_who_cannot_be_imported_is_forgotten_too(desk: User) -> None:
    job = taken_in(desk, held__json=bundle(person("h", "Held Example", "2999-01-01"), pain("o4", "h")))
    assert [row.standing for row in rows(job)] == ["held"]
    assert expire(end_of(job), KEPT) == 1
    assert kept_of_people(job) == []
    assert expire(end_of(job) + KEPT, KEPT) == 0


@pytest.mark.parametrize("state", [State.READING, State.WRITING])
def test_work_that_goes_on_is_let_alone(undecided: RecordImport, state: State) -> None:
    RecordImport.objects.update(state=state)
    assert expire(end_of(undecided), KEPT) == 0
    assert StagedPatient.objects.exclude(facts=None).count() == 2


def test_nothing_waits_nothing_goes(client: Client, desk: User) -> None:
    job = taken_in(desk, one__json=bundle(*ADA))
    imported(client, job)
    assert expire(end_of(job), KEPT) == 0
    assert not Event.objects.filter(action="import.expire").exists()


def test_the_commands_do_it(undecided: RecordImport, settings: Any) -> None:
    RecordImport.objects.update(changed_at=timezone.now() - timedelta(days=8))
    call_command("work_imports", stdout=StringIO())
    call_command("expire_imports", stdout=(told := StringIO()))
    assert "in 0 imports" in told.getvalue()
    settings.IMPORT_DAYS = 0
    call_command("work_imports", stdout=StringIO())
    assert ends_on(undecided) is None
    with pytest.raises(CommandError, match="one or more"):
        call_command("expire_imports")
    call_command("expire_imports", "--days", "7", stdout=(told := StringIO()))
    assert "in 1 imports" in told.getvalue()


def test_whoever_works_does_it(undecided: RecordImport, settings: Any) -> None:
    RecordImport.objects.update(changed_at=timezone.now() - timedelta(days=8))
    settings.IMPORT_DAYS = 7
    call_command("work_imports", stdout=StringIO())
    undecided.refresh_from_db()
    assert undecided.state == State.DISCARDED
