"""One door for everything that holds a chart: case files, FHIR documents, NDJSON, folders of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from lenitive.chart import TABLE_OF, Chart, Fact
from lenitive.errors import BadInputError
from lenitive.interop.case_file import CaseFile, read_case_file
from lenitive.interop.fhir.reader import charts_of, facts_from_ndjson, facts_of_document, line_files
from lenitive.interop.opening import Kind, kind_of
from lenitive.interop.report import ReadReport


def read_chart(path: Path | str, report: ReadReport | None = None) -> Chart:
    """The one chart in a file or folder. No patient, or more than one, is bad input."""
    path = Path(path)
    report = report if report is not None else ReadReport()
    charts = list(_charts(path, report, _Wants(single_keys=True)))
    if len(charts) == 1:
        return charts[0]
    if not charts:
        problem = "it holds no facts about a patient"
        raise BadInputError(str(path), "", _with_first_refusal(problem, report), "one patient's chart")
    problem = f"it holds facts of {len(charts)} patients"
    raise BadInputError(str(path), "", problem, "one patient; `lenitive facts` reads many")


def read_any(path: Path | str, report: ReadReport) -> Iterator[Chart]:
    """Every chart in a file or folder, one per patient; what is refused stands in the report."""
    yield from _charts(Path(path), report, _Wants())


@dataclass(frozen=True)
class _Wants:
    """What a reader asks of its input."""

    single_keys: bool = False
    named_patients: bool = False


def facts_from(
    paths: Path | str | Iterable[Path | str],
    report: ReadReport,
    *,
    check_keys: bool = False,
    named_patients: bool = False,
) -> Iterator[Fact]:
    """Every fact in a file or folder, or in several, as it comes.

    NDJSON is streamed, and all NDJSON files are one input, in which one may point to another; other files are read
    one at a time. Of several files, one that cannot be read is refused alone, and in case files a fact without an id is
    named by what it says, for a number would name another one in the next file. Unlike :func:`read_any` this does not
    look for records that stand in the input twice. With ``check_keys`` a document in which an object holds a key
    twice is refused; with ``named_patients`` a case file that gives its patient no id is, for two of them would
    become one patient.
    """
    wants = _Wants(check_keys, named_patients)
    if isinstance(paths, Path | str):
        yield from _facts(Path(paths), report, wants)
    else:
        yield from _facts_of_several([Path(path) for path in paths], report, wants)


def _charts(path: Path, report: ReadReport, wants: _Wants) -> Iterator[Chart]:
    if path.is_file() and kind_of(path) == "case file":
        yield _case(path, report, wants).chart
        return
    yield from charts_of(_facts(path, report, wants), report, str(path))


def _facts(path: Path, report: ReadReport, wants: _Wants) -> Iterator[Fact]:
    kind = kind_of(path)
    if kind == "case file":
        yield from _case(path, report, wants).chart.facts
    elif kind == "lines":
        yield from facts_from_ndjson(path, report)
    elif kind == "document":
        yield from facts_of_document(path, report, check_keys=wants.single_keys)
    else:
        yield from _facts_of_several(_files_in(path), report, wants)


def _files_in(folder: Path) -> list[Path]:
    files = [*line_files(folder), *_other_files(folder)]
    if not files:
        raise BadInputError(str(folder), "", "the folder holds nothing to read", ".ndjson, .json or .toml files")
    return files


def _other_files(folder: Path) -> list[Path]:
    return sorted(file for pattern in ("*.json", "*.json.gz", "*.toml") for file in folder.glob(pattern))


def _facts_of_several(paths: list[Path], report: ReadReport, wants: _Wants) -> Iterator[Fact]:
    kinds = list(_kinds(list(_files_of(paths, report)), report))
    lines = [file for file, kind in kinds if kind == "lines"]
    if lines:
        yield from facts_from_ndjson(lines, report)
    for file, kind in kinds:
        if kind != "lines":
            try:
                yield from _facts_of_one_of_several(file, kind, report, wants)
            except BadInputError as error:
                report.refuse_error(error)


def _facts_of_one_of_several(file: Path, kind: Kind, report: ReadReport, wants: _Wants) -> Iterable[Fact]:
    if kind == "case file":
        return _case(file, report, wants).facts_beside_other_files()
    return _facts(file, report, wants)


def _files_of(paths: list[Path], report: ReadReport) -> Iterator[Path]:
    """The files, and those in the folders. A folder that holds nothing to read is refused alone."""
    for path in paths:
        try:
            yield from _files_in(path) if path.is_dir() else [path]
        except BadInputError as error:
            report.refuse_error(error)


def _kinds(files: list[Path], report: ReadReport) -> Iterator[tuple[Path, Kind]]:
    for file in files:
        try:
            yield file, kind_of(file)
        except BadInputError as error:
            report.refuse_error(error)


def _case(path: Path, report: ReadReport, wants: _Wants) -> CaseFile:
    case = read_case_file(path)
    if wants.named_patients and not case.names_its_patient:
        problem = "the patient has no id, so two such files would become one patient"
        raise BadInputError(str(path), "", problem, f'a line such as id = "{path.stem}" below [patient]')
    report.read["case file"] += 1
    report.notes.update(case.remarks)
    for table, rows in chart_counts(case.chart).items():
        report.facts[table] += rows
    return case


def chart_counts(chart: Chart) -> dict[str, int]:
    """How many facts of each table a chart holds, superseded ones included."""
    counted: dict[str, int] = {}
    for fact in chart.facts:
        counted[TABLE_OF[type(fact)]] = counted.get(TABLE_OF[type(fact)], 0) + 1
    return counted


def _with_first_refusal(problem: str, report: ReadReport) -> str:
    if not report.refused:
        return problem
    refused = "1 record was refused" if report.refused_count == 1 else f"{report.refused_count} records were refused"
    return f"{problem}; {refused}, the first: {report.refused[0]}"
