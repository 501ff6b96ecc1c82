"""A document in one piece, as it leaves for another system: the file as it came, one picture, or its pages as a PDF."""

from __future__ import annotations

from dataclasses import dataclass

from lenitive.documents.enclosures import EnclosedPage, Sheets
from lenitive.documents.typesetting import pdf
from lenitive_web.attachments.models import Attachment, Piece
from lenitive_web.attachments.naming import name_of
from lenitive_web.attachments.selectors import pages_of, piece_of
from lenitive_web.attachments.serving import ENDINGS

PDF = "application/pdf"


@dataclass(frozen=True)
class Whole:
    """The bytes of a document and what they are."""

    media: str
    body: bytes


def media_of(attachment: Attachment) -> str:
    """What a document's bytes are, without reading them."""
    if attachment.is_kept or attachment.pages > 1:
        return PDF
    return str(Piece.objects.filter(attachment=attachment, number=1).values_list("media", flat=True).get())


def size_of(attachment: Attachment) -> int | None:
    """How many bytes there are; unknown before they are read where the file was not kept as it came."""
    return attachment.received_size if attachment.is_kept else None


def whole(attachment: Attachment) -> Whole:
    """A document's bytes.

    Raises :class:`lenitive_web.attachments.selectors.ChangedError` if they are not what was attached.
    """
    if attachment.is_kept and (kept := piece_of(attachment, 0)) is not None:
        return Whole(kept.media, bytes(kept.body))
    pages = list(pages_of(attachment))
    if len(pages) == 1:
        return Whole(pages[0].media, bytes(pages[0].body))
    return Whole(PDF, _bound(attachment, pages))


def _bound(attachment: Attachment, pages: list[Piece]) -> bytes:
    """The pages as one PDF, each picture as it is."""
    pictures = {f"page-{one.number}.{ENDINGS[one.media]}": bytes(one.body) for one in pages}
    words = [" ".join(one.words.split()) for one in pages]
    sheets = [EnclosedPage(picture=name, words=said) for name, said in zip(pictures, words, strict=True)]
    return pdf(Sheets(title=name_of(attachment), as_of=attachment.day, pages=sheets), pictures).body
