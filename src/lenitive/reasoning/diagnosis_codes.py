"""ICD-10-CM codes as they are compared: without the point, and with all that stands below them."""

from __future__ import annotations

from collections.abc import Sequence

from lenitive.chart.condition import Condition


def icd10_of(condition: Condition) -> str:
    """The ICD-10-CM code of a diagnosis without the point; empty if it has none."""
    return (condition.icd10 or "").replace(".", "").upper()


def is_under(icd10: str, codes: Sequence[str]) -> bool:
    """Whether a code without the point is one of some codes, or stands below one."""
    return icd10.startswith(tuple(one.replace(".", "") for one in codes))
