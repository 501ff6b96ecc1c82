"""What happened when, gathered from a chart. Nothing is worked out that nobody recorded."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import cast

import msgspec

from lenitive.chart import Chart
from lenitive.chart.measure import Measure
from lenitive.chart.medication import Medication
from lenitive.chart.procedure import Procedure
from lenitive.chart.relief import Relief
from lenitive.documents.wording import name_of, number, relief
from lenitive.medicine.content import content
from lenitive.medicine.shapes import Instrument
from lenitive.reasoning.book import book
from lenitive.reasoning.opioids import Stretch, equivalents_by_day
from lenitive.reasoning.safety import is_of_class

SHORTEST = timedelta(days=30)
"""A timeline never shows fewer days than this; a week of facts would look like years otherwise."""


@dataclass(frozen=True)
class Point:
    """One score on one day. ``share`` is how far it lies from the best end of its scale to the worst."""

    instrument: str
    label: str
    on: date
    score: float
    share: float | None

    @property
    def words(self) -> str:
        """The score as it was recorded."""
        return number(self.score)


@dataclass(frozen=True)
class Window:
    """One procedure, and until when its relief is known to have lasted.

    ``still_held`` says that the last report found the relief still there, so that the end is not known.
    """

    procedure: str
    label: str
    on: date
    until: date | None
    percent: float | None
    still_held: bool
    words: Sequence[str]


FEW = 3
"""So many scores and procedures are read as lines."""


@dataclass(frozen=True)
class Timeline:
    """All of it, with the first and the last day shown."""

    first: date
    last: date
    points: Sequence[Point]
    windows: Sequence[Window]
    opioids: Sequence[Stretch]

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to draw."""
        return not (self.points or self.windows or self.has_opioids)

    @property
    def is_sparse(self) -> bool:
        """Whether a few lines say it better than a drawing: nothing has moved yet, and little was done."""
        moved = any(len(scores) > 1 for scores in self.instruments.values())
        return not moved and not self.has_opioids and len(self.points) + len(self.windows) <= FEW

    @property
    def has_opioids(self) -> bool:
        """Whether an opioid stands in the chart at any time."""
        return any(stretch.equivalents.doses for stretch in self.opioids)

    @property
    def instruments(self) -> dict[str, list[Point]]:
        """The scores by the label of their instrument, in time order."""
        found: dict[str, list[Point]] = defaultdict(list)
        for point in self.points:
            found[point.label].append(point)
        return dict(found)


def timeline_of(chart: Chart, as_of: date) -> Timeline:
    """The timeline of a chart until a day."""
    points = _points(chart, as_of)
    windows = _windows(chart, as_of)
    opioids = _opioids(chart)
    begun = [fact.true_on for fact in opioids.rows(Medication) if fact.true_on]
    days = [point.on for point in points] + [window.on for window in windows] + begun
    first = min([day for day in days if day <= as_of], default=as_of)
    first = min(first, as_of - SHORTEST)
    stretches = equivalents_by_day(book(), opioids, first, as_of) if opioids.facts else []
    return Timeline(first, as_of, points, windows, _joined(stretches))


def _points(chart: Chart, as_of: date) -> list[Point]:
    known = content().instruments
    rows = chart.rows(Measure)
    return [
        Point(row.instrument, known[row.instrument].label, row.true_on, row.score, _share(known[row.instrument], row))
        for row in rows
        if row.instrument in known
        and known[row.instrument].unit == "{score}"
        and row.score is not None
        and row.true_on is not None
        and row.true_on <= as_of
    ]


def _share(instrument: Instrument, row: Measure) -> float | None:
    """From the best end (0) to the worst (1); nothing for a scale whose ends are not known."""
    if instrument.low is None or instrument.high is None or instrument.higher_is == "neither" or row.score is None:
        return None
    share = (row.score - instrument.low) / (instrument.high - instrument.low)
    return share if instrument.higher_is == "worse" else 1 - share


def _windows(chart: Chart, as_of: date) -> list[Window]:
    reports: dict[str, list[Relief]] = defaultdict(list)
    for fact in chart.rows(Relief):
        reports[fact.procedure].append(fact)
    rows = chart.rows(Procedure)
    return [_window(row, reports[row.id]) for row in rows if row.true_on is not None and row.true_on <= as_of]


def _window(row: Procedure, reports: Sequence[Relief]) -> Window:
    began = cast("date", row.true_on)
    ends = [(began + lasted, report) for report in reports if (lasted := _lasted(report)) is not None]
    until, longest = max(ends, key=lambda pair: pair[0], default=(None, None))
    return Window(
        procedure=row.id,
        label=name_of(row, content()),
        on=began,
        until=until,
        percent=max((report.percent for report in reports if report.percent is not None), default=None),
        still_held=bool(longest and until and longest.true_on and longest.true_on <= until),
        words=[relief(report) for report in reports],
    )


def _lasted(report: Relief) -> timedelta | None:
    if report.lasted_days is not None:
        return timedelta(days=round(report.lasted_days))
    return None if report.lasted_hours is None else timedelta(hours=report.lasted_hours)


def _opioids(chart: Chart) -> Chart:
    """The opioids of a chart alone, so that a long list of other medicines costs nothing."""
    rows = chart.rows(Medication)
    return Chart(chart.patient_id, tuple(row for row in rows if _is_opioid(row)), chart.day)


def _joined(stretches: Sequence[Stretch]) -> list[Stretch]:
    """Neighbours that say the same as one."""
    found: list[Stretch] = []
    for stretch in stretches:
        if found and _said(found[-1]) == _said(stretch):
            found[-1] = msgspec.structs.replace(found[-1], last=stretch.last)
        else:
            found.append(stretch)
    return found


def _said(stretch: Stretch) -> tuple[float, bool, bool]:
    told = stretch.equivalents
    return (told.total, told.is_complete, bool(told.doses))


def _is_opioid(row: Medication) -> bool:
    return is_of_class(book(), row, "opioid")
