"""The arithmetic of shares of people: intervals from counts, and what local results add to a published share."""

from __future__ import annotations

from dataclasses import dataclass
from math import exp, lgamma, log, log1p, sqrt

from lenitive.reasoning.odds import Z95

HALF_A_PATIENT = 0.5
"""Added to both sides when a share of none or of all is turned into a distribution: neither is certainty."""


@dataclass(frozen=True, slots=True)
class Belief:
    """What is believed about a share: a Beta distribution, as successes and failures that it is worth."""

    successes: float
    failures: float

    @property
    def mean(self) -> float:
        """The expected share."""
        return self.successes / (self.successes + self.failures)

    @property
    def size(self) -> float:
        """How many patients it is worth."""
        return self.successes + self.failures

    def interval(self) -> tuple[float, float]:
        """The central 95 %."""
        return (
            beta_quantile(0.025, self.successes, self.failures),
            beta_quantile(0.975, self.successes, self.failures),
        )


def in_percent(share: float) -> str:
    """A share as whole percent; what is neither none nor all never reads as if it were."""
    rounded = round(share * 100)
    if rounded == 0 and share > 0:
        return "<1 %"
    if rounded == 100 and share < 1:
        return ">99 %"
    return f"{rounded} %"


def in_percent_beside(share: float, needed: float) -> str:
    """A share beside what is needed: one that falls short never reads as if it did not."""
    told = in_percent(share)
    return f"just under {told}" if share < needed and told == in_percent(needed) else told


def range_in_percent(low: float, high: float) -> str:
    """An interval of a share in whole percent."""
    return f"{in_percent(low).removesuffix(' %')} to {in_percent(high)}"


def wilson(events: int, of: int) -> tuple[float, float]:
    """Wilson's 95 % interval of a share from its counts. It holds none and all without leaving 0 to 1."""
    if not 0 <= events <= of or of == 0:
        raise ValueError(f"{events} of {of} is no share.")
    share, squared = events / of, Z95 * Z95
    middle = share + squared / (2 * of)
    spread = Z95 * sqrt(share * (1 - share) / of + squared / (4 * of * of))
    scale = 1 + squared / of
    low = 0.0 if events == 0 else (middle - spread) / scale
    high = 1.0 if events == of else (middle + spread) / scale
    return low, high


def size_behind(share: float, low: float, high: float) -> float | None:
    """How many patients a share with this 95 % interval rests on; ``None`` if the interval has no width."""
    spread = (high - low) / (2 * Z95)
    return share * (1 - share) / (spread * spread) if spread > 0 and 0 < share < 1 else None


def belief(share: float, size: float) -> Belief:
    """A share that is worth so many patients. None and all are softened by half a patient on either side."""
    if not 0 <= share <= 1 or size <= 0:
        raise ValueError(f"A share of {share} that is worth {size} patients says nothing.")
    soft = HALF_A_PATIENT if share in (0, 1) else 0.0
    return Belief(share * size + soft, (1 - share) * size + soft)


def after(prior: Belief, successes: int, trials: int) -> Belief:
    """The belief after ``successes`` of ``trials`` were seen: the two are added, no more."""
    if not 0 <= successes <= trials:
        raise ValueError(f"{successes} successes of {trials} can never be.")
    return Belief(prior.successes + successes, prior.failures + trials - successes)


def beta_quantile(probability: float, a: float, b: float) -> float:
    """The value below which a Beta distribution holds this probability, by halving the range until it is found."""
    low, high = 0.0, 1.0
    for _ in range(60):
        middle = (low + high) / 2
        if beta_share(middle, a, b) < probability:
            low = middle
        else:
            high = middle
    return (low + high) / 2


def beta_share(x: float, a: float, b: float) -> float:
    """How much of a Beta distribution lies below ``x`` (the regularised incomplete beta function).

    Its continued fraction (Abramowitz and Stegun 26.5.8) converges fast below the mean; above it the mirror image is
    used.
    """
    if x <= 0 or x >= 1:
        return 0.0 if x <= 0 else 1.0
    if x > (a + 1) / (a + b + 2):
        return 1 - beta_share(1 - x, b, a)
    front = exp(lgamma(a + b) - lgamma(a) - lgamma(b) + a * log(x) + b * log1p(-x)) / a
    return front * _fraction(x, a, b)


def _fraction(x: float, a: float, b: float) -> float:
    """The continued fraction, evaluated from the front by the method of Lentz."""
    tiny = 1e-300
    c, d = 1.0, 1 / _not_zero(1 - (a + b) * x / (a + 1), tiny)
    value = d
    for m in range(1, 500):
        even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        step = 1.0
        for term in (even, odd):
            d = 1 / _not_zero(1 + term * d, tiny)
            c = _not_zero(1 + term / c, tiny)
            step = c * d
            value *= step
        if abs(step - 1) < 1e-15:
            break
    return value


def _not_zero(value: float, tiny: float) -> float:
    return value if abs(value) > tiny else tiny
