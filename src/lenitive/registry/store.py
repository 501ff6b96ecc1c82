"""Many patients' facts as Parquet: one folder a fact table, partitioned by a hash of the patient.

::

    registry/
      store.json                   what this is: version, partitions, counts
      patients/part-000.parquet    every patient of the partition, also one without a patient fact
      procedure/part-000.parquet   the procedures of the same patients
      …

A partition of every table holds the same patients, so every question is answered within a partition. Columns are those
of :mod:`lenitive.registry.columns`.

Writing streams: facts become columns some thousand at a time; where there are many, these are dealt out to files by
patient; then each partition is completed by itself in memory. All of it happens in a hidden folder beside the target,
which takes the target's name at the end. A registry that is replaced waits beside it under the name ``.NAME.before``
until then: whoever writes there next brings it back if the process was killed in between.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import blake2b
from itertools import islice
from pathlib import Path
from typing import Annotated

import msgspec
import polars as pl

from lenitive.chart import TABLE_OF, TABLES, Chart, Fact
from lenitive.errors import BadInputError, UsageError
from lenitive.registry.columns import PATIENTS, Again, as_columns, finished, recorded_schema, schema
from lenitive.rules.frames import KEY, PATIENT

Progress = Callable[[str, int, int | None], None]
"""Told the step, how far it is, and how far it goes if that is known."""

VERSION = 5
FINEST = 256
"""The most partitions that a registry can have."""
FACTS_PER_PARTITION = 1_000_000
_TURNED_AT_ONCE = 50_000
"""So many facts become columns together: of few, a column costs more to make than to fill."""
_HELD_AT_ONCE = 250_000
"""So many facts are held in memory before they are dealt out to files: some hundred megabytes."""
_ABOUT = "store.json"
_THE_REGISTRY = "The registry"
_AS_WRITTEN = "as `lenitive facts` writes them"
_PATIENTS_SCHEMA = {PATIENT: pl.String, KEY: pl.Int64}
_BROKEN = (pl.exceptions.PolarsError, pl.exceptions.PanicException, OSError)
"""What reading a file can raise that is no whole Parquet file."""


class About(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="what", tag="lenitive registry"):
    """What ``store.json`` says."""

    version: int
    partitions: Annotated[int, msgspec.Meta(ge=1, le=FINEST)]
    patients: Annotated[int, msgspec.Meta(ge=0)]
    facts: Annotated[int, msgspec.Meta(ge=0)]
    rows: Annotated[int, msgspec.Meta(ge=0)]
    """More than facts where a fact means another one from some day on, because what it names was corrected."""


@dataclass(frozen=True)
class Written:
    """What was written, and what became of facts whose patient had one with that id before."""

    patients: int
    facts: int
    partitions: int
    rows: int
    again: Again = field(default_factory=Again)


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
    """The registry in that folder: every file is there, has the columns of its table, and no row is missing."""
    about = path / _ABOUT
    if not about.is_file():
        there = "there is no such folder" if not path.is_dir() else f"it has no {_ABOUT}"
        raise UsageError(f"{path} is not a registry: {there}. `lenitive facts FILE… --out {path}` writes one.")
    try:
        told = msgspec.json.decode(about.read_bytes(), type=About)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise BadInputError(str(about), "", f"{error}.", "what `lenitive facts` writes") from None
    if told.version != VERSION:
        raise UsageError(
            f"{path} is a registry of version {told.version}; this release reads {VERSION}. Write it anew."
        )
    store = Store(path, told)
    for name in (*TABLES, PATIENTS):
        if missing := [file for file in store.files(name) if not file.is_file()]:
            raise BadInputError(str(missing[0]), "", "is missing.", f"{told.partitions} partitions of every table")
    with told_as_bad_input(store):
        _refuse_other_columns(store)
        _refuse_other_counts(store)
    return store


@contextmanager
def told_as_bad_input(store: Store) -> Iterator[None]:
    """Reads the registry; a file of it that is no whole Parquet file is told as bad input."""
    try:
        yield
    except _BROKEN:
        for name in (*TABLES, PATIENTS):
            for file in store.files(name):
                _refuse_broken(file)
        raise


@contextmanager
def told_as_no_room(what: str) -> Iterator[None]:
    """Writes a file of ours; that the system refuses it (a full disk) is told as that."""
    try:
        yield
    except _BROKEN as error:
        cause = next(iter(str(error).strip().splitlines()), type(error).__name__)
        raise UsageError(f"{what} cannot be written: {cause}. Make room, or name another place.") from None


def _refuse_broken(file: Path) -> None:
    try:
        pl.read_parquet(file)
    except _BROKEN:
        raise BadInputError(str(file), "", "it is no whole Parquet file", f"registry files {_AS_WRITTEN}") from None


def _refuse_other_columns(store: Store) -> None:
    for name in (*TABLES, PATIENTS):
        wanted = _PATIENTS_SCHEMA if name == PATIENTS else schema(name)
        for file in store.files(name):
            found = pl.read_parquet_schema(file)
            for column in {**wanted, **found}:
                if found.get(column) != wanted.get(column):
                    problem = f"the column {column} {f'holds {found[column]}' if column in found else 'is missing'}"
                    raise BadInputError(str(file), "", problem, f"the columns of {name}, {_AS_WRITTEN}")


def _refuse_other_counts(store: Store) -> None:
    """A file of another partition or another registry has the right columns, but other rows."""
    rows = {name: pl.scan_parquet(store.files(name)).select(pl.len()).collect().item() for name in (*TABLES, PATIENTS)}
    found = (rows.pop(PATIENTS), sum(rows.values()))
    told = (store.about.patients, store.about.rows)
    if found != told:
        problem = "its files hold {} patients and {} rows of facts".format(*found)
        raise BadInputError(str(store.path), "", problem, "{} and {}, as {} says".format(*told, _ABOUT))


def write_facts(
    source: Iterable[Chart | Fact], out: Path, *, replace: bool = False, progress: Progress | None = None
) -> Written:
    """Write facts, in any order, as a registry in the folder ``out``.

    A folder that holds anything is refused, unless it is a registry and ``replace`` is given.
    """
    out = out.resolve()
    _bring_back(out)
    _check_target(out, replace)
    out.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=f".{out.name}.", dir=out.parent) as scratch:
        gathered = _Gathered(Path(scratch) / "gathered")
        facts = _facts(source)
        while some := list(islice(facts, _TURNED_AT_ONCE)):
            gathered.add(some)
            if progress and len(some) == _TURNED_AT_ONCE:
                progress("reading", gathered.facts, None)
        made = Path(scratch) / "registry"
        written = _write_partitions(gathered, made, progress)
        _check_target(out, replace)  # what came there meanwhile is not ours to remove
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
        raise UsageError(f"{out} is a registry already. Name a new folder, or replace it (--replace).")


def _put_in_place(made: Path, out: Path) -> None:
    """Give what was made its name. A folder that is not empty is never written over: the system refuses that."""
    if out.exists() and any(out.iterdir()):
        out.rename(_before(out))
    made.rename(out)
    shutil.rmtree(_before(out), ignore_errors=True)


def _before(out: Path) -> Path:
    return out.with_name(f".{out.name}.before")


def _bring_back(out: Path) -> None:
    """The registry that a killed process had moved away and not yet replaced."""
    before = _before(out)
    if before.exists() and out.exists():
        shutil.rmtree(before)
    elif before.exists():
        before.rename(out)


def _facts(source: Iterable[Chart | Fact]) -> Iterator[Fact]:
    for item in source:
        if isinstance(item, Chart):
            yield from item.facts
        else:
            yield item


def partition_of(patient: str, partitions: int = FINEST) -> int:
    """The partition of a patient: stable from machine to machine. ``partitions`` is a power of two up to ``FINEST``."""
    return int.from_bytes(blake2b(patient.encode(), digest_size=2).digest()) % partitions


def first_key(partition: int) -> int:
    """The number from which the patients of a partition are numbered."""
    return partition << 24


# --- writing -----------------------------------------------------------------------------------------------------


class _Gathered:
    """Facts as columns. Few are held in memory; many are dealt out to files in which a patient's rows lie together."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir()
        self._folder = folder
        self._held: dict[str, list[pl.DataFrame]] = {name: [] for name in TABLES}
        self._held_facts = 0
        self._dealt: dict[str, list[_Dealt]] = {name: [] for name in TABLES}
        self.facts = 0

    def add(self, facts: Sequence[Fact]) -> None:
        """Keep some facts."""
        rows: dict[type[Fact], list[Fact]] = {fact: [] for fact in TABLE_OF}
        for fact in facts:
            rows[type(fact)].append(fact)
        for kind, some in rows.items():
            if some:
                self._held[TABLE_OF[kind]].append(as_columns(TABLE_OF[kind], some))
        self.facts += len(facts)
        self._held_facts += len(facts)
        if self._held_facts >= _HELD_AT_ONCE:
            self._deal()

    def partitions(self) -> Iterator[dict[str, pl.DataFrame]]:
        """The tables of each partition, the facts of a patient in the order in which they came."""
        partitions = partitions_for(self.facts)
        if partitions > 1 or any(self._dealt.values()):
            self._deal()
        for number in range(partitions):
            places = _places_of(number, partitions)
            yield {
                name: pl.concat(
                    [
                        pl.DataFrame(schema=recorded_schema(name)),
                        *(dealt.rows(places) for dealt in self._dealt[name]),
                        *self._held[name],
                    ]
                )
                for name in TABLES
            }

    def _deal(self) -> None:
        """Move what is held to a file a table."""
        held = {name: pl.concat(frames) for name, frames in self._held.items() if frames}
        if held:
            patients = pl.concat([rows["patient"] for rows in held.values()]).unique()
            places = pl.Series([_PLACES[partition_of(patient)] for patient in patients], dtype=pl.UInt16)
            for name, rows in held.items():
                file = self._folder / f"{name}-{len(self._dealt[name]):06d}.arrow"
                place = rows["patient"].replace_strict(patients, places)
                self._dealt[name].append(_Dealt.write(file, rows, place))
        self._held = {name: [] for name in TABLES}
        self._held_facts = 0


