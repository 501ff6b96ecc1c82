"""Where text goes: a terminal, a file, a picture; how wide it is, and which signs it can show."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING

from lenitive.cli.glyphs import ASCII, UNICODE, Glyphs

if TYPE_CHECKING:
    from rich.console import Console, RenderableType

WIDEST = 120
"""Longer lines are hard to read."""


@dataclass(frozen=True)
class Paper:
    """A console and the signs that it can show."""

    console: Console
    glyphs: Glyphs

    @property
    def width(self) -> int:
        """Columns to write in."""
        return self.console.width

    @property
    def is_ascii(self) -> bool:
        """Only ASCII can be shown."""
        return self.glyphs is ASCII

    def print(self, *parts: RenderableType) -> None:
        """Print parts, one below the other."""
        for part in parts:
            self.console.print(part)


def paper(file: IO[str] | None = None) -> Paper:
    """The paper for stdout, or another file. Rich reads NO_COLOR, FORCE_COLOR, COLUMNS and TERM."""
    from rich.console import Console

    class Plain(Console):
        def on_broken_pipe(self) -> None:
            """Leave it to ``teaching_errors`` to end well when nobody reads on."""
            raise BrokenPipeError

    console = Plain(file=file or sys.stdout, highlight=False, markup=False, emoji=False)
    if console.width > WIDEST:
        console.width = WIDEST
    return Paper(console, UNICODE if console.encoding.startswith("utf") else ASCII)
