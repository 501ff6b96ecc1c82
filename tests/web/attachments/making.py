"""Files as they come: a small report, and what somebody could hide in one."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import cache
from io import BytesIO
from typing import Any
from uuid import UUID

import typst
from PIL import Image, ImageDraw
from pypdf import PdfReader, PdfWriter
from pypdf.generic import ArrayObject, DictionaryObject, NameObject, NumberObject, TextStringObject

from lenitive_web.attachments.actions import Told, attach
from lenitive_web.attachments.drawing import drawn
from lenitive_web.attachments.models import Attachment
from lenitive_web.ledger.models import Patient
from lenitive_web.people.models import User

DAY = date(2026, 3, 2)
MRI = Told(about="imaging", day=DAY, region="low_back", title="MRI of the lumbar spine")
WORDS = "Facet joint effusion at L4-5 on the left."


@cache
def report(words: str = WORDS, pages: int = 1) -> bytes:
    """A report of an MRI."""
    page = "= MRI of the lumbar spine\nMarch 2, 2026\n\n" + words
    return bytes(
        typst.compile(f"#set page(width: 8.5in, height: 11in)\n{' #pagebreak() '.join([page] * pages)}".encode())
    )


def picture(kind: str = "PNG", size: tuple[int, int] = (60, 40), **options: Any) -> bytes:
    """A red picture with a dark half."""
    image = Image.new("RGB", size, (200, 30, 30))
    ImageDraw.Draw(image).rectangle((0, 0, size[0] // 2, size[1]), fill=(20, 20, 20))
    return saved(image, kind, **options)


def saved(image: Image.Image, kind: str, **options: Any) -> bytes:
    out = BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def photograph(place: str = "N 47.3769") -> bytes:
    """A photograph that knows where it was taken, and by what; lying on its side."""
    image = Image.new("RGB", (80, 40), (200, 30, 30))
    about = Image.Exif()
    about[0x0112] = 6  # the camera was turned
    about[0x010F] = "Maker of cameras"
    about.get_ifd(0x8825)[1] = place
    return saved(image, "JPEG", exif=about.tobytes(), comment=b"a comment")


def changed(change: Callable[[PdfWriter], object], file: bytes | None = None) -> bytes:
    """A report after something was done to it."""
    writer = PdfWriter(clone_from=PdfReader(BytesIO(file or report())))
    change(writer)
    out = BytesIO()
    writer.write(out)
    return out.getvalue()


def with_program() -> bytes:
    action = DictionaryObject(
        {NameObject("/S"): NameObject("/JavaScript"), NameObject("/JS"): TextStringObject("app.alert('hello')")}
    )

    def name(writer: PdfWriter) -> None:
        named = ArrayObject([TextStringObject("hello"), writer._add_object(action)])
        tree = DictionaryObject({NameObject("/JavaScript"): DictionaryObject({NameObject("/Names"): named})})
        writer.root_object[NameObject("/Names")] = tree

    return changed(name)


def with_hidden_program() -> bytes:
    """The program is no action of the document, but of a field on the page, and its name is written in another way."""
    action = DictionaryObject(
        {NameObject("/S"): NameObject("/JavaScriptXX"), NameObject("/JSXX"): TextStringObject("x()")}
    )
    field = DictionaryObject(
        {
            NameObject("/Type"): NameObject("/Annot"),
            NameObject("/Subtype"): NameObject("/Widget"),
            NameObject("/Rect"): ArrayObject([NumberObject(n) for n in (0, 0, 9, 9)]),
            NameObject("/AA"): DictionaryObject({NameObject("/E"): action}),
        }
    )

    def hide(writer: PdfWriter) -> None:
        writer.pages[0][NameObject("/Annots")] = ArrayObject([writer._add_object(field)])

    return changed(hide).replace(b"/JavaScriptXX", b"/J#61vaScript").replace(b"/JSXX", b"/#4AS")


def with_launch() -> bytes:
    action = DictionaryObject({NameObject("/S"): NameObject("/Launch"), NameObject("/F"): TextStringObject("cmd.exe")})

    def start(writer: PdfWriter) -> None:
        writer.root_object[NameObject("/OpenAction")] = action

    return changed(start)


def with_file_inside() -> bytes:
    return changed(lambda writer: writer.add_attachment("other.exe", b"MZ"))


def with_form_program() -> bytes:
    def add(writer: PdfWriter) -> None:
        form = DictionaryObject({NameObject("/XFA"): TextStringObject("<xdp/>")})
        writer.root_object[NameObject("/AcroForm")] = form

    return changed(add)


def locked(password: str) -> bytes:
    return changed(lambda writer: writer.encrypt(password, owner_password="owner", algorithm="AES-256"))


def attached(
    patient: Patient,
    by: User | None,
    *,
    file: bytes | None = None,
    told: Told = MRI,
    number: UUID | None = None,
    **more: Any,
) -> Attachment:
    """A document in a chart."""
    body = file or report()
    return attach(patient=patient, told=told, file=body, drawn=drawn(body), by=by, public_id=number, **more)
