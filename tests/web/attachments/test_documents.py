"""Documents of a chart: attached, listed, opened, read beside the form, withdrawn; and inert when they leave."""

from __future__ import annotations

import os
from datetime import timedelta
from io import BytesIO
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, connection, transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from PIL import Image

from lenitive_web.attachments.actions import AttachedBeforeError, Told, withdraw
from lenitive_web.attachments.models import Attachment, Piece, Withdrawal
from lenitive_web.attachments.naming import document_in, name_of, source_of
from lenitive_web.audit.models import Event
from lenitive_web.emergency.actions import open_in_emergency
from lenitive_web.ledger.actions import record_facts
from lenitive_web.ledger.facts import NewFact
from lenitive_web.ledger.models import Entry, Patient
from lenitive_web.people.models import Practice, User
from lenitive_web.people.roles import Role
from tests.web.attachments import making
from tests.web.conftest import As, admitted, member

SAID = {"about": "imaging", "region": "low_back", "day": "2026-03-02", "title": "MRI of the lumbar spine"}
FINDING = "spect_facet_uptake"


def send(
    client: Client, patient: Patient, file: bytes | None = None, name: str = "scan.pdf", **said: str
) -> HttpResponse:
    body = making.report() if file is None else file
    upload = SimpleUploadedFile(name, body, content_type="text/html")
    return client.post(reverse("documents", args=[patient.public_id]), {**SAID, **said, "file": upload})


@pytest.fixture
def nurse(practice: Practice) -> User:
    return member(practice, Role.NURSE)


@pytest.fixture
def document(patient: Patient, nurse: User) -> Attachment:
    return making.attached(patient, nurse)


def address(name: str, document: Attachment, *more: object) -> str:
    return reverse(name, args=[document.patient.public_id, document.public_id, *more])


# --- attaching -------------------------------------------------------------------------------------------------------


def test_a_report_is_attached_and_opened(as_role: As, patient: Patient) -> None:
    client = as_role(Role.NURSE)
    answer = send(client, patient)
    [made] = Attachment.objects.all()
    assert answer["Location"] == address("document", made)
    assert (made.by.role, made.day.isoformat(), made.is_kept, made.pages) == ("nurse", "2026-03-02", True, 1)
    assert [piece.number for piece in made.pieces.all()] == [0, 1]
    page = client.get(answer["Location"]).content.decode()
    assert "MRI of the lumbar spine" in page
    assert making.WORDS in page, "the words can be read without seeing the picture"


def test_attaching_is_one_event_with_the_digest_and_no_word_of_the_document(as_role: As, patient: Patient) -> None:
    send(as_role(Role.NURSE), patient)
    made = Attachment.objects.get()
    event = Event.objects.get(action="document.attached")
    assert (event.patient, event.by.role) == (patient.public_id, "nurse")
    assert event.about == f"{made.public_id}, pdf, 1 pages, {made.digest}"


def test_name_and_type_that_came_along_decide_nothing(as_role: As, patient: Patient) -> None:
    send(as_role(Role.NURSE), patient, making.picture("JPEG"), name='x".pdf\r\nSet-Cookie: a=b')
    made = Attachment.objects.get()
    assert (made.kind, made.is_kept) == ("jpeg", False)


@pytest.mark.parametrize(
    ("file", "words"),
    [
        (b"", "The file is empty."),
        (b"<html>", "neither a PDF nor a JPEG"),
        (b"%PDF-1.7 cut", "damaged or cut off"),
    ],
)
def test_a_refused_file_is_told_in_words_and_what_was_typed_stays(
    file: bytes, words: str, as_role: As, patient: Patient
) -> None:
    answer = send(as_role(Role.NURSE), patient, file, title="Letter of the rheumatologist")
    page = answer.content.decode()
    assert (answer.status_code, words in page, "Letter of the rheumatologist" in page) == (422, True, True)
    assert not Attachment.objects.exists()


@pytest.mark.parametrize(
    ("said", "field"),
    [({"about": ""}, "about"), ({"region": ""}, "region"), ({"day": "2999-01-01"}, "day"), ({"day": ""}, "day")],
)
def test_what_must_be_said_is_asked_for(said: dict[str, str], field: str, as_role: As, patient: Patient) -> None:
    answer = send(as_role(Role.NURSE), patient, **said)
    assert answer.status_code == 422
    assert field in answer.context["form"].errors


