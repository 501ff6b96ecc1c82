"""The letter head of a practice, and its logo: drawn anew from the pixels, so that nothing else of a file is kept."""

from __future__ import annotations

import json
from pathlib import Path

import msgspec
import typst

from lenitive.errors import BadInputError

LOGO = Path(__file__).parent / "templates" / "logo.typ"
LARGEST_FILE = 1_000_000
"""Bytes of a file that is taken as a logo."""
LARGEST_SIDE = 4_000
"""Pixels of its longer side; more would only cost memory."""
DOTS_PER_INCH = 216


class LetterHead(msgspec.Struct, frozen=True, kw_only=True):
    """What a practice prints above its letters. ``lines`` begin with its name; ``logo`` is a PNG."""

    lines: list[str]
    contact: list[str] = []
    registrations: list[str] = []
    logo: bytes | None = None


class LogoRefusedError(BadInputError):
    """A file that cannot be a logo; the message says what is wrong with it."""


def redrawn_logo(file: bytes) -> bytes:
    """A logo as a PNG of the size at which it is printed. Raises :class:`LogoRefusedError` for what is no picture."""
    if len(file) > LARGEST_FILE:
        raise LogoRefusedError("the logo", "its size", f"{len(file):,} bytes", f"at most {LARGEST_FILE:,} bytes")
    kind, width, height = _kind_and_size(file)
    if not 0 < max(width, height) <= LARGEST_SIDE:
        raise LogoRefusedError("the logo", "its size", f"{width} × {height} pixels", f"at most {LARGEST_SIDE} a side")
    try:
        drawn = typst.compile(
            str(LOGO),
            root=str(LOGO.parent),
            sys_inputs={"logo": json.dumps(list(file)), "kind": kind},
            format="png",
            ppi=DOTS_PER_INCH,
        )
    except typst.TypstError:
        raise LogoRefusedError("the logo", "its pixels", "a picture that cannot be read", "a PNG or JPEG") from None
    return drawn


def _kind_and_size(file: bytes) -> tuple[str, int, int]:
    """What the file's own first bytes say, whatever its name says."""
    if file.startswith(b"\x89PNG\r\n\x1a\n") and file[12:16] == b"IHDR":
        return "png", int.from_bytes(file[16:20]), int.from_bytes(file[20:24])
    if file.startswith(b"\xff\xd8\xff"):
        return "jpg", *_size_of_jpeg(file)
    raise LogoRefusedError("the logo", "its kind", "neither PNG nor JPEG", "a PNG or JPEG")


_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
"""Markers of a JPEG that begin a frame, which tells width and height."""


def _size_of_jpeg(file: bytes) -> tuple[int, int]:
    at = 2
    while at + 9 < len(file) and file[at] == 0xFF:
        if file[at + 1] in _FRAMES:
            return int.from_bytes(file[at + 7 : at + 9]), int.from_bytes(file[at + 5 : at + 7])
        at += 2 + int.from_bytes(file[at + 2 : at + 4])
    raise LogoRefusedError("the logo", "its pixels", "a JPEG without a frame", "a PNG or JPEG")
