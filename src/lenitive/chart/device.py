"""What the patient carries in the body."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta

from lenitive.chart.fact import Span


class Device(Span, frozen=True, kw_only=True):
    """An implant, from ``true_on`` (implanted) until ``until`` (removed).

    Example::

        [[device]]
        kind = "pacemaker"
        true_on = 2021-06-01
        mri = "conditional"
    """

    kind: Annotated[str, Meta(min_length=1, description="pacemaker, defibrillator, spinal_cord_stimulator, …")]
    label: str | None = None
    mri: Literal["safe", "conditional", "unsafe"] | None = None
    identifier: Annotated[str | None, Meta(description="unique device identifier")] = None
