"""Signs for screens: what colour says, a shape says too; and plain ASCII where the encoding has no shapes."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, TypeVar

T = TypeVar("T")


@dataclass(frozen=True)
class Glyphs:
    """One set of signs."""

    full: str
    whisker: str
    low_end: str
    point: str
    high_end: str
    rule: str
    up: str
    down: str
    yes: str
    no: str
    open: str
    wait: str
    emergency: str
    stop: str
    warning: str
    step: str
    dot: str
    times: str
    dash: str
    primary: str
    secondary: str
    recalled: str
    judgement: str
    disputed: str

    def grade(self, grade: str) -> str:
        """The mark of a grade."""
        return str(getattr(self, grade))


UNICODE = Glyphs(
    full="█",
    whisker="─",
    low_end="├",
    point="●",
    high_end="┤",
    rule="─",
    up="▲",
    down="▼",
    yes="✔",
    no="✘",
    open="?",
    wait="◔",
    emergency="‼",
    stop="■",
    warning="▲",
    step="→",
    dot="·",
    times="×",
    dash="–",
    primary="●",
    secondary="◐",
    recalled="○",
    judgement="◇",
    disputed="≠",
)

ASCII = Glyphs(
    full="#",
    whisker="-",
    low_end="|",
    point="o",
    high_end="|",
    rule="-",
    up="+",
    down="-",
    yes="ok",
    no="no",
    open="?",
    wait="..",
    emergency="!!",
    stop="!",
    warning="!",
    step="->",
    dot="|",
    times="x",
    dash="-",
    primary="[P]",
    secondary="[s]",
    recalled="[r]",
    judgement="[j]",
    disputed="[#]",
)

GRADES = {
    "primary": "read at the source",
    "secondary": "read in a third party",
    "recalled": "not read",
    "judgement": "our own choice",
    "disputed": "sources conflict",
}
"""What each grade says, in a few words."""

_PLAIN = str.maketrans(
    {
        "≥": ">=",
        "≤": "<=",
        "×": "x",
        "–": "-",
        "—": "-",
        "−": "-",
        "…": "...",
        "’": "'",
        "‘": "'",
        "“": '"',
        "”": '"',
        "→": "->",
        "·": "|",
        "°": " deg ",
        "µ": "u",
        "μ": "u",
        "±": "+/-",
        "≠": "!=",
        "½": "1/2",
        "æ": "ae",
        "œ": "oe",
        "ß": "ss",
        "ø": "o",
    }
)


def in_ascii(text: str) -> str:
    """The text in ASCII: spelled out where there is a way, ``?`` where there is none."""
    spelled = unicodedata.normalize("NFKD", text.translate(_PLAIN))
    return (
        "".join(letter for letter in spelled if not unicodedata.combining(letter)).encode("ascii", "replace").decode()
    )


def all_in_ascii(value: T) -> T:
    """A result value with all its texts in ASCII."""
    import msgspec

    plain = msgspec.to_builtins(value, builtin_types=(date, datetime))
    return msgspec.convert(_walked(plain), type(value))


def _walked(value: Any) -> Any:
    if isinstance(value, str):
        return in_ascii(value)
    if isinstance(value, dict):
        return {name: _walked(part) for name, part in value.items()}
    if isinstance(value, list):
        return [_walked(part) for part in value]
    return value
