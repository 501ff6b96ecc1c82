"""The command: reads, calls one function, prints."""

from __future__ import annotations

import atexit
import gc


def main() -> None:
    """Run the command ``lenitive``.

    A command makes many values and hardly any garbage that only a collector finds, so it is looked for rarely; and not
    once more on the way out, where the process gives all of its memory back anyway.
    """
    gc.set_threshold(1_000_000, 50, 50)
    atexit.register(gc.freeze)
    from lenitive.cli.app import app

    app()
