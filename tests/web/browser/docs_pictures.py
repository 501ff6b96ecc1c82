"""``python -m tests.web.browser.docs_pictures``: the pictures that the README and the documentation show.

What fits into one window, in few colours, so that the files stay small: run it when a page that is shown has changed.
"""

from __future__ import annotations

import base64
import math
import os
import struct
import tempfile
import zlib
from collections import Counter
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from playwright.sync_api import Page, ViewportSize

from tests.web.browser import driving
from tests.web.browser.pictures import PICTURES
from tests.web.browser.screenshots import Photographer

TARGET = Path(__file__).parents[3] / "docs" / "images" / "clinic"
WINDOW: ViewportSize = {"width": 1280, "height": 900}
TELEPHONE: ViewportSize = {"width": 390, "height": 760}
SHOWN: dict[str, tuple[str, ViewportSize]] = {
    "today": ("today", WINDOW),
    "diagnosis": ("diagnosis", WINDOW),
    "options": ("options.shut", WINDOW),
    "plan": ("plan", WINDOW),
    "authorization": ("authorization.denied", WINDOW),
    "outcome": ("outcome.long", WINDOW),
    "phone-where": ("own.story-where", TELEPHONE),
    "phone-ready": ("own.getting-ready", TELEPHONE),
    "phone-diary": ("diary", TELEPHONE),
}
"""The file's name: which picture, and in which window."""
COLOURS = 128
READ = """async (told) => {
  const image = new Image();
  image.src = "data:image/png;base64," + told;
  await image.decode();
  const canvas = new OffscreenCanvas(image.width, image.height);
  const drawn = canvas.getContext("2d");
  drawn.drawImage(image, 0, 0);
  const pixels = new Blob([drawn.getImageData(0, 0, image.width, image.height).data]);
  return await new Promise((done) => {
    const reader = new FileReader();
    reader.onload = () => done(reader.result);
    reader.readAsDataURL(pixels);
  });
}"""
SIGNATURE = b"\x89PNG\r\n\x1a\n"


def main() -> None:
    """Take them all."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.web.settings"
    import django

    django.setup()
    TARGET.mkdir(parents=True, exist_ok=True)
    known = {picture.name: picture for picture in PICTURES}
    with (
        tempfile.TemporaryDirectory() as folder,
        driving.demo_clinic(Path(folder)) as address,
        driving.browser() as running,
    ):
        photographer = Photographer(address, Path(folder), running, TARGET, ())
        reader = running.new_page()
        for file, (name, size) in SHOWN.items():
            picture = _taken(photographer.open(known[name]), size)
            (TARGET / f"{file}.png").write_bytes(in_few_colours(_pixels(reader, picture), size["width"]))


def _taken(page: Page, size: ViewportSize) -> bytes:
    page.set_viewport_size(size)
    page.wait_for_timeout(500)
    page.evaluate("window.scrollTo(0, 0)")
    return page.screenshot()


def _pixels(reader: Page, picture: bytes) -> memoryview:
    """The pixels of a picture, one number each: a browser can read them."""
    told = reader.evaluate(READ, base64.b64encode(picture).decode())
    return memoryview(base64.b64decode(told.partition(",")[2])).cast("I")


def in_few_colours(pixels: memoryview, width: int) -> bytes:
    """A PNG of the commonest colours only; every other pixel takes the nearest of them."""
    counts = Counter(pixels)
    kept = _spread(counts)
    place = {colour: _nearest(colour, kept) for colour in counts}
    drawn = bytes(map(place.__getitem__, pixels))
    rows = [drawn[at : at + width] for at in range(0, len(drawn), width)]
    head = struct.pack(">IIBBBBB", width, len(rows), 8, 3, 0, 0, 0)
    palette = b"".join(bytes(_channels(colour)) for colour in kept)
    body = zlib.compress(b"".join(b"\0" + row for row in rows), 9)
    chunks = ((b"IHDR", head), (b"PLTE", palette), (b"IDAT", body), (b"IEND", b""))
    return SIGNATURE + b"".join(_chunk(name, data) for name, data in chunks)


def _spread(counts: Counter[int]) -> list[int]:
    """The commonest colour of each corner of the colours, the fullest corners first, so that no tint is lost."""
    first: dict[tuple[int, ...], int] = {}
    for colour, _ in counts.most_common():
        first.setdefault(tuple(channel // 16 for channel in _channels(colour)), colour)
    return list(first.values())[:COLOURS]


@cache
def _channels(colour: int) -> tuple[int, int, int]:
    return colour & 255, colour >> 8 & 255, colour >> 16 & 255


def _nearest(colour: int, kept: Sequence[int]) -> int:
    return min(range(len(kept)), key=lambda at: math.dist(_channels(colour), _channels(kept[at])))


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


if __name__ == "__main__":
    main()
