"""Calendar steps that both engines share."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta


def shift(day: date, amount: float, unit: str) -> date:
    """A day moved by whole days, weeks, months or years; the last day of a shorter month stands for the missing one."""
    whole = int(amount)
    if whole != amount:
        raise ValueError(f"A day moves by whole {unit}, not by {amount}.")
    if unit in ("days", "weeks"):
        return day + timedelta(days=whole * (7 if unit == "weeks" else 1))
    months = day.year * 12 + day.month - 1 + whole * (12 if unit == "years" else 1)
    year, month = divmod(months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
