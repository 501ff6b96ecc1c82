"""The command: reads, calls one function, prints."""

from __future__ import annotations


def main() -> None:
    """Run the command ``lenitive``."""
    from lenitive.cli.app import app

    app()
