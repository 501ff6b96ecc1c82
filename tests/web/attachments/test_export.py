"""The export takes documents along: the files as they came, else their pages, and what each of them is."""

from __future__ import annotations

import json
from io import BytesIO
from zipfile import ZipFile

import pytest
from django.urls import reverse

from lenitive_web.attachments.actions import Told, withdraw
from lenitive_web.audit.models import Event
from lenitive_web.ledger.models import Patient
from lenitive_web.people.models import Practice, User
from lenitive_web.people.roles import Role
from tests.web.attachments import making
from tests.web.attachments.test_documents import without_guard
from tests.web.conftest import As, member


@pytest.fixture
def nurse(practice: Practice) -> User:
    return member(practice, Role.NURSE)


def test_the_archive_holds_every_document_and_says_what_it_is(as_role: As, patient: Patient, nurse: User) -> None:
    making.attached(patient, nurse)
    evil = Told(about="photograph", day=making.DAY, title="../../etc/passwd")
    making.attached(patient, nurse, file=making.photograph(), told=evil)
    gone = making.attached(patient, nurse, file=making.picture("TIFF"))
    withdraw(attachment=gone, reason="of somebody else", by=nurse)
    client = as_role(Role.NURSE)
    assert "2 attached documents" in client.get(reverse("export", args=[patient.public_id])).content.decode()
    answer = client.get(reverse("export_documents", args=[patient.public_id]))
    assert answer["Content-Disposition"] == f'attachment; filename="documents-{str(patient.public_id)[:8]}.zip"'
    with ZipFile(BytesIO(b"".join(answer.streaming_content))) as archive:
        names = archive.namelist()
        told = json.loads(archive.read("documents.json"))
        assert archive.read("001-2026-03-02-imaging.pdf") == making.report()
    assert [name.rpartition(".")[0] for name in names] == [
        "001-2026-03-02-imaging", "002-2026-03-02-photograph-page-1", "documents",
    ]  # fmt: skip
    assert [one.get("withdrawn") for one in told] == [None, None, "of somebody else"]
    assert told[0]["attached_by"] == nurse.name
    assert Event.objects.get(action="chart.exported").about == "2 documents"


def test_a_changed_document_is_not_exported(as_role: As, patient: Patient, nurse: User) -> None:
    making.attached(patient, nurse)
    without_guard("UPDATE attachments_piece SET body = %s", b"other")
    page = as_role(Role.NURSE).get(reverse("export_documents", args=[patient.public_id]), follow=True)
    assert "Nothing was exported" in page.content.decode()


def test_an_export_without_documents_does_not_speak_of_them(as_role: As, patient: Patient) -> None:
    page = as_role(Role.NURSE).get(reverse("export", args=[patient.public_id])).content.decode()
    assert "documents.zip" not in page
