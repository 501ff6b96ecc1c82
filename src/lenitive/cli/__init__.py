"""The command: reads, calls one function, prints."""

from __future__ import annotations

import gc


def main() -> None:
    """Run the command ``lenitive``.

    A command makes many values and hardly any garbage that only a collector finds, so it is looked for rarely.
    """
    gc.set_threshold(200_000, 50, 50)
    from lenitive.cli.app import app

    app()
