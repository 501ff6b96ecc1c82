"""``lenitive facts``: records in, a registry of typed facts out."""

from __future__ import annotations

import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from lenitive.cli.counting import counted
from lenitive.cli.progress import progress
from lenitive.cli.teaching import FOUND_SOMETHING, complain, teaching_errors
from lenitive.errors import BadInputError

if TYPE_CHECKING:
    from collections import Counter

    from lenitive.chart import Fact
    from lenitive.interop.report import ReadReport
    from lenitive.registry.store import Written

SHOWN_REFUSALS = 20
SHOWN_CODES = 10


def facts(
    files: Annotated[list[Path], typer.Argument(help="FHIR bundles, NDJSON exports, case files, or folders of them.")],
    out: Annotated[Path, typer.Option(help="The folder for the registry; it must be new or empty.")],
    replace: Annotated[bool, typer.Option("--replace", help="Replace the registry that is there.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the read report as one JSON object.")] = False,
) -> None:
    """Read FILES and write their facts as a registry (Parquet) in the folder OUT."""
    with teaching_errors(), _leaving_cleanly():
        from lenitive.interop.report import ReadReport
        from lenitive.registry.store import write_facts

        _look_for(files)
        report = ReadReport()
        with progress() as told:
            written = write_facts(_facts(files, report), out, replace=replace, progress=told)
        _note_versions(report, written)
        if as_json:
            _print_json(report, written)
        else:
            _print_report(report, written, out)
        refused = report.refused_count
        if refused:
            was = "was" if refused == 1 else "were"
            complain(f"{counted(refused, 'record')} {was} refused; the others were written.")
            raise typer.Exit(FOUND_SOMETHING)


def _look_for(files: list[Path]) -> None:
    """A name that stands for nothing is a slip of the pen: say so before an hour of reading."""
    from lenitive.interop.opening import no_such_file

    for file in files:
        if not file.exists():
            expected = "a FHIR bundle, an NDJSON export, a case file or a folder of them"
            raise no_such_file(file, expected)


def _facts(files: list[Path], report: ReadReport) -> Iterator[Fact]:
    """The facts of all files, which are one input. One that cannot be read is refused alone; no fact is an error."""
    from lenitive.interop.reading import facts_from

    any_fact = False
    try:
        for fact in facts_from(files, report, named_patients=True):
            any_fact = True
            yield fact
    except BadInputError as error:
        report.refuse_error(error)
    if not any_fact:
        named = ", ".join(str(file) for file in files)
        for refusal in report.refused[:SHOWN_REFUSALS]:
            complain(str(refusal))
        problem = (
            f"nothing could be read; refused: {counted(report.refused_count, 'record')}"
            if report.refused_count
            else ("it holds no facts about a patient")
        )
        raise BadInputError(named, "", problem)


@contextmanager
def _leaving_cleanly() -> Iterator[None]:
    """When told to stop (SIGTERM), leave as anybody leaves, so that the scratch folder is cleared away."""

    def leave(number: int, _frame: object) -> NoReturn:
        sys.exit(128 + number)

    before = signal.signal(signal.SIGTERM, leave)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _note_versions(report: ReadReport, written: Written) -> None:
    """The same words in which the reader of one chart tells it."""
    from lenitive.chart.versions import NEWER_VERSION, READ_ONCE

    for note, count in ((READ_ONCE, written.again.same), (NEWER_VERSION, written.again.newer)):
        if count:
            report.notes[note] += count


def _print_report(report: ReadReport, written: Written, out: Path) -> None:
    typer.echo(
        f"{counted(report.records, 'record')}: {report.read.total()} read, {report.ignored.total()} of types that a"
        f" chart does not use, {report.refused_count} refused."
    )
    aside = sum(report.set_aside.values())
    for title, numbers in (("Read", report.read), ("Facts", report.facts), ("Ignored", report.ignored)):
        if numbers:
            typer.echo(f"{title}: {_listed(numbers)}.")
    if aside:
        typer.echo(f"Set aside: {_listed({f'{kind} ({why})': n for (kind, why), n in report.set_aside.items()})}.")
    if report.unknown_codes:
        shown = dict(report.unknown_codes.most_common(SHOWN_CODES))
        more = len(report.unknown_codes) - len(shown)
        typer.echo(f"Unknown codes: {_listed(shown)}" + (f", and {more} more." if more > 0 else "."))
    if report.unresolved:
        typer.echo(f"References that lead nowhere: {sum(report.unresolved.values())}.")
    for note, count in sorted(report.notes.items()):
        typer.echo(f"Note: {note.rstrip('.')} ({counted(count, 'time')}).")
    for refusal in report.refused[:SHOWN_REFUSALS]:
        complain(f"Refused: {refusal}")
    if report.refused_count > SHOWN_REFUSALS:
        complain(f"… and {report.refused_count - SHOWN_REFUSALS} more; --json names up to a thousand.")
    wrote = f"{counted(written.facts, 'fact')} of {counted(written.patients, 'patient')}"
    typer.echo(f"Wrote {wrote} to {out} ({counted(written.partitions, 'partition')}).")


def _listed(numbers: Counter[str] | dict[str, int]) -> str:
    return ", ".join(f"{name} {count}" for name, count in numbers.items())


def _print_json(report: ReadReport, written: Written) -> None:
    import json

    wrote = {"patients": written.patients, "facts": written.facts}
    typer.echo(json.dumps({**report.as_plain(), "written": wrote}, indent=2))
