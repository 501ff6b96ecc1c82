"""How documents come into a chart, are withdrawn, looked at, and enclosed: one transaction each, with its event."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from uuid import UUID, uuid4

from django.db import transaction
from django.utils import timezone

from lenitive.errors import LenitiveError
from lenitive_web.attachments.digests import digest_of, digest_of_all
from lenitive_web.attachments.drawing import Drawn
from lenitive_web.attachments.models import Attachment, Enclosure, Look, Piece, Withdrawal
from lenitive_web.audit.actions import write_event
from lenitive_web.ledger.models import Patient
from lenitive_web.people.models import User


@dataclass(frozen=True)
class Told:
    """What somebody says of a document."""

    about: str
    day: date
    region: str = ""
    title: str = ""


class AttachedBeforeError(LenitiveError):
    """The very same file is in this chart. ``before`` is the document."""

    def __init__(self, before: Attachment) -> None:
        self.before = before
        super().__init__("The same file is attached already.")


class WithdrawnError(LenitiveError):
    """The document was withdrawn meanwhile."""


@transaction.atomic
def attach(
    *,
    patient: Patient,
    told: Told,
    file: bytes,
    drawn: Drawn,
    by: User | None,
    is_from_patient: bool = False,
    is_from_desk: bool = False,
    public_id: UUID | None = None,
    address: str | None = None,
) -> Attachment:
    """A document with its pages. Raises :class:`AttachedBeforeError` for a file that stands in the chart already."""
    Patient.objects.select_for_update().get(pk=patient.pk)
    received = sha256(file).hexdigest()
    before = Attachment.objects.filter(patient=patient, received_sha256=received, withdrawal=None).first()
    if before is not None:
        raise AttachedBeforeError(before)
    pieces = _pieces(file, drawn)
    digests = [digest_of(piece.body, piece.words) for piece in pieces]
    made = Attachment(
        patient=patient,
        public_id=public_id or uuid4(),
        about=told.about,
        region=told.region,
        title=told.title,
        day=told.day,
        kind=drawn.kind,
        pages=len(drawn.pages),
        is_kept=drawn.is_kept,
        because=list(drawn.because),
        received_size=len(file),
        received_sha256=received,
        digests=digests,
        digest=digest_of_all(digests),
        recorded_at=timezone.now(),
        by=by,
        is_from_patient=is_from_patient,
        is_from_desk=is_from_desk,
    )
    made.full_clean(exclude=["because", "by"])
    made.save(force_insert=True)
    for piece in pieces:
        piece.attachment = made
    Piece.objects.bulk_create(pieces, batch_size=10)
    _note(made, "document.attached", by, address, f"{made.kind}, {made.pages} pages, {made.digest}")
    return made


def _pieces(file: bytes, drawn: Drawn) -> Sequence[Piece]:
    kept = [Piece(number=0, media="application/pdf", body=file)] if drawn.is_kept else []
    pages = [
        Piece(
            number=number,
            media=page.media,
            width=page.width,
            height=page.height,
            words=page.words,
            body=page.picture,
        )
        for number, page in enumerate(drawn.pages, start=1)
    ]
    return [*kept, *pages]


@transaction.atomic
def withdraw(*, attachment: Attachment, reason: str, by: User, address: str | None = None) -> Withdrawal:
    """Say that a document does not belong here. It goes along with no request any more."""
    _alone_with(attachment)
    made = Withdrawal.objects.create(attachment=attachment, reason=reason, at=timezone.now(), by=by)
    _note(attachment, "document.withdrawn", by, address)
    return made


@transaction.atomic
def look_at(*, attachment: Attachment, by: User, address: str | None = None) -> Look:
    """Say that somebody of the clinic has looked at what a patient sent. The first look counts."""
    _alone_with(attachment)
    made, is_new = Look.objects.get_or_create(attachment=attachment, defaults={"at": timezone.now(), "by": by})
    if is_new:
        _note(attachment, "document.looked_at", by, address)
    return made


@transaction.atomic
def enclose(
    *, attachment: Attachment, kind: str, shows: str, by: User, is_out: bool = False, address: str | None = None
) -> Enclosure:
    """Let a document go along with a request to a payer, or no longer."""
    _alone_with(attachment)
    made = Enclosure.objects.create(
        attachment=attachment, kind=kind, shows=shows, is_out=is_out, at=timezone.now(), by=by
    )
    _note(attachment, "document.taken_out" if is_out else "document.enclosed", by, address, kind)
    return made


def tell_changed(attachment: Attachment, *, by: User, address: str | None = None) -> None:
    """Leave an event: somebody asked for a document that is not what was attached."""
    _note(attachment, "document.changed", by, address)


def _alone_with(attachment: Attachment) -> None:
    """One at a time, and only while the document stands."""
    Patient.objects.select_for_update().get(pk=attachment.patient_id)
    if Withdrawal.objects.filter(attachment=attachment).exists():
        raise WithdrawnError("This document was withdrawn.")


def _note(attachment: Attachment, action: str, by: User | None, address: str | None, more: str = "") -> None:
    write_event(
        practice=attachment.patient.practice,
        by=by,
        action=action,
        patient=attachment.patient.public_id,
        about=f"{attachment.public_id}{', ' if more else ''}{more}",
        address=address,
    )