_PLACE = "__place"
_PLACES = [int(f"{number:08b}"[::-1], 2) for number in range(FINEST)]
"""The place of each of the finest partitions in a file: partitions that belong to one coarser one stand side by side,
whatever power of two their number will be."""


def _places_of(number: int, partitions: int) -> range:
    """The places of the finest partitions that belong to one of so many."""
    first = _PLACES[number]
    return range(first, first + FINEST // partitions)


@dataclass(frozen=True)
class _Dealt:
    """Rows of one table in a file, sorted by the place of their patient."""

    file: Path
    starts: Sequence[int]
    """The row at which each place starts, and the end."""

    @classmethod
    def write(cls, file: Path, rows: pl.DataFrame, place: pl.Series) -> _Dealt:
        """Write rows, each of which has a place."""
        ordered = rows.with_columns(place.alias(_PLACE)).sort(_PLACE, maintain_order=True)
        starts = ordered[_PLACE].search_sorted(pl.Series(range(FINEST + 1), dtype=pl.UInt16), side="left")
        with told_as_no_room(_THE_REGISTRY):
            ordered.drop(_PLACE).write_ipc(file, compression="uncompressed")
        return cls(file, starts.to_list())

    def rows(self, places: range) -> pl.DataFrame:
        """The rows of some places, mapped from the file rather than read."""
        first, end = self.starts[places.start], self.starts[places.stop]
        return pl.read_ipc(self.file).slice(first, end - first)


def partitions_for(facts: int) -> int:
    """How many partitions keep one small enough for memory: a power of two."""
    partitions = 1
    while partitions < FINEST and facts > partitions * FACTS_PER_PARTITION:
        partitions *= 2
    return partitions


def _write_partitions(gathered: _Gathered, made: Path, progress: Progress | None) -> Written:
    partitions = partitions_for(gathered.facts)
    patients = rows = 0
    again = Again()
    for number, tables in enumerate(gathered.partitions()):
        frames, seen = finished(tables, first_key(number))
        write_partition(made, number, frames)
        patients += frames[PATIENTS].height
        rows += sum(frame.height for name, frame in frames.items() if name != PATIENTS)
        again = Again(*map(sum, zip(again, seen, strict=True)))
        if progress:
            progress("writing", number + 1, partitions)
    written = Written(patients, gathered.facts + again.withdrawals - again.same, partitions, rows, again)
    write_about(made, written)
    return written


def write_partition(out: Path, number: int, frames: dict[str, pl.DataFrame]) -> None:
    """Write the finished frames of one partition."""
    for name, frame in frames.items():
        file = _file(out, name, number)
        with told_as_no_room(_THE_REGISTRY):
            file.parent.mkdir(parents=True, exist_ok=True)
            frame.write_parquet(file, compression="zstd", compression_level=1)


def write_about(out: Path, written: Written) -> None:
    """Write what makes the folder a registry; the last step."""
    about = About(VERSION, written.partitions, written.patients, written.facts, written.rows)
    with told_as_no_room(_THE_REGISTRY):
        (out / _ABOUT).write_bytes(msgspec.json.format(msgspec.json.encode(about), indent=2) + b"\n")


def _file(path: Path, table: str, number: int) -> Path:
    return path / table / f"part-{number:03d}.parquet"
