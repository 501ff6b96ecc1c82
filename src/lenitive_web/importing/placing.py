"""Which facts of an upload are new to a chart, which stand there already, and which must not overrule what stands."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import msgspec

from lenitive.chart import TABLE_OF, TABLES, Chart, Fact
from lenitive.chart.chart import order_key
from lenitive.chart.patient import Patient as Person
from lenitive.chart.schema import NAMES_A_FACT
from lenitive.chart.versions import record_of, taken_back, withdraws_a_record
from lenitive_web.importing.packing import as_utc, says_the_same
from lenitive_web.ledger.models import Entry, Patient

LONGEST_ID = 120
"""What the ledger keeps of a fact's id."""


@dataclass
class Placed:
    """The facts to write, with the ids they get here, and counts of the rest."""

    new: list[Fact] = field(default_factory=list)
    there_before: int = 0
    left_out: int = 0


def stored_facts(patient: Patient) -> list[Fact]:
    """Everything in the ledger about a patient, with the moments of recording as they were written."""
    rows = Entry.objects.filter(patient=patient).order_by("pk").values_list("table", "body")
    return [as_utc(msgspec.convert(body, TABLES[table])) for table, body in rows]


def place(facts: Iterable[Fact], stored: Sequence[Fact], *, versions: bool) -> Placed:
    """What of ``facts`` is to be written beside ``stored``.

    A fact that says the same under the same id is there before. With ``versions`` another content under the same id is
    another version: a newer one supersedes what stands, an older one is left out, and so is one of a fact that was
    corrected here since. Without, an id only counts lines of a file, and the fact gets an id of its own.

    What is known here about who the patient is stays known where the upload is silent about it.
    """
    return _Placing(stored, versions).all(facts)


def _completed(told: Person, known: Person) -> Person:
    """A row about who the patient is, with what it leaves open as it is known here, and every identifier."""
    born = told if told.birth_date else known
    return msgspec.structs.replace(
        told,
        name=told.name or known.name,
        birth_date=born.birth_date,
        birth_by=born.birth_by,
        sex=known.sex if told.sex in (None, "unknown") else told.sex,
        died_on=told.died_on or known.died_on,
        identifiers=tuple(dict.fromkeys((*known.identifiers, *told.identifiers))),
    )


def _naming(fact: Fact) -> str | None:
    """The column in which a fact names another one, if it has one."""
    return _NAMING.get(TABLE_OF[type(fact)])


_NAMING = dict(NAMES_A_FACT)


