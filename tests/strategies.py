"""Hypothesis strategies for charts over all fact tables: small, with every column, ranges, corrections, odd text.

``charts()`` gives a whole chart, ``facts(table)`` one fact of a table. Texts are any that are not blank and hold no
control characters, so names in any script occur; numbers are finite.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import msgspec
from hypothesis import strategies as st

from lenitive.chart import TABLES, Chart, Fact, Request
from lenitive.chart.procedure import DrugGiven
from lenitive.chart.schema import ColumnInfo, columns
from lenitive.codes import LEVELS, SIDES

WORDS = st.text(st.characters(exclude_categories=("C", "Zl", "Zp")), min_size=1, max_size=12).filter(str.strip)
DAYS = st.dates(date(1930, 1, 1), date(2030, 12, 31))
ZONES = st.sampled_from([UTC, None, timezone(timedelta(hours=-5)), timezone(timedelta(hours=5, minutes=30))])
MOMENTS = st.datetimes(datetime(1990, 1, 1), datetime(2030, 12, 31), timezones=ZONES)
NUMBERS = st.one_of(st.integers(1, 100).map(float), st.floats(0.01, 1e6, allow_nan=False))
ID = st.text("abcdefghijklmnopqrstuvwxyz0123456789-./ü", min_size=1, max_size=8)

_SPECIAL: dict[str, st.SearchStrategy[Any]] = {
    "side": st.sampled_from(SIDES),
    "lead_side": st.sampled_from(SIDES),
    "coverage_percent": st.floats(0, 100),
    "levels": st.lists(st.sampled_from(sorted(LEVELS)), max_size=3, unique=True).map(tuple),
    "percent": st.floats(-100, 100),
    "score": st.floats(-1e6, 1e6) | st.just(0.0),
    "function_percent": st.floats(-100, 100),
    "state": st.sampled_from(["OH", "CA", "TX"]),
    "order": st.integers(1, 3),
    "sessions": st.integers(0, 40),
    "topic": st.sampled_from(["allergy", "medication", "procedure:epidural", "finding:red flags"]),
    "drugs": st.lists(
        st.builds(
            DrugGiven,
            ingredient=WORDS,
            dose=st.none() | st.floats(0, 100),
            unit=st.sampled_from(["mg", "ug"]),
            volume_ml=st.none() | st.floats(0, 20),
            strength_percent=st.none() | st.floats(0, 100),
        ),
        max_size=2,
    ).map(tuple),
}

_BY_KIND: dict[str, st.SearchStrategy[Any]] = {
    "text": WORDS,
    "number": NUMBERS,
    "whole": st.integers(0, 1000),
    "truth": st.booleans(),
    "day": DAYS,
    "moment": MOMENTS,
    "texts": st.lists(WORDS, max_size=3).map(tuple),
}

_WORKED_OUT = frozenset(("id", "patient", "true_on", "true_by", "until", "supersedes", "withdrawn", "birth_by"))


def _column(column: ColumnInfo) -> st.SearchStrategy[Any]:
    if column.choices:
        return st.sampled_from(column.choices)
    return _SPECIAL[column.name] if column.name in _SPECIAL else _BY_KIND[column.kind]


@st.composite
def _ranges(draw: st.DrawFn) -> dict[str, date]:
    """true_on, perhaps true_by: a day, a month, a year or any range; or nothing."""
    if draw(st.booleans()):
        return {}
    day = draw(DAYS)
    form = draw(st.sampled_from(["day", "day", "month", "year", "range"]))
    if form == "month":
        first = day.replace(day=1)
        return {"true_on": first, "true_by": (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)}
    if form == "year":
        return {"true_on": day.replace(month=1, day=1), "true_by": day.replace(month=12, day=31)}
    if form == "range":
        return {"true_on": day, "true_by": day + timedelta(days=draw(st.integers(0, 400)))}
    return {"true_on": day}


@st.composite
def facts(draw: st.DrawFn, table: str, patient: str = "p1", fact_id: str | None = None) -> Fact:
    """One fact of a table, each optional column there or not."""
    values: dict[str, Any] = {"id": fact_id or draw(ID), "patient": patient, **draw(_ranges())}
    for column in columns(table).values():
        if column.name not in _WORKED_OUT and (column.required or draw(st.booleans())):
            values[column.name] = draw(_column(column))
    if "until" in columns(table) and draw(st.booleans()):
        values["until"] = max(draw(DAYS), values.get("true_by") or values.get("true_on") or date.min)
    if values.get("birth_date") and draw(st.booleans()):
        born = values["birth_date"].replace(month=1, day=1)
        values |= {"birth_date": born, "birth_by": born.replace(month=12, day=31)}
    if table == "attestation" and "true_on" not in values:
        values["complete"] = True  # it is taken back from a day on
    builtins = msgspec.to_builtins(values, builtin_types=(date, datetime))
    return msgspec.convert(builtins, TABLES[table], builtin_types=(date, datetime))


@st.composite
def charts(draw: st.DrawFn, max_facts: int = 6) -> Chart:
    """A chart of one patient: facts of any tables, some correcting or withdrawing earlier ones."""
    patient = draw(st.one_of(ID, st.just("p1")))
    tables = draw(st.lists(st.sampled_from(sorted(TABLES)), min_size=1, max_size=max_facts))
    names = draw(st.lists(ID, min_size=len(tables), max_size=len(tables), unique=True))
    made: list[Fact] = []
    for table, name in zip(tables, names, strict=True):
        fact = draw(facts(table, patient, name))
        same = [earlier.id for earlier in made if type(earlier) is type(fact)]
        if same and draw(st.booleans()):
            corrected = draw(st.sampled_from(same))
            fact = msgspec.structs.replace(fact, supersedes=corrected, withdrawn=draw(st.booleans()))
        made.append(fact)
    return Chart.of(made)


def requests() -> st.SearchStrategy[Request]:
    """A request for a procedure, each field decided or not."""
    return st.builds(
        Request,
        kind=WORDS,
        on=st.none() | DAYS,
        region=st.none() | WORDS,
        side=st.none() | st.sampled_from(SIDES),
        levels=_SPECIAL["levels"],
        contrast=st.none() | st.booleans(),
        state=st.none() | st.just("OH"),
    )
