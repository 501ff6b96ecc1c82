"""What was looked for, and what was found."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from msgspec import Meta

from lenitive.chart.fact import Fact, Level, Side

FindingKind = Literal[
    "history", "examination", "imaging", "electrodiagnostic", "laboratory", "questionnaire", "composite"
]


class Finding(Fact, frozen=True, kw_only=True):
    """One item of history, examination, imaging, electrodiagnosis or laboratory: present, absent, or a value.

    ``present = false`` means that it was looked for and not found. A finding that nobody looked for has no row.
    ``code`` is an entry of the findings catalogue (``lenitive knowledge list findings``).

    Example::

        [[finding]]
        code = "straight_leg_raise"
        kind = "examination"
        present = true
        side = "right"
        true_on = 2026-05-04
    """

    number_columns: ClassVar[tuple[str, ...]] = ("value",)

    code: Annotated[str, Meta(min_length=1, description="an entry of the findings catalogue")]
    kind: FindingKind | None = None
    present: Annotated[bool | None, Meta(description="found, or looked for and not found")] = None
    value: Annotated[float | None, Meta(description="a measured value, in `unit`")] = None
    unit: Annotated[str | None, Meta(description="UCUM unit of `value`")] = None
    side: Side | None = None
    levels: tuple[Level, ...] = ()
    text: Annotated[str | None, Meta(description="what the report says")] = None
