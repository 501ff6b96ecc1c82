"""A file becomes pages that do nothing: what it is, its bytes say; what it hides is left behind, or it is refused."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable
from io import BytesIO

import pytest
from PIL import Image

from lenitive_web.attachments import apart, drawing
from lenitive_web.attachments.apart import drawn_apart
from lenitive_web.attachments.drawing import CannotBeDrawnError, drawn
from lenitive_web.attachments.words import REASONS, REFUSALS, refused
from tests.web.attachments import making


def opened(page: drawing.Page) -> Image.Image:
    return Image.open(BytesIO(page.picture))


def why_not(file: bytes) -> str:
    with pytest.raises(CannotBeDrawnError) as refusal:
        drawn(file)
    assert str(REFUSALS[refusal.value.why])
    return refusal.value.why


# --- what is taken ---------------------------------------------------------------------------------------------------


def test_a_report_is_kept_as_it_came_beside_its_pages_and_their_words() -> None:
    found = drawn(making.report(pages=3))
    assert (found.kind, len(found.pages), found.because, found.is_kept) == ("pdf", 3, [], True)
    assert making.WORDS in found.pages[0].words.replace("\n", " ")
    first = opened(found.pages[0])
    assert first.size == (found.pages[0].width, found.pages[0].height)
    assert first.width > 1200, "letters can be read"
    assert first.convert("L").getextrema() == (0, 255), "black on white"


@pytest.mark.parametrize(("saved_as", "kind"), [("PNG", "png"), ("JPEG", "jpeg"), ("TIFF", "tiff")])
def test_a_picture_is_what_its_bytes_say(saved_as: str, kind: str) -> None:
    found = drawn(making.picture(saved_as))
    assert (found.kind, len(found.pages), found.is_kept) == (kind, 1, False)
    red, green, blue = opened(found.pages[0]).convert("RGB").getpixel((55, 20))  # type: ignore[misc]
    assert (red > 180, green < 60, blue < 60) == (True, True, True)


def test_each_sheet_of_a_fax_is_a_page() -> None:
    sheets = [Image.new("1", (30, 40), 1) for _ in range(3)]
    fax = making.saved(sheets[0], "TIFF", save_all=True, append_images=sheets[1:], compression="group4")
    assert len(drawn(fax).pages) == 3


def test_a_photograph_loses_place_and_device_and_stands_upright() -> None:
    file = making.photograph()
    assert b"Maker of cameras" in file
    page = drawn(file).pages[0]
    assert (page.width, page.height) == (40, 80), "it lay on its side"
    assert not opened(page).getexif()
    for hidden in (b"Maker of cameras", b"47.3769", b"a comment", b"Exif"):
        assert hidden not in page.picture


def test_what_is_clear_becomes_white_and_sixteen_shades_of_depth_stay_visible() -> None:
    clear = making.saved(Image.new("RGBA", (9, 9), (0, 0, 0, 0)), "PNG")
    assert opened(drawn(clear).pages[0]).convert("RGB").getpixel((4, 4)) == (255, 255, 255)
    deep = Image.new("I;16", (9, 9), 1000)
    deep.putpixel((4, 4), 40_000)
    shades = opened(drawn(making.saved(deep, "PNG")).pages[0]).convert("L")
    assert shades.getpixel((4, 4)) - shades.getpixel((0, 0)) > 200  # type: ignore[operator]


def test_a_large_picture_is_drawn_no_larger_than_a_page() -> None:
    page = drawn(making.picture("JPEG", (5000, 3000))).pages[0]
    assert (page.width, page.height) == (2400, 1440)


def test_a_page_as_large_as_a_house_is_drawn_no_larger_than_others() -> None:
    import typst

    house = bytes(typst.compile(b"#set page(width: 190in, height: 100in)\nhouse"))
    page = drawn(house).pages[0]
    assert max(page.width, page.height) <= 2401


# --- what is hidden --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("made", "because"),
    [
        (making.with_program, "script"),
        (making.with_hidden_program, "script"),
        (making.with_launch, "action"),
        (making.with_file_inside, "embedded"),
        (making.with_form_program, "program"),
        (lambda: making.locked(""), "locked"),
        (lambda: making.report() + b"PK\x03\x04 an archive", "more"),
        (lambda: b"MZ a program\n" + making.report(), "more"),
    ],
    ids=["script", "hidden script", "launch", "embedded", "form", "locked", "behind", "before"],
)
def test_of_a_pdf_that_can_do_more_than_be_read_only_the_pages_are_kept(
    made: Callable[[], bytes], because: drawing.Because
) -> None:
    found = drawn(made())
    assert because in found.because
    assert str(REASONS[because])
    assert not found.is_kept
    assert making.WORDS in found.pages[0].words.replace("\n", " "), "the report itself is there"


def test_a_pdf_with_a_link_and_a_table_of_contents_is_harmless() -> None:
    import typst

    linked = b'#outline()\n= One\n#link("https://example.org")[there] #lorem(20)\n#pagebreak()\n= Two'
    assert drawn(bytes(typst.compile(linked))).because == []


def test_what_cannot_be_looked_through_is_not_kept() -> None:
    whole = making.report()
    astray = whole[: whole.rfind(b"startxref")] + b"startxref\n999999\n%%EOF"
    assert drawn(astray).because == ["unchecked"], "one reader mends it so, another otherwise"


def test_a_picture_leaves_behind_what_was_appended_to_it() -> None:
    for saved_as in ("JPEG", "PNG"):
        both = making.picture(saved_as) + b"%PDF-1.7 <script>alert(1)</script> PK\x03\x04"
        page = drawn(both).pages[0]
        assert b"script" not in page.picture
        assert b"%PDF" not in page.picture


# --- what is refused -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("file", "why"),
    [
        (b"", "empty"),
        (b"<html><script>alert(1)</script>", "unknown"),
        (b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "unknown"),
        (b"GIF89a" + bytes(40), "unknown"),
        (b"\0\0\0\x18ftypheic" + bytes(40), "heic"),
        (bytes(128) + b"DICM" + bytes(40), "dicom"),
        (b"PK\x03\x04" + bytes(40), "office"),
        (b"%PDF-1.7\n", "damaged"),
        (b"\x89PNG\r\n\x1a\n" + bytes(40), "damaged"),
    ],
    ids=["empty", "html", "svg", "gif", "heic", "dicom", "office", "pdf without body", "png without body"],
)
def test_what_is_no_document_is_refused_in_words(file: bytes, why: str) -> None:
    assert why_not(file) == why


def test_a_pdf_behind_a_password_is_refused() -> None:
    assert why_not(making.locked("secret")) == "password"


@pytest.mark.parametrize("saved_as", ["PNG", "JPEG", "TIFF"])
def test_a_picture_that_was_cut_off_is_refused(saved_as: str) -> None:
    noise = Image.effect_noise((200, 200), 90)
    whole = making.saved(noise, saved_as)
    assert why_not(whole[: len(whole) // 2]) == "damaged"


def test_a_pdf_that_was_cut_off_is_refused() -> None:
    whole = making.report()
    assert why_not(whole[: len(whole) // 3]) == "damaged"


def test_a_bomb_is_refused_before_it_is_unpacked() -> None:
    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    size = struct.pack(">IIBBBBB", 60_000, 60_000, 1, 0, 0, 0, 0)
    bomb = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", size) + chunk(b"IDAT", zlib.compress(bytes(10_000_000), 9))
    assert len(bomb) < 20_000
    assert why_not(bomb + chunk(b"IEND", b"")) == "large_picture"


def test_too_many_pages_are_refused_with_the_number_that_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "100 pages" in refused("many_pages")
    monkeypatch.setattr(drawing, "MOST_PAGES", 2)
    assert why_not(making.report(pages=3)) == "many_pages"


def test_pages_that_are_too_large_together_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drawing, "MOST_DRAWN", 1000)
    assert why_not(making.report()) == "large_drawn"


# --- apart -----------------------------------------------------------------------------------------------------------


def test_another_process_draws_the_same() -> None:
    assert drawn_apart(making.report()) == drawn(making.report())
    assert drawn_apart(making.with_program()).because == ["script"]


def test_another_process_says_why_it_refuses() -> None:
    with pytest.raises(CannotBeDrawnError) as refusal:
        drawn_apart(b"GIF89a")
    assert refusal.value.why == "unknown"


def test_a_file_that_never_ends_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(apart, "PATIENCE", 0.01)
    with pytest.raises(CannotBeDrawnError) as refusal:
        drawn_apart(making.report())
    assert refusal.value.why == "work"


def test_the_other_process_knows_nothing_of_the_clinic_and_may_use_so_much_and_no_more() -> None:
    import subprocess
    import sys

    asked = (
        "import os, resource, sys; from lenitive_web.attachments import apart; apart._limit();"
        "print(sorted(os.environ)); print('django' in sys.modules);"
        "print(resource.getrlimit(resource.RLIMIT_AS)[0] == apart.MEMORY)\n"
        "try: bytearray(3 * 1024**3)\n"
        "except MemoryError: print('refused')"
    )
    done = subprocess.run([sys.executable, "-I", "-c", asked], env={"PATH": "/bin"}, capture_output=True, text=True)
    names, has_django, is_limited, refused_memory = done.stdout.splitlines()
    assert "SECRET_KEY" not in names
    assert (has_django, is_limited, refused_memory) == ("False", "True", "refused")


def test_what_kills_the_other_process_is_told_as_too_much_work(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(apart.sys, "executable", "/bin/false")
    with pytest.raises(CannotBeDrawnError) as refusal:
        drawn_apart(making.report())
    assert refusal.value.why == "work"
