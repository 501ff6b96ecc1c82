"""The arithmetic of evidence: likelihood ratios, shares, and the spread of both.

All of it follows the combining rules of ``docs/explanation/differential.md``: shrink ratios that were not replicated,
cap single ratios, keep zero cells finite, propagate intervals on the log scale.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import exp, log, sqrt

Z95 = 1.959963984540054


@dataclass(frozen=True, slots=True)
class LogOdds:
    """A contribution on the natural log scale, with its variance."""

    value: float
    variance: float


def bayes(prior: float, ratio: float) -> float:
    """The probability after one likelihood ratio."""
    return prior * ratio / (prior * ratio + 1 - prior)


def ratios(sensitivity: float, specificity: float) -> tuple[float, float]:
    """LR+ and LR- of a test."""
    return sensitivity / (1 - specificity), (1 - sensitivity) / specificity


def ratios_of_counts(tp: int, fn: int, fp: int, tn: int) -> tuple[float, float]:
    """LR+ and LR- of a two-by-two table; half a patient is added to every cell if one is empty."""
    a, b, c, d = _no_cell_empty(tp, fn, fp, tn)
    return ratios(a / (a + b), d / (c + d))


def intervals_of_counts(tp: int, fn: int, fp: int, tn: int) -> tuple[tuple[float, float], tuple[float, float]]:
    """The 95 % intervals of LR+ and LR- of a two-by-two table, by the log method (Simel, Samsa, Matchar 1991)."""
    a, b, c, d = _no_cell_empty(tp, fn, fp, tn)
    found = zip(ratios(a / (a + b), d / (c + d)), ((a, c), (b, d)), strict=True)
    positive, negative = [
        (ratio * exp(-spread), ratio * exp(spread))
        for ratio, (ill, well) in found
        for spread in (Z95 * sqrt(1 / ill - 1 / (a + b) + 1 / well - 1 / (c + d)),)
    ]
    return positive, negative


def _no_cell_empty(*cells: int) -> list[float]:
    return [float(cell) for cell in cells] if all(cells) else [cell + 0.5 for cell in cells]


def variance_of_interval(low: float, high: float) -> float:
    """The variance on the log scale that a printed 95 % interval stands for."""
    return ((log(high) - log(low)) / (2 * Z95)) ** 2


def variance_without_interval(ratio: float, least_factor: float) -> float:
    """The variance taken for a ratio printed without its interval: wide enough that the interval reaches 1, and at
    least this factor to either side. A ratio near 1 is no surer than another for lying there."""
    return (max(abs(log(ratio)), log(least_factor)) / Z95) ** 2


def normalised(logs: Mapping[str, float]) -> dict[str, float]:
    """Shares from weights on the log scale."""
    top = max(logs.values())
    weights = {name: exp(value - top) for name, value in logs.items()}
    total = sum(weights.values())
    return {name: weight / total for name, weight in weights.items()}


def share_interval(name: str, shares: Mapping[str, float], variances: Mapping[str, float]) -> tuple[float, float]:
    """The 95 % interval of one share, by the delta method on its log-odds against all rivals.

    The log-odds of ``name`` is its log weight less the log of the rivals' summed weight; each rival pulls on that sum
    by its share among the rivals.
    """
    share = shares[name]
    rest = 1 - share
    if share <= 0 or rest <= 0:
        return share, share
    variance = variances[name] + sum(
        (other / rest) ** 2 * variances[rival] for rival, other in shares.items() if rival != name
    )
    middle, spread = log(share / rest), Z95 * sqrt(variance)
    return tuple(1 / (1 + exp(-(middle + sign * spread))) for sign in (-1, 1))  # type: ignore[return-value]


def rates_behind(positive: float, negative: float) -> tuple[float, float] | None:
    """Sensitivity and false-positive rate that give these two ratios; ``None`` if no test can have both."""
    if not negative < 1 < positive:
        return None
    specificity = (positive - 1) / (positive - negative)
    return positive * (1 - specificity), 1 - specificity
