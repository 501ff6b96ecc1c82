"""From an upload to charts: nothing before Import is pressed, each patient whole, the same file twice nothing new."""

from __future__ import annotations

from datetime import date

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from lenitive_web.audit.models import Event
from lenitive_web.importing import actions
from lenitive_web.importing.models import Decision, Outcome, Part, RecordImport, Standing, State, Why
from lenitive_web.importing.working import work
from lenitive_web.ledger.actions import record_facts, register_patient
from lenitive_web.ledger.facts import NewFact
from lenitive_web.ledger.models import Entry, Patient
from lenitive_web.ledger.selectors import chart_of
from lenitive_web.people.models import Practice, User
from lenitive_web.people.roles import Role
from tests.web.conftest import member
from tests.web.importing.uploads import bundle, files, imported, lines, packed, pain, person, rows, taken_in


def shown(client: Client, job: RecordImport) -> str:
    return client.get(reverse("import", args=[job.pk])).content.decode()


ADA = (person("a", identifier="1"), pain("o1", "a"), pain("o2", "a", 4, "2026-06-04"))


# --- the way


def test_an_upload_is_read_shown_and_only_then_written(client: Client, practice: Practice) -> None:
    answer = client.post(reverse("upload"), {"files": files(ada__json=bundle(*ADA))}, follow=True)
    assert "The files are being read" in answer.content.decode()
    job = RecordImport.objects.get()
    work()
    job.refresh_from_db()
    page = shown(client, job)
    assert (job.state, Patient.objects.count(), Entry.objects.count()) == (State.READ, 0, 0)
    assert "1 patient in the files; nothing is written yet" in page
    assert "Import 1 patient" in page

    imported(client, job)
    patient = Patient.objects.get()
    assert (job.state, patient.name, patient.birth_date) == (State.DONE, "Ada Example", date(1950, 3, 4))
    assert [row.score for row in chart_of(patient, timezone.localdate()).table("measure")] == [7, 4]
    assert set(Entry.objects.values_list("source", flat=True)) == {f"import {job.pk}: ada.json"}
    assert set(Entry.objects.values_list("by", flat=True)) == {member(practice, Role.FRONT_DESK).pk}
    assert not Part.objects.exists()
    assert "1 patient was imported" in shown(client, job)


def test_the_same_file_twice_writes_nothing_new_and_says_so(client: Client, desk: User) -> None:
    imported(client, taken_in(desk, ada__json=bundle(*ADA)))
    before = Entry.objects.count()
    again = taken_in(desk, other_name__json=bundle(*ADA))
    page = shown(client, again)
    assert "The same file was imported on" in page
    assert "Nothing new: everything in these files is here already" in page
    assert "Import all the same" in page
    imported(client, again)
    [row] = rows(again)
    assert (row.outcome, row.written, row.there_before) == (Outcome.SAME, 0, 3)
    assert (Patient.objects.count(), Entry.objects.count()) == (1, before)
    assert "Nothing new: everything in these files is here already" in shown(client, again)


def test_bulk_data_of_several_files_is_one_input(client: Client, desk: User) -> None:
    people = lines(*(person(f"p{n}", f"Person{n} Example", f"195{n}-01-01", str(n)) for n in range(3)))
    pains = lines(*(pain(f"o{n}", f"p{n % 3}") for n in range(6)))
    job = taken_in(desk, Patient__ndjson=people, Observation__ndjson__gz=packed(pains))
    assert [(row.name, row.counts) for row in rows(job)] == [
        (f"Person{n} Example", {"measure": 2, "patient": 1}) for n in range(3)
    ]
    imported(client, job)
    assert Patient.objects.count() == 3


CASE = b"""as_of = 2026-05-04
[patient]
id = "p1"
name = "Rosa Example"
birth_date = 1961-04-02
[[complaint]]
region = "low_back_paramidline"
true_on = 2025-01-20
"""


def test_case_files_whose_ids_are_alike_are_different_people(client: Client, desk: User) -> None:
    other = CASE.replace(b"Rosa", b"Ida").replace(b"1961", b"1971")
    job = imported(client, taken_in(desk, rosa__toml=CASE, ida__toml=other))
    assert sorted(Patient.objects.values_list("name", flat=True)) == ["Ida Example", "Rosa Example"]
    again = imported(client, taken_in(desk, rosa__toml=CASE))
    assert (rows(again)[0].why, rows(again)[0].outcome) == (Why.SAME_RECORD, Outcome.SAME)
    assert job.state == again.state == State.DONE


