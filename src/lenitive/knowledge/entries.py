"""What a clinical statement must carry: a source, a place in it, and a grade.

Nothing clinical is hard-coded. Each number or statement is written in TOML beside the name of its source, the place in
it (``locator``), and how well it was checked (``grade``):

=========== ===========================================================================
primary     read on the document, or on its publisher's own page or abstract
secondary   read on a page that quotes the document
recalled    known from the literature, not read; may warn, never refuses on its own
disputed    sources conflict; both are kept
judgement   a choice of this project, so that the machine can run; no source claims it
=========== ===========================================================================
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

Grade = Literal["primary", "secondary", "recalled", "disputed", "judgement"]


class Source(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """A document, described once; entries name it by its id."""

    citation: Annotated[str, Meta(min_length=5, description="authors, title, place, year")]
    access: Annotated[
        Literal["read", "third party", "not read", "judgement"], Meta(description="how we know what it says")
    ]
    year: int | None = None
    doi: str | None = None
    pmid: str | None = None
    url: str | None = None
    note: str | None = None


class Cited(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """The part that every clinical statement shares."""

    source: Annotated[str, Meta(min_length=1, description="an id of sources.toml")]
    locator: Annotated[str, Meta(min_length=1, description="page, table, section, or 'abstract'")]
    grade: Grade
    note: str | None = None


class Statement(Cited, frozen=True, kw_only=True):
    """A cited sentence or word, in our own words."""

    text: Annotated[str, Meta(min_length=1)]


class Quantity(Cited, frozen=True, kw_only=True):
    """A cited number, or a range of numbers, with its unit (UCUM)."""

    value: float | None = None
    low: float | None = None
    high: float | None = None
    unit: str = "1"


class DatedValue(Cited, frozen=True, kw_only=True):
    """One value of an entry, in force from a day on, perhaps in one jurisdiction only."""

    effective_from: date
    value: bool | float | str | list[str] | None = None
    jurisdiction: Annotated[str | None, Meta(description="a state (OH) or contractor (CGS); none: everywhere")] = None
    withdrawn: Annotated[bool, Meta(description="the value ended on that day; not zero, not unknown")] = False

    def __post_init__(self) -> None:
        if self.withdrawn == (self.value is not None):
            raise ValueError("give either a value or withdrawn = true")


class Entry(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """A named parameter of the rules: what it means, its unit, and its values over time."""

    label: Annotated[str, Meta(min_length=5)]
    values: Annotated[list[DatedValue], Meta(min_length=1)]
    unit: Annotated[str | None, Meta(description="UCUM; none for words")] = None
    minimum: float | None = None
    maximum: float | None = None

    def in_force(self, day: date, jurisdiction: str | None = None) -> DatedValue | None:
        """The value on a day, the jurisdiction's own before the general one; ``None`` if none is in force."""
        for place in (jurisdiction, None) if jurisdiction else (None,):
            known = [value for value in self.values if value.jurisdiction == place and value.effective_from <= day]
            if known:
                latest = max(known, key=lambda value: value.effective_from)
                return None if latest.withdrawn else latest
        return None