def test_the_setting_says_how_large_a_file_may_be(as_role: As, patient: Patient, settings: object) -> None:
    settings.ATTACHMENT_MEGABYTES = 1  # type: ignore[attr-defined]
    noise = making.saved(Image.frombytes("RGB", (580, 580), os.urandom(580 * 580 * 3)), "PNG")
    assert 1_000_000 < len(noise) < 1_100_000
    answer = send(as_role(Role.NURSE), patient, noise)
    assert (answer.status_code, "larger than 1 MB" in answer.content.decode()) == (422, True)


def test_a_request_that_is_far_too_large_is_not_read(as_role: As, patient: Patient, settings: object) -> None:
    settings.ATTACHMENT_MEGABYTES = 1  # type: ignore[attr-defined]
    answer = send(as_role(Role.NURSE), patient, bytes(3_000_000))
    assert (answer.status_code, "larger than 1 MB" in answer.content.decode()) == (413, True)
    assert not Attachment.objects.exists()


def test_a_form_of_another_site_is_refused(patient: Patient, nurse: User) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(nurse, backend="allauth.account.auth_backends.AuthenticationBackend")
    assert send(client, patient).status_code == 403
    assert not Attachment.objects.exists()


def test_the_same_file_is_told_and_kept_once(as_role: As, patient: Patient) -> None:
    client = as_role(Role.NURSE)
    first = send(client, patient)
    again = client.post(
        reverse("documents", args=[patient.public_id]),
        {**SAID, "title": "Another name", "file": SimpleUploadedFile("other.pdf", making.report())},
        follow=True,
    )
    assert again.redirect_chain[-1][0] == first["Location"]
    assert "This very file was attached before" in again.content.decode()
    assert Attachment.objects.count() == 1


def test_after_it_was_withdrawn_the_same_file_can_be_attached_again(document: Attachment, nurse: User) -> None:
    with pytest.raises(AttachedBeforeError):
        making.attached(document.patient, nurse)
    withdraw(attachment=document, reason="of somebody else", by=nurse)
    assert making.attached(document.patient, nurse).pk != document.pk


def test_the_same_file_in_another_chart_is_another_document(document: Attachment, nurse: User, today: object) -> None:
    other = admitted(document.patient.practice, today, 1)  # type: ignore[arg-type]
    assert making.attached(other, nurse).pk != document.pk


# --- who may ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", Role)
def test_who_may_attach_and_who_may_read(role: Role, as_role: As, patient: Patient, document: Attachment) -> None:
    reads = role in (Role.PHYSICIAN, Role.NURSE, Role.AUTHORIZATION)
    client = as_role(role)
    shown = [client.get(address(*one)).status_code for one in (("document", document), ("document_page", document, 1))]
    assert shown == [200 if reads else 404] * 2
    answer = send(client, patient, making.picture())
    assert answer.status_code == (302 if reads else 404)


def test_a_document_is_found_only_in_its_own_chart(as_role: As, document: Attachment, today: object) -> None:
    other = admitted(document.patient.practice, today, 1)  # type: ignore[arg-type]
    client = as_role(Role.PHYSICIAN)
    for name, more in (("document", []), ("document_page", [1]), ("document_file", [])):
        assert client.get(reverse(name, args=[other.public_id, document.public_id, *more])).status_code == 404
        assert client.get(reverse(name, args=[other.public_id, uuid4(), *more])).status_code == 404


def test_emergency_access_opens_documents_to_read(as_role: As, document: Attachment, practice: Practice) -> None:
    desk = as_role(Role.FRONT_DESK)
    assert desk.get(address("document", document)).status_code == 404
    open_in_emergency(
        patient=document.patient.public_id, reason="Found on the floor", by=member(practice, Role.FRONT_DESK)
    )
    page = desk.get(address("document", document))
    assert page.status_code == 200
    assert b"What it says" not in page.content
    assert desk.get(address("document_page", document, 1)).status_code == 200
    assert send(desk, document.patient, making.picture()).status_code == 404


def test_reading_a_document_says_in_the_audit_which(as_role: As, document: Attachment) -> None:
    client = as_role(Role.AUTHORIZATION)
    client.get(address("document", document))
    event = Event.objects.get(action="document.read")
    assert (event.about, event.patient) == (str(document.public_id), document.patient.public_id)


# --- what leaves -----------------------------------------------------------------------------------------------------


