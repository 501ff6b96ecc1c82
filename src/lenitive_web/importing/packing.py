"""Facts on their way from a file to the ledger: packed, unpacked, named by a digest, compared."""

from __future__ import annotations

import hashlib
import re
import zlib
from collections.abc import Sequence

import msgspec

from lenitive.chart import TABLE_OF, TABLES, Fact
from lenitive.chart.versions import recorded_moment

_NUL = re.compile(rb"(?<!\\)(?:\\\\)*\\u0000")
"""The escape of U+0000; an escaped backslash before it makes it text."""


def packed(facts: Sequence[Fact]) -> bytes:
    """Facts as bytes."""
    return zlib.compress(_as_json(facts), 6)


def unpacked(body: bytes) -> list[Fact]:
    """The facts in bytes."""
    return [msgspec.convert(fact, TABLES[table]) for table, fact in msgspec.json.decode(zlib.decompress(bytes(body)))]


def digest_of(facts: Sequence[Fact]) -> str:
    """A name for all that is said about a patient; the name of the file it came in has no part in it."""
    return hashlib.sha256(_as_json([msgspec.structs.replace(fact, source="") for fact in facts])).hexdigest()


def holds_nul(facts: Sequence[Fact]) -> bool:
    """Whether a text holds U+0000, which PostgreSQL does not keep."""
    return _NUL.search(_as_json(facts)) is not None


def as_utc(fact: Fact) -> Fact:
    """The fact with its moment of recording in UTC; a moment without a zone is UTC, as the chart says."""
    return msgspec.structs.replace(fact, recorded_at=recorded_moment(fact))


def says_the_same(one: Fact, other: Fact) -> bool:
    """Whether two facts say the same, whatever they are called and wherever they came from."""
    return type(one) is type(other) and one.withdrawn == other.withdrawn and _bare(one) == _bare(other)


def _bare(fact: Fact) -> Fact:
    return msgspec.structs.replace(as_utc(fact), id="-", patient="-", source="", supersedes=None, withdrawn=False)


def _as_json(facts: Sequence[Fact]) -> bytes:
    return msgspec.json.encode([(TABLE_OF[type(fact)], fact) for fact in facts])
