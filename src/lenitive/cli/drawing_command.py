"""``lenitive drawing``: which sources of pain are felt where a patient shaded."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from lenitive.cli.counting import counted
from lenitive.cli.output import write_json
from lenitive.cli.teaching import teaching_errors

if TYPE_CHECKING:
    from rich.console import RenderableType

    from lenitive.cli.report import Writer
    from lenitive.reasoning.pain_drawing import Candidate

MOST_SHOWN = 8
TYPICAL = {3: "typical", 2: "common", 1: "possible"}


def drawing(
    regions: Annotated[
        list[str], typer.Argument(help="Shaded regions of the body (`lenitive knowledge list regions`).")
    ],
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON array.")] = False,
) -> None:
    """Say which sources of pain are felt in REGIONS, those that explain most of them first.

    The order is no probability, and dangers are left out: `lenitive assess` weighs the whole record.
    """
    import msgspec

    with teaching_errors():
        from lenitive.reasoning.book import book
        from lenitive.reasoning.pain_drawing import Mark, candidates

        found = candidates(book(), [Mark(region=region) for region in regions])
        if as_json:
            write_json(msgspec.json.encode(found))
            return
        from lenitive.cli.glyphs import all_in_ascii
        from lenitive.cli.paper import paper
        from lenitive.cli.report import Writer

        on = paper()
        on.print(*_shown([all_in_ascii(one) for one in found] if on.is_ascii else found, Writer(on.glyphs, on.width)))


def _shown(found: Sequence[Candidate], writer: Writer) -> Iterator[RenderableType]:
    from rich.text import Text

    if not found:
        yield Text("No source that is known here is felt there.")
        return
    yield Text("Felt there, those that explain most first. The order is no probability.", style="dim")
    for one in found[:MOST_SHOWN]:
        explained = len({felt.region for felt in one.felt})
        yield Text.assemble(
            (one.label, "bold"), f"  {explained} of {counted(explained + len(one.unexplained), 'region')}"
        )
        for felt in one.felt:
            yield writer.note(
                f"{felt.label}: {TYPICAL[felt.weight]} [{felt.citation.source}, {felt.citation.grade}]", 2
            )
    if len(found) > MOST_SHOWN:
        yield writer.note(f"Also: {', '.join(one.label.lower() for one in found[MOST_SHOWN:])}")
