"""A document goes along with a request: named as what shows something, listed in the packet, its pages at the end."""

from __future__ import annotations

from datetime import date
from io import BytesIO

import pytest
from django.test import Client
from django.urls import reverse
from pypdf import PdfReader

from lenitive_web.attachments import enclosing
from lenitive_web.attachments.actions import enclose, withdraw
from lenitive_web.attachments.enclosing import enclosures_of
from lenitive_web.attachments.models import Attachment, Enclosure
from lenitive_web.attachments.selectors import enclosed_with
from lenitive_web.audit.models import Event
from lenitive_web.ledger.models import Patient
from lenitive_web.people.models import Practice, User
from lenitive_web.people.roles import Role
from tests.web.attachments import making
from tests.web.attachments.test_documents import without_guard
from tests.web.authorization.test_copies import denied
from tests.web.conftest import As, member

ABLATION = "radiofrequency_ablation_medial_branch_lumbar"
SHOWS = "Imaging shows no other cause of the pain"


@pytest.fixture
def nurse(practice: Practice) -> User:
    return member(practice, Role.NURSE)


@pytest.fixture
def document(patient: Patient, nurse: User) -> Attachment:
    return making.attached(patient, nurse, file=making.report(pages=2))


def along(patient: Patient) -> list[tuple[Attachment, str]]:
    return [(one.attachment, one.shows) for one in enclosed_with(patient, ABLATION)]


def packet_of(as_role: As, patient: Patient) -> PdfReader:
    address = reverse("packet", args=[patient.public_id, ABLATION])
    answer = as_role(Role.AUTHORIZATION).post(address, {"why": "The payer wants it today."})
    assert answer["Content-Type"] == "application/pdf"
    return PdfReader(BytesIO(answer.content))


def words_of(packet: PdfReader) -> str:
    return " ".join(" ".join(page.extract_text() for page in packet.pages).split())


def test_authorization_staff_names_a_document_as_what_shows_something(
    as_role: As, patient: Patient, document: Attachment
) -> None:
    client = as_role(Role.AUTHORIZATION)
    room = reverse("authorization", args=[patient.public_id])
    assert "No document goes along with the packet yet." in client.get(room).content.decode()
    said = {"document": document.public_id, "shows": SHOWS}
    answer = client.post(reverse("enclose", args=[patient.public_id, ABLATION]), said)
    assert answer["Location"] == f"{room}#{ABLATION}"
    assert along(patient) == [(document, SHOWS)]
    page = client.get(room).content.decode()
    assert f"Shows: {SHOWS}" in page
    event = Event.objects.get(action="document.enclosed")
    assert event.about == f"{document.public_id}, {ABLATION}"


def test_the_packet_lists_the_document_and_ends_with_its_pages(
    as_role: As, patient: Patient, document: Attachment, nurse: User
) -> None:
    before = packet_of(as_role, patient)
    assert "Enclosures" not in words_of(before)
    enclose(attachment=document, kind=ABLATION, shows=SHOWS, by=nurse)
    packet = packet_of(as_role, patient)
    words = words_of(packet)
    for told in ("Enclosures", "MRI of the lumbar spine", "2026-03-02", SHOWS, "page 1 of 2", "page 2 of 2"):
        assert told in words
    assert len(packet.pages) >= len(before.pages) + 2
    assert [len(page.images) for page in packet.pages[-2:]] == [1, 1]
    assert packet.trailer["/Root"]["/MarkInfo"]["/Marked"], "still read aloud by a screen reader"


def test_summary_and_appeal_list_the_document_and_the_appeal_ends_with_its_pages(
    as_role: As, patient: Patient, document: Attachment, nurse: User, today: date
) -> None:
    denied(patient.practice, patient, today)
    client = as_role(Role.AUTHORIZATION)
    told = {name: pdf_at(client, name, patient) for name in ("summary", "appeal")}
    assert not any("Enclos" in words_of(one) for one in told.values())
    enclose(attachment=document, kind=ABLATION, shows=SHOWS, by=nurse)
    summary, appeal = (pdf_at(client, name, patient) for name in ("summary", "appeal"))
    assert len(summary.pages) == 1
    for one in (summary, appeal):
        assert all(said in words_of(one) for said in ("MRI of the lumbar spine", "2026-03-02", SHOWS))
    assert len(appeal.pages) >= len(told["appeal"].pages) + 2
    assert [len(page.images) for page in appeal.pages[-2:]] == [1, 1]


def pdf_at(client: Client, name: str, patient: Patient) -> PdfReader:
    answer = client.get(reverse(name, args=[patient.public_id, ABLATION]))
    assert answer["Content-Type"] == "application/pdf", name
    return PdfReader(BytesIO(answer.content))


def test_what_is_taken_out_goes_along_no_longer_and_nothing_is_lost(
    as_role: As, patient: Patient, document: Attachment, nurse: User
) -> None:
    enclose(attachment=document, kind=ABLATION, shows=SHOWS, by=nurse)
    as_role(Role.AUTHORIZATION).post(reverse("take_out", args=[patient.public_id, ABLATION, document.public_id]))
    assert along(patient) == []
    assert Enclosure.objects.count() == 2


def test_a_withdrawn_document_goes_along_with_nothing(
    as_role: As, patient: Patient, document: Attachment, nurse: User
) -> None:
    enclose(attachment=document, kind=ABLATION, shows="", by=nurse)
    withdraw(attachment=document, reason="of somebody else", by=nurse)
    assert along(patient) == []
    route = reverse("enclose", args=[patient.public_id, ABLATION])
    answer = as_role(Role.NURSE).post(route, {"document": document.public_id, "shows": ""}, follow=True)
    assert "Choose a document that stands in this chart." in answer.content.decode()


def test_a_changed_document_stops_the_packet_and_is_told(
    as_role: As, patient: Patient, document: Attachment, nurse: User
) -> None:
    enclose(attachment=document, kind=ABLATION, shows="", by=nurse)
    without_guard("UPDATE attachments_piece SET body = %s WHERE number = 2", b"other")
    route = reverse("packet", args=[patient.public_id, ABLATION])
    said = {"why": "The payer wants it today."}
    page = as_role(Role.AUTHORIZATION).post(route, said, follow=True).content.decode()
    assert "not what was attached" in page


def test_what_is_too_much_for_one_packet_is_listed_and_sent_apart(
    as_role: As, patient: Patient, document: Attachment, nurse: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    enclose(attachment=document, kind=ABLATION, shows="", by=nurse)
    for name in ("MOST_APPENDED", "MOST_BYTES"):
        with monkeypatch.context() as less:
            less.setattr(enclosing, name, 1)
            [one], pictures = enclosures_of(patient, ABLATION)
        assert (one.pages, one.number_of_pages, pictures) == ([], 2, {})
    monkeypatch.setattr(enclosing, "MOST_APPENDED", 1)
    assert "2, sent apart" in words_of(packet_of(as_role, patient))


@pytest.mark.parametrize("role", [Role.FRONT_DESK, Role.ADMINISTRATOR, Role.AUDITOR, Role.PATIENT])
def test_nobody_else_lets_a_document_go_along(role: Role, as_role: As, patient: Patient, document: Attachment) -> None:
    route = reverse("enclose", args=[patient.public_id, ABLATION])
    assert as_role(role).post(route, {"document": document.public_id}).status_code == 404
