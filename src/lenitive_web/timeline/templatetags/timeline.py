"""The timeline on any page about a patient: ``{% load timeline %}{% timeline chart as_of %}``."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import template

from lenitive.chart import Chart
from lenitive_web.timeline.drawing import drawn, said
from lenitive_web.timeline.gathering import timeline_of
from lenitive_web.timeline.spec import spec_of

register = template.Library()


@register.inclusion_tag("timeline/_timeline.html")
def timeline(chart: Chart, as_of: date) -> dict[str, Any]:
    """The drawing, the specification of the chart that takes its place, and the table behind both."""
    told = timeline_of(chart, as_of)
    is_drawn = not told.is_empty and not told.is_sparse
    return {
        "timeline": told,
        "drawing": drawn(told) if is_drawn else None,
        "spec": spec_of(told) if is_drawn else None,
        "procedures": [(window.on, said(window)) for window in told.windows],
        "opioids": [stretch for stretch in told.opioids if stretch.equivalents.doses],
    }
