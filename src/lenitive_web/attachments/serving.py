"""How a piece of a document leaves the clinic: as what it is, and able to do nothing."""

from __future__ import annotations

from typing import Literal

from django.http import HttpResponse

from lenitive_web.attachments.models import Attachment, Piece

ENDINGS = {"application/pdf": "pdf", "image/png": "png", "image/jpeg": "jpg"}
INERT = {
    # Nothing in it may run, load, be framed by a page, or be read by another site's.
    "Content-Security-Policy": "default-src 'none'; sandbox; frame-ancestors 'none'; form-action 'none'",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "private, no-store",
    "Referrer-Policy": "no-referrer",
}


def file_name(attachment: Attachment, piece: Piece) -> str:
    """A name that says nothing of the patient, and nothing that somebody typed."""
    page = f"-page-{piece.number}" if piece.number else ""
    return f"document-{str(attachment.public_id)[:8]}{page}.{ENDINGS[piece.media]}"


def served(attachment: Attachment, piece: Piece, disposition: Literal["inline", "attachment"]) -> HttpResponse:
    """The bytes of a piece. A picture that was drawn here may stand in a page; a file is only ever saved."""
    name = file_name(attachment, piece)
    headers = {**INERT, "Content-Disposition": f'{disposition}; filename="{name}"'}
    return HttpResponse(bytes(piece.body), content_type=piece.media, headers=headers)
