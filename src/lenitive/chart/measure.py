"""Scores and measurements."""

from __future__ import annotations

from typing import Annotated, ClassVar

from msgspec import Meta

from lenitive.chart.fact import Fact


class Measure(Fact, frozen=True, kw_only=True):
    """One score of one instrument on one day: pain, function, mood, weight, a laboratory value.

    ``instrument`` is an entry of ``lenitive knowledge list instruments``. Scores of different instruments are never
    merged.

    Example::

        [[measure]]
        instrument = "nrs"
        score = 7
        true_on = 2026-05-04
    """

    number_columns: ClassVar[tuple[str, ...]] = ("score",)

    instrument: Annotated[str, Meta(min_length=1)]
    score: float | None = None
    unit: Annotated[str | None, Meta(description="UCUM; {score} for questionnaires")] = None
    text: Annotated[str | None, Meta(description="a result that is no plain number, as reported ('<5')")] = None
    computed: Annotated[bool, Meta(description="worked out from items by the reader, not recorded as such")] = False
    loinc: str | None = None
