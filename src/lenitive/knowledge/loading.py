"""Reads checked content from TOML: typed, with the file and line of whatever is wrong.

``tomllib`` takes most of a second for all content, so what was read and decoded once is kept in the user's cache
folder under a hash of the files. The cache holds no more than the files do; deleting it is always safe.
"""

from __future__ import annotations

import hashlib
import re
import tempfile
import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import Any, TypeVar

import msgspec
import platformdirs

from lenitive import __version__
from lenitive.errors import KnowledgeError

T = TypeVar("T")
Shape = TypeVar("Shape", bound=msgspec.Struct)


def read_tables(files: Iterable[Path], shape: type[Shape]) -> dict[str, Shape]:
    """All top-level tables of the files as ``shape``, by name. A name used in two files is refused."""
    found: dict[str, Shape] = {}
    where: dict[str, Path] = {}
    for file in files:
        for name, body in read_toml(file).items():
            if name in found:
                raise KnowledgeError(
                    f"{file.name}, line {line_of(file, name)}: {name!r} is defined in {where[name].name} already."
                )
            found[name] = _decode(file, name, body, shape)
            where[name] = file
    return found


def _decode(file: Path, name: str, body: Any, shape: type[Shape]) -> Shape:
    try:
        return msgspec.convert(body, shape)
    except msgspec.ValidationError as error:
        raise KnowledgeError(f"{file.name}, line {line_of(file, name)}: {name!r}: {error}") from None


def read_toml(file: Path) -> dict[str, Any]:
    """One TOML file; a syntax error or a duplicate key names the file and line."""
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise KnowledgeError(f"{file.name}: {error}") from None


def line_of(file: Path, name: str) -> int:
    """The line on which a table is opened; 1 if it cannot be told."""
    header = re.compile(rf'^\s*\[+\s*"?{re.escape(name)}"?\s*[\].]')
    for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), start=1):
        if header.match(line):
            return number
    return 1


def fingerprint(files: Iterable[Path]) -> str:
    """A hash of the version and of the names and bytes of the files."""
    digest = hashlib.blake2b(__version__.encode(), digest_size=16)
    for file in sorted(files):
        digest.update(file.name.encode())
        digest.update(file.read_bytes())
    return digest.hexdigest()


def from_cache(key: str, shape: type[T]) -> T | None:
    """What :func:`to_cache` kept under this key, or ``None`` if there is nothing usable."""
    try:
        return msgspec.msgpack.decode(_cache_file(key).read_bytes(), type=shape)
    except (OSError, msgspec.DecodeError):
        return None


def to_cache(key: str, value: object) -> None:
    """Keep a value for the next start. A cache that cannot be written only costs time, so it is left."""
    file = _cache_file(key)
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=file.parent, delete=False) as part:
            part.write(msgspec.msgpack.encode(value))
        Path(part.name).replace(file)
    except OSError:
        return


def _cache_file(key: str) -> Path:
    return Path(platformdirs.user_cache_dir("lenitive")) / f"content-{key}.msgpack"
