"""Who a patient of an upload is: by an identifier, and by name and day of birth only as something to ask about.

An identifier counts only with the system that gave it: a bare number is everybody's. Even the same identifier is not
enough where name or day of birth contradict it; then a person decides. Nothing is ever merged in silence.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import MAXYEAR, MINYEAR, date
from typing import Any
from uuid import UUID

from lenitive.chart import Chart
from lenitive.chart.patient import Patient as Person
from lenitive_web.importing.models import Outcome, StagedPatient, Standing, Why
from lenitive_web.importing.packing import holds_nul
from lenitive_web.ledger.models import Entry, Patient
from lenitive_web.patients.registering import look_alikes
from lenitive_web.people.models import Practice


@dataclass(frozen=True)
class Who:
    """What an upload says about who a patient is."""

    number: str
    name: str
    birth_date: date | None
    identifiers: tuple[str, ...]
    digest: str


@dataclass(frozen=True)
class Verdict:
    """Who it is, and why that is said. ``alike`` are those among whom a person decides."""

    standing: Standing
    why: Why
    match: Patient | None = None
    alike: tuple[Patient, ...] = ()


def who_is(chart: Chart, digest: str) -> Who:
    """Who the patient of a chart says to be. A day of birth that is known only roughly does not match."""
    person = chart.patient
    return Who(
        number=chart.patient_id,
        name=" ".join((person.name or "").split())[:200] if person else "",
        birth_date=person.birth_date if person and not person.birth_by else None,
        identifiers=tuple(dict.fromkeys(filter(_is_somebodys, person.identifiers))) if person else (),
        digest=digest,
    )


def why_held(chart: Chart, today: date) -> Why | None:
    """What forbids to import a patient of an upload at all, or nothing."""
    if holds_nul(chart.facts):
        return Why.BAD_TEXT
    if any(fact.recorded_at.year in (MINYEAR, MAXYEAR) for fact in chart.facts):
        return Why.BAD_MOMENT
    if chart.patient is None:
        return Why.NO_PERSON
    if len(_births(chart)) > 1:
        return Why.TWO_BIRTHS
    born = chart.patient.birth_date
    return Why.NOT_BORN if born and born > today else None


def _births(chart: Chart) -> set[tuple[date, date | None]]:
    """The days of birth that stand, and those of versions between which only the reader chose."""
    standing = chart.rows(Person)
    versions = [fact for fact in chart.facts if isinstance(fact, Person) and "@" in fact.id]
    rivals = {fact.supersedes for fact in versions}
    said = [*standing, *versions, *(fact for fact in chart.facts if fact.id in rivals and isinstance(fact, Person))]
    return {(fact.birth_date, fact.birth_by) for fact in said if fact.birth_date}


def _is_somebodys(identifier: str) -> bool:
    system, _, value = identifier.partition("|")
    return bool(system and value)


class Directory:
    """Which identifiers the patients of a practice have, kept up to date as the ledger grows."""

    def __init__(self, practice: Practice) -> None:
        self.practice = practice
        self._read_to = 0
        self._rows: dict[int, list[dict[str, Any]]] = defaultdict(list)
        self._holders: dict[str, set[int]] = defaultdict(set)
        self._held: dict[int, set[str]] = {}

    def refresh(self) -> None:
        """Read what was written about who patients are since the last time."""
        news = Entry.objects.filter(patient__practice=self.practice, table="patient", pk__gt=self._read_to)
        touched = set()
        for number, patient, body in news.values_list("pk", "patient_id", "body").order_by("pk"):
            self._read_to = number
            self._rows[patient].append(body)
            touched.add(patient)
        for patient in touched:
            self._know(patient, _standing_identifiers(self._rows[patient]))

    def holders(self, identifiers: Iterable[str]) -> set[int]:
        """The numbers of the patients who have one of these."""
        return {patient for identifier in identifiers for patient in self._holders.get(identifier, ())}

    def _know(self, patient: int, identifiers: set[str]) -> None:
        for gone in self._held.get(patient, set()) - identifiers:
            self._holders[gone].discard(patient)
        for identifier in identifiers:
            self._holders[identifier].add(patient)
        self._held[patient] = identifiers


def _standing_identifiers(bodies: Sequence[dict[str, Any]]) -> set[str]:
    gone = {body["supersedes"] for body in bodies if body.get("supersedes")}
    standing = [body for body in bodies if body["id"] not in gone and not body.get("withdrawn")]
    return {one for body in standing for one in body.get("identifiers", ()) if _is_somebodys(one)}


def match(who: Who, directory: Directory) -> Verdict:
    """Who of the practice this is."""
    practice = directory.practice
    if sure := _by_own_number(who, practice) or _by_same_record(who, practice):
        return sure
    holders = list(Patient.objects.filter(pk__in=directory.holders(who.identifiers)).order_by("pk"))
    if len(holders) > 1:
        return Verdict(Standing.ASK, Why.SEVERAL, alike=tuple(holders))
    if holders:
        [one] = holders
        if _contradicts(who, one):
            return Verdict(Standing.ASK, Why.DIFFERS, alike=(one,))
        return Verdict(Standing.KNOWN, Why.IDENTIFIER, match=one)
    if not who.name:
        return Verdict(Standing.ASK, Why.NO_NAME)
    if alike := look_alikes(practice, who.name, who.birth_date) if who.birth_date else _namesakes(who, practice):
        return Verdict(Standing.ASK, Why.ALIKE, alike=tuple(alike))
    return Verdict(Standing.NEW, Why.NOBODY_ALIKE)


def _by_own_number(who: Who, practice: Practice) -> Verdict | None:
    """The record names the patient as only this clinic does: it was written here."""
    try:
        number = UUID(who.number)
    except ValueError:
        return None
    found = Patient.objects.filter(practice=practice, public_id=number).first()
    if found is None:
        return None
    if _contradicts(who, found):
        return Verdict(Standing.ASK, Why.DIFFERS, alike=(found,))
    return Verdict(Standing.KNOWN, Why.OWN_NUMBER, match=found)


def _by_same_record(who: Who, practice: Practice) -> Verdict | None:
    """An import before this wrote exactly the same record; whom it was written to then, a person may have decided."""
    before = StagedPatient.objects.filter(
        record_import__practice=practice, digest=who.digest, outcome__in=(Outcome.WRITTEN, Outcome.SAME)
    )
    last = before.exclude(into=None).select_related("into").order_by("pk").last()
    return Verdict(Standing.KNOWN, Why.SAME_RECORD, match=last.into) if last else None


def _contradicts(who: Who, patient: Patient) -> bool:
    """Whether day of birth or every word of the name differ."""
    if who.birth_date and patient.birth_date and who.birth_date != patient.birth_date:
        return True
    return bool(who.name) and not _words(who.name) & _words(patient.name)


def _words(name: str) -> set[str]:
    return set(name.lower().replace(",", " ").split())


def _namesakes(who: Who, practice: Practice) -> list[Patient]:
    return list(Patient.objects.filter(practice=practice, name__iexact=who.name)[:5])
