"""What goes along with a request to a payer, ready for the packet."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext_lazy

from lenitive.documents.enclosures import EnclosedPage
from lenitive.documents.enclosures import Enclosure as Enclosed
from lenitive_web.attachments.models import Attachment
from lenitive_web.attachments.naming import name_of
from lenitive_web.attachments.selectors import enclosed_with, pages_of
from lenitive_web.attachments.serving import ENDINGS
from lenitive_web.attachments.whole import Whole, whole
from lenitive_web.ledger.models import Patient

MOST_APPENDED = 60
MOST_BYTES = 20_000_000
"""Pages, and bytes of them, that one packet takes along; a document that would make it more is sent apart."""
NOT_WHAT_IT_WAS = gettext_lazy("A document that goes along is not what was attached. Open it, or take it out.")


def enclosures_of(patient: Patient, kind: str) -> tuple[list[Enclosed], dict[str, bytes]]:
    """The documents of a request with their pages, and the pictures of these pages by name.

    Raises :class:`lenitive_web.attachments.selectors.ChangedError` if one is not what was attached.
    """
    found: list[Enclosed] = []
    pictures: dict[str, bytes] = {}
    for enclosure in enclosed_with(patient, kind):
        one = enclosure.attachment
        pages, bodies = _pages(one) if len(pictures) + one.pages <= MOST_APPENDED else ([], {})
        if _size(pictures) + _size(bodies) > MOST_BYTES:
            pages, bodies = [], {}
        pictures |= bodies
        found.append(_enclosed(one, enclosure.shows, pages))
    return found, pictures


def enclosures_named(patient: Patient, kind: str) -> list[Enclosed]:
    """The documents of a request by name, without their pages."""
    return [_enclosed(one.attachment, one.shows, []) for one in enclosed_with(patient, kind)]


@dataclass(frozen=True)
class Along:
    """A document that goes along with a request as a file of its own; without ``file`` it is too large for that."""

    attachment: Attachment
    shows: str
    file: Whole | None


def files_of(patient: Patient, kind: str) -> list[Along]:
    """The documents of a request as files, as far as they fit into one request together.

    Raises :class:`lenitive_web.attachments.selectors.ChangedError` if one is not what was attached.
    """
    found: list[Along] = []
    size = 0
    for enclosure in enclosed_with(patient, kind):
        held = whole(enclosure.attachment)
        fits = size + len(held.body) <= MOST_BYTES
        size += len(held.body) if fits else 0
        found.append(Along(enclosure.attachment, enclosure.shows, held if fits else None))
    return found


def _pages(one: Attachment) -> tuple[list[EnclosedPage], dict[str, bytes]]:
    pages, bodies = [], {}
    for piece in pages_of(one):
        name = f"document-{one.pk}-{piece.number}.{ENDINGS[piece.media]}"
        bodies[name] = bytes(piece.body)
        pages.append(EnclosedPage(picture=name, words=" ".join(piece.words.split())))
    return pages, bodies


def _size(bodies: dict[str, bytes]) -> int:
    return sum(len(body) for body in bodies.values())


def _enclosed(one: Attachment, shows: str, pages: list[EnclosedPage]) -> Enclosed:
    return Enclosed(
        title=name_of(one),
        day=one.day,
        about=str(one.get_about_display()),
        shows=[shows] if shows else [],
        number_of_pages=one.pages,
        pages=pages,
    )
