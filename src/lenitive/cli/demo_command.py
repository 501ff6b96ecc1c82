"""``lenitive demo``: a dozen invented patients, one line each, and one whole report."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from lenitive.cli.options import AsOf, today
from lenitive.cli.progress import progress
from lenitive.cli.teaching import teaching_errors
from lenitive.errors import UsageError

if TYPE_CHECKING:
    from lenitive.cli.paper import Paper
    from lenitive.reasoning import Assessment
    from lenitive.registry.invented import Invented


def demo(
    out: Annotated[Path | None, typer.Option(help="The folder for the case files.", show_default="a new one")] = None,
    as_of: AsOf = None,
    count: Annotated[int, typer.Option(min=1, max=10_000, help="How many patients.")] = 12,
    seed: Annotated[int, typer.Option(help="Other numbers, other patients.")] = 1,
) -> None:
    """Invent a dozen patients, assess them all, and show one of them in full."""
    with teaching_errors():
        from lenitive.registry.invented import invented_patients

        day = as_of or today()
        patients = list(invented_patients(day, count, seed))
        folder = _folder(out, patients)
        assessments = _assessed(patients, folder, day)
        _print_all(patients, assessments, folder, day)


def _folder(out: Path | None, patients: Sequence[Invented]) -> Path:
    """A folder that holds none of these files yet."""
    if out is None:
        return Path(tempfile.mkdtemp(prefix="lenitive-demo-"))
    if out.exists() and not out.is_dir():
        raise UsageError(f"{out} is a file. Name a folder for the case files.")
    there = [patient.id for patient in patients if (out / f"{patient.id}.toml").exists()]
    if there:
        raise UsageError(f"{out} holds {there[0]}.toml already. Name a new or an empty folder.")
    out.mkdir(parents=True, exist_ok=True)
    return out


def _assessed(patients: Sequence[Invented], folder: Path, day: date) -> list[Assessment]:
    from lenitive.interop.case_file_writing import write_case_file
    from lenitive.reasoning import assess

    assessments: list[Assessment] = []
    with progress() as told:
        for patient in patients:
            file = folder / f"{patient.id}.toml"
            write_case_file(file, patient.chart, name=patient.story, as_of=day, request=patient.request)
            assessments.append(assess(patient.chart, day, [patient.request] if patient.request else []))
            told("assessing", len(assessments), len(patients))
    return assessments


def _print_all(patients: Sequence[Invented], assessments: Sequence[Assessment], folder: Path, day: date) -> None:
    from lenitive.cli.assess_command import print_report
    from lenitive.cli.paper import paper
    from lenitive.cli.report import Heading, who

    on = paper()
    on.print(f"{len(patients)} invented patients as of {day}, as case files in {folder}", "")
    for patient, assessment in zip(patients, assessments, strict=True):
        _print_line(on, patient, assessment)
    shown = patients[0]
    on.print("", f"The first one in full; the others: lenitive assess {folder / patients[-1].id}.toml", "")
    asked_for = frozenset([shown.request.kind] if shown.request else [])
    heading = Heading(who(shown.chart, day), f"{shown.id}.toml", asked_for=asked_for, chart=shown.chart.as_of(day))
    print_report(assessments[0], heading)


def _print_line(on: Paper, patient: Invented, assessment: Assessment) -> None:
    from rich.console import Group
    from rich.table import Table
    from rich.text import Text

    from lenitive.cli.glyphs import in_ascii

    grid = Table.grid(padding=(0, 2, 0, 0), expand=True)
    grid.add_column(width=len(patient.id))
    grid.add_column(ratio=1)
    told = summary(assessment, patient.request.kind if patient.request else None)
    story = patient.story
    if on.is_ascii:
        told, story = in_ascii(told), in_ascii(story)
    grid.add_row(Text(patient.id, style="bold"), Group(Text(told), Text(story, style="dim")))
    on.print(grid)


def summary(assessment: Assessment, asked_for: str | None = None) -> str:
    """An assessment in one line: what comes first, where the pain comes from, what is asked for or next."""
    from lenitive.cli.bars import percent

    parts = [f"{alert.severity.upper()}: {alert.title}" for alert in assessment.alerts[:1]]
    likeliest = [answer.estimates[0] for answer in assessment.differential if answer.estimates]
    if likeliest:
        best = max(likeliest, key=lambda estimate: estimate.probability)
        parts.append(f"{best.label} {percent(best.probability)} ({best.low:.0%} to {best.high:.0%})")
    chosen = [option for option in assessment.options if option.procedure == asked_for] or assessment.options[:1]
    parts += [f"{option.label}: {option.verdict}" for option in chosen]
    return "; ".join(parts) or "nothing to go by"
