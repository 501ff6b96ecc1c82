"""What people upload by mistake or malice is told apart, told where and why, and harms nobody."""

from __future__ import annotations

import gzip
import io
import json
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError
from django.test import Client
from django.urls import reverse

from lenitive_web.audit.models import Event
from lenitive_web.importing import reading, receiving, views, working, writing
from lenitive_web.importing.models import Outcome, RecordImport, Standing, State, Why
from lenitive_web.ledger.models import Entry, Patient
from lenitive_web.people.models import User
from tests.web.importing.uploads import bundle, files, imported, lines, packed, pain, person, rows, taken_in


def zipped() -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        archive.writestr("a.json", "{}")
    return held.getvalue()


@pytest.mark.parametrize(
    ("name", "data", "told"),
    [
        ("empty.json", b"", "empty"),
        ("blank.json", b" \n\t ", "nothing but blanks"),
        ("bundle.json", zipped(), "zip archive"),
        ("letter.json", b"%PDF-1.7 \x00", "This is a PDF"),
        ("patient.json", b"<Patient xmlns='http://hl7.org/fhir'/>", "XML"),
        ("patient.json", '{"resourceType": "Patient"}'.encode("utf-16"), "UTF-16"),
        ("photo.json", b"\x89PNG\r\n\x1a\n\x00\x00", "not text"),
        ("words.txt", b"hello", "neither JSON nor NDJSON"),
        ("bundle.json.gz", b"\x1f\x8b broken beyond repair", "gzip data is broken"),
        ("bundle.json.gz", gzip.compress(zipped()), "zip archive"),
    ],
    # Named by hand: an archive holds the second it was made in, and every worker must collect the same tests.
    ids=["empty", "blank", "zip", "PDF", "XML", "UTF-16", "photo", "words", "broken gzip", "zip in gzip"],
)
def test_what_is_no_record_at_all_is_refused_at_the_door(client: Client, name: str, data: bytes, told: str) -> None:
    good = SimpleUploadedFile("good.json", bundle(person("a")))
    answer = client.post(reverse("upload"), {"files": [good, SimpleUploadedFile(name, data)]})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert told in page
    assert name in page
    assert not RecordImport.objects.exists()


def test_no_file_at_all_is_told(client: Client) -> None:
    answer = client.post(reverse("upload"), {})
    assert answer.status_code == 422
    assert "Choose at least one file." in answer.content.decode()


@pytest.mark.parametrize("room", [0, 1_000_000])
def test_too_many_bytes_are_refused_and_not_kept(client: Client, monkeypatch: pytest.MonkeyPatch, room: int) -> None:
    for module in (receiving, views):
        monkeypatch.setattr(module, "MAX_SENT", 200)
    monkeypatch.setattr("lenitive_web.importing.forms.MAX_SENT", 200)
    monkeypatch.setattr(views, "_ROOM_FOR_THE_FORM", room)
    answer = client.post(reverse("upload"), {"files": files(big__json=bundle(person("a")) + b" " * 5000)})
    assert answer.status_code == (422 if room else 413)
    assert "Together the files are larger than" in answer.content.decode()
    assert not RecordImport.objects.exists()


def test_too_many_files_are_refused(client: Client) -> None:
    many = [SimpleUploadedFile(f"{n}.json", b"{}") for n in range(101)]
    answer = client.post(reverse("upload"), {"files": many})
    assert answer.status_code == 413
    assert "more than 100 files" in answer.content.decode()


def test_an_upload_without_the_token_of_the_form_is_refused(desk: User) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(desk, backend="allauth.account.auth_backends.AuthenticationBackend")
    assert strict.post(reverse("upload"), {"files": files(a__json=bundle(person("a")))}).status_code == 403
    assert not RecordImport.objects.exists()


