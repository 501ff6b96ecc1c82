"""Which fact took the place of which: corrections, and newer versions of a record that was read twice.

A newer version of a record can also say that it was never so (it was entered in error) or is so no more. It makes no
fact of its own: it withdraws the older version from the moment at which it was written, and all parts of that.

A fact keeps pointing at the id that it was written with, also when the fact of that id was corrected. What it means is
the fact that stands in its place, and this is where that is said, for one chart and for a registry of many.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import NamedTuple, TypeVar

import msgspec

from lenitive.chart.condition import Condition
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


# --- a record that makes no fact any more


_NOBODY_KNOWS_WHEN = datetime(1900, 1, 1, tzinfo=UTC)


def withdrawal_of_record(record: str, patient: str, at: datetime | None, source: str) -> Fact:
    """Says that a record makes no fact any more, whatever its older versions said. ``at`` is none if nobody knows when.

    It supersedes its own id: what it withdraws, if anything of that record was read, shows when all is read.
    """
    return Condition(
        id=record,
        patient=patient,
        recorded_at=at or _NOBODY_KNOWS_WHEN,
        source=source,
        supersedes=record,
        withdrawn=True,
    )


def withdraws_a_record(fact: Fact) -> bool:
    """True for what :func:`withdrawal_of_record` makes."""
    return fact.withdrawn and fact.supersedes == fact.id


def record_of(fact_id: str) -> str:
    """The record that a fact was read from; its parts are named ``record#part``."""
    return fact_id.partition("#")[0]


def withdraw_parts(by_id: dict[str, list[AnyFact]]) -> int:
    """Beside each part of a record that was withdrawn, let its own withdrawal stand; how many facts that added.

    ``by_id`` holds all facts that were read under the ids of one patient.
    """
    added = 0
    for record in [same[0].id for same in by_id.values() if any(map(withdraws_a_record, same))]:
        said = [fact for fact in by_id[record] if withdraws_a_record(fact)]
        parts = [name for name in by_id if name != record and record_of(name) == record]
        for part in parts:
            by_id[part] += [msgspec.structs.replace(one, id=part, supersedes=part) for one in said]
            added += len(said)
        if parts and len(said) == len(by_id[record]):
            del by_id[record]
            added -= len(said)
    return added


# --- facts of one id


def versions(same: Iterable[AnyFact]) -> tuple[list[AnyFact], int]:
    """Facts that were read under one id, as facts of their own; and how many of them added nothing.

    The first keeps the id; each that was recorded later and says something else supersedes the one before it. What
    they say decides between two of one moment, so the order in which they came does not matter. A withdrawal of the
    record withdraws what stands at its moment, or at last if nobody knows its moment; alone it makes no fact.
    """
    in_order = sorted(same, key=_version_order)
    distinct: list[AnyFact] = []
    for fact in in_order:
        if withdraws_a_record(fact):
            if distinct and not distinct[-1].withdrawn:
                distinct.append(_newer(msgspec.structs.replace(taken_back(distinct[-1], fact), id=fact.id), distinct))
        elif not distinct:
            distinct.append(fact)
        elif _said(fact) != msgspec.structs.replace(_said(distinct[-1]), id=fact.id):
            distinct.append(_newer(fact, distinct))
    return distinct, len(in_order) - len(distinct) if distinct else 0


def _version_order(fact: Fact) -> tuple[bool, datetime, bool, bytes]:
    withdraws = withdraws_a_record(fact)
    at = recorded_moment(fact)
    return withdraws and at == _NOBODY_KNOWS_WHEN, at, withdraws, msgspec.json.encode(_said(fact))


def _newer(fact: AnyFact, distinct: list[AnyFact]) -> AnyFact:
    """The fact under an id of its own, superseding the last one."""
    name = f"{fact.id}@{recorded_moment(fact).isoformat()}+{len(distinct)}"
    return msgspec.structs.replace(fact, id=name, supersedes=distinct[-1].id)


def taken_back(last: AnyFact, by: Fact) -> AnyFact:
    """The last version of a fact as its record's withdrawal leaves it, which is never before it was written."""
    at = max(recorded_moment(last), recorded_moment(by))
    return msgspec.structs.replace(last, recorded_at=at, source=by.source, supersedes=last.id, withdrawn=True)


def _said(fact: AnyFact) -> AnyFact:
    """The fact without what tells only where it was read, and its moment in one zone."""
    return msgspec.structs.replace(fact, supersedes=_ANY, source="", recorded_at=recorded_moment(fact))


_ANY = "-"
"""In place of the id of what is superseded, which a fact that withdraws another cannot be without."""
