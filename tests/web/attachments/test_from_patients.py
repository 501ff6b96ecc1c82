"""A patient sends a photograph or a report; the clinic sees on Today that nobody has looked at it yet."""

from __future__ import annotations

from typing import cast

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from lenitive_web.attachments.models import Attachment, Look
from lenitive_web.audit.models import Event
from lenitive_web.ledger.models import Patient
from lenitive_web.people.models import Practice
from lenitive_web.people.roles import Role
from lenitive_web.portal.models import OwnChart
from lenitive_web.portal.views import documents as own_documents
from tests.web.attachments import making
from tests.web.conftest import As, member
from tests.web.portal.conftest import own, person

__all__ = ["own", "person"]


def send(own: Client, file: bytes | None = None, **said: str) -> HttpResponse:
    upload = SimpleUploadedFile("photo.jpg", making.photograph() if file is None else file)
    answer = own.post(reverse("my_documents"), {"about": "photograph", "day": "2026-03-02", **said, "file": upload})
    return cast("HttpResponse", answer)


def test_what_a_patient_sends_waits_for_the_clinic(own: Client, person: Patient, as_role: As) -> None:
    assert send(own)["Location"] == reverse("my_documents")
    [sent] = Attachment.objects.all()
    assert (sent.patient, sent.is_from_patient, sent.by.role) == (person, True, "patient")
    mine = own.get(reverse("my_documents")).content.decode()
    assert "has not looked at it yet" in mine
    assert own.get(reverse("my_document_page", args=[sent.public_id, 1])).status_code == 200

    nurse = as_role(Role.NURSE)
    where = reverse("document", args=[person.public_id, sent.public_id])
    first = nurse.get(reverse("today")).content.decode()
    assert "Sent or brought by patients, not looked at yet" in first
    assert where in first
    assert where in nurse.get(reverse("today"), {"kind": "document"}).content.decode()
    assert "From the patient, not looked at yet." in nurse.get(where).content.decode()

    nurse.post(reverse("document_look", args=[person.public_id, sent.public_id]))
    assert Look.objects.get().by.role == "nurse"
    assert Event.objects.filter(action="document.looked_at", about=str(sent.public_id)).count() == 1
    assert where not in nurse.get(reverse("today")).content.decode()
    assert "Your clinic has looked at it." in own.get(reverse("my_documents")).content.decode()


def test_authorization_staff_does_not_look_for_the_clinicians(own: Client, person: Patient, as_role: As) -> None:
    send(own)
    sent = Attachment.objects.get()
    client = as_role(Role.AUTHORIZATION)
    assert "Sent or brought by patients" not in client.get(reverse("today")).content.decode()
    assert client.post(reverse("document_look", args=[person.public_id, sent.public_id])).status_code == 404


def test_another_practice_does_not_see_it(own: Client, person: Patient, other_practice: Practice) -> None:
    send(own)
    stranger = Client()
    nurse = member(other_practice, Role.NURSE)
    stranger.force_login(nurse, backend="allauth.account.auth_backends.AuthenticationBackend")
    assert "Sent or brought by patients" not in stranger.get(reverse("today")).content.decode()


def test_the_same_file_twice_is_told_kindly(own: Client, person: Patient) -> None:
    send(own)
    send(own)
    assert Attachment.objects.count() == 1
    assert "has this already" in own.get(reverse("my_documents")).content.decode()


@pytest.mark.parametrize(
    ("file", "said", "words"),
    [
        (b"", {}, "The file is empty."),
        (b"\0\0\0\x18ftypheic" + bytes(40), {}, "HEIC"),
        (None, {"day": "2999-01-01"}, "This day has not come yet."),
        (None, {"about": ""}, "Nothing is chosen yet. Choose one."),
    ],
)
def test_what_cannot_be_taken_is_told(
    own: Client, person: Patient, file: bytes | None, said: dict[str, str], words: str
) -> None:
    answer = send(own, file, **said)
    assert (answer.status_code, words in answer.content.decode()) == (422, True)
    assert not Attachment.objects.exists()


def test_nobody_fills_the_clinic_with_files(
    own: Client, person: Patient, monkeypatch: pytest.MonkeyPatch, settings: object
) -> None:
    monkeypatch.setattr(own_documents, "MOST_A_DAY", 1)
    send(own)
    assert send(own, making.picture()).status_code == 422
    settings.ATTACHMENT_MEGABYTES = 1  # type: ignore[attr-defined]
    assert send(own, bytes(3_000_000)).status_code == 413
    assert Attachment.objects.count() == 1


def test_a_patient_sees_only_what_the_patient_sent(own: Client, person: Patient, practice: Practice) -> None:
    nurse = member(practice, Role.NURSE)
    of_the_clinic = making.attached(person, nurse)
    other = Patient.objects.create(practice=practice, name="Bo Example")
    of_another = making.attached(other, nurse, is_from_patient=True)
    for one in (of_the_clinic, of_another):
        assert own.get(reverse("my_document_page", args=[one.public_id, 1])).status_code == 404
    assert "MRI" not in own.get(reverse("my_documents")).content.decode().partition("What you sent")[2]


def test_a_patient_cannot_take_the_file_by_number_nought(own: Client, person: Patient, practice: Practice) -> None:
    sent = making.attached(person, member(practice, Role.PATIENT), is_from_patient=True)
    assert own.get(reverse("my_document_page", args=[sent.public_id, 0])).status_code == 404


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.PATIENT])
def test_staff_has_no_own_documents(role: Role, as_role: As) -> None:
    assert as_role(role).get(reverse("my_documents")).status_code == 404


def test_an_account_without_a_chart_finds_nothing(as_role: As) -> None:
    assert not OwnChart.objects.exists()
    assert as_role(Role.PATIENT).get(reverse("my_documents")).status_code == 404


def test_entering_a_finding_is_a_look(own: Client, person: Patient, as_role: As) -> None:
    send(own, making.report(), about="imaging")
    sent = Attachment.objects.get()
    version = Patient.objects.get(pk=person.pk).last_entry
    said = {"on": "2026-03-02", "version": str(version), "other1": "mri_modic_1", "other1-found": "present"}
    as_role(Role.PHYSICIAN).post(reverse("document", args=[person.public_id, sent.public_id]), said)
    assert Look.objects.get().attachment == sent
