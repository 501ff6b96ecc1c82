"""Goal resources to facts: a goal in words, its first target, and what came of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, cast

from lenitive.chart import Fact
from lenitive.chart import goal as chart_goal
from lenitive.codes import LENITIVE
from lenitive.interop.fhir.context import Context, code_in, words
from lenitive.interop.fhir.days import days, last_day
from lenitive.interop.fhir.resources import Goal, GoalTarget
from lenitive.interop.scales import GOAL_OFF_SCALE, lies_on_scale

ACHIEVEMENT = "http://terminology.hl7.org/CodeSystem/goal-achievement"
OUTCOME_OF = {
    "achieved": "reached",
    "sustaining": "reached",
    "not-achieved": "not reached",
    "not-attainable": "given up",
}
"""What an achievement says of a goal that is over; one that is still worked on has no outcome yet."""
_NO_GOAL = ("proposed", "rejected", "entered-in-error")


def goal(resource: Goal, fact_id: str, context: Context) -> Sequence[Fact]:
    """A goal that was agreed on. A proposal is none yet, and a goal without words says nothing."""
    if resource.lifecycleStatus in _NO_GOAL:
        return context.no_longer(fact_id, resource, resource.subject, "Goal", f"status {resource.lifecycleStatus}")
    whose = context.whose(resource.subject)
    text = words(resource.description)
    if text is None:
        return context.aside("Goal", "no description")
    first, last = days(resource.startDate) if resource.startDate else (None, None)
    target = next(iter(resource.target or ()), GoalTarget())
    outcome = _outcome(resource)
    instrument = code_in(target.measure, LENITIVE)
    measured = target.detailQuantity.value if instrument and target.detailQuantity else None
    if not lies_on_scale(instrument, measured):
        measured = None
        context.report.notes[GOAL_OFF_SCALE] += 1
    said_on = last_day(resource.statusDate) if outcome and resource.statusDate else None
    return (
        chart_goal.Goal(
            id=fact_id,
            **context.about(resource, whose, first, last),
            kind=next((kind for one in resource.category or () if (kind := code_in(one, LENITIVE))), "other"),
            text=text,
            instrument=instrument,
            score=measured,
            due=_due(target),
            outcome=cast(Any, outcome),
            outcome_on=said_on,
        ),
    )


def _outcome(resource: Goal) -> str | None:
    said = OUTCOME_OF.get(code_in(resource.achievementStatus, ACHIEVEMENT) or "")
    return said or ("given up" if resource.lifecycleStatus == "cancelled" else None)


def _due(target: GoalTarget) -> date | None:
    return last_day(target.dueDate) if target.dueDate else None
