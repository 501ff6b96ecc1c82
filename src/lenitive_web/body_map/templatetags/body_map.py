"""The figure in a template: to mark, to read, or tinted by where a source of pain is felt."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from django import template
from django.utils.translation import gettext as _

from lenitive.chart import Chart
from lenitive.medicine.content import content
from lenitive.reasoning.assessment import Differential
from lenitive.reasoning.pain_drawing import Mark
from lenitive_web.body_map.drawings import latest_marks
from lenitive_web.body_map.figure import SIDES, VIEWS, Figure, Shape, figure, labels, mark_of
from lenitive_web.body_map.outline import HEIGHT, WIDTH
from lenitive_web.ledger.models import Patient

register = template.Library()

TINTED = 2
"""How many sources of a question are drawn: the likeliest and its closest rival."""


@register.inclusion_tag("body_map/_to_mark.html")
def body_map_to_mark(chosen: Collection[str]) -> dict[str, Any]:
    """The figure to mark with a finger, and every region as a box to tick: the same form, by keyboard and by name."""
    known = labels()
    areas: dict[str, list[tuple[str, str]]] = {}
    for mark, label in known.items():
        areas.setdefault(content().regions[mark.partition(":")[0]].area, []).append((mark, label))
    return {"views": _drawn({}), "areas": areas, "chosen": set(chosen), "width": WIDTH, "height": HEIGHT}


@register.inclusion_tag("body_map/_to_read.html")
def body_map_of(patient: Patient, chart: Chart) -> dict[str, Any]:
    """The latest drawing of a patient; without one, the regions that the complaints name."""
    marks, drawn_on = latest_marks(patient, chart)
    return {**_to_read(marks), "drawn_on": drawn_on}


@register.inclusion_tag("body_map/_by_source.html")
def body_map_by_source(patient: Patient, chart: Chart, differential: Sequence[Differential]) -> dict[str, Any]:
    """What the patient marked, tinted by the likeliest sources of each question."""
    marks, _drawn_on = latest_marks(patient, chart)
    known = content().generators
    likeliest = [
        one for answer in differential for one in answer.estimates[:TINTED] if marks and known[one.generator].referral
    ]
    return {"marks": marks, "likeliest": likeliest}


def _to_read(marks: Sequence[Mark]) -> dict[str, Any]:
    """The figure with what was marked, the stronger the darker, and the same in a table."""
    looks = {one: _strength(mark.intensity) for mark in marks for one in _on(mark)}
    rows = sorted(marks, key=lambda mark: -(mark.intensity if mark.intensity is not None else -1))
    return {"views": _drawn(looks), "rows": [(_named(mark), mark) for mark in rows], "name": "read", **_size()}


@register.inclusion_tag("body_map/_tinted.html")
def body_map_tinted(marks: Sequence[Mark], generator: str, name: str) -> dict[str, Any]:
    """The figure with what the patient marked, tinted where a source of pain is typically felt."""
    known = content().generators[generator]
    weights = {referral.region: referral.weight for referral in known.referral}
    marked = {mark.region for mark in marks}
    tints = {one: f"fits-{weight}" for region, weight in weights.items() for one in _everywhere(region)}
    return {
        "views": _drawn(tints, {one for mark in marks for one in _on(mark)}),
        "label": known.label,
        "name": name,
        "fits": [_region(region) for region in dict.fromkeys(mark.region for mark in marks) if region in weights],
        "beyond": [_region(region) for region in dict.fromkeys(mark.region for mark in marks) if region not in weights],
        "elsewhere": [_region(region) for region in weights if region not in marked],
        **_size(),
    }


def _size() -> dict[str, int]:
    return {"width": WIDTH, "height": HEIGHT}


def _strength(intensity: float | None) -> str:
    """The shade of a strength from 0 to 10."""
    return "unrated" if intensity is None else f"strength-{round(intensity)}"


def _on(mark: Mark) -> list[str]:
    """The shapes that a mark covers."""
    if not content().regions[mark.region].sided:
        return [mark.region]
    sides = SIDES if mark.side in ("both", "midline", None) else (mark.side,)
    return [mark_of(mark.region, side) for side in sides]


def _everywhere(region: str) -> list[str]:
    return _on(Mark(region=region))


def _region(region: str) -> str:
    return content().regions[region].label


def _named(mark: Mark) -> str:
    side = {"both": _("both sides"), "midline": _("in the middle"), None: ""}.get(mark.side, mark.side)
    return f"{_region(mark.region)}, {side}" if side else _region(mark.region)


def _drawn(
    looks: Mapping[str, str], rims: Collection[str] = ()
) -> list[tuple[Figure, list[tuple[Shape, str]], list[tuple[Shape, str]]]]:
    """Each view with its shapes and their looks; wide regions apart, since they lie over the others."""
    found = []
    for view in VIEWS:
        drawn = figure(view)
        shapes = [
            (shape, " ".join(part for part in (looks.get(shape.mark, ""), "rim" if shape.mark in rims else "") if part))
            for shape in drawn.shapes
        ]
        found.append((drawn, [one for one in shapes if not one[0].is_wide], [one for one in shapes if one[0].is_wide]))
    return found
