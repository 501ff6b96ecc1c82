"""Days as patients remember them."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

_FORM = re.compile(r"(\d{4})(?:-(\d{1,2}))?(?:-(\d{1,2}))?")


@dataclass(frozen=True)
class RoughDay:
    """A day, or the month or year within which it lies."""

    first: date
    last: date

    def columns(self) -> dict[str, date | None]:
        """As the two columns of a fact."""
        return {"true_on": self.first, "true_by": None if self.first == self.last else self.last}


class RoughDayField(forms.CharField):
    """``2025-01-20``, ``2025-01`` or ``2025``. A year stays a year: no month is made up."""

    default_error_messages = {
        "form": _("Write a day as 2025-01-20, a month as 2025-01, a year as 2025."),
        "future": _("This day has not come yet."),
    }

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("help_text", _("As exactly as it is known: 2025-01-20, 2025-01 or 2025."))
        super().__init__(max_length=40, **kwargs)

    def clean(self, value: Any) -> Any:
        """A :class:`RoughDay`, or nothing."""
        text = super().clean(value)
        if not text:
            return None
        found = _FORM.fullmatch(text)
        if not found:
            raise ValidationError(self.error_messages["form"], code="form")
        try:
            rough = _rough(*(int(part) if part else None for part in found.groups()))
        except ValueError:
            raise ValidationError(self.error_messages["form"], code="form") from None
        today = timezone.localdate()
        if rough.first > today:
            raise ValidationError(self.error_messages["future"], code="future")
        return RoughDay(rough.first, min(rough.last, today))


def _rough(year: int | None, month: int | None, day: int | None) -> RoughDay:
    if year is None:
        raise ValueError("no year")
    if month is None:
        return RoughDay(date(year, 1, 1), date(year, 12, 31))
    if day is None:
        return RoughDay(date(year, month, 1), date(year, month, calendar.monthrange(year, month)[1]))
    return RoughDay(date(year, month, day), date(year, month, day))


def as_typed(first: date | None, last: date | None) -> str:
    """A day or range as it would be typed."""
    if first is None:
        return ""
    if last is None or last == first:
        return first.isoformat()
    if first.day == 1 and (first.year, first.month) == (last.year, last.month):
        return f"{first:%Y-%m}"
    if (first.month, first.day) == (1, 1) and first.year == last.year:
        return f"{first:%Y}"
    return first.isoformat()
