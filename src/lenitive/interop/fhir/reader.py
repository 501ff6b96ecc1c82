"""FHIR R4 to facts: Bundles of any type, single resources, lists, and Bulk Data NDJSON.

A record that says it is so no more (it was entered in error) comes as a withdrawal among the facts
(:mod:`lenitive.chart.versions`), which is no fact itself and is not counted as one.

When a fact was recorded is taken from the resource's own date of writing (``recordedDate``, ``authoredOn``,
``issued``, ``dateAsserted``), else ``meta.lastUpdated``, else the day on which it was true; a resource with no date at
all counts as always known, and the report says how many did.

NDJSON is read line by line and a broken line is refused alone. Products of medications and names of payers may stand
in a file that comes later, and means are worked out from items that may stand anywhere: only these wait for the end.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from itertools import chain
from pathlib import Path
from typing import IO

import msgspec

from lenitive.chart import Chart, Fact
from lenitive.chart.versions import NEWER_VERSION, READ_ONCE, versions, withdraw_parts, withdraws_a_record
from lenitive.errors import BadInputError
from lenitive.interop.fhir import own, resources, shape
from lenitive.interop.fhir.context import Context
from lenitive.interop.fhir.medications import waiting_medications
from lenitive.interop.fhir.observations import computed_means
from lenitive.interop.fhir.people import waiting_coverages
from lenitive.interop.fhir.resource_reader import count, take, take_all
from lenitive.interop.opening import document_bytes, opened, without_mark
from lenitive.interop.report import ReadReport

LINES = ("*.ndjson", "*.jsonl", "*.ndjson.gz", "*.jsonl.gz")
MAX_LINE_BYTES = 64 * 1024 * 1024
_READ_AT_ONCE = 1 << 16
"""So many bytes of sealed lines become facts together: enough to decode them at once, and few enough to stay near the
processor."""
_TAKEN_AT_ONCE = 64
"""So many resources of a document become facts together, for the same reason."""

_read_bundle = msgspec.json.Decoder(resources.Bundle).decode
_read_loose_bundle = msgspec.json.Decoder(resources.LooseBundle).decode
_read_entry = msgspec.json.Decoder(resources.Entry).decode
_read_list = msgspec.json.Decoder(list[msgspec.Raw]).decode
_read_head = msgspec.json.Decoder(resources.Head).decode
_read_patient = msgspec.json.Decoder(resources.Patient).decode


# --- Bulk Data


def facts_from_ndjson(paths: Path | Iterable[Path], report: ReadReport) -> Iterator[Fact]:
    """The facts of NDJSON files (or of a folder of them), as they come. Each knows its patient.

    One of several files that breaks off (a cut gzip) is refused alone; what came before it stands.
    """
    return chain.from_iterable(_some_facts(paths, report))


def _some_facts(paths: Path | Iterable[Path], report: ReadReport) -> Iterator[Iterable[Fact]]:
    """The same, some at a time."""
    files = line_files(paths)
    context = Context(report, "")
    for path in files:
        context.source = path.name
        try:
            with opened(path) as file:
                yield from _facts_of_lines(file, context)
        except BadInputError as error:
            if len(files) == 1:
                raise
            report.refuse_error(error)
    yield _facts_at_the_end(context)


def line_files(paths: Path | Iterable[Path]) -> list[Path]:
    """The NDJSON files meant, those that others point to first."""
    given = [paths] if isinstance(paths, Path) else list(paths)
    files = [file for path in given for file in (_lines_in(path) if path.is_dir() else [path])]
    return sorted(files, key=lambda file: (not file.name.startswith(("Medication.", "Organization.")), str(file)))


def _lines_in(folder: Path) -> list[Path]:
    return sorted({file for pattern in LINES for file in folder.glob(pattern)})


def _facts_of_lines(file: IO[bytes], context: Context) -> Iterator[Sequence[Fact]]:
    """The facts of the lines of a file: of each line, and of sealed lines that stand together, some at a time. Where
    reading fails, those before that place come first."""
    sealed: list[bytes] = []
    held = number = 0
    try:
        for number, line in enumerate(_lines_of(file), 1):
            joins = own.is_sealed(line)
            if joins:
                sealed.append(line)
                held += len(line)
            if sealed and (held >= _READ_AT_ONCE or not joins):
                yield _together(sealed, number if joins else number - 1, context)
                sealed, held = [], 0
            if line and not joins:
                yield take(line, number, context)
    except Exception:
        yield _together(sealed, number, context)
        raise
    yield _together(sealed, number, context)


def _together(lines: Sequence[bytes], last: int, context: Context) -> Sequence[Fact]:
    """The facts of lines of which the last has that number."""
    return take_all(lines, range(last - len(lines) + 1, last + 1), context)


def _lines_of(file: IO[bytes]) -> Iterator[bytes]:
    first = without_mark(file.readline(MAX_LINE_BYTES))
    return map(bytes.strip, chain((first,), iter(partial(file.readline, MAX_LINE_BYTES), b"")))


def _facts_at_the_end(context: Context) -> Iterator[Fact]:
    for make in (waiting_medications, waiting_coverages, computed_means):
        facts = tuple(make(context))
        count(facts, context)
        yield from facts


# --- documents


def facts_of_document(
    path: Path,
    report: ReadReport,
    data: bytes | None = None,
    *,
    check_keys: bool = False,
) -> Iterator[Fact]:
    """The facts of one JSON document: a Bundle, a list of resources, or one resource.

    What points to a patient of another server than the first is refused.
    """
    read = document_bytes(path) if data is None else without_mark(data)
    _refuse_bad_document(read, path, check_keys)
    context = Context(report, path.name)
    entries = _entries(read, path)
    _learn_addresses(entries, context)
    if empty := sum(not raw for _, _, raw in entries):
        report.ignored["entry without a resource"] += empty
    for start in range(0, len(entries), _TAKEN_AT_ONCE):
        places, full_urls, raws = zip(*entries[start : start + _TAKEN_AT_ONCE], strict=True)
        yield from take_all(list(map(bytes, raws)), places, context, full_urls)
    yield from _facts_at_the_end(context)


_Place = tuple[str, str | None, msgspec.Raw | bytes]


def _refuse_bad_document(data: bytes, path: Path, check_keys: bool) -> None:
    file = str(path)
    try:
        if not data.isascii():
            data.decode()
        if shape.nested_too_deep(data):
            raise BadInputError(file, "", "it is nested too deeply", f"at most {shape.MAX_DEPTH} levels")
        if check_keys:
            shape.refuse_double_keys(data)
    except UnicodeDecodeError as error:
        problem = "this is not UTF-8 (perhaps Latin-1)"
        raise BadInputError(file, _line_and_column(data, error.start), problem, "UTF-8") from None
    except shape.DoubleKeyError as error:
        raise BadInputError(file, "", str(error), "every key once") from None
    except ValueError:
        pass  # not JSON: decoding tells better where


def _entries(data: bytes, path: Path) -> Sequence[_Place]:
    try:
        if data.lstrip().startswith(b"["):
            return [(f"item {n}", None, raw) for n, raw in enumerate(_read_list(data), 1)]
        kind = _read_head(data).resourceType
        if kind == "Bundle":
            return _bundle_entries(data)
    except msgspec.ValidationError as error:
        raise BadInputError(str(path), "", _shape(error), "a FHIR R4 Bundle or resource") from None
    except msgspec.DecodeError as error:
        place, problem = _place_in(data, error)
        raise BadInputError(str(path), place, f"this is not JSON: {problem}", "a FHIR R4 Bundle or resource") from None
    except RecursionError:
        raise BadInputError(str(path), "", "it is nested too deeply", "at most 64 levels") from None
    if not kind:
        problem = "this is JSON but not FHIR: there is no resourceType"
        raise BadInputError(str(path), "", problem, "a FHIR R4 Bundle or resource")
    return [("resource", None, data)]


def _bundle_entries(data: bytes) -> Sequence[_Place]:
    try:
        entries = _read_bundle(data).entry or []
    except msgspec.ValidationError:
        return [_loose_entry(n, raw) for n, raw in enumerate(_read_loose_bundle(data).entry or [], 1)]
    return [(f"entry {n}", entry.fullUrl, entry.resource) for n, entry in enumerate(entries, 1)]


def _loose_entry(number: int, raw: msgspec.Raw) -> _Place:
    try:
        entry = _read_entry(raw)
    except msgspec.ValidationError:
        return (f"entry {number}", None, b'"not an entry"')
    return (f"entry {number}", entry.fullUrl, entry.resource)


def _learn_addresses(entries: Sequence[_Place], context: Context) -> None:
    """Note what full URLs and identifiers stand for, and whether the document is about one patient only."""
    patients: set[str] = set()
    for _, full_url, raw in entries:
        head = _head(raw)
        if head is None or not head.resourceType:
            continue
        name = head.id or (full_url or "").rpartition("/")[2].removeprefix("urn:uuid:")
        target = f"{head.resourceType}/{name}"
        if full_url:
            context.local[full_url] = target
        if head.resourceType == "Patient" and name:
            patients.add(name)
            context.local.update(dict.fromkeys(_conditional(raw), target))
    if len(patients) == 1:
        context.only_patient = patients.pop()


def _head(raw: msgspec.Raw | bytes) -> resources.Head | None:
    try:
        return _read_head(raw) if raw else None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None


def _conditional(raw: msgspec.Raw | bytes) -> list[str]:
    try:
        identifiers = resources.identifiers_of(_read_patient(raw))
    except (msgspec.DecodeError, UnicodeDecodeError):
        return []
    return [f"Patient?identifier={item.system}|{item.value}" for item in identifiers if item.value]


def _shape(error: msgspec.ValidationError) -> str:
    message, _, path = str(error).partition(" - at `$")
    return f"{path.strip('`.') or 'the document'}: {message[:1].lower()}{message[1:]}"


def _place_in(data: bytes, error: msgspec.DecodeError) -> tuple[str, str]:
    problem, _, rest = str(error).removeprefix("JSON is malformed: ").partition(" (byte ")
    return (_line_and_column(data, int(rest.rstrip(")"))) if rest else "the end"), problem


def _line_and_column(data: bytes, offset: int) -> str:
    line, begin = data.count(b"\n", 0, offset) + 1, data.rfind(b"\n", 0, offset)
    return f"line {line}, column {offset - begin}"


# --- charts


def charts_of(
    facts: Iterable[Fact], report: ReadReport, file: str, *, keep_withdrawals: bool = False
) -> Iterator[Chart]:
    """One chart per patient. The same fact twice is one; another version of a fact supersedes or withdraws the older.

    With ``keep_withdrawals`` a record's withdrawal stays where nothing of that record was read, for a chart elsewhere
    that may hold some. Holds all facts in memory; for large folders take :func:`facts_from_ndjson`.
    """
    grouped: dict[str, dict[str, list[Fact]]] = {}
    for fact in facts:
        grouped.setdefault(fact.patient, {}).setdefault(fact.id, []).append(fact)
    for name in sorted(grouped):
        withdraw_parts(grouped[name])
        found = [fact for same in grouped[name].values() for fact in _distinct(same, report, keep_withdrawals)]
        if found:
            yield Chart.of(found, file)


def _distinct(same: list[Fact], report: ReadReport, keep_withdrawals: bool) -> list[Fact]:
    if len(same) == 1 and not withdraws_a_record(same[0]):
        return same
    distinct, again = versions(same)
    if again:
        report.notes[READ_ONCE] += again
    if len(distinct) > 1:
        report.notes[NEWER_VERSION] += len(distinct) - 1
    return distinct or (same[:1] if keep_withdrawals else [])
