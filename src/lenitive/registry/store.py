"""Many patients' facts as Parquet: one folder a fact table, partitioned by a hash of the patient.

::

    registry/
      store.json                   what this is: version, partitions, counts
      patients/part-000.parquet    every patient of the partition, also one without a patient fact
      procedure/part-000.parquet   the procedures of the same patients
      …

A partition of every table holds the same patients, so every question is answered within a partition. Columns are those
of :mod:`lenitive.registry.columns`.

Writing streams: facts are first dealt out to spool files by patient, then each partition is completed by itself in
memory. All of it happens in a hidden folder beside the target, which takes the target's name at the end.
"""

from __future__ import annotations

import struct
import tempfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from hashlib import blake2b
from itertools import chain, islice
from pathlib import Path

import msgspec
import polars as pl

from lenitive.chart import TABLE_OF, TABLES, Chart, Fact
from lenitive.errors import BadInputError, UsageError
from lenitive.registry.columns import PATIENTS, as_columns, finished, recorded_schema

Progress = Callable[[str, int, int | None], None]
"""Told the step, how far it is, and how far it goes if that is known."""

VERSION = 1
SPOOLS = 256
FACTS_PER_PARTITION = 1_000_000
_BUFFERED_BYTES = 64 * 1024 * 1024
_DECODED_AT_ONCE = 50_000
_ABOUT = "store.json"


class About(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="what", tag="lenitive registry"):
    """What ``store.json`` says."""

    version: int
    partitions: int
    patients: int
    facts: int
    refused: int = 0


@dataclass(frozen=True)
class Written:
    """What was written, and how many facts were refused because their patient has another fact with that id."""

    patients: int
    facts: int
    refused: int
    partitions: int


@dataclass(frozen=True)
class Store:
    """A registry on disk."""

    path: Path
    about: About

    @property
    def partitions(self) -> range:
        """The numbers of the partitions."""
        return range(self.about.partitions)

    def partition(self, number: int) -> dict[str, pl.LazyFrame]:
        """The tables of one partition, and its patients, by name."""
        return {name: pl.scan_parquet(self.file(name, number)) for name in (*TABLES, PATIENTS)}

    def files(self, table: str) -> list[Path]:
        """The files of one table."""
        return [self.file(table, number) for number in self.partitions]

    def file(self, table: str, number: int) -> Path:
        """The file of one table and partition."""
        return _file(self.path, table, number)


def open_store(path: Path) -> Store:
    """The registry in that folder."""
    about = path / _ABOUT
    if not about.is_file():
        there = "there is no such folder" if not path.is_dir() else f"it has no {_ABOUT}"
        raise UsageError(f"{path} is not a registry: {there}. `lenitive facts FILE… --out {path}` writes one.")
    try:
        told = msgspec.json.decode(about.read_bytes(), type=About)
    except msgspec.DecodeError as error:
        raise BadInputError(str(about), "", f"{error}.", "what `lenitive facts` writes") from None
    if told.version != VERSION:
        raise UsageError(
            f"{path} is a registry of version {told.version}; this release reads {VERSION}. Write it anew."
        )
    store = Store(path, told)
    for name in (*TABLES, PATIENTS):
        if missing := [file for file in store.files(name) if not file.is_file()]:
            raise BadInputError(str(missing[0]), "", "is missing.", f"{told.partitions} partitions of every table")
    return store


def write_facts(
    source: Iterable[Chart | Fact], out: Path, *, replace: bool = False, progress: Progress | None = None
) -> Written:
    """Write facts, in any order, as a registry in the folder ``out``.

    A folder that holds anything is refused, unless it is a registry and ``replace`` is given.
    """
    _check_target(out, replace)
    out.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=f".{out.name}.", dir=out.parent) as scratch:
        spool = _Spool(Path(scratch) / "spool")
        for number, fact in enumerate(_facts(source), start=1):
            spool.add(fact)
            if progress and number % 10_000 == 0:
                progress("reading", number, None)
        spool.flush()
        made = Path(scratch) / "registry"
        written = _write_partitions(spool, made, progress)
        _put_in_place(made, out)
    return written


def _check_target(out: Path, replace: bool) -> None:
    if not out.exists():
        return
    if not out.is_dir():
        raise UsageError(f"{out} is a file. Name a folder for the registry.")
    if not any(out.iterdir()):
        return
    if not (out / _ABOUT).is_file():
        raise UsageError(f"{out} holds something that is not a registry. Name a new or an empty folder.")
    if not replace:
        raise UsageError(f"{out} is a registry already. Name a new folder, or say that it is to be replaced.")


def _put_in_place(made: Path, out: Path) -> None:
    if out.exists():
        out.rename(made.with_name("replaced"))
    made.rename(out)


