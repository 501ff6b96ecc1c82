"""The same timeline for Vega-Lite, which the reader can zoom and drag."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from lenitive_web.look.words import day
from lenitive_web.timeline.drawing import LOOKS, said, taken
from lenitive_web.timeline.gathering import Timeline

COLOURS = ("#0d5c5a", "#a12b1e", "#36508c", "#825000", "#6b3fa0", "#56656b")
SHAPES = ("circle", "square", "triangle-up", "diamond", "cross", "triangle-down")
"""As many as the drawing has looks, in the same order."""
BY_WHEEL = "wheel![event.ctrlKey]"
"""Only with the control key, so that the page itself still scrolls."""
ZOOM = {
    "name": "zoom",
    "select": {"type": "interval", "encodings": ["x"], "zoom": BY_WHEEL},
    "bind": "scales",
}


def spec_of(timeline: Timeline) -> dict[str, Any]:
    """A Vega-Lite specification with its data; panels that have nothing to show are left out."""
    panels = [panel for panel in (_scores(timeline), _procedures(timeline), _opioids(timeline)) if panel]
    _lead(panels[0], timeline)
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v6.json",
        "vconcat": panels,
        "spacing": 18,
        "resolve": {"scale": {"x": "shared", "color": "independent", "shape": "independent"}},
        "config": {
            "font": "Inter, sans-serif",
            "view": {"stroke": None},
            "axis": {
                "labelColor": "#56656b",
                "titleColor": "#56656b",
                "gridColor": "#eceae3",
                "domainColor": "#b9bdb9",
            },
            "legend": {"orient": "top", "title": None, "labelLimit": 260, "columns": 2},
        },
    }


X = {
    "field": "on",
    "type": "temporal",
    "title": None,
    "axis": {"labelOverlap": True, "tickCount": 6},
    "scale": {"type": "utc"},
}


def _lead(panel: dict[str, Any], timeline: Timeline) -> None:
    """The first panel says for all of them which days are shown, and is where one zooms."""
    unit = panel["layer"][0] if "layer" in panel else panel
    unit["params"] = [ZOOM]
    first, last = _moment(timeline.first), _moment(timeline.last + timedelta(days=1))
    # As expressions: a plain number would become a call of datetime(), which the interpreter does not know alike.
    ends = {"domainMin": {"expr": str(first)}, "domainMax": {"expr": str(last)}}
    unit["encoding"]["x"] = {**X, "scale": {"type": "utc", **ends}}


def _moment(day: date) -> int:
    """Midnight UTC in milliseconds: all panels count alike, and a day stays the day in every zone."""
    return int(datetime.combine(day, time.min, tzinfo=UTC).timestamp() * 1000)


def _scores(timeline: Timeline) -> dict[str, Any] | None:
    rows = [
        {
            "on": _moment(point.on),
            "share": 100 * point.share,
            "scale": point.label,
            "words": f"{point.words} ({day(point.on)})",
        }
        for point in timeline.points
        if point.share is not None
    ]
    if not rows:
        return None
    names = list(dict.fromkeys(row["scale"] for row in rows))
    looks = [number % LOOKS for number in range(len(names))]
    return {
        "height": 170,
        "data": {"values": rows},
        "mark": {"type": "line", "point": {"size": 55, "filled": True}, "strokeWidth": 2},
        "encoding": {
            "x": X,
            "y": {
                "field": "share",
                "type": "quantitative",
                "title": "% of the worst",
                "scale": {"domain": [0, 100]},
                "axis": {"tickCount": 5, "minExtent": 44},
            },
            "color": {"field": "scale", "scale": {"domain": names, "range": [COLOURS[look] for look in looks]}},
            "shape": {"field": "scale", "scale": {"domain": names, "range": [SHAPES[look] for look in looks]}},
            "tooltip": [{"field": "scale", "title": "Scale"}, {"field": "words", "title": "Score"}],
        },
    }


def _procedures(timeline: Timeline) -> dict[str, Any] | None:
    rows = [
        {
            "on": _moment(window.on),
            "until": _moment((window.until or window.on) + timedelta(days=1)),
            "lane": window.label,
            "words": said(window),
        }
        for window in timeline.windows
    ]
    if not rows:
        return None
    lane = {
        "field": "lane",
        "type": "nominal",
        "title": None,
        "axis": {"labels": False, "ticks": False, "domain": False, "minExtent": 44, "title": "Procedures"},
    }
    tip = [{"field": "words", "title": "Procedure"}]
    return {
        "height": {"step": 36},
        "data": {"values": rows},
        "layer": [
            {
                "mark": {"type": "bar", "height": 10, "color": "#9fc6bf", "clip": True},
                "encoding": {"x": X, "x2": {"field": "until"}, "y": lane, "tooltip": tip},
            },
            {
                "mark": {"type": "tick", "color": "#12343b", "thickness": 3, "height": 18, "clip": True},
                "encoding": {"x": X, "y": lane, "tooltip": tip},
            },
            {
                "transform": [{"aggregate": [{"op": "count", "as": "times"}], "groupby": ["lane"]}],
                "mark": {"type": "text", "align": "left", "dy": -11, "fontSize": 11, "limit": 280, "color": "#1b2a2f"},
                "encoding": {"x": {"value": 2}, "y": lane, "text": {"field": "lane"}},
            },
        ],
    }


def _opioids(timeline: Timeline) -> dict[str, Any] | None:
    if not timeline.has_opioids:
        return None
    rows = [
        {
            "on": _moment(stretch.first),
            "until": _moment(stretch.last + timedelta(days=1)),
            "mme": stretch.equivalents.total,
            "words": taken(stretch),
        }
        for stretch in timeline.opioids
    ]
    return {
        "height": 60,
        "data": {"values": rows},
        "mark": {"type": "rect", "color": "#c9a55c", "clip": True},
        "encoding": {
            "x": X,
            "x2": {"field": "until"},
            "y2": {"datum": 0},
            "y": {
                "field": "mme",
                "type": "quantitative",
                "title": "MME a day",
                "axis": {"tickCount": 3, "minExtent": 44},
            },
            "tooltip": [{"field": "words", "title": "Opioids"}],
        },
    }
