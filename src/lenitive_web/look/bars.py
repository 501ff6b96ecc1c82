"""Numbers as places on a drawing. A drawing is an SVG whose attributes are percents, so that no style is inline."""

from __future__ import annotations

import math
from dataclasses import dataclass


def at(share: float) -> str:
    """A place between nought and one as a percent of the width, whatever the language of the page."""
    return f"{min(max(share, 0.0), 1.0) * 100:.2f}%"


@dataclass(frozen=True)
class Interval:
    """A point with its interval on a scale from nought to one."""

    point: str
    low: str
    width: str
    filled: str

    @classmethod
    def of(cls, point: float, low: float, high: float) -> Interval:
        """The drawing of a probability."""
        return cls(at(point), at(low), at(high - low), at(point))


def logit(share: float) -> float:
    """A probability as log-odds, kept off the two ends."""
    kept = min(max(share, 1e-4), 1 - 1e-4)
    return math.log(kept / (1 - kept))


TICKS = (0.01, 0.05, 0.2, 0.5, 0.8, 0.95, 0.99)


@dataclass(frozen=True)
class Scale:
    """A scale of odds, wide enough for all that is drawn on it, with probabilities written below."""

    low: float
    high: float

    @classmethod
    def holding(cls, values: list[float]) -> Scale:
        """The scale on which all these log-odds find room."""
        low, high = min([*values, logit(0.05)]), max([*values, logit(0.8)])
        margin = (high - low) * 0.06
        return cls(low - margin, high + margin)

    def place(self, log_odds: float) -> float:
        """Where something lies, from nought to one."""
        return (log_odds - self.low) / (self.high - self.low)

    def ticks(self) -> list[tuple[str, str]]:
        """Places and words of the probabilities that are written below."""
        return [(at(self.place(logit(t))), f"{round(t * 100)} %") for t in TICKS if self.low < logit(t) < self.high]


@dataclass(frozen=True)
class Step:
    """One bar of a waterfall: from where to where, and in which direction."""

    start: str
    width: str
    end: str
    look: str

    @classmethod
    def of(cls, scale: Scale, before: float, after: float) -> Step:
        """The bar from one log-odds to another."""
        first, last = sorted((scale.place(before), scale.place(after)))
        look = "up" if after > before else "down" if after < before else "still"
        return cls(at(first), at(max(last - first, 0.004)), at(scale.place(after)), look)