def test_every_write_is_an_event_of_the_patient_and_of_who_pressed_import(client: Client, desk: User) -> None:
    imported(client, taken_in(desk, ada__json=bundle(*ADA)))
    patient = Patient.objects.get()
    actions = list(Event.objects.order_by("pk").values_list("action", "by", "address"))
    for action in ("import.receive", "import.begin", "patient.register", "facts.record", "import.write"):
        assert (action, desk.pk, "127.0.0.1") in actions
    written = Event.objects.get(action="import.write")
    assert written.patient == patient.public_id
    assert written.about.endswith("3 new, 0 there before, 0 left out")
    assert not Event.objects.filter(about__contains="Ada").exists()


# --- who is who


def test_an_identifier_finds_the_patient(client: Client, desk: User) -> None:
    imported(client, taken_in(desk, ada__json=bundle(*ADA)))
    later = taken_in(desk, later__json=bundle(person("zz", "Ada Married", identifier="1"), pain("o9", "zz", 2)))
    [row] = rows(later)
    assert (row.standing, row.why, row.match) == (Standing.KNOWN, Why.IDENTIFIER, Patient.objects.get())
    imported(client, later)
    assert len(chart_of(Patient.objects.get(), timezone.localdate()).table("measure")) == 3


@pytest.mark.parametrize(
    ("second", "why"),
    [
        (person("b", identifier="1", born="1950-03-05"), Why.DIFFERS),
        (person("b", "Zoe Unlike", identifier="1"), Why.DIFFERS),
        (person("b", identifier="2"), Why.ALIKE),
        (person("b", "Ada Other"), Why.ALIKE),
    ],
)
def test_what_is_not_sure_is_asked_and_never_merged(client: Client, desk: User, second: dict, why: Why) -> None:
    imported(client, taken_in(desk, ada__json=bundle(*ADA)))
    doubtful = taken_in(desk, b__json=bundle(second, pain("o9", "b", 2)))
    before = Entry.objects.count()
    imported(client, doubtful)
    [row] = rows(doubtful)
    assert (row.standing, row.why, row.outcome) == (Standing.ASK, why, Outcome.WAITING)
    assert (Patient.objects.count(), Entry.objects.count()) == (1, before)

    ada = Patient.objects.get()
    imported(client, doubtful, [(f"is-{row.pk}", f"existing:{ada.pk}")])
    [row] = rows(doubtful)
    assert (row.outcome, row.into) == (Outcome.WRITTEN, ada)
    assert Event.objects.filter(action="import.decide", patient=ada.public_id).exists()


def test_somebody_alike_can_be_somebody_else(client: Client, desk: User) -> None:
    imported(client, taken_in(desk, ada__json=bundle(*ADA)))
    twin = taken_in(desk, b__json=bundle(person("b"), pain("o9", "b", 2)))
    [row] = rows(twin)
    imported(client, twin, [(f"is-{row.pk}", "new")])
    assert Patient.objects.filter(name="Ada Example").count() == 2


def test_a_number_without_a_system_is_nobodys(client: Client, desk: User) -> None:
    loose = {"identifier": [{"value": "1"}]}
    imported(client, taken_in(desk, a__json=bundle(person("a") | loose)))
    [row] = rows(taken_in(desk, b__json=bundle(person("b", "Zoe Unlike", "1980-01-01") | loose)))
    assert (row.standing, row.why) == (Standing.NEW, Why.NOBODY_ALIKE)


def test_two_of_one_identifier_in_one_upload_become_one_or_are_asked(client: Client, desk: User) -> None:
    same = bundle(person("a", identifier="1"), pain("o1", "a"), person("b", identifier="1"), pain("o2", "b", 3))
    job = taken_in(desk, same__json=same)
    assert [row.why for row in rows(job)] == [Why.NOBODY_ALIKE, Why.SAME_UPLOAD]
    imported(client, job)
    assert (Patient.objects.count(), [row.outcome for row in rows(job)]) == (1, [Outcome.WRITTEN] * 2)

    other = bundle(person("c", "Ben Other", identifier="7"), person("d", "Zoe Unlike", identifier="7"))
    job = imported(client, taken_in(desk, other__json=other))
    assert rows(job)[1].outcome == Outcome.WAITING
    assert rows(job)[1].why == Why.DIFFERS


def test_who_was_registered_after_the_preview_is_asked_about(client: Client, desk: User, practice: Practice) -> None:
    job = taken_in(desk, ada__json=bundle(*ADA))
    register_patient(practice=practice, name="Ada Example", birth_date=date(1950, 3, 4), by=desk)
    imported(client, job)
    [row] = rows(job)
    assert (row.standing, row.why, row.outcome) == (Standing.ASK, Why.ALIKE, Outcome.WAITING)
    page = shown(client, job)
    assert "Name and day of birth are alike, which proves nothing." in page
    assert "those you decide about below" in page


