"""How a document is named: in words, and as the source of what was read in it."""

from __future__ import annotations

import re
from uuid import UUID

from django.utils import translation

from lenitive_web.attachments.models import About, Attachment
from lenitive_web.attachments.words import REGIONS

_SOURCE = re.compile(r"\(document ([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\)$")


def name_of(attachment: Attachment) -> str:
    """The title that somebody gave, else what it is about."""
    if attachment.title:
        return attachment.title
    about, region = str(About(attachment.about).label), REGIONS.get(attachment.region)
    return f"{about}, {str(region).lower()}" if region else about


def source_of(attachment: Attachment) -> str:
    """Where a fact that was read in a document comes from. It is part of the record: the same in every language."""
    with translation.override("en"):
        return f"{name_of(attachment)}, {attachment.day.isoformat()} (document {attachment.public_id})"


def document_in(source: str) -> UUID | None:
    """The document that a fact's source names, if it names one."""
    found = _SOURCE.search(source)
    return UUID(found[1]) if found else None
