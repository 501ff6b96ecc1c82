"""One procedure considered for one patient on one day."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from lenitive.chart.fact import Level, Side


class Request(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """What is being asked for: kind, approach, region, side, levels, payer, state, site of service, day.

    A field that is ``None`` (or no levels) was not decided; rules that need it answer *undocumented*.
    """

    kind: Annotated[str, Meta(description="a procedure of the knowledge base")]
    on: Annotated[date | None, Meta(description="the planned day; the day of the assessment if not given")] = None
    approach: str | None = None
    region: str | None = None
    side: Side | None = None
    levels: tuple[Level, ...] = ()
    intent: Literal["diagnostic", "therapeutic", "trial", "implant", "revision", "removal"] | None = None
    guidance: Literal["fluoroscopy", "ct", "ultrasound", "mri", "none"] | None = None
    contrast: bool | None = None
    sedation: Literal["none", "minimal", "moderate", "deep", "general"] | None = None
    steroid: Annotated[str | None, Meta(description="ingredient; 'none' for none")] = None
    payer: str | None = None
    programme: str | None = None
    state: Annotated[str, Meta(pattern="^[A-Z]{2}$")] | None = None
    site_of_service: str | None = None


class Insurance(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """Who pays, under which programme, in which state, where it is done: said beside the chart, in place of it.

    What is ``None`` was not said.
    """

    payer: str | None = None
    programme: str | None = None
    state: Annotated[str, Meta(pattern="^[A-Z]{2}$")] | None = None
    site_of_service: str | None = None

    def over(self, request: Request) -> Request:
        """The request with all that is said here in place of what it says."""
        said = {name: value for name, value in msgspec.structs.asdict(self).items() if value}
        return msgspec.structs.replace(request, **said)