def test_a_patient_of_another_practice_is_never_found(client: Client, desk: User, other_practice: Practice) -> None:
    elsewhere = member(other_practice, Role.FRONT_DESK)
    job = taken_in(elsewhere, ada__json=bundle(*ADA))
    actions.begin(job=job, by=elsewhere, address=None)
    work()
    [row] = rows(taken_in(desk, ada__json=bundle(*ADA)))
    assert (row.standing, row.alike) == (Standing.NEW, [])
    assert client.get(reverse("import", args=[job.pk])).status_code == 404
    assert client.post(reverse("discard_import", args=[job.pk])).status_code == 404


def test_a_new_patient_without_a_name_gets_one_typed(client: Client, desk: User) -> None:
    nameless = CASE.replace(b'name = "Rosa Example"\n', b"")
    job = taken_in(desk, case__toml=nameless)
    [row] = rows(job)
    assert row.why == Why.NO_NAME
    answer = client.post(reverse("import", args=[job.pk]), {f"was-{row.pk}": "", f"is-{row.pk}": "new", "do": "import"})
    assert answer.status_code == 422
    assert "A new patient needs a name." in answer.content.decode()
    imported(client, job, [(f"is-{row.pk}", "new"), (f"name-{row.pk}", "  Rosa   Typed ")])
    assert Patient.objects.get().name == "Rosa Typed"


def test_a_decision_that_somebody_else_took_meanwhile_is_told(client: Client, desk: User) -> None:
    imported(client, taken_in(desk, ada__json=bundle(*ADA)))
    job = taken_in(desk, b__json=bundle(person("b")))
    [row] = rows(job)
    save = {f"was-{row.pk}": "", "do": "save"}
    assert client.post(reverse("import", args=[job.pk]), {**save, f"is-{row.pk}": "leave"}).status_code == 302
    late = client.post(reverse("import", args=[job.pk]), {**save, f"is-{row.pk}": "new"})
    assert late.status_code == 422
    assert "Somebody else decided" in late.content.decode()
    assert rows(job)[0].decision == Decision.LEAVE


# --- versions


def test_a_newer_version_of_a_record_supersedes_the_older_and_never_the_other_way(client: Client, desk: User) -> None:
    def version(score: float, at: str) -> bytes:
        return bundle(person("a", identifier="1"), pain("o1", "a", score, meta={"lastUpdated": at}))

    for score, at in ((7, "2026-05-05T10:00:00Z"), (3, "2026-06-05T10:00:00Z"), (7, "2026-05-05T10:00:00Z")):
        job = imported(client, taken_in(desk, a__json=version(score, at)))
    patient = Patient.objects.get()
    [stands] = chart_of(patient, timezone.localdate()).table("measure")
    assert stands.score == 3
    assert rows(job)[0].written == 0
    older = imported(client, taken_in(desk, a__json=version(9, "2026-04-05T10:00:00Z")))
    assert (rows(older)[0].written, rows(older)[0].left_out) == (0, 1)
    newest = imported(client, taken_in(desk, a__json=version(1, "2026-07-05T10:00:00Z")))
    assert rows(newest)[0].written == 1
    assert [row.score for row in chart_of(patient, timezone.localdate()).table("measure")] == [1]


def test_what_was_corrected_here_is_not_overruled(client: Client, desk: User) -> None:
    imported(client, taken_in(desk, ada__json=bundle(*ADA)))
    patient = Patient.objects.get()
    [first, _] = chart_of(patient, timezone.localdate()).table("measure")
    columns = {"instrument": first.instrument, "score": 5, "true_on": "2026-05-04", "supersedes": first.id}
    record_facts(patient=patient, facts=[NewFact("measure", columns)], by=desk, source="visit")
    newer = bundle(ADA[0], pain("o1", "a", 9, meta={"lastUpdated": "2026-07-05T10:00:00Z"}))
    job = imported(client, taken_in(desk, newer__json=newer))
    assert (rows(job)[0].written, rows(job)[0].left_out) == (0, 1)
    assert [row.score for row in chart_of(patient, timezone.localdate()).table("measure")] == [5, 4]


def test_what_is_known_about_a_patient_stays_known_where_a_file_is_silent(client: Client, desk: User) -> None:
    full = person("a", identifier="1", gender="female")
    silent = person("z", "Ada Married", None, "1", meta={"lastUpdated": "2026-07-05T10:00:00Z"})
    silent["identifier"].append({"system": "urn:example:other", "value": "9"})
    imported(client, taken_in(desk, full__json=bundle(full)))
    imported(client, taken_in(desk, silent__json=bundle(silent)))
    found = chart_of(Patient.objects.get(), timezone.localdate()).patient
    assert (found.name, found.sex, found.birth_date) == ("Ada Married", "female", date(1950, 3, 4))
    assert found.identifiers == ("urn:example:hospital|1", "urn:example:other|9")
    again = imported(client, taken_in(desk, silent__json=bundle(silent)))
    assert rows(again)[0].outcome == Outcome.SAME
    first_again = imported(client, taken_in(desk, full__json=bundle(full)))
    assert rows(first_again)[0].written == 0
