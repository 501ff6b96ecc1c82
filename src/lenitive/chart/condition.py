"""Diagnoses on the problem list."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta

from lenitive.chart.fact import Level, Side, Span


class Condition(Span, frozen=True, kw_only=True):
    """A diagnosis: from ``true_on`` (onset) until ``until`` (abated).

    ``code`` is our own concept where one is known (``lumbar_radiculopathy``); ``icd10`` and ``snomed`` are kept as
    recorded, also when retired. Refuted conditions are not imported as facts.

    Example::

        [[condition]]
        code = "lumbar_radiculopathy"
        icd10 = "M54.16"
        true_on = 2026-02-01
    """

    code: Annotated[str | None, Meta(description="our concept, if one is known")] = None
    label: str | None = None
    icd10: Annotated[str | None, Meta(description="ICD-10-CM code as recorded")] = None
    snomed: Annotated[str | None, Meta(description="SNOMED CT code as recorded")] = None
    status: Literal["active", "recurrence", "relapse", "inactive", "remission", "resolved"] | None = None
    certainty: Literal["confirmed", "provisional", "differential", "unconfirmed"] | None = None
    side: Side | None = None
    levels: tuple[Level, ...] = ()
