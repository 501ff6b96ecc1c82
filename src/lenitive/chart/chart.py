"""One patient's facts as of a day."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import TypeVar, cast

import msgspec

from lenitive.chart.attestation import Attestation
from lenitive.chart.fact import Fact, in_utc
from lenitive.chart.patient import Patient
from lenitive.chart.schema import NAMES_A_FACT, TABLE_OF, TABLES
from lenitive.chart.versions import corrections_in, recorded_moment, replacements
from lenitive.errors import BadInputError

_NO_DAY = date.min
OneFact = TypeVar("OneFact", bound=Fact)


def recorded_on(fact: Fact) -> date:
    """The day (UTC) on which a fact was written down."""
    return in_utc(fact.recorded_at).date()


def order_key(fact: Fact) -> tuple[date, datetime, str]:
    """Time order of facts: when true, then when recorded, then id. Undated facts come first."""
    return (fact.true_on or _NO_DAY, recorded_moment(fact), fact.id)


class Chart:
    """All that was recorded about one patient, in time order, never changed.

    Build one with :meth:`of`; ask :meth:`as_of` for what was known on a day. Iterating over a table gives every fact
    that stands: those that a later fact supersedes, or that were entered in error, are left out. A fact there that
    names another one which was corrected names the correction.
    """

    __slots__ = ("attested", "day", "facts", "patient_id", "tables")

    def __init__(self, patient_id: str, facts: tuple[Fact, ...], day: date | None = None) -> None:
        self.patient_id = patient_id
        self.facts = facts
        self.day = day
        superseded = {fact.supersedes for fact in facts if fact.supersedes}
        standing: dict[str, list[Fact]] = {name: [] for name in TABLES}
        for fact in facts:
            if fact.id not in superseded and not fact.withdrawn:
                standing[TABLE_OF[type(fact)]].append(fact)
        if superseded:
            _point_to_what_stands(standing, facts)
        self.tables = {name: tuple(rows) for name, rows in standing.items()}
        """The facts of each table that stand, in time order."""
        attested = {attestation.topic: attestation.complete for attestation in self.rows(Attestation)}
        self.attested = frozenset(topic for topic, complete in attested.items() if complete)
        """The topics that were asked and of which what stands here is complete."""

    @classmethod
    def of(cls, facts: Iterable[Fact], source: str = "chart") -> Chart:
        """A chart of one patient's facts, in any order. Two patients, or two facts with one id, are refused."""
        ordered = tuple(sorted(facts, key=order_key))
        patients = {fact.patient for fact in ordered}
        if len(patients) != 1:
            raise BadInputError(source, "", f"it holds facts of {len(patients)} patients", "exactly one")
        seen: set[str] = set()
        for fact in ordered:
            if fact.id in seen:
                raise BadInputError(
                    source, f"{TABLE_OF[type(fact)]} {fact.id!r}", "this id is used twice", "one per fact"
                )
            seen.add(fact.id)
        return cls(patients.pop(), ordered)

    def as_of(self, day: date) -> Chart:
        """The chart as it was known at the end of that day."""
        return Chart(self.patient_id, tuple(fact for fact in self.facts if recorded_on(fact) <= day), day)

    def rows(self, kind: type[OneFact]) -> tuple[OneFact, ...]:
        """The facts of one kind that stand, in time order: ``chart.rows(Procedure)``."""
        return cast("tuple[OneFact, ...]", self.tables[TABLE_OF[kind]])

    def table(self, name: str) -> tuple[Fact, ...]:
        """The same by the name of the table, for whoever learns only at run time which table is meant."""
        return self.tables[name]

    def is_complete(self, topics: Iterable[str]) -> bool:
        """True if any of these topics was attested as asked and complete."""
        return not self.attested.isdisjoint(topics)

    @property
    def patient(self) -> Patient | None:
        """Who the patient is, if it was recorded."""
        rows = self.rows(Patient)
        return rows[-1] if rows else None

    def __repr__(self) -> str:
        """Counts only: the values of a patient belong on no log."""
        counts = {name: len(rows) for name, rows in self.tables.items() if rows}
        return f"<Chart as of {self.day}: {counts}>"


def _point_to_what_stands(standing: dict[str, list[Fact]], facts: Iterable[Fact]) -> None:
    """Where a standing fact names one that was superseded, let it name what took its place."""
    taken = replacements(corrections_in(facts))
    for name, column in NAMES_A_FACT if taken else ():
        standing[name] = [
            msgspec.structs.replace(fact, **{column: taken[named]})
            if (named := getattr(fact, column)) in taken
            else fact
            for fact in standing[name]
        ]


def fact_as_builtins(fact: Fact) -> dict[str, object]:
    """A fact as plain values, defaults left out."""
    return cast("dict[str, object]", msgspec.to_builtins(fact, builtin_types=(date, datetime)))
