"""How much a procedure helped, and for how long."""

from __future__ import annotations

from typing import Annotated, ClassVar

from msgspec import Meta

from lenitive.chart.fact import Fact, Percent


class Relief(Fact, frozen=True, kw_only=True):
    """One report of relief after one procedure, made on ``true_on``.

    A block diary may give several rows at ``minutes_after``; a follow-up visit one. ``percent`` is the share of the
    index pain that went away.

    Example::

        [[relief]]
        procedure = "block-1"
        percent = 85
        lasted_hours = 3
        instrument = "nrs"
        score_before = 7
        score_after = 1
        true_on = 2026-03-02
    """

    number_columns: ClassVar[tuple[str, ...]] = (
        "percent",
        "minutes_after",
        "lasted_hours",
        "lasted_days",
        "function_percent",
        "score_before",
        "score_after",
    )

    procedure: Annotated[str, Meta(min_length=1, description="the id of the procedure")]
    percent: Percent | None = None
    minutes_after: Annotated[float, Meta(ge=0)] | None = None
    lasted_hours: Annotated[float, Meta(ge=0, description="for blocks")] | None = None
    lasted_days: Annotated[float, Meta(ge=0, description="for treatments: sustained relief")] | None = None
    ended: Annotated[
        bool | None, Meta(description="it had worn off when it was reported; false if it still held then")
    ] = None
    concordant: Annotated[
        bool | None, Meta(description="the relief lasted as long as the local anaesthetic given explains")
    ] = None
    function_percent: Annotated[Percent | None, Meta(description="gain in function")] = None
    instrument: Annotated[str | None, Meta(description="scale of the two scores")] = None
    score_before: float | None = None
    score_after: float | None = None