def _facts(source: Iterable[Chart | Fact]) -> Iterator[Fact]:
    for item in source:
        if isinstance(item, Chart):
            yield from item.facts
        else:
            yield item


def partition_of(patient: str, partitions: int = SPOOLS) -> int:
    """The partition of a patient: stable from machine to machine. ``partitions`` is a power of two up to ``SPOOLS``."""
    return int.from_bytes(blake2b(patient.encode(), digest_size=2).digest()) % partitions


def first_key(partition: int) -> int:
    """The number from which the patients of a partition are numbered."""
    return partition << 24


# --- writing -----------------------------------------------------------------------------------------------------


class _Spool:
    """Facts dealt out to files by patient, so that each file can be finished by itself."""

    _HEAD = struct.Struct("<BI")
    _NAMES = tuple(TABLES)
    _NUMBERS = {fact: number for number, fact in enumerate(TABLES.values())}

    def __init__(self, folder: Path) -> None:
        folder.mkdir()
        self._folder = folder
        self._encode = msgspec.msgpack.Encoder().encode
        self._buffers = [bytearray() for _ in range(SPOOLS)]
        self._buffered = 0
        self.facts = 0

    def add(self, fact: Fact) -> None:
        """Keep one fact."""
        body = self._encode(fact)
        buffer = self._buffers[partition_of(fact.patient)]
        buffer += self._HEAD.pack(self._NUMBERS[type(fact)], len(body))
        buffer += body
        self.facts += 1
        self._buffered += len(body)
        if self._buffered > _BUFFERED_BYTES:
            self.flush()

    def flush(self) -> None:
        """Write what is buffered."""
        for number, buffer in enumerate(self._buffers):
            if buffer:
                with self._file(number).open("ab") as file:
                    file.write(buffer)
                buffer.clear()
        self._buffered = 0

    def tables(self, numbers: Iterable[int]) -> dict[str, pl.DataFrame]:
        """The facts of some spools as columns, those of a patient in the order in which they came."""
        parts: dict[str, list[pl.DataFrame]] = {name: [pl.DataFrame(schema=recorded_schema(name))] for name in TABLES}
        facts = chain.from_iterable(self._read(number) for number in numbers)
        while batch := list(islice(facts, _DECODED_AT_ONCE)):
            by_table: dict[str, list[Fact]] = {}
            for fact in batch:
                by_table.setdefault(TABLE_OF[type(fact)], []).append(fact)
            for name, rows in by_table.items():
                parts[name].append(as_columns(name, rows))
        return {name: pl.concat(frames) for name, frames in parts.items()}

    def _read(self, number: int) -> Iterator[Fact]:
        if not self._file(number).exists():
            return
        decoders = [msgspec.msgpack.Decoder(fact) for fact in TABLES.values()]
        with self._file(number).open("rb") as file:
            while head := file.read(self._HEAD.size):
                table, size = self._HEAD.unpack(head)
                yield decoders[table].decode(file.read(size))

    def _file(self, number: int) -> Path:
        return self._folder / f"{number:03d}"


def partitions_for(facts: int) -> int:
    """How many partitions keep one small enough for memory: a power of two."""
    partitions = 1
    while partitions < SPOOLS and facts > partitions * FACTS_PER_PARTITION:
        partitions *= 2
    return partitions


def _write_partitions(spool: _Spool, made: Path, progress: Progress | None) -> Written:
    partitions = partitions_for(spool.facts)
    patients = refused = 0
    for number in range(partitions):
        tables = spool.tables(range(number, SPOOLS, partitions))
        frames, doubled = finished(tables, first_key(number))
        write_partition(made, number, frames)
        patients += frames[PATIENTS].height
        refused += doubled
        if progress:
            progress("writing", number + 1, partitions)
    written = Written(patients, spool.facts - refused, refused, partitions)
    write_about(made, written)
    return written


def write_partition(out: Path, number: int, frames: dict[str, pl.DataFrame]) -> None:
    """Write the finished frames of one partition."""
    for name, frame in frames.items():
        file = _file(out, name, number)
        file.parent.mkdir(parents=True, exist_ok=True)
        frame.write_parquet(file, compression="zstd", compression_level=1)


def write_about(out: Path, written: Written) -> None:
    """Write what makes the folder a registry; the last step."""
    about = About(VERSION, written.partitions, written.patients, written.facts, written.refused)
    (out / _ABOUT).write_bytes(msgspec.json.format(msgspec.json.encode(about), indent=2) + b"\n")


def _file(path: Path, table: str, number: int) -> Path:
    return path / table / f"part-{number:03d}.parquet"
