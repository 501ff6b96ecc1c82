"""From a pain drawing to candidates: which sources of pain are typically felt where the patient shaded.

A weight says how typical a region is for a source (3 typical, 2 common, 1 possible). Candidates are ordered by how many
of the shaded regions they explain, then by weight. The order is no probability: the differential has its own starting
shares and evidence.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Literal

from msgspec import Meta

from lenitive.errors import no_such
from lenitive.reasoning.assessment import Citation, Value
from lenitive.reasoning.book import Book
from lenitive.reasoning.citing import cite


class Mark(Value, frozen=True, kw_only=True):
    """One shaded region: how strong, what kind, how deep. What the patient did not say is left out."""

    region: str
    side: Literal["left", "right", "both", "midline"] | None = None
    intensity: Annotated[float, Meta(ge=0, le=10)] | None = None
    quality: list[str] = []
    depth: Literal["skin", "deep", "both"] | None = None


class FeltThere(Value, frozen=True, kw_only=True):
    """A shaded region that fits a source, and how typical it is."""

    region: str
    label: str
    weight: int
    citation: Citation


class Candidate(Value, frozen=True, kw_only=True):
    """A source that is felt in some of the shaded regions.

    ``explains`` is the share of the shaded regions that it explains; ``unexplained`` are the others.
    """

    generator: str
    label: str
    weight: int
    explains: float
    felt: list[FeltThere]
    unexplained: list[str]


def candidates(book: Book, marks: Sequence[Mark]) -> list[Candidate]:
    """The sources that are felt where the drawing is shaded, those that explain most first. Dangers are left out."""
    regions = list(dict.fromkeys(mark.region for mark in marks))
    for region in regions:
        if region not in book.content.regions:
            raise no_such("region", region, book.content.regions)
    found = [
        candidate for name in book.content.generators if (candidate := _candidate(book, name, regions)) is not None
    ]
    return sorted(found, key=lambda one: (-one.explains, -one.weight, one.generator))


def _candidate(book: Book, name: str, regions: Sequence[str]) -> Candidate | None:
    generator = book.content.generators[name]
    if generator.kind == "danger":
        return None
    felt = [
        FeltThere(
            region=referral.region,
            label=book.content.regions[referral.region].label,
            weight=referral.weight,
            citation=cite(f"{name}.referral", referral),
        )
        for referral in generator.referral
        if referral.region in regions
    ]
    if not felt:
        return None
    covered = {one.region for one in felt}
    return Candidate(
        generator=name,
        label=generator.label,
        weight=sum(one.weight for one in felt),
        explains=len(covered) / len(regions),
        felt=sorted(felt, key=lambda one: (-one.weight, one.region)),
        unexplained=[region for region in regions if region not in covered],
    )
