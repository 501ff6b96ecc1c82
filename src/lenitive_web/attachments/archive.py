"""All documents of a chart in one archive, beside the facts that another file of the export holds."""

from __future__ import annotations

import json
from collections.abc import Iterator
from tempfile import SpooledTemporaryFile
from typing import IO, Any
from zipfile import ZIP_STORED, ZipFile

from lenitive_web.attachments.models import Attachment, Piece
from lenitive_web.attachments.naming import name_of
from lenitive_web.attachments.selectors import documents_of, pages_of, piece_of, withdrawn_from
from lenitive_web.attachments.serving import ENDINGS
from lenitive_web.ledger.models import Patient

IN_MEMORY, PART = 10_000_000, 100_000
"""Bytes of an archive that is made in memory, and of what is sent at once; a larger one is made in a nameless file."""


def check_all(patient: Patient) -> int:
    """How many documents stand in a chart, after each of them was checked.

    Raises :class:`lenitive_web.attachments.selectors.ChangedError` if one is not what was attached.
    """
    found = list(documents_of(patient))
    for one in found:
        for _ in pages_of(one):
            pass
    return len(found)


def archive_of(patient: Patient) -> Iterator[bytes]:
    """An archive of the files as they came, or their pages, and ``documents.json`` that says what each is.

    What was withdrawn may be of somebody else: it is named there, and its pages stay behind.
    """
    with SpooledTemporaryFile(max_size=IN_MEMORY) as made:
        _fill(made, patient)
        made.seek(0)
        while part := made.read(PART):
            yield part


def _fill(made: IO[bytes], patient: Patient) -> None:
    told = []
    with ZipFile(made, "w", ZIP_STORED) as archive:
        for number, one in enumerate(documents_of(patient).order_by("day", "pk"), start=1):
            names = []
            for piece in _pieces(one):
                name = f"{number:03}-{one.day.isoformat()}-{one.about}{_page(piece)}.{ENDINGS[piece.media]}"
                archive.writestr(name, bytes(piece.body))
                names.append(name)
            told.append({**_told(one), "files": names})
        told += [{**_told(one), "withdrawn": one.withdrawal.reason} for one in withdrawn_from(patient)]
        archive.writestr("documents.json", json.dumps(told, indent=2, ensure_ascii=False))


def _pieces(one: Attachment) -> list[Piece]:
    """The file as it came, where it is kept, else its pages."""
    kept = piece_of(one, 0) if one.is_kept else None
    return [kept] if kept else list(pages_of(one))


def _page(piece: Piece) -> str:
    return f"-page-{piece.number}" if piece.number else ""


def _told(one: Attachment) -> dict[str, Any]:
    return {
        "document": str(one.public_id),
        "name": name_of(one),
        "about": one.about,
        "region": one.region,
        "day": one.day.isoformat(),
        "attached_at": one.recorded_at.isoformat(),
        "attached_by": one.by.name if one.by else "",
        "from_the_patient": one.is_from_patient,
        "received_as": {"kind": one.kind, "bytes": one.received_size, "sha256": one.received_sha256},
    }
