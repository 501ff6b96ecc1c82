"""What every fact carries: whose it is, when it was true, when it was recorded, by what source.

Facts are an append-only ledger. A correction is a new fact that names the one it supersedes; a fact entered in
error is superseded by one that says ``withdrawn = true``. Nothing is ever changed in place, so any assessment can
be repeated as of any day.

A day that is known only roughly is a range: ``true_on`` is the earliest day it can have been, ``true_by`` the
latest. "March 2025" is ``true_on = 2025-03-01, true_by = 2025-03-31``. Rules compare ranges, and answer
*undocumented* where the range leaves both answers open.
"""

from __future__ import annotations

from datetime import MAXYEAR, MINYEAR, UTC, date, datetime
from math import isfinite
from typing import Annotated, ClassVar

import msgspec
from msgspec import Meta

from lenitive.codes import LEVELS, SIDES

Side = Annotated[str, Meta(pattern=f"^({'|'.join(SIDES)})$", description="left, right, both or midline")]
Level = Annotated[str, Meta(description="a segment (L4-5), a vertebra or a nerve root (L5)")]
Percent = Annotated[float, Meta(ge=-100, le=100, description="percent; negative means worse")]


class Fact(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True, gc=False):
    """Something somebody recorded about a patient."""

    number_columns: ClassVar[tuple[str, ...]] = ()
    """The columns that hold a number, which has to be finite: neither engine could compare another."""

    id: Annotated[str, Meta(min_length=1, description="names this fact among the patient's facts")]
    patient: Annotated[str, Meta(min_length=1, description="whose fact it is")]
    recorded_at: Annotated[datetime, Meta(description="when it was written down (UTC if no zone is given)")]
    source: Annotated[str, Meta(description="where it came from: a visit, a file, a resource")] = ""
    true_on: Annotated[date | None, Meta(description="the (earliest) day it was true, or began")] = None
    true_by: Annotated[date | None, Meta(description="the latest such day, when the day is known only roughly")] = None
    supersedes: Annotated[str | None, Meta(description="the id of the fact that this one corrects")] = None
    withdrawn: Annotated[bool, Meta(description="the superseded fact was entered in error; this one says nothing")] = (
        False
    )

    def __post_init__(self) -> None:
        if not MINYEAR < self.recorded_at.year < MAXYEAR:
            refuse_without_a_day(self.recorded_at)
        if self.true_by:
            if not self.true_on:
                raise ValueError("true_by is given without true_on")
            if self.true_by < self.true_on:
                raise ValueError(f"true_by {self.true_by} is before true_on {self.true_on}")
        if self.withdrawn and not self.supersedes:
            raise ValueError("withdrawn = true needs supersedes: the id of the fact entered in error")
        if self.number_columns:
            refuse_not_finite(self, self.number_columns)
        for level in getattr(self, "levels", ()):
            if level not in LEVELS:
                raise ValueError(f"{level!r} is not a spinal level; write a segment (L4-5), vertebra or root (L5)")


def in_utc(at: datetime) -> datetime:
    """A moment in UTC, which is meant where no zone is given."""
    return at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC)


def refuse_without_a_day(at: datetime) -> None:
    """Raise if a moment lies so near an end of the calendar that in UTC it has no day."""
    try:
        in_utc(at)
    except OverflowError:
        raise ValueError("the moment has no day in UTC: it lies beyond the calendar") from None


def refuse_not_finite(holder: msgspec.Struct, names: tuple[str, ...]) -> None:
    """Raise if one of these attributes is a number that is infinite or none at all."""
    for name in names:
        value = getattr(holder, name)
        if value is not None and not isfinite(value):
            raise ValueError(f"{name} is not a finite number")


class Span(Fact, frozen=True, kw_only=True):
    """A fact that lasts: from ``true_on`` until ``until``. No ``until`` means that the end was not recorded."""

    until: Annotated[date | None, Meta(description="the last day; none if it goes on or the end was not recorded")] = (
        None
    )

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.until and self.true_on and self.until < self.true_on:
            raise ValueError(f"until {self.until} is before true_on {self.true_on}")
