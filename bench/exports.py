"""Bulk Data to read: NDJSON of invented patients by our own writer, and NDJSON of published samples.

The samples are those of ../shared/data/fhir: the export of clinosim, and the Synthea bundles flattened to lines. Both
files hold the same records again and again, as those of other patients, until they are large. They are written to a
temporary folder and nowhere else.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import msgspec
import orjson

from bench.measuring import SHARED, SkippedError
from lenitive.chart import Chart, Fact
from lenitive.interop.fhir.writer import chart_as_lines
from lenitive.registry.invented import invented_patients

SAMPLES = SHARED / "data" / "fhir"
BUNDLES = ("pysynthea", "synthea-smart")
INVENTED = b"invented-"
COPY = b"COPY-NUMBER-"
FIRST = (b'"resourceType":"Organization"', b'"resourceType":"Medication"')
"""As in an export, what others point to comes before them."""


def write_invented(out: Path, at_least: int, patients: int) -> tuple[list[Chart], int]:
    """Invented patients until the file has so many bytes; the charts, and how many times each stands in it.

    Each time they are other patients, and our writer writes and seals them anew.
    """
    charts = [numbered(one.chart) for one in invented_patients(date(2026, 6, 15), patients)]
    copies = 0
    with out.open("wb") as file:
        while file.tell() < at_least:
            for chart in charts:
                file.writelines(chart_as_lines(Chart.of(renamed(fact, copies) for fact in chart.facts)))
            copies += 1
    return charts, copies


def renamed(fact: Fact, copy: int) -> Fact:
    """A fact as it is in that copy."""
    written = msgspec.json.encode(fact).replace(INVENTED, b"invented-%04d-" % copy)
    return msgspec.json.decode(written, type=type(fact))


def numbered(chart: Chart) -> Chart:
    """The chart with ids that no other patient's facts have, as an export needs them."""
    return Chart.of(_numbered(fact) for fact in chart.facts)


def _numbered(fact: Fact) -> Fact:
    named = {name: getattr(fact, name, None) for name in ("id", "supersedes", "procedure")}
    return msgspec.structs.replace(fact, **{name: f"{fact.patient}-{value}" for name, value in named.items() if value})


def write_samples(out: Path, at_least: int) -> int:
    """The published samples until the file has so many bytes; how many times each stands in it."""
    if not SAMPLES.is_dir():
        raise SkippedError("needs the samples of ../shared/data/fhir, which are absent here")
    exported = (line for file in sorted(SAMPLES.glob("bulk-*/*.ndjson")) for line in file.read_bytes().splitlines())
    resources = [orjson.loads(line) for line in exported if line]
    for file in sorted(file for folder in BUNDLES for file in (SAMPLES / folder).glob("*.json")):
        resources.extend(map(orjson.loads, lines_of(orjson.loads(file.read_bytes()))))
    lines = [orjson.dumps(_marked(resource) | {"id": COPY.decode() + resource["id"]}) for resource in resources]
    return _write_copies(out, lines, at_least)


def lines_of(bundle: dict[str, Any]) -> Iterator[bytes]:
    """The resources of a Bundle as an export writes them: a line each, references by type and id."""
    target = {
        entry["fullUrl"]: f"{entry['resource']['resourceType']}/{entry['resource']['id']}" for entry in bundle["entry"]
    }
    for entry in bundle["entry"]:
        yield orjson.dumps(_mapped(entry["resource"], lambda reference: target.get(reference, reference)))


def _marked(resource: dict[str, Any]) -> dict[str, Any]:
    def mark(reference: str) -> str:
        kind, slash, name = reference.rpartition("/")
        return f"{kind}/{COPY.decode()}{name}" if slash else reference

    return _mapped(resource, mark)


def _mapped(value: Any, change: Callable[[str], str]) -> Any:
    """The same with every reference changed."""
    if isinstance(value, list):
        return [_mapped(item, change) for item in value]
    if not isinstance(value, dict):
        return value
    return {
        name: change(item) if name == "reference" and isinstance(item, str) else _mapped(item, change)
        for name, item in value.items()
    }


def _write_copies(out: Path, lines: Iterable[bytes], at_least: int) -> int:
    """Write the lines again and again, the mark replaced by the number of the copy; how many times."""
    ordered = sorted(lines, key=lambda line: not any(kind + b"," in line[:200] for kind in FIRST))
    block = b"\n".join(ordered) + b"\n"
    copies = written = 0
    with out.open("wb") as file:
        while written < at_least:
            written += file.write(block.replace(COPY, b"%04d-" % copies))
            copies += 1
    return copies
