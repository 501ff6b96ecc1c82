"""Reading an upload: the library's own readers over a scratch folder that only this process may enter."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lenitive.chart import Chart, Fact
from lenitive.errors import BadInputError
from lenitive.interop.fhir.reader import charts_of
from lenitive.interop.opening import Kind, kind_of, opened
from lenitive.interop.reading import facts_from
from lenitive.interop.report import ReadReport
from lenitive_web.importing.models import RecordImport
from lenitive_web.importing.receiving import MAX_UNPACKED, MEGABYTE, write_out

SCRATCH = "lenitive-import-"
TOLD_EVERY = 500
"""After so many facts the reader says how far it is, and hears whether it is still wanted."""
SHOWN_CODES = 50

Tell = Callable[[int], None]


@dataclass(frozen=True)
class Told:
    """What an upload says about one patient. In a case file a fact's id counts lines, so it names no version."""

    chart: Chart
    versions: bool


def read(job: RecordImport, report: ReadReport, tell: Tell) -> list[Told]:
    """Every patient in an upload. NDJSON files are one input; each document and case file is one of its own."""
    with _scratch() as folder:
        told = list(_told(_laid_out(job, folder, report), report, tell))
        report.refused = [
            type(one)(_without(folder, one.file), one.place, _without(folder, one.problem), one.expected, one.path)
            for one in report.refused
        ]
    return told


def plain_report(report: ReadReport) -> dict[str, Any]:
    """The report as it is kept: no character that a database refuses."""
    kept = {
        "records": report.records,
        "read": dict(report.read.most_common()),
        "facts": dict(report.facts.most_common()),
        "ignored": dict(report.ignored.most_common()),
        "set_aside": [[kind, reason, count] for (kind, reason), count in report.set_aside.most_common()],
        "refused": report.refused_count,
        "refusals": [[one.file, one.place, one.path, one.problem, one.expected] for one in report.refused],
        "unresolved": report.unresolved.total(),
        "unknown_codes": report.unknown_codes.most_common(SHOWN_CODES),
        "unknown_codes_count": len(report.unknown_codes),
        "notes": dict(report.notes.most_common()),
    }
    clean: dict[str, Any] = json.loads(json.dumps(kept).replace("\\u0000", "\\ufffd"))
    return clean


# --- the scratch folder


@contextmanager
def _scratch() -> Iterator[Path]:
    """A folder of our own. What a process that was killed left behind is cleared away first."""
    for left in Path(tempfile.gettempdir()).glob(f"{SCRATCH}*-*"):
        if _is_an_orphan(left):
            shutil.rmtree(left, ignore_errors=True)
    with tempfile.TemporaryDirectory(prefix=f"{SCRATCH}{os.getpid()}-") as folder:
        yield Path(folder)


def _is_an_orphan(folder: Path) -> bool:
    """Whether a folder is ours and the process that made it is gone."""
    made_by = folder.name.removeprefix(SCRATCH).partition("-")[0]
    try:
        return folder.stat().st_uid == os.getuid() and made_by.isdigit() and not is_alive(int(made_by))
    except FileNotFoundError:
        return False


def is_alive(process: int) -> bool:
    """Whether a process of this machine still runs."""
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _laid_out(job: RecordImport, folder: Path, report: ReadReport) -> list[Path]:
    """The received files, each in a folder of its own so that two of one name do not meet."""
    paths, unpacked = [], 0
    for number, kept in enumerate(job.files.all()):
        path = folder / str(number) / kept.name
        path.parent.mkdir()
        with path.open("wb") as target:
            write_out(kept, target)
        unpacked += _unpacked_size(path, MAX_UNPACKED - unpacked)
        if unpacked > MAX_UNPACKED:
            problem = f"the files hold more than {MAX_UNPACKED // MEGABYTE} MB, unpacked"
            report.refuse(kept.name, "", problem, "several smaller imports")
            return []
        paths.append(path)
    return paths


def _unpacked_size(path: Path, room: int) -> int:
    """How many bytes a file holds, counted no further than there is room. A broken one is told by the reader."""
    counted = 0
    try:
        with opened(path) as file:
            while counted <= room and (piece := file.read(MEGABYTE)):
                counted += len(piece)
    except BadInputError:
        return counted
    return counted


def _without(folder: Path, text: str) -> str:
    """A text without the path of the scratch folder; the file's own name stays."""
    if str(folder) not in text:
        return text
    before, _, rest = text.partition(f"{folder}/")
    return before + rest.partition("/")[2]


# --- the inputs


def _told(paths: Sequence[Path], report: ReadReport, tell: Tell) -> Iterator[Told]:
    kinds = list(_kinds(paths, report))
    lines = [path for path, kind in kinds if kind == "lines"]
    others = [([path], kind) for path, kind in kinds if kind != "lines"]
    for files, kind in [(lines, "lines"), *others] if lines else others:
        try:
            facts = _counted(facts_from(files[0] if len(files) == 1 else files, report, check_keys=True), report, tell)
            for chart in charts_of(facts, report, files[0].name, keep_withdrawals=True):
                yield Told(chart, versions=kind != "case file")
        except BadInputError as error:
            report.refuse_error(error)


def _kinds(paths: Sequence[Path], report: ReadReport) -> Iterator[tuple[Path, Kind]]:
    for path in paths:
        try:
            yield path, kind_of(path)
        except BadInputError as error:
            report.refuse_error(error)


def _counted(facts: Iterable[Fact], report: ReadReport, tell: Tell) -> Iterator[Fact]:
    for number, fact in enumerate(facts):
        if number % TOLD_EVERY == 0:
            tell(report.records)
        yield fact
