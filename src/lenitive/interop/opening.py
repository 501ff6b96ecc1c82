"""Opening what a person gave: plain or compressed, with or without a byte order mark, of whatever kind."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from difflib import get_close_matches
from pathlib import Path
from typing import IO, Literal, cast

from lenitive.errors import BadInputError

Kind = Literal["case file", "document", "lines", "folder"]

MAX_DOCUMENT_BYTES = 512 * 1024 * 1024
"""A single JSON document larger than this is refused; Bulk Data (NDJSON) has no limit, only its lines have."""

_READABLE = "a FHIR Bundle, an NDJSON export or a case file"
_GZIP = b"\x1f\x8b"
_BOM = b"\xef\xbb\xbf"
_SNIFFED = 1 << 20
_BUFFER = 1 << 17
"""So many bytes are read at once: of lines of a kilobyte, smaller steps take as long as half of the parsing."""


@contextmanager
def opened(path: Path) -> Iterator[IO[bytes]]:
    """The bytes of a file, decompressed if need be. What goes wrong while reading is told as bad input."""
    try:
        with path.open("rb", buffering=_BUFFER) as plain:
            compressed = plain.read(2) == _GZIP
            plain.seek(0)
            if not compressed:
                yield plain
                return
            with gzip.GzipFile(fileobj=plain) as inner:
                yield cast("IO[bytes]", inner)
    except FileNotFoundError:
        raise no_such_file(path) from None
    except (EOFError, zlib.error, gzip.BadGzipFile):
        raise BadInputError(str(path), "", "the gzip data is broken or cut short", "a whole .gz file") from None
    except OSError as error:
        raise BadInputError(str(path), "", f"it cannot be read: {error.strerror or 'input error'}") from None


def no_such_file(path: Path, expected: str = _READABLE) -> BadInputError:
    """The error for a file that is not there, with those beside it whose names are near."""
    try:
        beside = [one.name for one in path.parent.iterdir()]
    except OSError:
        beside = []
    near = [str(path.parent / name) for name in get_close_matches(path.name, beside, n=2)]
    hint = f". Did you mean {' or '.join(near)}?" if near else ""
    return BadInputError(str(path), "", f"there is no such file{hint}", expected)


def document_bytes(path: Path, limit: int = MAX_DOCUMENT_BYTES) -> bytes:
    """All bytes of one document, without a byte order mark."""
    with opened(path) as file:
        data = file.read(limit + 1)
    if len(data) > limit:
        raise BadInputError(
            str(path), "", f"it is larger than {limit:,} bytes", "a smaller document, or Bulk Data as NDJSON"
        )
    return without_mark(data)


def without_mark(data: bytes) -> bytes:
    """The bytes without a UTF-8 byte order mark."""
    return data.removeprefix(_BOM)


def kind_of(path: Path) -> Kind:
    """What a path holds, by its name where that is plain, else by how it begins."""
    if path.is_dir():
        return "folder"
    name = path.name.lower().removesuffix(".gz")
    if name.endswith(".toml"):
        return "case file"
    if name.endswith((".ndjson", ".jsonl")):
        return "lines"
    with opened(path) as file:
        return _kind_of_bytes(path, without_mark(file.read(_SNIFFED)))


def _kind_of_bytes(path: Path, head: bytes) -> Kind:
    begin = head.lstrip()
    if begin.startswith((b"<", b"\xff\xfe", b"\xfe\xff")):
        form = "XML" if begin.startswith(b"<") else "UTF-16"
        raise BadInputError(str(path), "line 1", f"this is {form}", "FHIR as JSON in UTF-8 (application/fhir+json)")
    if not begin.startswith((b"{", b"[")):
        what = "nothing" if not begin else "neither JSON nor NDJSON, and the name does not end in .toml"
        raise BadInputError(str(path), "line 1", f"this is {what}", _READABLE)
    first, _, rest = begin.partition(b"\n")
    several = first.rstrip().endswith(b"}") and rest.lstrip().startswith(b"{")
    return "lines" if several else "document"
