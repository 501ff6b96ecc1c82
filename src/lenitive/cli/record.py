"""The one chart in a file that a command is about."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from lenitive.cli.counting import counted
from lenitive.cli.teaching import complain

if TYPE_CHECKING:
    from lenitive.chart import Chart, Request


@dataclass(frozen=True)
class Record:
    """What a file says: a chart, and perhaps the day and the request that it is about."""

    file: Path
    chart: Chart
    day: date | None = None
    request: Request | None = None
    refused: int = 0
    remarks: tuple[str, ...] = ()
    """Names that no rule knows and that may be slips of the pen."""


def read_record(file: Path, *, remarks_above: bool = False) -> Record:
    """The one chart in a file, with what a case file says beside it.

    What was refused is told on stderr, and so are the remarks unless the command prints them above what it says.
    """
    from lenitive.interop.opening import kind_of

    record = _case(file) if kind_of(file) == "case file" else _records(file)
    for remark in () if remarks_above else record.remarks:
        complain(f"{file}: {remark}")
    return record


def _case(file: Path) -> Record:
    from lenitive.interop.case_file import read_case_file

    case = read_case_file(file)
    return Record(file, case.chart, case.as_of, case.request, remarks=case.remarks)


def _records(file: Path) -> Record:
    """FHIR: the records that could not be read are counted and the first is named; names of ours are looked up."""
    from lenitive.interop.listed_names import remarks_of, unlisted
    from lenitive.interop.reading import read_chart
    from lenitive.interop.report import ReadReport

    report = ReadReport()
    chart = read_chart(file, report)
    if report.refused:
        were = "was" if report.refused_count == 1 else "were"
        refused = f"{counted(report.refused_count, 'record')} {were} refused and {were} not looked at"
        complain(f"{refused}, the first: {report.refused[0]}")
    remarks = remarks_of(one for fact in chart.facts for one in unlisted(fact) if one.is_closed)
    return Record(file, chart, refused=report.refused_count, remarks=tuple(remarks))
