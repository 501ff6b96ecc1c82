"""What is asked of a day that somebody types. Only what cannot be true is refused."""

from __future__ import annotations

from datetime import date

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from lenitive_web.look.words import day as in_words

LONGEST_LIFE = 130
"""Years. Nobody is known to have lived so long, so nothing in a chart began earlier. Browsers write a year of two
digits as 0026: that is caught here."""
FURTHEST_AHEAD = 5
"""Years. Implants are exchanged after that many and more, but nobody gives out the hour and the room so early."""


def has_come(day: date) -> None:
    """Refuse a day that has not come yet by the clinic's calendar, or that nobody alive has seen."""
    if day > timezone.localdate():
        raise ValidationError(_("This day has not come yet."))
    within_a_life(day)


def within_a_life(day: date) -> None:
    """Refuse a day so long ago that its year must be mistyped."""
    if day.year < timezone.localdate().year - LONGEST_LIFE:
        raise ValidationError(_("Nobody alive has seen the year %(year)s. Is the year right?") % _year(day))


def can_be_planned(day: date) -> None:
    """Refuse a day that is over, or so far ahead that its year must be mistyped."""
    today = timezone.localdate()
    if day < today:
        raise ValidationError(
            _("%(day)s is over. Plan for today, %(today)s, or later.")
            % {"day": in_words(day), "today": in_words(today)}
        )
    within_reach(day)


def within_reach(day: date) -> None:
    """Refuse a day of which the year must be mistyped, long ago or far ahead."""
    within_a_life(day)
    if day.year > timezone.localdate().year + FURTHEST_AHEAD:
        raise ValidationError(_("The year %(year)s is too far ahead. Is the year right?") % _year(day))


def _year(day: date) -> dict[str, str]:
    return {"year": f"{day.year:04d}"}
