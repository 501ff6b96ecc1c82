"""Calendar steps that both engines share."""

from __future__ import annotations

from calendar import monthrange
from datetime import date
from functools import lru_cache

from lenitive.errors import RuleError


@lru_cache(maxsize=4_096)
def shift(day: date, amount: float, unit: str) -> date:
    """A day moved by whole days, weeks, months or years; the last day of a shorter month stands for the missing one.

    The first and the last day of the calendar stand for those beyond it.
    """
    whole = int(amount)
    if whole != amount:
        raise RuleError(f"A day moves by whole {unit}, not by {amount}.")
    if unit in ("days", "weeks"):
        ordinal = day.toordinal() + whole * (7 if unit == "weeks" else 1)
        return date.fromordinal(min(max(ordinal, date.min.toordinal()), date.max.toordinal()))
    months = day.year * 12 + day.month - 1 + whole * (12 if unit == "years" else 1)
    year, month = divmod(months, 12)
    if not date.min.year <= year <= date.max.year:
        return date.min if year < date.min.year else date.max
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
