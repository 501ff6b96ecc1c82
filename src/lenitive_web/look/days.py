"""What is asked of a day that somebody types."""

from __future__ import annotations

from datetime import date

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _


def has_come(day: date) -> None:
    """Refuse a day that has not come yet, by the clinic's calendar."""
    if day > timezone.localdate():
        raise ValidationError(_("This day has not come yet."))
