"""A practice's letter head stands on what it prints; a logo keeps nothing of its file but the pixels."""

from __future__ import annotations

import struct
import zlib

import msgspec
import pytest
import typst

from lenitive.documents.letter_head import LetterHead, LogoRefusedError, redrawn_logo
from lenitive.documents.packet import packet, summary
from lenitive.documents.typesetting import fitted, images, pdf

HEAD = LetterHead(
    lines=["Example Spine and Pain", "12 Harbour Street", "Dayton, OH 45402"],
    contact=["Telephone 555 0100", "Fax 555 0101"],
    registrations=["NPI 1234567893"],
)


def png(width: int = 60, height: int = 20, more: bytes = b"") -> bytes:
    """A green PNG, written by hand, with ``more`` chunks in it."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    rows = (b"\x00" + b"\x10\x80\x40" * width) * min(height, 200)
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    comment = chunk(b"tEXt", b"Comment\x00" + more) if more else b""
    body = chunk(b"IHDR", header) + comment + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + body


def test_a_logo_is_drawn_anew_from_its_pixels() -> None:
    file = png(more=b"<script>alert(1)</script>")
    kept = redrawn_logo(file)
    assert kept.startswith(b"\x89PNG")
    assert b"script" not in kept
    assert int.from_bytes(kept[16:20]) > int.from_bytes(kept[20:24]) > 0


def test_a_picture_of_the_other_kind_is_taken_too() -> None:
    source = "#set page(width: 60pt, height: 20pt, margin: 0pt, fill: green)\n"
    drawn = typst.compile(source.encode(), format="png")
    assert redrawn_logo(bytes(drawn)).startswith(b"\x89PNG")


@pytest.mark.parametrize(
    ("file", "problem"),
    [
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "neither PNG nor JPEG"),
        (b"%PDF-1.7", "neither PNG nor JPEG"),
        (b"", "neither PNG nor JPEG"),
        (png()[:-30], "cannot be read"),
        (png(50_000, 50_000), "50000 × 50000 pixels"),
        (b"\xff\xd8\xff\xe0\x00\x04ab", "JPEG without a frame"),
        (b"\x89PNG" + b"\x00" * 1_000_001, "1,000,005 bytes"),
    ],
)
def test_what_is_no_logo_is_refused_with_the_reason(file: bytes, problem: str) -> None:
    with pytest.raises(LogoRefusedError, match=problem):
        redrawn_logo(file)


@pytest.fixture(params=[None, redrawn_logo(png())], ids=["without logo", "with logo"])
def head(request):
    return msgspec.structs.replace(HEAD, logo=request.param)


@pytest.mark.parametrize("make", [packet, summary])
def test_the_letter_head_stands_on_the_pages(make, head, authorizations):
    chart, request = authorizations[0]
    plain = make(request, chart)
    headed = msgspec.structs.replace(plain, head=head)
    assert pdf(headed).is_accessible
    assert images(headed, 40)[0] != images(plain, 40)[0]


def test_a_summary_stays_on_one_page_under_a_letter_head(head, authorizations):
    for chart, request in authorizations:
        page = msgspec.structs.replace(summary(request, chart), head=head)
        assert len(images(fitted(page), 20)) == 1


def test_no_text_of_a_letter_head_is_read_as_markup(authorizations):
    chart, request = authorizations[0]
    head = LetterHead(lines=['#panic("read") *b* $x$'], contact=["@ref <l>"], registrations=["`raw` ["])
    assert pdf(msgspec.structs.replace(summary(request, chart), head=head)).is_accessible
