"""The front desk puts papers into a chart and sees that they came; what they say, it does not see."""

from __future__ import annotations

from typing import cast
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from lenitive_web.attachments.models import About, Attachment
from lenitive_web.audit.models import Event
from lenitive_web.desk import scan_views
from lenitive_web.ledger.models import Patient
from lenitive_web.people.roles import Role
from tests.web.attachments import making
from tests.web.conftest import As


def scanned(client: Client, patient: Patient, file: bytes | None = None, **said: str) -> HttpResponse:
    upload = SimpleUploadedFile("scan.jpg", making.photograph() if file is None else file)
    told = {"about": "letter", "day": "2026-03-02", **said, "file": upload}
    return cast("HttpResponse", client.post(reverse("scan", args=[patient.public_id]), told))


def test_a_letter_that_was_scanned_waits_for_a_clinician(as_role: As, patient: Patient) -> None:
    desk = as_role(Role.FRONT_DESK)
    assert scanned(desk, patient)["Location"] == reverse("scan", args=[patient.public_id])
    [made] = Attachment.objects.all()
    assert (made.about, made.is_from_desk, made.by.role, made.waits_to_be_read) == ("letter", True, "front_desk", True)
    event = Event.objects.get(action="document.attached")
    assert (event.patient, event.role) == (patient.public_id, "front_desk")

    here = desk.get(reverse("scan", args=[patient.public_id])).content.decode()
    assert "has not looked at it yet" in here
    nurse = as_role(Role.NURSE)
    where = reverse("document", args=[patient.public_id, made.public_id])
    assert where in nurse.get(reverse("today")).content.decode()
    assert "Scanned at the front desk, not looked at yet." in nurse.get(where).content.decode()
    nurse.post(reverse("document_look", args=[patient.public_id, made.public_id]))
    assert where not in nurse.get(reverse("today")).content.decode()
    assert "has not looked at it yet" not in desk.get(reverse("scan", args=[patient.public_id])).content.decode()


def test_a_card_is_nothing_that_a_clinician_has_to_read(as_role: As, patient: Patient) -> None:
    scanned(as_role(Role.FRONT_DESK), patient, about="card")
    [made] = Attachment.objects.all()
    assert made.about == About.CARD
    assert not made.waits_to_be_read
    where = reverse("document", args=[patient.public_id, made.public_id])
    assert where not in as_role(Role.NURSE).get(reverse("today")).content.decode()


def test_the_desk_sees_that_it_came_and_not_what_it_says(as_role: As, patient: Patient) -> None:
    making.attached(patient, None, number=uuid4())
    desk = as_role(Role.FRONT_DESK)
    scanned(desk, patient)
    made = Attachment.objects.get(is_from_desk=True)
    here = desk.get(reverse("scan", args=[patient.public_id])).content.decode()
    assert "Letter" in here
    assert "MRI of the lumbar spine" not in here
    assert str(made.public_id) not in here
    for route, more in (("document", []), ("document_page", [1]), ("document_file", []), ("document_withdraw", [])):
        address = reverse(route, args=[patient.public_id, made.public_id, *more])
        answer = desk.post(address) if route == "document_withdraw" else desk.get(address)
        assert answer.status_code == 404, route
    assert desk.get(reverse("documents", args=[patient.public_id])).status_code == 404


def test_the_same_file_is_kept_once_and_its_other_name_is_not_told(as_role: As, patient: Patient) -> None:
    file = making.photograph()
    desk = as_role(Role.FRONT_DESK)
    scanned(desk, patient, file)
    Attachment.objects.get()
    again = scanned(desk, patient, file, about="other")
    assert Attachment.objects.count() == 1
    assert "in the chart already" in desk.get(again["Location"]).content.decode()


@pytest.mark.parametrize(
    ("said", "trouble"),
    [
        ({"about": ""}, "required"),
        ({"about": "electrodiagnostic"}, "not on the list. Choose again"),
        ({"day": "2999-01-01"}, "not come"),
    ],
)
def test_what_is_not_said_is_asked(said: dict[str, str], trouble: str, as_role: As, patient: Patient) -> None:
    answer = scanned(as_role(Role.FRONT_DESK), patient, **said)
    assert answer.status_code == 422
    assert trouble in answer.content.decode()
    assert not Attachment.objects.exists()


def test_a_file_that_is_no_paper_is_refused(as_role: As, patient: Patient) -> None:
    answer = scanned(as_role(Role.FRONT_DESK), patient, b"MZ not a picture")
    assert answer.status_code == 422
    assert "neither a PDF nor" in answer.content.decode()


def test_what_is_too_large_is_refused_unread(as_role: As, patient: Patient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scan_views, "is_too_large", lambda request: True)
    assert scanned(as_role(Role.FRONT_DESK), patient).status_code == 413
    assert not Attachment.objects.exists()


def test_a_form_without_its_token_puts_nothing_into_a_chart(as_role: As, patient: Patient) -> None:
    client = Client(enforce_csrf_checks=True)
    client.cookies = as_role(Role.FRONT_DESK).cookies
    assert scanned(client, patient).status_code == 403
    assert not Attachment.objects.exists()


def test_only_the_newest_stand_on_the_first_page(
    as_role: As, patient: Patient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scan_views, "PER_PAGE", 1)
    desk = as_role(Role.FRONT_DESK)
    scanned(desk, patient, about="card")
    scanned(desk, patient, making.photograph("N 9.9"), about="letter", day=str(timezone.localdate()))
    first = desk.get(reverse("scan", args=[patient.public_id])).content.decode()
    second = desk.get(reverse("scan", args=[patient.public_id]), {"page": 2}).content.decode()
    assert "<b>Letter</b>" in first
    assert "<b>Insurance card</b>" not in first
    assert "<b>Insurance card</b>" in second
