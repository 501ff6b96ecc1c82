"""Scores that do not lie on the scale of their instrument: read by all readers of facts in the same way.

A pain of 70 on a scale from 0 to 10 is a slip, or a score of another scale. Nobody can say which, so it is no score.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from math import inf
from typing import NamedTuple, TypeVar

import msgspec

from lenitive.chart import Fact
from lenitive.chart.goal import Goal
from lenitive.chart.measure import Measure
from lenitive.chart.relief import Relief
from lenitive.interop.report import ReadReport
from lenitive.medicine.content import content

AnyFact = TypeVar("AnyFact", bound=Fact)

OFF_SCALE = "a score off the scale of its instrument was kept as text"
RELIEF_OFF_SCALE = "a score told with a relief, off the scale of its instrument, was left out"
GOAL_OFF_SCALE = "a goal's score off the scale of its instrument was left out"

_SCORES = {Measure: ("score",), Goal: ("score",), Relief: ("score_before", "score_after")}
"""The columns that hold a score of the fact's ``instrument``."""


class OffScale(NamedTuple):
    """A score that its instrument does not have: its column, the instrument, and where the scale begins and ends."""

    column: str
    instrument: str
    low: float
    high: float

    @property
    def problem(self) -> str:
        """What is wrong, without the score."""
        return f"no score of {self.instrument}"

    @property
    def allowed(self) -> str:
        """Where the scale begins and ends."""
        if self.low == -inf:
            return f"{self.high:g} at most"
        return f"{self.low:g} to {self.high:g}" if self.high < inf else f"{self.low:g} at least"


def on_scale(fact: AnyFact, report: ReadReport) -> AnyFact:
    """The fact without scores that its instrument does not have, which are noted: of a measure it stays as text."""
    if type(fact) not in _SCORES or not (wrong := {one.column for one in off_scale(fact)}):
        return fact
    if isinstance(fact, Measure):
        report.notes[OFF_SCALE] += 1
        return msgspec.structs.replace(fact, score=None, text=fact.text or f"{fact.score:g}")
    report.notes[GOAL_OFF_SCALE if isinstance(fact, Goal) else RELIEF_OFF_SCALE] += 1
    return msgspec.structs.replace(fact, **dict.fromkeys(wrong))


def off_scale(fact: Fact) -> Iterator[OffScale]:
    """The scores in a fact that do not lie on the scale of its instrument."""
    for column in _SCORES.get(type(fact), ()):
        instrument: str | None = fact.instrument  # type: ignore[attr-defined]  # each of these tables has it
        if instrument is not None and not lies_on_scale(instrument, getattr(fact, column)):
            yield OffScale(column, instrument, *_scales()[instrument])


def lies_on_scale(instrument: str | None, score: float | None) -> bool:
    """False for a score that the instrument is known not to have."""
    ends = _scales().get(instrument)
    return ends is None or score is None or ends[0] <= score <= ends[1]


@cache
def _scales() -> dict[str | None, tuple[float, float]]:
    """The ends of the scale of each instrument that has any."""
    return {
        name: (-inf if one.low is None else one.low, inf if one.high is None else one.high)
        for name, one in content().instruments.items()
        if one.low is not None or one.high is not None
    }
