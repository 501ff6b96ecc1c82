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
from lenitive.reasoning.book import Book, book
from lenitive.reasoning.citing import plain
from lenitive.reasoning.follow_up import FollowUp, ScoreCourse, follow_ups
from lenitive.reasoning.response import Change, changed
from lenitive_web.portal.words import plain_name

WIDTH, HEIGHT, LEFT, TOP, BOTTOM = 320, 150, 26, 10, 24


@dataclass(frozen=True)
class Point:
    """One score, and where it stands in the drawing."""

    on: date
    score: float
    x: float
    y: float


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
    rows: dict[str, list[Any]] = {}
    for row in chart.rows(Measure):
        known = content().instruments.get(row.instrument)
        if known and known.low is not None and known.high is not None and row.score is not None and row.true_on:
            rows.setdefault(row.instrument, []).append(row)
    lines = [_line(name, found, _done(chart), told_on) for name, found in rows.items()]
    return sorted(lines, key=lambda line: line.points[-1].on, reverse=True)


def _done(chart: Chart) -> list[tuple[date, str]]:
    return [(row.true_on, _named(row)) for row in chart.rows(Procedure) if row.true_on]


def _named(row: Any) -> str:
    """A procedure in a patient's words; what has no leaflet by the name that was written down."""
    return plain_name(row.kind) if row.kind in content().procedures else row.label or plain(row.kind)


def _line(instrument: str, rows: Sequence[Any], done: Sequence[tuple[date, str]], told_on: Sequence[date]) -> Line:
    entry = content().instruments[instrument]
    low, high = entry.low or 0.0, entry.high or 0.0
    first, last = rows[0].true_on, rows[-1].true_on
    span = max((last - first).days, 1)

    def place(day: date) -> float:
        return LEFT + 8 + (WIDTH - LEFT - 16) * (day - first).days / span

    return Line(
        instrument=instrument,
        label=entry.label,
        measures=entry.measures,
        higher_is=entry.higher_is,
        low=low,
        high=high,
        points=[Point(row.true_on, row.score, place(row.true_on), _height(row.score, low, high)) for row in rows],
        done=[(place(day), day, label) for day, label in done if first <= day <= last],
        change=changed(book(), instrument, rows[0].score, rows[-1].score)
        if len(rows) > 1 and not any(first <= day < last for day in told_on)
        else None,
    )


def _height(score: float, low: float, high: float) -> float:
    return TOP + (HEIGHT - TOP - BOTTOM) * (1 - (score - low) / (high - low))
