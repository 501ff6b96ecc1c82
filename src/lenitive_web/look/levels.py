"""Levels of the spine as people write them."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from lenitive.codes import LEVELS

LONGEST_LIST = 200
SHOWN = 20
_TWICE = re.compile(r"([CTLS])(\d+)-\1(\d+)")


class LevelsField(forms.CharField):
    """Segments and roots with spaces or commas between them, each one that exists: ``L4-5 L5-S1``, also ``l4/5``."""

    default_error_messages = {
        "level": _("%(level)s is not a spinal level; write a segment (L4-5) or a root (L5)."),
    }

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"max_length": LONGEST_LIST, **kwargs})

    def clean(self, value: Any) -> tuple[str, ...]:  # type: ignore[override]
        """The levels, each once, in the order in which they stand."""
        written = super().clean(value).replace(",", " ").replace(";", " ").split()
        for level in written:
            if as_named(level) not in LEVELS:
                raise ValidationError(self.error_messages["level"], code="level", params={"level": _cut(level)})
        return tuple(dict.fromkeys(map(as_named, written)))


def as_named(level: str) -> str:
    """A level by its one name: ``l4/5``, ``L4–5`` and ``L4-L5`` are ``L4-5``."""
    named = level.upper().replace("/", "-").replace("–", "-").replace("‑", "-")
    return _TWICE.sub(r"\1\2-\3", named)


def _cut(word: str) -> str:
    return word if len(word) <= SHOWN else f"{word[:SHOWN]}…"
