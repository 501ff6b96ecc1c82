"""What may be uploaded, found out from the bytes and not from the name, and how it is kept: in the database, inert.

Nothing that was uploaded ever lies in a folder that a server could serve, is opened by its name, or goes back to a
browser. It is part of every backup, and gone once it was read.
"""

from __future__ import annotations

import hashlib
import unicodedata
import zlib
from collections.abc import Iterator, Sequence
from typing import IO, Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from lenitive_web.audit.actions import write_event
from lenitive_web.importing.models import Part, Received, RecordImport
from lenitive_web.people.models import User

MEGABYTE = 1024 * 1024
MAX_SENT = 100 * MEGABYTE
"""So many bytes may be sent at once, all files together."""
MAX_UNPACKED = 256 * MEGABYTE
"""So many bytes may the files hold, unpacked: what is read of them waits in memory until all is read."""
MAX_FILES = 100
PART = MEGABYTE
_SNIFFED = 64 * 1024
_GZIP = b"\x1f\x8b"
_LONGEST_NAME = 120
"""Bytes: a folder counts names in them, and a sign may be four."""

_OTHER_KINDS = (
    (b"PK\x03\x04", lambda: _("This is a zip archive. Unpack it, then choose the files in it.")),
    (b"%PDF", lambda: _("This is a PDF. Choose the FHIR export of the other system, or a case file.")),
    (b"\xff\xfe", lambda: _("This is UTF-16. Save it as UTF-8.")),
    (b"\xfe\xff", lambda: _("This is UTF-16. Save it as UTF-8.")),
    (b"<", lambda: _("This is XML. Ask the other system for FHIR as JSON.")),
)


def why_not(file: UploadedFile) -> str:
    """Why a file cannot be taken at all, or nothing. A broken record in it is found later and refused alone."""
    if not file.size:
        return _("The file is empty.")
    try:
        head = _head(file)
    except (OSError, EOFError, zlib.error):
        return _("The gzip data is broken.")
    begin = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    for mark, told in _OTHER_KINDS:
        if begin.startswith(mark):
            return told()
    if b"\0" in head:
        return _("This is not text. Choose a FHIR Bundle or NDJSON files as JSON, or case files in TOML.")
    if not begin:
        return _("The file holds nothing but blanks.")
    if not begin.startswith((b"{", b"[")) and not _is_case_file(file):
        return _("This is neither JSON nor NDJSON, and its name does not end in .toml.")
    return ""


def _is_case_file(file: UploadedFile) -> bool:
    return named(file).lower().endswith(".toml")


def _head(file: UploadedFile) -> bytes:
    file.seek(0)
    head: bytes = file.read(_SNIFFED)
    file.seek(0)
    return zlib.decompressobj(wbits=31).decompress(head, _SNIFFED) if head.startswith(_GZIP) else head


def named(file: UploadedFile) -> str:
    """The name of a file, fit to be shown and to be a name in a scratch folder: no path, no control signs."""
    last = (file.name or "").replace("\\", "/").rpartition("/")[2]
    name = "".join(sign for sign in last if unicodedata.category(sign)[0] != "C").strip(" .")
    if len(name.encode()) <= _LONGEST_NAME:
        return name or "file"
    stem, dot, ending = name.partition(".")
    tail = (dot + ending).encode()[-40:]
    return (stem.encode()[: _LONGEST_NAME - len(tail)] + tail).decode(errors="ignore")


@transaction.atomic
def receive(*, files: Sequence[UploadedFile], by: User, address: str | None) -> RecordImport:
    """Keep files that were checked, and put them in line to be read."""
    now = timezone.now()
    made = RecordImport.objects.create(
        practice=by.practice, by=by, address=address, received_at=now, changed_at=now, beat_at=None
    )
    for file in files:
        _keep(made, file)
    write_event(
        practice=by.practice,
        by=by,
        action="import.receive",
        about=f"import {made.pk}, {len(files)} files",
        address=address,
    )
    return made


def _keep(made: RecordImport, file: UploadedFile) -> None:
    kept = Received.objects.create(record_import=made, name=named(file), size=0, sha256="")
    whole = hashlib.sha256()
    for piece in _pieces(file):
        whole.update(piece)
        kept.size += len(piece)
        Part.objects.create(file=kept, body=zlib.compress(piece, 1))
    kept.sha256 = whole.hexdigest()
    kept.save(update_fields=["size", "sha256"])


def _pieces(file: UploadedFile) -> Iterator[bytes]:
    file.seek(0)
    while piece := file.read(PART):
        yield piece


def write_out(kept: Received, target: IO[Any]) -> None:
    """Write the bytes of a received file, as they came."""
    for body in Part.objects.filter(file=kept).order_by("pk").values_list("body", flat=True).iterator(chunk_size=4):
        target.write(zlib.decompress(bytes(body)))
