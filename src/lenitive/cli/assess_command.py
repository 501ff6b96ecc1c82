"""``lenitive assess``: what follows from one chart."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from lenitive.cli.options import AsOf, Payer, Programme, Site, State, insurance_of, parse_request, today
from lenitive.cli.teaching import teaching_errors
from lenitive.errors import UsageError

if TYPE_CHECKING:
    from lenitive.chart import Chart, Request
    from lenitive.cli.report import Heading
    from lenitive.reasoning import Assessment


def assess(
    file: Annotated[Path | None, typer.Argument(help="A case file, a FHIR bundle or an NDJSON export.")] = None,
    as_of: AsOf = None,
    request: Annotated[
        list[str] | None,
        typer.Option(help="Say more about a procedure: kind=…,levels=L4-5;L5-S1,side=left,on=2026-06-01. Repeatable."),
    ] = None,
    payer: Payer = None,
    programme: Programme = None,
    state: State = None,
    site: Site = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
    every: Annotated[bool, typer.Option("--all", help="Show every criterion with its evidence.")] = False,
    schema: Annotated[bool, typer.Option("--schema", help="Print the JSON Schema of --json and stop.")] = False,
) -> None:
    """Say what follows from the chart in FILE."""
    with teaching_errors():
        if schema:
            print_schema()
            return
        if file is None:
            raise UsageError("Which chart? Name a case file, a FHIR bundle or an NDJSON export: lenitive assess FILE.")
        asked = [parse_request(text) for text in request or ()]
        insurance = insurance_of(payer, programme, state, site)
        read = read_record(file)
        assessment, day_from = _assessed(read, as_of, asked, insurance)
        if as_json:
            print_json(assessment)
        else:
            print_report(assessment, _heading(read, assessment, day_from), every)


@dataclass(frozen=True)
class Record:
    """What a file says: a chart, and perhaps the day and the request that it is about."""

    file: Path
    chart: Chart
    day: date | None = None
    request: Request | None = None
    refused: int = 0


def read_record(file: Path) -> Record:
    """The one chart in a file, with what a case file says beside it."""
    from lenitive.interop.opening import kind_of

    if kind_of(file) == "case file":
        from lenitive.interop.case_file import read_case_file

        case = read_case_file(file)
        return Record(file, case.chart, case.as_of, case.request)
    from lenitive.interop.reading import read_chart
    from lenitive.interop.report import ReadReport

    report = ReadReport()
    chart = read_chart(file, report)
    return Record(file, chart, refused=report.refused_count)


def _assessed(
    record: Record, as_of: date | None, asked: list[Request], insurance: Request | None
) -> tuple[Assessment, str]:
    """The assessment, and where its day came from."""
    from lenitive.reasoning import assess as assessed

    day = as_of or record.day or today()
    day_from = "" if as_of else "the day of the file" if record.day else "today"
    kinds = {request.kind for request in asked}
    requests = [*asked, *([record.request] if record.request and record.request.kind not in kinds else [])]
    return assessed(record.chart, day, requests, insurance), day_from


def _heading(record: Record, assessment: Assessment, day_from: str) -> Heading:
    from lenitive.cli.report import Heading, who

    shown = record.chart.as_of(assessment.as_of)
    notes = []
    later = len(record.chart.facts) - len(shown.facts)
    if later:
        notes.append(f"{later} facts were recorded after this day and were not looked at.")
    return Heading(
        who=who(shown, assessment.as_of),
        read_from=record.file.name,
        day_from=day_from,
        refused=record.refused,
        notes=notes,
    )


def print_report(assessment: Assessment, heading: Heading, every: bool = False) -> None:
    """Print the report on stdout, as wide as it is and with the signs that it can show."""
    from dataclasses import replace

    from lenitive.cli.glyphs import all_in_ascii, in_ascii
    from lenitive.cli.paper import paper

    on = paper()
    if on.is_ascii:
        assessment = all_in_ascii(assessment)
        heading = replace(heading, who=in_ascii(heading.who), read_from=in_ascii(heading.read_from))
    if every:
        from lenitive.cli.full_report import full_report

        on.print(full_report(assessment, heading, on.glyphs, on.width))
    else:
        from lenitive.cli.report import report

        on.print(report(assessment, heading, on.glyphs, on.width))


def print_json(assessment: Assessment) -> None:
    """Print the assessment as one JSON object."""
    import msgspec

    write_json(msgspec.json.encode(assessment))


def print_schema() -> None:
    """Print the JSON Schema of an assessment."""
    from lenitive.cli.published_schema import schema_text

    write_json(schema_text().encode())


def write_json(body: bytes) -> None:
    """Write UTF-8 on stdout, whatever its encoding is set to: JSON is always UTF-8."""
    import sys

    import msgspec

    sys.stdout.flush()
    sys.stdout.buffer.write(msgspec.json.format(body, indent=2) + b"\n")
    sys.stdout.buffer.flush()


def schema() -> None:
    """Print the JSON Schema of what `assess --json` prints."""
    with teaching_errors():
        print_schema()