def test_what_is_packed_too_tightly_is_refused(desk: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "MAX_UNPACKED", 1_000_000)
    job = taken_in(desk, bomb__json__gz=packed(b"[" + b" " * 3_000_000 + b"]"))
    assert job.state == State.EMPTY
    assert "unpacked" in job.report["refusals"][0][3]


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (bundle(person("a"))[:-30], "this is not JSON"),
        (bundle(person("a", "José Example")).replace(b"\\u00e9", b"\xe9"), "not UTF-8"),
        (
            b'{"resourceType": "Patient", "birthDate": "1950-01-01", "birthDate": "1960-01-01"}',
            "stands twice",
        ),
        (b'{"a": 1}', "there is no resourceType"),
        (b'{"a":' * 5000 + b"1" + b"}" * 5000, "nested too deep"),
    ],
)
def test_a_document_that_cannot_be_read_is_refused_with_its_reason(
    client: Client, desk: User, data: bytes, problem: str
) -> None:
    job = taken_in(desk, broken__json=data)
    page = client.get(reverse("import", args=[job.pk])).content.decode()
    assert (job.state, rows(job)) == (State.EMPTY, [])
    assert "There is nothing to import in these files" in page
    assert problem in page
    assert "broken.json" in page
    assert "/tmp" not in page


def test_a_broken_line_is_refused_alone_with_file_line_path_and_what_was_expected(client: Client, desk: User) -> None:
    wrong = pain("o2", "a") | {"effectiveDateTime": "soon"}
    data = lines(person("a"), pain("o1", "a")) + b"{broken\n" + lines(wrong, {"resourceType": "Encounter", "id": "e"})
    job = taken_in(desk, all__ndjson=data)
    page = client.get(reverse("import", args=[job.pk])).content.decode()
    assert [refusal[:3] for refusal in job.report["refusals"]] == [
        ["all.ndjson", "line 3", ""],
        ["all.ndjson", "line 4", "Observation.effectiveDateTime"],
    ]
    for told in ("line 4", "Observation.effectiveDateTime", "YYYY-MM-DD", "Encounter", "2 records were refused"):
        assert told in page
    imported(client, job)
    assert Entry.objects.count() == 2
    assert "line 3" in client.get(reverse("import_refused", args=[job.pk])).content.decode()


def test_one_broken_file_does_not_hold_up_the_others(desk: User) -> None:
    job = taken_in(desk, good__json=bundle(person("a")), broken__json=b'{"resourceType": "Bundle", ')
    assert ([row.name for row in rows(job)], job.report["refused"]) == (["Ada Example"], 1)


def test_a_bundle_without_a_patient_cannot_be_imported(client: Client, desk: User) -> None:
    job = taken_in(desk, loose__json=bundle(pain("o1", "nobody")))
    [row] = rows(job)
    assert (row.standing, row.why, row.facts) == (Standing.HELD, Why.NO_PERSON, None)
    imported(client, job)
    assert not Patient.objects.exists()


def test_two_days_of_birth_cannot_be_imported(client: Client, desk: User) -> None:
    job = taken_in(desk, two__json=bundle(person("a"), person("a", born="1951-03-04"), pain("o1", "a")))
    assert rows(job)[0].why == Why.TWO_BIRTHS
    imported(client, job)
    assert not Patient.objects.exists()
    unborn = taken_in(desk, unborn__json=bundle(person("a", born="2999-01-01")))
    assert rows(unborn)[0].why == Why.NOT_BORN


def test_html_in_a_name_stays_text(client: Client, desk: User) -> None:
    nasty = "<script>alert(1)</script> <b>Bold</b>"
    job = taken_in(desk, **{"<img src=x>__json": bundle(person("a", nasty, identifier="<i>1</i>"))})
    for page in (reverse("imports"), reverse("import", args=[job.pk])):
        seen = client.get(page).content.decode()
        assert "<script>alert" not in seen
        assert "<img src=x>" not in seen
    imported(client, job)
    assert "&lt;script&gt;alert" in client.get(reverse("import", args=[job.pk])).content.decode()


def test_the_name_of_a_file_leads_nowhere(desk: User) -> None:
    job = taken_in(desk, **{"../../etc/passwd\x00\n.json": bundle(person("a"))})
    assert [file.name for file in job.files.all()] == ["passwd.json"]
    long = SimpleUploadedFile("a" * 200 + ".ndjson.gz", b"x")
    assert receiving.named(long).endswith(".ndjson.gz")
    assert len(receiving.named(long)) == 120


def test_a_text_that_no_database_keeps_holds_its_patient_back_and_nobody_else(client: Client, desk: User) -> None:
    bad = person("a", "Ada\0 Example")
    job = taken_in(desk, nul__json=bundle(bad, person("b", "Ben Example", "1960-01-01")))
    assert [row.why for row in rows(job)] == [Why.BAD_TEXT, Why.NOBODY_ALIKE]
    imported(client, job)
    assert [patient.name for patient in Patient.objects.all()] == ["Ben Example"]


