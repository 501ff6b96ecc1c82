"""Where things stand in a drawing, as shares of its width and height; the templates only draw them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import msgspec

from lenitive.documents.evidence import Evidence
from lenitive.documents.wording import capital, number, on
from lenitive.medicine.shapes import Content
from lenitive.reasoning.citing import plain

MARGIN = 0.03
LONGEST_LABEL = 31


class Axis(msgspec.Struct, frozen=True, kw_only=True):
    """A stretch of time: its two ends, and the first days of years (or months) in it."""

    first: date
    last: date
    ticks: list[Tick]

    def share(self, day: date) -> float:
        """Where a day stands, with a margin before the first day and after the last."""
        whole = (self.last - self.first).days
        return MARGIN + (1 - 2 * MARGIN) * min(1.0, max(0.0, (day - self.first).days / whole)) if whole else 0.5


class Tick(msgspec.Struct, frozen=True, kw_only=True):
    """A mark on an axis."""

    at: float
    label: str


class Bar(msgspec.Struct, frozen=True, kw_only=True):
    """A course of treatment: where its bar begins and ends; an open one has no recorded end."""

    label: str
    note: str
    left: float
    right: float
    is_open: bool
    evidence: list[str]


class Timeline(msgspec.Struct, frozen=True, kw_only=True):
    """Courses of treatment over time."""

    axis: Axis
    bars: list[Bar]
    alt: str


class Point(msgspec.Struct, frozen=True, kw_only=True):
    """One score."""

    x: float
    y: float
    label: str


class Trend(msgspec.Struct, frozen=True, kw_only=True):
    """The scores of one instrument over time, with the days of procedures."""

    label: str
    scale: str
    low: str
    high: str
    points: list[Point]
    axis: Axis
    marks: list[Tick]
    listed: str
    alt: str


def axis_of(days: Sequence[date]) -> Axis | None:
    """An axis over these days, with at most a dozen marks."""
    if not days:
        return None
    first, last = min(days), max(days)
    bare = Axis(first=first, last=last, ticks=[])
    months = (last.year - first.year) * 12 + last.month - first.month
    step = next((step for step in (1, 2, 3, 6, 12, 24, 60, 120) if months / step <= 6), 240)
    starts = [
        date(first.year + (first.month - 1 + n) // 12, (first.month - 1 + n) % 12 + 1, 1) for n in range(months + 1)
    ]
    kept = [day for day in starts if first < day < last and (day.year * 12 + day.month - 1) % step == 0]
    label = "%Y" if step >= 12 else "%Y-%m"
    ticks = [Tick(at=bare.share(day), label=f"{day:{label}}") for day in kept]
    return msgspec.structs.replace(bare, ticks=ticks or [Tick(at=bare.share(first), label=str(first))])


def _cut(label: str) -> str:
    return label if len(label) <= LONGEST_LABEL else f"{label[: LONGEST_LABEL - 1]}…"


def timeline(told: Evidence, as_of: date) -> Timeline | None:
    """The dated courses of conservative care, up to the day of the request."""
    courses = [one for one in told.table("treatment") if one.true_on]
    axis = axis_of([*(one.true_on for one in courses), *(one.until for one in courses if one.until), as_of])
    if not courses or axis is None:
        return None
    bars = [
        Bar(
            label=_cut(capital(told.name(one))),
            note=plain(one.response) or "response not recorded",
            left=axis.share(one.true_on),
            right=axis.share(one.until or as_of),
            is_open=one.until is None,
            evidence=told.of(one.id),
        )
        for one in courses
    ]
    alt = "Courses of conservative care over time. " + "; ".join(told.say(one) for one in courses) + "."
    return Timeline(axis=axis, bars=bars, alt=alt)


def trends(told: Evidence, content: Content, as_of: date) -> list[Trend]:
    """One drawing for each instrument with a dated score, all over the same time."""
    scores = [one for one in told.table("measure") if one.true_on and one.score is not None]
    procedures = [one for one in told.table("procedure") if one.true_on]
    axis = axis_of([*(one.true_on for one in (*scores, *procedures)), as_of])
    if not scores or axis is None:
        return []
    marks = [Tick(at=axis.share(one.true_on), label=told.of(one.id)[0]) for one in procedures]
    found: list[Trend] = []
    for instrument in dict.fromkeys(one.instrument for one in scores):
        own = [one for one in scores if one.instrument == instrument]
        found.append(_trend(instrument, own, axis, marks, content))
    return found


def _trend(instrument: str, scores: list[Any], axis: Axis, marks: list[Tick], content: Content) -> Trend:
    known = content.instruments.get(instrument)
    values = [one.score for one in scores]
    low = min([*values, *([known.low] if known and known.low is not None else [])])
    high = max([*values, *([known.high] if known and known.high is not None else [])])
    label = known.label if known else instrument.upper()
    points = [
        Point(
            x=axis.share(one.true_on),
            y=(one.score - low) / (high - low) if high > low else 0.5,
            label=number(one.score),
        )
        for one in scores
    ]
    listed = "; ".join(f"{number(one.score)} ({on(one)})" for one in scores)
    return Trend(
        label=f"{instrument.upper()}: {label}",
        scale=f"higher is {known.higher_is}" if known and known.higher_is != "neither" else "",
        low=number(low),
        high=number(high),
        points=points,
        axis=axis,
        marks=marks,
        listed=listed,
        alt=f"{label} over time: {listed}.",
    )
