"""How facts become columns: the frames of :mod:`lenitive.rules.frames`, derived from the fact tables.

Every column of a table keeps its name. A day has two whole-number twins (days since 1970-01-01): the day itself, and
for a column with a range its latest day. A list of texts is null when it is empty, a nested list is JSON text, and
``recorded_at`` is an instant in UTC. :func:`finished` adds what needs all facts of a patient: who supersedes whom, and
the rank in time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import islice
from typing import Any

import msgspec
import polars as pl

from lenitive.chart import TABLES, Fact
from lenitive.chart.schema import LATEST_OF, REFERENCES, ColumnInfo, columns
from lenitive.rules.frames import (
    EPOCH,
    KEY,
    ORDER,
    PATIENT,
    RECORDED,
    SUPERSEDED,
    day_column,
    latest_column,
    reference_column,
)

PATIENTS = "patients"
"""The frame that lists all patients, beside the fact tables."""

_ARRIVAL = "__arrival"
_TURNED_AT_ONCE = 512
_FIRST_MOMENT = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_TYPES: dict[str, Any] = {
    "text": pl.String,
    "number": pl.Float64,
    "whole": pl.Int64,
    "truth": pl.Boolean,
    "day": pl.Date,
    "moment": pl.Datetime("us", "UTC"),
    "texts": pl.List(pl.String),
    "nested": pl.String,
}


def recorded_schema(table: str) -> dict[str, Any]:
    """The types of a table's own columns."""
    return {name: _TYPES[info.kind] for name, info in columns(table).items()}


def schema(table: str) -> dict[str, Any]:
    """The types of all columns that a stored table has, in order."""
    days = [name for name, info in columns(table).items() if info.kind == "day"]
    return {
        KEY: pl.Int64,
        ORDER: pl.Int64,
        RECORDED: pl.Int32,
        SUPERSEDED: pl.Int32,
        **recorded_schema(table),
        **{day_column(name): pl.Int32 for name in days},
        **{latest_column(name): pl.Int32 for name in days if LATEST_OF.get(name) in days},
        **{reference_column(name): pl.Int64 for name in _references(table)},
    }


def _references(table: str) -> dict[str, str]:
    """The reference columns of a table, and the tables that they name rows of."""
    return {name: target for (holder, name), target in REFERENCES.items() if holder == table}


def as_columns(table: str, facts: Sequence[Fact]) -> pl.DataFrame:
    """Facts of one table as they were recorded."""
    if not facts:
        return pl.DataFrame(schema=recorded_schema(table))
    known = columns(table)
    recorded = _turned(facts, len(known))
    return pl.DataFrame([_as_column(info, values) for info, values in zip(known.values(), recorded, strict=True)])


def _turned(facts: Sequence[Fact], width: int) -> list[list[Any]]:
    """The values of facts column by column. Few facts at a time stay near the processor: half the time."""
    turned: list[list[Any]] = [[] for _ in range(width)]
    rows = map(msgspec.structs.astuple, facts)
    while some := list(islice(rows, _TURNED_AT_ONCE)):
        for column, values in zip(turned, zip(*some, strict=True), strict=True):
            column.extend(values)
    return turned


def _as_column(info: ColumnInfo, values: Sequence[Any]) -> pl.Series:
    """One column. Days and moments go in as whole numbers, which is several times as fast as date objects."""
    kind = _TYPES[info.kind]
    if values[0] is None and values.count(None) == len(values):  # to compare texts with None takes long
        return pl.Series(info.name, [None], kind).new_from_index(0, len(values))
    if info.kind == "day":
        return _numbers(info.name, values, _days, pl.Int32).cast(kind)
    if info.kind == "moment":
        return _numbers(info.name, values, _microseconds, pl.Int64).cast(kind)
    if info.kind == "texts":
        return _lists(info.name, values)
    if info.kind == "nested":
        values = [msgspec.json.encode(items).decode() if items else None for items in values]
    return pl.Series(info.name, values, kind)


def _lists(name: str, values: Sequence[tuple[str, ...]]) -> pl.Series:
    """Lists of texts. Few differ, and a list is slow to make, so each is made once."""
    places: dict[tuple[str, ...], int] = {}
    rows = [places.setdefault(texts, len(places)) for texts in values]
    return pl.Series(name, [list(texts) or None for texts in places], _TYPES["texts"]).gather(rows)


