"""Which documents there are. Lists never load bytes; whoever reads a piece gets it only if nobody changed it."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

from django.db.models import Q, QuerySet

from lenitive.errors import LenitiveError
from lenitive_web.attachments.digests import digest_of, digest_of_all
from lenitive_web.attachments.models import About, Attachment, Enclosure, Piece
from lenitive_web.ledger.models import Patient
from lenitive_web.people.models import Practice


class ChangedError(LenitiveError):
    """The bytes in the database are not those that were attached."""


def documents_of(patient: Patient) -> QuerySet[Attachment]:
    """What stands in a chart, the latest day first."""
    return Attachment.objects.filter(patient=patient, withdrawal=None).select_related("by", "look__by", "withdrawal")


def withdrawn_from(patient: Patient) -> QuerySet[Attachment]:
    """What does not belong here any more, with the reason."""
    found = Attachment.objects.filter(patient=patient, withdrawal__isnull=False)
    return found.select_related("by", "withdrawal__by")


def document_of(patient: Patient, public_id: UUID) -> Attachment | None:
    """One document of a chart, withdrawn or not."""
    found = Attachment.objects.filter(patient=patient, public_id=public_id)
    return found.select_related("by", "look__by", "withdrawal__by", "patient__practice").first()


def not_looked_at(practice: Practice) -> QuerySet[Attachment]:
    """What patients sent or the desk scanned and nobody who reads charts has looked at, the oldest first."""
    comes_unread = Q(is_from_patient=True) | (Q(is_from_desk=True) & ~Q(about=About.CARD))
    found = Attachment.objects.filter(comes_unread, patient__practice=practice, look=None, withdrawal=None)
    return found.select_related("patient").order_by("pk")


def piece_of(attachment: Attachment, number: int) -> Piece | None:
    """One piece. Raises :class:`ChangedError` if it is not what was attached."""
    piece = Piece.objects.filter(attachment=attachment, number=number).first()
    if piece is None:
        if number in _numbers(attachment):
            raise ChangedError(f"Piece {number} of document {attachment.public_id} is gone.")
        return None
    _check(attachment, piece)
    return piece


def pages_of(attachment: Attachment) -> Iterator[Piece]:
    """The pages one after the other, each checked; also that none is missing."""
    numbers = _numbers(attachment)
    there = []
    for piece in Piece.objects.filter(attachment=attachment).order_by("number").iterator(chunk_size=10):
        _check(attachment, piece)
        there.append(piece.number)
        if piece.number:
            yield piece
    if there != numbers:
        raise ChangedError(f"Pieces of document {attachment.public_id} are gone.")


def _numbers(attachment: Attachment) -> list[int]:
    return list(range(0 if attachment.is_kept else 1, attachment.pages + 1))


def _check(attachment: Attachment, piece: Piece) -> None:
    place = piece.number - (0 if attachment.is_kept else 1)
    known = attachment.digests[place] if 0 <= place < len(attachment.digests) else None
    is_whole = digest_of_all(attachment.digests) == attachment.digest
    if not is_whole or digest_of(piece.body, piece.words) != known:
        raise ChangedError(f"Piece {piece.number} of document {attachment.public_id} was changed.")


def enclosed_with(patient: Patient, kind: str) -> list[Enclosure]:
    """What goes along with a request, in the order in which it was put there."""
    latest: dict[int, Enclosure] = {}
    found = Enclosure.objects.filter(attachment__patient=patient, kind=kind, attachment__withdrawal=None)
    for one in found.select_related("attachment"):
        latest.pop(one.attachment_id, None)
        latest[one.attachment_id] = one
    return [one for one in latest.values() if not one.is_out]
