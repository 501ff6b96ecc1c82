"""The figure as paths of an SVG: an outline to cut with, and a path for each region, side and view. Worked out once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import chain
from typing import get_args

from lenitive.medicine.content import content
from lenitive_web.body_map.outline import ELLIPSES, HALF, MIDLINE, WIDE, ZONES, Drawn, Point, View, Zone, points_of

SIDES = ("right", "left")
VIEWS: tuple[View, ...] = get_args(View)


@dataclass(frozen=True)
class Shape:
    """One region on one side in one view. ``mark`` is what a form sends: the region, and the side if it has one."""

    mark: str
    label: str
    path: str
    is_wide: bool


@dataclass(frozen=True)
class Figure:
    """The body from the front or from behind."""

    view: View
    outline: str
    ellipses: Sequence[tuple[float, float, float, float]]
    shapes: Sequence[Shape]


@cache
def figure(view: View) -> Figure:
    """The figure of a view. Seen from the front the patient's right is on the viewer's left."""
    return Figure(
        view=view,
        outline=_smooth([*_placed(HALF, 1), *_placed(HALF, -1)[::-1]]),
        ellipses=[(MIDLINE + x, y, across, along) for x, y, across, along in ELLIPSES],
        shapes=[*_shapes(view, ZONES[view], is_wide=False), *_shapes(view, WIDE[view], is_wide=True)],
    )


def mark_of(region: str, side: str | None) -> str:
    """The name of a region on a side, as forms send it."""
    return f"{region}:{side}" if side else region


@cache
def labels() -> dict[str, str]:
    """Every mark there is, with its name: each region of the content on each of its sides."""
    return {
        mark_of(name, side): f"{region.label}, {side}" if side else region.label
        for name, region in content().regions.items()
        for side in (SIDES if region.sided else (None,))
    }


def _shapes(view: View, zones: Iterable[Zone | Drawn], *, is_wide: bool) -> list[Shape]:
    """Zones of one mark become one path. Later regions lie on top."""
    paths: dict[str, list[str]] = {}
    regions = content().regions
    for zone in zones:
        corners = points_of(zone)
        if regions[zone.region].sided:
            for side in SIDES:
                paths.setdefault(mark_of(zone.region, side), []).append(_straight(_placed(corners, _hand(view, side))))
        else:
            paths.setdefault(zone.region, []).extend(_straight(_placed(corners, hand)) for hand in (1, -1))
    return [Shape(mark, labels()[mark], " ".join(parts), is_wide) for mark, parts in paths.items()]


def _hand(view: View, side: str) -> int:
    """On which half of the picture a side lies: -1 is the viewer's left."""
    return -1 if (side == "right") is (view == "front") else 1


def _placed(points: Iterable[Point], hand: int) -> list[Point]:
    return [(MIDLINE + hand * x, y) for x, y in points]


def _straight(points: Sequence[Point]) -> str:
    return "M" + "L".join(f"{x:g} {y:g}" for x, y in ((round(x, 1), round(y, 1)) for x, y in points)) + "Z"


def _smooth(points: Sequence[Point]) -> str:
    """A closed curve through all points (Catmull-Rom, as cubic Béziers)."""
    count = len(points)
    curves = []
    for index in range(count):
        before, start, end, after = (points[(index + step) % count] for step in (-1, 0, 1, 2))
        control = [
            *((start[axis] + (end[axis] - before[axis]) / 6) for axis in (0, 1)),
            *((end[axis] - (after[axis] - start[axis]) / 6) for axis in (0, 1)),
        ]
        curves.append("C" + " ".join(f"{number:.1f}" for number in chain(control, end)))
    return f"M{points[0][0]:g} {points[0][1]:g}" + "".join(curves) + "Z"
