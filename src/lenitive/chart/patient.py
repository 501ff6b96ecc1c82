"""Who the patient is."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from msgspec import Meta

from lenitive.chart.fact import Fact


class Patient(Fact, frozen=True, kw_only=True):
    """The person. One row a patient; a correction supersedes it.

    Sex is the administrative one of FHIR R4. A birth year alone is a range: ``birth_date`` is the earliest day,
    ``birth_by`` the latest.

    Example::

        [patient]
        id = "p1"
        name = "Rosa Example"
        birth_date = 1961-04-02
        sex = "female"
    """

    name: Annotated[str | None, Meta(description="for people to read; never used to match")] = None
    birth_date: Annotated[date | None, Meta(description="the (earliest) day of birth")] = None
    birth_by: Annotated[date | None, Meta(description="the latest, when only a year or month is known")] = None
    sex: Literal["female", "male", "other", "unknown"] | None = None
    died_on: date | None = None
    identifiers: Annotated[tuple[str, ...], Meta(description="system|value, as the source gives them")] = ()

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.birth_by and not self.birth_date:
            raise ValueError("birth_by is given without birth_date")
        if self.birth_by and self.birth_date and self.birth_by < self.birth_date:
            raise ValueError(f"birth_by {self.birth_by} is before birth_date {self.birth_date}")

    def has_died_by(self, day: date) -> bool:
        """Whether a death is recorded, on that day or before it."""
        return self.died_on is not None and self.died_on <= day
