"""What was asked of a payer before a procedure, and what it answered."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from msgspec import Meta

from lenitive.chart.fact import Fact, Level, Side


class Authorization(Fact, frozen=True, kw_only=True):
    """One step in the life of a request to a payer, taken on ``true_on``: drafted, sent, approved, denied, ….

    All steps of one request share its ``request``; what a step does not say was said before or not at all.

    Example::

        [[authorization]]
        request = "block-left"
        status = "approved"
        kind = "medial_branch_block_lumbar"
        side = "left"
        levels = ["L4-5", "L5-S1"]
        payer = "Medicare"
        number = "A000000000001"
        sessions_granted = 1
        valid_from = 2026-05-04
        valid_until = 2026-09-01
        true_on = 2026-05-04
    """

    request: Annotated[str, Meta(min_length=1, description="names the request through its life")]
    status: Annotated[
        Literal[
            "drafted",
            "sent",
            "more_wanted",
            "approved",
            "partly_approved",
            "denied",
            "appealed",
            "overturned",
            "upheld",
            "withdrawn",
        ],
        Meta(description="the step; overturned and upheld are what became of an appeal"),
    ]
    kind: Annotated[str | None, Meta(description="a procedure of the knowledge base")] = None
    side: Side | None = None
    levels: tuple[Level, ...] = ()
    payer: str | None = None
    number: Annotated[str | None, Meta(description="the payer's number for its decision")] = None
    expedited: Annotated[bool | None, Meta(description="asked to be decided faster")] = None
    sessions_granted: Annotated[int, Meta(ge=0)] | None = None
    units_granted: Annotated[int, Meta(ge=0, description="units of the code numbers")] | None = None
    valid_from: date | None = None
    valid_until: Annotated[date | None, Meta(description="the last day of the decision")] = None
    answer_by: Annotated[date | None, Meta(description="until when the payer wants an answer")] = None
    reason: Annotated[str | None, Meta(description="why it was denied, or what is wanted, as the payer says")] = None
