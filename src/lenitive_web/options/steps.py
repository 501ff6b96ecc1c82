"""Why not yet: the gates of an option that are closed or open, as steps with what opens each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from lenitive.reasoning.assessment import Ask, CriterionResult, Option
from lenitive_web.options.presenting import split


@dataclass(frozen=True)
class GateStep:
    """One thing that must come first, and what has to be asked where the chart is silent about it."""

    result: CriterionResult
    asks: Sequence[Ask]


def gate_steps(option: Option) -> list[GateStep]:
    """The steps to a candidate, in the order of the gates."""
    unsettled, _ = split(option.gates)
    return [
        GateStep(one, one.missing if one.satisfied is None else ()) for one in option.gates.criteria if one in unsettled
    ]
