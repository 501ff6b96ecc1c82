"""A file comes in: how large it may be, that nothing larger is even read, and what is told of a refusal."""

from __future__ import annotations

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest
from django.utils.translation import gettext as _

from lenitive_web.attachments.apart import drawn_apart
from lenitive_web.attachments.drawing import CannotBeDrawnError, Drawn
from lenitive_web.attachments.words import refused

MEGABYTE = 1_000_000
_ROOM_FOR_THE_FORM = 100_000
_DRAINED = 4
"""A request that is too large is read to its end, up to so many times of what is taken, so that the answer is heard."""


class FileRefusedError(Exception):
    """Nothing of a file is kept; the message says why, and what to do."""


def largest() -> int:
    """Bytes of one file that is taken."""
    return int(settings.ATTACHMENT_MEGABYTES) * MEGABYTE


def too_large() -> str:
    """What is told of a file that is larger."""
    return _("The file is larger than %(most)s MB. Attach it in parts, or smaller.") % {
        "most": settings.ATTACHMENT_MEGABYTES
    }


def is_too_large(request: HttpRequest) -> bool:
    """Whether a request says that it holds more than is taken. Then its rest is thrown away unread."""
    said = int(request.META.get("CONTENT_LENGTH") or 0)
    if said <= largest() + _ROOM_FOR_THE_FORM:
        return False
    left = min(said, _DRAINED * largest())
    while left > 0 and (part := request.read(min(left, MEGABYTE))):
        left -= len(part)
    return True


def received(upload: UploadedFile) -> tuple[bytes, Drawn]:
    """The bytes of a file and its pages. Raises :class:`FileRefusedError`."""
    file = upload.read(largest() + 1)
    if len(file) > largest():
        raise FileRefusedError(too_large())
    try:
        return file, drawn_apart(file)
    except CannotBeDrawnError as problem:
        raise FileRefusedError(refused(problem.why)) from None
