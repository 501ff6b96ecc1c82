"""A file that somebody sends, turned into pages that can be looked at and do nothing else.

What a file is, its own first bytes say. Every page is drawn anew: a picture holds pixels and nothing of what the file
held beside them (place and device of a photograph, hidden data, programs). A PDF that can do nothing but be read may be
kept as it came, beside its pages; of any other only the pages are kept.

This runs in a process of its own (``apart.py``), which knows nothing of the clinic and may use so much memory and time.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from io import BytesIO
from itertools import chain
from typing import Any, Literal

import msgspec
import pypdfium2 as pdfium
from PIL import Image, ImageChops, ImageCms, ImageOps, ImageSequence
from pypdf import PdfReader
from pypdf.errors import PyPdfError
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject

Kind = Literal["pdf", "jpeg", "png", "tiff"]
Because = Literal["script", "action", "embedded", "program", "locked", "more", "unchecked"]
"""Why a PDF is not kept as it came."""
Refusal = Literal[
    "empty", "unknown", "heic", "dicom", "office", "password", "damaged", "no_pages", "many_pages", "large_picture",
    "large_drawn", "work",
]  # fmt: skip

MOST_PAGES = 100
MOST_PIXELS = 120_000_000
"""Of one picture as it comes: the largest that telephones take have about so many."""
LONGEST_SIDE = 2_400
"""Pixels of a page's longer side as it is drawn: small print can be read, and no page costs more."""
DOTS_PER_INCH = 150
MOST_DRAWN = 80_000_000
"""Bytes of all pages together."""
MOST_WORDS = 20_000
"""Characters of one page that are kept as text."""
WHITE = (255, 255, 255)


class Page(msgspec.Struct, frozen=True, kw_only=True):
    """One page as a picture, with the words that the file gives for it."""

    picture: bytes
    media: Literal["image/png", "image/jpeg"]
    width: int
    height: int
    words: str = ""


