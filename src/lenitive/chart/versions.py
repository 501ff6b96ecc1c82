"""Which fact took the place of which: corrections, and newer versions of a record that was read twice.

A fact keeps pointing at the id that it was written with, also when the fact of that id was corrected. What it means is
the fact that stands in its place, and this is where that is said, for one chart and for a registry of many.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple, TypeVar

import msgspec

from lenitive.chart.fact import Fact, in_utc

AnyFact = TypeVar("AnyFact", bound=Fact)

READ_ONCE = "the same record again: read once"
NEWER_VERSION = "a newer version of a record supersedes the older one"


def recorded_moment(fact: Fact) -> datetime:
    """The moment in UTC at which a fact was written down."""
    return in_utc(fact.recorded_at)


class Correction(NamedTuple):
    """A fact that supersedes another, as far as that matters here. They sort by the moment of writing, then by id."""

    recorded_at: datetime
    id: str
    supersedes: str
    withdrawn: bool


def corrections_in(facts: Iterable[Fact]) -> list[Correction]:
    """The facts that supersede another."""
    return [
        Correction(recorded_moment(fact), fact.id, fact.supersedes, fact.withdrawn) for fact in facts if fact.supersedes
    ]


def replacements(corrections: Iterable[Correction]) -> dict[str, str]:
    """For each id that was superseded: the id of the fact that stands in its place, if one does.

    Of several corrections of one fact the one written down last counts. Nothing stands in the place of a fact that was
    withdrawn, and nothing in that of facts that supersede each other.
    """
    later = {one.supersedes: one for one in sorted(corrections)}
    found: dict[str, str] = {}
    for superseded, last in later.items():
        passed = {superseded}
        while last.id in later and last.id not in passed:
            passed.add(last.id)
            last = later[last.id]
        if last.id not in later and not last.withdrawn:
            found[superseded] = last.id
    return found


def versions(same: Iterable[AnyFact]) -> tuple[list[AnyFact], int]:
    """Facts that were read under one id, as facts of their own; and how many of them only said the same again.

    The first keeps the id; each that was recorded later and says something else supersedes the one before it. What
    they say decides between two of one moment, so the order in which they came does not matter.
    """
    by_moment = sorted(same, key=lambda fact: (recorded_moment(fact), msgspec.json.encode(_said(fact))))
    distinct: list[AnyFact] = []
    for fact in by_moment:
        if distinct and _said(fact) == msgspec.structs.replace(_said(distinct[-1]), id=fact.id):
            continue
        if distinct:
            newer = f"{fact.id}@{recorded_moment(fact).isoformat()}+{len(distinct)}"
            fact = msgspec.structs.replace(fact, id=newer, supersedes=distinct[-1].id)
        distinct.append(fact)
    return distinct, len(by_moment) - len(distinct)


def _said(fact: AnyFact) -> AnyFact:
    """The fact without what tells only where it was read, and its moment in one zone."""
    return msgspec.structs.replace(fact, supersedes=_ANY, source="", recorded_at=recorded_moment(fact))


_ANY = "-"
"""In place of the id of what is superseded, which a fact that withdraws another cannot be without."""
