"""``{% goals_set chart as_of %}``: the goals of a chart with what came of them, the same on every page."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import template

from lenitive.chart import Chart
from lenitive.medicine.content import content
from lenitive.reasoning.book import book
from lenitive.reasoning.goals import goals_set as found_goals
from lenitive_web.plan.goals import sign_of_goal

register = template.Library()


@register.inclusion_tag("plan/_goals_set.html")
def goals_set(chart: Chart, as_of: date, patient_id: Any = None, may_record: bool = False) -> dict[str, Any]:
    """Each goal with its measure then and now; whoever may record can say what came of it."""
    known = content().instruments
    goals = [
        (one, sign_of_goal(one), known[one.measure].label if one.measure in known else one.measure)
        for one in found_goals(book(), chart, as_of)
    ]
    return {"goals": goals, "as_of": as_of, "patient_id": patient_id, "may_record": may_record and patient_id}
