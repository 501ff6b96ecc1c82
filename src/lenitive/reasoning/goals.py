"""Goals that were set with a patient, and whether they were reached.

What patient and team said decides. Where they said nothing, the measure answers, if it was taken after the goal was
set: a score at or beyond the target is *met*; one short of it is *not met* once the day has come. Before that day, and
where nothing was measured, nobody knows.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from lenitive.chart.chart import Chart
from lenitive.chart.goal import Goal
from lenitive.chart.measure import Measure
from lenitive.medicine.shapes import Instrument
from lenitive.reasoning.assessment import FactSeen, StatusWord, Value
from lenitive.reasoning.book import Book
from lenitive.reasoning.citing import plain, see


class GoalSet(Value, frozen=True, kw_only=True):
    """One goal: what it is, the target, what was measured when it was set and last, and whether it was reached.

    ``is_due`` says that its day has come and nobody said what came of it.
    """

    id: str
    kind: str
    label: str
    text: str
    set_on: date | None
    due: date | None
    measure: str | None
    target: float | None
    before: FactSeen | None
    now: FactSeen | None
    outcome: str | None
    outcome_on: date | None
    reached: StatusWord
    is_due: bool


def goals_set(book: Book, chart: Chart, as_of: date) -> list[GoalSet]:
    """Every goal of a chart as of a day: those still worked on by their day, then those that are over."""
    chart = chart.as_of(as_of)
    found = [_goal_set(book, chart, fact, as_of) for fact in chart.rows(Goal)]
    return sorted(found, key=lambda one: (one.outcome is not None, one.due or date.max, one.id))


def _goal_set(book: Book, chart: Chart, goal: Goal, as_of: date) -> GoalSet:
    entry = book.content.goals.get(goal.kind)
    before, now = _before_and_since(chart, goal, as_of)
    instrument = book.content.instruments.get(goal.instrument or "")
    return GoalSet(
        id=goal.id,
        kind=goal.kind,
        label=entry.label if entry else plain(goal.kind).capitalize(),
        text=goal.text or "",
        set_on=goal.true_on,
        due=goal.due,
        measure=goal.instrument,
        target=goal.score,
        before=see(before) if before else None,
        now=see(now) if now else None,
        outcome=goal.outcome,
        outcome_on=goal.outcome_on,
        reached=_reached(goal, instrument, now, as_of),
        is_due=goal.outcome is None and goal.due is not None and goal.due <= as_of,
    )


def _reached(goal: Goal, instrument: Instrument | None, now: Measure | None, as_of: date) -> StatusWord:
    if goal.outcome is not None:
        return "met" if goal.outcome == "reached" else "not met"
    if instrument is None or goal.score is None or now is None or now.score is None:
        return "undocumented"
    if instrument.higher_is == "neither":
        return "undocumented"
    there = now.score <= goal.score if instrument.higher_is == "worse" else now.score >= goal.score
    is_over = goal.due is not None and goal.due <= as_of
    return "met" if there else "not met" if is_over else "undocumented"


def _before_and_since(chart: Chart, goal: Goal, as_of: date) -> tuple[Measure | None, Measure | None]:
    """The last score until the goal was set, and the last one after that."""
    if goal.true_on is None:
        return None, None
    scores = sorted(_scores(chart, goal, as_of), key=lambda one: one.true_on or date.min)
    until = [one for one in scores if one.true_on and one.true_on <= goal.true_on]
    since = [one for one in scores if one.true_on and one.true_on > (goal.true_by or goal.true_on)]
    return until[-1] if until else None, since[-1] if since else None


def _scores(chart: Chart, goal: Goal, as_of: date) -> Iterator[Measure]:
    for measure in chart.rows(Measure):
        is_dated = measure.true_on is not None and measure.true_on <= as_of
        if measure.instrument == goal.instrument and measure.score is not None and is_dated:
            yield measure
