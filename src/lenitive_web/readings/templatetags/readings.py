"""``{% chosen_reading practice_id point as choice %}``: the practice's choice about an open point, if it made one."""

from __future__ import annotations

from django import template

from lenitive_web.readings.models import ReadingChosen
from lenitive_web.readings.selectors import chosen_readings

register = template.Library()


@register.simple_tag
def chosen_reading(practice_id: int, point: str) -> ReadingChosen | None:
    """The choice that holds."""
    return chosen_readings(practice_id).get(point)
