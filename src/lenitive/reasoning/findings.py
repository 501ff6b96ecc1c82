"""Which findings of the catalogue are present, absent or not known in a chart."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import lru_cache

import msgspec

from lenitive.chart.chart import Chart
from lenitive.chart.complaint import Complaint
from lenitive.chart.fact import Fact
from lenitive.chart.finding import Finding
from lenitive.medicine.shapes import CatalogueFinding, Composite
from lenitive.reasoning.book import Book


class Seen(msgspec.Struct, frozen=True, gc=False):
    """A finding that is known: present or absent, and the facts that say so."""

    present: bool
    facts: tuple[Fact, ...]


def findings_of(chart: Chart, known: Book, day: date) -> dict[str, Seen]:
    """Every finding of the catalogue that the chart settles on a day; those not settled are left out.

    The latest word counts, for each side and set of levels by itself; a finding is present if it is present anywhere,
    and absent if it is absent wherever it was looked for.
    """
    seen = _recorded(chart)
    _from_complaints(chart, known, seen)
    _from_patient(chart, known, day, seen)
    _count(known, seen)
    return seen


@lru_cache(maxsize=8)
def examined_findings(chart: Chart, known: Book) -> Mapping[str, Seen]:
    """Every finding that somebody recorded, and what is counted from these alone: no word of a complaint, no age.

    A chart never changes, and one assessment asks for this once an option.
    """
    seen = _recorded(chart)
    _count(known, seen)
    return seen


def latest_findings(chart: Chart) -> list[Finding]:
    """The last word on each finding, for each side and set of levels by itself."""
    latest: dict[tuple[str, str | None, tuple[str, ...]], Finding] = {}
    for finding in chart.rows(Finding):
        if finding.present is not None:
            latest[finding.code, finding.side, finding.levels] = finding
    return list(latest.values())


def _recorded(chart: Chart) -> dict[str, Seen]:
    known: dict[str, Seen] = {}
    for finding in latest_findings(chart):
        known[finding.code] = _either(known.get(finding.code), Seen(bool(finding.present), (finding,)))
    return known


def _count(known: Book, seen: dict[str, Seen]) -> None:
    """Add the findings that are counted from others. Those that are counted from counted ones stand last."""
    for name, rule in known.counted_findings:
        if name not in seen:
            counted = _composite(rule, seen)
            if counted:
                seen[name] = counted


def _either(one: Seen | None, other: Seen) -> Seen:
    if one is None:
        return other
    if one.present is other.present:
        return Seen(one.present, one.facts + other.facts)
    return one if one.present else other


def _from_complaints(chart: Chart, known: Book, seen: dict[str, Seen]) -> None:
    """Findings that the patient's own words show. Silence shows nothing: only a complete list can make one absent, or,
    of where it hurts, the word that every pain stays where it is."""
    complaints = [(complaint, words_of(complaint)) for complaint in chart.rows(Complaint)]
    if not complaints:
        return
    are_all = chart.is_complete(("complaint",))
    all_stay = all(complaint.stays for complaint, _ in complaints)
    everything = tuple(complaint for complaint, _ in complaints)
    for name, words in known.findings_in_complaints:
        if name not in seen:
            telling = tuple([complaint for complaint, said in complaints if not words.isdisjoint(said)])
            if telling:
                seen[name] = Seen(True, telling)
            elif are_all or (all_stay and words <= known.content.regions.keys()):
                seen[name] = Seen(False, everything)


def _from_patient(chart: Chart, known: Book, day: date, seen: dict[str, Seen]) -> None:
    """Findings that age and sex are. An age that is known only roughly shows nothing where it straddles the limit."""
    patient = chart.patient
    if patient is None:
        return
    ages = {age_on(birth, day) for birth in (patient.birth_date, patient.birth_by or patient.birth_date) if birth}
    for name, entry in known.findings_of_age_and_sex:
        if name in seen:
            continue
        if entry.from_age is not None and ages:
            old_enough = {age >= entry.from_age for age in ages}
            if len(old_enough) == 1:
                seen[name] = Seen(old_enough.pop(), (patient,))
        elif entry.from_sex is not None and patient.sex in ("female", "male"):
            seen[name] = Seen(patient.sex == entry.from_sex, (patient,))


def age_on(birth: date, day: date) -> int:
    """Full years of age on a day."""
    return day.year - birth.year - ((day.month, day.day) < (birth.month, birth.day))


def words_of(complaint: Complaint) -> set[str]:
    """Everything a complaint says, as a set of words."""
    return {
        complaint.region,
        *complaint.radiates_to,
        *complaint.quality,
        *complaint.aggravated_by,
        *complaint.relieved_by,
    }


def _composite(rule: Composite, known: dict[str, Seen]) -> Seen | None:
    """A counted finding: present, absent, or (``None``) not yet settled."""
    if rule.at_least <= len(rule.of) and known.keys().isdisjoint(rule.of):
        return None
    parts = [known.get(name) for name in rule.of]
    present = [part for part in parts if part and part.present]
    absent = [part for part in parts if part and not part.present]
    barred = [known.get(name) for name in rule.without]
    if len(rule.of) - len(absent) < rule.at_least:
        return Seen(False, _facts(absent))
    if any(part and part.present for part in barred):
        return None
    if len(present) >= rule.at_least and all(part and not part.present for part in barred):
        return Seen(True, _facts(present))
    return None


def _facts(parts: list[Seen]) -> tuple[Fact, ...]:
    return tuple(fact for part in parts for fact in part.facts)


def can_be_scored_by(entry: CatalogueFinding) -> list[str]:
    """The findings that must be looked for to settle an entry: its parts if it is counted, else none."""
    return [*entry.composite.of, *entry.composite.without] if entry.composite else []
