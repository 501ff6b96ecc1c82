"""Allergies and intolerances."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta

from lenitive.chart.fact import Fact


class Allergy(Fact, frozen=True, kw_only=True):
    """A substance the patient must not have. "No known allergy" is an attestation, not a row here.

    Example::

        [[allergy]]
        substance = "iodinated contrast"
        reaction = "anaphylaxis"
        severity = "severe"
    """

    substance: Annotated[str, Meta(min_length=1)]
    code: Annotated[str | None, Meta(description="system|code as recorded")] = None
    reaction: str | None = None
    severity: Literal["mild", "moderate", "severe"] | None = None
    active: bool | None = None
