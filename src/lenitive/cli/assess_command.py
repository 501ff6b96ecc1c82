"""``lenitive assess``: what follows from one chart."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from lenitive.cli.counting import counted
from lenitive.cli.options import REQUEST, AsOf, Payer, Programme, Site, State, insurance_of, parse_requests, today
from lenitive.cli.output import write_json
from lenitive.cli.record import Record, read_record
from lenitive.cli.teaching import teaching_errors
from lenitive.errors import UsageError

if TYPE_CHECKING:
    from lenitive.chart import Chart, Insurance, Request
    from lenitive.cli.report import Heading
    from lenitive.reasoning import Assessment


def assess(
    file: Annotated[Path | None, typer.Argument(help="A case file, a FHIR bundle or an NDJSON export.")] = None,
    as_of: AsOf = None,
    request: Annotated[
        list[str] | None,
        typer.Option(help=f"Say more about a procedure: {REQUEST}. Repeatable."),
    ] = None,
    payer: Payer = None,
    programme: Programme = None,
    state: State = None,
    site: Site = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
    every: Annotated[bool, typer.Option("--all", help="Show every criterion with its evidence.")] = False,
) -> None:
    """Say what follows from the chart in FILE."""
    with teaching_errors():
        if file is None:
            raise UsageError("Which chart? Name a case file, a FHIR bundle or an NDJSON export: lenitive assess FILE.")
        asked = parse_requests(request or ())
        insurance = insurance_of(payer, programme, state, site)
        record = read_record(file, remarks_above=not as_json)
        day = as_of or record.day or today()
        requests = _requests(record, asked)
        assessment = _assess(record.chart, day, requests, insurance)
        if as_json:
            print_json(assessment)
            return
        day_from = "" if as_of else "the day of the file" if record.day else "today"
        print_report(assessment, _heading(record, day, day_from, requests), every)


def _requests(record: Record, asked: list[Request]) -> list[Request]:
    """What was asked for on the command line; the file's own request if it is about another procedure."""
    kinds = {request.kind for request in asked}
    return [*asked, *([record.request] if record.request and record.request.kind not in kinds else [])]


def _assess(chart: Chart, day: date, requests: list[Request], insurance: Insurance | None) -> Assessment:
    from lenitive.reasoning import assess as assessed

    return assessed(chart, day, requests, insurance)


def _heading(record: Record, day: date, day_from: str, requests: list[Request]) -> Heading:
    from lenitive.cli.report import Heading, who

    known = record.chart.as_of(day)
    later = len(record.chart.facts) - len(known.facts)
    unseen = f"{counted(later, 'fact was', 'facts were')} recorded after this day and not looked at."
    notes = (*record.remarks, *([unseen] if later else []))
    return Heading(
        who=who(known, day),
        read_from=record.file.name,
        day_from=day_from,
        refused=record.refused,
        notes=notes,
        asked_for=frozenset(request.kind for request in requests),
        chart=known,
    )


def assessed_file(file: Path) -> tuple[Assessment, Heading]:
    """The assessment of a case file on its own day, and what stands above it."""
    record = read_record(file, remarks_above=True)
    if record.day is None:
        raise UsageError(f"{file} does not say on which day it is to be assessed. Give it a line: as_of = 2026-05-04.")
    requests = _requests(record, [])
    assessment = _assess(record.chart, record.day, requests, None)
    return assessment, _heading(record, record.day, "the day of the file", requests)


def print_report(assessment: Assessment, heading: Heading, every: bool = False) -> None:
    """Print the report on stdout, as wide as it is and with the signs that it can show."""
    from dataclasses import replace

    from lenitive.cli.glyphs import all_in_ascii, in_ascii
    from lenitive.cli.paper import paper

    on = paper()
    if on.is_ascii:
        assessment = all_in_ascii(assessment)
        notes = tuple(in_ascii(note) for note in heading.notes)
        heading = replace(heading, who=in_ascii(heading.who), read_from=in_ascii(heading.read_from), notes=notes)
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


def schema() -> None:
    """Print the JSON Schema of what `assess --json` prints."""
    from lenitive.cli.published_schema import schema_text

    with teaching_errors():
        write_json(schema_text().encode())
