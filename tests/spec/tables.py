"""Text tables: charts and expected answers that a clinician can read.

A block is one fact table::

    procedure:
    kind     | true_on    | expect
    ---------+------------+-------------
    epidural | 2025-05-01 | met
    epidural |            | undocumented
    -        | -          | undocumented

Each row is one patient with one fact; a blank is not recorded, ``-`` in every column means that there is no fact.
Facts that belong to one patient carry a name in a column ``patient``, in as many blocks as needed. ``attested`` names
topics that were asked completely, ``expect`` is *met*, *not met* or *undocumented*, once a patient.

Days are ``2025-05-01``, ``2025-05`` (some day of that month) or ``2025-05-01..2025-05-20``; truths are ``yes`` and
``no``; lists are separated by spaces. What a row does not give gets a plain value: an id, a kind, the first of January
2020 as the day on which it was written down.
"""

import re
from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from textwrap import dedent
from typing import Any

from lenitive.chart import TABLES, Fact
from lenitive.chart.schema import LATEST_OF, ColumnInfo, columns
from lenitive.status import Status

RECORDED_AT = datetime(2020, 1, 1, 12, tzinfo=UTC)
_AROUND = ("patient", "attested", "expect")
_ANSWERS = {status.value: status for status in Status}


@dataclass
class Charts:
    """The facts of some patients, and how each should stand."""

    facts: list[Fact] = field(default_factory=list)
    expected: dict[str, Status] = field(default_factory=dict)


def read_tables(text: str) -> Charts:
    """The facts and expectations of a text of blocks."""
    charts = Charts()
    for table, rows in _blocks(text):
        known = columns(table) if table != "expect" else {}
        for number, row in enumerate(rows, start=1):
            patient = row.get("patient") or f"{table}-{number}"
            _read_row(charts, table, known, patient, number, row)
    attested = {fact.patient for fact in charts.facts}
    for patient in charts.expected.keys() - attested:
        charts.facts.append(_fact("statement", patient, "nothing", {"kind": "nothing"}))
    return charts


def _blocks(text: str) -> Iterator[tuple[str, list[dict[str, str]]]]:
    for block in re.split(r"\n\s*\n", dedent(text).strip("\n")):
        name, *lines = (line for line in block.splitlines() if not set(line) <= set("-+| "))
        table = name.strip().removesuffix(":")
        assert name.strip().endswith(":"), f"A block starts with the name of its table and a colon, not with {name!r}."
        assert table in TABLES or table == "expect", f"{table!r} is no table."
        header = _cells(lines[0])
        yield table, [dict(zip(header, _cells(line), strict=True)) for line in lines[1:]]


def _cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.split("|")]


def _read_row(
    charts: Charts, table: str, known: dict[str, ColumnInfo], patient: str, number: int, row: dict[str, str]
) -> None:
    for topic in row.get("attested", "").split():
        charts.facts.append(_fact("attestation", patient, f"asked-{topic}-{number}", {"topic": topic}))
    if row.get("expect"):
        assert patient not in charts.expected, f"What is expected of {patient!r} is said twice."
        charts.expected[patient] = _ANSWERS[row["expect"]]
    cells = {name: cell for name, cell in row.items() if name not in _AROUND}
    if table == "expect" or set(cells.values()) == {"-"}:
        return
    values: dict[str, Any] = {}
    for name, cell in cells.items():
        assert name in known, f"{table!r} has no column {name!r}."
        if cell:
            values.update(_value(known[name], cell))
    charts.facts.append(_fact(table, patient, f"{table}-{number}", values))


def _value(info: ColumnInfo, cell: str) -> dict[str, Any]:
    match info.kind:
        case "day":
            first, last = _days(cell)
            return {info.name: first} if first == last else {info.name: first, LATEST_OF[info.name]: last}
        case "number":
            return {info.name: float(cell)}
        case "whole":
            return {info.name: int(cell)}
        case "truth":
            return {info.name: {"yes": True, "no": False}[cell]}
        case "texts":
            return {info.name: tuple(cell.split())}
        case "moment":
            return {info.name: datetime.fromisoformat(cell).replace(tzinfo=UTC)}
        case _:
            return {info.name: cell}


def _days(cell: str) -> tuple[date, date]:
    if ".." in cell:
        first, last = cell.split("..")
        return date.fromisoformat(first), date.fromisoformat(last)
    if re.fullmatch(r"\d{4}-\d\d", cell):
        year, month = map(int, cell.split("-"))
        return date(year, month, 1), date(year, month, monthrange(year, month)[1])
    day = date.fromisoformat(cell)
    return day, day


def _fact(table: str, patient: str, name: str, values: dict[str, Any]) -> Fact:
    needed = {info.name: "any" for info in columns(table).values() if info.required and info.kind == "text"}
    given = {"id": name, "patient": patient, "recorded_at": RECORDED_AT}
    return TABLES[table](**{**needed, **given, **values})