@pytest.mark.parametrize("at", ["9999-12-31T23:59:59-05:00", "0001-01-01T00:00:00+05:00"])
def test_a_moment_beyond_the_calendar_is_refused_alone(desk: User, at: str) -> None:
    odd = pain("o1", "a", meta={"lastUpdated": at})
    job = taken_in(desk, odd__json=bundle(person("a"), odd))
    assert ([row.why for row in rows(job)], job.report["refused"]) == ([Why.NOBODY_ALIKE], 1)
    assert "Observation.meta.lastUpdated" in str(job.report["refusals"])


@pytest.mark.parametrize("at", ["9999-12-31T23:59:59Z", "0001-01-01T00:00:00Z"])
def test_a_moment_at_the_end_of_the_calendar_holds_its_patient_back(desk: User, at: str) -> None:
    odd = pain("o1", "a", meta={"lastUpdated": at})
    job = taken_in(desk, odd__json=bundle(person("a"), odd))
    assert [row.why for row in rows(job)] == [Why.BAD_MOMENT]


def test_a_patient_whose_record_does_not_fit_fails_alone_and_can_be_tried_again(
    client: Client, desk: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    people = [person(f"p{n}", f"Person{n} Alone{n}", f"195{n}-01-01") for n in range(3)]
    job = taken_in(desk, all__ndjson=lines(*people, pain("o", "p1")))
    middle = rows(job)[1]
    kept = bytes(middle.facts)
    middle.facts = b"not packed by us"
    middle.save(update_fields=["facts"])
    imported(client, job)
    assert [row.outcome for row in rows(job)] == [Outcome.WRITTEN, Outcome.FAILED, Outcome.WRITTEN]
    page = client.get(reverse("import", args=[job.pk])).content.decode()
    assert "Nothing of this patient was written." in page
    assert "Import the rest" in page
    middle.refresh_from_db()
    middle.facts = kept
    middle.save(update_fields=["facts"])
    imported(client, job)
    assert [row.outcome for row in rows(job)] == [Outcome.WRITTEN] * 3
    assert Patient.objects.count() == 3


def test_the_report_holds_no_value_of_a_patient(desk: User) -> None:
    wrong = pain("o2", "a") | {"effectiveDateTime": "soon-secret"}
    job = taken_in(desk, all__ndjson=lines(person("a", "Secret Name", identifier="secret-number"), wrong))
    assert "secret" not in json.dumps(job.report).lower()


def test_what_fails_at_the_last_moment_leaves_nothing_behind(
    client: Client, desk: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = taken_in(desk, ada__json=bundle(person("a"), pain("o1", "a")))

    def too_late(**_: object) -> None:
        assert (Patient.objects.count(), Entry.objects.count()) == (1, 2)
        raise IntegrityError("quotes a value")

    with monkeypatch.context() as broken:
        broken.setattr(writing, "write_event", too_late)
        imported(client, job)
    assert (Patient.objects.count(), Entry.objects.count()) == (0, 0)
    assert not Event.objects.filter(action__in=("patient.register", "facts.record")).exists()
    [row] = rows(job)
    assert (row.outcome, "quotes a value" in row.problem) == (Outcome.FAILED, False)
    imported(client, job)
    assert (Patient.objects.count(), Entry.objects.count()) == (1, 2)


def test_a_long_name_in_another_script_is_as_good_as_a_short_one(desk: User) -> None:
    """A name in a folder is counted in bytes, and a sign may be four of them."""
    [long] = files(a__json=bundle(person("a")))
    long.name = "記録" * 70 + ".json"
    job = receiving.receive(files=[long], by=desk, address=None)
    working.work()
    job.refresh_from_db()
    assert job.state == State.READ
    assert job.files.get().name == "記録" * 19 + ".json"


@pytest.mark.parametrize("number", ["²", "9" * 30])
def test_a_number_that_no_page_of_ours_sends_is_nobody(client: Client, desk: User, number: str) -> None:
    imported(client, taken_in(desk, first__json=bundle(person("a"))))
    job = taken_in(desk, second__json=bundle(person("b")))
    [row] = rows(job)
    assert row.standing == Standing.ASK
    sent = {f"was-{number}": "", f"was-{row.pk}": "", f"is-{row.pk}": f"existing:{number}", "do": "save"}
    assert client.post(reverse("import", args=[job.pk]), sent).status_code == 302
    assert rows(job)[0].decision == ""
