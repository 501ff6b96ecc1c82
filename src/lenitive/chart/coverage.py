"""Who pays, under which programme, where."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta

from lenitive.chart.fact import Span

Programme = Literal[
    "medicare", "medicare_advantage", "medicaid", "commercial", "workers_compensation", "veterans", "self_pay", "other"
]


class Coverage(Span, frozen=True, kw_only=True):
    """An insurance in force from ``true_on`` until ``until``.

    Example::

        [[coverage]]
        payer = "Medicare"
        programme = "medicare"
        state = "OH"
        site_of_service = "hospital_outpatient"
        true_on = 2026-01-01
    """

    payer: Annotated[str, Meta(min_length=1)]
    plan: str | None = None
    programme: Programme | None = None
    state: Annotated[str, Meta(pattern="^[A-Z]{2}$", description="US state of the member, two letters")] | None = None
    site_of_service: Literal["office", "ambulatory_surgery_center", "hospital_outpatient", "inpatient"] | None = None
    member: Annotated[str | None, Meta(description="member number")] = None
    order: Annotated[int, Meta(ge=1, description="1 pays first")] | None = None
