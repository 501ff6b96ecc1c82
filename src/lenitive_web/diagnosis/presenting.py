"""How a differential is drawn: a waterfall from the prior over each finding to the probability."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from lenitive.reasoning import Assessment
from lenitive.reasoning.assessment import (
    Citation,
    Contribution,
    Differential,
    Estimate,
    NextTest,
    RedFlagResult,
)
from lenitive_web.look.bars import Scale, Step, at, logit

SHOWN_TESTS = 3
SHOWN_NAMED = 3


@dataclass(frozen=True)
class Bar:
    """One row of a waterfall."""

    contribution: Contribution
    step: Step
    effect: str


@dataclass(frozen=True)
class Waterfall:
    """From the prior over each finding to the probability. ``rivals`` is what weighing against the others did."""

    start: str
    bars: Sequence[Bar]
    rivals: Step
    rivals_effect: str
    end: str
    ticks: Sequence[tuple[str, str]]


@dataclass(frozen=True)
class Rival:
    """One possible source with its drawing."""

    estimate: Estimate
    waterfall: Waterfall


@dataclass(frozen=True)
class Answer:
    """One question of the differential, ready to be drawn."""

    differential: Differential
    rivals: Sequence[Rival]
    tests: Sequence[NextTest]
    more_tests: Sequence[NextTest]

    @property
    def first(self) -> Estimate | None:
        """The likeliest source."""
        return self.rivals[0].estimate if self.rivals else None

    @property
    def prior(self) -> Citation:
        """Where the differential starts."""
        return self.differential.prior


@dataclass(frozen=True)
class Flags:
    """Red flags by what is known of them. ``above`` are the titles of those that the head of the page tells of."""

    raised: Sequence[RedFlagResult]
    unasked: Sequence[RedFlagResult]
    excluded: Sequence[RedFlagResult]
    above: Sequence[str]

    @property
    def to_tell(self) -> list[RedFlagResult]:
        """Those that are raised and that the head of the page does not tell of."""
        return [flag for flag in self.raised if not any(_is_about(title, flag) for title in self.above)]


def answers(assessment: Assessment) -> list[Answer]:
    """Every question of the differential, drawn."""
    return [
        Answer(
            differential=one,
            rivals=[Rival(estimate, waterfall(estimate)) for estimate in one.estimates],
            tests=one.next_tests[:SHOWN_TESTS],
            more_tests=one.next_tests[SHOWN_TESTS:],
        )
        for one in assessment.differential
    ]


def flags(assessment: Assessment) -> Flags:
    """Raised, not asked, asked and not there."""
    by_status: dict[str, list[RedFlagResult]] = {"met": [], "undocumented": [], "not met": []}
    for flag in assessment.red_flags:
        by_status[flag.status].append(flag)
    raised = by_status["met"]
    above = [alert.title for alert in assessment.alerts if any(_is_about(alert.title, flag) for flag in raised)]
    return Flags(raised, by_status["undocumented"], by_status["not met"], above)


def _is_about(title: str, flag: RedFlagResult) -> bool:
    """An alert is called after its flag; what is taken may stand behind it."""
    return title == flag.label or title.startswith(f"{flag.label}, ")


def waterfall(estimate: Estimate) -> Waterfall:
    """The steps of one estimate on a scale of odds.

    The findings multiply the odds of one source; the last step is what comes of weighing it against its rivals, whose
    odds the findings moved too.
    """
    running = [logit(estimate.prior)]
    for contribution in estimate.contributions:
        running.append(running[-1] + contribution.log_odds)
    end = logit(estimate.probability)
    scale = Scale.holding([*running, end])
    bars = [
        Bar(contribution, Step.of(scale, before, after), effect(contribution.log_odds))
        for contribution, before, after in zip(estimate.contributions, running, running[1:], strict=False)
    ]
    return Waterfall(
        start=at(scale.place(running[0])),
        bars=bars,
        rivals=Step.of(scale, running[-1], end),
        rivals_effect=effect(end - running[-1]),
        end=at(scale.place(end)),
        ticks=scale.ticks(),
    )


def effect(log_odds: float) -> str:
    """What something did to the odds: ×4.5, or ÷4.5."""
    ratio = math.exp(abs(log_odds))
    if round(ratio, 1) == 1.0 and abs(log_odds) < 0.05:
        return "×1"
    sign = "×" if log_odds > 0 else "÷"
    return f"{sign}{ratio:.1f}" if ratio < 10 else f"{sign}{ratio:.0f}"
