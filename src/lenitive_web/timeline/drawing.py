"""The timeline as a drawing made on the server: places in percent of the width, so that it fits every screen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from lenitive.reasoning.opioids import Stretch
from lenitive_web.look.bars import at
from lenitive_web.look.words import day
from lenitive_web.timeline.gathering import Point, Timeline, Window

SCORES_TOP, SCORES_HEIGHT = 20, 130
LANE, LANE_GAP = 34, 16
OPIOIDS_HEIGHT = 46
DAYS_BELOW = 26
LOOKS = 6
"""So many looks of lines are told apart by colour and by the shape of their points."""


@dataclass(frozen=True)
class Dot:
    """A score on the drawing."""

    x: str
    y: float
    words: str


@dataclass(frozen=True)
class Piece:
    """A straight piece from one place to another."""

    x1: str
    y1: float
    x2: str
    y2: float


@dataclass(frozen=True)
class Line:
    """The scores of one instrument, with the number of its look."""

    label: str
    look: int
    dots: Sequence[Dot]
    pieces: Sequence[Piece]


@dataclass(frozen=True)
class Bar:
    """A bar from day to day, with what it says."""

    x: str
    width: str
    y: float
    height: float
    words: str


@dataclass(frozen=True)
class Lane:
    """One kind of procedure: when it was done, and how long relief lasted."""

    label: str
    text_y: float
    y: float
    bars: Sequence[Bar]
    marks: Sequence[Dot]


@dataclass(frozen=True)
class Drawing:
    """Everything with its place."""

    height: float
    lines: Sequence[Line]
    lanes: Sequence[Lane]
    opioids: Sequence[Bar]
    opioids_label_y: float
    opioids_most: float
    ticks: Sequence[tuple[str, str, str]]
    axis_y: float

    scores_top: int = SCORES_TOP
    scores_middle: float = SCORES_TOP + SCORES_HEIGHT / 2
    scores_bottom: int = SCORES_TOP + SCORES_HEIGHT


def drawn(timeline: Timeline) -> Drawing:
    """The drawing of a timeline."""
    lines = list(_lines(timeline))
    y = float(SCORES_TOP + SCORES_HEIGHT + LANE_GAP) if lines else float(LANE_GAP)
    lanes = []
    for label, windows in _by_kind(timeline).items():
        lanes.append(_lane(timeline, label, windows, y))
        y += LANE
    opioids_label_y = y + 12
    opioids = _opioids(timeline, y + LANE_GAP) if timeline.has_opioids else []
    y += OPIOIDS_HEIGHT + LANE_GAP if opioids else 0
    return Drawing(
        height=y + DAYS_BELOW,
        lines=lines,
        lanes=lanes,
        opioids=opioids,
        opioids_label_y=opioids_label_y,
        opioids_most=max((stretch.equivalents.total for stretch in timeline.opioids), default=0.0),
        ticks=_ticks(timeline),
        axis_y=y,
    )


def _x(timeline: Timeline, day: date) -> float:
    """Where a day lies; the last day shown is whole."""
    return (day - timeline.first).days / ((timeline.last - timeline.first).days + 1)


def _lines(timeline: Timeline) -> list[Line]:
    found = []
    for label, points in timeline.instruments.items():
        dots = [_dot(timeline, point) for point in points if point.share is not None]
        pieces = [Piece(one.x, one.y, other.x, other.y) for one, other in pairwise(dots)]
        if dots:
            found.append(Line(label, len(found) % LOOKS, dots, pieces))
    return found


def _dot(timeline: Timeline, point: Point) -> Dot:
    share = min(max(point.share or 0.0, 0.0), 1.0)
    return Dot(
        x=at(_x(timeline, point.on)),
        y=round(SCORES_TOP + SCORES_HEIGHT * (1 - share), 1),
        words=f"{point.label}: {point.words}, {day(point.on)}",
    )


def _by_kind(timeline: Timeline) -> dict[str, list[Window]]:
    found: dict[str, list[Window]] = {}
    for window in timeline.windows:
        found.setdefault(window.label, []).append(window)
    return found


def _lane(timeline: Timeline, label: str, windows: Sequence[Window], y: float) -> Lane:
    bars = [_bar(timeline, window, y + 18) for window in windows if window.until and window.until > window.on]
    marks = [Dot(at(_x(timeline, window.on)), y + 23, said(window)) for window in windows]
    return Lane(label=label, text_y=y + 12, y=y + 23, bars=bars, marks=marks)


def said(window: Window) -> str:
    """A procedure and its relief in a line."""
    percent = f", {window.percent:g} % relief" if window.percent is not None else ", relief not recorded"
    until = f" until {day(window.until)}" if window.until and window.until > window.on else ""
    return f"{window.label}, {day(window.on)}{percent}{until}{' or longer' if until and window.still_held else ''}"


def _bar(timeline: Timeline, window: Window, y: float) -> Bar:
    start = _x(timeline, window.on)
    end = _x(timeline, min(window.until or window.on, timeline.last) + timedelta(days=1))
    return Bar(at(start), at(end - start), y, 10, said(window))


def _opioids(timeline: Timeline, y: float) -> list[Bar]:
    most = max(stretch.equivalents.total for stretch in timeline.opioids)
    bars = []
    for stretch in timeline.opioids:
        total = stretch.equivalents.total
        height = round(OPIOIDS_HEIGHT * total / most, 1) if most else 0.0
        start, end = _x(timeline, stretch.first), _x(timeline, stretch.last + timedelta(days=1))
        words = f"{taken(stretch)}, {day(stretch.first)} to {day(stretch.last)}"
        if total:
            bars.append(Bar(at(start), at(end - start), y + OPIOIDS_HEIGHT - height, height, words))
    return bars


def taken(stretch: Stretch) -> str:
    """The opioids of some days in words."""
    equivalents = stretch.equivalents
    return f"{'' if equivalents.is_complete else 'at least '}{equivalents.total:g} MME a day"


def _ticks(timeline: Timeline) -> list[tuple[str, str, str]]:
    """Four days below the drawing: place, words, anchor."""
    days = (timeline.last - timeline.first).days
    places = [timeline.first + timedelta(days=round(days * share)) for share in (0, 1 / 3, 2 / 3, 1)]
    anchors = ("start", "middle", "middle", "end")
    form = "%b %Y" if days > 300 else "%-d %b"
    return [
        (at(_x(timeline, day) if anchor != "end" else 1.0), f"{day:{form}}", anchor)
        for day, anchor in zip(places, anchors, strict=True)
    ]
