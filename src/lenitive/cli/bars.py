"""A probability and its interval as one line of signs, and the parts of a source in words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from lenitive.cli.glyphs import Glyphs

if TYPE_CHECKING:
    from rich.text import Text

    from lenitive.reasoning.assessment import Part


def bar(width: int, low: float, value: float, high: float, glyphs: Glyphs, style: str = "") -> Text:
    """A bar solid up to the low end of the interval, then whiskers with a point at the estimate.

    ``████├──●────┤``: the share is at least the solid part, most likely at the point, at most at the right end.
    """
    from rich.text import Text

    left, middle, right = sorted(_cell(width, share) for share in (low, value, high))
    signs = [" "] * width
    signs[:left] = glyphs.full * left
    signs[left : right + 1] = glyphs.whisker * (right + 1 - left)
    signs[left], signs[right] = glyphs.low_end, glyphs.high_end
    signs[middle] = glyphs.point
    drawn = Text("".join(signs), style=style)
    if middle < width:
        drawn.stylize("bold", middle, middle + 1)
    return drawn


def _cell(width: int, share: float) -> int:
    return min(width - 1, max(0, round(share * (width - 1))))


def percent(share: float) -> str:
    """A share in percent; what is not quite nothing or not quite certain says so."""
    if 0 < share < 0.01:
        return "<1%"
    if 0.99 < share < 1:
        return ">99%"
    return f"{share:.0%}"


def span(low: float, high: float, dash: str) -> str:
    """An interval in percent."""
    return f"{low * 100:.0f}{dash}{high * 100:.0f}"


def parts_in_words(parts: Sequence[Part]) -> str:
    """Parts that nothing puts one before the other: their names, their share by the findings with a ratio, and what was
    recorded at their level."""
    names = " or ".join(part.label for part in parts)
    first = parts[0]
    share = "" if first.share is None else f" {percent(first.share)}{' each' if len(parts) > 1 else ''}"
    recorded = "; ".join(dict.fromkeys(fact.text for part in parts for fact in part.located))
    return f"{names}{share}" + (f" (recorded at this level, no ratio is known: {recorded})" if recorded else "")
