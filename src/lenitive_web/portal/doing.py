"""How I am doing: what each treatment took away of the pain, and each score over time as a line and as a table.

The first score against the last says nothing of a treatment whose relief has come and gone in between, so the relief
that was told comes first, with the best score while it lasted, and then the score of today.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from lenitive.chart import Chart
from lenitive.chart.measure import Measure
from lenitive.chart.procedure import Procedure
from lenitive.medicine.content import content
from lenitive.medicine.shapes import Instrument
from lenitive.reasoning.book import Book, book
from lenitive.reasoning.citing import plain
from lenitive.reasoning.follow_up import FollowUp, ScoreCourse, follow_ups
from lenitive.reasoning.response import Change, changed
from lenitive_web.portal.words import plain_name

WIDTH, HEIGHT, LEFT, TOP, BOTTOM = 320, 150, 26, 10, 24


@dataclass(frozen=True)
class Point:
    """One score, and where it stands in the drawing; with the words of the answer where it answers one question."""

    on: date
    score: float
    x: float
    y: float
    answer: str = ""


@dataclass(frozen=True)
class Line:
    """One instrument over time."""

    instrument: str
    label: str
    measures: str
    higher_is: str
    low: float
    high: float
    points: Sequence[Point]
    done: Sequence[tuple[float, date, str]]
    change: Change | None

    @property
    def path(self) -> str:
        """The line through all points."""
        return "M" + "L".join(f"{point.x:.1f} {point.y:.1f}" for point in self.points)

    @property
    def ticks(self) -> list[tuple[float, float]]:
        """Lowest, middle and highest score, and their heights."""
        return [
            (score, _height(score, self.low, self.high)) for score in (self.low, (self.low + self.high) / 2, self.high)
        ]


@dataclass(frozen=True)
class Helped:
    """What one treatment took away of the pain, for how long, and the scores meanwhile."""

    label: str
    on: date | None
    percent: float
    days: float | None
    still_lasts: bool | None
    scores: Sequence[tuple[str, ScoreCourse]]


def helped_by(known: Book, chart: Chart, as_of: date) -> list[Helped]:
    """The last treatment or trial of each kind whose relief was told, the latest first; a test is no treatment."""
    return [
        _helped(told, told.response.percent, told.response.days)
        for told in follow_ups(known, chart, as_of)
        if told.purpose != "test" and told.response is not None and told.response.percent is not None
    ]


def _helped(told: FollowUp, percent: float, days: float | None) -> Helped:
    known = content().instruments
    scores = [(known[one.instrument].measures, one) for one in told.scores if one.best is not None]
    return Helped(plain_name(told.kind), told.on, percent, days, told.relief_lasts, scores)


def lines_of(chart: Chart, helped: Sequence[Helped] = ()) -> list[Line]:
    """Every score with a known range, each instrument a line, the one answered last first.

    Where a treatment whose relief was told lies between the first score and the last, the two are not compared.
    """
    told_on = [one.on for one in helped if one.on]
    lines = [_line(name, found, _done(chart), told_on) for name, found in _scored(chart, helped).items()]
    return sorted(lines, key=lambda line: line.points[-1].on, reverse=True)


def _scored(chart: Chart, helped: Sequence[Helped]) -> dict[str, list[tuple[date, float]]]:
    """Instrument -> its scores in time order, with those that were told together with a relief."""
    rows: dict[str, list[tuple[date, float]]] = {}
    for row in chart.rows(Measure):
        known = content().instruments.get(row.instrument)
        if known and known.low is not None and known.high is not None and row.score is not None and row.true_on:
            rows.setdefault(row.instrument, []).append((row.true_on, row.score))
    for course in [course for one in helped for _, course in one.scores]:
        found = rows.get(course.instrument, [])
        if course.best and course.best_on and course.best_on not in {on for on, _ in found}:
            found.append((course.best_on, course.best.after))
    return {name: sorted(found, key=lambda pair: pair[0]) for name, found in rows.items()}


def _done(chart: Chart) -> list[tuple[date, str]]:
    return [(row.true_on, _named(row)) for row in chart.rows(Procedure) if row.true_on]


def _named(row: Any) -> str:
    """A procedure in a patient's words; what has no leaflet by the name that was written down."""
    return plain_name(row.kind) if row.kind in content().procedures else row.label or plain(row.kind)


def _line(
    instrument: str, scored: Sequence[tuple[date, float]], done: Sequence[tuple[date, str]], told_on: Sequence[date]
) -> Line:
    entry = content().instruments[instrument]
    low, high = entry.low or 0.0, entry.high or 0.0
    (first, began), (last, ended) = scored[0], scored[-1]
    span = max((last - first).days, 1)
    answers = _answers(entry)

    def place(day: date) -> float:
        return LEFT + 8 + (WIDTH - LEFT - 16) * (day - first).days / span

    return Line(
        instrument=instrument,
        label=entry.label,
        measures=entry.measures,
        higher_is=entry.higher_is,
        low=low,
        high=high,
        points=[Point(on, score, place(on), _height(score, low, high), answers.get(score, "")) for on, score in scored],
        done=[(place(day), day, label) for day, label in done if first <= day <= last],
        change=changed(book(), instrument, began, ended)
        if len(scored) > 1 and not any(first <= day < last for day in told_on)
        else None,
    )


def _answers(entry: Instrument) -> dict[float, str]:
    """Score -> the words that were chosen, of an instrument of one question that is answered in words."""
    asked = entry.questionnaire
    if asked is None or len(asked.items) != 1:
        return {}
    return {choice.value: choice.label for choice in asked.items[0].choices or asked.choices}


def _height(score: float, low: float, high: float) -> float:
    return TOP + (HEIGHT - TOP - BOTTOM) * (1 - (score - low) / (high - low))
