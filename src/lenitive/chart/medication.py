"""What the patient takes."""

from __future__ import annotations

from datetime import date
from typing import Annotated, ClassVar, Literal

from msgspec import Meta

from lenitive.chart.fact import Span


class Medication(Span, frozen=True, kw_only=True):
    """One drug, from ``true_on`` until ``until``. No ``until`` and no status means that nobody recorded an end.

    ``ingredient`` is the plain name (``warfarin``); ``matched`` says how it was found: typed in, by its RxNorm
    ingredient code, or by comparing the words of a product name.

    Example::

        [[medication]]
        ingredient = "apixaban"
        dose = 5
        unit = "mg"
        times_a_day = 2
        true_on = 2025-09-01
        status = "active"
    """

    number_columns: ClassVar[tuple[str, ...]] = ("dose", "times_a_day")

    ingredient: Annotated[str | None, Meta(description="plain ingredient name, lower case")] = None
    label: Annotated[str | None, Meta(description="the product as recorded")] = None
    rxnorm: Annotated[str | None, Meta(description="RxNorm code as recorded, product or ingredient")] = None
    drug_class: Annotated[str | None, Meta(description="anticoagulant, antiplatelet, opioid, nsaid, …")] = None
    dose: Annotated[float, Meta(gt=0, description="of one intake, in `unit`")] | None = None
    unit: str | None = None
    times_a_day: Annotated[float, Meta(gt=0)] | None = None
    frequency: Annotated[str | None, Meta(description="as written")] = None
    route: str | None = None
    status: Literal["active", "stopped", "completed", "on-hold", "intended"] | None = None
    last_dose_on: date | None = None
    matched: Literal["typed", "code", "name"] | None = None
