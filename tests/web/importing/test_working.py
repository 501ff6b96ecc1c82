"""The long work: who sees it, how far it is, how it is stopped, taken over and put aside."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from lenitive_web.audit.models import Event
from lenitive_web.importing import actions, working, writing
from lenitive_web.importing.models import Decision, Outcome, Part, RecordImport, StagedPatient, State
from lenitive_web.importing.receiving import receive
from lenitive_web.ledger.models import Entry, Patient
from lenitive_web.people.models import User
from lenitive_web.people.roles import Role
from tests.web.conftest import As
from tests.web.importing.uploads import bundle, files, imported, lines, person, rows, taken_in


def many(number: int) -> bytes:
    return lines(*(person(f"p{n}", f"Given{n} Family{n}", f"{1920 + n}-01-01", str(n)) for n in range(number)))


@pytest.mark.parametrize("role", [role for role in Role if role not in (Role.FRONT_DESK, Role.ADMINISTRATOR)])
def test_for_other_roles_the_room_does_not_exist(as_role: As, desk: User, role: Role) -> None:
    job = taken_in(desk, a__json=bundle(person("a")))
    other = as_role(role)
    for name in ("imports", "import", "import_state", "import_refused"):
        assert other.get(reverse(name, args=[job.pk] if name != "imports" else [])).status_code == 404
    for name in ("import", "stop_import", "discard_import"):
        assert other.post(reverse(name, args=[job.pk])).status_code == 404
    assert other.post(reverse("upload"), {"files": files(a__json=b"{}")}).status_code == 404
    assert RecordImport.objects.count() == 1


def test_every_page_that_names_people_is_an_event(client: Client, desk: User) -> None:
    job = taken_in(desk, a__json=bundle(person("a")))
    client.get(reverse("import", args=[job.pk]))
    seen = Event.objects.get(action="records.import")
    assert (seen.by, seen.about) == (desk, f"import {job.pk}, page 1, 1 patients")


def test_the_page_asks_how_far_it_is_until_it_is_over(client: Client, desk: User) -> None:
    job = receive(files=files(all__ndjson=many(3)), by=desk, address=None)
    state = reverse("import_state", args=[job.pk])
    assert b"Waits for its turn" in client.get(state).content
    working.work()
    assert client.get(state)["HX-Refresh"] == "true"
    actions.begin(job=job, by=desk, address=None)
    assert b"0 of 3 patients" in client.get(state).content
    assert b"Patients are being imported" in client.get(reverse("import", args=[job.pk])).content
    working.work()
    assert client.get(state)["HX-Refresh"] == "true"


def test_stopping_the_reading_throws_the_upload_away(client: Client, desk: User) -> None:
    job = receive(files=files(all__ndjson=many(3)), by=desk, address=None)
    page = client.post(reverse("stop_import", args=[job.pk]), follow=True).content.decode()
    assert "Nothing was imported." in page
    assert working.work() == 0
    job.refresh_from_db()
    assert (job.state, Part.objects.count(), rows(job)) == (State.DISCARDED, 0, [])


def test_stopped_between_two_patients_it_goes_on_later(
    client: Client, desk: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = taken_in(desk, all__ndjson=many(5))
    written: list[int] = []

    def stopped_after_two(seconds: float) -> None:
        written.append(1)
        if len(written) == 2:
            client.post(reverse("stop_import", args=[job.pk]))

    monkeypatch.setattr(working, "sleep", stopped_after_two)
    imported(client, job)
    assert (job.state, Patient.objects.count()) == (State.STOPPED, 2)
    assert "Stopped after 2 of 5 patients" in client.get(reverse("import", args=[job.pk])).content.decode()
    imported(client, job)
    assert (job.state, Patient.objects.count()) == (State.DONE, 5)


def test_the_rest_can_be_thrown_away_and_leaves_no_name(client: Client, desk: User) -> None:
    imported(client, taken_in(desk, first__json=bundle(person("a", "Ada Alike", "1950-01-01"))))
    job = imported(
        client,
        taken_in(desk, two__ndjson=lines(person("b", "Ada Alike", "1950-01-01"), person("c", "Cy New", "1960-01-01"))),
    )
    client.post(reverse("discard_import", args=[job.pk]))
    job.refresh_from_db()
    assert job.state == State.DONE
    assert [(row.name, row.outcome) for row in rows(job)] == [("", Outcome.LEFT), ("Cy New", Outcome.WRITTEN)]
    assert not StagedPatient.objects.exclude(facts=None).exists()


def test_whoever_is_left_out_is_not_written(client: Client, desk: User) -> None:
    job = taken_in(desk, all__ndjson=many(3))
    first = rows(job)[0]
    imported(client, job, [(f"leave-{first.pk}", "yes")])
    assert sorted(Patient.objects.values_list("name", flat=True)) == ["Given1 Family1", "Given2 Family2"]


def test_two_who_press_import_at_once_import_once(client: Client, desk: User) -> None:
    job = taken_in(desk, all__ndjson=many(2))
    assert actions.begin(job=job, by=desk, address=None) == 2
    assert actions.begin(job=job, by=desk, address=None) == 0
    working.work()
    assert Patient.objects.count() == 2


def test_work_that_somebody_does_is_left_alone_until_that_worker_is_silent(desk: User) -> None:
    job = receive(files=files(all__ndjson=many(2)), by=desk, address=None)
    RecordImport.objects.update(worker="elsewhere:1:1", beat_at=timezone.now())
    assert working.work() == 0
    RecordImport.objects.update(beat_at=timezone.now() - working.SILENT_FOR - timedelta(seconds=1))
    assert working.work() == 1
    job.refresh_from_db()
    assert job.state == State.READ


def test_a_worker_whose_import_was_taken_over_writes_nothing_more(
    desk: User, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = taken_in(desk, all__ndjson=many(4))
    actions.begin(job=job, by=desk, address=None)

    def taken_over(seconds: float) -> None:
        RecordImport.objects.update(worker="elsewhere:1:1", beat_at=timezone.now())

    monkeypatch.setattr(working, "sleep", taken_over)
    working.work()
    assert Patient.objects.count() == 1
    job.refresh_from_db()
    assert (job.state, job.worker) == (State.WRITING, "elsewhere:1:1")


def test_an_import_that_ends_its_worker_again_and_again_is_put_aside(
    client: Client, desk: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = receive(files=files(all__ndjson=many(2)), by=desk, address=None)

    def too_much(*_: object) -> None:
        raise MemoryError

    monkeypatch.setattr(working, "read", too_much)
    for _ in range(working.MOST_ATTEMPTS):
        with pytest.raises(MemoryError):
            working.work()
    assert working.work() == 0
    job.refresh_from_db()
    assert job.state == State.BROKEN
    assert "taken up 3 times" in client.get(reverse("import", args=[job.pk])).content.decode()
    client.post(reverse("discard_import", args=[job.pk]))
    assert not Part.objects.exists()
    late = client.post(reverse("import", args=[job.pk]), {"do": "import"})
    assert (late.status_code, "This import is over" in late.content.decode()) == (409, True)


def test_the_list_pages_and_names_what_came_of_each(client: Client, desk: User) -> None:
    for number in range(27):
        taken_in(desk, **{f"file{number}__json": bundle(person(f"a{number}", f"Some{number} One{number}"))})
    page = client.get(reverse("imports"), {"page": 2}).content.decode()
    assert "file0.json" in page
    assert "file26.json" not in page
    assert Entry.objects.count() == 0


def test_a_number_that_is_none_is_no_import(client: Client) -> None:
    assert client.get(reverse("import", args=[4711])).status_code == 404
    assert client.get("/imports/99999999999999999999").status_code == 404


def test_files_that_could_not_be_read_are_not_kept(desk: User, monkeypatch: pytest.MonkeyPatch) -> None:
    """Their page offers nothing to do with them and says that they are gone."""

    def too_much(*_: object) -> None:
        raise MemoryError

    receive(files=files(all__ndjson=many(2)), by=desk, address=None)
    monkeypatch.setattr(working, "read", too_much)
    for _ in range(working.MOST_ATTEMPTS):
        with pytest.raises(MemoryError):
            working.work()
    assert Part.objects.exists()
    working.work()
    assert not Part.objects.exists()


def test_who_is_left_out_at_the_last_moment_is_not_written(
    client: Client, desk: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between choosing the next patient and having the row alone, somebody in another tab may have decided."""
    job = taken_in(desk, all__ndjson=many(1))
    hold = writing._hold

    def left_out_meanwhile(*held: object) -> None:
        hold(*held)
        StagedPatient.objects.update(decision=Decision.LEAVE)

    monkeypatch.setattr(writing, "_hold", left_out_meanwhile)
    imported(client, job)
    assert not Patient.objects.exists()
    assert rows(job)[0].outcome == Outcome.WAITING


def test_nobody_decides_about_a_patient_who_was_written_or_decided_about_meanwhile(desk: User) -> None:
    job = taken_in(desk, all__ndjson=many(2))
    late, other = rows(job)
    said = {"chosen": None, "typed_name": "", "by": desk, "address": None}
    assert actions.decide(row=other, decision=Decision.LEAVE, **said)
    assert not actions.decide(row=other, decision=Decision.LEAVE, **said)
    actions.begin(job=job, by=desk, address=None)
    working.work()
    assert not actions.decide(row=late, decision=Decision.LEAVE, **said)
    assert [(row.decision, row.outcome) for row in rows(job)] == [("", Outcome.WRITTEN), ("leave", Outcome.WAITING)]
    assert Event.objects.filter(action="import.decide").count() == 1
