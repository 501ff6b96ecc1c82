"""From a packet to pages, with Typst. The data goes in as JSON; no text of a chart is ever read as Typst."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from shutil import copytree
from tempfile import TemporaryDirectory
from typing import Any, Literal

import msgspec
import typst

from lenitive.documents.appeal import Appeal
from lenitive.documents.enclosures import Pictures, Sheets
from lenitive.documents.packet import Packet, Summary, shortened

TEMPLATES = Path(__file__).parent / "templates"
Template = Literal["packet", "summary", "appeal", "sheets"]
Content = Packet | Summary | Appeal | Sheets


class Pages(msgspec.Struct, frozen=True, kw_only=True):
    """A PDF. ``is_accessible`` is false where a sign that no font has kept it from being PDF/UA."""

    body: bytes
    is_accessible: bool


def pdf(content: Content, pictures: Pictures | None = None) -> Pages:
    """The pages as PDF/UA-1: tagged, with title, language and descriptions of the drawings; a summary on one page.

    ``pictures`` are the pages of the enclosures of a packet.
    """
    content = fitted(content) if isinstance(content, Summary) else content
    if pictures:
        with TemporaryDirectory() as folder:
            return _pdf(content, _with_pictures(Path(folder), pictures))
    return _pdf(content, TEMPLATES)


def _with_pictures(folder: Path, pictures: Pictures) -> Path:
    """A folder with the templates and the pictures, for Typst reads nothing that stands elsewhere."""
    copytree(TEMPLATES, folder, dirs_exist_ok=True)
    for name, body in pictures.items():
        if Path(name).name != name or name == "..":
            raise ValueError(f"{name!r} is not the bare name of a picture")
        (folder / name).write_bytes(body)
    return folder


def _pdf(content: Content, folder: Path) -> Pages:
    try:
        return Pages(body=_compiled(content, folder, standard="ua-1"), is_accessible=True)
    except typst.TypstError:
        return Pages(body=_compiled(content, folder, standard=None), is_accessible=False)


def fitted(page: Summary) -> Summary:
    """The summary cut down until it fits on one page."""
    while len(images(page, 4)) > 1 and (shorter := shortened(page)):
        page = shorter
    return page


def _compiled(content: Content, folder: Path, standard: Literal["ua-1"] | None) -> bytes:
    body = typst.compile(
        str(folder / f"{_template(content)}.typ"),
        root=str(folder),
        sys_inputs=_inputs(content),
        pdf_standards=standard,
        timestamp=_noon(content.as_of),
    )
    return _only(body)


def images(content: Content, dots_per_inch: float = 80) -> list[bytes]:
    """Each page as PNG, to be looked at."""
    pages: Any = typst.compile(
        str(TEMPLATES / f"{_template(content)}.typ"),
        root=str(TEMPLATES),
        sys_inputs=_inputs(content),
        format="png",
        ppi=dots_per_inch,
    )
    return [bytes(page) for page in pages] if isinstance(pages, list) else [_only(pages)]


def _template(content: Content) -> Template:
    return _TEMPLATES[type(content)]


_TEMPLATES: Mapping[type[Content], Template] = {
    Packet: "packet",
    Summary: "summary",
    Appeal: "appeal",
    Sheets: "sheets",
}


def _inputs(content: Content) -> dict[str, str]:
    """The data, and the letter head's logo as numbers, because Typst reads no bytes from JSON."""
    logo = content.head.logo if content.head else None
    return {"data": msgspec.json.encode(content).decode(), "logo": str(list(logo or b""))}


def _noon(day: date) -> int:
    """The one instant that stands for a day, so that the same chart and day give the same file."""
    return int(datetime(day.year, day.month, day.day, 12, tzinfo=UTC).timestamp())


def _only(pages: Any) -> bytes:
    """Typst gives bytes for one page or one document, else a list."""
    return bytes(pages[0] if isinstance(pages, list) else pages)