def _numbers(name: str, values: Sequence[Any], number_of: Callable[[Any], int], kind: Any) -> pl.Series:
    """Each value as a number. Few differ, so each is worked out once."""
    numbers = {value: None if value is None else number_of(value) for value in set(values)}
    return pl.Series(name, list(map(numbers.__getitem__, values)), kind)


def _days(day: date) -> int:
    """Since 1970."""
    return day.toordinal() - EPOCH


def _microseconds(at: datetime) -> int:
    """Since 1970 in UTC, which is also the zone of a moment that names none."""
    return ((at if at.tzinfo else at.replace(tzinfo=UTC)) - _FIRST_MOMENT) // _MICROSECOND


def finished(tables: Mapping[str, pl.DataFrame], first_key: int = 0) -> tuple[dict[str, pl.DataFrame], int]:
    """Recorded columns of whole patients, completed; and how many facts were left out because their id is used twice.

    Of facts with one id, the first that came stays. Patients get whole numbers from ``first_key`` in the order of
    their ids, and rows are sorted by patient and time.
    """
    numbered = {name: rows.with_row_index(_ARRIVAL) for name, rows in tables.items()}
    identity = pl.concat(
        [
            rows.select(
                pl.col("patient"),
                pl.col("id"),
                pl.col("supersedes"),
                _day_of_moment("recorded_at").alias(SUPERSEDED),
                pl.lit(name).alias("table"),
                pl.col(_ARRIVAL),
            )
            for name, rows in numbered.items()
        ]
    )
    kept = identity.unique(["patient", "id"], keep="first", maintain_order=True)
    patients = kept.select(pl.col("patient").unique().sort()).with_row_index(KEY)
    patients = patients.select(pl.col("patient").alias(PATIENT), (pl.col(KEY).cast(pl.Int64) + first_key).alias(KEY))
    superseded = (
        kept.filter(pl.col("supersedes").is_not_null())
        .group_by("patient", pl.col("supersedes").alias("id"))
        .agg(pl.col(SUPERSEDED).min())
    )
    ranked = {}
    for name, rows in numbered.items():
        mine = kept.filter(pl.col("table") == name).select(_ARRIVAL) if kept.height < identity.height else None
        unique = rows if mine is None else rows.join(mine, on=_ARRIVAL, how="semi")
        joined = unique.lazy().join(patients.lazy(), on="patient")
        ranked[name] = _ranked(name, joined.join(superseded.lazy(), on=["patient", "id"], how="left"))
    for name, lazy in ranked.items():
        for reference, target in _references(name).items():
            named = ranked[target].select(
                KEY, pl.col("id").alias(reference), pl.col(ORDER).alias(reference_column(reference))
            )
            lazy = lazy.join(named, on=[KEY, reference], how="left", maintain_order="left")
        ranked[name] = lazy.select(pl.col(c).cast(t) for c, t in schema(name).items())
    frames = {PATIENTS: patients} | dict(zip(ranked, pl.collect_all(ranked.values()), strict=True))
    return frames, identity.height - kept.height


def _ranked(table: str, rows: pl.LazyFrame) -> pl.LazyFrame:
    """Rows in the time order of :func:`lenitive.chart.chart.order_key`, with their rank and day numbers."""
    ordered = rows.sort(KEY, "true_on", "recorded_at", "id", nulls_last=False)
    first_of_patient = pl.col(KEY).search_sorted(pl.col(KEY), side="left")
    days = [name for name, info in columns(table).items() if info.kind == "day"]
    return ordered.with_columns(
        (pl.col(KEY) * 2**24 + pl.int_range(pl.len()) - first_of_patient).alias(ORDER),
        _day_of_moment("recorded_at").alias(RECORDED),
        *(pl.col(name).to_physical().alias(day_column(name)) for name in days),
        *(
            pl.when(pl.col(name).is_not_null())
            .then(pl.coalesce(pl.col(LATEST_OF[name]), pl.col(name)).to_physical())
            .alias(latest_column(name))
            for name in days
            if LATEST_OF.get(name) in days
        ),
    )


def _day_of_moment(name: str) -> pl.Expr:
    return pl.col(name).dt.date().to_physical()


def frames_of(facts: Iterable[Fact]) -> dict[str, pl.DataFrame]:
    """Facts of any patients as the frames that the many-patient engine reads, in memory."""
    by_table: dict[str, list[Fact]] = {name: [] for name in TABLES}
    names = {fact: name for name, fact in TABLES.items()}
    for fact in facts:
        by_table[names[type(fact)]].append(fact)
    frames, _ = finished({name: as_columns(name, rows) for name, rows in by_table.items()})
    return frames
