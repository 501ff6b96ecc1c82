"""FHIR dates: as much of a day as was written down, kept as a range."""

from __future__ import annotations

from calendar import monthrange
from datetime import UTC, date, datetime
from functools import lru_cache

from lenitive.chart.fact import refuse_without_a_day

ALWAYS_KNOWN = datetime(1900, 1, 1, tzinfo=UTC)
"""The moment of recording of a fact that carries no day at all: no as-of question may hide it."""


class BadDateError(ValueError):
    """A text that is no FHIR date. Does not repeat the text."""

    def __init__(self) -> None:
        super().__init__("this is no FHIR date")


@lru_cache(maxsize=1 << 16)
def days(text: str) -> tuple[date, date | None]:
    """The earliest day a date can mean, and the latest if that is another. The zone is kept as written."""
    try:
        if len(text) >= 10:
            if text[4] != "-" or text[7] != "-" or (len(text) > 10 and text[10] not in "T "):
                raise BadDateError
            return date.fromisoformat(text[:10]), None
        if len(text) == 7 and text[4] == "-":
            year, month = int(text[:4]), int(text[5:])
            return date(year, month, 1), date(year, month, monthrange(year, month)[1])
        if len(text) == 4:
            return date(int(text), 1, 1), date(int(text), 12, 31)
    except ValueError:
        pass
    raise BadDateError


def last_day(text: str) -> date:
    """The latest day a date can mean."""
    first, last = days(text)
    return last or first


@lru_cache(maxsize=1 << 14)
def moment(text: str) -> datetime:
    """When something was recorded. A day alone is its first moment in UTC; so is a rough day's last day."""
    try:
        if len(text) > 10:
            days(text)
            at = datetime.fromisoformat(text.replace(":60", ":59", 1) if text[17:19] == "60" else text)
            refuse_without_a_day(at)
            return at if at.tzinfo else at.replace(tzinfo=UTC)
    except ValueError:
        raise BadDateError from None
    return midnight(last_day(text))


def midnight(day: date) -> datetime:
    """The first moment of a day, in UTC."""
    return datetime(day.year, day.month, day.day, tzinfo=UTC)
