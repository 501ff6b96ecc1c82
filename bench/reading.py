"""FHIR NDJSON to Parquet, beside orjson, which only parses the same lines in the same run. One core each.

Every record of the file is accounted for: records by type are counted once more with orjson, and the invented patients
come back from Parquet fact by fact as they were.
"""

from __future__ import annotations

import gc
import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import orjson

from bench.exports import renamed, write_invented, write_samples
from bench.measuring import (
    Figure,
    Scale,
    SkippedError,
    check,
    check_same,
    in_child,
    interleaved,
    say,
    stay_on_one_core,
    timed,
)
from bench.registries import charts_of
from lenitive.chart import Chart
from lenitive.interop.reading import facts_from
from lenitive.interop.report import ReadReport
from lenitive.registry.store import open_store, write_facts

TITLE = "FHIR NDJSON to Parquet, one core, beside orjson on the same lines"
BAR = 1 / 3
PATIENTS = 60


def measure(scale: Scale) -> Iterator[Figure]:
    """MB/s of both kinds of file."""
    size, rounds = scale.of((105_000_000, 3), (8_000_000, 1))
    for kind, name in (("samples", "clinosim and Synthea samples"), ("invented", "invented patients by our writer")):
        try:
            yield from _figures(name, in_child("bench.reading", kind, size, rounds, cores=1))
        except SkippedError as reason:
            yield Figure(name, f"skipped: {reason}")


def _figures(name: str, said: dict[str, Any]) -> Iterator[Figure]:
    found = said["answer"]
    if found["skipped"]:
        yield Figure(name, f"skipped: {found['skipped']}")
        return
    megabytes, ours, alone = found["bytes"] / 1e6, found["ours"], found["orjson"]
    yield Figure(
        f"{name}, {megabytes:,.0f} MB, {found['records']:,} records",
        f"{megabytes / ours:,.0f} MB/s to Parquet, orjson {megabytes / alone:,.0f} MB/s: ratio {alone / ours:.2f}",
        f"at least {BAR:.2f} of orjson",
        alone / ours >= BAR,
    )
    reading = found["reading"]
    yield Figure(
        "of which reading to typed facts",
        f"{megabytes / reading:,.0f} MB/s, ratio {alone / reading:.2f}; {found['facts']:,} facts checked, "
        f"peak {said['peak_bytes'] / 2**20:,.0f} MiB",
    )


# --- the child: one core -----------------------------------------------------------------------------------------

WRITERS: dict[str, Callable[[Path, int], tuple[list[Chart], int]]] = {
    "invented": lambda file, size: write_invented(file, size, PATIENTS),
    "samples": lambda file, size: ([], write_samples(file, size)),
}


def read(kind: str, size: int, rounds: int) -> dict[str, Any]:
    """The median seconds of each contender on one file, and what was checked."""
    stay_on_one_core()
    with tempfile.TemporaryDirectory(prefix="lenitive-bench-") as folder:
        file, out = Path(folder) / "export.ndjson", Path(folder) / "registry"
        try:
            charts, copies = WRITERS[kind](file, size)
        except SkippedError as reason:
            return {"skipped": str(reason)}
        report = to_parquet(file, out)
        check_records(file, report)
        check_facts(report, out, charts, copies)
        gc.collect()
        gc.freeze()
        taken = interleaved(
            {
                "ours": lambda: timed(lambda: to_parquet(file, out))[0],
                "reading": lambda: timed(lambda: to_facts(file))[0],
                "orjson": lambda: timed(lambda: by_orjson(file))[0],
            },
            rounds,
        )
        facts, records = report.facts.total(), report.records
        return {"skipped": "", "bytes": file.stat().st_size, "records": records, "facts": facts, **taken}


def to_parquet(file: Path, out: Path) -> ReadReport:
    """What `lenitive facts` does."""
    shutil.rmtree(out, ignore_errors=True)
    report = ReadReport()
    write_facts(facts_from(file, report), out)
    return report


def to_facts(file: Path) -> int:
    """Only the reading."""
    return sum(1 for _ in facts_from(file, ReadReport()))


def by_orjson(file: Path) -> int:
    """Only the parsing, as fast as Python can; nothing is kept."""
    parsed = 0
    with file.open("rb", buffering=1 << 17) as lines:  # as large as the reader's
        for line in lines:
            orjson.loads(line)
            parsed += 1
    return parsed


# --- answers -----------------------------------------------------------------------------------------------------


def check_records(file: Path, report: ReadReport) -> None:
    """Every record was read, ignored or refused, and was of the type that orjson sees."""
    with file.open("rb") as lines:
        types = Counter(orjson.loads(line)["resourceType"] for line in lines)
    check(report.refused_count == 0, f"{report.refused_count} records were refused: {report.refused[:1]}")
    check_same(report.read + report.ignored, types, "records by type")


def check_facts(report: ReadReport, out: Path, charts: list[Chart], copies: int) -> None:
    """As many facts are stored as were read; those of invented patients are those that were written."""
    store = open_store(out)
    told, stored = report.facts.total(), store.about.facts
    check(told == stored > 0, f"{told} facts were read, {stored} stored")
    if not charts:
        return
    check(told == copies * sum(len(chart.facts) for chart in charts), f"{told} facts were read from {copies} copies")
    expected = {fact.id: fact for chart in charts for fact in (renamed(one, copies - 1) for one in chart.facts)}
    patients = {fact.patient for fact in expected.values()}
    found = {fact.id: fact for chart in charts_of(store, patients) for fact in chart.facts}
    check_same(found, expected, "facts written and read back")


if __name__ == "__main__":
    say(read(sys.argv[1], int(sys.argv[2]), int(sys.argv[3])))
