"""What was asked completely."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

from lenitive.chart.fact import Fact


class Attestation(Fact, frozen=True, kw_only=True):
    """Says "this topic was asked, and what stands in the chart is complete" (no allergies, no earlier injections).

    ``topic`` is a table (``allergy``) or a part of one (``procedure:epidural``). Without an attestation an empty
    table is unknown, and a count is a lower bound.

    Example::

        [[attestation]]
        topic = "allergy"
        true_on = 2026-05-04
        by = "nurse"
    """

    topic: Annotated[str, Meta(min_length=1, description="a table, or table:part")]
    by: Annotated[str | None, Meta(description="who asked (a role)")] = None
    complete: Annotated[bool, Meta(description="false takes an earlier attestation back, from its day on")] = True

    def __post_init__(self) -> None:
        super().__post_init__()
        # Facts without a day come first in time: without one, nothing would be taken back.
        if not self.complete and self.true_on is None:
            raise ValueError("an attestation is taken back from a day on: say which (true_on)")
