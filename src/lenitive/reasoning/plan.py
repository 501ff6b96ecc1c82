"""The order of things: which options are now, next, later, or not now.

Among candidates the least invasive comes first. An option whose gate another option opens is *next* once that one is
possible.
"""

from __future__ import annotations

import msgspec

from lenitive.reasoning.assessment import Option

_ORDER = {"now": 0, "next": 1, "later": 2, "not now": 3}


def laid_out(options: list[Option]) -> list[Option]:
    """The options with their places, in the order in which they are shown."""
    candidates = [option for option in options if option.verdict == "candidate"]
    first = min((option.step for option in candidates), default=None)
    placed = [msgspec.structs.replace(option, place=_place(option, first)) for option in options]
    return sorted(
        placed,
        key=lambda option: (_ORDER[option.place], option.step, -(option.target.probability or 0), option.procedure),
    )


def _place(option: Option, first: int | None) -> str:
    if option.verdict == "candidate":
        return "now" if option.step == first else "next"
    if option.verdict == "undocumented":
        return "next"
    if option.verdict == "not yet":
        return "later"
    return "not now"