class Drawn(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """A file as pages. ``because`` says why the file itself is not kept; a picture never is, being drawn anew."""

    kind: Kind
    pages: list[Page]
    because: list[Because] = []

    @property
    def is_kept(self) -> bool:
        """Whether the file may be kept as it came."""
        return self.kind == "pdf" and not self.because


class Refused(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """A file of which nothing can be kept, and why."""

    why: Refusal


class CannotBeDrawnError(Exception):
    """Nothing of a file can be kept; ``why`` is one of the refusals."""

    def __init__(self, why: Refusal) -> None:
        self.why: Refusal = why
        super().__init__(why)


def drawn(file: bytes) -> Drawn:
    """The pages of a file. Raises :class:`CannotBeDrawnError`."""
    kind = kind_of(file)
    if kind == "pdf":
        return Drawn(kind=kind, pages=_bounded(_pages_of_pdf(file)), because=sorted(reasons_not_to_keep(file)))
    return Drawn(kind=kind, pages=_bounded(_pages_of_picture(file, kind)))


# --- what it is ------------------------------------------------------------------------------------------------------

_SIGNS: tuple[tuple[bytes, Kind], ...] = (
    (b"\xff\xd8\xff", "jpeg"),
    (b"\x89PNG\r\n\x1a\n", "png"),
    (b"II*\x00", "tiff"),
    (b"MM\x00*", "tiff"),
)
_HEAD_OF_PDF = 1024
"""Readers of PDF look for its sign in so many first bytes."""
_OFFICE = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"{\\rtf")


def kind_of(file: bytes) -> Kind:
    """What a file's own bytes say, whatever its name or sender says."""
    if not file:
        raise CannotBeDrawnError("empty")
    for sign, kind in _SIGNS:
        if file.startswith(sign):
            return kind
    if b"%PDF-" in file[:_HEAD_OF_PDF]:
        return "pdf"
    if file[4:8] == b"ftyp" and file[8:12] in (b"heic", b"heix", b"mif1", b"msf1", b"hevc", b"avif"):
        raise CannotBeDrawnError("heic")
    if file[128:132] == b"DICM":
        raise CannotBeDrawnError("dicom")
    raise CannotBeDrawnError("office" if file.startswith(_OFFICE) else "unknown")


def _bounded(pages: Iterable[Page]) -> list[Page]:
    found, size = [], 0
    for page in pages:
        size += len(page.picture)
        if size > MOST_DRAWN:
            raise CannotBeDrawnError("large_drawn")
        found.append(page)
    return found


# --- pictures --------------------------------------------------------------------------------------------------------


def _pages_of_picture(file: bytes, kind: Kind) -> Iterator[Page]:
    try:
        image = Image.open(BytesIO(file), formats=[kind.upper()])
        frames = getattr(image, "n_frames", 1) if kind == "tiff" else 1
        if frames > MOST_PAGES:
            raise CannotBeDrawnError("many_pages")
        for frame in ImageSequence.Iterator(image) if frames > 1 else [image]:
            yield _page(_redrawn(frame))
    except (OSError, SyntaxError, ValueError, EOFError, Image.DecompressionBombError) as problem:
        if isinstance(problem, Image.DecompressionBombError):
            raise CannotBeDrawnError("large_picture") from None
        raise CannotBeDrawnError("damaged") from problem


def _redrawn(image: Image.Image) -> Image.Image:
    """The pixels, upright, in the colours that every screen has, on white, no larger than a page is drawn."""
    width, height = image.size
    if width * height > MOST_PIXELS:
        raise CannotBeDrawnError("large_picture")
    image.load()
    upright = ImageOps.exif_transpose(image)
    if upright.mode.startswith(("I", "F")):
        upright = _stretched(upright)
    upright = _on_white(_in_common_colours(upright))
    upright.thumbnail((LONGEST_SIDE, LONGEST_SIDE), Image.Resampling.LANCZOS)
    bare = Image.new("RGB", upright.size)
    bare.paste(upright)
    return bare


def _stretched(image: Image.Image) -> Image.Image:
    """Sixteen shades of depth as eight: from the darkest to the lightest that there is."""
    deep = image.convert("F")
    low, high = deep.getextrema()
    scale = 255 / (high - low) if high > low else 0
    return deep.point(lambda value: value * scale - low * scale).convert("L")


def _in_common_colours(image: Image.Image) -> Image.Image:
    profile = image.info.get("icc_profile")
    if not profile or image.mode not in ("RGB", "CMYK", "L"):
        return image
    try:
        return ImageCms.profileToProfile(
            image, ImageCms.ImageCmsProfile(BytesIO(profile)), ImageCms.createProfile("sRGB"), outputMode="RGB"
        )
    except (ImageCms.PyCMSError, OSError):
        return image


def _on_white(image: Image.Image) -> Image.Image:
    if not image.has_transparency_data:
        return image.convert("RGB")
    clear = image.convert("RGBA")
    paper = Image.new("RGBA", clear.size, (*WHITE, 255))
    return Image.alpha_composite(paper, clear).convert("RGB")


def _page(image: Image.Image, words: str = "") -> Page:
    """The picture in the smaller of the two forms that every browser and Typst can show."""
    shades = _in_shades(image)
    as_png, as_jpeg = BytesIO(), BytesIO()
    shades.save(as_png, "PNG")
    shades.save(as_jpeg, "JPEG", quality=85)
    is_png = as_png.tell() <= as_jpeg.tell()
    return Page(
        picture=(as_png if is_png else as_jpeg).getvalue(),
        media="image/png" if is_png else "image/jpeg",
        width=image.width,
        height=image.height,
        words=words,
    )


def _in_shades(image: Image.Image) -> Image.Image:
    """A picture without colour as shades alone."""
    red, green, blue = image.split()
    is_grey = not any(ImageChops.difference(red, other).getbbox() for other in (green, blue))
    return red if is_grey else image


# --- PDF -------------------------------------------------------------------------------------------------------------


def _pages_of_pdf(file: bytes) -> Iterator[Page]:
    try:
        document = pdfium.PdfDocument(file)
    except pdfium.PdfiumError as problem:
        raise CannotBeDrawnError("password" if "password" in str(problem).lower() else "damaged") from None
    try:
        number = len(document)
        if number == 0:
            raise CannotBeDrawnError("no_pages")
        if number > MOST_PAGES:
            raise CannotBeDrawnError("many_pages")
        document.init_forms()
        for index in range(number):
            yield _page_of_pdf(document, index)
    except pdfium.PdfiumError:
        raise CannotBeDrawnError("damaged") from None
    finally:
        document.close()


def _page_of_pdf(document: pdfium.PdfDocument, index: int) -> Page:
    page = document[index]
    longest = max(page.get_size())
    if longest <= 0:
        raise CannotBeDrawnError("damaged")
    scale = min(DOTS_PER_INCH / 72, LONGEST_SIDE / longest)
    image = page.render(scale=scale).to_pil().convert("RGB")
    return _page(image, _words(page.get_textpage().get_text_bounded()))


def _words(said: str) -> str:
    """Words as any database takes them: no control signs, no halves of characters."""
    whole = said.encode("utf-8", "replace").decode("utf-8")
    lines = ("".join(sign for sign in line if sign.isprintable()).strip() for line in whole.splitlines())
    return "\n".join(line for line in lines if line)[:MOST_WORDS]


_ACTS: dict[str, Because] = {
    "/JavaScript": "script",
    "/Launch": "action",
    "/SubmitForm": "action",
    "/ImportData": "action",
    "/GoToR": "action",
    "/GoToE": "action",
    "/Rendition": "action",
    "/Movie": "action",
    "/Sound": "action",
    "/RichMediaExecute": "action",
}
"""What an action of a PDF can be, beside leading to a page or an address."""
_HOLDS: dict[str, Because] = {
    "/JS": "script",
    "/JavaScript": "script",
    "/EmbeddedFiles": "embedded",
    "/EF": "embedded",
    "/XFA": "program",
    "/RichMediaContent": "program",
}
_IS: dict[str, Because] = {
    "/EmbeddedFile": "embedded",
    "/FileAttachment": "embedded",
    "/RichMedia": "program",
    "/3D": "program",
    "/Screen": "program",
    "/Movie": "program",
    "/Sound": "program",
}


def reasons_not_to_keep(file: bytes) -> set[Because]:
    """What a PDF can do beside being read. What cannot be looked through entirely is not kept either."""
    found: set[Because] = set()
    if not file.startswith(b"%PDF-") or file.rpartition(b"%%EOF")[2].strip(b"\r\n\t \0"):
        found.add("more")
    try:
        reader = PdfReader(BytesIO(file), strict=True)
        if reader.is_encrypted:
            return found | {"locked"}
        for one in _dictionaries(reader):
            found.update(_reasons_in(one))
    except (PyPdfError, ValueError, KeyError, TypeError, IndexError, AttributeError, OSError, RecursionError):
        found.add("unchecked")
    return found


def _reasons_in(one: DictionaryObject) -> Iterator[Because]:
    for name in one:
        if name in _HOLDS:
            yield _HOLDS[name]
    for name, known in (("/S", _ACTS), ("/Type", _IS), ("/Subtype", _IS)):
        value = one.raw_get(name) if name in one else None
        if isinstance(value, str) and value in known:
            yield known[value]


def _dictionaries(reader: PdfReader) -> Iterator[DictionaryObject]:
    """Every dictionary of the file, whether any page leads to it or not."""
    numbered = chain(
        ((number, generation) for generation, places in reader.xref.items() for number in places),
        ((number, 0) for number in reader.xref_objStm),
    )
    waiting: list[Any] = [reader.trailer]
    for number, generation in numbered:
        waiting.append(reader.get_object(IndirectObject(number, generation, reader)))
        while waiting:
            one = waiting.pop()
            if isinstance(one, DictionaryObject):
                yield one
                waiting += [one.raw_get(name) for name in one]
            elif isinstance(one, ArrayObject):
                waiting += list(one)