def test_what_leaves_can_do_nothing(as_role: As, document: Attachment) -> None:
    client = as_role(Role.NURSE)
    picture, file = client.get(address("document_page", document, 1)), client.get(address("document_file", document))
    assert picture["Content-Type"] in ("image/png", "image/jpeg")
    assert picture["Content-Disposition"].startswith("inline; ")
    assert file["Content-Type"] == "application/pdf"
    assert file["Content-Disposition"] == f'attachment; filename="document-{str(document.public_id)[:8]}.pdf"'
    assert file.content == making.report(), "byte for byte as it came"
    for answer in (picture, file):
        policy = answer["Content-Security-Policy"]
        assert ("default-src 'none'" in policy, "sandbox" in policy, "script-src" in policy) == (True, True, False)
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert answer["Cross-Origin-Resource-Policy"] == "same-origin"
        assert answer["Cross-Origin-Opener-Policy"] == "same-origin"
        assert answer["X-Frame-Options"] == "DENY"
        assert "no-store" in answer["Cache-Control"]
        assert "private" in answer["Cache-Control"]


def test_no_title_reaches_a_header(as_role: As, patient: Patient, nurse: User) -> None:
    evil = Told(about="other", day=making.DAY, title='a"; filename=x.html')
    found = making.attached(patient, nurse, told=evil)
    client = as_role(Role.NURSE)
    for answer in (client.get(address("document_page", found, 1)), client.get(address("document_file", found))):
        assert "x.html" not in str(answer.headers)


def test_a_title_is_shown_as_text(as_role: As, patient: Patient, nurse: User) -> None:
    found = making.attached(patient, nurse, told=Told(about="other", day=making.DAY, title="<script>alert(1)</script>"))
    page = as_role(Role.NURSE).get(address("document", found)).content.decode()
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)" in page


def test_a_file_that_is_not_kept_is_not_to_be_had_and_the_page_says_why(
    as_role: As, patient: Patient, nurse: User
) -> None:
    found = making.attached(patient, nurse, file=making.with_program())
    client = as_role(Role.NURSE)
    assert client.get(address("document_file", found)).status_code == 404
    page = client.get(address("document", found)).content.decode()
    assert "it holds a program" in page
    assert address("document_file", found) not in page
    assert b"/JavaScript" not in b"".join(bytes(body) for body in found.pieces.values_list("body", flat=True))


# --- what was changed behind the clinic's back -----------------------------------------------------------------------


