"""Which languages the clinic speaks: English, and every language whose catalogue was translated and compiled."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from django.conf.locale import LANG_INFO


def translated(folder: Path) -> Iterator[tuple[str, str]]:
    """The languages with a compiled catalogue below a folder, each by its code and its own name."""
    for catalogue in sorted(folder.glob("*/LC_MESSAGES/django.mo")):
        code = catalogue.parent.parent.name.lower().replace("_", "-")
        if code in LANG_INFO:
            yield code, LANG_INFO[code]["name_local"]
