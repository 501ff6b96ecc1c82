"""What hurts, as the patient tells it."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

from lenitive.chart.fact import Side, Span


class Complaint(Span, frozen=True, kw_only=True):
    """One pain: where, since when, where it goes, what it is like, what makes it worse or better.

    ``true_on`` is the day the pain began, ``until`` the day it ended. ``region`` and ``radiates_to`` are regions of
    the body map (``lenitive knowledge list regions``); qualities and factors are plain words from the lists there.

    Example::

        [[complaint]]
        region = "low_back_paramidline"
        side = "left"
        true_on = 2025-01-20
        radiates_to = ["buttock"]
        quality = ["aching"]
        aggravated_by = ["extension", "standing"]
        relieved_by = ["lying"]
        dominant = true
    """

    region: Annotated[str, Meta(min_length=1, description="a region of the body map")]
    side: Side | None = None
    radiates_to: tuple[str, ...] = ()
    quality: tuple[str, ...] = ()
    aggravated_by: tuple[str, ...] = ()
    relieved_by: tuple[str, ...] = ()
    dominant: Annotated[bool | None, Meta(description="the pain that the patient came for (the index pain)")] = None
    description: Annotated[str | None, Meta(description="in the patient's words")] = None
