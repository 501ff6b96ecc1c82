"""How facts become columns: the frames of :mod:`lenitive.rules.frames`, derived from the fact tables.

Every column of a table keeps its name. A day has two whole-number twins (days since 1970-01-01): the day itself, and
for a column with a range its latest day. A list of texts is null when it is empty, a nested list is JSON text, and
``recorded_at`` is an instant in UTC. :func:`finished` adds what needs all facts of a patient: who supersedes whom, what
a fact means that names a corrected one, and the rank in time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import islice
from typing import Any, Literal, NamedTuple

import msgspec
import polars as pl

from lenitive.chart import TABLE_OF, TABLES, Fact
from lenitive.chart.schema import LATEST_OF, NAMES_A_FACT, REFERENCES, ColumnInfo, columns
from lenitive.chart.versions import Correction, replacements, versions, withdraw_parts
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
    if _all_empty(info, values):
        return pl.Series(info.name, [None], kind).new_from_index(0, len(values))
    if info.kind == "day":
        return _numbers(info.name, values, _days, pl.Int32).cast(kind)
    if info.kind == "moment":
        return _numbers(info.name, _since_1970(values), _microseconds, pl.Int64).cast(kind)
    if info.kind == "texts":
        return _lists(info.name, values)
    if info.kind == "nested":
        values = [msgspec.json.encode(items).decode() if items else None for items in values]
    return pl.Series(info.name, values, kind)


def _all_empty(info: ColumnInfo, values: Sequence[Any]) -> bool:
    if info.kind in ("texts", "nested"):
        return not any(values)
    return values[0] is None and values.count(None) == len(values)  # to compare texts with None takes long


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


def _since_1970(moments: Sequence[datetime | None]) -> list[timedelta | None]:
    """How long after 1970 in UTC, which is also the zone of a moment that names none.

    A length of time is looked up six times as fast as a moment with a zone.
    """
    try:
        return [at - _FIRST_MOMENT for at in moments]  # type: ignore[operator]
    except TypeError:  # one is none, or names no zone
        return [None if at is None else (at if at.tzinfo else at.replace(tzinfo=UTC)) - _FIRST_MOMENT for at in moments]


def _microseconds(since: timedelta) -> int:
    return since // _MICROSECOND


class Again(NamedTuple):
    """Facts whose patient had one of that id before: so many said the same again, so many something newer.

    ``withdrawals`` counts those that were added because a record was withdrawn of which several facts had come, less
    those of records of which none had come.
    """

    same: int = 0
    newer: int = 0
    withdrawals: int = 0


def finished(tables: Mapping[str, pl.DataFrame], first_key: int = 0) -> tuple[dict[str, pl.DataFrame], Again]:
    """Recorded columns of whole patients, completed; and what became of facts whose id is used twice.

    As in a chart, the same fact again is one, and another version of it supersedes the older one
    (:func:`lenitive.chart.versions.versions`). A fact that names one which was corrected has a row for each stretch of
    days on which it means another fact. Patients get whole numbers from ``first_key`` in the order of their ids, and
    rows are sorted by patient and time.
    """
    # Who is known by a withdrawn record alone is a patient too, as there is a chart of them.
    everybody = _identity(tables)
    tables, again = _one_fact_an_id(tables, everybody)
    identity = _identity(tables)
    patients = everybody.select(pl.col("patient").unique().sort()).with_row_index(KEY)
    patients = patients.select(pl.col("patient").alias(PATIENT), (pl.col(KEY).cast(pl.Int64) + first_key).alias(KEY))
    corrections = identity.filter(pl.col("supersedes").is_not_null())
    superseded = corrections.group_by("patient", pl.col("supersedes").alias("id")).agg(
        _day_of_moment("recorded_at").min().alias(SUPERSEDED)
    )
    ranked = {}
    for name, rows in tables.items():
        stretches = _by_stretch(name, rows, corrections)
        joined = stretches.lazy().join(patients.lazy(), on="patient")
        ranked[name] = _ranked(name, joined.join(superseded.lazy(), on=["patient", "id"], how="left"))
    for name, lazy in ranked.items():
        for reference, target in _references(name).items():
            named = ranked[target].select(
                KEY, pl.col("id").alias(reference), pl.col(ORDER).alias(reference_column(reference))
            )
            lazy = lazy.join(named, on=[KEY, reference], how="left", maintain_order="left")
        ranked[name] = lazy.select(pl.col(c).cast(t) for c, t in schema(name).items())
    filled = [name for name, rows in tables.items() if rows.height]  # a query costs even where there is nothing to ask
    done = {name: pl.DataFrame(schema=schema(name)) for name in tables}
    done |= dict(zip(filled, pl.collect_all([ranked[name] for name in filled]), strict=True))
    return {PATIENTS: patients} | done, again


_IDENTITY = ("patient", "id", "recorded_at", "supersedes", "withdrawn")


def _identity(tables: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """What says of every fact whose it is, and what it corrects."""
    return pl.concat([rows.select(_IDENTITY) for rows in tables.values()])


def _ranked(table: str, rows: pl.LazyFrame) -> pl.LazyFrame:
    """Rows in the time order of :func:`lenitive.chart.chart.order_key`, with their rank and day numbers."""
    ordered = rows.sort(KEY, "true_on", "recorded_at", "id", _FROM, nulls_last=False)
    first_of_patient = pl.col(KEY).search_sorted(pl.col(KEY), side="left")
    days = [name for name, info in columns(table).items() if info.kind == "day"]
    return ordered.with_columns(
        (pl.col(KEY) * 2**24 + pl.int_range(pl.len()) - first_of_patient).alias(ORDER),
        pl.max_horizontal(_day_of_moment("recorded_at"), _FROM).alias(RECORDED),
        pl.min_horizontal(SUPERSEDED, _UNTIL).alias(SUPERSEDED),
        *(pl.col(name).to_physical().alias(day_column(name)) for name in days),
        *(
            pl.when(pl.col(name).is_not_null())
            .then(pl.coalesce(pl.col(LATEST_OF[name]), pl.col(name)).to_physical())
            .alias(latest_column(name))
            for name in days
            if LATEST_OF.get(name) in days
        ),
    )


# --- facts of one id ---------------------------------------------------------------------------------------------


def _one_fact_an_id(
    tables: Mapping[str, pl.DataFrame], identity: pl.DataFrame
) -> tuple[Mapping[str, pl.DataFrame], Again]:
    """Every fact with an id of its own: what was read twice is one, and newer versions have ids of their own."""
    withdrawals = identity.filter(_WITHDRAWS_A_RECORD).select("patient", "id")
    held = pl.concat([_doubled(identity), _parts_of(withdrawals, identity)]).unique()
    if not held.height:
        return _without_withdrawals(tables, withdrawals.height), Again(withdrawals=-withdrawals.height)
    together = pl.concat([held, withdrawals]).unique()
    apart = {name: _with_ids(rows, together, "anti") for name, rows in tables.items()}
    once = {
        name: _with_ids(rows, together, "semi").unique(_said(name), keep="first", maintain_order=True)
        for name, rows in tables.items()
    }
    return _joined(apart, once, _identity(once), identity.height)


_WITHDRAWS_A_RECORD = (pl.col("withdrawn") & (pl.col("supersedes") == pl.col("id"))).fill_null(False)
"""What :func:`lenitive.chart.versions.withdraws_a_record` says of a fact."""


def _without_withdrawals(tables: Mapping[str, pl.DataFrame], some: int) -> Mapping[str, pl.DataFrame]:
    """The tables without the withdrawals of records of which nothing was read."""
    if not some:
        return tables
    return {
        name: rows.filter(~_WITHDRAWS_A_RECORD) if rows["withdrawn"].any() else rows for name, rows in tables.items()
    }


def _joined(
    apart: Mapping[str, pl.DataFrame], once: Mapping[str, pl.DataFrame], told: pl.DataFrame, before: int
) -> tuple[Mapping[str, pl.DataFrame], Again]:
    """The facts that stand apart, and those that share an id or are parts of a withdrawn record, as versions."""
    withdrawals_told = told.filter(_WITHDRAWS_A_RECORD).select("patient", "id")
    shared = pl.concat([_doubled(told), _parts_of(withdrawals_told, told), withdrawals_told]).unique()
    held: dict[str, dict[str, list[Fact]]] = {}
    for name, rows in once.items():
        for fact in _as_facts(name, _with_ids(rows, shared, "semi")):
            held.setdefault(fact.patient, {}).setdefault(fact.id, []).append(fact)
    withdrawals = sum(map(withdraw_parts, held.values()))
    newer = 0
    made: dict[str, list[Fact]] = {name: [] for name in apart}
    for same in (same for by_id in held.values() for same in by_id.values()):
        distinct, _ = versions(same)
        newer += max(len(distinct) - 1, 0)
        withdrawals -= 0 if distinct else len(same)
        for fact in distinct:
            made[TABLE_OF[type(fact)]].append(fact)
    unique = {
        name: pl.concat([apart[name], _with_ids(once[name], shared, "anti"), as_columns(name, facts)])
        for name, facts in made.items()
    }
    after = sum(rows.height for rows in unique.values())
    return unique, Again(before + withdrawals - after, newer, withdrawals)


def _with_ids(rows: pl.DataFrame, ids: pl.DataFrame, how: Literal["semi", "anti"]) -> pl.DataFrame:
    return rows.join(ids, on=["patient", "id"], how=how, maintain_order="left")


def _doubled(identity: pl.DataFrame) -> pl.DataFrame:
    """The ids that several facts of a patient have."""
    ids = identity.select("patient", "id")
    return ids.filter(ids.is_duplicated())


def _parts_of(withdrawals: pl.DataFrame, identity: pl.DataFrame) -> pl.DataFrame:
    """The ids of facts that were read from records that were withdrawn."""
    if not withdrawals.height:
        return withdrawals
    facts = identity.filter(~_WITHDRAWS_A_RECORD).select("patient", "id")
    record = pl.col("id").str.split_exact("#", 1).struct.field("field_0").alias("record")
    concerned = facts.join(withdrawals.select("patient").unique(), on="patient", how="semi").with_columns(record)
    found = concerned.join(withdrawals, left_on=["patient", "record"], right_on=["patient", "id"], how="semi")
    return found.drop("record")


def _said(table: str) -> list[str]:
    """The columns of a table without those that tell only where a fact was read."""
    return [name for name in columns(table) if name not in ("source", "supersedes")]


def _as_facts(table: str, rows: pl.DataFrame) -> Iterator[Fact]:
    """The facts that recorded columns came from."""
    known = columns(table)
    for row in rows.select(list(known)).iter_rows(named=True):
        told = {name: value for name, value in row.items() if value is not None}
        for name in told:
            if known[name].kind == "nested":
                told[name] = msgspec.json.decode(told[name])
        yield msgspec.convert(told, TABLES[table], builtin_types=(date, datetime))


# --- what a fact means that names a corrected one ----------------------------------------------------------------


_FROM, _UNTIL = "__from", "__until"
"""The day from which a row means what it says, and the day from which it does not; null where there is none."""


def _by_stretch(table: str, rows: pl.DataFrame, corrections: pl.DataFrame) -> pl.DataFrame:
    """A row for each stretch of days on which the facts that a fact names are the same ones."""
    rows = rows.with_columns(pl.lit(None, pl.Int32).alias(_FROM), pl.lit(None, pl.Int32).alias(_UNTIL))
    for holder, column in NAMES_A_FACT:
        if holder == table and corrections.height and rows.height:
            rows = _by_stretch_of(column, rows, corrections)
    return rows


def _by_stretch_of(column: str, rows: pl.DataFrame, corrections: pl.DataFrame) -> pl.DataFrame:
    superseded = corrections.select("patient", pl.col("supersedes").alias(column)).unique()
    named = rows.select("patient", column).join(superseded, on=["patient", column], how="semi").unique()
    if not named.height:
        return rows
    meant = pl.DataFrame(list(_meant(named, corrections)), _MEANT, orient="row")
    joined = rows.join(meant, left_on=["patient", column], right_on=["patient", "named"], how="left")
    stretched = joined.with_columns(
        pl.coalesce("means", column).alias(column),
        pl.max_horizontal(_FROM, "since").alias(_FROM),
        pl.min_horizontal(_UNTIL, "before").alias(_UNTIL),
    )
    ends_first = pl.col(_UNTIL) <= pl.max_horizontal(_day_of_moment("recorded_at"), _FROM)
    return stretched.filter(ends_first.not_() | ends_first.is_null()).select(rows.columns)


_MEANT = {"patient": pl.String, "named": pl.String, "means": pl.String, "since": pl.Int32, "before": pl.Int32}


def _meant(named: pl.DataFrame, corrections: pl.DataFrame) -> Iterator[tuple[str, str, str, int | None, int | None]]:
    """What each of these ids means from which day, and until before which, as the chart of each day says."""
    of_patient: dict[str, list[Correction]] = {}
    concerned = corrections.join(named.select("patient").unique(), on="patient", how="semi")
    for patient, *told in concerned.select("patient", "recorded_at", "id", "supersedes", "withdrawn").iter_rows():
        of_patient.setdefault(patient, []).append(Correction(*told))
    for patient, name in named.iter_rows():
        told = of_patient[patient]
        days = sorted({_days(one.recorded_at.date()) for one in told})
        means: list[tuple[int | None, str]] = [(None, name)]
        for day in days:
            known = [one for one in told if _days(one.recorded_at.date()) <= day]
            now = replacements(known).get(name, name)
            if now != means[-1][1]:
                means.append((day, now))
        ends = [since for since, _ in means[1:]]
        for (since, now), before in zip(means, [*ends, None], strict=True):
            yield patient, name, now, since, before


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
