"""Conservative care: what was tried without a needle."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta

from lenitive.chart.fact import Span


class Treatment(Span, frozen=True, kw_only=True):
    """A course of non-invasive care, from ``true_on`` until ``until``.

    ``kind`` is one of ``lenitive knowledge list treatments`` (physical_therapy, home_exercise, nsaid, …).

    Example::

        [[treatment]]
        kind = "physical_therapy"
        region = "lumbar"
        true_on = 2026-01-10
        until = 2026-02-28
        sessions = 12
        adherence = "full"
        response = "failed"
    """

    kind: Annotated[str, Meta(min_length=1)]
    region: Annotated[str | None, Meta(description="cervical, thoracic, lumbar, or a limb region")] = None
    sessions: Annotated[int, Meta(ge=0)] | None = None
    adherence: Literal["full", "partial", "none"] | None = None
    response: Annotated[
        Literal["good", "partial", "failed", "not_tolerated"] | None, Meta(description="how it ended")
    ] = None
    reason: Annotated[str | None, Meta(description="why it was stopped or not tolerated")] = None
