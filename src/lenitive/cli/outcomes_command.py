"""``lenitive outcomes``: what came of a registry's own procedures, beside what was published."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from lenitive.cli.counting import counted
from lenitive.cli.options import AsOf, today
from lenitive.cli.output import write_json
from lenitive.cli.teaching import teaching_errors

if TYPE_CHECKING:
    from datetime import date

    from rich.console import RenderableType

    from lenitive.registry.outcomes import Learned, Results


def outcomes(
    registry: Annotated[Path, typer.Argument(help="A folder that `lenitive facts` wrote.")],
    procedure: Annotated[
        list[str] | None,
        typer.Option(help="Only this procedure (`lenitive knowledge list procedures`). May be given again."),
    ] = None,
    as_of: AsOf = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON array.")] = False,
) -> None:
    """Count which procedures of REGISTRY left at least half of the pain gone, and say what to expect next here.

    Each published share is followed by what it becomes after the registry's own results. Sessions of which nobody
    knows what came of them are counted apart.
    """
    with teaching_errors():
        import msgspec

        from lenitive.reasoning.book import book
        from lenitive.registry.outcomes import MONTH, results_of
        from lenitive.registry.store import open_store

        day = as_of or today()
        known = book()
        found = results_of(open_store(registry), known, day, procedure or [])
        if as_json:
            write_json(msgspec.json.encode(found))
            return
        from lenitive.cli.glyphs import all_in_ascii
        from lenitive.cli.paper import paper

        on = paper()
        told = [all_in_ascii(one) for one in found] if on.is_ascii else found
        on.print(*_shown(told, day, known.number(MONTH, day), "->" if on.is_ascii else "→"))


def _shown(found: list[Results], day: date, month: float, arrow: str) -> Iterator[RenderableType]:
    from rich.padding import Padding
    from rich.text import Text

    if not found:
        yield Text("No session had the time yet that a published share speaks of.")
        return
    yield Text(f"At least half of the pain gone, as of {day}. A month is {month:g} days.", style="dim")
    for one in found:
        yield Text("")
        yield Text.assemble((one.label, "bold"), f" after {_months(one.months)}")
        told = f"{one.helped} helped, {one.did_not} did not, {one.not_known} not known"
        yield Padding(f"{counted(one.sessions, 'session')}: {told}", (0, 0, 0, 2))
        if one.not_known > one.helped + one.did_not:
            yield Padding(
                Text("Of most nobody knows: those who came back may be those who fared better, or worse.", "yellow"),
                (0, 0, 0, 2),
            )
        for learned in one.learned:
            yield Padding(_learned(learned, arrow), (0, 0, 0, 4))


def _months(months: float) -> str:
    return f"{months:g} {'month' if months == 1 else 'months'}"


def _learned(one: Learned, arrow: str) -> RenderableType:
    from rich.text import Text

    from lenitive.reasoning.proportions import in_percent, range_in_percent

    now = one.expected
    whom = "; ".join(filter(None, (one.subgroup, one.selection)))
    return Text.assemble(
        f"published {in_percent(now.literature)} {arrow} expected here {in_percent(now.probability)} ",
        f"({range_in_percent(now.low, now.high)})",
        (f"  {one.label}{f'; {whom}' if whom else ''} [{one.citation.source}, {one.citation.grade}]", "dim"),
    )
