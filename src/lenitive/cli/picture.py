"""A picture of the report of a case file, for the documentation.

``python -m lenitive.cli.picture examples/radiculopathy.toml docs/images/report.svg`` draws it anew.
"""

from __future__ import annotations

import io
import re
import sys
from pathlib import Path

from rich.console import Console
from rich.terminal_theme import TerminalTheme

from lenitive.cli.assess_command import assessed_file
from lenitive.cli.glyphs import UNICODE
from lenitive.cli.report import report

WIDTH = 112

_THEME = TerminalTheme(
    background=(27, 31, 36),
    foreground=(230, 233, 237),
    normal=[
        (27, 31, 36),
        (255, 138, 128),
        (126, 211, 151),
        (242, 201, 106),
        (126, 176, 255),
        (222, 160, 255),
        (110, 214, 224),
        (230, 233, 237),
    ],
)
"""Light colours on dark, each with a contrast of at least 7 to 1."""

_REMOTE_FONTS = re.compile(r"@font-face\s*\{.*?\}\s*", re.DOTALL)
_FONT = "ui-monospace, 'DejaVu Sans Mono', Menlo, Consolas, 'Liberation Mono', monospace"


def picture(file: Path, width: int = WIDTH) -> str:
    """The report of a case file, on the day of the file, as SVG that asks no other host for a font."""
    assessment, heading = assessed_file(file)
    console = Console(
        file=io.StringIO(), width=width, record=True, force_terminal=True, color_system="truecolor", highlight=False
    )
    console.print(report(assessment, heading, UNICODE, width))
    drawn = console.export_svg(title=f"lenitive assess {file.name}", theme=_THEME, unique_id="report")
    drawn = _REMOTE_FONTS.sub("", drawn).replace("        font-variant-east-asian: full-width;\n", "")
    return drawn.replace("Fira Code, monospace", _FONT)


if __name__ == "__main__":
    Path(sys.argv[2]).write_text(picture(Path(sys.argv[1])), encoding="utf-8")