def without_guard(statement: str, *values: object) -> None:
    """What somebody with the database's own password could do."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            for table in ("piece", "attachment"):
                cursor.execute(f"ALTER TABLE attachments_{table} DISABLE TRIGGER USER")
        else:
            for table in ("piece", "attachment"):
                for verb in ("UPDATE", "DELETE"):
                    cursor.execute(f"DROP TRIGGER IF EXISTS attachments_{table}_no_{verb}")
        cursor.execute(statement, values)


@pytest.mark.parametrize("table", ["attachment", "piece", "withdrawal", "look", "enclosure"])
def test_the_tables_only_grow(table: str, document: Attachment, nurse: User) -> None:
    from lenitive_web.attachments.actions import enclose, look_at

    enclose(attachment=document, kind="k", shows="", by=nurse)
    look_at(attachment=document, by=nurse)
    withdraw(attachment=document, reason="of somebody else", by=nurse)
    for verb in (f"UPDATE attachments_{table} SET id = id", f"DELETE FROM attachments_{table}"):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(verb)


@pytest.mark.parametrize(
    ("statement", "values"),
    [
        ("UPDATE attachments_piece SET body = %s WHERE number = 1", [b"\x89PNG other"]),
        ("UPDATE attachments_piece SET words = %s WHERE number = 1", ["No effusion."]),
        ("DELETE FROM attachments_piece WHERE number = %s", [1]),
        ("UPDATE attachments_attachment SET digests = %s", ['["0", "0"]']),
    ],
    ids=["bytes", "words", "gone", "digests"],
)
def test_a_document_that_was_changed_is_not_shown_and_the_audit_knows(
    statement: str, values: list[object], as_role: As, document: Attachment
) -> None:
    without_guard(statement, *values)
    client = as_role(Role.PHYSICIAN)
    for route in (address("document_page", document, 1), address("document", document)):
        answer = client.get(route)
        assert answer.status_code == 409
        assert b"not what was attached" in answer.content
    assert Event.objects.filter(action="document.changed", about=str(document.public_id)).count() == 2


def test_a_changed_file_is_not_given_out(as_role: As, document: Attachment) -> None:
    without_guard("UPDATE attachments_piece SET body = %s WHERE number = 0", b"%PDF-1.7 other")
    assert as_role(Role.PHYSICIAN).get(address("document_file", document)).status_code == 409


def test_the_check_of_all_documents_holds_and_finds_who_changed_bytes_and_digests_together(
    document: Attachment, capsys: pytest.CaptureFixture[str]
) -> None:
    import json

    from django.core.management import CommandError, call_command

    from lenitive_web.attachments.digests import digest_of, digest_of_all

    call_command("verify_documents")
    assert "1 documents hold." in capsys.readouterr().out
    other = b"\x89PNG other"
    digests = [document.digests[0], digest_of(other, document.pieces.get(number=1).words)]
    without_guard("UPDATE attachments_piece SET body = %s WHERE number = 1", other)
    without_guard(
        "UPDATE attachments_attachment SET digests = %s, digest = %s", json.dumps(digests), digest_of_all(digests)
    )
    with pytest.raises(CommandError, match="1 documents do not hold"):
        call_command("verify_documents")


# --- findings --------------------------------------------------------------------------------------------------------


def fill(client: Client, document: Attachment, answer: str = "present", **said: str) -> HttpResponse:
    """Enter a finding where the form of this patient has it."""
    version = Patient.objects.get(pk=document.patient_id).last_entry
    row = FINDING if FINDING in client.get(address("document", document)).context["form"].fields else "other1"
    found = {row: answer} if row == FINDING else {row: FINDING, f"{row}-found": answer}
    places = {f"{row}-side": "left", f"{row}-level": "L4-5"}
    return client.post(
        address("document", document), {"on": "2026-03-02", "version": str(version), **found, **places, **said}
    )


def test_what_is_read_in_a_document_keeps_it_as_its_source(as_role: As, document: Attachment) -> None:
    client = as_role(Role.PHYSICIAN)
    assert fill(client, document)["Location"] == address("document", document)
    entry = Entry.objects.filter(patient=document.patient, table="finding").last()
    assert entry.source == f"MRI of the lumbar spine, 2026-03-02 (document {document.public_id})"
    assert (entry.body["code"], entry.body["levels"], entry.true_on.isoformat()) == (FINDING, ["L4-5"], "2026-03-02")
    assert document_in(entry.source) == document.public_id
    page = client.get(address("document", document)).content.decode()
    assert "Findings from this document" in page.split("Nothing was entered")[0]
    assert "1 answer is written down" in page


def test_the_values_of_a_laboratory_sheet_become_measurements(as_role: As, patient: Patient, nurse: User) -> None:
    sheet = making.attached(patient, nurse, told=Told(about="laboratory", day=making.DAY, title="Blood"))
    client = as_role(Role.PHYSICIAN)
    version = client.get(address("document", sheet)).context["form"]["version"].value()
    said = {"on": "2026-03-02", "version": str(version), "value-inr": "1.1", "value-platelets": "241"}
    refused = client.post(address("document", sheet), {**said, "value-glucose": "<5"})
    assert (refused.status_code, "without a sign" in refused.content.decode()) == (422, True)
    client.post(address("document", sheet), said)
    rows = [row for row in Entry.objects.order_by("id") if document_in(row.source) == sheet.public_id]
    assert [(row.body["instrument"], row.body["score"], row.body["unit"]) for row in rows] == [
        ("inr", 1.1, "1"),
        ("platelets", 241.0, "10*9/L"),
    ]


def test_a_scan_asks_for_no_values_of_a_laboratory(as_role: As, document: Attachment) -> None:
    assert as_role(Role.PHYSICIAN).get(address("document", document)).context["values"] is None


def test_the_finding_begins_with_the_day_of_the_document(as_role: As, document: Attachment) -> None:
    form = as_role(Role.PHYSICIAN).get(address("document", document)).context["form"]
    assert form["on"].value() == making.DAY


def test_from_the_evidence_the_document_can_be_opened(as_role: As, document: Attachment) -> None:
    client = as_role(Role.PHYSICIAN)
    fill(client, document)
    page = client.get(reverse("diagnosis", args=[document.patient.public_id])).content.decode()
    assert address("document", document) in page


def test_the_later_of_two_readers_is_told(as_role: As, document: Attachment, nurse: User) -> None:
    client = as_role(Role.PHYSICIAN)
    form = client.get(address("document", document)).context["form"]
    other = NewFact("allergy", {"substance": "a very rare resin"})
    record_facts(patient=document.patient, facts=[other], by=nurse, source="visit")
    answer = fill(client, document, version=str(form["version"].value()))
    assert (answer.status_code, b"a very rare resin" in answer.content.lower()) == (409, True)


def test_nothing_answered_is_told(as_role: As, document: Attachment) -> None:
    answer = fill(as_role(Role.NURSE), document, answer="")
    assert (answer.status_code, b"Nothing was answered" in answer.content) == (422, True)


def test_authorization_staff_reads_but_writes_no_finding(as_role: As, document: Attachment) -> None:
    client = as_role(Role.AUTHORIZATION)
    assert b"What it says" not in client.get(address("document", document)).content
    assert fill(client, document).status_code == 404


# --- withdrawing -----------------------------------------------------------------------------------------------------


def test_a_withdrawn_document_stays_readable_with_the_reason_and_takes_no_finding(
    as_role: As, document: Attachment
) -> None:
    client = as_role(Role.NURSE)
    client.post(address("document_withdraw", document), {"reason": "It is of another patient"})
    assert Withdrawal.objects.get().reason == "It is of another patient"
    assert Event.objects.filter(action="document.withdrawn").count() == 1
    page = client.get(address("document", document)).content.decode()
    assert "It is of another patient" in page
    assert "What it says" not in page
    listed = client.get(reverse("documents", args=[document.patient.public_id]))
    assert list(listed.context["page"].object_list) == []
    assert list(listed.context["withdrawn"]) == [document]
    assert fill(client, document).status_code == 409


def test_withdrawing_wants_a_reason_and_happens_once(as_role: As, document: Attachment) -> None:
    client = as_role(Role.NURSE)
    client.post(address("document_withdraw", document), {"reason": ""})
    assert not Withdrawal.objects.exists()
    for _ in range(2):
        client.post(address("document_withdraw", document), {"reason": "It is of another patient"})
    assert Withdrawal.objects.count() == 1


# --- lists -----------------------------------------------------------------------------------------------------------


def test_lists_page_and_load_no_bytes(as_role: As, patient: Patient, document: Attachment) -> None:
    from django.test.utils import CaptureQueriesContext

    rows = Attachment.objects.filter(pk=document.pk).values().get()
    for number in range(30):
        copy = {**rows, "id": None, "public_id": uuid4(), "received_sha256": f"{number:064}"}
        copy["day"] = making.DAY - timedelta(days=number)
        Attachment.objects.create(**copy)
    client = as_role(Role.PHYSICIAN)
    route = reverse("documents", args=[patient.public_id])
    with CaptureQueriesContext(connection) as asked:
        first = client.get(route)
    assert (len(first.context["page"].object_list), first.context["page"].paginator.count) == (25, 31)
    assert len(client.get(route, {"page": 2}).context["page"].object_list) == 6
    assert not [one for one in asked.captured_queries if "attachments_piece" in one["sql"]]
    with CaptureQueriesContext(connection) as asked:
        page = client.get(reverse("examination", args=[patient.public_id]))
    assert page.content.count(b"document-line") == 5
    assert b"all 31" in page.content
    assert not [one for one in asked.captured_queries if "attachments_piece" in one["sql"]]


def test_a_name_without_a_title_says_what_it_is_about(patient: Patient, nurse: User) -> None:
    bare = making.attached(patient, nurse, told=Told(about="imaging", day=making.DAY, region="low_back"))
    assert name_of(bare) == "Imaging, low back"
    assert source_of(bare).startswith("Imaging, low back, 2026-03-02 (document ")
    longest = Attachment(title="x" * 100, about="other", day=making.DAY)
    assert len(source_of(longest)) <= Entry._meta.get_field("source").max_length


def test_a_source_that_names_no_document_leads_nowhere() -> None:
    assert document_in("visit") is None
    assert document_in("(document 12)") is None


def test_pages_are_pictures_of_their_size(document: Attachment) -> None:
    piece = Piece.objects.get(attachment=document, number=1)
    assert Image.open(BytesIO(bytes(piece.body))).size == (piece.width, piece.height)
