"""A backup takes documents along, and they are what was attached after it was restored. The real commands."""

from __future__ import annotations

import sys
from pathlib import Path

from tests.web.test_storage import COMMAND, ran, surroundings

__all__ = ["surroundings"]

FILL = """
import django; django.setup()
from django.core.management import call_command
call_command("migrate", verbosity=0)
from lenitive_web.ledger.actions import register_patient
from lenitive_web.people.models import Practice
from tests.web.attachments import making
practice, _ = Practice.objects.get_or_create(name="Keeps documents")
patient = register_patient(practice=practice, name="N", birth_date=None, by=None)
making.attached(patient, None)
making.attached(patient, None, file=making.photograph())
"""
READ = """
import django; django.setup()
from hashlib import sha256
from django.core.management import call_command
from lenitive_web.attachments.models import Attachment
from lenitive_web.attachments.selectors import piece_of
call_command("verify_documents")
for one in Attachment.objects.order_by("pk"):
    piece = piece_of(one, 0 if one.is_kept else 1)
    print(one.kind, sha256(bytes(piece.body)).hexdigest(), sha256(bytes(piece.body)).hexdigest() == one.received_sha256)
"""


def said(surroundings: dict[str, str], *texts: str) -> str:
    done = ran(surroundings, sys.executable, "-c", "".join(texts))
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_a_restored_backup_holds_every_document_byte_for_byte(surroundings: dict[str, str], tmp_path: Path) -> None:
    before = said(surroundings, FILL, READ)
    assert "2 documents hold." in before
    pdf, photograph = before.splitlines()[1:]
    assert (pdf.endswith("True"), photograph.endswith("False")) == (True, True), "one as it came, one drawn anew"
    copy = tmp_path / "today"
    assert ran(surroundings, COMMAND, "backup", copy).returncode == 0
    assert "4 documents hold." in said(surroundings, FILL, READ)
    assert ran(surroundings, COMMAND, "restore", copy, "--replace").returncode == 0
    assert said(surroundings, READ) == before
