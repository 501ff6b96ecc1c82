"""A chart as the text of a case file: one block per fact, what the reader would fill in left out."""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import msgspec

from lenitive.chart import TABLE_OF, TABLES, Chart, Fact, Request
from lenitive.chart.chart import fact_as_builtins
from lenitive.interop.case_file import midnight
from lenitive.interop.listed_names import unlisted

_BEFORE_ALL = ("id", "patient", "source", "recorded_at")


def case_file_text(
    chart: Chart,
    *,
    name: str | None = None,
    as_of: date | None = None,
    request: Request | None = None,
    expect: Mapping[str, Any] | None = None,
) -> str:
    """The chart as a case file. Reading it gives the same facts; only comments and the order of blocks are lost."""
    source = _commonest_source(chart)
    blocks = [_top(chart, name, as_of, source)]
    for table in TABLES:
        facts = [fact for fact in chart.facts if TABLE_OF[type(fact)] == table]
        for number, fact in enumerate(facts, 1):
            left_out = _filled_in_by_the_reader(chart, table, number, fact, as_of, source)
            blocks.append(_block(f"[[{table}]]", _values(fact, left_out)))
    if request is not None:
        blocks.append(_block("[request]", _plain(request)))
    if expect:
        blocks.append(_block("[expect]", expect))
    return "\n".join(blocks)


def write_case_file(path: Path | str, chart: Chart, **top: Any) -> None:
    """Write the chart as a case file; takes what :func:`case_file_text` takes."""
    Path(path).write_text(case_file_text(chart, **top), encoding="utf-8", newline="\n")


def _commonest_source(chart: Chart) -> str:
    counted = Counter(fact.source for fact in chart.facts)
    return counted.most_common(1)[0][0] if counted else ""


def _top(chart: Chart, name: str | None, as_of: date | None, source: str) -> str:
    top: dict[str, Any] = {"name": name, "as_of": as_of, "source": source}
    if _has_open_references(chart):
        top["open_references"] = True
    if any(one.is_closed for fact in chart.facts for one in unlisted(fact)):
        top["open_names"] = True
    if not any(TABLE_OF[type(fact)] == "patient" for fact in chart.facts):
        top["patient"] = chart.patient_id
    return "".join(f"{key} = {toml_value(value)}\n" for key, value in top.items() if value is not None)


def _has_open_references(chart: Chart) -> bool:
    done = {fact.id for fact in chart.facts if TABLE_OF[type(fact)] == "procedure"}
    return any(getattr(fact, "procedure", None) not in done for fact in chart.facts if TABLE_OF[type(fact)] == "relief")


def _filled_in_by_the_reader(
    chart: Chart, table: str, number: int, fact: Fact, as_of: date | None, source: str
) -> dict[str, Any]:
    """What the reader would put into this fact by itself."""
    day = fact.true_on or as_of
    return {
        "id": f"{table}-{number}" if table != "patient" else None,
        "patient": fact.id if table == "patient" and number == 1 else chart.patient_id,
        "source": source,
        "recorded_at": midnight(day) if day else None,
    }


def _values(fact: Fact, left_out: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    values = {"source": fact.source} | fact_as_builtins(fact)
    if not _same_moment(fact.recorded_at, left_out["recorded_at"]):
        values["recorded_at"] = fact.recorded_at
    else:
        del values["recorded_at"]
    for key in ("id", "patient", "source"):
        if values.get(key) == left_out[key]:
            values.pop(key, None)
    for key in sorted(values, key=lambda name: name not in _BEFORE_ALL):
        if values[key] is not None:
            yield key, values[key]


def _same_moment(one: datetime, other: datetime | None) -> bool:
    return other is not None and one.tzinfo is not None and one == other


def _plain(request: Request) -> dict[str, Any]:
    plain: dict[str, Any] = msgspec.to_builtins(request, builtin_types=(date, datetime))
    return plain


def _block(head: str, values: Mapping[str, Any] | Iterator[tuple[str, Any]]) -> str:
    pairs = values.items() if isinstance(values, Mapping) else values
    return f"{head}\n" + "".join(f"{_key(key)} = {toml_value(value)}\n" for key, value in pairs)


def toml_value(value: Any) -> str:
    """A value as TOML writes it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    if isinstance(value, float):
        return _number(value)
    if isinstance(value, datetime):
        return _moment(value)
    if isinstance(value, int | date):
        return str(value)
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{_key(key)} = {toml_value(item)}" for key, item in value.items()) + " }"
    return "[" + ", ".join(toml_value(item) for item in value) + "]"


def _number(value: float) -> str:
    if not math.isfinite(value):
        raise ValueError("A number that is not finite cannot be written to a case file.")
    return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)


def _moment(value: datetime) -> str:
    offset = value.utcoffset()
    if offset is not None and offset.seconds % 60:
        value = value.astimezone(UTC)
    return value.isoformat().replace("+00:00", "Z")


def _key(name: str) -> str:
    return name if name.isascii() and name.replace("_", "").replace("-", "").isalnum() else json.dumps(name)
