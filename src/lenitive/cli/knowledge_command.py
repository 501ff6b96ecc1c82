"""``lenitive knowledge``: what the system believes, on whose word, and whether it holds together."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from lenitive.cli.counting import counted
from lenitive.cli.teaching import FOUND_SOMETHING, complain, teaching_errors

app = typer.Typer(help="Look into the clinical content.", no_args_is_help=True)


@app.command()
def check(
    folder: Annotated[
        Path | None, typer.Option(help="Another folder of content; the library's own if not given.")
    ] = None,
) -> None:
    """Check that all content holds: shapes, sources, dates, criteria and their numbers."""
    with teaching_errors():
        from lenitive.errors import UsageError
        from lenitive.medicine.checking import check as problems_in
        from lenitive.medicine.content import FOLDER

        looked_in = folder or FOLDER
        if not looked_in.is_dir():
            raise UsageError(f"{looked_in} is not a folder. Name one that holds content, or leave --folder out.")
        problems = problems_in(looked_in)
        for problem in problems:
            typer.echo(str(problem))
        if problems:
            complain(f"{counted(len(problems), 'problem')}.")
            raise typer.Exit(FOUND_SOMETHING)
        typer.echo(_everything_holds(looked_in))


def _everything_holds(folder: Path) -> str:
    from lenitive.medicine.content import KINDS, cited_parts, load

    content = load(folder)
    entries = {kind: len(getattr(content, kind)) for kind in KINDS}
    grades: dict[str, int] = {}
    for _, cited in cited_parts(content, ""):
        grades[cited.grade] = grades.get(cited.grade, 0) + 1
    listed = ", ".join(f"{number} {kind.replace('_', ' ')}" for kind, number in entries.items() if number)
    graded = ", ".join(f"{number} {grade}" for grade, number in sorted(grades.items(), key=lambda item: -item[1]))
    return f"Everything holds: {listed}.\n{sum(grades.values())} cited statements: {graded}."


@app.command(name="list")
def list_entries(
    kind: Annotated[str | None, typer.Argument(help="A kind of entry; without it, the kinds.")] = None,
) -> None:
    """List the entries of a KIND, or the kinds."""
    with teaching_errors():
        from lenitive.cli.knowledge_pages import entries, kinds
        from lenitive.cli.paper import paper

        on = paper()
        on.print(entries(kind, on) if kind else kinds(on))


@app.command()
def show(
    name: Annotated[str, typer.Argument(help="The id of an entry, or KIND:ID where two kinds share one.")],
) -> None:
    """Show an entry with its citations, grades and conflicts."""
    with teaching_errors():
        from lenitive.cli.knowledge_pages import pages
        from lenitive.cli.paper import paper

        on = paper()
        on.print(*pages(name, on))
