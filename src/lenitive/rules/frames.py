"""What a frame of facts holds beside the table's own columns, so that engines can ask it.

One row a fact; a fact that names one which was corrected has a row for each stretch of days on which it means another
fact, and of these one at most stands on a day. Days also as whole numbers (:func:`day_column`), because Spark cannot
subtract days and numbers are faster everywhere; empty lists as null. :mod:`lenitive.registry.columns` makes them.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import narwhals as nw

from lenitive.chart.schema import TABLES
from lenitive.errors import RuleError

PATIENT = "patient"
"""The patient's id."""
KEY = "__patient"
"""A whole number below 2**32 that stands for the patient."""
ORDER = "__order"
"""A whole number below 2**56 that stands for the row in its table and grows with the time order of a patient's facts
(:func:`lenitive.chart.chart.order_key`; undated facts first)."""
RECORDED = "recorded__day"
"""The day number (UTC) on which the fact was written down."""
SUPERSEDED = "superseded__day"
"""The day number on which a fact that supersedes it was written down; null if there is none."""

Frame = nw.LazyFrame[Any]


def day_column(name: str) -> str:
    """The column that holds a day column as whole numbers, so that Spark can subtract them."""
    return f"{name}__day"


def reference_column(name: str) -> str:
    """The :data:`ORDER` of the row that a reference column names; null if there is no such fact."""
    return f"{name}__order"


def latest_column(name: str) -> str:
    """The whole numbers of the latest day that a day column with a range can mean; the day itself where it is exact."""
    return f"{name}__latest"


def day_number(day: date) -> int:
    """Days since 1970-01-01."""
    return day.toordinal() - EPOCH


EPOCH = date(1970, 1, 1).toordinal()
FIRST_DAY, LAST_DAY = day_number(date.min), day_number(date.max)
"""The day numbers of the first and the last day of the calendar."""


def standing(rows: Frame, as_of: date) -> Frame:
    """The facts that stood at the end of that day: written down, not superseded, not withdrawn."""
    day = day_number(as_of)
    superseded = nw.col(SUPERSEDED)
    return rows.filter((nw.col(RECORDED) <= day) & (superseded.is_null() | (superseded > day)) & ~nw.col("withdrawn"))


def table_named(frames: Mapping[str, Frame], name: str) -> Frame:
    """The frame of a table; an error if it was not given."""
    if name not in frames:
        given = ", ".join(sorted(TABLES.keys() & frames.keys())) or "none"
        raise RuleError(f"The questions read the table {name!r}; the frames are of {given}.")
    return frames[name]