class _Placing:
    def __init__(self, stored: Sequence[Fact], versions: bool) -> None:
        self.versions = versions
        self.person = Chart.of(stored).patient if stored else None
        self.placed = Placed()
        self.families: dict[str, list[Fact]] = {}
        self.successor: dict[str, Fact] = {}
        self.renamed: dict[str, str | None] = {}
        """Ids of the upload that are called otherwise here; none for one that was left out."""
        for fact in stored:
            self._know(fact)

    def all(self, facts: Iterable[Fact]) -> Placed:
        # What others point to comes before them: what is superseded, and what is named by relief and statements.
        waiting = sorted(map(as_utc, facts), key=lambda fact: (_naming(fact) is not None, order_key(fact)))
        by_id = {fact.id: fact for fact in waiting}
        done: set[str] = set()
        for fact in waiting:
            if withdraws_a_record(fact):
                self._withdraw_record(fact)
                continue
            for one in _first_to_last(fact, by_id, done):
                self._one(one)
        return self.placed

    def _withdraw_record(self, fact: Fact) -> None:
        """Take back what was read from a record earlier; where nothing of it is here, there is nothing to say."""
        concerned = [name for name in self.families if record_of(name) == fact.id] if self.versions else []
        newer = [self._newer(fact, name) for name in concerned]
        for made in newer:
            if made is not None:
                self.placed.new.append(made)
                self._know(made)
        if not any(newer):
            self.placed.left_out += 1

    def _know(self, fact: Fact) -> None:
        self.families.setdefault(_family(fact.id), []).append(fact)
        if fact.supersedes:
            self.successor[fact.supersedes] = fact

    def _one(self, fact: Fact) -> None:
        given, wanted = fact.id, _fitting(fact.id)
        said = (fact, self._here(fact)) if isinstance(fact, Person) else (self._here(fact),)
        family = self.families.get(_family(wanted), ())
        same = next((one for one in family if any(says_the_same(one, other) for other in said)), None)
        if same is not None:
            self.renamed[given] = same.id
            self.placed.there_before += 1
            return
        made = self._corrected(fact, wanted) if fact.supersedes else self._first(fact, wanted)
        if made is None:
            self.renamed[given] = None
            self.placed.left_out += 1
            return
        self.renamed[given] = made.id
        self.placed.new.append(made)
        self._know(made)

    def _here(self, fact: Fact) -> Fact:
        """The fact as it would stand here: with the ids of here, and what is known about the person."""
        if isinstance(fact, Person) and self.person:
            return _completed(fact, self.person)
        column = _naming(fact)
        here = self.renamed.get(getattr(fact, column)) if column else None
        return msgspec.structs.replace(fact, **{column: here}) if column and here else fact

    def _corrected(self, fact: Fact, wanted: str) -> Fact | None:
        """A fact that itself names what it corrects; what was corrected here since stays as it stands."""
        named = fact.supersedes or ""
        if self.versions and _family(named) == _family(wanted):
            return self._newer(fact, _family(wanted)) if self._is_here(_family(wanted)) else None
        target = self.renamed.get(named, named)
        if target is None or target in self.successor or not self._is_here(target):
            return None
        return msgspec.structs.replace(self._here(fact), id=self._free(wanted, fact), supersedes=target)

    def _first(self, fact: Fact, wanted: str) -> Fact | None:
        if not self._is_here(wanted):
            return msgspec.structs.replace(self._here(fact), id=wanted)
        if not self.versions:
            return msgspec.structs.replace(self._here(fact), id=self._free(wanted, fact))
        return self._newer(fact, wanted)

    def _newer(self, fact: Fact, wanted: str) -> Fact | None:
        """Another version of what is here: only a newer one, and never over a correction that was made here."""
        last = next(one for one in self.families[_family(wanted)] if one.id == wanted)
        number = 1
        while last.id in self.successor:
            last, number = self.successor[last.id], number + 1
            if _family(last.id) != _family(wanted):
                return None
        if withdraws_a_record(fact):
            fact = taken_back(last, fact)
        if fact.recorded_at < last.recorded_at or last.withdrawn:
            return None
        newer = _fitting(f"{wanted}@{fact.recorded_at.isoformat()}+{number}")
        return msgspec.structs.replace(self._here(fact), id=newer, supersedes=last.id)

    def _is_here(self, fact_id: str) -> bool:
        return any(one.id == fact_id for one in self.families.get(_family(fact_id), ()))

    def _free(self, wanted: str, fact: Fact) -> str:
        """The id, or one made from what the fact says where the id is taken by another."""
        if not self._is_here(wanted):
            return wanted
        bare = msgspec.structs.replace(self._here(fact), patient="-", source="", supersedes=None, withdrawn=False)
        return _fitting(f"{wanted}~{hashlib.sha256(msgspec.json.encode(bare)).hexdigest()[:12]}")


def _first_to_last(fact: Fact, by_id: dict[str, Fact], done: set[str]) -> Iterable[Fact]:
    """A fact after those of the upload that it corrects, each once."""
    chain = []
    one: Fact | None = fact
    while one is not None and one.id not in done:
        done.add(one.id)
        chain.append(one)
        one = by_id.get(one.supersedes) if one.supersedes else None
    return reversed(chain)


def _family(fact_id: str) -> str:
    """What versions of one record, and facts that share a counted id, are called alike."""
    return fact_id.partition("@")[0].partition("~")[0]


def _fitting(fact_id: str) -> str:
    if len(fact_id) <= LONGEST_ID:
        return fact_id
    return f"{fact_id[:100]}~{hashlib.sha256(fact_id.encode()).hexdigest()[:16]}"
