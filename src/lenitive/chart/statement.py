"""Wishes, reasons and decisions that a person put on record."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

from lenitive.chart.fact import Fact


class Statement(Fact, frozen=True, kw_only=True):
    """Something declared rather than measured: a wish, an exception with its reason, a plan, an agreement.

    ``kind`` is one of ``lenitive knowledge list statements`` (ablation_not_possible, plan_is_ablation, …).

    Example::

        [[statement]]
        kind = "plan_is_ablation"
        says = true
        text = "Two blocks, then radiofrequency ablation of the same nerves."
        true_on = 2026-05-04
    """

    kind: Annotated[str, Meta(min_length=1)]
    says: Annotated[bool | None, Meta(description="yes or no, where the statement is one")] = None
    text: str | None = None
    by: Annotated[str | None, Meta(description="role of the person")] = None
    about: Annotated[str | None, Meta(description="the procedure kind or fact id it is about")] = None
